"""What counts as a secret, and what only looks like one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from indexer.secrets import find_secrets, hidden, hint, mask
from tests.checks.secret_samples import ALNUM, HEX, SAMPLES, jwt, pem, pick, resident_number

CODE = "app/settings.py"


def kinds(text: str, path: str = CODE) -> list[str]:
    return [secret.kind for secret in find_secrets(text, path)]


@pytest.mark.parametrize("name", SAMPLES)
def test_each_kind_of_secret_is_found_and_named(name: str) -> None:
    kind = name.partition(":")[0]
    assert kinds(f"first line\n  value: {SAMPLES[name]}\nlast line\n") == [kind]


def test_more_than_forty_kinds_are_known() -> None:
    assert len({name.partition(":")[0] for name in SAMPLES}) >= 34


@pytest.mark.parametrize("name", SAMPLES)
def test_masking_leaves_nothing_of_a_secret(name: str) -> None:
    text = f"before\n{SAMPLES[name]}\nafter {SAMPLES[name]} end\n"
    masked, count = mask(text)
    assert count == 2
    assert find_secrets(masked) == []
    assert masked.startswith("before\n") and masked.endswith(" end\n")


def test_masking_a_private_key_takes_the_whole_block() -> None:
    masked, count = mask(f"a\n{pem()}\nb\n")
    assert (masked, count) == ("a\n[masked private-key]\nb\n", 1)


SECRET = "Zq8vT2p" + "Lw9Xk3mN"


@pytest.mark.parametrize(
    "text",
    [
        f"DB_PASSWORD={SECRET}",
        f"  password: {SECRET}  # of the till",
        f"x-api-key: {SECRET}a1B2c3D4",
        f"curl --password={SECRET} https://till",
        f"jdbc:db://till/db?user=x&password={SECRET}",
        f'{{\\"password\\": \\"{SECRET}\\"}}',
        f"<password>{SECRET}</password>",
        f"postgres://admin:{SECRET}@10.20.0.5/core",
        f"postgres://admin:{SECRET}@localhost/core",
        f'publishable, password = "{SECRET}"',
        '{"a": "' + "x " * 30_000 + f'", "password": "{SECRET}"' + ', "b": "' + "y " * 30_000 + '"}',
    ],
    ids=lambda text: text[:20],
)
def test_what_leaves_is_masked_without_asking_which_file_it_is_from(text: str) -> None:
    masked, count = mask(text)
    assert (SECRET in masked, count) == (False, 1)
    assert len(masked) < len(text) + 20


@pytest.mark.parametrize(
    "line",
    ["password = get_password(user)", "token = next_token_1", "secret_key = settings.SECRET_KEY", "--token NAME"],
)
def test_code_about_secrets_is_not_masked(line: str) -> None:
    assert mask(line) == (line, 0)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_reader_sees_only_a_hint_of_a_secret(name: str) -> None:
    shown = hidden(f"before {SAMPLES[name]} after", CODE)
    assert SAMPLES[name] not in shown
    assert "characters)" in shown
    assert hidden("x = 1", CODE) == "x = 1"


def test_masking_leaves_clean_text_as_it_is() -> None:
    assert mask("def login(password: str) -> Token: ...\n") == ("def login(password: str) -> Token: ...\n", 0)


def test_a_secret_says_where_it_stands() -> None:
    token = SAMPLES["github-token"]
    text = f"한글 = 1\n키 = '{token}'\n"
    [secret] = find_secrets(text, CODE)
    assert (secret.line, secret.columns) == (2, (6, 6 + len(token)))
    assert text[slice(*secret.offsets)] == token


def test_two_secrets_on_a_line_are_two() -> None:
    assert kinds(f"{SAMPLES['github-token']} {SAMPLES['npm-token']}") == ["github-token", "npm-token"]


def test_only_the_asked_lines_are_searched() -> None:
    text = f"{SAMPLES['github-token']}\n{SAMPLES['npm-token']}\n{pem()}\n"
    assert [secret.line for secret in find_secrets(text, CODE, {2})] == [2]


PLACEHOLDERS = [
    'password = "password"',
    'password = "changeme123"',
    'password = "your-password-1"',
    'password = "test1234"',
    'password = "<password1>"',
    'password = "${DB_PASSWORD1}"',
    'password = "{{ vault_password1 }}"',
    'password = "%(db_password1)s"',
    'password = os.environ["DB_PASSWORD1"]',
    'password: process.env.DB_PASSWORD1,',
    'password = getpass("Password1: ")',
    'password = "xxxxxxxx1"',
    'password = "********1"',
    'password = "secret123"',
    'password = ""',
    'password = "12345678"',
    '"password": "Mot de passe 1",',
    '"password": "비밀번호",',
    '"passwordHint": "abc123!x"',
    'password_field = "id_password1"',
    'PASSWORD_RESET_URL = "reset/1/confirm?x=1"',
    'password_hash = "$2b$12$abcdefghijklmnopqrstuv"',
    'token_type = "bearer-v2-4f8a9c1d7e3b"',
    'token: "refresh_token_for_user_2_and_3",',
    'secret_name = "prod/db/9f8a7b6c5d4e"',
    'api_key = "YOUR_API_KEY_HERE_1234567"',
    'api_key = "0123456789abcdef0123456789abcdef"',
    'api_key = settings.API_KEY_2',
    'apiKeyHeader = "X-Api-Key-2024-09-01-rev7"',
    'secretKey = "arn:aws:secretsmanager:us-east-1:1:secret:a1b2"',
    'auth_token = "file:///run/secrets/t0ken-4f8a9c1d7e3b"',
    'token = "com.example.auth.Token12AbC"',
    'const tokenRegex = "[A-Za-z0-9]{32}x7Qw"',
    'class PasswordInput2(Widget):',
    'tokens = tokenizer.encode("abc123def456ghi789")',
    'key = "a8f5f167f44f4964e6c998dee827110c"',
    'sha256 = "' + pick(HEX, 64) + '"',
    'token_checksum = "' + pick(HEX, 64) + '"',
    'public_api_key = "' + pick(ALNUM, 32) + '"',
    '"integrity": "sha512-' + pick(ALNUM, 86) + '=="',
    'apiKey: "' + pick(HEX, 32) + '", // SEARCH_ONLY_KEY',
    "id: 123e4567-e89b-12d3-a456-426614174000",
    'session_token = "123e4567-e89b-12d3-a456-426614174000"',
    "https://user:password@proxy.corp.com/",
    "https://example.com/path?x=1:2@3",
    "postgres://app:t9-Vexing@localhost/main",
    "postgres://app:${PGPASSWORD}@db.corp.com/main",
    "postgres://{user}:{password}@db.corp.com/main",
    "git@github.com:owner/repository.git",
    "ssh://git@host.corp.com:2222/x",
    "Authorization: Bearer <token-that-you-got-1>",
    "Authorization: Bearer ${ACCESS_TOKEN_FROM_CI_1}",
    '"-----BEGIN RSA PRIVATE KEY-----"',
    "if line.startswith('-----BEGIN PRIVATE KEY-----'): key = read(stream)",
    "-----BEGIN PUBLIC KEY-----\n" + pick(ALNUM, 64) + "\n-----END PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----\n" + pick(ALNUM, 64) + "\n-----END CERTIFICATE-----",
    "AK" + "IAIOSFODNN7EXAMPLE",
    "gh" + "p_" + "x" * 36,
    "gh" + "p_" + "abcdefghijklmnopqrstuvwxyz0123456789",
    "sk" + "_test_" + pick(ALNUM, 24),
    jwt("John Doe"),
    "eyJhbGciOiJub25lIn0.not-base64-json.signature",
    "850314-1234560",
    "851399-1234567",
    "2024-01-02 123456-1234567-99",
    "tel: 010-1234-5678",
    "const data = 'data:image/png;base64," + pick(ALNUM + "+/", 400) + "'",
    "commit " + pick(HEX, 40),
]  # fmt: skip


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_what_only_looks_like_a_secret_is_left_alone(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize("path", ["package-lock.json", "web/yarn.lock", "go.sum", "uv.lock", "a/__snapshots__/x.snap"])
def test_lock_files_hold_checksums_not_secrets(path: str) -> None:
    assert kinds(SAMPLES["token"] + "\n" + SAMPLES["github-token"], path) == []


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_login.py",
        "ormconfig.sample.json",
        ".env.example",
        "src/login.spec.ts",
        "docs/usage.md",
        "examples/app.py",
    ],
)
def test_tests_and_documents_make_passwords_up_but_not_tokens_with_a_shape(path: str) -> None:
    text = "\n".join(
        SAMPLES[name] for name in ("password", "token", "url-password", "jwt", "authorization", "private-key")
    )
    assert kinds(text, path) == []
    assert kinds(SAMPLES["github-token"], path) == ["github-token"]


@pytest.mark.parametrize(
    "path", [".env", "deploy/app.ini", "config/prod.yaml", "Dockerfile", "a.properties", ".env.prod"]
)
def test_settings_files_need_no_quotes(path: str) -> None:
    assert kinds("DB_PASSWORD=" + "kT7!mZq4", path) == ["password"]
    assert kinds("DB_PASSWORD=" + "kT7!mZq4", "app/code.py") == []


def test_a_resident_number_needs_its_check_digit() -> None:
    number = resident_number()
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert (kinds(f"ssn={number}"), kinds(f"ssn={wrong}")) == (["resident-number"], [])


def test_a_hint_shows_the_beginning_of_long_secrets_only() -> None:
    assert hint("gh" + "p_" + "a" * 36) == "ghp_…(40 characters)"
    assert hint("T7!kolmZq") == "…(9 characters)"


def test_a_long_line_of_letters_is_read_in_reasonable_steps() -> None:
    assert kinds("password" * 2400) == []
    assert kinds("a" * 2_000_000 + SAMPLES["github-token"]) == []


@pytest.mark.parametrize("unit", ["eyJ", "eyJa.", "hf_", "0", "password"])
def test_masking_a_long_text_of_beginnings_ends(unit: str) -> None:
    text = f"{unit * (19_000 // len(unit))}\n" * 40
    assert mask(text) == (text, 0)


def test_a_web_token_is_masked_with_its_signature() -> None:
    assert mask(f"x {jwt()}, token={jwt()}") == ("x [masked jwt], token=[masked jwt]", 2)
    assert kinds(f"a.b('{jwt()}')") == ["jwt"]


def test_the_detector_is_imported_only_when_a_line_could_hold_a_secret() -> None:
    program = (
        "import sys, qcode; from indexer.secrets import find_secrets\n"
        "find_secrets('x = 1\\nfor y in z: pass\\n'); print('detect_secrets' in sys.modules)\n"
        "find_secrets('token = 1'); print('detect_secrets' in sys.modules)\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "True"]
