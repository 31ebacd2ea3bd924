"""Facts of JavaScript, TypeScript and TSX files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from indexer.outline.javascript.draft import Draft, span_of
from indexer.outline.javascript.modules import COMPUTED_EXPORTS
from indexer.outline.javascript.walk import walk
from indexer.types import Binding, Chain, Declaration, Facts, Site

__all__ = ["facts"]

# An alias of an alias of an alias is looked for, a longer row is not.
MOST_ROUNDS = 3
DISPOSABLE = re.compile(rb"\busing\s+([A-Za-z_$][\w$]*)\s*=(?!=)")
UNSET: tuple[Chain, ...] = (("null",), ("undefined",))


def facts(root: Node, source: bytes, names: frozenset[str], language: str) -> Facts:
    """The facts of a parsed file for some names; other names that the file gives them are looked for as well."""
    draft = Draft(root, source, names, language)
    walk(draft)
    for _ in range(MOST_ROUNDS):
        wider = names | draft.aliases
        if wider == names:
            break
        names = wider
        draft = Draft(root, source, names, language)
        walk(draft)
    return _finished(draft, root)


def _finished(draft: Draft, root: Node) -> Facts:
    _bind_roots(draft)
    _bind_disposables(draft)
    if b"exports" in draft.source and COMPUTED_EXPORTS.search(draft.source):
        draft.flags.add("dynamic_exports")
    return Facts(
        language=draft.language,
        scopes=tuple(draft.scopes),
        declarations=tuple(_flagged(draft)),
        bindings=tuple(_telling(draft.bindings)),
        exports=tuple(draft.exports),
        sites=tuple(sorted(draft.sites, key=_place)),
        issue_count=_issues(root),
        flags=frozenset(draft.flags),
    )


def _telling(bindings: list[Binding]) -> Iterator[Binding]:
    """The bindings without `let x;` and `x = null` where others of the same name say something."""
    told = {(binding.scope, binding.name) for binding in bindings if not _is_unset(binding)}
    return (b for b in bindings if not _is_unset(b) or (b.scope, b.name) not in told)


def _is_unset(binding: Binding) -> bool:
    return binding.kind == "value" and binding.annotation is None and binding.value in UNSET


def _place(found: Declaration | Site) -> tuple[int, int]:
    return found.span.start_line, found.span.start_column


def _bind_roots(draft: Draft) -> None:
    """Modules loaded in place and casts are bound, so that chains that start with them can be followed."""
    for root, (module, node) in draft.roots.modules.items():
        line, span = node.start_point.row + 1, span_of(node)
        draft.bindings.append(Binding(root, 0, "import", line, module=module, imported="*", span=span))
    for root, (chain, node) in draft.roots.casts.items():
        draft.bindings.append(Binding(root, 0, "value", node.start_point.row + 1, value=("<?>",), annotation=chain))


def _bind_disposables(draft: Draft) -> None:
    """The grammar does not know `using x = …` yet: such a name is bound, to what no one can say."""
    for match in DISPOSABLE.finditer(draft.source):
        line = draft.source.count(b"\n", 0, match.start()) + 1
        name = match.group(1).decode("utf-8", "replace")
        draft.bindings.append(Binding(name, 0, "value", line, value=("<?>",)))


def _flagged(draft: Draft) -> list[Declaration]:
    """The definitions in order, with the flags that only the whole file tells."""
    exported = {export.local for export in draft.exports if export.module is None}
    default = {export.local for export in draft.exports if export.name == "default" and export.module is None}
    count = Counter((declaration.scope, declaration.name) for declaration in draft.declarations)
    found = []
    for declaration in sorted(draft.declarations, key=_place):
        flags = set(declaration.flags)
        if declaration.parent is None and declaration.scope == 0 and declaration.name in exported:
            flags.add("exported")
            if declaration.name in default:
                flags.add("default")
        if "overload" in flags and count[declaration.scope, declaration.name] < 2:
            flags.discard("overload")
        found.append(replace(declaration, flags=frozenset(flags)) if flags != declaration.flags else declaration)
    return found


def _issues(root: Node) -> int:
    """How many places do not parse."""
    if not root.has_error:
        return 0
    count = 0
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            count += 1
        if node.has_error:
            pending.extend(child for child in node.children if child.has_error or child.is_missing)
    return count
