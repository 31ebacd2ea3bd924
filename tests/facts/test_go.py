"""What a Go file defines and binds, and where it uses the names that were asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.types import Arguments

REAL = b"""package a
import ( . "x"; y "z/w"; _ "q"; "fmt" )
type A[T any, U x.I] struct { B; *c.D; E[int]; f, g *int `json:"x"`; h func(a int) (b, c string); s struct{ f T } }
type I interface { M(a int, ...string) error; J; x.K; ~int|string }
type N = B[int]
const ( X Kind = iota; Y )
var p, q = f()
func (a *A[T]) F(x, y int, z ...string) (n int, err error) {
  for k, w := range xs { w.f() }
  switch t := x.(type) { case *T: t.f(); case nil, int: }
  if v, ok := m[k]; ok { v.f() } else if v := <-ch; v { }
  u := []T{{f: 1}, {2}}; w := map[string]*x.T{"a": {f: 1}}
  select { case m := <-ch: m.f(); case ch <- f: default: }
  go func(q int) { q++ }(3); defer a.f(g(z...)...)
  L: for { break L }
  return f[int](3), y.f[int, string](1, 2)
}
"""
WORDS = "func type struct interface const var map chan range := <- ... [ ] { } ( )"
PIECES = [f" {word} ".encode() for word in WORDS.split()]
PIECES += [b"\n", b"\x00", b"\xff", b"package f", b".f", b"f", b'import "f"', "한글".encode(), b"`", b"/*"]


def in_function(statement: str) -> str:
    return f"package a\n\nfunc run() {{\n{statement}\n}}\n"


def only(facts):
    (site,) = facts.sites
    return site


def declared(facts, qualified):
    (found,) = [one for one in facts.declarations if one.qualified == qualified]
    return found


@pytest.mark.parametrize(
    ("expression", "chain"),
    [
        ("f(1)", ("f",)),
        ("a.b.f(1)", ("a", ".b", ".f")),
        ("a.b(x).f()", ("a", ".b", "()", ".f")),
        ("a[0].f()", ("a", "[]", ".f")),
        ("(&a).f()", ("a", ".f")),
        ("(*a).f()", ("a", ".f")),
        ("(<-a).f()", ("a", "<-", ".f")),
        ("a[1:2].f()", ("a", ".f")),
        ("T{}.f()", ("T", "new", ".f")),
        ("(&p.T{1}).f()", ("p", ".T", "new", ".f")),
        ("a.(*T).f()", ("T", "new", ".f")),
        ("(*T)(nil).f()", ("T", "()", ".f")),
        ("new(T).f()", ("T", "new", ".f")),
        ("make([]T, 1)[0].f()", ("[]", "<", "T", ">", "new", "[]", ".f")),
        ("append(a, b)[0].f()", ("a", "[]", ".f")),
        ("g[T]().f()", ("g", "<", "T", ">", "()", ".f")),
        ("p.g[T, int](1, 2).f()", ("p", ".g", "<", "T", ",", "int", ">", "()", ".f")),
        ('"x".f()', ("<str>", ".f")),
        ("(a == b).f()", ("<bool>", ".f")),
    ],
)
def test_a_use_is_a_chain_that_ends_with_the_name(go_facts, expression, chain):
    assert only(go_facts(in_function(f"_ = {expression}"), "f")).chain == chain


@pytest.mark.parametrize(
    ("statement", "role"),
    [
        ("f(1)", "call"),
        ("a.f(1)", "call"),
        ("f[int](1)", "call"),
        ("_ = a.f", "read"),
        ("f = 1", "write"),
        ("a.f = 1", "write"),
        ("a.f++", "read"),
        ("var x f", "type"),
        ("var x p.f", "type"),
        ("_ = f{1}", "new"),
        ("_ = p.f{}", "new"),
        ("_ = []T{{f: 1}}", "write"),
    ],
)
def test_a_use_says_how_the_name_is_used(go_facts, statement, role):
    assert only(go_facts(in_function(statement), "f")).role == role


@pytest.mark.parametrize(
    "statement",
    [
        "f := 1",
        "var f int",
        "for f := range xs {}",
        "const f = 1",
        "type f int",
        "switch f := x.(type) {}",
        "// f",
        "`f`",
    ],
)
def test_what_only_declares_or_mentions_a_name_is_no_use(go_facts, statement):
    assert go_facts(in_function(statement), "f").sites == ()


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("f()", Arguments(0)),
        ("f(a, b)", Arguments(2)),
        ("f(a, b...)", Arguments(1, rest=True)),
        ("f(g())", Arguments(1, spread=("g", "()"))),
        ("f(g(), 1)", Arguments(2)),
        ("_ = f{1, 2}", Arguments(2)),
        ("_ = f{a: 1}", None),
    ],
)
def test_the_shape_of_the_arguments_is_told(go_facts, call, arguments):
    assert only(go_facts(in_function(call), "f")).arguments == arguments


@pytest.mark.parametrize(
    ("written", "chain"),
    [
        ("*T", ("T",)),
        ("p.T", ("p", ".T")),
        ("[]*T", ("[]", "<", "T", ">")),
        ("[3]T", ("[]", "<", "T", ">")),
        ("map[K]p.V", ("map", "<", "K", ",", "p", ".V", ">")),
        ("<-chan T", ("chan", "<", "T", ">")),
        ("Box[T]", ("Box", "<", "T", ">")),
        ("func(A, ...B) C", ("func", "<", "<()>", "<", "A", ",", "...", "<", "B", ">", ">", ",", "C", ">")),
        ("interface{}", ("<nothing>",)),
    ],
)
def test_a_type_is_a_chain_without_its_pointers(go_facts, written, chain):
    assert declared(go_facts(f"package a\n\nvar x {written}\n"), "x").annotation == chain


def test_a_struct_has_its_fields_and_what_it_embeds(go_facts):
    facts = go_facts("package a\n\ntype A struct {\n\tB\n\t*c.D\n\tx, y int\n\tz struct{ deep int }\n}\n")
    assert declared(facts, "A").bases == (("B",), ("c", ".D"))
    fields = {d.qualified: d.flags for d in facts.declarations if d.parent == "A"}
    assert list(fields) == ["A.B", "A.D", "A.x", "A.y", "A.z"]
    assert fields["A.D"] == {"embedded"}
    assert declared(facts, "A.z").annotation == ("<struct 7 3>",)
    assert declared(facts, "<struct 7 3>.deep").annotation == ("int",)


def test_an_interface_has_its_methods_and_what_it_embeds(go_facts):
    facts = go_facts("package a\n\ntype I interface {\n\tM(a int, b ...string) error\n\tJ\n}\n")
    method = declared(facts, "I.M")
    assert [(p.name, p.kind, p.required) for p in method.params] == [
        ("a", "positional_only", True),
        ("b", "rest", False),
    ]
    assert method.annotation == ("error",)
    assert declared(facts, "I").bases == (("J",),)


def test_a_method_belongs_to_the_type_of_its_receiver(go_facts):
    facts = go_facts("package a\n\nfunc (l *List[T]) Add(x, y T) (int, error) { return 0, nil }\n")
    method = declared(facts, "List.Add")
    assert (method.parent, method.flags) == ("List", {"pointer"})
    assert len(method.params) == 2
    assert method.annotation == ("<()>", "<", "int", ",", "error", ">")
    assert method.signature == "func (l *List[T]) Add(x, y T) (int, error)"


def test_a_list_of_constants_repeats_what_was_said_last(go_facts):
    facts = go_facts("package a\n\nconst (\n\tA Kind = iota\n\tB\n\tC = 1\n)\n")
    assert [declared(facts, name).annotation for name in "ABC"] == [("Kind",), ("Kind",), None]


def test_imports_are_bound_under_their_alias_or_the_name_that_their_path_suggests(go_facts):
    facts = go_facts('package a\n\nimport (\n\t"x/chi/v5"\n\tb "x/c"\n\t. "d"\n\t_ "e"\n\t"gopkg.in/yaml.v3"\n)\n')
    assert [(b.name, b.module) for b in facts.bindings] == [
        ("chi", "x/chi/v5"), ("b", "x/c"), ("*", "d"), ("_", "e"), ("yaml", "gopkg.in/yaml.v3"),
    ]  # fmt: skip
    assert facts.package == "a"


@pytest.mark.parametrize(
    ("statement", "name", "value", "annotation"),
    [
        ("x := f()", "x", ("f", "()"), None),
        ("x, err := f()", "err", ("f", "()", "[1]"), None),
        ("x, ok := m[f]", "ok", ("<bool>",), None),
        ("var x *T = f()", "x", None, ("T",)),
        ("for i, x := range f() {}", "x", ("f", "()", "each"), None),
        ("for x := range f() {}", "x", ("f", "()", "key"), None),
        ("if x := f(); x {}", "x", ("f", "()"), None),
        ("select { case x := <-f: }", "x", ("f", "<-"), None),
        ("switch x := f.(type) { case *T: }", "x", None, ("T",)),
        ("func(x *T) { f() }(y)", "x", None, ("T",)),
    ],
)
def test_a_local_name_is_bound_to_what_it_is_given(go_facts, statement, name, value, annotation):
    facts = go_facts(in_function(statement), "f")
    (found,) = [b for b in facts.bindings if b.name == name]
    assert (found.value, found.annotation) == (value, annotation)


def test_a_function_that_mentions_no_name_is_not_looked_into(go_facts):
    facts = go_facts("package a\n\nfunc one() { x := 1 }\n\nfunc two() { y := f() }\n", "f")
    assert [b.name for b in facts.bindings] == ["y"]


def test_values_that_are_given_away_say_what_is_expected(go_facts):
    text = in_function("take(a, b)\nx.y = c\n_ = T{d, e}\n_ = T{k: g}\nout <- h")
    expected = {site.text: site.consumer for site in go_facts(text, "<conversions>").sites}
    assert expected == {
        "a": ("take", "(0)"), "b": ("take", "(1)"), "c": ("x", ".y"), "d": ("T", "new", "{0}"),
        "e": ("T", "new", "{1}"), "g": ("T", "new", "{k}"), "h": ("out", "<-"),
        "T{d, e}": ("_",), "T{k: g}": ("_",),
    }  # fmt: skip


def check(facts, source: bytes) -> None:
    lines = source.split(b"\n")
    for site in facts.sites:
        assert site.span.end_line <= len(lines)
        assert 0 <= site.scope < len(facts.scopes)
    for binding in facts.bindings:
        assert 0 <= binding.scope < len(facts.scopes)
    for scope in facts.scopes[1:]:
        assert scope.parent is not None


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)), max_size=40))
@settings(max_examples=60, deadline=None)
def test_whatever_the_bytes_are_there_are_facts(go_facts, pieces):
    source = b"".join(pieces)
    check(go_facts(source, "f", "<conversions>"), source)


@given(st.integers(0, len(REAL)), st.integers(0, 40), st.sampled_from(PIECES))
@settings(max_examples=80, deadline=None)
def test_real_code_with_a_hole_in_it_gives_facts(go_facts, start, length, piece):
    source = REAL[:start] + piece + REAL[start + length :]
    check(go_facts(source, "f", "T", "<conversions>"), source)


@pytest.mark.parametrize("open_", ["(", "[]", "a.b(", "T{", "func() { ", "map[string]", "if x { ", "-", "*"])
def test_a_deep_nest_costs_no_more_than_itself(go_facts, open_):
    source = b"package a\n\nvar x = " + open_.encode() * 3000 + b" f\n"
    check(go_facts(source, "f", "<conversions>"), source)
