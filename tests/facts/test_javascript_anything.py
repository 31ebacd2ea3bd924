"""Facts of texts that are broken, deep, odd or huge: whatever the bytes are, they come and they are sound."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = ("f", "Base", "name", "constructor", "default", "this")
REAL = b"""
import d, { f as g, type T } from './m';
import * as ns from 'x';
const { f: h, ...rest } = require('./n');
export abstract class A extends ns.Base<T> implements I { private name?: T = new Base(); static #f = 2;
  constructor(private a: A, b?: Base, ...c: T[]) { super(1); this.name = b ?? f(a); this.#f ||= 1 }
  get f(): T { return this.name!.f?.() }
  @dec(f) async *name<K>({ f, b: [x = 1] }: P) { yield* f<K>(await ns.f<T>(x)) } }
export default { f() { return this.name }, name: async (x) => f`a${x}`, ...rest, [f]: 1 };
module.exports.f = function f(a, b) { if (a instanceof Base && a.f) { a.f(...b) } else return arguments };
function Base() { this.name = 1 } Base.prototype.f = function () { return this }; util.inherits(Base, A);
describe('f', () => { let x; beforeEach(() => { x = new Base() }); it('name', async () => { await x.f() }) });
for (const [k, v] of Object.entries(f)) { label: switch (k) { case f: var z = (v as Base).name; default: delete z.f } }
namespace N { export enum E { f, name = 2 } export type U = { f?: string } & Base | typeof f }
const el = <Base f={f} {...name}><ns.f/></Base>; import('./q').then(({ f }) => f().then(m => m.name));
"""
WORDS = "async await import export default from const as extends new typeof case"
MARKS = "( ) { } [ ] < > => = ; , . ?. ' ` ${ /* // ... #f @f f Base class function"
PIECES = [mark.encode() for mark in MARKS.split()]
PIECES += [f" {word} ".encode() for word in WORDS.split()]
PIECES += [
    b"\n",
    b"\xff\xfe",
    b"\x00",
    b"\xed\xa0\x80",
    "한글".encode(),
    b"this.name = ",
    b"require(",
    b"let x;\n",
    b"super(",
]
PIECES += [b"exports.f = ", b"module.exports = "]
LANGUAGES = ("javascript", "typescript", "tsx")


def check(facts, source: bytes) -> None:
    """Every site is inside of the source and says the name that ends its chain; every scope is one of the file's."""
    lines = source.split(b"\n")
    for site in facts.sites:
        span = site.span
        assert span.start_line == span.end_line <= len(lines)
        text = lines[span.start_line - 1][span.start_column : span.end_column].decode("utf-8", "replace")
        assert text == site.chain[-1].lstrip(".")
        assert (site.whole.start_line, site.whole.end_line) <= (len(lines), len(lines))
    for number, scope in enumerate(facts.scopes):
        assert (scope.parent is None) == (number == 0)
        assert scope.parent is None or scope.parent < number
    for item in (*facts.sites, *facts.bindings, *facts.declarations):
        assert 0 <= item.scope < len(facts.scopes)


mutations = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.sampled_from(PIECES)), min_size=1, max_size=14
)


@settings(max_examples=150, deadline=None)
@given(language=st.sampled_from(LANGUAGES), start=st.floats(0, 1, exclude_max=True), mutations=mutations)
def test_facts_of_mutated_sources_are_sound(javascript_facts, language, start, mutations):
    data = REAL[int(start * len(REAL)) :] + REAL[: int(start * len(REAL))]
    for at, cut, piece in mutations:
        place = int(at * len(data))
        data = data[:place] + piece + data[place + cut :]
    check(javascript_facts(data, *NAMES, language=language), data)


@settings(max_examples=150, deadline=None)
@given(language=st.sampled_from(LANGUAGES), pieces=st.lists(st.sampled_from(PIECES), max_size=60))
def test_facts_of_random_pieces_are_sound(javascript_facts, language, pieces):
    data = b"".join(pieces)
    check(javascript_facts(data, *NAMES, language=language), data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_of_a_rich_source_are_sound(javascript_facts, language):
    check(javascript_facts(REAL, *NAMES, language=language), REAL)


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"(", b")"), (b"{let a;", b"}"), (b"[", b"]"), (b"x=>", b""), (b"if(a)", b""), (b"a?", b":b"), (b"a=", b"")],
)
def test_a_deep_nest_is_walked_without_recursion(javascript_facts, before, after):
    data = before * 20_000 + b"f()" + after * 20_000
    assert [site.role for site in javascript_facts(data, "f").sites] == ["call"]


@pytest.mark.parametrize("repeated", [b".f", b"+f", b".g(f)", b"&&f", b",f"])
def test_a_long_row_of_uses_gives_each_of_them(javascript_facts, repeated):
    assert len(javascript_facts(b"a" + repeated * 3_000, "f").sites) == 3_000


def test_names_that_are_no_text_are_looked_for_in_vain(javascript_facts):
    assert javascript_facts(b"f(); \xff\xfe()", "\ud800", "", "\ufffd").sites == ()


def test_names_beyond_ascii(javascript_facts):
    facts = javascript_facts("const 값 = 1\nfunction 보기() { return 값 + o.값 }", "값")
    assert [site.chain for site in facts.sites] == [("값",), ("o", ".값")]


def test_places_that_do_not_parse_are_counted(javascript_facts):
    assert javascript_facts("const a = 1").issue_count == 0
    assert javascript_facts("const a = ;\nfunction (").issue_count > 0


def test_many_names_give_the_same_sites_as_few(javascript_facts):
    source = "f(1); a.g(f); const { h } = b"
    few = javascript_facts(source, "f", "g", "h").sites
    assert javascript_facts(source, "f", "g", "h", *(f"unused{n}" for n in range(100))).sites == few
