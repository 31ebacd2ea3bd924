"""Constructors that a decorator or a base class writes from the fields of a class."""

from __future__ import annotations

import pytest


def constructor(facts, name="C"):
    (declaration,) = [d for d in facts.declarations if d.qualified == name]
    if declaration.params is None:
        return None
    return [(p.name, p.kind, p.required) for p in declaration.params]


def test_the_fields_of_a_dataclass_are_its_parameters(python_facts):
    facts = python_facts("""
        @dataclass(frozen=True)
        class C(Base):
            '''Doc.'''
            a: int
            b: InitVar[str]
            c: ClassVar[int] = 3
            d: list[int] = field(default_factory=list)
            e: int = field(init=False)
            f: int = field(repr=False)
            g: int = field(kw_only=True)
            no_annotation = 1
            _: KW_ONLY
            h: "int" = 1
            def m(self): pass
    """)
    assert constructor(facts) == [
        ("a", "positional", True),
        ("b", "positional", True),
        ("d", "positional", False),
        ("f", "positional", True),
        ("g", "keyword_only", True),
        ("h", "keyword_only", False),
    ]
    (declaration,) = [d for d in facts.declarations if d.qualified == "C"]
    assert {"constructed", "frozen_fields"} <= declaration.flags


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("@dataclass(kw_only=True)\nclass C:", "a: int", [("a", "keyword_only", True)]),
        ("@dataclasses.dataclass\nclass C:", "a: int = 1", [("a", "positional", False)]),
        ("@attrs.define\nclass C:", "_a: int = attrs.field(factory=list)", [("a", "positional", False)]),
        ("@attr.s\nclass C:", "a = attr.ib()\n    b = attr.ib(default=1)\n    c: int = 1",
         [("a", "positional", True), ("b", "positional", False)]),
        ("@attr.s(auto_attribs=True)\nclass C:", "a: int = attr.ib(1)", [("a", "positional", False)]),
        ("class C(NamedTuple):", "a: int\n    b: int = 1", [("a", "positional", True), ("b", "positional", False)]),
        ("class C(typing.TypedDict):", "a: int",
         [("mapping", "rest", False), ("a", "keyword_only", False), ("items", "keywords", False)]),
        ("class C(pydantic.BaseModel):", "a: int\n    b: int = Field(...)\n    c: int = Field(1)",
         [("a", "keyword_only", True), ("b", "keyword_only", True), ("c", "keyword_only", False),
          ("data", "keywords", False)]),
    ],
)  # fmt: skip
def test_each_style_of_class_has_its_own_rules(python_facts, head, body, expected):
    assert constructor(python_facts(f"{head}\n    {body}\n")) == expected


@pytest.mark.parametrize(
    "source",
    [
        "@dataclass(init=False)\nclass C:\n    a: int",
        "@dataclass\nclass C:\n    a: int\n    def __init__(self): pass",
        "class C:\n    a: int",
        "@register\nclass C:\n    a: int",
    ],
)
def test_a_constructor_of_its_own_is_not_made_up(python_facts, source):
    assert constructor(python_facts(source)) is None


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("namedtuple('C', 'a b')", [("a", "positional", True), ("b", "positional", True)]),
        ("collections.namedtuple('C', ['a', 'b'])", [("a", "positional", True), ("b", "positional", True)]),
        ("NamedTuple('C', [('a', int)])", [("a", "positional", True)]),
        ("namedtuple('C', 'a, b', defaults=[1])", [("a", "positional", False), ("b", "positional", False)]),
    ],
)
def test_a_named_tuple_that_is_made_by_a_call_is_a_class(python_facts, call, expected):
    facts = python_facts(f"C = {call}\n")
    assert constructor(facts) == expected
    assert [d.qualified for d in facts.declarations] == ["C", *(f"C.{name}" for name, _, _ in expected)]


def test_a_computed_named_tuple_stays_a_variable(python_facts):
    (declaration,) = python_facts("C = namedtuple('C', FIELDS)\n").declarations
    assert declaration.params is None
    assert declaration.values == (("namedtuple", "()"),)


def test_a_class_above_a_named_tuple_has_its_fields(python_facts):
    facts = python_facts("""
        class C(namedtuple("C", "a b")):
            def sum(self): return self.a
    """)
    assert constructor(facts) == [("a", "positional", True), ("b", "positional", True)]
    (declaration,) = [d for d in facts.declarations if d.qualified == "C"]
    assert declaration.flags == {"constructed"}
    assert {d.qualified for d in facts.declarations} == {"C", "C.a", "C.b", "C.sum"}


def test_a_class_above_a_named_tuple_may_write_its_own_constructor(python_facts):
    facts = python_facts("""
        class C(namedtuple("C", "a b")):
            def __new__(cls, a): return super().__new__(cls, a, 1)
    """)
    assert constructor(facts) is None
