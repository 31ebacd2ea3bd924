"""What a user wrote for a revision → a commit's id, or a sentence that says why there is none."""

from __future__ import annotations

import re
from difflib import get_close_matches

from indexer.errors import Problem, ToolProblem, Unborn, UsageProblem
from indexer.repo.objects import GitObject, Objects
from indexer.repo.place import Place, small_file
from indexer.repo.runner import Runner

_STEPS = re.compile(r"(?P<start>.*?)(?P<steps>(?:\^\d*|~\d*)+)\Z", re.DOTALL)
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")
_IN_REFTABLE = ".invalid"
"""What HEAD says where the references are kept in another format, so that an old git does not take it for its own."""
_LONGEST = 1000
_SHOWN = 80
_NAMES_COMPARED = 5000


def resolve(rev: str, objects: Objects, runner: Runner, place: Place) -> GitObject:
    """The commit that `rev` names. Raises UsageProblem."""
    if not rev or rev.startswith("-") or len(rev) > _LONGEST or not rev.isprintable():
        raise UsageProblem(f"{_shown(rev)} is not a revision.", "Give a branch, a tag, a commit id or HEAD~1.")
    if "@{" in rev:
        _check_reflog_form(rev, runner)
    found = objects.find(f"{rev}^{{commit}}")
    if isinstance(found, str):
        found = _whole_name(rev, objects) or found
    if isinstance(found, GitObject):
        return found
    raise _why(rev, found, objects, runner, place)


def _check_reflog_form(rev: str, runner: Runner) -> None:
    """`@{u}` and `@{2}` end a running `cat-file` where they name nothing, so they are tried apart."""
    tried = runner.run("rev-parse", "--verify", "--quiet", "--end-of-options", rev, ok=(0, 1, 128))
    if tried.code != 0:
        raise UsageProblem(
            f"{_shown(rev)} names no commit here: there is no upstream branch or no such reflog entry.",
            "Give a branch, a tag or a commit id.",
        )


def _whole_name(rev: str, objects: Objects) -> GitObject | None:
    """The commit of a name that runs to its end, as `:/words of the message`, and takes no suffix."""
    named = objects.find(rev)
    if isinstance(named, str) or named.kind not in ("commit", "tag"):
        return None
    commit = objects.find(f"{named.oid}^{{commit}}")
    return commit if isinstance(commit, GitObject) else None


def _why(rev: str, answer: str, objects: Objects, runner: Runner, place: Place) -> Problem:
    start = _STEPS.sub(r"\g<start>", rev)
    if "ambiguous" in (answer, objects.find(start)):
        return UsageProblem(
            f"{_shown(rev)} is ambiguous: several objects' ids start so.", "Give more digits of the id."
        )
    if damage := _damage(start, objects, runner, place):
        return damage
    if isinstance(objects.find("HEAD^{commit}"), str):
        branch = _branch(place)
        if start in ("HEAD", "@", "", branch):
            return _unborn(branch)
    other = objects.find(rev)
    if isinstance(other, GitObject):
        return UsageProblem(f"{_shown(rev)} is a {other.kind}, not a commit.", "Give a branch, a tag or a commit id.")
    walked = _STEPS.match(rev)
    if walked and walked["start"] and isinstance(objects.find(f"{walked['start']}^{{commit}}"), GitObject):
        return _no_ancestor(rev, walked["start"], walked["steps"], place)
    return UsageProblem(f"{_shown(rev)} is not a revision of this repository.", _remedy(rev, runner, place))


def _damage(start: str, objects: Objects, runner: Runner, place: Place) -> Problem | None:
    """A name that stands for a commit which is not here, or a branch whose file holds no id."""
    name = "HEAD" if start in ("", "@") else start
    if isinstance(objects.find(f"{name}^{{commit}}"), GitObject) or _HEXADECIMAL.fullmatch(name):
        return None
    tried = runner.run("rev-parse", "--verify", "--quiet", "--end-of-options", name, ok=(0, 1, 128))
    oid = tried.output.strip().decode("ascii", "replace")
    branch = _branch(place)
    if tried.code == 0 and _HEXADECIMAL.fullmatch(oid) and isinstance(objects.find(oid), str):
        sentence = f"The repository is damaged: the commit {oid[:12]}, which {_shown(name)} names, is missing."
    elif branch and name in ("HEAD", branch) and (place.common_dir / "refs" / "heads" / branch).is_file():
        sentence = f"The repository is damaged: the branch {_shown(branch)} names no commit."
    else:
        return None
    if (place.common_dir / "objects" / "info" / "alternates").exists():
        return ToolProblem(
            sentence, "It borrows objects: see whether the folders in .git/objects/info/alternates exist."
        )
    return ToolProblem(sentence, "Check it with `git fsck`, or clone it again.")


def _branch(place: Place) -> str:
    """The branch that HEAD names, empty where it names none."""
    reference = small_file(place.git_dir / "HEAD").decode("utf-8", "replace").strip()
    branch = reference.removeprefix("ref: refs/heads/") if reference.startswith("ref: refs/heads/") else ""
    return "" if branch == _IN_REFTABLE else branch


def _unborn(branch: str) -> UsageProblem:
    """Unborn only where the branch is known: elsewhere there may be commits that this git does not see."""
    where = f"The branch {_shown(branch)}" if branch else "HEAD"
    return (Unborn if branch else UsageProblem)(f"{where} has no commit yet.", "Commit something first.")


def _no_ancestor(rev: str, start: str, steps: str, place: Place) -> UsageProblem:
    if is_shallow(place):
        depth = sum(int(number or 1) for number in re.findall(r"~(\d*)", steps)) + steps.count("^")
        return UsageProblem(
            f"{_shown(rev)} is not in this shallow clone: its history was cut off.",
            f"Fetch more of it with `git fetch --deepen={depth}`.",
        )
    if re.fullmatch(r"[~^]\d*", steps) and int(steps[1:] or 1) < 2:
        return UsageProblem(
            f"{_shown(rev)} does not exist: {_shown(start)} is the first commit and has no parent.",
            "Give a commit that has a parent.",
        )
    return UsageProblem(
        f"{_shown(rev)} does not exist: the history of {_shown(start)} does not reach so far.", "Give a nearer commit."
    )


def _remedy(rev: str, runner: Runner, place: Place) -> str:
    output = runner.run("for-each-ref", "--format=%(refname:lstrip=2)", f"--count={_NAMES_COMPARED}").output
    names = output.decode("utf-8", "replace").split("\n")
    short = {name.partition("/")[2]: name for name in names}
    near = get_close_matches(rev, [*names, *short], n=3, cutoff=0.6)
    meant = list(dict.fromkeys(short.get(name, name) for name in near))
    if meant:
        return f"Did you mean {' or '.join(_shown(name) for name in meant[:3])}?"
    if is_shallow(place):
        return "This is a shallow clone; if the revision is older, run `git fetch --unshallow`."
    return "See `git branch --all` and `git tag` for the names there are."


def is_shallow(place: Place) -> bool:
    """Whether the history of this clone was cut off."""
    try:
        return place.shallow_file.stat().st_size > 0
    except OSError:
        return False


def _shown(rev: str) -> str:
    """`rev` in quotation marks, shortened, nothing in it that a terminal would obey."""
    clean = "".join(character if character.isprintable() else "?" for character in rev)
    return f"“{clean[:_SHOWN]}{'…' if len(clean) > _SHOWN else ''}”"
