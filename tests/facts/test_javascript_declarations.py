"""What a JavaScript or TypeScript file defines."""

from __future__ import annotations

import pytest


def declared(facts, qualified):
    """The one definition of a qualified name."""
    (found,) = [each for each in facts.declarations if each.qualified == qualified]
    return found


def required(declaration):
    return [(param.name, param.required) for param in declaration.params]


@pytest.mark.parametrize(
    ("source", "kind", "flags"),
    [
        ("function x() {}", "function", set()),
        ("async function x() {}", "function", {"async"}),
        ("function* x() {}", "function", {"generator"}),
        ("async function* x() {}", "function", {"async", "generator"}),
        ("const x = () => 1", "function", set()),
        ("const x = async a => 1", "function", {"async"}),
        ("let x = function* () {}", "function", {"generator"}),
        ("const x = (() => 1) as F", "function", set()),
        ("var x = module.exports = function () {}", "function", {"exported", "default"}),
        ("var x = y.x = y.x || {}", "variable", set()),
        ("const x = memo(() => 1)", "variable", set()),
        ("const x = 1", "variable", set()),
        ("let x", "variable", set()),
        ("const { x } = y", "variable", set()),
        ("const x = { a: 1 }", "variable", {"object"}),
        ("const x = { ...a }", "variable", {"object", "dynamic"}),
        ("const x = { [a]: 1 }", "variable", {"object", "dynamic"}),
        ("class x {}", "class", set()),
        ("const x = class {}", "class", set()),
        ("abstract class x {}", "class", {"abstract"}),
        ("@sealed class x {}", "class", {"opaque"}),
        ("class x extends mix(A) {}", "class", {"dynamic"}),
        ("class x { [key: string]: any }", "class", {"dynamic"}),
        ("interface x {}", "interface", set()),
        ("type x = string", "type", set()),
        ("enum x { A }", "enum", set()),
        ("namespace x {}", "namespace", set()),
        ("declare function x(): void", "function", set()),
        ("declare const x: number", "variable", set()),
        ("if (a) { function x() {} }", "function", {"conditional"}),
        ("export function x() {}", "function", {"exported"}),
        ("export default function x() {}", "function", {"exported", "default"}),
        ("function x() {}\nexport { x }", "function", {"exported"}),
        ("function x() {}\nexport default x", "function", {"exported", "default"}),
        ("function x() { return arguments.length }", "function", {"reads_arguments"}),
        ("function x() {}\nx.prototype.go = function () {}", "class", set()),
    ],
)
def test_the_kind_and_the_flags_of_what_stands_at_module_level(javascript_facts, source, kind, flags):
    found = declared(javascript_facts(source), "x")
    assert (found.kind, found.flags, found.scope, found.parent) == (kind, flags, 0, None)


@pytest.mark.parametrize(
    ("member", "kind", "flags"),
    [
        ("x() {}", "method", set()),
        ("async x() {}", "method", {"async"}),
        ("static x() {}", "method", {"static"}),
        ("*x() {}", "method", {"generator"}),
        ("get x() { return 1 }", "property", {"property", "accessor"}),
        ("set x(value) {}", "property", {"property", "setter"}),
        ("private x() {}", "method", {"private"}),
        ("@once x() {}", "method", {"opaque"}),
        ("abstract x(): void", "method", {"abstract"}),
        ("x?(): void", "method", {"optional"}),
        ("x = 1", "field", set()),
        ("x?: string", "field", {"optional"}),
        ("static readonly x = 1", "field", {"static"}),
        ("x = () => 1", "method", set()),
        ("constructor(private x: A) {}", "field", {"private"}),
        ("constructor(readonly x: A) {}", "field", set()),
        ("x() { return this }", "method", {"returns_self"}),
    ],
)
def test_the_members_of_a_class(javascript_facts, member, kind, flags):
    found = declared(javascript_facts(f"abstract class C {{ {member} }}"), "C.x")
    assert (found.kind, found.flags, found.parent) == (kind, flags, "C")


@pytest.mark.parametrize("body", ["constructor() { this.x = 1 }", "go() { [1].map(() => { this.x ||= 1 }) }"])
def test_only_javascript_makes_a_field_by_assigning_it(javascript_facts, body):
    untyped = declared(javascript_facts(f"class C {{ {body} }}", language="javascript"), "C.x")
    assert (untyped.kind, untyped.parent) == ("field", "C")
    assert all(d.qualified != "C.x" for d in javascript_facts(f"class C {{ {body} }}").declarations)


def test_a_private_name_keeps_its_mark(javascript_facts):
    found = declared(javascript_facts("class C { #x = 1 }", language="javascript"), "C.#x")
    assert found.flags == {"private"}


@pytest.mark.parametrize(
    "body",
    [
        "go() { return function () { this.x = 1 } }",
        "go() { class D { y() { this.x = 1 } } }",
        "go() { return this.x == 1 }",
        "go() { other.this.x = 1 }",
    ],
)
def test_what_is_assigned_to_another_this_is_no_field(javascript_facts, body):
    facts = javascript_facts(f"class C {{ {body} }}")
    assert "C.x" not in [each.qualified for each in facts.declarations]


def test_a_field_has_its_type_and_every_value_it_is_given(javascript_facts):
    facts = javascript_facts("class C { a: A; b = new B(); go() { this.b = this.a.b(); this.a = null } }")
    assert declared(facts, "C.a").annotation == ("A",)
    assert declared(facts, "C.b").values == (("B", "new"), ("this", ".a", ".b", "()"))


@pytest.mark.parametrize(
    ("owner", "member", "kind", "flags"),
    [
        ("interface X { m(a: string): void }", "m", "method", set()),
        ("interface X { m?: string }", "m", "field", {"optional"}),
        ("type X = { m(): void }", "m", "method", set()),
        ("type X = { m: string }", "m", "field", set()),
        ("enum X { m, n = 2 }", "m", "field", {"static"}),
        ("enum X { m, n = 2 }", "n", "field", {"static"}),
        ("const X = { m() {} }", "m", "method", set()),
        ("const X = { m: async () => {} }", "m", "method", {"async"}),
        ("const X = { m: 1 }", "m", "field", set()),
        ("const X = { m }", "m", "field", set()),
        ("const X = {}\nX.m = function () {}", "m", "method", set()),
        ("class X {}\nX.m = () => {}", "m", "method", {"static"}),
        ("class X {}\nX.m = 1", "m", "field", {"static"}),
        ("function X() {}\nX.prototype.m = function () {}", "m", "method", set()),
        ("function X() {}\nX.prototype = { m() {} }", "m", "method", set()),
        ("function X() { this.m = 1 }\nX.prototype.n = function () {}", "m", "field", set()),
        ("var X = exports = module.exports = {}\nX.m = function () {}", "m", "method", set()),
        ("const X = Object.create(Y.prototype)\nX.m = function () {}", "m", "method", set()),
        ("namespace X { export function m() {} }", "m", "function", set()),
        ("namespace X { export const m = 1 }", "m", "variable", set()),
        ("function X() { function m() {} return m }", "m", "function", set()),
    ],
)
def test_members_of_what_is_no_class(javascript_facts, owner, member, kind, flags):
    language = "javascript" if "this.m" in owner else "typescript"
    found = declared(javascript_facts(owner, "m", language=language), f"X.{member}")
    assert (found.kind, found.flags, found.parent) == (kind, flags, "X")


def test_a_constructor_function_has_its_constructor_and_its_base(javascript_facts):
    source = "function B(a, b) {}\nutil.inherits(B, A)\nB.prototype.m = function () {}"
    facts = javascript_facts(source, language="javascript")
    assert declared(facts, "B").bases == (("A",),)
    assert required(declared(facts, "B.constructor")) == [("a", True), ("b", True)]


def test_overloads_are_told_from_the_implementation(javascript_facts):
    facts = javascript_facts("function f(a: string): void\nfunction f(a: number): void\nfunction f(a: any) {}")
    assert ["overload" in each.flags for each in facts.declarations] == [True, True, False]


def test_a_getter_and_its_setter_are_two_definitions(javascript_facts):
    facts = javascript_facts("class C { get x() { return 1 } set x(v) {} }")
    assert [each.flags for each in facts.declarations if each.name == "x"] == [
        {"property", "accessor"},
        {"property", "setter"},
    ]


@pytest.mark.parametrize(
    ("heritage", "bases", "implements"),
    [
        ("class X extends A {}", (("A",),), ()),
        ("class X extends ns.A<T> implements I, J<T> {}", (("ns", ".A"),), (("I",), ("J",))),
        ("interface X extends A, ns.B<T> {}", (("A",), ("ns", ".B")), ()),
        ("type X = A & { b: string }", (("A",),), ()),
        ("type X = { b: string }", (), ()),
        ("type X = A | B", (("<|>", "<", "A", ",", "B", ">"),), ()),
    ],
)
def test_bases(javascript_facts, heritage, bases, implements):
    found = declared(javascript_facts(heritage), "X")
    assert (found.bases, found.implements) == (bases, implements)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ("a, b", [("a", True), ("b", True)]),
        ("a: A, b?: B, c = 1", [("a", True), ("b", False), ("c", False)]),
        ("{ a }: P, [b]: Q", [("{}", True), ("[]", True)]),
        ("{ a } = {}", [("{}", False)]),
        ("this: Window, a: A", [("a", True)]),
        ("a, ...rest", [("a", True), ("rest", False)]),
        ("/* none */", []),
    ],
)
def test_parameters_and_whether_they_are_needed(javascript_facts, params, expected):
    facts = javascript_facts(f"function f({params}) {{}}\nconst g = ({params}) => 1\nclass C {{ m({params}) {{}} }}")
    assert [required(declared(facts, name)) for name in ("f", "g", "C.m")] == [expected] * 3


@pytest.mark.parametrize(
    "body",
    [
        "a = a || 1",
        "return a ?? 1",
        "return a?.b",
        "if (a) go()",
        "if (!a) return",
        "if (a === undefined) return",
        "if (null == a) return",
        "return typeof a",
        "return a ? 1 : 2",
        "return a && a.b",
        "return arguments[0]",
    ],
)
def test_in_javascript_a_parameter_that_the_body_copes_without_is_not_needed(javascript_facts, body):
    source = f"function f(a) {{ {body} }}"
    assert not declared(javascript_facts(source, language="javascript"), "f").params[0].required
    assert declared(javascript_facts(source), "f").params[0].required


@pytest.mark.parametrize(
    "body", ["return a", "return a.b", "return b.a || 1", "return aa || 1", "go(a)", "return a + 1"]
)
def test_in_javascript_other_parameters_are_needed(javascript_facts, body):
    found = declared(javascript_facts(f"function f(a) {{ {body} }}", language="javascript"), "f")
    assert found.params[0].required


@pytest.mark.parametrize(
    ("written", "chain"),
    [
        ("C", ("C",)),
        ("ns.C", ("ns", ".C")),
        ("C | null | undefined", ("C",)),
        ("A | B | null", ("<|>", "<", "A", ",", "B", ">")),
        ("Promise<C>", ("C",)),
        ("Readonly<Partial<C>>", ("C",)),
        ("Map<string, C>", ("Map", "<", "<str>", ",", "C", ">")),
        ("C[]", ("<list>", "<", "C", ">")),
        ("Array<C>", ("<list>", "<", "C", ">")),
        ("readonly C[]", ("<list>", "<", "C", ">")),
        ("string", ("<str>",)),
        ("(C)", ("C",)),
        ("() => C", ("<function>",)),
        ("C['key']", ("<?>",)),
    ],
)
def test_types_are_chains(javascript_facts, written, chain):
    facts = javascript_facts(f"let x: {written}\nfunction f(a: {written}): {written} {{}}")
    f = declared(facts, "f")
    assert (declared(facts, "x").annotation, f.params[0].annotation, f.annotation) == (chain, chain, chain)


def test_what_a_function_returns_is_told_when_it_was_asked_for(javascript_facts):
    source = "function f() { if (a) return new C(); return b.c(); function g() { return 1 } }\nconst h = () => new C()"
    facts = javascript_facts(source, "f")
    assert (declared(facts, "f").values, declared(facts, "h").values) == ((("C", "new"), ("b", ".c", "()")), ())


def test_the_signature_is_one_line_without_the_body(javascript_facts):
    facts = javascript_facts("export async function f(\n  a: string,\n  b = 1,\n): Promise<C> {\n  return 1\n}")
    assert declared(facts, "f").signature == "export async function f( a: string, b = 1, ): Promise<C>"


def test_a_long_signature_is_whole_and_a_long_value_is_cut_where_one_sees_it(javascript_facts):
    params = ", ".join(f"option{n} = {n}" for n in range(60))
    facts = javascript_facts(f"function f({params}) {{}}\nconst table = [{params}];")
    assert declared(facts, "f").signature == f"function f({params})"
    assert declared(facts, "table").signature.endswith("…")


def test_tests_are_definitions_that_no_name_leads_to(javascript_facts):
    facts = javascript_facts(
        """
        import { pay } from './bank'
        describe('pay', () => {
          it('pays', async () => { pay() })
          it.skip('rests', () => { /* later */ })
        })
        """,
        "pay",
    )
    tests = {each.name: each for each in facts.declarations}
    assert {name: each.flags for name, each in tests.items()} == {
        "pay": {"test"},
        "pays": {"test"},
        "rests": {"test", "empty"},
    }
    assert facts.sites[0].within == tests["pays"].qualified == '"pay"."pays"'
    assert all(facts.scopes[each.scope].kind == "class" and each.scope != 0 for each in tests.values())
