"""`qcode review` as a user runs it, in real repositories."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.review.asking import AFTER, BEFORE, MISSING, answer, rules, sentence

# ---------------------------------------------------------------- targets


def test_a_revision_is_compared_with_head(broken, qcode) -> None:
    done = qcode("review", "HEAD~1", "--json", cwd=broken.root)
    found = answer(done)
    assert MISSING in rules(done)
    assert (found["base"], found["head"]) == (broken.git("rev-parse", "HEAD~1"), broken.git("rev-parse", "HEAD"))


@pytest.mark.parametrize("spelled", ["HEAD~1..HEAD", "HEAD~1..", "HEAD~1...HEAD", "main~1", "HEAD^"])
def test_two_revisions_are_compared_with_each_other(broken, qcode, spelled) -> None:
    assert MISSING in rules(qcode("review", spelled, "--json", cwd=broken.root))


def test_three_dots_start_at_the_merge_base(broken, qcode) -> None:
    broken.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    broken.commit({"other.py": "x = 1\n"})
    found = answer(qcode("review", "main...side", "--json", cwd=broken.root))
    assert (found["base"], found["coverage"]["files"]) == (broken.git("rev-parse", "main~1"), 1)
    assert answer(qcode("review", "main..side", "--json", cwd=broken.root))["coverage"]["files"] == 2


def test_without_a_revision_the_files_on_disk_are_reviewed_untracked_ones_included(git_repo, qcode) -> None:
    repo = git_repo(BEFORE)
    repo.write({**AFTER, "new.py": "from shop.price import nothing\n<<<<<<< ours\n=======\n>>>>>>> theirs\n"})
    done = qcode("review", "--json", cwd=repo.root)
    assert MISSING in rules(done)
    assert ("conflict/marker", "new.py", 2) in rules(done)
    assert answer(done)["head"] is None


def test_staged_looks_at_the_index_only(git_repo, qcode) -> None:
    repo = git_repo(BEFORE)
    repo.write(AFTER)
    assert answer(qcode("review", "--staged", "--json", cwd=repo.root))["coverage"]["files"] == 0
    repo.git("add", "--all")
    repo.write(BEFORE)
    assert MISSING in rules(qcode("review", "--staged", "--json", cwd=repo.root))
    assert answer(qcode("review", "--worktree", "--json", cwd=repo.root))["coverage"]["files"] == 0


def test_a_revision_with_worktree_is_compared_with_the_disk(broken, qcode) -> None:
    broken.write({"extra.py": "x = 1\n"})
    assert answer(qcode("review", "HEAD~1", "--worktree", "--json", cwd=broken.root))["coverage"]["files"] == 2


def test_two_revisions_and_the_disk_are_too_much(broken, qcode) -> None:
    assert "names two" in sentence(qcode("review", "HEAD~1..HEAD", "--staged", cwd=broken.root), 2)


@pytest.mark.parametrize("words", [("",), ("--output", ""), ("--paths", "")])
def test_an_empty_word_is_no_wish(broken, qcode, words) -> None:
    assert "empty" in sentence(qcode("review", *words, cwd=broken.root), 2)


@pytest.mark.parametrize("words", [("--staged",), ()])
def test_before_the_first_commit_everything_is_reviewed(git_repo, qcode, words) -> None:
    repo = git_repo()
    repo.write({"a.py": "<<<<<<< ours\n=======\n>>>>>>> theirs\n"})
    repo.git("add", "--all")
    done = qcode("review", *words, "--json", cwd=repo.root)
    assert ("conflict/marker", "a.py", 1) in rules(done)
    assert (answer(done)["base"], answer(done)["coverage"]["files"]) == (None, 1)
    assert "has no commit yet" in sentence(qcode("review", "HEAD", cwd=repo.root), 2)


def test_a_report_overwrites_no_file_that_git_tracks(broken, qcode) -> None:
    before = (broken.root / "shop/price.py").read_bytes()
    done = qcode("review", "HEAD~1", "--output", "price.py", cwd=broken.root / "shop")
    assert "git tracks" in sentence(done, 2)
    assert (broken.root / "shop/price.py").read_bytes() == before
    for _ in range(2):
        assert qcode("review", "HEAD~1", "--output", "report.txt", cwd=broken.root).returncode == 1


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("HEAD~1", "HEAD"), "`HEAD~1..HEAD`"),
        (("shop/price.py",), "`qcode review --paths shop/price.py`"),
        (("HEAD~1", "shop/price.py"), "`qcode review HEAD~1 --paths shop/price.py`"),
    ],
)
def test_words_that_can_not_be_meant_so_name_what_may_be_meant(broken, qcode, words, remedy) -> None:
    done = qcode("review", *words, cwd=broken.root)
    sentence(done, 2)
    assert remedy in done.stderr


def test_json_and_another_format_exclude_each_other(broken, qcode) -> None:
    assert "--json" in sentence_of_json(qcode("review", "--json", "--format", "markdown", cwd=broken.root))
    assert answer(qcode("review", "HEAD~1", "--json", "--format", "json", cwd=broken.root))["findings"]


def sentence_of_json(done: Any) -> str:
    assert (done.returncode, json.loads(done.stdout)["exit"]) == (2, 2)
    return done.stderr


def test_a_merge_is_compared_with_its_first_parent(broken, qcode) -> None:
    broken.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    broken.commit({"other.py": "x = 1\n"})
    broken.git("checkout", "--quiet", "main")
    broken.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    found = answer(qcode("review", "HEAD~1", "--json", cwd=broken.root))
    assert (found["base"], found["coverage"]["files"]) == (broken.git("rev-parse", "HEAD^1"), 1)


def test_a_detached_head_and_a_subfolder_are_as_good_as_any(broken, qcode) -> None:
    broken.git("checkout", "--quiet", "--detach")
    assert MISSING in rules(qcode("review", "HEAD~1", "--json", cwd=broken.root / "shop"))


# ---------------------------------------------------------------- options


def test_a_clean_work_tree_has_nothing_to_review(broken, qcode) -> None:
    done = qcode("review", cwd=broken.root)
    assert "nothing to review" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("threshold", "code"), [("none", 0), ("info", 1), ("low", 1), ("medium", 1), ("high", 1), ("critical", 0)]
)
def test_the_exit_code_follows_fail_on(broken, qcode, threshold, code) -> None:
    assert qcode("review", "HEAD~1", "--fail-on", threshold, cwd=broken.root).returncode == code


def test_high_findings_fail_a_review_by_default_and_lower_ones_do_not(broken, qcode) -> None:
    assert qcode("review", "HEAD~1", cwd=broken.root).returncode == 1
    broken.commit({"trick.py": "x = 1  # \u202e\n"})
    assert qcode("review", "HEAD~1", cwd=broken.root).returncode == 0
    assert qcode("review", "HEAD~1", "--fail-on", "medium", cwd=broken.root).returncode == 1


def test_the_setting_says_what_fails_where_the_command_line_does_not(broken, qcode) -> None:
    qcode.config.parent.mkdir(parents=True)
    qcode.config.write_text('[review]\nfail_on = "none"\n')
    assert qcode("review", "HEAD~1", cwd=broken.root).returncode == 0
    assert qcode("review", "HEAD~1", "--fail-on", "high", cwd=broken.root).returncode == 1


def test_paths_limit_the_change_and_the_receipt_says_so(broken, qcode) -> None:
    broken.write({"shop/new.py": "x = 1\n", "other.py": "y = 2\n"})
    found = answer(qcode("review", "--json", "--paths", "new.py", cwd=broken.root / "shop"))
    assert found["coverage"] == {"files": 2, "reviewed": 1}
    assert {"what": "changed files outside --paths", "why": "not asked for", "count": 1} in found["skipped"]


@pytest.mark.parametrize("path", ["nothing.py", "../elsewhere"])
def test_a_path_that_names_nothing_is_refused(broken, qcode, path) -> None:
    assert path in sentence(qcode("review", "HEAD~1", "--paths", path, cwd=broken.root), 2)


@pytest.mark.parametrize("form", ["yaml", "SARIF", "md"])
def test_a_format_that_is_not_there_is_refused(broken, qcode, form) -> None:
    assert form in sentence(qcode("review", "--format", form, cwd=broken.root), 2)


def test_qcodeignore_of_the_base_hides_files_and_a_change_to_it_is_told(broken, qcode) -> None:
    broken.commit({".qcodeignore": "generated/\n"})
    broken.commit({".qcodeignore": "*\n", "generated/a.py": "def f(:\n", "b.py": "def g(:\n"})
    done = qcode("review", "HEAD~1", "--json", cwd=broken.root)
    assert [path for rule, path, _ in rules(done) if rule == "syntax/broken"] == ["b.py"]
    assert "generated/a.py" in [one["what"] for one in answer(done)["skipped"]]
    assert ".qcodeignore" in done.stderr


# ---------------------------------------------------------------- output


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_output_writes_the_report_to_a_file(broken, qcode, tmp_path, form) -> None:
    file = tmp_path / "out" / "report"
    file.parent.mkdir()
    done = qcode("review", "HEAD~1", "--format", form, "--output", str(file), cwd=broken.root)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"qcode: 1 high.*; the report is in {re.escape(str(file))}\n", done.stderr)
    assert "missing-argument" in file.read_text()
    assert [entry.name for entry in file.parent.iterdir()] == ["report"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o666 & ~current_umask()


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("name", ["missing/report", "."])
def test_output_that_cannot_be_a_file_is_refused(broken, qcode, tmp_path, name) -> None:
    assert "--output" in sentence(qcode("review", "HEAD~1", "--output", str(tmp_path / name), cwd=broken.root), 2)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_a_state_of_its_own(broken, qcode) -> None:
    assert "full" in sentence(qcode("review", "HEAD~1", "--output", "/dev/full", cwd=broken.root), 6)


def test_a_full_disk_leaves_the_old_report_whole(broken, qcode, small_disk) -> None:
    old = small_disk / "report"
    old.write_text("old")
    (small_disk / "filler").write_bytes(b"x" * (small_disk_room(small_disk) - 4096))
    broken.commit({f"f{n}.py": "def f(:\n" for n in range(200)})
    done = qcode("review", "HEAD~1", "--output", str(old), cwd=broken.root)
    assert "full" in sentence(done, 6)
    assert (old.read_text(), sorted(one.name for one in small_disk.iterdir())) == ("old", ["filler", "report"])


def small_disk_room(folder: Path) -> int:
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of 128 KiB of its own, where the tests may mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not let the tests mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_colours_are_for_terminals_and_for_those_who_insist(broken, qcode) -> None:
    def coloured(**env: str) -> bool:
        return "\x1b[" in qcode("review", "HEAD~1", cwd=broken.root, env=env).stdout

    assert not coloured()
    assert coloured(FORCE_COLOR="1")
    assert not coloured(FORCE_COLOR="1", NO_COLOR="1")


def test_a_second_review_says_the_same(broken, qcode) -> None:
    def once() -> dict[str, Any]:
        return {**answer(qcode("review", "HEAD~1", "--json", cwd=broken.root)), "ms": None}

    assert once() == once()


def test_a_fingerprint_lasts_when_lines_move(broken, qcode) -> None:
    def fingerprints() -> set[str]:
        found = answer(qcode("review", "HEAD~1", "--json", cwd=broken.root))["findings"]
        return {one["fingerprint"] for one in found if one["rule"] == "call/missing-argument"}

    first = fingerprints()
    broken.write({"shop/report.py": "# a line above\n\n" + BEFORE["shop/report.py"]})
    broken.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    assert first == fingerprints() != set()


def test_a_configured_backend_is_said_not_to_be_asked(broken, qcode) -> None:
    told = qcode("review", "HEAD~1", cwd=broken.root, env={"QCODE_BASE_URL": "http://127.0.0.1:9"}).stderr
    assert "without a model" in told
    assert (
        qcode("review", "HEAD~1", "--no-model", cwd=broken.root, env={"QCODE_BASE_URL": "http://127.0.0.1:9"}).stderr
        == ""
    )


def test_a_language_that_is_not_written_yet_is_told(broken, qcode) -> None:
    told = qcode("review", "HEAD~1", cwd=broken.root, env={"QCODE_LANGUAGE": "ko"}).stderr
    assert told == "qcode: this version writes its findings in English; review.language is not used yet.\n"


def test_two_broken_calls_on_one_line_are_two_findings(git_repo, qcode) -> None:
    repo = git_repo({"a.py": "def f(x):\n    pass\n", "b.py": "from a import f\n\nf(1); f(2)\n"})
    repo.commit({"a.py": "def f(x, y):\n    pass\n"})
    found = json.loads(qcode("review", "HEAD~1", "--json", cwd=repo.root).stdout)["findings"]
    assert [finding["columns"] for finding in found if finding["severity"] == "high"] == [[1, 2], [7, 8]]


def test_a_settings_file_that_is_not_there_is_told(broken, qcode, tmp_path) -> None:
    told = qcode("review", "HEAD~1", cwd=broken.root, env={"QCODE_CONFIG": str(tmp_path / "nope.toml")}).stderr
    assert "there is no such file" in told
