"""Where a JavaScript or TypeScript file uses the names that were asked for, and how."""

from __future__ import annotations

import pytest

from indexer.types import Arguments


def only(facts):
    (site,) = facts.sites
    return site


@pytest.mark.parametrize(
    ("expression", "chain"),
    [
        ("f(1)", ("f",)),
        ("a.b.f(1)", ("a", ".b", ".f")),
        ("a.b(x).f()", ("a", ".b", "()", ".f")),
        ("a[0].f()", ("a", "[]", ".f")),
        ("a['f']()", ("a", ".f")),
        ("new C().f()", ("C", "new", ".f")),
        ("(await g()).f()", ("g", "()", "await", ".f")),
        ("a?.f()", ("a", ".f")),
        ("a!.f()", ("a", ".f")),
        ("(a.f)()", ("a", ".f")),
        ("(a as C).f()", ("(as C)", ".f")),
        ("(a as any).f()", ("<any>", ".f")),
        ("(a satisfies C).f()", ("a", ".f")),
        ("require('./m').f()", ("require('./m')", ".f")),
        ("(await import('./m')).f()", ("import('./m')", "await", ".f")),
        ("'x'.f()", ("<str>", ".f")),
        ("[1].f()", ("<list>", ".f")),
        ("(a || b).f()", ("<?>", ".f")),
        ("this.f()", ("<?>", ".f")),
    ],
)
def test_the_chain_of_a_call(javascript_facts, expression, chain):
    site = only(javascript_facts(expression, "f"))
    assert (site.chain, site.role) == (chain, "call")


def test_roots_that_are_no_names_are_bound(javascript_facts):
    facts = javascript_facts("require('./m').f(); (a as ns.C).f()", "f")
    roots = {each.name: (each.module, each.imported, each.annotation) for each in facts.bindings}
    assert roots == {"require('./m')": ("./m", "*", None), "(as ns.C)": (None, None, ("ns", ".C"))}


@pytest.mark.parametrize(
    ("body", "chain"),
    [
        ("m() { this.f() }", ("this", ".f")),
        ("m() { a(() => this.f()) }", ("this", ".f")),
        ("m = () => this.f()", ("this", ".f")),
        ("m() { a(function () { this.f() }) }", ("<?>", ".f")),
        ("m() { super.f() }", ("super", ".f")),
    ],
)
def test_this_is_kept_where_it_is_the_instance(javascript_facts, body, chain):
    site = only(javascript_facts(f"class C {{ {body} }}", "f"))
    assert (site.chain, site.within) == (chain, "C.m")


def test_this_of_an_object_and_of_a_prototype_is_the_owner(javascript_facts):
    source = "const o = { m() { this.f() } }\nfunction P() {}\nP.prototype.m = function () { this.f() }"
    first, second = javascript_facts(source, "f").sites
    assert (first.chain, second.chain, first.within, second.within) == (("this", ".f"), ("this", ".f"), "o.m", "P.m")


@pytest.mark.parametrize(
    ("source", "role", "chain"),
    [
        ("new f(1)", "new", ("f",)),
        ("new a.f", "new", ("a", ".f")),
        ("x = a.f + 1", "read", ("a", ".f")),
        ("f.x", "read", ("f",)),
        ("f`text`", "read", ("f",)),
        ("a instanceof f", "read", ("f",)),
        ("const { f } = a", "read", ("a", ".f")),
        ("const { f: b } = a.c", "read", ("a", ".c", ".f")),
        ("const { b: { f } } = a", "read", ("a", ".b", ".f")),
        ("function g({ f }: P) {}", "read", ("(as P)", ".f")),
        ("function g({ f }) {}", "read", ("<?>", ".f")),
        ("a.f = 1", "write", ("a", ".f")),
        ("a.f += 1", "write", ("a", ".f")),
        ("a.f++", "write", ("a", ".f")),
        ("delete a.f", "delete", ("a", ".f")),
        ("class A { @f m() {} }", "decorator", ("f",)),
        ("class A extends f {}", "base", ("f",)),
        ("class A extends a.f<T> {}", "base", ("a", ".f")),
        ("class A implements f {}", "base", ("f",)),
        ("class A implements f<T> {}", "base", ("f",)),
        ("interface A extends f {}", "base", ("f",)),
        ("class A implements B<f> {}", "type", ("f",)),
        ("let a: f", "type", ("f",)),
        ("let a: b.f[]", "type", ("b", ".f")),
        ("let a: typeof f", "type", ("f",)),
        ("const a = (() => 1) as f", "type", ("f",)),
        ("g(f)", "reference", ("f",)),
        ("g({ f })", "reference", ("f",)),
        ("g({ a: f })", "reference", ("f",)),
        ("x = [f]", "reference", ("f",)),
        ("const h = a.f", "reference", ("a", ".f")),
        ("f.call(this, 1)", "reference", ("f",)),
        ("const h = f.bind(a)", "reference", ("f",)),
        ("export default f", "reference", ("f",)),
    ],
)
def test_roles(javascript_facts, source, role, chain):
    site = only(javascript_facts(source, "f"))
    assert (site.role, site.chain) == (role, chain)


@pytest.mark.parametrize(
    ("source", "chain", "role"),
    [
        ("const a = <f x={1} />", ("f",), "reference"),
        ("const a = <f>text</f>", ("f",), "reference"),
        ("const a = <ns.f />", ("ns", ".f"), "reference"),
        ("const a = <B x={f} />", ("f",), "reference"),
        ("const a = <B>{f()}</B>", ("f",), "call"),
    ],
)
def test_elements_are_uses_of_their_component(javascript_facts, source, chain, role):
    site = only(javascript_facts(source, "f", language="tsx"))
    assert (site.chain, site.role) == (chain, role)


@pytest.mark.parametrize(
    "source",
    [
        "function f() {}",
        "const f = 1",
        "class A { f() {} }",
        "class A { f = 1 }",
        "interface A { f: string }",
        "enum A { f }",
        "a = { f: 1 }",
        "a = { f() {} }",
        "function g(f, [f], ...f) {}",
        "import { f } from './m'",
        "import f, * as f from './m'",
        "export { f } from './m'",
        "const { f } = require('./m')",
        "const { a: f } = b",
        "for (const f of a) {}",
        "f: for (;;) { break f }",
        "// f\n'f'; /f/",
        "a.ff.$f._f",
    ],
)
def test_what_only_looks_like_a_use(javascript_facts, source):
    assert [site for site in javascript_facts(source, "f").sites if site.chain[-1] in ("f", ".f")] == []


@pytest.mark.parametrize(
    ("source", "used"),
    [
        ("import { f as g } from './m'\ng(1)", "g"),
        ("const g = f\ng(1)", "f g"),
        ("const { f: g } = a\ng(1)", "f g"),
        ("const { f: g } = require('./m')\ng(1)", "g"),
        ("import { f as g } from './m'\nconst h = g\nh(1)", "g h"),
        ("function o() { const g = a.f; g(1) }", "f g"),
    ],
)
def test_other_names_that_a_file_gives_are_looked_for_as_well(javascript_facts, source, used):
    assert [site.chain[-1].lstrip(".") for site in javascript_facts(source, "f").sites] == used.split()


def test_default_imports_are_other_names_of_default(javascript_facts):
    source = "import g from './m'\nconst { default: h } = require('./n')\ng(1); h(2)"
    assert [site.chain for site in javascript_facts(source, "default").sites] == [("g",), ("h",)]


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("f()", Arguments(0)),
        ("f(1, ...a, b)", Arguments(2, rest=True)),
        ("f(/* none */)", Arguments(0)),
        ("f<T>(1)", Arguments(1)),
        ("new f", Arguments(0)),
        ("f?.(1)", Arguments(1)),
        ("await a.f<T>(1)", Arguments(1)),
    ],
)
def test_the_arguments_of_a_call(javascript_facts, call, arguments):
    assert only(javascript_facts(f"async function o() {{ {call} }}", "f")).arguments == arguments


@pytest.mark.parametrize(
    ("body", "usage", "consumer"),
    [
        ("await f()", "await", ()),
        ("await a.f<T>()", "await", ()),
        ("await (x ? f() : g())", "await", ()),
        ("f()", "statement", ()),
        ("a && f()", "statement", ()),
        ("void f()", "other", ()),
        ("if (f()) {}", "other", ()),
        ("return f()", "return", ()),
        ("const g = () => f()", "return", ()),
        ("yield f()", "yield", ()),
        ("yield* f()", "iterate", ()),
        ("g(f())", "argument", ("g",)),
        ("new C(f())", "argument", ("C", "new")),
        ("Promise.all([f()])", "argument", ("Promise", ".all")),
        ("for (const x of f()) {}", "iterate", ()),
        ("x = [...f()]", "iterate", ()),
        ("const [x] = f()", "iterate", ()),
        ("const x = f()", "assigned", ()),
        ("x = f() as C", "assigned", ()),
        ("f().then(g)", "member", (".then",)),
        ("f()[0]", "member", ("[]",)),
        ("f()()", "member", ("()",)),
        ("const { x } = f()", "member", (".x",)),
    ],
)
def test_what_is_done_with_a_call(javascript_facts, body, usage, consumer):
    site = only(javascript_facts(f"async function* o() {{ {body} }}", "f"))
    assert (site.role, site.usage, site.consumer) == ("call", usage, consumer)


@pytest.mark.parametrize(
    ("source", "guarded"),
    [
        ("a.f?.()", [True]),
        ("a?.f()", [False]),
        ("typeof f", [True]),
        ("if (typeof a.f === 'function') a.f()", [True, True]),
        ("if (a.f) a.f(1)", [False, True]),
        ("a.f && a.f()", [False, True]),
        ("if ('f' in a) a.f()", [True]),
        ("if (a.f()) a.f()", [False, False]),
        ("if (a.f) { } else { a.f() }", [False, False]),
        ("try { f() } catch { }", [False]),
    ],
)
def test_a_use_that_was_tested_for_is_guarded(javascript_facts, source, guarded):
    assert [site.guarded for site in javascript_facts(source, "f").sites] == guarded


@pytest.mark.parametrize("asked", ["Base", "constructor"])
def test_the_call_of_a_base_constructor(javascript_facts, asked):
    source = "class A extends Base { constructor() { super(1, 2) } }"
    (site,) = [site for site in javascript_facts(source, asked).sites if site.chain == ("super",)]
    assert (site.role, site.arguments, site.within) == ("call", Arguments(2), "A.constructor")


def test_the_call_of_another_base_constructor_is_no_site(javascript_facts):
    assert javascript_facts("class A extends Base { constructor() { super(1) } }", "f").sites == ()


def test_a_site_says_where_it_is_and_what_is_written_there(javascript_facts):
    site = only(javascript_facts("class C {\n  m() {\n    return a\n      .f(1)\n  }\n}\n", "f"))
    assert (site.span.start_line, site.span.start_column, site.span.end_column) == (4, 7, 8)
    assert (site.whole.start_line, site.whole.end_line, site.text, site.within) == (3, 4, "a .f(1)", "C.m")


def test_sites_come_in_order(javascript_facts):
    facts = javascript_facts("f(f(1), () => { f(2) }, class { m() { f(3) } }); f(4)", "f")
    columns = [site.span.start_column for site in facts.sites]
    assert columns == sorted(columns) and len(columns) == 5
