"""Repositories that are broken, strange or hostile: one clear sentence and its exit code, or a correct review."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import console_script
from tests.review.asking import AFTER, BEFORE, MISSING, answer, rules, sentence

SECRET = "AKIA" + "QYLPMN5HHHFPZAM2"
NOBODY = 65534


def snapshot(root: Path) -> dict[str, bytes | str]:
    """Every file under the root, git's own among them."""
    return {
        str(path.relative_to(root)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


# ---------------------------------------------------------------- no review: a sentence


def test_a_folder_without_a_repository(qcode, tmp_path) -> None:
    assert "repository" in sentence(qcode("review", cwd=tmp_path), 2)


@pytest.mark.parametrize("arguments", [["HEAD"], ["HEAD~1"], ["HEAD", "--staged"]])
def test_a_branch_without_a_commit(git_repo, qcode, arguments) -> None:
    repo = git_repo()
    repo.write({"a.py": "x = 1\n"})
    assert "commit" in sentence(qcode("review", *arguments, cwd=repo.root), 2)


def test_a_first_commit_has_no_parent(git_repo, qcode) -> None:
    assert "HEAD~1" in sentence(qcode("review", "HEAD~1", cwd=git_repo(BEFORE).root), 2)


def test_a_shallow_clone_names_the_remedy(broken, qcode, tmp_path) -> None:
    clone = tmp_path / "clone"
    broken.git("clone", "--quiet", "--depth=1", f"file://{broken.root}", str(clone))
    done = qcode("review", "HEAD~1", cwd=clone)
    assert "shallow" in sentence(done, 2) + done.stderr
    assert "git fetch" in done.stderr


@pytest.mark.parametrize(
    "revision",
    [
        "nothing",
        "nothing..HEAD",
        "HEAD..nothing",
        "a...b",
        "..",
        "....",
        "--output=x",
        "HEAD:shop",
        "0" * 40,
        "\u202e",
        "@{u}",
    ],
)
def test_a_revision_that_is_not_there(broken, qcode, revision) -> None:
    done = qcode("review", "--", revision, cwd=broken.root)
    if revision == "..":
        assert done.returncode == 0  # HEAD..HEAD
    else:
        assert "\u202e" not in sentence(done, 2)
    assert not (broken.root / "x").exists()


def test_a_bare_repository(broken, qcode, tmp_path) -> None:
    bare = tmp_path / "bare.git"
    broken.git("clone", "--quiet", "--bare", str(broken.root), str(bare))
    assert "bare" in sentence(qcode("review", "HEAD~1", cwd=bare), 2)


def test_errors_are_an_object_too_where_json_is_asked_for(qcode, tmp_path) -> None:
    done = qcode("review", "--json", cwd=tmp_path)
    assert (json.loads(done.stdout)["exit"], done.returncode) == (2, 2)


# ---------------------------------------------------------------- strange changes: a review


def test_an_empty_commit_has_nothing_to_review(broken, qcode) -> None:
    broken.commit()
    done = qcode("review", "HEAD~1", cwd=broken.root)
    assert (done.returncode, "nothing to review" in done.stdout) == (0, True)


def test_what_has_no_text_is_told_with_its_reason(git_repo, qcode) -> None:
    repo = git_repo({"a.sh": "echo\n", "gone.py": "def f(): pass\n", "old name.py": "def g():\n    return 1\n" * 20})
    (repo.root / "a.sh").chmod(0o755)
    (repo.root / "link.py").symlink_to("/etc/passwd")
    repo.git("mv", "old name.py", "new name.py")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"
    repo.commit({"logo.png": b"\x89PNG\0\1\2", "gone.py": None, "big.py": pointer, "main.lua": "local x = 1\n"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    repo.git("commit", "--quiet", "-m", "a submodule")
    found = answer(qcode("review", "HEAD~2", "--json", cwd=repo.root))
    reasons = {one["what"]: one["why"] for one in found["skipped"]}
    assert {name: word in reasons[name] for name, word in NO_TEXT.items()} == dict.fromkeys(NO_TEXT, True)
    assert found["coverage"] == {"files": 8, "reviewed": 4}


NO_TEXT = {"logo.png": "binary", "link.py": "link", "module": "submodule", "big.py": "LFS", "main.lua": "language"}


NAMES = (
    b"new\nline.py",
    "한글 파일.py".encode(),
    b"\xb0\xa1.py",
    b"-dash.py",
    b"a\x1b[31m.py",
    b"tab\t.py",
    b'"quoted".py',
    b":(glob)*.py",
    b"deep/ folder /\xff/x.py",
)


@pytest.mark.parametrize("arguments", [[], ["--staged"], ["HEAD~1"]])
def test_any_file_name_is_reviewed(git_repo, qcode, arguments) -> None:
    repo = git_repo(BEFORE)
    for name in NAMES:
        path = repo.root / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"def f(:\n")
    if arguments == ["HEAD~1"]:
        repo.commit()
    elif arguments:
        repo.git("add", "--all")
    findings = answer(qcode("review", *arguments, "--json", cwd=repo.root))["findings"]
    broken = [one for one in findings if one["rule"] == "syntax/broken"]
    raw = [base64.b64decode(one["path_bytes"]) if one["path_bytes"] else one["path"].encode() for one in broken]
    assert sorted(raw) == sorted(NAMES)
    shown = qcode("review", *arguments, cwd=repo.root)
    assert (shown.returncode, "\x1b" in shown.stdout, "\t" in shown.stdout) == (1, False, False)


@pytest.mark.parametrize(
    "text", ["# 한국어\nx = (\n".encode("cp949"), b"\xff\xfe\x00\nx = (\n", "x = (\n".encode("utf-16")]
)
def test_text_in_other_encodings_is_reviewed_or_told(git_repo, qcode, text) -> None:
    repo = git_repo(BEFORE)
    repo.commit({"korean.py": text})
    found = answer(qcode("review", "HEAD~1", "--json", cwd=repo.root))
    assert "korean.py" in {one["path"] for one in found["findings"]} | {one["what"] for one in found["skipped"]}


MONSTERS = {
    "deep.py": b"x = " + b"(" * 100_000 + b")" * 100_000 + b"\n",
    "open.js": b"x = " + b"[" * 100_000 + b"\n",
    "line.js": b"var a=" + b"f(1);" * 1_600_000,
}


@pytest.mark.parametrize("name", MONSTERS)
def test_a_file_that_a_parser_cannot_take_is_named_and_the_rest_is_reviewed(git_repo, qcode, name) -> None:
    repo = git_repo(BEFORE)
    repo.commit({**AFTER, name: MONSTERS[name]})
    done = qcode("review", "HEAD~1", "--json", cwd=repo.root)
    assert MISSING in rules(done)
    assert name in [one["what"] for one in answer(done)["skipped"]]


# ---------------------------------------------------------------- hostile and borrowed repositories


def test_no_program_of_the_repository_is_run_and_nothing_is_written_under_it(broken, qcode, tmp_path) -> None:
    canary = tmp_path / "canary"
    canary.mkdir()
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}/$(basename $0)-$$\ncat\n")
    program.chmod(0o755)
    for hook in ("post-index-change", "reference-transaction", "pre-commit"):
        shutil.copy(program, broken.root / ".git" / "hooks" / hook)
    attributes = "* filter=evil diff=evil merge=evil\n"
    broken.git("commit", "--quiet", "--allow-empty", "-m", "before the traps")
    for key in TRAPS:
        broken.git("config", key, str(program))
    (broken.root / ".git" / "info" / "attributes").write_text(attributes)
    (broken.root / ".gitattributes").write_text(attributes)
    for name in ("json.py", "typing.py", "agents.py", "indexer.py"):
        (broken.root / name).write_text(f"open({str(canary / name)!r}, 'w')\n")
    for entry in canary.iterdir():
        entry.unlink()
    before = snapshot(broken.root)
    for arguments in ([], ["--staged"], ["HEAD~2"], ["HEAD~2...HEAD"]):
        done = qcode("review", *arguments, "--json", cwd=broken.root, env={"PYTHONPATH": "."})
        answer(done)
    assert (list(canary.iterdir()), snapshot(broken.root) == before) == ([], True)


TRAPS = (
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
    "core.editor",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "merge.evil.driver",
    "credential.helper",
)


def test_a_checkout_that_cannot_be_written_is_reviewed(broken, qcode) -> None:
    folders = [broken.root, *(path for path in broken.root.rglob("*") if path.is_dir())]
    try:
        for folder in folders:
            folder.chmod(0o555)
        assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=broken.root))
    finally:
        for folder in folders:
            folder.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give files away")
def test_a_checkout_of_another_user_is_reviewed(broken, qcode) -> None:
    for path in [broken.root, *broken.root.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=broken.root))
    assert MISSING in rules(qcode("review", "HEAD~1", "--worktree", "--json", cwd=broken.root))


def test_a_partial_clone_is_reviewed_or_told_what_to_fetch(broken, qcode, tmp_path) -> None:
    broken.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "partial"
    broken.git("clone", "--quiet", "--filter=blob:none", f"file://{broken.root}", str(clone))
    done = qcode("review", "HEAD~1", cwd=clone)
    assert "partial clone" in sentence(done, 2) + done.stderr
    assert "git fetch" in done.stderr


def test_a_damaged_index_is_built_again_with_a_notice(broken, qcode) -> None:
    first = rules(qcode("review", "HEAD~1", "--json", cwd=broken.root))
    for store in qcode.cache.rglob("*.db"):
        store.write_bytes(b"not a database " * 1000)
    done = qcode("review", "HEAD~1", "--json", cwd=broken.root)
    assert (rules(done), done.stderr != "") == (first, True)


def test_two_reviews_at_once_say_the_same(broken, qcode) -> None:
    command = [str(console_script()), "review", "HEAD~1", "--json"]
    started = [
        subprocess.Popen(
            command,
            cwd=broken.root,
            env=qcode.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(3)
    ]
    found = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [1, 1, 1]
    assert all("missing-argument" in text for text in found)


def test_a_cache_that_cannot_be_written_is_no_obstacle(broken, qcode) -> None:
    done = qcode("review", "HEAD~1", "--json", cwd=broken.root, env={"QCODE_CACHE_DIR": "/proc/nothing"})
    assert MISSING in rules(done)


# ---------------------------------------------------------------- streams and locales


def test_a_reader_who_leaves_early_is_no_error(broken, qcode) -> None:
    command = f"{console_script()} review HEAD~1 --json | true"
    done = subprocess.run(["sh", "-c", command], cwd=broken.root, env=qcode.environment, capture_output=True, text=True)
    assert done.stderr == ""


@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_leave_the_exit_code(broken, qcode, redirection) -> None:
    command = f"{console_script()} review HEAD~1 {redirection}"
    done = subprocess.run(["sh", "-c", command], cwd=broken.root, env=qcode.environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_stdout_is_told(broken, qcode) -> None:
    command = f"{console_script()} review HEAD~1 > /dev/full"
    done = subprocess.run(["sh", "-c", command], cwd=broken.root, env=qcode.environment, capture_output=True, text=True)
    assert done.returncode == 6
    assert "full" in sentence(subprocess.CompletedProcess([], 6, "", done.stderr), 6)


LOCALES: list[dict[str, Any]] = [
    {"LANG": "C", "LC_ALL": "C"},
    {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "ascii"},
    {"LANG": None},
]


@pytest.mark.parametrize("locale", LOCALES)
def test_any_locale_will_do(git_repo, qcode, locale) -> None:
    repo = git_repo(BEFORE)
    repo.commit({"한글.py": "값 = (  # 합계\n"})
    assert ("syntax/broken", "한글.py") in [
        one[:2] for one in rules(qcode("review", "HEAD~1", "--json", cwd=repo.root, env=locale))
    ]
    done = qcode("review", "HEAD~1", cwd=repo.root, env=locale)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_secret_in_an_untracked_file_is_found_and_not_repeated(broken, qcode) -> None:
    broken.write({"deploy.py": f'KEY = "{SECRET}"\n'})
    for form in ("text", "markdown", "json"):
        done = qcode("review", "--format", form, cwd=broken.root)
        assert (done.returncode, "secret/" in done.stdout, SECRET in done.stdout) == (1, True, False)
