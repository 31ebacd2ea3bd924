"""Members that annotation processors write: what they may have made is never said to be gone."""

from __future__ import annotations

import re

from indexer.impact.source import Source
from indexer.types import Declaration

_PROPERTIES = frozenset({"Data", "Value", "Getter", "Setter", "With", "Wither", "Accessors", "FieldDefaults"})
_BUILDERS = frozenset({"Builder", "SuperBuilder", "Jacksonized", "AutoBuilder", "RecordBuilder", "FreeBuilder"})
_CONSTRUCTORS = frozenset({"AllArgsConstructor", "NoArgsConstructor", "RequiredArgsConstructor", "Data", "Value"})
_LOGS = frozenset({"Slf4j", "Log", "Log4j", "Log4j2", "CommonsLog", "XSlf4j", "Flogger", "JBossLog", "CustomLog"})
_ANYTHING = frozenset({"Delegate", "ExtensionMethod", "UtilityClass", "Mixin", "Delombok", "Generated"})
_PROPERTY = re.compile(r"(get|set|is|with|has)[A-Z_]|(equals|hashCode|toString|canEqual)$")


def may_generate(source: Source, owner: str, name: str) -> bool:
    """Whether a class may have a member of that name that no text shows; of constructors the name is `constructor`."""
    marks = _marks(source, owner)
    if not marks:
        return False
    if marks & _ANYTHING:
        return True
    if name == "constructor":
        return bool(marks & (_CONSTRUCTORS | _BUILDERS))
    if marks & _PROPERTIES and (_PROPERTY.match(name) or name in source.members.get(owner, {})):
        return True
    if marks & _BUILDERS and name in ("builder", "toBuilder"):
        return True
    if marks & {"UtilityClass"}:
        return True
    return bool(marks & _LOGS) and name in ("log", "LOG", "logger")


def _marks(source: Source, owner: str) -> frozenset[str]:
    """The annotations of a class and of its fields."""
    found: set[str] = set()
    for declaration in source.qualified.get(owner, []):
        found |= _names(declaration)
    for declarations in source.members.get(owner, {}).values():
        for declaration in declarations:
            if declaration.kind in ("field", "constant"):
                found |= _names(declaration)
    return frozenset(found)


def _names(declaration: Declaration) -> set[str]:
    return {name.rpartition(".")[2] for name in declaration.decorators}
