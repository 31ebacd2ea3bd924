"""How names come into the scopes of a Python file: imports, assignments, narrowing, exports."""

from __future__ import annotations

import pytest

from indexer.types import Span


def imports(facts):
    return [(b.name, b.module, b.imported) for b in facts.bindings if b.kind == "import"]


def values(facts, name):
    return [b.value for b in facts.bindings if b.kind == "value" and b.name == name]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("import a", [("a", "a", "*")]),
        ("import a.b.c", [("a", "a", "*"), ("a.b.c", "a.b.c", "*")]),
        ("import a.b as c", [("c", "a.b", "*")]),
        ("import a, b", [("a", "a", "*"), ("b", "b", "*")]),
        ("from a.b import c", [("c", "a.b", "c")]),
        ("from a import b as c, d", [("c", "a", "b"), ("d", "a", "d")]),
        ("from a import (b,\n    c,)", [("b", "a", "b"), ("c", "a", "c")]),
        ("from . import x", [("x", ".", "x")]),
        ("from ..a import b as c", [("c", "..a", "b")]),
        ("from .. a . b import c", [("c", "..a.b", "c")]),
        ("from m import *", [("*", "m", "*")]),
        ("from __future__ import annotations", [("annotations", "__future__", "annotations")]),
    ],
)
def test_an_import_binds_the_names_that_it_gives(python_facts, statement, expected):
    assert imports(python_facts(statement)) == expected


def test_the_span_of_an_import_is_the_imported_name(python_facts):
    bindings = python_facts("from a import b as c\nimport d.e\n").bindings
    assert [b.span for b in bindings] == [Span(1, 14, 1, 15), Span(2, 7, 2, 8), Span(2, 7, 2, 10)]


def test_imports_in_functions_are_found_without_a_mention(python_facts):
    facts = python_facts("""
        def f():
            if x:
                from m import g
    """)
    (binding,) = [b for b in facts.bindings if b.kind == "import"]
    assert facts.scopes[binding.scope].owner == "f"


@pytest.mark.parametrize(
    ("source", "guarded"),
    [
        ("try:\n    from m import f\nexcept ImportError:\n    f = None", True),
        ("try:\n    from m import f\nexcept (ModuleNotFoundError, X) as e:\n    pass", True),
        ("try:\n    from m import f\nexcept:\n    pass", True),
        ("try:\n    pass\nexcept ImportError:\n    from m import f", True),
        ("try:\n    from m import f\nexcept ValueError:\n    pass", False),
        ("try:\n    pass\nexcept ImportError:\n    pass\nelse:\n    from m import f", False),
        ("if sys.version_info >= (3, 11):\n    from m import f", True),
        ("if os.name == 'nt':\n    pass\nelse:\n    from m import f", True),
        ("if TYPE_CHECKING:\n    from m import f", False),
        ("from m import f", False),
    ],
)
def test_an_import_is_guarded_where_its_failure_is_expected(python_facts, source, guarded):
    (binding,) = [b for b in python_facts(source).bindings if b.kind == "import"]
    assert binding.guarded is guarded


@pytest.mark.parametrize(
    ("statement", "name", "expected"),
    [
        ("x = C()", "x", [("C", "()")]),
        ("x = await f().g", "x", [("f", "()", ".g", "await")]),
        ("x = (await f()).g", "x", [("f", "()", "await", ".g")]),
        ("x = a['k'].b", "x", [("a", "[]", ".b")]),
        ("x = y = C()", "y", [("C", "()")]),
        ("x, y = f(), g()", "y", [("g", "()")]),
        ("x, (y, z) = f()", "z", [("f", "()", "[1]", "[1]")]),
        ("x, *y = f()", "y", [("<list>",)]),
        ("(x) = f()", "x", [("f", "()")]),
        ("x = a or C()", "x", [("a",), ("C", "()")]),
        ("x = C() if a else None", "x", [("C", "()"), ("<none>",)]),
        ("x = a and C()", "x", [("C", "()")]),
        ("x += 1", "x", [("<?>",)]),
        ("x: C", "x", [("<?>",)]),
        ("for x in xs(): pass", "x", [("xs", "()", "each")]),
        ("for x, y in xs: pass", "y", [("xs", "each", "[1]")]),
        ("with C() as x: pass", "x", [("C", "()", "with")]),
        ("async with (a() as x, b() as (y, z)): pass", "z", [("b", "()", "with", "[1]")]),
        ("if (x := f()): pass", "x", [("f", "()")]),
        ("g([x for _ in y if (x := f())])", "x", [("f", "()")]),
        ("x = super().m()", "x", [("super", "()", ".m", "()")]),
        ("x = 'a'.join(b)", "x", [("<str>", ".join", "()")]),
        ("x = [1]", "x", [("<list>",)]),
        ("x = [C(), D()]", "x", [("<list>", "<", "C", "()", ",", "D", "()", ">")]),
        ("x = [C(y) for y in z]", "x", [("<list>", "<", "C", "()", ">")]),
        ("x = [y.f for y in z]", "x", [("<list>",)]),
        ("x = sorted(xs, key=len)", "x", [("xs", "(sorted)")]),
        ("x = copy.copy(y).z", "x", [("y", "(copy)", ".z")]),
        ("x = b''", "x", [("<bytes>",)]),
        ("x = 1 + 2", "x", [("<?>",)]),
    ],
)
def test_an_assignment_in_a_function_binds_its_value(python_facts, statement, name, expected):
    facts = python_facts(f"async def f_():\n    {statement}\n    used\n", "used")
    assert values(facts, name) == expected


def test_annotations_and_casts_say_what_a_local_name_is(python_facts):
    facts = python_facts("""
        def f(p: "P" = None, *rest):
            x: C = g()
            y = cast("D", g())
            used
    """, "used")  # fmt: skip
    bound = {b.name: (b.kind, b.annotation) for b in facts.bindings}
    assert bound == {
        "p": ("param", ("P",)),
        "rest": ("param", None),
        "x": ("value", ("C",)),
        "y": ("value", ("D",)),
    }


def test_loops_and_contexts_bind_at_module_level_too(python_facts):
    facts = python_facts("""
        for i in range(3): pass
        with open(p) as f: pass
        count += 1
        try: pass
        except Error as e: pass
    """)
    assert {b.name: b.value for b in facts.bindings} == {
        "i": ("range", "()", "each"),
        "f": ("open", "()", "with"),
        "count": ("<?>",),
        "e": ("<?>",),
    }
    assert [b.annotation for b in facts.bindings if b.name == "e"] == [("Error",)]


def test_a_match_binds_its_captures_and_narrows_its_subject(python_facts):
    facts = python_facts("""
        match command:
            case Point(x=0, y=yy) as whole: pass
            case [first, *rest]: pass
            case {"k": v, **others}: pass
            case A.B: pass
            case _: pass
    """)
    assert {b.name for b in facts.bindings if b.kind == "value"} == {"yy", "whole", "first", "rest", "v", "others"}
    (narrowed,) = [b for b in facts.bindings if b.kind == "narrowed"]
    assert (narrowed.name, narrowed.annotation) == ("command", ("Point",))


def test_global_nonlocal_and_del_are_bindings(python_facts):
    facts = python_facts("""
        def f():
            global total
            nonlocal inner
            del gone, other.attribute
            used
    """, "used")  # fmt: skip
    assert [(b.name, b.kind) for b in facts.bindings if b.scope != 0] == [
        ("total", "outer"),
        ("inner", "outer"),
        ("gone", "deleted"),
    ]


def test_a_global_statement_gives_the_module_a_name(python_facts):
    facts = python_facts("""
        def f():
            global cache
            cache = 1
    """)
    assert [(b.name, b.kind) for b in facts.bindings if b.scope == 0] == [("cache", "value")]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("if isinstance(x, C):\n        used\n        pass\n    x", (3, 4)),
        ("if y and isinstance(x, C):\n        used", (3, 3)),
        ("assert isinstance(x, C)\n    used\n    x", (2, 4)),
        ("if not isinstance(x, C):\n        return\n    used", (2, 4)),
        ("while isinstance(x, C):\n        used", (3, 3)),
        ("if a: pass\n    elif isinstance(x, C):\n        used", (4, 4)),
        ("return isinstance(x, C) and used", (2, 2)),
        ("return used if isinstance(x, C) else 1", (2, 2)),
        ("return [used for y in z if isinstance(x, C)]", (2, 2)),
    ],
)
def test_isinstance_narrows_a_name_where_it_holds(python_facts, body, lines):
    facts = python_facts(f"def f(x):\n    {body}\n", "used")
    (narrowed,) = [b for b in facts.bindings if b.kind == "narrowed"]
    assert (narrowed.name, narrowed.annotation) == ("x", ("C",))
    assert (narrowed.span.start_line, narrowed.span.end_line) == lines


@pytest.mark.parametrize(
    "body",
    [
        "if not isinstance(x, C):\n        used",
        "if isinstance(x, C) or y:\n        used",
        "if isinstance(x, C):\n        return\n    used",
        "if isinstance(f(), C):\n        used",
    ],
)
def test_isinstance_says_nothing_where_it_may_not_hold(python_facts, body):
    facts = python_facts(f"def f(x):\n    {body}\n", "used")
    (site,) = facts.sites
    line = site.span.start_line
    assert [b for b in facts.bindings if b.kind == "narrowed" and b.span.start_line <= line <= b.span.end_line] == []


@pytest.mark.parametrize(
    ("source", "names", "computed"),
    [
        ("__all__ = ['a', 'b']", ["a", "b"], False),
        ("__all__ = ('a',) + ('b',)", ["a", "b"], False),
        ("__all__: list[str] = ['a']", ["a"], False),
        ("__all__ = ['a']\n__all__ += ['b']\n__all__.extend(['c'])\n__all__.append('d')", ["a", "b", "c", "d"], False),
        ("__all__ = ['a'] + m.__all__", ["a"], True),
        ("__all__ = [n for n in dir()]", [], True),
        ("__getattr__, __dir__, __all__ = attach()", [], True),
        ("from m import __all__", [], True),
        ("def f():\n    __all__ = ['a']", [], False),
    ],
)
def test_all_lists_the_exports(python_facts, source, names, computed):
    facts = python_facts(source)
    assert [export.name for export in facts.exports] == names
    assert ("dynamic_exports" in facts.flags) is computed


def test_an_export_stands_where_its_string_does(python_facts):
    (export,) = python_facts("__all__ = [\n    'a',\n]\n").exports
    assert export.span == Span(2, 5, 2, 6)
    assert export.local == "a"


@pytest.mark.parametrize(
    "source",
    [
        "def __getattr__(name): pass",
        "from lazy import __getattr__",
        "__getattr__ = lazy()",
        "globals().update(m.names)",
        "for n in m:\n    globals()[n] = 1",
        "sys.modules[__name__] = Module()",
    ],
)
def test_a_module_that_may_have_any_name_says_so(python_facts, source):
    assert "module_getattr" in python_facts(source).flags


def test_a_class_with_getattr_does_not_make_its_module_dynamic(python_facts):
    assert python_facts("class C:\n    def __getattr__(self, name): pass").flags == frozenset()
