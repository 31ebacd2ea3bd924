"""What a Java file declares, binds and imports, and where it uses the names that were asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.types import Facts


def named(facts: Facts, qualified: str):
    (declaration,) = [d for d in facts.declarations if d.qualified == qualified]
    return declaration


def bound(facts: Facts, name: str):
    (binding,) = [b for b in facts.bindings if b.name == name]
    return binding


def only(facts: Facts):
    (site,) = facts.sites
    return site


# ---------------------------------------------------------------- declarations


def test_the_package_and_every_kind_of_import_are_read(java_facts) -> None:
    facts = java_facts("package a.b;\nimport c.D;\nimport c.*;\nimport static c.D.e;\nimport static c.D.*;\n")
    assert facts.package == "a.b"
    assert [(b.module, b.imported, b.static) for b in facts.bindings] == [
        ("c", "D", False),
        ("c", "*", False),
        ("c.D", "e", True),
        ("c.D", "*", True),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "flag"),
    [
        ("abstract class A {}", "class", "abstract"),
        ("record A(int x) {}", "class", "record"),
        ("public interface A {}", "interface", "public"),
        ("@interface A {}", "interface", "annotation"),
        ("enum A { B }", "enum", None),
    ],
)
def test_every_kind_of_type_is_declared(java_facts, text: str, kind: str, flag: str | None) -> None:
    declaration = named(java_facts(text), "A")
    assert declaration.kind == kind
    assert flag is None or flag in declaration.flags


def test_bases_keep_their_type_arguments(java_facts) -> None:
    declaration = named(java_facts("class A<T> extends p.B<T> implements C, D<T[]> {}"), "A")
    assert declaration.bases == (("p", ".B", "<", "T", ">"),)
    assert declaration.implements == (("C",), ("D", "<", "<array>", "<", "T", ">", ">"))


def test_overloads_are_declarations_of_their_own(java_facts) -> None:
    facts = java_facts("class A { void f(int a) {} static <T> T f(T a, String... rest) { return a; } }")
    first, second = (d for d in facts.declarations if d.qualified == "A.f")
    assert [p.kind for p in first.params] == ["positional_only"]
    assert [(p.name, p.kind, p.required) for p in second.params] == [
        ("a", "positional_only", True),
        ("rest", "rest", False),
    ]
    assert second.annotation == ("T",)
    assert "static" in second.flags


def test_a_receiver_parameter_is_none_that_callers_fill(java_facts) -> None:
    assert named(java_facts("class A { void f(A this, int b) {} }"), "A.f").params[0].name == "b"


def test_methods_of_interfaces_are_abstract_unless_they_have_a_body(java_facts) -> None:
    facts = java_facts("interface A { void f(); default void g() {} static void h() {} int C = 1; }")
    assert ["abstract" in named(facts, f"A.{name}").flags for name in "fgh"] == [True, False, False]
    assert named(facts, "A.C").kind == "constant"


def test_a_record_has_fields_and_accessors_of_its_header(java_facts) -> None:
    facts = java_facts("record A(int x, String y) { public String y() { return y; } }")
    assert {(d.name, d.kind) for d in facts.declarations if d.parent == "A"} == {
        ("x", "field"),
        ("x", "method"),
        ("y", "field"),
        ("y", "method"),
    }


def test_constants_of_an_enum_are_of_its_type(java_facts) -> None:
    declaration = named(java_facts("enum E { RED(1) { void f() {} }; E(int x) {} }"), "E.RED")
    assert (declaration.kind, declaration.annotation) == ("constant", ("E",))


def test_fields_of_one_statement_have_their_own_dimensions(java_facts) -> None:
    facts = java_facts("class A { private static final B b[] = null, c = null; }")
    assert named(facts, "A.b").annotation == ("<array>", "<", "B", ">")
    assert (named(facts, "A.c").annotation, named(facts, "A.c").kind) == (("B",), "constant")


# ---------------------------------------------------------------- uses


@pytest.mark.parametrize(
    ("expression", "chain"),
    [
        ("f(1)", ("f",)),
        ("a.b.f(1)", ("a", ".b", ".f")),
        ("a.b(x, y).f()", ("a", ".b", "(2)", ".f")),
        ("a[0].f()", ("a", "[]", ".f")),
        ("new C(1).f()", ("C", "new", ".f")),
        ("new C<D>().f()", ("C", "<", "D", ">", "new", ".f")),
        ("((C) a).f()", ("<cast>", "<", "C", ">", ".f")),
        ("this.f()", ("this", ".f")),
        ("super.f()", ("super", ".f")),
        ("Outer.this.f()", ("Outer", ".this", ".f")),
        ("I.super.f()", ("I", ".super", ".f")),
        ('"x".f()', ("<str>", ".f")),
        ("(a ? b : b).f()", ("b", ".f")),
    ],
)
def test_a_call_has_the_path_to_its_name(java_facts, expression: str, chain: tuple[str, ...]) -> None:
    site = only(java_facts(f"class A {{ void g() {{ {expression}; }} }}", "f"))
    assert (site.chain, site.role, site.within) == (chain, "call", "A.g")


@pytest.mark.parametrize(
    ("text", "role", "chain"),
    [
        ("Object o = new F(1, 2);", "new", ("F",)),
        ("Object o = p.q.new F();", "new", ("p", ".q", ".F")),
        ("Supplier s = F::new;", "reference", ("F",)),
        ("Runnable r = a::F;", "reference", ("a", ".F")),
        ("F x;", "type", ("F",)),
        ("p.F x;", "type", ("p", ".F")),
        ("List<F> x;", "type", ("F",)),
        ("@F int x;", "decorator", ("F",)),
        ("int x = p.F;", "read", ("p", ".F")),
        ("{ this.F = 1; }", "write", ("this", ".F")),
        ("boolean b = x instanceof F;", "type", ("F",)),
    ],
)
def test_a_use_has_its_role(java_facts, text: str, role: str, chain: tuple[str, ...]) -> None:
    site = only(java_facts(f"class A {{ {text} }}", "F"))
    assert (site.role, site.chain) == (role, chain)


def test_arguments_are_counted_without_comments_and_said(java_facts) -> None:
    arguments = only(java_facts('class A { int x = f(1, /* two */ "b", c.d()); }', "f")).arguments
    assert arguments.positional == 3
    assert arguments.values == (("<int>",), ("<str>",), ("c", ".d", "(0)"))


def test_a_case_says_what_is_switched_on(java_facts) -> None:
    site = only(java_facts("class A { void f() { switch (a.b()) { case RED: break; } } }", "RED"))
    assert (site.usage, site.consumer) == ("case", ("a", ".b", "(0)"))


def test_constructors_that_are_called_without_a_name_are_uses_of_super(java_facts) -> None:
    facts = java_facts(
        "class A extends B {}\nclass C extends B { C() {}\n C(int x) { super(x); }\n C(long x) { this(); } }",
        "super",
        "this",
    )
    assert [(s.chain, s.arguments.positional, s.span.start_line) for s in facts.sites] == [
        (("super",), 0, 1),
        (("super",), 0, 2),
        (("super",), 1, 3),
        (("this",), 0, 4),
    ]


def test_an_enum_is_made_by_its_constants(java_facts) -> None:
    facts = java_facts("enum E { A(1, 2), B; E(int... x) {} }", "E")
    assert [s.arguments.positional for s in facts.sites if s.role == "new"] == [2, 0]


# ---------------------------------------------------------------- variables


@pytest.mark.parametrize(
    ("statement", "annotation", "value"),
    [
        ("C x = null; x.f();", ("C",), None),
        ("C[] x = null; x.f();", ("<array>", "<", "C", ">"), None),
        ("var x = new C(); x.f();", None, ("C", "new")),
        ("var x = a.b(1); x.f();", None, ("a", ".b", "(1)")),
        ("for (C x : xs) x.f();", ("C",), None),
        ("for (var x : xs) x.f();", None, ("xs", "each")),
        ("try (C x = o()) { x.f(); }", ("C",), None),
        ("try {} catch (C x) { x.f(); }", ("C",), None),
        ("try {} catch (C | D x) { x.f(); }", ("<?>",), None),
        ("if (o instanceof C x) { x.f(); }", ("C",), None),
        ("g(x -> x.f());", None, ("<?>",)),
        ("g((C x) -> x.f());", ("C",), None),
        ("switch (o) { case C x -> x.f(); }", ("C",), None),
    ],
)
def test_a_local_variable_has_its_written_type_or_its_value(java_facts, statement: str, annotation, value) -> None:
    facts = java_facts(f"class A {{ void g() {{ {statement} }} }}", "f")
    binding = bound(facts, "x")
    assert (binding.annotation, binding.value) == (annotation, value)


def test_type_parameters_are_bound_with_their_bounds(java_facts) -> None:
    facts = java_facts("class A<T extends B> { <U> void f(T t, U u) { t.g(u); } }", "g")
    assert (bound(facts, "T").kind, bound(facts, "T").annotation) == ("type", ("B",))
    assert bound(facts, "U").annotation == ("Object",)


# ---------------------------------------------------------------- anything

PIECES = [
    mark.encode()
    for mark in [
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        "->",
        "::",
        ";",
        ",",
        ".",
        "?",
        "@f",
        "f",
        "F",
        "new",
        "class",
        "enum",
        "record",
        "interface",
        "super",
        "this",
        "switch",
        "case",
        "instanceof",
        "import",
        "package",
        "=",
        '"',
        "'",
        "/*",
        "//",
        "...",
    ]
]
PIECES += [
    b"\n",
    b" ",
    b"\xff\xfe",
    b"\x00",
    "한글".encode(),
    b"void f(",
    b"case F f -> ",
    b"int f = ",
    b"extends F<f> ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(b" ".join))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_facts_whose_sites_say_their_names(java_facts, source: bytes) -> None:
    facts = java_facts(source, "f", "F", "super", "this")
    lines = source.split(b"\n")
    for site in facts.sites:
        span = site.span
        text = lines[span.start_line - 1][span.start_column : span.end_column].decode("utf-8", "replace")
        implied = site.usage == "statement" and site.role == "new"
        assert implied or text == site.chain[-1].lstrip(".")
    for item in (*facts.sites, *facts.bindings, *facts.declarations):
        assert 0 <= item.scope < len(facts.scopes)


def test_a_deep_expression_gives_facts(java_facts) -> None:
    source = "class A { Object o = " + "a.b(" * 2_000 + "f()" + ")" * 2_000 + "; }"
    assert only(java_facts(source, "f")).chain == ("f",)
