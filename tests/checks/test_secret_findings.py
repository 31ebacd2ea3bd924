"""`secret/<kind>`: secrets in added lines, shown so that nobody can use them."""

from __future__ import annotations

import pytest

from indexer.secrets import find_secrets
from tests.checks.secret_samples import SAMPLES, pem
from tests.checks.world import checked, rules

TOKEN = SAMPLES["github-token"]


def test_an_added_secret_is_reported_where_it_stands() -> None:
    [found] = checked({"a.py": "x = 1\n"}, {"a.py": f'x = 1\nTOKEN = "{TOKEN}"\n'})
    assert (found.rule, found.severity, found.source) == ("secret/github-token", "high", "check")
    assert (found.lines, found.columns) == ((2, 2), (10, 10 + len(TOKEN)))


@pytest.mark.parametrize("name", SAMPLES)
def test_no_part_of_the_finding_repeats_the_secret(name: str) -> None:
    text = f"first\n{SAMPLES[name]}\n"
    [secret] = find_secrets(text, "a.cfg")
    value = text[slice(*secret.offsets)]
    [found] = checked({"a.cfg": "first\n"}, {"a.cfg": text})
    middle = value[len(value) // 2 - 2 : len(value) // 2 + 3]
    assert middle not in found.title + found.why + found.evidence


def test_the_evidence_keeps_the_rest_of_the_line() -> None:
    [found] = checked({"a.py": ""}, {"a.py": f'TOKEN = "{TOKEN}"  # 토큰\n'})
    assert found.evidence == 'TOKEN = "ghp_…(40 characters)"  # 토큰'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f'a = "{TOKEN}"\n', f'a = "{TOKEN}"\nb = 1\n'),
        (f'a = "{TOKEN}"\n', f'first = 1\nrenamed = "{TOKEN}"\n'),
        (f'a = "{TOKEN}"\n', "a = 1\n"),
    ],
    ids=["beside a change", "moved inside the file", "taken out"],
)
def test_what_was_there_before_is_not_reported(before: str, after: str) -> None:
    assert rules({"a.py": before}, {"a.py": after}) == []


def test_a_renamed_file_keeps_its_secrets_quietly() -> None:
    text = f'a = "{TOKEN}"\n'
    assert rules({"a.py": text}, {"b.py": text + "c = 1\n"}, {"b.py": "a.py"}) == []


def test_a_new_file_is_all_added() -> None:
    assert rules({}, {"keys/id": pem()}) == ["secret/private-key"]


def test_cp949_text_is_read() -> None:
    found = checked({}, {"app.ini": f"# 접속 정보\ntoken = {TOKEN}\n".encode("cp949")})
    assert [(each.rule, each.lines[0]) for each in found] == [("secret/github-token", 2)]


def test_a_binary_file_is_not_read() -> None:
    assert rules({}, {"a.bin": b"\0" + TOKEN.encode()}) == []


def test_endless_secrets_are_cut() -> None:
    text = "".join(f'k{number} = "{TOKEN[:-3]}{number:03}"\n' for number in range(300))
    assert len(rules({}, {"a.py": text})) == 50
