"""Real commits: how much does the review say about changes that were fine, and is what it says true?"""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.repositories import Named
from benchmarks.scratch import Clone
from indexer.errors import Problem
from indexer.impact.changes import changes
from indexer.impact.go import is_go
from indexer.impact.go.changes import go_changes
from indexer.impact.go.world import GoWorld
from indexer.impact.java import java_changes, without_java
from indexer.impact.world import World
from indexer.index import Index, open_index
from indexer.types import SEVERITIES, FileDiff, Finding

SHOWN = SEVERITIES[SEVERITIES.index("medium") :]
CLASSES = Path(__file__).with_name("classified.toml")
REOPENED_AFTER = 40
"""Commits after which the index is opened anew: it keeps what it parsed."""
PATHS = {
    "Go": ("*.go",),
    "Python": ("*.py", "*.pyi"),
    "Rust": ("*.rs",),
    "Java": ("*.java",),
    "script": ("*.ts", "*.tsx", "*.mts", "*.cts", "*.js", "*.jsx", "*.mjs", "*.cjs"),
    "C": ("*.c", "*.h"),
    "C++": ("*.cpp", "*.cc", "*.cxx", "*.h", "*.hpp"),
    "C#": ("*.cs",),
    "Ruby": ("*.rb",),
    "PHP": ("*.php",),
    "Kotlin": ("*.kt", "*.kts"),
}
_C = r"^[-+](#\s*define\s|typedef\b|(static|extern|inline|template|class|struct|enum|union)\b|\w[\w\s*&:<>,]*\([^;]*$)"
_TYPED = r"^[-+]\s*((public|private|protected|internal|static|final|abstract|open|override|sealed|data)\s+)*"
DEFINITION = {
    "Go": re.compile(r"^[-+](func|type|const|var)\b|^[-+]\t[A-Za-z_]\w*\s+[\w*.\[\]]+(\s+`[^`]*`)?\s*$", re.MULTILINE),
    "Python": re.compile(r"^[-+]\s*(async\s+def|def|class)\s+\w|^[-+][A-Za-z_]\w*\s*(:[^=]+)?=[^=]", re.MULTILINE),
    "Rust": re.compile(
        r"^[-+]\s*(pub(\([^)]*\))?\s+)?((default|const|async|unsafe|extern(\s+\"\w+\")?)\s+)*"
        r"(fn|struct|enum|union|trait|type|mod|static|macro_rules!)\s+\w|^[-+]\s*(pub(\([^)]*\))?\s+)?const\s+\w+\s*:"
        r"|^[-+]\s*(unsafe\s+)?impl\b",
        re.MULTILINE,
    ),
    "Java": re.compile(
        r"^[-+]\s*(?!(?:if|for|while|switch|catch|return|else|new|throw|try|super|this|case|assert)\b)"
        r"(@\w+\s+)*((public|protected|private|static|abstract|final|default|sealed|synchronized)\s+)*"
        r"((class|interface|enum|record|@interface)\s+\w"
        r"|(<[^>]+>\s+)?[\w.<>\[\], ?]+\s+\w+\s*\([^)]*\)\s*(throws\s.*)?[{;]"
        r"|\w+\s*\([^)]*\)\s*(throws\s.*)?\{)"
        r"|^[-+]\s*(public|protected|private|static|final)\s[\w.<>\[\], ?]+\s\w+\s*(=|;)",
        re.MULTILINE,
    ),
    "script": re.compile(
        r"^[-+]\s*(export\b|(default\s+)?(async\s+)?function\b|(abstract\s+)?class\s+\w|interface\s+\w|type\s+\w+.*="
        r"|enum\s+\w|(exports|module\.exports)\b|(public|private|protected|static|async|get|set)\s+[\w#]+.*\("
        r"|[\w#]+\s*\([^)]*\)\s*(:[^={]+)?\{\s*$)|^[-+](const|let|var)\s+\w",
        re.MULTILINE,
    ),
    "C": re.compile(_C, re.MULTILINE),
    "C++": re.compile(_C, re.MULTILINE),
    "C#": re.compile(
        _TYPED + r"((class|interface|struct|record|enum|delegate)\s+\w|(?<=\s)[\w<>\[\],?]+\s+\w+\s*(\(|\{|=>|=))",
        re.MULTILINE,
    ),
    "Ruby": re.compile(r"^[-+]\s*(def|class|module|attr_\w+|[A-Z]\w*\s*=[^=])", re.MULTILINE),
    "PHP": re.compile(_TYPED + r"(function|class|interface|trait|enum|const|\??[\w|]+\s+\$\w+\s*[=;])\b", re.MULTILINE),
    "Kotlin": re.compile(_TYPED + r"(fun|class|object|interface|val|var|typealias)\b", re.MULTILINE),
}
"""An added or removed line that begins a definition: the way to tell such commits, by language."""
NOT_THESE = re.compile(r"^[-+]\s*(if|for|while|switch|catch|return|else)\b")


@dataclass(slots=True)
class Row:
    """What the commits of one repository gave."""

    repository: str
    head: str
    commits: int = 0
    with_changes: int = 0
    findings: int = 0
    commits_with_findings: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    shown: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person made of a finding."""

    true: bool
    reason: str


def run(named: Named, clone: Clone, store: Path, most: int) -> Row:
    """The last `most` commits that touch a definition line, reviewed."""
    row = Row(named.full_name, clone.head)
    verdicts = classified()
    language = named.language if named.language in PATHS else "script"
    index: Index | None = None
    try:
        for number, oid in enumerate(touching(clone, language, most)):
            if number % REOPENED_AFTER == 0:
                if index is not None:
                    index.close()
                index = open_index(clone.root, store)
            assert index is not None
            _review(index, oid, row, verdicts)
    finally:
        if index is not None:
            index.close()
    return row


def touching(clone: Clone, language: str, most: int) -> Iterator[str]:
    """Commits, newest first, without merges, whose diff has a line that begins a definition."""
    git = ["git", "-C", str(clone.root)]
    listing = [*git, "log", "--no-merges", "--format=%H", clone.head, "--", *PATHS[language]]
    found = 0
    for oid in subprocess.run(listing, check=False, capture_output=True, text=True).stdout.split():
        shown = subprocess.run(
            [*git, "show", "--format=", "-U0", "--no-ext-diff", "--no-textconv", "-M", oid, "--", *PATHS[language]],
            check=False,
            capture_output=True,
        )
        text = shown.stdout.decode("utf-8", "replace")
        if any(not NOT_THESE.match(m[0]) for m in DEFINITION[language].finditer(text)):
            yield oid
            found += 1
            if found >= most:
                return


def classified() -> dict[tuple[str, str, int, str], Verdict]:
    """The findings that a person has looked at."""
    if not CLASSES.exists():
        return {}
    rows = tomllib.loads(CLASSES.read_text("utf-8")).get("finding", [])
    return {(r["commit"], r["path"], r["line"], r["rule"]): Verdict(r["true"], r["reason"]) for r in rows}


def _review(index: Index, oid: str, row: Row, verdicts: dict[tuple[str, str, int, str], Verdict]) -> None:
    try:
        parent = index.repo.parent(oid)
        base = index.repo.commit_tree(parent) if parent else index.repo.empty_tree()
        head = index.repo.commit_tree(oid)
        index.refresh(base)
        index.refresh(head)
        diffs = index.diff(base, head)
        before, after = World(index, base), World(index, head)
        changed = bool(go_changes(GoWorld(before), GoWorld(after), diffs).by_base) or [
            *java_changes(before, after, diffs),
            *changes(before, after, without_java(_others(diffs))),
        ]
        found = [*index.impact(base, head), *index.checks(base, head)]
    except Problem as problem:
        row.left_out[re.sub(r"[0-9a-f]{7,}", "…", str(problem))[:90]] += 1
        return
    row.commits += 1
    row.with_changes += bool(changed)
    shown = [finding for finding in found if finding.severity in SHOWN]
    row.findings += len(shown)
    row.commits_with_findings += bool(shown)
    for finding in shown:
        verdict = verdicts.get((oid[:12], finding.path, finding.lines[0], finding.rule))
        row.classes["unclassed" if verdict is None else "true" if verdict.true else "false"] += 1
        row.shown.append(_described(row, oid, finding, verdict))


def _others(diffs: tuple[FileDiff, ...]) -> tuple[FileDiff, ...]:
    return tuple(diff for diff in diffs if not is_go(diff))


def _described(row: Row, oid: str, finding: Finding, verdict: Verdict | None) -> dict[str, object]:
    return {
        "repository": row.repository,
        "commit": oid[:12],
        "path": finding.path,
        "line": finding.lines[0],
        "rule": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "title": finding.title,
        "evidence": finding.evidence.strip()[:300],
        "before": [r.text for r in finding.related if r.role == "before"],
        "after": [f"{r.path}:{r.lines[0]} {r.text}" for r in finding.related if r.role == "definition"],
        "class": None if verdict is None else ("true" if verdict.true else "false"),
        "reason": "" if verdict is None else verdict.reason,
    }


def write_details(rows: list[Row], folder: Path) -> Path:
    """Every finding, one a line."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "commits.jsonl"
    lines = [json.dumps(shown, ensure_ascii=False) for row in rows for shown in row.shown]
    file.write_text("".join(line + "\n" for line in lines), "utf-8")
    return file
