"""What holds for every file and every answer."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.edits import blocks, match
from agents.edits.types import Answer, Edit, Fit, Misfit
from tests.edits.answers import block, placed, snapshot
from tests.edits.mutations import KINDS, cases

LINES = st.lists(
    st.sampled_from(["", "a", "b", "  a", "\ta", "a ", "def f():", "x = 'ü'", "=======", "<b>"]), max_size=12
)
ENDS = st.sampled_from(["\n", "\r\n"])
PIECES = st.sampled_from([
    "a.py\n", "<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "<<<<<<<<< SEARCH\n", "</think>\n", "<think>\n",
    "```py\n", "<tool_call>\n", "</tool_call>\n", "<function=e>\n", "*** Delete File: b\n", "x\n", "\r\n", "&lt;" * 7,
    " SEARCH\n", "\ufeff", "\u2028", "++++++ REPLACE\n", "<parameter=path>",
    "{\"name\": \"edit\", \"arguments\": {}}\n",
])  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file whose line ends may be mixed and whose last line may have none."""
    lines = [line + draw(ENDS) for line in draw(LINES)]
    return "".join(lines) + draw(st.sampled_from(["", "end", "\t"]))


def text_of(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=200), st.sampled_from(["stop", "length"]))
@settings(max_examples=500)
def test_reading_never_raises_and_pieces_do_not_matter(answer: str, reason: str) -> None:
    read = blocks.parse(answer, reason)
    assert isinstance(read, Answer)
    assert [part.number for part in read.edits] == list(range(1, len(read.edits) + 1))
    reader = blocks.Reader()
    for sign in answer:
        reader.feed(sign)
    assert reader.close(reason) == read


KEYS = st.sampled_from(["path", "old_string", "new_string", "edits", "replace_all", "text"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
)


@given(JSON)
def test_tool_arguments_never_raise(arguments: object) -> None:
    assert isinstance(blocks.from_tool_call(json.dumps(arguments)), Answer)


@given(files(), LINES, LINES)
@settings(max_examples=500)
def test_what_lies_outside_of_the_place_is_kept_byte_for_byte(
    content: str, search: list[str], replace: list[str]
) -> None:
    before = snapshot(content)
    edits = [Edit(1, "replace", "a.py", text_of(search), text_of(replace))]
    (found,) = match.place(before, edits)
    assert match.place(before, edits) == [found]
    if isinstance(found, Misfit):
        assert match.splice(before, []) == before.lines
        return
    after = match.splice(before, [found])
    assert after[: found.start] == before.lines[: found.start]
    assert after[len(after) - (len(before.lines) - found.end) :] == before.lines[found.end :]
    if found.after and search:
        assert after[-1].endswith("\n") == content.endswith("\n")


@given(files(), LINES, st.data())
@settings(max_examples=300)
def test_an_exact_edit_does_what_replacing_text_does(content: str, after: list[str], data: st.DataObject) -> None:
    whole = content.replace("\r\n", "\n")
    lines = whole.split("\n")[:-1]
    start = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(start, len(lines)))
    search, new = text_of(lines[start:end]), text_of(after)
    spots = [at for at in range(len(lines)) if lines[at : at + end - start] == lines[start:end]]
    if not search.strip() or len(spots) != 1 or search == new:
        return
    fits = match.place(snapshot(whole), [Edit(1, "replace", "a.py", search, new)])
    if isinstance(fits[0], Fit):
        expected = text_of(lines[:start]) + new + text_of(lines[end:]) + whole.split("\n")[-1]
        assert "".join(match.splice(snapshot(whole), [fits[0]])) == expected
    else:
        assert fits[0].reason == "ALREADY_APPLIED"


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(1, 4), LINES), max_size=6))
def test_edits_of_one_file_do_not_depend_on_each_other(chosen: list[tuple[int, int, list[str]]]) -> None:
    lines = [f"line number {n}" for n in range(20)]
    edits = [
        Edit(n, "replace", "a.py", text_of(lines[start : start + size]), text_of(["new", *after]))
        for n, (start, size, after) in enumerate(chosen, 1)
    ]
    before = snapshot(text_of(lines))
    fits = [one for one in match.place(before, edits) if isinstance(one, Fit)]
    expected, at = [], 0
    for fit in sorted({(one.start, one.end, one.after) for one in fits}):
        expected += [*before.lines[at : fit[0]], *fit[2]]
        at = fit[1]
    assert match.splice(before, fits) == (*expected, *before.lines[at:])


@given(LINES, LINES)
def test_a_block_says_what_it_was_written_from(search: list[str], replace: list[str]) -> None:
    (edit,) = blocks.parse(block(text_of(search), text_of(replace), width=9)).edits
    assert isinstance(edit, Edit)
    assert edit.replace == text_of(replace)
    assert edit.search == (text_of(search) if text_of(search).strip() else "")


@pytest.mark.parametrize(
    ("kind", "least"),
    [(kind, {"typo in context": 90, "stale: a line came in": 60, "dropped line": 50, "stands twice": 0,
              "done already": 0, "first line stripped": 90}.get(kind, 99))
     for kind in KINDS],
)  # fmt: skip
def test_misquoted_edits_of_real_code_are_applied_rightly_or_refused(kind: str, least: int) -> None:
    outcomes: Counter[str] = Counter()
    for case in cases(kind, seed=20261122, count=100):
        after = placed(case.file, [Edit(1, "replace", "a.py", case.search, case.replace)])
        right = case.after is not None and after == case.after.encode()
        outcomes["refused" if isinstance(after, str) else "right" if right else "wrong"] += 1
    assert outcomes["wrong"] == 0
    assert outcomes["right"] >= least
