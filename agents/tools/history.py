"""`log` and `diff`: what was changed, by whom, and why."""

from __future__ import annotations

from agents.edits.diff import diff as drawn
from agents.edits.types import FileChange, FileState
from agents.model.types import JSON
from agents.tools.gate import Gate
from agents.tools.types import Refused, Result, Work
from indexer.errors import Problem
from indexer.types import Tree

MOST_COMMITS = 50


def log(gate: Gate, arguments: JSON) -> Work:
    """The last commits, of one file where a path is given."""
    yield from ()
    path = gate.path(str(arguments["path"]), "log") if "path" in arguments else None
    most = min(MOST_COMMITS, max(1, int(arguments.get("most", 10))))
    try:
        commits = gate.workshop.index.repo.log("HEAD", most, path)
    except Problem as problem:
        raise Refused(str(problem)) from None
    lines = [f"{each.oid[:12]} {each.date[:10]} {each.author}: {each.message.strip()}" for each in commits]
    return Result(True, "\n\n".join(lines) or "No commit touches it.")


def diff(gate: Gate, arguments: JSON) -> Work:
    """The change between a revision and the files on disk, or between two revisions."""
    yield from ()
    repo, index = gate.workshop.index.repo, gate.workshop.index
    try:
        base = repo.commit_tree(repo.resolve(str(arguments.get("base", "HEAD"))))
        if "head" in arguments:
            head = repo.commit_tree(repo.resolve(str(arguments["head"])))
        else:
            index.refresh()
            head = index.worktree
        found = index.diff(base, head)
    except Problem as problem:
        raise Refused(str(problem)) from None
    verdict = gate.workshop.rules.verdict
    open_to_it = [
        each for each in found if verdict("diff", [path for path in (each.old_path, each.new_path) if path]) != "deny"
    ]
    wanted = gate.path(str(arguments["path"]), "diff") if "path" in arguments else None
    changes = [
        FileChange(_state(gate, base, each.old_path), _state(gate, head, each.new_path))
        for each in open_to_it
        if wanted is None or wanted in (each.old_path, each.new_path)
    ]
    return Result(True, drawn(changes) or "Nothing differs.")


def _state(gate: Gate, tree: Tree, path: str | None) -> FileState:
    if path is None:
        return FileState("/dev/null", None)
    return FileState(path, gate.workshop.index.repo.read(tree, path) if path in tree.entries else None)
