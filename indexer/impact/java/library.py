"""The classes that Java itself brings along: their bases and the names of their members.

`library.txt` has a line a class, `name : bases | members of its own`, of the public classes of the module java.base.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

SINCE: dict[str, str] = {
    "java.lang.CharSequence": "getChars",
    "java.lang.Thread": "threadId isVirtual startVirtualThread ofPlatform ofVirtual join sleep",
    "java.util.List": "addFirst addLast getFirst getLast removeFirst removeLast reversed",
    "java.util.Deque": "reversed",
    "java.util.Collection": "reversed",
    "java.util.Map": "reversed firstEntry lastEntry pollFirstEntry pollLastEntry putFirst putLast sequencedKeySet "
    "sequencedValues sequencedEntrySet",
    "java.util.Set": "addFirst addLast getFirst getLast removeFirst removeLast reversed",
}
"""Members that came after the Java release the list is made of."""


OF_OBJECT = {"equals": 1} | dict.fromkeys(
    ("clone", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString"), 0
)
"""Methods of every object, with the number of their arguments."""


@dataclass(frozen=True, slots=True)
class Known:
    """A class of the library."""

    bases: tuple[str, ...]
    members: frozenset[str]


@cache
def classes() -> dict[str, Known]:
    """The classes by their qualified names."""
    text = resources.files("indexer.impact.java").joinpath("library.txt").read_text("utf-8")
    found = {}
    for line in text.splitlines():
        name, _, rest = line.partition(" : ")
        bases, _, members = rest.partition("|")
        found[name] = Known(tuple(bases.split()), frozenset(members.split()) | frozenset(SINCE.get(name, "").split()))
    return found


@cache
def simple_names() -> frozenset[str]:
    """What `java.lang` gives every file."""
    prefix = "java.lang."
    return frozenset(name[len(prefix) :] for name in classes() if name.startswith(prefix) and "." not in name[10:])


@cache
def member_names() -> frozenset[str]:
    """Every name of a member of the library: an unknown object may be one of its."""
    return frozenset().union(*(known.members for known in classes().values()))


@cache
def members(name: str) -> frozenset[str] | None:
    """All members of a class, inherited ones too; None for a class that is not in the list."""
    known = classes().get(name)
    if known is None:
        return None
    found = known.members | classes()["java.lang.Object"].members
    for base in known.bases:
        inherited = members(base)
        if inherited is None:
            return None
        found |= inherited
    return found


def is_other_of_object(base: str, name: str, count: int) -> bool:
    """Whether a class has that name from `Object` alone, and for another number of arguments."""
    if OF_OBJECT.get(name, count) == count:
        return False
    known = classes().get(base)
    return base == "java.lang.Object" or (known is not None and not known.bases and name not in known.members)


@cache
def is_a(name: str, base: str) -> bool | None:
    """Whether a class of the library is, or inherits from, another one; None where it is not known."""
    if name == base or base == "java.lang.Object":
        return True
    known = classes().get(name)
    if known is None:
        return None
    answers = [is_a(above, base) for above in known.bases]
    if True in answers:
        return True
    return None if None in answers else False
