"""Verdicts in words: the place, the sentence, the definition before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.impact.changes import CONSTRUCTORS, Change
from indexer.impact.departed import LostModules
from indexer.impact.heirs import Misfit
from indexer.impact.imports import LostImport
from indexer.impact.judge import Verdict
from indexer.impact.unbound import Unbound
from indexer.impact.values import Place
from indexer.impact.world import Source, World
from indexer.types import Confidence, Declaration, Finding, Related, Severity, Span

if TYPE_CHECKING:
    from indexer.impact.go.conversions import Unfit

SEVERITY_OF: dict[Confidence, Severity] = {"resolved": "high", "unique": "medium", "ambiguous": "low"}
MOST_NAMED = 5
"""Modules that a sentence names."""
MOST_LINES = 5
"""Lines of a call that are quoted."""


class Writer:
    """Writes findings about files at head, quoting their own text."""

    def __init__(self, base: World, head: World) -> None:
        self.base, self.head = base, head
        self._lines: dict[str, list[str]] = {}

    def site(self, source: Source, verdict: Verdict) -> Finding:
        """A site that still expects the old."""
        title, why = _sentences(verdict)
        span = verdict.site.span
        last = span.end_line
        if verdict.rule.startswith("call/"):
            last = min(max(verdict.site.whole.end_line, last), span.start_line + MOST_LINES - 1)
        confidence = verdict.confidence
        severity = "medium" if verdict.rule == "call/reordered" else SEVERITY_OF[confidence]
        return self._finding(
            verdict.rule,
            severity,
            confidence,
            source.path,
            span,
            last,
            title,
            why,
            verdict.site.within or "",
            verdict.change,
        )

    def rust(self, source: Source, wrong: Verdict | LostImport | Unbound) -> Finding:
        """A site of a Rust file that still expects the old."""
        if isinstance(wrong, LostImport):
            return self.lost_import(source, wrong)
        return self.unbound(wrong) if isinstance(wrong, Unbound) else self.site(source, wrong)

    def lost_import(self, source: Source, lost: LostImport) -> Finding:
        """An import or export of what is gone."""
        name = f"`{lost.name}`"
        where = f"`{lost.module}`" if lost.module else f"`{source.path}`"
        change = lost.change
        if lost.rule == "export/missing":
            title = f"{name} is exported here but no longer exists"
            why = f"Nothing called {name} is left for this export to hand out{_instead(change)}."
        else:
            title = f"{name} can no longer be imported from {where}{_short_instead(change)}"
            why = f"{where} had {name} before this change and has it no longer{_instead(change)}."
        return self._finding(
            lost.rule, "high", "resolved", source.path, lost.span, lost.span.end_line, title, why, "", change
        )

    def lost_modules(self, source: Source, lost: LostModules) -> Finding:
        """The imports of a file that name a module, or modules of a folder, that is gone."""
        first = lost.imports[0]
        modules = list(dict.fromkeys(found.module for found in lost.imports))
        now = f": now `{lost.now}`" if lost.now else ""
        if len(modules) == 1:
            title = f"The module `{modules[0]}` no longer exists{now}"
            why = f"This import names `{modules[0]}`, which this change took away."
        else:
            title = f"`{lost.gone}` no longer exists, and {len(modules)} of its modules are imported here"
            why = f"This file imports {_listing(modules)}, which this change took away."
        if lost.uses:
            places = "One more place in it uses" if lost.uses == 1 else f"{lost.uses} more places in it use"
            why += f" {places} what came from there."
        span = first.span
        return self._finding(
            "import/missing", "high", "resolved", source.path, span, span.end_line, title, why, "", None
        )

    def unbound(self, use: Unbound) -> Finding:
        """A use of a name whose import was taken out of the file."""
        title = f"`{use.name}` is used here but no longer imported"
        why = "This change took the import out of this file, and nothing else in it binds the name."
        span, within = use.site.span, use.site.within or ""
        return self._finding(
            "name/removed", "high", "resolved", use.source.path, span, span.end_line, title, why, within, None
        )

    def heir(self, misfit: Misfit) -> Finding:
        """An override or an implementation that no longer fits."""
        change, declaration = misfit.change, misfit.declaration
        owner = change.base.qualified.rpartition(".")[0].rpartition(".")[2]
        if misfit.rule == "override/signature":
            title = f"`{misfit.place.qualified}` no longer fits `{owner}.{change.name}`, which it overrides"
            why = f"Code that calls `{owner}.{change.name}` the way it has to be called now can't call this override."
        else:
            title = f"`{misfit.place.qualified}` does not implement `{change.name}`, which `{owner}` now demands"
            why = f"`{change.name}` is abstract in `{owner}` and this class neither defines nor inherits it."
        span = declaration.name_span
        symbol = misfit.place.qualified
        return self._finding(
            misfit.rule, "high", "resolved", misfit.place.path, span, span.end_line, title, why, symbol, change
        )

    def unfit(self, source: Source, unfit: Unfit) -> Finding:
        """A value of Go that is given to something that it no longer fits."""
        rule = "interface/unimplemented" if unfit.wanted else "call/kind"
        given, wanted, method = f"`{unfit.given}`", f"`{unfit.wanted}`", f"`{unfit.method}`"
        if not unfit.wanted:
            title = f"{given} no longer has the parameters of the function that is expected here"
            why = "It is handed on as a value, and before this change it took what the function type here says."
        else:
            reason = f"it has no {method}" if unfit.lacking else f"its {method} takes or gives something else"
            title = f"{given} no longer implements {wanted}: {reason}"
            why = f"A {wanted} is expected here, and {given} was one before this change."
        span, within = unfit.site.span, unfit.site.within or ""
        return self._finding(
            rule, "high", "resolved", source.path, span, span.end_line, title, why, within, unfit.change
        )

    def _finding(
        self,
        rule: str,
        severity: Severity,
        confidence: Confidence,
        path: str,
        span: Span,
        last: int,
        title: str,
        why: str,
        symbol: str,
        change: Change | None,
    ) -> Finding:
        lines = self._text(self.head, path)
        shown = lines[span.start_line - 1 : last]
        first = shown[0] if shown else ""
        ends_here = span.end_line == span.start_line
        return Finding(
            rule=rule,
            severity=severity,
            confidence=confidence,
            source="impact",
            path=path,
            lines=(span.start_line, last),
            columns=(
                _column(first, span.start_column),
                _column(first, span.end_column) if ends_here else len(first) + 1,
            ),
            side="head",
            title=title,
            why=why,
            evidence="\n".join(shown),
            symbol=symbol,
            related=tuple(self._related(change)) if change else (),
        )

    def _related(self, change: Change) -> list[Related]:
        related = []
        if change.before is not None:
            related.append(_definition("before", change.base, change.before))
        if change.after is not None and change.head is not None:
            related.append(_definition("definition", change.head, change.after))
        return related

    def _text(self, world: World, path: str) -> list[str]:
        if path not in self._lines:
            data = world.index.repo.read(world.tree, path) or b""
            self._lines[path] = decoded(data).split("\n")
        return self._lines[path]


def decoded(data: bytes) -> str:
    """The text of a source file: UTF-8, else CP949, else with replacement marks; line ends as `\\n`."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n")
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _definition(role: str, place: Place, declaration: Declaration) -> Related:
    line = declaration.name_span.start_line
    return Related(place.path, (line, line), "before" if role == "before" else "definition", _signature(declaration))


def _listing(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"


def _column(line: str, bytes_before: int) -> int:
    """The 1-based character column of a byte offset."""
    return len(line.encode("utf-8", "surrogatepass")[:bytes_before].decode("utf-8", "replace")) + 1


def _signature(declaration: Declaration | None) -> str:
    return declaration.signature if declaration is not None else ""


def _called(change: Change) -> str:
    """The name a caller writes: `Account` for its constructor, `Ledger.pay` for a method."""
    owner, _, name = change.base.qualified.rpartition(".")
    if change.base.path.endswith(".rs"):
        return change.base.qualified.replace(".", "::")
    return owner if name in CONSTRUCTORS else change.base.qualified


def _instead(change: Change | None) -> str:
    if change is None or change.head is None or not change.gone:
        return ""
    if change.fate == "renamed":
        return f"; it is now called `{change.head.qualified}`"
    return f"; it moved to `{change.head.path}`"


def _short_instead(change: Change | None) -> str:
    if change is None or change.head is None or not change.gone:
        return ""
    return f": renamed `{change.head.name}`" if change.fate == "renamed" else f": moved to `{change.head.path}`"


def _sentences(verdict: Verdict) -> tuple[str, str]:
    """The title and the explanation of a verdict about a site."""
    change, name = verdict.change, verdict.name
    called, where = f"`{_called(change)}`", f"`{change.base.path}`"
    title, why = _TWICE if verdict.rule == "call/unexpected-argument" and name else _words(verdict)
    known = {"called": called, "where": where, "name": name, "new": change.head.path if change.head else ""}
    told = (
        ""
        if verdict.confidence == "resolved"
        else " What it is called on is not known, but nothing else had that name."
    )
    return title.format(**known), why.format(**known) + told


def _words(verdict: Verdict) -> tuple[str, str]:
    return _WORDS.get(verdict.rule) or _KINDS[verdict.name]


_TWICE = (
    "{called} is given `{name}` twice: by its place and by its name",
    "The argument in its place was another parameter's before this change.",
)
_WORDS = {
    "name/removed": ("{called} no longer exists", "This change removed it from {where}, and this place still uses it."),
    "name/renamed": (
        "{called} no longer exists: renamed `{name}`",
        "This change renamed it in {where}, and this place still uses the old name.",
    ),
    "name/moved": (
        "{called} is no longer where this place looks for it: moved to `{new}`",
        "This change moved it from {where} to `{new}` and left nothing behind under the old name.",
    ),
    "call/missing-argument": (
        "{called} is called without `{name}`, which it now requires",
        "`{name}` has no default, and this call, which fitted before, does not pass it.",
    ),
    "call/unexpected-argument": (
        "{called} is called with more positional arguments than it now takes",
        "This call fitted before; now an argument is left over.",
    ),
    "call/unknown-keyword": (
        "{called} is called with `{name}=`, which it no longer takes",
        "This call fitted before; now no parameter is called `{name}`.",
    ),
    "call/reordered": (
        "The positional arguments of this call to {called} now land in other parameters",
        "`{name}` is no longer in its old place. Pass it by name, or put the arguments in the new order.",
    ),
    "call/not-awaited": (
        "{called} is asynchronous now, and its result is not awaited here",
        "The call gives a coroutine or a promise where it gave a value before.",
    ),
}
_KINDS = {
    "property": ("{called} is a property now and must not be called", "This place calls the value that it gives."),
    "method": ("{called} is a method now and is not called here", "Reading it gives the method, not its value."),
    "generator": ("{called} is a generator now", "Calling it runs nothing until the result is iterated over."),
}
