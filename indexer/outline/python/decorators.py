"""What decorators do to a definition, as far as their names tell."""

from __future__ import annotations

from collections.abc import Iterable

# By the last part of the decorator's dotted name: the flags it gives. The parameters stay as callers see them.
FLAGS: dict[str, frozenset[str]] = {
    "staticmethod": frozenset({"static"}),
    "classmethod": frozenset({"classmethod"}),
    "property": frozenset({"property"}),
    "cached_property": frozenset({"property"}),
    "abstractproperty": frozenset({"property", "abstract"}),
    "abstractclassmethod": frozenset({"classmethod", "abstract"}),
    "abstractstaticmethod": frozenset({"static", "abstract"}),
    "abstractmethod": frozenset({"abstract"}),
    "overload": frozenset({"overload"}),
    "contextmanager": frozenset({"contextmanager"}),
    "asynccontextmanager": frozenset({"contextmanager"}),
    "getter": frozenset({"property"}),
    "setter": frozenset({"setter"}),
    "deleter": frozenset({"setter"}),
}
# Decorators of functions that return something to be called in the same way.
KEEPING = frozenset(
    {
        "lru_cache",
        "cache",
        "cachedmethod",
        "wraps",
        "override",
        "final",
        "no_type_check",
        "type_check_only",
        "deprecated",
        "singledispatch",
        "singledispatchmethod",
        "coroutine",
        "expectedFailure",
        "skip",
        "skipIf",
        "skipUnless",
        "no_grad",
        "requires_gil_enabled",
        "awaitable",
    }
)
# Every decorator below these: `pytest.mark.parametrize(…)`.
KEEPING_PREFIXES = ("pytest.mark.", "mark.")
# Decorators of classes after which the class is still what its body says.
KEEPING_CLASS = frozenset(
    {
        "total_ordering",
        "final",
        "unique",
        "verify",
        "runtime_checkable",
        "runtime",
        "deprecated",
        "type_check_only",
        "no_type_check",
        "skip",
        "skipIf",
        "skipUnless",
        "disjoint_base",
    }
)
# Decorators that write a constructor from the fields, by their last or their whole dotted name.
GENERATING_NAMES = frozenset({"dataclass", "attrs"})
GENERATING_PATHS = frozenset(
    {"attr.s", "attr.define", "attr.frozen", "attr.mutable", "attr.dataclass", "define", "frozen", "mutable"}
    | {"attrs.define", "attrs.frozen", "attrs.mutable"}
)
OPAQUE = frozenset({"opaque"})
NONE: frozenset[str] = frozenset()


def function_flags(names: Iterable[str]) -> frozenset[str]:
    """The flags that a function's decorators give it; `opaque` for one that is not known."""
    flags = NONE
    for name in names:
        last = name.rpartition(".")[2]
        if last in FLAGS:
            flags |= FLAGS[last]
        elif last.endswith("property"):
            # `classproperty`, `lazy_property`, `hybrid_property` and their like are read without a call.
            flags |= FLAGS["property"]
        elif last not in KEEPING and not name.startswith(KEEPING_PREFIXES):
            flags |= OPAQUE
    return flags


def class_flags(names: Iterable[str]) -> frozenset[str]:
    """The flags that a class's decorators give it."""
    known = all(
        generates(name) or name.rpartition(".")[2] in KEEPING_CLASS or name.startswith(KEEPING_PREFIXES)
        for name in names
    )
    return NONE if known else OPAQUE


def generates(name: str) -> bool:
    """Whether a class decorator writes the constructor from the class's fields."""
    return name.rpartition(".")[2] in GENERATING_NAMES or name in GENERATING_PATHS
