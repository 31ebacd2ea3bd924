"""What every rule is about, for the formats that carry the explanation along with the findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from indexer.types import Severity

Precision = Literal["very-high", "high", "medium", "low"]
ANY_SECRET = "secret/"  # noqa: S105 - the beginning of a rule's name


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words; what a finding says of its own place comes on top."""

    severity: Severity
    """Of a finding that is `resolved`."""
    name: str
    """What is wrong, in a few words."""
    help: str
    """What it means and what to do, in a few sentences."""
    tags: tuple[str, ...]
    precision: Precision = "high"
    security: str | None = None
    """How grave it is where it is a matter of security, from "0.1" to "10.0"."""


_BREAKS = ("impact", "correctness")

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "name/removed": Rule(
            "high",
            "A removed name is still used",
            "The change removed a definition, and this place still uses it. Take the use out, or bring the definition "
            "back.",
            _BREAKS,
        ),
        "name/renamed": Rule(
            "high",
            "A renamed name is used under its old name",
            "The change gave a definition another name, and this place still uses the old one. Use the new name here.",
            _BREAKS,
        ),
        "name/moved": Rule(
            "high",
            "A name is looked for where it is no longer",
            "The change moved a definition to another file and left nothing behind, and this place looks for it in the "
            "old one. Take it from the new file.",
            _BREAKS,
        ),
        "import/missing": Rule(
            "high",
            "An import names what is gone",
            "The change took away a module, or a name of a module, that this import names. Import what took its place, "
            "or leave the import out.",
            _BREAKS,
        ),
        "export/missing": Rule(
            "high",
            "An export hands out what is gone",
            "The change took away a name that is still exported here. Export what took its place, or leave it out.",
            _BREAKS,
        ),
        "call/missing-argument": Rule(
            "high",
            "A call lacks an argument that is now required",
            "The change made a parameter required, and this call does not pass it. Pass it, or give the parameter a "
            "default.",
            _BREAKS,
        ),
        "call/unexpected-argument": Rule(
            "high",
            "A call passes more arguments than are taken",
            "The change took parameters away, and this call still passes a value for them. Leave the value out.",
            _BREAKS,
        ),
        "call/unknown-keyword": Rule(
            "high",
            "A call passes a keyword that no parameter takes",
            "The change took a parameter away or renamed it, and this call still names it. Use the new name, or leave "
            "the argument out.",
            _BREAKS,
        ),
        "call/reordered": Rule(
            "medium",
            "Arguments land in other parameters than before",
            "The change put the parameters in another order, and this call passes values by their place. Pass them by "
            "name, or in the new order.",
            _BREAKS,
        ),
        "call/not-awaited": Rule(
            "high",
            "The result of an asynchronous function is not awaited",
            "The change made a function asynchronous, and this place uses its result as if it were the value. "
            "Await it.",
            _BREAKS,
        ),
        "call/kind": Rule(
            "high",
            "Something is used as what it no longer is",
            "The change made a property of a method, a method of a property, or a generator of a function, and this "
            "place uses it as before.",
            _BREAKS,
        ),
        "override/signature": Rule(
            "high",
            "An override no longer fits what it overrides",
            "The change gave a method of a base class other parameters, and this override can't be called that way. "
            "Give it the same parameters.",
            _BREAKS,
        ),
        "interface/unimplemented": Rule(
            "high",
            "A class lacks a member that it has to have",
            "The change added a member that a base class or an interface demands, and this class does not have it.",
            _BREAKS,
        ),
        "syntax/broken": Rule(
            "high",
            "A file no longer parses",
            "The file parsed before the change and does not parse now.",
            ("correctness",),
            "very-high",
        ),
        "conflict/marker": Rule(
            "high",
            "The markers of a merge conflict are left in",
            "Lines that a merge conflict leaves behind are part of the change. Decide for one side and take them out.",
            ("correctness",),
            "very-high",
        ),
        "text/bidi": Rule(
            "medium",
            "Characters in code reorder or hide text",
            "A reader sees other code than a compiler does. Take the characters out, or write them as escapes.",
            ("security",),
            "very-high",
            "5.5",
        ),
        "text/homoglyph": Rule(
            "medium",
            "An identifier mixes letters that look alike",
            "Letters of different scripts that look the same make two names look like one. Use the letters of one "
            "script.",
            ("security",),
            "high",
            "5.0",
        ),
        "test/removed": Rule(
            "low",
            "A test was removed or emptied",
            "What the test checked is checked no more. Make sure that this is meant.",
            ("tests",),
        ),
        "doc/stale": Rule(
            "low",
            "A document names what is gone",
            "The change removed a name that a document still explains. Bring the document up to date.",
            ("documentation",),
            "medium",
        ),
        "test/none": Rule(
            "info",
            "No test mentions what changed",
            "A public definition changed, and no test of the repository mentions it.",
            ("tests",),
            "medium",
        ),
    }
)

_SECRET = Rule(
    "high",
    "A secret is committed",
    "Whoever can read the repository, now or later, can use the secret. Take it out of the history, revoke it, and "
    "read it from the environment or a secret store.",
    ("security",),
    "high",
    "8.0",
)
_UNKNOWN = Rule("medium", "A finding", "The finding says what is wrong.", ("correctness",), "medium")


def rule_of(name: str) -> Rule:
    """What the rule of this name is about; every kind of secret is a rule of its own, and all are explained alike."""
    return RULES.get(name) or (_SECRET if name.startswith(ANY_SECRET) else _UNKNOWN)
