"""Containers that the languages bring along: what they hold, and what their methods give of it."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.impact.values import OUTSIDE, UNKNOWN, Group, Taken, Value, joined
from indexer.types import Chain

MAPS = frozenset(
    {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"}
    | {"Map", "WeakMap", "ReadonlyMap", "Record", "WeakValueDictionary", "WeakKeyDictionary", "ChainMap"}
)
PAIRS = frozenset({"Map", "ReadonlyMap"})
"""Maps whose iteration gives pairs of key and value."""
TUPLES = frozenset({"tuple", "Tuple", "<tuple>"})
KEYED = frozenset({"map", "pairs"})
ITEM_METHODS = frozenset(
    {"pop", "popleft", "get", "get_nowait", "at", "find", "findLast", "shift", "next", "__next__", "__getitem__"}
)
SAME_METHODS = frozenset(
    {"copy", "filter", "slice", "concat", "reverse", "sort", "toSorted", "toReversed", "union", "difference"}
    | {"intersection", "values", "flat", "splice", "rotate", "__iter__"}
)
VALUE_METHODS = frozenset({"get", "pop", "setdefault", "__getitem__"})
SAME_FUNCTIONS = frozenset({"copy", "deepcopy", "replace"})
LIST_FUNCTIONS = frozenset({"list", "sorted", "iter", "reversed", "set", "frozenset", "tuple", "from", "aiter"})
NEXT_FUNCTIONS = frozenset({"next", "anext", "max", "min"})


def group_of(path: Chain, parts: Sequence[Value]) -> Value:
    """A container of that name with these type arguments."""
    name = path[-1].lstrip(".")
    if not parts:
        return OUTSIDE
    if name in MAPS:
        return Group("pairs" if name in PAIRS else "map", (parts[0], parts[1])) if len(parts) > 1 else UNKNOWN
    if name in TUPLES:
        return Group("tuple", tuple(parts))
    return Group("items", (parts[0],))


def each_of(group: Group) -> Value:
    """An item that iteration gives."""
    if group.kind == "pairs":
        return Group("tuple", group.parts)
    return joined(group.parts) if group.kind == "tuple" else group.parts[0]


def item_of(group: Group, step: str) -> Value:
    """What a subscript gives; `[2]` is the third part of something that was taken apart."""
    if group.kind in KEYED:
        return group.parts[1]
    if group.kind == "tuple" and step != "[]":
        place = int(step[1:-1]) if step[1:-1].isdigit() else -1
        return group.parts[place] if 0 <= place < len(group.parts) else UNKNOWN
    return each_of(group)


def taken(method: Taken) -> Value:
    """What a call of a container's method gives."""
    group, name = method.group, method.name
    if group.kind in KEYED:
        key, value = group.parts
        if name in VALUE_METHODS:
            return value
        if name == "values":
            return Group("items", (value,))
        if name in ("items", "entries"):
            return Group("items", (Group("tuple", (key, value)),))
        if name == "keys":
            return Group("items", (key,))
        if name == "popitem":
            return Group("tuple", (key, value))
        return group if name == "copy" else OUTSIDE
    item = each_of(group)
    if name in ITEM_METHODS:
        return item
    if name == "entries":
        return Group("items", (Group("tuple", (OUTSIDE, item)),))
    return Group("items", (item,)) if name in SAME_METHODS else OUTSIDE


def later(function: str) -> bool:
    """Whether a function gives an object like the one it is handed."""
    return function in SAME_FUNCTIONS


def passed(function: str, value: Value, item: Value) -> Value:
    """What a function of the language gives that is handed `value`, whose items are `item`."""
    if function in LIST_FUNCTIONS:
        return Group("items", (item,))
    if function in NEXT_FUNCTIONS:
        return item
    if function == "enumerate":
        return Group("items", (Group("tuple", (OUTSIDE, item)),))
    if isinstance(value, Group) and value.kind in KEYED:
        return taken(Taken(value, function))
    if function == "values":
        return Group("items", (item,))
    return UNKNOWN
