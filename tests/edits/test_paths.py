"""Which paths an answer may name, and that nothing leads out of the tree."""

from __future__ import annotations

import os
import socket
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from agents.edits import apply_answer, apply_tool_call, undo
from agents.edits.disk import DISK
from agents.edits.engine import _apply, _Terms
from agents.edits.paths import allows, needs_yes
from agents.edits.types import Answer, Edit, Request
from indexer.errors import StateProblem
from tests.edits.trees import answering, block, planted, tree_of

Form = Literal["NFC", "NFD"]
UNUSABLE = [
    "../outside.txt", "sub/../../outside.txt", "sub/../inside.txt", "/etc/hostname", "~/outside.txt", "~root/x",
    "C:\\x.txt", "c:x.txt", "\\\\server\\share\\x", "..\\outside.txt", "sub\\..\\..\\outside.txt", "a\0b", "sub/", ".",
    "sub/.", "..", ".git/config", ".GIT/config", "sub/.Git/hooks/pre-commit", ".git", "GIT~1/config", ".git /config",
    ".git./config", ".git::$INDEX_ALLOCATION/config", ".g\u200cit/config", ".gi\ufefft/config", "．ｇｉｔ/config",
    ".qcode/state/x.done", ".QCODE/State/x", "x" * 256, "\ud800.txt", "a/" * 600 + "b",
]  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    planted(tmp_path, {"outside.txt": b"mine\n"})
    return planted(tmp_path / "root", {"inside.txt": b"one\n", "sub/inner.txt": b"two\n", ".git/config": b"[core]\n"})


@pytest.mark.parametrize("path", UNUSABLE, ids=ascii)
@pytest.mark.parametrize("kind", ["replace", "create", "delete", "rename"])
def test_a_path_that_leads_out_or_into_git_is_refused_whatever_is_asked(root: Path, path: str, kind: str) -> None:
    edit = {
        "replace": Edit(1, "replace", path, "mine\n", "yours\n"),
        "create": Edit(1, "create", path, "", "yours\n"),
        "delete": Edit(1, "delete", path),
        "rename": Edit(1, "rename", "inside.txt", new_path=path),
    }[kind]
    before = tree_of(root.parent)
    outcome = _apply(root, Answer((edit,)), _Terms(lambda _: "yes", "tell", False), DISK)
    assert [(one.status, one.reason) for one in outcome.blocks] == [("refused", "BAD_PATH")]
    assert tree_of(root.parent) == before
    assert not (root / ".qcode").exists()


def special(folder: Path, kind: str) -> str:
    """Put something that is no file into the tree and return its path."""
    path = folder / "odd.txt"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            here = os.open(folder, os.O_RDONLY)
            listener.bind(f"/proc/self/fd/{here}/odd.txt")
            os.close(here)
    else:
        path.symlink_to({"link out": "../outside.txt", "link in": "inside.txt", "dangling link": "../new.txt"}[kind])
    return "odd.txt"


@pytest.mark.parametrize("kind", ["pipe", "folder", "socket", "link out", "link in", "dangling link"])
@pytest.mark.parametrize("search", ["", "mine\n"])
def test_only_a_regular_file_is_edited(root: Path, kind: str, search: str) -> None:
    path = special(root, kind)
    outcome = apply_answer(root, block(path, search, "yours\n"))
    assert outcome.blocks[0].reason == "BAD_PATH"
    assert (root.parent / "outside.txt").read_bytes() == b"mine\n"
    assert not (root.parent / "new.txt").exists()


@pytest.mark.parametrize("path", ["out/outside.txt", "out/new.txt", "in/inner.txt", "in/deep/new.txt"])
def test_no_part_of_a_path_may_be_a_link(root: Path, path: str) -> None:
    (root / "out").symlink_to("..")
    (root / "in").symlink_to("sub")
    before = tree_of(root.parent)
    for search in ("", "mine\n", "two\n"):
        assert apply_answer(root, block(path, search, "yours\n")).blocks[0].reason == "BAD_PATH"
    assert tree_of(root.parent) == before


def test_a_root_that_is_reached_through_a_link_is_a_root(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    assert apply_answer(link, block("inside.txt", "one\n", "uno\n")).applied
    assert (root / "inside.txt").read_bytes() == b"uno\n"


@pytest.mark.parametrize("path", ["./inside.txt", "inside.txt", ".//inside.txt", "././inside.txt"])
def test_a_path_may_be_written_with_dots_that_mean_nothing(root: Path, path: str) -> None:
    outcome = apply_answer(root, block(path, "one\n", "uno\n"))
    assert outcome.applied
    assert outcome.blocks[0].path == "inside.txt"


@pytest.mark.parametrize(("form", "other"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_name_in_another_normal_form_is_the_same_name(root: Path, form: Form, other: Form) -> None:
    on_disk = unicodedata.normalize(form, "폴더/파일é.txt")
    planted(root, {on_disk: b"one\n"})
    outcome = apply_answer(root, block(unicodedata.normalize(other, on_disk), "one\n", "uno\n"))
    assert outcome.applied
    assert outcome.blocks[0].path == on_disk
    created = apply_answer(root, block(unicodedata.normalize(other, "폴더/새.txt"), "", "new\n"))
    assert created.applied
    assert len(list(root.glob("*/새.txt")) + list(root.glob(unicodedata.normalize("NFD", "*/새.txt")))) == 1
    assert len([path for path in root.iterdir() if unicodedata.normalize("NFC", path.name) == "폴더"]) == 1


def test_two_names_that_differ_only_in_their_form_are_both_named_exactly(root: Path) -> None:
    names = [unicodedata.normalize(form, "파일.txt") for form in ("NFC", "NFD")]
    planted(root, {name: b"one\n" for name in names})
    assert apply_answer(root, block(names[1], "one\n", "uno\n")).applied
    assert [(root / name).read_bytes() for name in names] == [b"one\n", b"uno\n"]


def test_a_wrong_folder_is_forgiven_where_only_one_file_has_the_name(root: Path) -> None:
    outcome = apply_answer(root, block("src/inner.txt", "two\n", "dos\n"))
    assert outcome.applied
    assert outcome.blocks[0].path == "sub/inner.txt"
    assert "the only file of that name" in outcome.blocks[0].note


def test_a_wrong_folder_is_not_forgiven_where_two_files_have_the_name(root: Path) -> None:
    planted(root, {"other/inner.txt": b"two\n"})
    outcome = apply_answer(root, block("src/inner.txt", "two\n", "dos\n"))
    assert outcome.blocks[0].reason == "BAD_PATH"
    assert "sub/inner.txt" in outcome.blocks[0].note
    assert "other/inner.txt" in outcome.blocks[0].note


def test_a_name_that_is_nearly_right_is_named_and_not_used(root: Path) -> None:
    outcome = apply_answer(root, block("sub/iner.txt", "two\n", "dos\n"))
    assert outcome.blocks[0].reason == "BAD_PATH"
    assert "sub/inner.txt" in outcome.blocks[0].note
    assert "sub/inner.txt" in outcome.feedback


@pytest.mark.parametrize("path", ["a\u202etxt.py", "a\x1b[31m.py", "dir\\new.py", " a.py /b.py", "a\rb"])
def test_a_new_name_that_hides_something_is_refused(root: Path, path: str) -> None:
    before = tree_of(root)
    outcome = apply_tool_call(root, {"path": path, "old_string": "", "new_string": "x\n"})
    assert not outcome.applied
    assert tree_of(root) == before


@pytest.mark.parametrize("path", ["inside.txt/new.txt", "sub/inner.txt/deep/new.txt"])
def test_a_file_is_no_folder(root: Path, path: str) -> None:
    assert apply_answer(root, block(path, "", "x\n")).blocks[0].reason == "BAD_PATH"


def test_a_file_and_a_folder_of_one_name_in_one_answer_are_refused(root: Path) -> None:
    before = tree_of(root)
    outcome = apply_answer(root, block("new", "", "x\n") + block("new/inner", "", "y\n"))
    assert not outcome.applied
    assert tree_of(root) == before


SENSITIVE = [
    ".gitattributes", ".gitmodules", "sub/.gitattributes", ".github/workflows/ci.yml", ".GitHub/workflows/ci.yml",
    ".gitlab-ci.yml", ".pre-commit-config.yaml", ".vscode/settings.json", ".idea/x.xml", ".qcode/config.toml",
    ".claude/settings.json", ".mcp.json", "AGENTS.md", "CLAUDE.md", "conftest.py", "tests/conftest.py", ".cursorrules",
    "sitecustomize.py", "evil.pth", "Jenkinsfile", ".bashrc", ".zshrc", ".profile", ".env", ".env.local", ".npmrc",
    ".husky/pre-commit", "hooks/update", "tools/pre-commit", ".devcontainer/devcontainer.json", ".envrc", "CODEOWNERS",
]  # fmt: skip


@pytest.mark.parametrize("path", SENSITIVE)
def test_settings_hooks_and_ci_files_need_a_yes(tmp_path: Path, path: str) -> None:
    root = planted(tmp_path / "root", {path: b"one\n", "a.txt": b"one\n"})
    answer = block(path, "one\n", "uno\n") + block("a.txt", "one\n", "uno\n")
    before = tree_of(root)
    refused = apply_answer(root, answer)
    assert [(one.status, one.reason) for one in refused.blocks] == [("refused", "NEEDS_YES"), ("held", None)]
    assert tree_of(root) == before
    asked: list[Request] = []
    assert not apply_answer(root, answer, approve=answering("no", asked)).applied
    assert [(request.kind, request.paths) for request in asked] == [("sensitive", (path,))]
    assert apply_answer(root, answer, approve=lambda request: "yes").applied
    assert (root / path).read_bytes() == b"uno\n"


def test_a_file_can_not_be_renamed_into_a_hook_without_a_yes(tmp_path: Path) -> None:
    root = planted(tmp_path / "root", {"a.txt": b"one\n", ".github/x.yml": b"x\n"})
    for line in ("*** Rename File: a.txt -> .githooks/pre-commit", "*** Delete File: .github/x.yml"):
        assert apply_answer(root, line + "\n").blocks[0].reason == "NEEDS_YES"


@pytest.mark.parametrize("path", [".gitignore", "Makefile", "pyproject.toml", "package.json", "src/update", "env.py"])
def test_everyday_files_need_none(path: str) -> None:
    assert not needs_yes(path)


@pytest.mark.parametrize(
    ("glob", "path", "allowed"),
    [
        ("conftest.py", "conftest.py", True),
        ("conftest.py", "tests/conftest.py", False),
        ("**/conftest.py", "conftest.py", True),
        ("**/conftest.py", "tests/unit/conftest.py", True),
        (".github/*", ".github/workflows/ci.yml", False),
        (".github/**", ".github/workflows/ci.yml", True),
        ("*", ".env", True),
        ("*.yml", ".github.yml.bak", False),
    ],
)
def test_a_pattern_allows_what_it_says(glob: str, path: str, allowed: bool) -> None:
    assert allows(glob, path) is allowed


def test_a_state_folder_that_is_a_link_is_not_used(root: Path) -> None:
    elsewhere = root.parent / "elsewhere"
    elsewhere.mkdir()
    (root / ".qcode").symlink_to(elsewhere)
    with pytest.raises(StateProblem, match="symbolic link"):
        apply_answer(root, block("inside.txt", "one\n", "uno\n"))
    assert list(elsewhere.iterdir()) == []
    with pytest.raises(StateProblem, match="symbolic link"):
        undo(root)
