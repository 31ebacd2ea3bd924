"""Where a Python file uses the names that were asked for, and how."""

from __future__ import annotations

import pytest

from indexer.types import Arguments, Span


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
        ("(await g()).f()", ("g", "()", "await", ".f")),
        ("super().f()", ("super", "()", ".f")),
        ("(a.f)()", ("a", ".f")),
        ("'x'.f()", ("<str>", ".f")),
        ("[1, 2].f()", ("<list>", ".f")),
        ("(a + b).f()", ("<?>", ".f")),
        ("(a if b else c).f()", ("<?>", ".f")),
        ("(x := a).f()", ("a", ".f")),
        ("f\n.g", ("f",)),
    ],
)
def test_a_use_is_a_chain_that_ends_with_the_name(python_facts, expression, chain):
    assert only(python_facts(f"({expression})\n", "f")).chain == chain


@pytest.mark.parametrize(
    ("source", "role"),
    [
        ("f(1)", "call"),
        ("(f)(1)", "call"),
        ("a.f(1)", "call"),
        ("a.f", "read"),
        ("if f: pass", "read"),
        ("f.g()", "read"),
        ("f[0]", "read"),
        ("x = f + 1", "read"),
        ("print(f'{f!r:>{w}}')", "read"),
        ("x == f", "read"),
        ("raise f", "read"),
        ("try: pass\nexcept f: pass", "read"),
        ("x = f", "reference"),
        ("g(a.f)", "reference"),
        ("g(key=f)", "reference"),
        ("xs = [f, g]", "reference"),
        ("xs = {'k': f}", "reference"),
        ("def g(a=f): pass", "reference"),
        ("def g(): return a.f", "reference"),
        ("g(lambda: f)", "reference"),
        ("a.f = 1", "write"),
        ("a.f += 1", "write"),
        ("a.f: int = 1", "write"),
        ("a.f, b = 1, 2", "write"),
        ("for a.f in x: pass", "write"),
        ("with g() as a.f: pass", "write"),
        ("del a.f", "delete"),
        ("del f, x", "delete"),
        ("@f\ndef g(): pass", "decorator"),
        ("@a.f\nclass G: pass", "decorator"),
        ("@f(1)\ndef g(): pass", "call"),
        ("class G(f): pass", "base"),
        ("class G(a.f[int]): pass", "base"),
        ("class G(metaclass=f): pass", "reference"),
        ("def g(a: f): pass", "type"),
        ("def g() -> dict[str, a.f]: pass", "type"),
        ("x: f | None = 1", "type"),
        ("x: 'list[f]' = 1", "type"),
        ("def g[T: f](a: T): pass", "type"),
        ("case = f\n", "reference"),
        ("match x:\n    case f(): pass", "read"),
        ("match x:\n    case a.f: pass", "read"),
    ],
)
def test_a_use_has_a_role(python_facts, source, role):
    assert only(python_facts(source, "f")).role == role


@pytest.mark.parametrize(
    "source",
    [
        "def f(): pass",
        "class f: pass",
        "f = 1",
        "f: int",
        "a, f = 1, 2",
        "for f in x: pass",
        "with g() as f: pass",
        "with g() as (f, [x, f]): pass",
        "try: pass\nexcept E as f: pass",
        "import f",
        "from m import f",
        "from f import g",
        "def g(f, *, x): pass",
        "def g(f=1): pass",
        "def g(*f): pass",
        "lambda f: 1",
        "g(f=1)",
        "if (f := 1): pass",
        "def g():\n    global f",
        "match x:\n    case f: pass",
        "match x:\n    case [1, *f]: pass",
        "[1 for f in x]",
        "'f'  # f",
        "x = 'call f() here'",
        "x: Literal['f'] = 1",
        "__all__ = ['f']",
        "prefix_f = f_suffix = 1",
    ],
)
def test_a_name_that_is_bound_or_only_text_is_no_use(python_facts, source):
    assert python_facts(source, "f").sites == ()


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("f()", Arguments(0)),
        ("f(1, a, k=2)", Arguments(2, ("k",))),
        ("f(*xs, 1, **kw)", Arguments(1, (), True, True)),
        ("f(x for x in xs)", Arguments(1)),
        ("f(  # nothing\n)", Arguments(0)),
        ("f(a := 1, *b, c=c, d=d)", Arguments(1, ("c", "d"), True)),
    ],
)
def test_a_call_has_the_shape_of_its_arguments(python_facts, call, arguments):
    assert only(python_facts(call, "f")).arguments == arguments


@pytest.mark.parametrize(
    ("statement", "usage", "consumer"),
    [
        ("await f()", "await", ()),
        ("x = await f()", "await", ()),
        ("await (f())", "await", ()),
        ("await (f() if x else g())", "await", ()),
        ("f()", "statement", ()),
        ("x or f()", "statement", ()),
        ("asyncio.run(f())", "argument", ("asyncio", ".run")),
        ("g(k=f())", "argument", ("g",)),
        ("return f()", "return", ()),
        ("return x or f()", "return", ()),
        ("x = f()", "assigned", ()),
        ("x = y = f()", "assigned", ()),
        ("(x := f())", "assigned", ()),
        ("for x in f(): pass", "iterate", ()),
        ("async for x in f(): pass", "iterate", ()),
        ("[x for x in f()]", "iterate", ()),
        ("g(*f())", "iterate", ()),
        ("yield from f()", "iterate", ()),
        ("yield f()", "yield", ()),
        ("with f(): pass", "with", ()),
        ("async with f() as x: pass", "with", ()),
        ("with (f() as x, g()): pass", "with", ()),
        ("f().x", "member", ()),
        ("f()[0]", "member", ()),
        ("f()()", "member", ()),
        ("x = f() + 1", "other", ()),
        ("if f(): pass", "other", ()),
        ("x = [f()]", "other", ()),
        ("lambda: f()", "return", ()),
        ("@f()\n    def g(): pass", "decorator", ()),
    ],
)
def test_a_call_tells_what_its_result_is_used_for(python_facts, statement, usage, consumer):
    site = only(python_facts(f"async def outer():\n    {statement}\n", "f"))
    assert (site.usage, site.consumer) == (usage, consumer)


def test_a_function_that_is_passed_on_names_its_consumer(python_facts):
    site = only(python_facts("functools.partial(a.f, 1)", "f"))
    assert (site.role, site.usage, site.consumer) == ("reference", "argument", ("functools", ".partial"))


def test_a_decorator_is_used_as_a_decorator(python_facts):
    site = only(python_facts("@a.f\ndef g(): pass", "f"))
    assert (site.role, site.usage, site.within, site.chain) == ("decorator", "decorator", "g", ("a", ".f"))


def test_spans_and_text_are_those_of_the_name_and_the_whole_call(python_facts):
    site = only(python_facts("x = a.f(\n    1,\n)\n", "f"))
    assert site.span == Span(1, 6, 1, 7)
    assert site.whole == Span(1, 4, 3, 1)
    assert site.text == "a.f( 1, )"


def test_columns_are_bytes(python_facts):
    site = only(python_facts("x = 'é', f(1)\n", "f"))
    assert site.span == Span(1, 10, 1, 11)


def test_a_long_text_is_cut(python_facts):
    site = only(python_facts(f"f('{'x' * 1000}')", "f"))
    assert len(site.text) == 400


@pytest.mark.parametrize(
    ("source", "within", "kind"),
    [
        ("f()", None, "module"),
        ("class C:\n    x = f()", "C", "class"),
        ("class C:\n    def m(self): f()", "C.m", "function"),
        ("def g():\n    def h(): f()", "g.h", "function"),
        ("def g(a=f()): pass", "g", "module"),
        ("h = lambda: f()", "h", "function"),
        ("def g():\n    return [f(x) for x in y]", "g", "block"),
        ("def g():\n    return [x for x in f()]", "g", "function"),
        ("def g():\n    return [x for y in z for x in f()]", "g", "block"),
        ("def g():\n    return (lambda x: f(x))", "g", "function"),
    ],
)
def test_a_use_knows_its_definition_and_scope(python_facts, source, within, kind):
    facts = python_facts(source, "f")
    site = only(facts)
    assert site.within == within
    assert facts.scopes[site.scope].kind == kind


def test_parameters_of_a_lambda_and_targets_of_a_comprehension_are_bound_in_their_scope(python_facts):
    facts = python_facts("def g():\n    return [x.f(lambda a, b=1: a.f()) for x, y in xs]\n", "f")
    inner = {b.name: facts.scopes[b.scope].kind for b in facts.bindings}
    assert inner == {"x": "block", "y": "block", "a": "function", "b": "function"}
    outer, inside = facts.sites
    assert facts.scopes[inside.scope].parent == outer.scope


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    a.f()\nexcept AttributeError:\n    pass",
        "try:\n    if x:\n        a.f()\nexcept (ValueError, TypeError):\n    pass",
        "if hasattr(a, 'f'):\n    a.f()",
        "def g(a):\n    if not hasattr(a, 'f'):\n        return\n    a.f()",
        "hasattr(a, 'f') and a.f()",
        "with pytest.raises(TypeError):\n    a.f()",
        "def test(self):\n    with self.assertRaises(TypeError) as caught:\n        a.f()",
        "with contextlib.suppress(AttributeError):\n    a.f()",
    ],
)
def test_a_use_is_guarded_where_its_failure_is_expected(python_facts, source):
    calls = [site for site in python_facts(source, "f").sites if site.role == "call"]
    assert [site.guarded for site in calls] == [True]


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    a.f()\nexcept ValueError:\n    pass",
        "try:\n    pass\nexcept AttributeError:\n    a.f()",
        "try:\n    def g(): a.f()\nexcept AttributeError:\n    pass",
        "if hasattr(a, 'g'):\n    a.f()",
        "with pytest.raises(ValueError):\n    a.f()",
    ],
)
def test_other_handlers_do_not_guard(python_facts, source):
    assert not only(python_facts(source, "f")).guarded


@pytest.mark.parametrize(
    ("call", "role", "guarded"),
    [
        ("getattr(a.b, 'f')", "read", False),
        ("getattr(a.b, 'f', None)", "read", True),
        ("hasattr(a.b, 'f')", "read", True),
        ("setattr(a.b, 'f', 1)", "write", False),
        ("delattr(a.b, 'f')", "delete", False),
        ("monkeypatch.setattr(a.b, 'f', g)", "read", False),
        ("monkeypatch.setattr(a.b, 'f', g, raising=False)", "read", True),
        ("mock.patch.object(a.b, 'f')", "read", False),
        ("mocker.patch.object(a.b, 'f', create=True)", "read", True),
    ],
)
def test_an_attribute_named_by_a_string_is_a_use(python_facts, call, role, guarded):
    site = only(python_facts(call, "f"))
    assert (site.chain, site.role, site.guarded) == (("a", ".b", ".f"), role, guarded)


@pytest.mark.parametrize(
    ("source", "chain", "column"),
    [
        ("x: 'm.f' = 1", ("m", ".f"), 6),
        ("x: 'Optional[m.f]' = 1", ("m", ".f"), 15),
        ("def g(a: 'f') -> int: pass", ("f",), 10),
        ("x: list['f'] = []", ("f",), 9),
    ],
)
def test_a_quoted_annotation_is_read(python_facts, source, chain, column):
    site = only(python_facts(source, "f"))
    assert (site.chain, site.role, site.span.start_column) == (chain, "type", column)


@pytest.mark.parametrize(
    "source",
    [
        "from m import f as g\ng()",
        "import m.f as g\ng()",
        "from m import f\ng = f\ng()",
        "import m\ng = m.f  # the same\ng()",
        "from m import f as h\ng = h\ng()",
        "class C:\n    def __init__(self):\n        self.g = self.f\n    def m(self):\n        self.g()",
        "def outer(a):\n    g = a.f\n    g()",
    ],
)
def test_other_names_of_a_name_are_followed(python_facts, source):
    calls = [site for site in python_facts(source, "f").sites if site.role == "call"]
    assert [site.chain[-1].lstrip(".") for site in calls] == ["g"]


def test_a_local_alias_ends_with_its_function(python_facts):
    facts = python_facts("""
        def one(a):
            g = a.f
            g()
        def two(g):
            g()
    """, "f")  # fmt: skip
    assert [site.within for site in facts.sites if site.role == "call"] == ["one"]


@pytest.mark.parametrize("source", ["with f() as g: pass\ng()", "try: pass\nexcept f as g: g()", "h(g=f)\ng()"])
def test_what_is_not_the_same_thing_is_no_alias(python_facts, source):
    assert [site.chain for site in python_facts(source, "f").sites] == [("f",)]


def test_a_keyword_in_a_class_pattern_reads_an_attribute(python_facts):
    facts = python_facts("match v:\n    case C(f=1): pass\n", "f")
    assert only(facts).chain == ("C", "()", ".f")


def test_bindings_of_a_function_are_complete_around_a_use(python_facts):
    facts = python_facts("""
        def g(a):
            before = 1
            def inner(b):
                for c in a: f()
            after = 2
        def other(d):
            nothing = 1
    """, "f")  # fmt: skip
    bound = {b.name for b in facts.bindings}
    assert bound == {"a", "before", "b", "c", "after"}
