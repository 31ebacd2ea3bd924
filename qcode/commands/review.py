"""`qcode review`: what a change breaks, and what else a reader should look at."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import Problem, UsageProblem
from qcode.arguments import from_root
from qcode.config import Settings
from qcode.output import complain, to_json, worst

if TYPE_CHECKING:
    from agents.types import Done, Event, Target
    from indexer.repo import Repo
    from indexer.types import Finding, Skipped
    from qcode.report.progress import Bar
    from qcode.report.types import Report

HELP = "review a change: what it breaks, and what else a reader should look at"
FORMATS = ("text", "json", "sarif", "markdown", "codequality", "rdjsonl", "github")
FOR_PROGRAMS = frozenset({"json", "sarif", "codequality", "rdjsonl", "github"})
"""Formats that are UTF-8 whatever the locale says."""
FOR_NOTICES = frozenset({"json", "codequality", "rdjsonl"})
"""Formats that have no place for a notice about the run, or one that nobody reads."""
PHASES = {
    "diff": "comparing",
    "impact": "looking for what the change breaks",
    "checks": "checking the changed lines",
}
THRESHOLDS = ("none", "info", "low", "medium", "high", "critical")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `qcode review` takes."""
    parser.add_argument(
        "revision",
        nargs="?",
        metavar="REV|A..B|A...B",
        help="a commit against HEAD (HEAD~1: the last commit), one against another, or the second against their merge "
        "base; without it, HEAD against the files on disk",
    )
    parser.add_argument("further", nargs="*", help=argparse.SUPPRESS)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--staged", action="store_true", help="compare with the index, what `git commit` would record")
    where.add_argument(
        "--worktree", action="store_true", help="compare with the files on disk, untracked ones included"
    )
    parser.add_argument("--no-model", action="store_true", help="ask no model, even where a backend is configured")
    parser.add_argument(
        "--paths",
        nargs="+",
        action="extend",
        default=[],
        metavar="P",
        help="only changes in these files, folders or globs",
    )
    parser.add_argument("--all", action="store_true", help="list the ambiguous findings, and the info ones one by one")
    parser.add_argument(
        "--fail-on",
        choices=THRESHOLDS,
        help="exit with 1 from this severity on (default: the setting review.fail_on, which is high if nobody set it)",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="how the report is written (default: text): sarif for code scanning, codequality for GitLab, rdjsonl for "
        "reviewdog, github for the annotations of a workflow",
    )
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument("--output", metavar="F", help="write the report to this file, whole or not at all")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the report; 0, or 1 where a finding is as severe as --fail-on."""
    from agents.review import review
    from indexer.index import open_index
    from qcode.report import destination
    from qcode.report.progress import Bar
    from qcode.report.types import compose

    _tell_of_settings(arguments, settings)
    if arguments.fail_on:
        settings.allow_override("review.fail_on", "--fail-on")
    output = _output(arguments)
    if output:
        destination.check(output)
    form = _form(arguments)
    gathered = _Gathered()
    failure: Problem | None = None
    remote: str | None = None
    with open_index(Path.cwd(), settings.index_dir, os.environ) as index, Bar(sys.stderr, "qcode: reading") as bar:
        target = _target(arguments, index.repo, settings.ignore)
        if output:
            destination.check_untracked(output, index.repo)
        try:
            gathered.take(shown(review(index, target, progress=bar.tell), bar))
        except Problem as problem:
            failure = problem
        if form == "sarif":
            remote = index.repo.origin()
    if gathered.done is None:
        raise failure or AssertionError("a review ends with Done or with a Problem")
    report = compose(
        target,
        gathered.findings,
        gathered.skipped,
        gathered.done,
        everything=arguments.all,
        fail_on=arguments.fail_on or settings.review.fail_on,
        remote=remote,
    )
    if failure is not None:
        report = replace(report, exit=worst([report.exit, failure.exit_code]))
    with suppress(BrokenPipeError):  # whoever reads has read enough, and the exit code is known
        _write(report, form, output)
    if output:
        counted = ", ".join(f"{count} {severity}" for severity, count in report.counts.items()) or "no findings"
        print(f"qcode: {counted}; the report is in {output}", file=sys.stderr)  # noqa: T201
    if failure is not None:
        complain(str(failure), failure.remedy)
    return report.exit


def _tell_of_settings(arguments: argparse.Namespace, settings: Settings) -> None:
    """Which settings this version reads and does not use yet."""
    if settings.backend.base_url and not arguments.no_model:
        print("qcode: this version reviews without a model; the configured backend is not asked.", file=sys.stderr)  # noqa: T201
    if settings.review.language != "en":
        print("qcode: this version writes its findings in English; review.language is not used yet.", file=sys.stderr)  # noqa: T201


def shown(events: Iterable[Event], bar: Bar) -> Iterator[Event]:
    """The events, of which the bar shows what is being done."""
    from agents.types import Stage

    for event in events:
        if isinstance(event, Stage) and event.name in PHASES:
            bar.phase(f"qcode: {PHASES[event.name]}")
        yield event


@dataclass
class _Gathered:
    """What the events of a review said."""

    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    done: Done | None = None

    def take(self, events: Iterable[Event]) -> None:
        """Keep what each event tells, until the last one or a Problem."""
        from agents.types import Done, Found, Left

        for event in events:
            if isinstance(event, Found):
                self.findings.append(event.finding)
            elif isinstance(event, Left):
                self.skipped.append(event.skipped)
            elif isinstance(event, Done):
                self.done = event


# ---------------------------------------------------------------- the target


def _form(arguments: argparse.Namespace) -> str:
    if arguments.json and arguments.format not in (None, "json"):
        raise UsageProblem(f"--json and --format {arguments.format} were given together.", "Give one of the two.")
    return "json" if arguments.json else arguments.format or "text"


def _output(arguments: argparse.Namespace) -> Path | None:
    if arguments.output == "":
        raise UsageProblem("--output was given an empty name.", "Name a file, or leave it out.")
    return None if arguments.output is None else Path(arguments.output)


def _target(arguments: argparse.Namespace, repo: Repo, ignore: tuple[str, ...]) -> Target:
    from agents.types import Target

    revision: str | None = arguments.revision
    _check_revision(revision, arguments.further, repo)
    paths = tuple(from_root(path, repo.root) for path in arguments.paths)
    on_disk = "staged" if arguments.staged else "worktree" if arguments.worktree else None
    if revision is None or ".." not in revision:
        kind = on_disk or ("range" if revision else "worktree")
        return Target(kind, revision, None, paths, ignore)
    if on_disk:
        raise UsageProblem(
            f"--{on_disk} compares one commit with what is not committed; {revision} names two.",
            f"Give one revision with --{on_disk}, or leave it out.",
        )
    dots = "..." if "..." in revision else ".."
    base, _, head = revision.partition(dots)
    return Target("since" if dots == "..." else "range", base or "HEAD", head or "HEAD", paths, ignore)


def _check_revision(revision: str | None, further: list[str], repo: Repo) -> None:
    """UsageProblem where the revision is empty, is a file, or is followed by more words."""
    if revision is None:
        return
    if not revision:
        raise UsageProblem(
            "The revision is empty.", "Give a commit, A..B or A...B; leave it out to review what is not committed."
        )
    words = [revision, *further]
    paths = [word for word in words if _is_path(word, repo)] if ".." not in revision else []
    if paths:
        revisions = [word for word in words if word not in paths]
        named = [shlex.quote(path) for path in paths]
        raise UsageProblem(
            f"{named[0]} is a path, not a revision.",
            f"Narrow a review down with `qcode review {' '.join([*revisions, '--paths', *named])}`.",
        )
    if further:
        remedy = f"Write `{revision}..{further[0]}`, or `...` between them." if len(words) == 2 else "Give one."
        raise UsageProblem(f"A review takes one revision or one range, and {len(words)} words were given.", remedy)


def _is_path(word: str, repo: Repo) -> bool:
    if not os.path.lexists(word):
        return False
    try:
        repo.resolve(word)
    except UsageProblem:
        return True
    return False


# ---------------------------------------------------------------- the answer


def _write(report: Report, form: str, output: Path | None) -> None:
    from qcode.report import destination

    if form in FOR_NOTICES:
        for notice in report.done.notices:
            complain(notice)
    if output is not None:
        destination.write(output, _drawn(report, form, to_file=True).encode("utf-8", "backslashreplace"))
    elif form in FOR_PROGRAMS:
        sys.stdout.flush()
        sys.stdout.buffer.write(_drawn(report, form).encode())
    else:
        sys.stdout.write(_drawn(report, form))


def _drawn(report: Report, form: str, to_file: bool = False) -> str:
    if form == "text":
        from qcode.report.colour import Style, style_of
        from qcode.report.text import text

        return text(report, Style() if to_file else style_of(sys.stdout, os.environ))
    if form == "json":
        from qcode.report import json

        return to_json(json.SCHEMA, json.body(report), report.exit, json.skipped(report))
    drawing = import_module(f"qcode.report.{form}")  # every other format is a module with a function of its name
    drawn: str = getattr(drawing, form)(report)
    return drawn
