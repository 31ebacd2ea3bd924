"""Type annotations as chains: the one class that a value is said to have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from indexer.outline.python.chains import UNKNOWN
from indexer.types import Chain

LONGEST = 1000
DEEPEST = 12
PATH = re.compile(r"[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*")
SUBSCRIPT = re.compile(r"(" + PATH.pattern + r")\s*\[(.*)\]", re.DOTALL)
STRING = re.compile(r"[A-Za-z]{0,2}(\"\"\"|'''|\"|')(.*)\1", re.DOTALL)
# The value is what the first item says.
TRANSPARENT = frozenset(
    {"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "InitVar", "Unpack"}
    | {"Awaitable", "Future", "Task", "ContextManager", "AbstractContextManager", "AsyncContextManager"}
    | {"AbstractAsyncContextManager"}
)
# What these hold is kept: an item, a key or a value is taken out of them.
HOLDING = frozenset(
    {"list", "List", "Sequence", "MutableSequence", "Collection", "Container", "Reversible", "deque", "Deque", "Queue"}
    | {"set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet", "WeakSet", "KeysView", "ValuesView"}
    | {"Iterable", "Iterator", "Generator", "AsyncIterable", "AsyncIterator", "AsyncGenerator"}
    | {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict", "ChainMap"}
    | {"WeakValueDictionary", "WeakKeyDictionary", "tuple", "Tuple", "type", "Type"}
)
MOST_HELD = 8
LONGEST_CHAIN = 64
# What a function with @contextmanager declares to yield.
YIELDING = frozenset({"Iterator", "Generator", "Iterable", "AsyncIterator", "AsyncGenerator", "AsyncIterable"})
OPENING, CLOSING = "([{", ")]}"


@lru_cache(maxsize=4096)
def annotation_chain(text: str) -> Chain:
    """The class that an annotation names, `("<?>",)` where it is not one.

    `Optional[C]`, `C | None`, `"C"`, `Annotated[C, …]` and `C` are all `("C",)`; `C[int]` is `("C",)`; containers and
    unions say what is in them: `("list", "<", "C", ">")`.
    """
    return _chain(text, 0) if len(text) <= LONGEST else UNKNOWN


def yielded_chain(text: str) -> Chain:
    """The class that a generator's annotation says it yields: `("C",)` for `Iterator[C]`."""
    inner = SUBSCRIPT.fullmatch(_unquoted(text.strip())) if len(text) <= LONGEST else None
    if inner is None or _last(inner[1]) not in YIELDING:
        return UNKNOWN
    return annotation_chain(next(_split(inner[2], ","), "").strip())


def wrapper_of(text: str) -> str:
    """The last name of the outermost subscripted type: `ClassVar` for `typing.ClassVar[int]`, else the last name."""
    text = _unquoted(text.strip())[:LONGEST]
    return _last(text.partition("[")[0])


def _chain(text: str, depth: int) -> Chain:
    text = text.strip()
    if PATH.fullmatch(text):
        first, *rest = (name.strip() for name in text.split("."))
        return (first, *(f".{name}" for name in rest))
    if depth > DEEPEST or not text:
        return UNKNOWN
    quoted = _unquoted(text)
    if quoted != text:
        return _chain(quoted, depth + 1)
    if text[0] == "(" and text[-1] == ")":
        return _chain(text[1:-1], depth + 1)
    parts = list(_split(text, "|"))
    if len(parts) > 1:
        return _union(parts, depth)
    return _subscripted(text, depth)


def _subscripted(text: str, depth: int) -> Chain:
    match = SUBSCRIPT.fullmatch(text)
    if match is None:
        return UNKNOWN
    head = _last(match[1])
    if head in TRANSPARENT:
        return _chain(next(_split(match[2], ",")), depth + 1)
    if head == "Union":
        return _union(list(_split(match[2], ",")), depth)
    if head == "Literal":
        return UNKNOWN
    arguments = [part for part in _split(match[2], ",") if part.strip() not in ("", "...")]
    if head == "Coroutine" and len(arguments) == 3:
        return _chain(arguments[2], depth + 1)
    outer = _chain(match[1], depth + 1)
    if head not in HOLDING or not arguments or len(arguments) > MOST_HELD:
        return outer
    if head in ("tuple", "Tuple") and len(arguments) == 1:
        outer = ("Sequence",) if "..." in match[2] else outer
    return holding(outer, [_chain(part, depth + 1) for part in arguments])


def holding(outer: Chain, held: list[Chain]) -> Chain:
    """The chain of a container, with the chains of what is in it; without them where they get too long."""
    inside = [step for part in held for step in (",", *part)][1:]
    return (*outer, "<", *inside, ">") if len(inside) <= LONGEST_CHAIN else outer


def _union(parts: list[str], depth: int) -> Chain:
    chains = [_chain(part, depth + 1) for part in parts if part.strip()]
    different = [chain for chain in dict.fromkeys(chains) if chain != ("None",)]
    if len(different) == 1:
        return different[0]
    if len(different) > MOST_HELD or all(chain == UNKNOWN for chain in different):
        return UNKNOWN
    union = holding(("<|>",), different)
    return union if len(union) > 1 else UNKNOWN


def _unquoted(text: str) -> str:
    match = STRING.fullmatch(text)
    return match[2].strip() if match and match[1] not in match[2] else text


def _last(path: str) -> str:
    return path.rpartition(".")[2].strip()


def _split(text: str, separator: str) -> Iterator[str]:
    """The parts of a text between separators that stand in no bracket and no string."""
    start, depth, quote = 0, 0, ""
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in OPENING:
            depth += 1
        elif character in CLOSING:
            depth -= 1
        elif character == separator and depth == 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]
