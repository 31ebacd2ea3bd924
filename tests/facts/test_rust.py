"""What a Rust file declares, binds and implements, and where it uses names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.outline.facts import facts as facts_of
from indexer.types import Declaration, Facts, Site


def declared(facts: Facts, qualified: str) -> Declaration:
    (found,) = [declaration for declaration in facts.declarations if declaration.qualified == qualified]
    return found


def sites(facts: Facts) -> list[tuple[str, tuple[str, ...], int]]:
    return [(site.role, site.chain, site.span.start_line) for site in facts.sites]


def only(facts: Facts) -> Site:
    (site,) = facts.sites
    return site


def test_every_kind_of_definition_has_its_name_kind_and_parent(rust_facts):
    facts = rust_facts("""
        pub struct Plain;
        struct Pair(u8, String);
        struct Named { field: u8 }
        union Bits { whole: u32 }
        enum Kind { A, B(u8), C { inner: u8 } }
        trait Pays: Clone { const RATE: u8; type Coin; fn pay(&self); fn rest() {} }
        impl Plain { pub const ONE: u8 = 1; fn new() -> Self { Plain } }
        impl Pays for Plain { const RATE: u8 = 1; type Coin = u8; fn pay(&self) {} }
        type Alias<T> = Vec<T>;
        const LIMIT: u8 = 1;
        static NAME: &str = "";
        mod inline { pub fn deep() {} }
        mod elsewhere;
        macro_rules! twice { () => {} }
        async fn free() {}
        extern "C" { fn foreign(a: u8); }
    """)
    assert {d.qualified: d.kind for d in facts.declarations} == {
        "Plain": "struct", "Pair": "struct", "Named": "struct", "Named.field": "field", "Bits": "struct",
        "Bits.whole": "field", "Kind": "enum", "Kind.A": "constant", "Kind.B": "constant", "Kind.C": "constant",
        "Kind.C.inner": "field", "Pays": "trait", "Pays.RATE": "constant", "Pays.Coin": "type", "Pays.pay": "method",
        "Pays.rest": "method", "Plain.ONE": "constant", "Plain.new": "method", "Plain.RATE": "constant",
        "Plain.Coin": "type", "Plain.pay": "method", "Alias": "type", "LIMIT": "constant", "NAME": "variable",
        "inline": "namespace", "inline.deep": "function", "elsewhere": "namespace", "twice": "macro",
        "free": "function",
        "foreign": "function",
    }  # fmt: skip
    assert declared(facts, "Pays").bases == (("Clone",),)
    assert "abstract" in declared(facts, "Pays.pay").flags
    assert "abstract" not in declared(facts, "Pays.rest").flags
    assert "async" in declared(facts, "free").flags


def test_parameters_have_their_types_and_a_receiver_is_called_self(rust_facts):
    written = "fn f<'a>(&'a mut self, one: &[u8], mut two: Option<Box<dyn B>>) -> Result<Self, ()> {}"
    facts = rust_facts(f"impl A {{ {written} }}")
    method = declared(facts, "A.f")
    assert [(p.name, p.annotation) for p in method.params] == [
        ("self", ("Self",)),
        ("one", ("<list>", "<", "u8", ">")),
        ("two", ("Option", "<", "Box", "<", "<dyn>", "<", "B", ">", ">", ">")),
    ]
    assert method.annotation == ("Result", "<", "Self", ",", "<unit>", ">")


def test_a_tuple_struct_and_a_variant_have_the_parameters_of_their_constructor(rust_facts):
    facts = rust_facts("struct P(pub u8, String);\nenum E { One(u8), None }\n")
    assert len(declared(facts, "P").params) == 2
    assert len(declared(facts, "E.One").params) == 1
    assert declared(facts, "E.None").params is None


def test_a_test_is_told_and_a_module_for_tests_is_none(rust_facts):
    facts = rust_facts(
        "#[cfg(test)]\nmod tests {\n    #[test]\n    fn works() {}\n    #[tokio::test]\n    async fn too() {}\n}\n"
    )
    assert [d.qualified for d in facts.declarations if "test" in d.flags] == ["tests.works", "tests.too"]


@pytest.mark.parametrize(
    ("written", "bound"),
    [
        ("use a::b;", [("b", "a", "b")]),
        ("use a::b as c;", [("c", "a", "b")]),
        ("use a::{self, b::{c, d as e}};", [("a", "", "a"), ("c", "a::b", "c"), ("e", "a::b", "d")]),
        ("use crate::a::*;", [("*", "crate::a", "*")]),
        ("pub use self::a::b;", [("b", "self::a", "b")]),
        ("use ::a::b;", [("b", "::a", "b")]),
        ("extern crate a as b;", [("b", "::a", "*")]),
        ("use a;", [("a", "", "a")]),
    ],
)
def test_a_use_binds_the_last_name_of_every_path(written, bound, rust_facts):
    imports = [b for b in rust_facts(written).bindings if b.kind == "import"]
    assert [(b.name, b.module, b.imported) for b in imports] == bound


def test_a_use_is_a_site_of_each_of_its_names(rust_facts):
    assert sites(rust_facts("use a::{b::c,\n    d};\n", "b", "d", "a")) == [
        ("import", ("a",), 1),
        ("import", ("a", "::b"), 1),
        ("import", ("a", "::d"), 2),
    ]


@pytest.mark.parametrize(
    ("expression", "role", "chain"),
    [
        ("go(1, 2)", "call", ("go",)),
        ("a::b::go()", "call", ("a", "::b", "::go")),
        ("A::<u8>::go()", "call", ("A", "<", "u8", ">", "::go")),
        ("<A as B>::go()", "call", ("B", "::go")),
        ("x.go(1)", "call", ("x", ".go")),
        ("x.y()?.z[0].go::<u8>()", "call", ("x", ".y", "()", "?", ".z", "[]", ".go")),
        ("x.go", "read", ("x", ".go")),
        ("let f = go;", "reference", ("go",)),
        ("(&*x).go()", "call", ("x", ".go")),
        ("A { b: 1 }.go()", "call", ("A", "{}", ".go")),
        ("A { go: 1 }", "read", ("A", "{}", ".go")),
        ("let A { go, .. } = x;", "read", ("A", "{}", ".go")),
        ("Some(x).unwrap().go()", "call", ("<made>", "<", "Some", ",", "x", ">", ".unwrap", "()", ".go")),
        ("x.await.go()", "call", ("x", "await", ".go")),
        ("let x: go = y;", "type", ("go",)),
        ('println!("{}", go(1))', "reference", ("<macro>", ".go")),
    ],
)
def test_a_use_has_its_role_and_the_path_that_leads_to_it(expression, role, chain, rust_facts):
    site = only(rust_facts(f"fn f() {{ {expression} }}", "go"))
    assert (site.role, site.chain) == (role, chain)


def test_the_arguments_of_a_call_are_counted_without_comments(rust_facts):
    assert only(rust_facts("fn f() { go(1, /* two */ 2) }", "go")).arguments.positional == 2


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("let y = A::new();", ("A", "::new", "()")),
        ("if let Some(y) = x {{ go(y) }}", ("x", "(Some#0)")),
        ("for y in &xs {{ go(y) }}", ("xs", "each")),
        ("match x {{ A::B {{ y, .. }} => go(y), _ => () }}", ("x", "(A::B#y)")),
        ("let (_, y) = x;", ("x", "[1]")),
        ("xs.iter().map(|y| go(y));", ("xs", ".iter", "()", "(|map|0)")),
    ],
)
def test_a_variable_is_bound_to_the_part_that_it_gets(statement, value, rust_facts):
    facts = rust_facts(f"fn f() {{ {statement.replace('{{', '{').replace('}}', '}')} go(y); }}", "go")
    assert value in [b.value for b in facts.bindings if b.name == "y"]


def test_an_impl_says_its_type_and_its_trait(rust_facts):
    facts = rust_facts("impl<T: A> b::C<T> for D<T> {}\nimpl D<u8> {}\nimpl !Send for D {}\n")
    assert [(i.type, i.trait) for i in facts.impls] == [
        (("D", "<", "T", ">"), ("b", "::C", "<", "T", ">")),
        (("D", "<", "u8", ">"), None),
    ]


def test_a_module_says_the_path_that_is_written_for_it(rust_facts):
    facts = rust_facts('#[cfg(unix)]\n#[path = "other.rs"]\nmod a;\n')
    assert declared(facts, "a").values == (("other.rs",),)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(
    ["fn", "go", "(", ")", "{", "}", "impl", "A", "<", ">", "::", "use", "let", "=", ";", "match", "|", "x", ".", "?",
     "for", "in", ",", "&", "'a", "#[", "]", "mod", "macro_rules!", "struct", "enum", "where", ":", "*", "é", "\n", '"']
), max_size=40))  # fmt: skip
def test_any_text_has_facts(words):
    text = " ".join(words)
    found = facts_of(text.encode(), "rust", frozenset({"go", "x", "A"}))
    lines = text.count("\n") + 1
    assert all(1 <= site.span.start_line <= lines for site in found.sites)
    assert all(0 <= site.scope < len(found.scopes) for site in found.sites)
