"""The sections of the results, from what the benchmarks counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from benchmarks.commits import Row
from benchmarks.nouns import CONTROLS, KINDS
from benchmarks.report import machine, ratio, table
from benchmarks.seeded import Result, Tally

SEEDED, COMMITS, SPEED = "Seeded breakages", "Real commits", "Speed"
COUNTED = ("mutations", "sites", "found", "recall", "findings", "true", "neutral", "can't tell", "precision")
SEEDED_TEXT = """\
Command: `python -m benchmarks seeded --repos DIR --seed {seed} --limit {limit}`. {machine}

Definitions of real repositories are changed one at a time, in a commit of their own whose callers are not updated.
Who uses a definition is asked from a language server (basedpyright, the TypeScript compiler's), for what a pytest
fixture hands to a test with the class that it returns; whether such a use breaks is judged on its own syntax. A site is
found when a finding of severity medium or higher covers its line. Precision is the share of the findings that cover a
broken site or a consequence that was checked independently (an override, `__all__`, a patched name); findings at places
where either answer would be right (guarded, forwarded arguments) are neutral and not in it. "can't tell" counts
findings that are taken as false although the language server itself does not know what the name means there."""
GO_TEXT = """\
Command: `python -m benchmarks seeded --repos DIR --only Go --seed {seed} --limit {limit}`. {machine}

Definitions of real repositories are changed one at a time, in a commit of their own whose callers are not updated. The
sites are the errors that the type checker of Go (go/types, for Linux without cgo, tests included) then has and did not
have before, at a line that names the definition or where a type no longer implements an interface; errors inside of the
definition, and those that only follow from another one (a field of an embedded type that is gone), count neither way.
What the repositories import is read from clones where they are there (`spf13/pflag`, `uber-go/multierr`); of what is
not there the checker knows no types. A site is found when a finding of severity medium or higher covers its line, and a
finding that covers none counts against the precision. Of the changes that break nothing the type checker said so too;
"moved with re-export" is a definition that moves to another file of its package, "optional added" a variadic one."""
NOTES = {
    "Java": """\
A broken site is a line with an error of javac that was not there before and says that a name, or a version of it that
takes these arguments, is not there; other new errors, and those inside of the changed definition, are neutral.""",
    "Rust": """\
Who uses a definition is told by `rustc`: every definition is marked as deprecated, and the warnings of one compilation
of the workspace (libraries, programs, tests and examples) are the uses. What stands in a macro is not judged; places
under another `cfg`, and a module's name in front of what it only hands on, are neutral. A definition that is written
several times for several `cfg` is left out. An order of parameters and `async` are the compiler's to tell.""",
}
"""What is said of a language before its tables."""
COMMITS_TEXT = """\
Command: `python -m benchmarks commits --repos DIR{only}`. {machine}

The last commits (no merges) whose diff adds or removes a line that begins a definition, told by one regular expression
a language. Findings of severity medium or higher of the impact analysis and of the checks. Classes come from
`benchmarks/classified.toml`, where a person wrote down what each finding is."""


def one_line(result: Result) -> str:
    """A repository's result for the terminal."""
    total = _sum(result.kinds.values())
    receivers = ", ".join(f"{name} {ratio(t.found, t.sites)}" for name, t in sorted(result.receivers.items()))
    silent = sum(t.findings for t in result.controls.values())
    return (
        f"{result.repository}: {total.mutations} changes, recall {ratio(total.found, total.sites)} of {total.sites} "
        f"({receivers}), precision {_precision(total)} of {total.findings}, controls {silent} findings, "
        f"{result.seconds:.0f} s"
    )


def seeded(results: list[Result], seed: int, limit: int) -> str:
    """The section of the seeded benchmark."""
    text = GO_TEXT if {result.language for result in results} == {"Go"} else SEEDED_TEXT
    parts = [text.format(seed=seed, limit=limit, machine=machine()), _revisions(results)]
    for language in dict.fromkeys(result.language for result in results):
        ours = [result for result in results if result.language == language]
        parts.append(f"### {language}")
        parts += [NOTES[language]] if language in NOTES else []
        parts.append(table(("change", *COUNTED), _kind_rows(ours)))
        parts.append(table(("how the definition is reached", "sites", "found", "recall"), _receiver_rows(ours)))
        parts.append(table(("definition", *COUNTED), _form_rows(ours)))
        parts.append(table(("repository", *COUNTED), _repository_rows(ours)))
        parts.append(_control_table(ours))
        parts.append(_left_out(ours))
    return "\n\n".join(part.strip() for part in parts)


def commits(rows: list[Row], only: str | None = None) -> str:
    """The section of the real commits."""
    columns = ("repository", "at", "commits", "that changed a symbol", "with findings", "findings", "a commit",
               "true", "false", "not classed")  # fmt: skip
    shown = [_commit_row(row) for row in rows]
    total = Row("all", "")
    for row in rows:
        total.commits += row.commits
        total.with_changes += row.with_changes
        total.commits_with_findings += row.commits_with_findings
        total.findings += row.findings
        total.classes.update(row.classes)
        total.left_out.update(row.left_out)
    parts = [
        COMMITS_TEXT.format(machine=machine(), only=f" --only {only}" if only else ""),
        table(columns, [*shown, _commit_row(total)]),
    ]
    if total.left_out:
        parts.append("Not reviewed: " + "; ".join(f"{count} × {why}" for why, count in total.left_out.most_common()))
    parts.append("### Every finding\n\n" + _findings(rows))
    return "\n\n".join(part.strip() for part in parts)


def _findings(rows: list[Row]) -> str:
    columns = ("commit", "place", "rule", "title", "class", "reason")
    return table(
        columns,
        [
            (f"{f['repository']} {f['commit']}", f"`{f['path']}:{f['line']}`", f["rule"], f["title"],
             f["class"] or "not classed", f["reason"])
            for row in rows
            for f in row.shown
        ],
    )  # fmt: skip


def _commit_row(row: Row) -> tuple[object, ...]:
    a_commit = f"{row.findings / row.commits:.3f}" if row.commits else "–"
    return (row.repository, row.head[:12], row.commits, row.with_changes, row.commits_with_findings, row.findings,
            a_commit, row.classes["true"], row.classes["false"], row.classes["unclassed"])  # fmt: skip


def _revisions(results: list[Result]) -> str:
    named = "; ".join(f"{result.repository} {result.commit[:12]}" for result in results)
    several = sum(result.duplicates for result in results)
    total = sum(tally.mutations for result in results for tally in result.kinds.values())
    return (
        f"At: {named}. {several} of {total} changes are of names that are defined more than once in their repository."
    )


def _kind_rows(results: list[Result]) -> Iterable[tuple[object, ...]]:
    kinds = [(kind, _sum(r.kinds[kind] for r in results if kind in r.kinds)) for kind in KINDS]
    total, apart = Tally(), Tally()
    for kind, tally in kinds:
        (apart if kind == "reorder" else total).add(tally)
        if kind != "reorder" and tally.mutations:
            yield _row(kind, tally)
    yield _row("all of these", total)
    yield _row("reorder", apart)


def _receiver_rows(results: list[Result]) -> Iterable[tuple[object, ...]]:
    usual = ("imports decide", "receiver inferred")
    for name in (*usual, *sorted({name for r in results for name in r.receivers} - set(usual))):
        tally = _sum(r.receivers[name] for r in results if name in r.receivers)
        yield name, tally.sites, tally.found, ratio(tally.found, tally.sites)


def _form_rows(results: list[Result]) -> Iterable[tuple[object, ...]]:
    for form in sorted({form for r in results for form in r.forms}):
        yield _row(form, _sum(r.forms[form] for r in results if form in r.forms))


def _repository_rows(results: list[Result]) -> Iterable[tuple[object, ...]]:
    for result in results:
        yield _row(result.repository, _sum(result.kinds.values()))


def _control_table(results: list[Result]) -> str:
    kinds: list[str] = [kind for kind in CONTROLS if any(kind in r.controls for r in results)]
    kinds += dict.fromkeys(kind for r in results for kind in r.controls if kind not in CONTROLS)
    rows = [(kind, _sum(r.controls[kind] for r in results if kind in r.controls)) for kind in kinds]
    return table(("change that breaks nothing", "changes", "findings"), [(k, t.mutations, t.findings) for k, t in rows])


def _left_out(results: list[Result]) -> str:
    total: Counter[str] = Counter()
    for result in results:
        total.update(result.left_out)
    return "Left out of the choice: " + "; ".join(f"{count} × {why}" for why, count in total.most_common()) + "."


def _row(name: str, tally: Tally) -> tuple[object, ...]:
    return (name, tally.mutations, tally.sites, tally.found, ratio(tally.found, tally.sites), tally.findings,
            tally.true, tally.neutral, tally.unknown, _precision(tally))  # fmt: skip


def _precision(tally: Tally) -> str:
    return ratio(tally.true, tally.findings - tally.neutral)


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total
