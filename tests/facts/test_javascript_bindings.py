"""Which names a JavaScript or TypeScript file gets from elsewhere, and what it hands out."""

from __future__ import annotations

import pytest


def bound(facts, name):
    return [each for each in facts.bindings if each.name == name]


@pytest.mark.parametrize(
    ("source", "name", "module", "imported"),
    [
        ("import x from './m'", "x", "./m", "default"),
        ("import { x } from './m'", "x", "./m", "x"),
        ("import { y as x } from './m'", "x", "./m", "y"),
        ("import { default as x } from './m'", "x", "./m", "default"),
        ("import * as x from './m'", "x", "./m", "*"),
        ("import type { x } from './m'", "x", "./m", "x"),
        ("import { type x } from './m'", "x", "./m", "x"),
        ("import x = require('./m')", "x", "./m", "*"),
        ("const x = require('./m')", "x", "./m", "*"),
        ("const { x } = require('./m')", "x", "./m", "x"),
        ("const { y: x } = require('./m')", "x", "./m", "y"),
        ("const x = require('./m').y", "x", "./m", "y"),
        ("const x = await import('./m')", "x", "./m", "*"),
        ("const { x } = await import('./m')", "x", "./m", "x"),
        ("const x = (await import('./m')).y", "x", "./m", "y"),
        ("function f() { const { x } = require('./m') }", "x", "./m", "x"),
    ],
)
def test_imports(javascript_facts, source, name, module, imported):
    (binding,) = bound(javascript_facts(source), name)
    assert (binding.kind, binding.module, binding.imported, binding.guarded) == ("import", module, imported, False)


@pytest.mark.parametrize(
    ("source", "columns"),
    [
        ("import { y as x } from './m'", (9, 10)),
        ("const { y: x } = require('./m')", (8, 9)),
        ("const x = require('./m').y", (25, 26)),
        ("export { y as x } from './m'", (9, 10)),
    ],
)
def test_the_span_of_an_import_is_the_imported_name(javascript_facts, source, columns):
    facts = javascript_facts(source)
    found = (*bound(facts, "x"), *facts.exports)[0]
    assert (found.span.start_column, found.span.end_column) == columns


def test_an_import_that_may_fail_is_guarded(javascript_facts):
    facts = javascript_facts(
        "let x\ntry { x = 1; var y = require('./m') } catch { }\ntry { var z = require('./m') } finally { }"
    )
    assert [bound(facts, name)[0].guarded for name in "yz"] == [True, False]


def test_a_side_effect_import_binds_nothing(javascript_facts):
    assert javascript_facts("import './m'").bindings == ()


@pytest.mark.parametrize(
    ("body", "value", "annotation"),
    [
        ("const x = new C()", ("C", "new"), None),
        ("const x = a.b().c", ("a", ".b", "()", ".c"), None),
        ("const x = await a.b()", ("a", ".b", "()", "await"), None),
        ("const x = await a.b<T>(1)", ("a", ".b", "()", "await"), None),
        ("const x = a['b']", ("a", ".b"), None),
        ("const x = a[0]", ("a", "[]"), None),
        ("const x = a!.b", ("a", ".b"), None),
        ("const x: C = a()", ("a", "()"), ("C",)),
        ("const x = a() as C", ("(as C)",), ("C",)),
        ("const { x } = a", ("a", ".x"), None),
        ("const { b: { c: x = 1 } } = a", ("a", ".b", ".c"), None),
        ("const [, x] = a", ("a", "[1]"), None),
        ("const { x }: P = a", ("(as P)", ".x"), None),
        ("for (const x of a.b) f(x)", ("a", ".b", "each"), None),
        ("for (const [x] of a) f(x)", ("a", "each", "[0]"), None),
        ("const x = [new C(), y]", ("<list>", "<", "C", "new", ",", "y", ">"), None),
        ("const x = Object.values(y)", ("y", "(values)"), None),
        ("let x; x = new C()", ("C", "new"), None),
        ("let x = null; go(() => { x = new C() })", ("C", "new"), None),
        ("let x = null", ("null",), None),
        ("a.then(x => { f })", ("a", "await"), None),
        ("a.forEach(x => { f })", ("a", "each"), None),
        ("import('./m').then(({ x }) => { f })", ("import('./m')", "await", ".x"), None),
    ],
)
def test_values_in_a_function(javascript_facts, body, value, annotation):
    (binding,) = bound(javascript_facts(f"function outer() {{ {body}; f; C }}", "f", "C"), "x")
    assert (binding.kind, binding.value, binding.annotation) == ("value", value, annotation)


def test_an_assignment_does_not_hide_a_declared_type(javascript_facts):
    (binding,) = bound(javascript_facts("function outer(x?: C) { x = x ?? other(); f(x) }", "f"), "x")
    assert (binding.kind, binding.annotation) == ("param", ("C",))


def test_every_value_of_a_variable_of_the_module(javascript_facts):
    facts = javascript_facts("let x = null\nx = new A()\nfunction go() { x.f(); x = new B() }", "f")
    (variable,) = [each for each in facts.declarations if each.name == "x"]
    assert variable.values == (("null",), ("A", "new"), ("B", "new"))


def test_parameters_with_type_and_default(javascript_facts):
    facts = javascript_facts("function outer(a: A, b = new B(), { c }: P) { f() }", "f")
    assert [(b.name, b.kind, b.value, b.annotation) for b in facts.bindings[:3]] == [
        ("a", "param", None, ("A",)),
        ("b", "param", ("B", "new"), None),
        ("c", "value", ("(as P)", ".c"), None),
    ]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("if (x instanceof C) {\n x.f()\n}", (1, 3)),
        ("if (a && x instanceof C) x.f()", (1, 1)),
        ("x instanceof C ? x.f() : 0", (1, 1)),
        ("x instanceof C && x.f()", (1, 1)),
    ],
)
def test_a_test_narrows_a_name_in_its_branch(javascript_facts, source, lines):
    facts = javascript_facts(source, "f")
    (binding,) = bound(facts, "x")
    assert (binding.kind, binding.annotation) == ("narrowed", ("C",))
    assert (binding.span.start_line, binding.span.end_line) == lines
    assert facts.sites[0].scope == binding.scope != 0


def test_let_stays_in_its_block_and_var_leaves_it(javascript_facts):
    facts = javascript_facts("function outer() { if (a) { let x = 1; var y = 2; f() } }", "f")
    kinds = {each.name: facts.scopes[each.scope].kind for each in facts.bindings}
    assert kinds == {"x": "block", "y": "function"}


def test_var_in_a_block_without_a_use_is_still_found(javascript_facts):
    facts = javascript_facts("function outer() { f(); if (a) { for (;;) { var y = new C() } } }", "f")
    assert bound(facts, "y")[0].value == ("C", "new")


def test_functions_without_a_use_are_not_read(javascript_facts):
    facts = javascript_facts("function outer() { const x = 1 }\nfunction other() { const y = 1; f() }", "f")
    assert [each.name for each in facts.bindings] == ["y"]


@pytest.mark.parametrize(
    ("source", "exports"),
    [
        ("export function x() {}", [("x", "x", None)]),
        ("export const x = 1, { y } = z", [("x", "x", None), ("y", "y", None)]),
        ("export class x {}", [("x", "x", None)]),
        ("export interface x {}", [("x", "x", None)]),
        ("export type x = string", [("x", "x", None)]),
        ("export enum x { A }", [("x", "x", None)]),
        ("export declare function x(): void", [("x", "x", None)]),
        ("export declare const x: string", [("x", "x", None)]),
        ("export { a as x, b }", [("x", "a", None), ("b", "b", None)]),
        ("export { a as x } from './m'", [("x", "a", "./m")]),
        ("export { default } from './m'", [("default", "default", "./m")]),
        ("export { default as x } from './m'", [("x", "default", "./m")]),
        ("export * from './m'", [("*", None, "./m")]),
        ("export default x", [("default", "x", None)]),
        ("export default function x() {}", [("default", "x", None)]),
        ("export default class {}", [("default", "default", None)]),
        ("export default () => 1", [("default", "default", None)]),
        ("export default new C()", [("default", "default", None)]),
        ("export = x", [("default", "x", None)]),
        ("exports.x = function () {}", [("x", "x", None)]),
        ("exports.x = y", [("x", "y", None)]),
        ("module.exports.x = () => 1", [("x", "x", None)]),
        ("module.exports = x", [("default", "x", None)]),
        ("module.exports = class x {}", [("default", "x", None)]),
        (
            "module.exports = { a, b: c, d() {}, e: 1 }",
            [("a", "a", None), ("b", "c", None), ("d", "d", None), ("e", "e", None)],
        ),
        ("module.exports = require('./m')", [("*", None, "./m")]),
        ("module.exports = { ...require('./m') }", [("*", None, "./m")]),
        ("exports = module.exports = x", [("default", "x", None)]),
        ("var x = module.exports = {}", [("default", "x", None)]),
    ],
)
def test_exports(javascript_facts, source, exports):
    facts = javascript_facts(source)
    assert [(each.name, each.local, each.module) for each in facts.exports] == exports


@pytest.mark.parametrize(
    ("source", "name", "kind"),
    [
        ("export default class {}", "default", "class"),
        ("export default () => 1", "default", "function"),
        ("export default { m() {} }", "default", "variable"),
        ("module.exports = new C()", "default", "variable"),
        ("module.exports = { m(a) {} }", "m", "function"),
        ("module.exports = { m: 1 }", "m", "variable"),
        ("exports.m = class {}", "m", "class"),
    ],
)
def test_what_is_handed_out_without_a_name_of_its_own_is_defined(javascript_facts, source, name, kind):
    found = javascript_facts(source).declarations
    assert [(each.kind, each.parent) for each in found if each.qualified == name] == [(kind, None)]


def test_a_namespace_that_is_handed_on_is_the_module(javascript_facts):
    facts = javascript_facts("export * as ns from './m'")
    (export,) = facts.exports
    (binding,) = bound(facts, export.local)
    assert (export.name, binding.module, binding.imported) == ("ns", "./m", "*")


@pytest.mark.parametrize(
    ("source", "dynamic"),
    [
        ("exports[name] = 1", True),
        ("Object.assign(exports, other)", True),
        ("Object.assign(module.exports, other)", True),
        ("module.exports = { ...other }", True),
        ("module.exports = { [name]: 1 }", True),
        ("Object.defineProperty(exports, '__esModule', { value: true })", False),
        ("exports.a = 1", False),
    ],
)
def test_exports_that_are_computed(javascript_facts, source, dynamic):
    assert ("dynamic_exports" in javascript_facts(source, language="javascript").flags) is dynamic
