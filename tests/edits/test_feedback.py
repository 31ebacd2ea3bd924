"""What a model is told about refused blocks."""

from __future__ import annotations

from agents.edits import blocks, feedback, match
from agents.edits.types import Block, Edit, Fit, Misfit, Unreadable
from tests.edits.answers import block, snapshot

LOADER = """import os


def load(path):
    with open(path) as file:
        return file.read()


def save(path):
    pass
"""


def said(content: str, answer: str) -> str:
    """The feedback for an answer on the file a.py."""
    before = snapshot(content)
    parts = blocks.parse(answer).edits
    results = {one.edit.number: one for one in match.place(before, [part for part in parts if isinstance(part, Edit)])}
    refusals: dict[int, Misfit | Unreadable] = {n: one for n, one in results.items() if isinstance(one, Misfit)}
    refusals |= {part.number: part for part in parts if isinstance(part, Unreadable)}
    told = [
        Block(part.number, part.path, "refused", reason=refusals[part.number].reason)
        if part.number in refusals
        else Block(part.number, part.path, "held", "exact")
        for part in parts
    ]
    return feedback.write(told, refusals, {"a.py": before})


def test_a_miss_shows_the_nearest_lines_and_what_differs() -> None:
    answer = block("import os\n", "import sys\n") + block('def load(path):\n    with open(path, "r") as file:\n', "x\n")
    assert said(LOADER, answer) == (
        "EDIT RESULT: 0 of 2 blocks written. Block 1 fits and is held; send ONLY block 2 again.\n"
        "\n"
        "Block 2  a.py  NOT_FOUND  (closest 94 % at lines 4-5)\n"
        "SEARCH does not stand in the file like this.\n"
        "Lines now in the file (copy them exactly, without the numbers):\n"
        "   1| import os\n"
        "   2| \n"
        "   3| \n"
        "   4| def load(path):\n"
        "   5|     with open(path) as file:\n"
        "   6|         return file.read()\n"
        "   7| \n"
        "   8| \n"
        "Differences to your SEARCH:\n"
        '  line 5  yours: `    with open(path, "r") as file:`   file: `    with open(path) as file:`\n'
        "Next: Copy the lines as they stand in the file and send the block again.\n"
    )


def test_several_places_come_with_the_line_that_tells_them_apart() -> None:
    text = said("def a():\n    return 1\n\n\ndef b():\n    return 1\n", block("    return 1\n", "    return 2\n"))
    assert "It stands at lines 2-2, 6-6." in text
    assert "for lines 2-2: start SEARCH at line 1 `def a():`" in text
    assert "for lines 6-6: start SEARCH at line 5 `def b():`" in text


def test_a_block_that_is_in_the_file_is_to_be_dropped() -> None:
    text = said("first = 1\nsecond = 2\n", block("first = 0\nsecond = 0\n", "first = 1\nsecond = 2\n"))
    assert "ALREADY_APPLIED" in text
    assert "drop the block" in text.lower()


def test_a_malformed_block_comes_with_the_form_and_its_line() -> None:
    text = said("x\n", "Look:\na.py\n<<<<<<< SEARCH\nx\n>>>>>>> REPLACE\n")
    assert "Block 1  a.py  MALFORMED" in text
    assert "starts at line 3 of the answer" in text
    assert "<<<<<<< SEARCH" in text


def test_a_cut_answer_is_told_to_be_smaller() -> None:
    rejected = blocks.parse(block("x\n", "y\n"), "length").rejected
    text = feedback.write([], {}, {}, rejected=rejected)
    assert text.startswith("EDIT RESULT: 0 blocks written. TRUNCATED")
    assert "smaller" in text


def test_feedback_stays_short_however_much_is_wrong() -> None:
    content = "".join(f"line {n} of a long file\n" for n in range(500))
    search = content[:6000].replace("of a long", "of a short")
    text = said(content, "".join(block(f"{search}{n}\n", "x\n") for n in range(9)))
    sections = text.split("\n\n")
    assert len(sections) <= feedback.MOST_BLOCKS + 2
    assert all(len(section.split("\n")) <= feedback.MOST_LINES + 1 for section in sections)
    assert "Refused as well: blocks 6" in text


def test_near_paths_are_named_and_the_root_is_not() -> None:
    told = [Block(1, "scr/a.py", "refused", reason="BAD_PATH", note="/home/me/repo/scr/a.py is not there.")]
    text = feedback.write(told, {}, {}, near_paths={1: ["src/a.py"]}, root="/home/me/repo")
    assert "Existing paths like it: src/a.py" in text
    assert "/home/me" not in text


def test_nothing_is_said_where_nothing_is_refused() -> None:
    assert feedback.write([Block(1, "a.py", "applied", "exact")], {}, {}) == ""


def test_success_tells_how_loosely_a_block_was_read() -> None:
    (fit,) = match.place(snapshot("if a:\n    b()\n"), [Edit(1, "replace", "a.py", "b()\n", "c()\n")])
    assert isinstance(fit, Fit)
    text = feedback.success([Block(1, "a.py", "applied", fit.rung), Block(2, "a.py", "applied", "exact")])
    assert text == "2 of 2 blocks fit.\nblock 1: matched after its indentation was brought in line with the file's\n"
