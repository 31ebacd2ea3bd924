"""What a Python file declares."""

from __future__ import annotations

import pytest

from indexer.types import Declaration, Facts, Span


def declared(facts: Facts, qualified: str) -> Declaration:
    (found,) = [declaration for declaration in facts.declarations if declaration.qualified == qualified]
    return found


def kinds(facts: Facts) -> dict[str, str]:
    return {declaration.qualified: declaration.kind for declaration in facts.declarations}


def test_every_kind_of_definition_has_its_name_kind_and_parent(python_facts):
    facts = python_facts("""
        LIMIT = 3
        _PRIVATE_LIMIT: int = 4
        handler = make()
        short = lambda x: x
        type Pair = tuple[int, int]

        class Shop:
            rate = 1
            name: str
            by = lambda self: self
            def sell(self):
                def inner(): pass
            class Till: pass
            @property
            def open(self): return True

        async def main(): pass
    """)
    assert kinds(facts) == {
        "LIMIT": "constant",
        "_PRIVATE_LIMIT": "constant",
        "handler": "variable",
        "short": "function",
        "Pair": "variable",
        "Shop": "class",
        "Shop.rate": "field",
        "Shop.name": "field",
        "Shop.by": "method",
        "Shop.sell": "method",
        "Shop.sell.inner": "function",
        "Shop.Till": "class",
        "Shop.open": "property",
        "main": "function",
    }
    assert declared(facts, "Shop.sell.inner").parent == "Shop.sell"
    assert declared(facts, "LIMIT").parent is None
    assert declared(facts, "Pair").values == (("tuple", "<", "int", ",", "int", ">"),)


def test_a_declaration_lies_in_one_scope_and_opens_another(python_facts):
    facts = python_facts("""
        class C:
            def m(self): pass
    """)
    method = declared(facts, "C.m")
    assert facts.scopes[method.scope].owner == "C"
    assert facts.scopes[method.scope].kind == "class"
    assert facts.scopes[method.body].owner == "C.m"
    assert facts.scopes[method.body].parent == method.scope
    assert facts.scopes[0].kind == "module"


def test_spans_cover_decorators_and_the_name(python_facts):
    facts = python_facts("@cache\ndef f(\n    a,\n):\n    pass\n")
    assert declared(facts, "f").span == Span(1, 0, 5, 8)
    assert declared(facts, "f").name_span == Span(2, 4, 2, 5)


@pytest.mark.parametrize(
    ("source", "signature"),
    [
        ("def f(a,\n      b = 1) -> int: pass", "def f(a, b = 1) -> int"),
        ("async def f(): pass", "async def f()"),
        ("def f(\n    a,  # the first\n    b,\n): pass", "def f( a, b, )"),
        ("class f(Base,\n  metaclass=M): pass", "class f(Base, metaclass=M)"),
        ("class f: pass", "class f"),
        ("f: int = 3", "f: int = 3"),
    ],
)
def test_a_signature_is_one_line_without_the_body(python_facts, source, signature):
    assert declared(python_facts(source), "f").signature == signature


def test_a_long_signature_is_whole_and_a_long_value_is_cut_where_one_sees_it(python_facts):
    params = ", ".join(f"option_{n}: int = {n}" for n in range(60))
    facts = python_facts(f"def f({params}): pass\nTABLE = [{params.replace(': int = ', ' + ')}]")
    assert declared(facts, "f").signature == f"def f({params})"
    assert declared(facts, "TABLE").signature.endswith("…")


def test_parameters_have_their_kinds_defaults_and_annotations(python_facts):
    facts = python_facts("def f(a, b: int = 1, /, c: 'm.C' = None, *rest: str, d, e=2, **others): pass")
    assert [(p.name, p.kind, p.required, p.annotation) for p in declared(facts, "f").params] == [
        ("a", "positional_only", True, None),
        ("b", "positional_only", False, ("int",)),
        ("c", "positional", False, ("m", ".C")),
        ("rest", "rest", False, ("str",)),
        ("d", "keyword_only", True, None),
        ("e", "keyword_only", False, None),
        ("others", "keywords", False, None),
    ]


def test_a_bare_star_makes_the_rest_keyword_only(python_facts):
    facts = python_facts("""
        class C:
            def m(self, a, *, b): pass
    """)
    assert [(p.name, p.kind) for p in declared(facts, "C.m").params] == [
        ("self", "positional"),
        ("a", "positional"),
        ("b", "keyword_only"),
    ]


def test_a_lambda_with_a_name_has_parameters(python_facts):
    facts = python_facts("f = lambda a, *b, c=1: a")
    assert [(p.name, p.kind, p.required) for p in declared(facts, "f").params] == [
        ("a", "positional", True),
        ("b", "rest", False),
        ("c", "keyword_only", False),
    ]


@pytest.mark.parametrize(
    ("written", "chain"),
    [
        ("C", ("C",)),
        ("m.C", ("m", ".C")),
        ("Optional[C]", ("C",)),
        ("typing.Optional['C']", ("C",)),
        ("C | None", ("C",)),
        ("None | 'm.C'", ("m", ".C")),
        ("'C | None'", ("C",)),
        ("Union[C, None]", ("C",)),
        ("Annotated[C, Field(gt=1, x=[2])]", ("C",)),
        ("Final[C]", ("C",)),
        ("list[C]", ("list", "<", "C", ">")),
        ("dict[str, 'm.C']", ("dict", "<", "str", ",", "m", ".C", ">")),
        ("tuple[C, ...]", ("Sequence", "<", "C", ">")),
        ("Awaitable[C]", ("C",)),
        ("Coroutine[Any, Any, C]", ("C",)),
        ("Repo[C, dict[str, int]]", ("Repo",)),
        ("A | B", ("<|>", "<", "A", ",", "B", ">")),
        ("Union[A, list[B], None]", ("<|>", "<", "A", ",", "list", "<", "B", ">", ">")),
        ("Literal['a', 'b']", ("<?>",)),
        ("Callable[[A], B]", ("Callable",)),
        ("'broken['", ("<?>",)),
        ("Self", ("Self",)),
    ],
)
def test_an_annotation_is_the_class_that_it_names(python_facts, written, chain):
    facts = python_facts(f"def f(a: {written}) -> {written}: pass\nx: {written} = 1\n")
    assert declared(facts, "f").params[0].annotation == chain
    assert declared(facts, "f").annotation == chain
    assert declared(facts, "x").annotation == chain


@pytest.mark.parametrize(
    ("source", "flags"),
    [
        ("async def f(): pass", {"async", "empty"}),
        ("def f():\n    x = yield 1", {"generator"}),
        ("def f():\n    def g():\n        yield 1", set()),
        ("def f():\n    return lambda: (yield)", set()),
        ("def f():\n    return 'yield'  # yield", set()),
        ("async def f():\n    yield 1", {"async", "generator"}),
        ("def f():\n    '''Doc.'''\n    ...", {"empty"}),
        ("def f(self):\n    if self.a:\n        return self\n    return self", {"returns_self"}),
        ("def f(self):\n    if self.a:\n        return None\n    return self", set()),
        ("def test_f(): f()", {"test"}),
        ("@overload\ndef f(): ...", {"overload", "empty"}),
        ("@functools.lru_cache(maxsize=None)\ndef f(): g()", set()),
        ("@pytest.mark.parametrize('a', [1])\ndef f(a): g()", set()),
        ("@pytest.fixture\ndef f(): g()", {"opaque"}),
        ("@app.route('/')\ndef f(): g()", {"opaque"}),
        ("@patch('a.b')\ndef f(m): g()", {"opaque"}),
        ("@contextmanager\ndef f() -> Iterator[C]:\n    yield C()", {"contextmanager", "generator"}),
    ],
)
def test_a_function_has_the_flags_that_its_text_gives_it(python_facts, source, flags):
    (function, *_) = [d for d in python_facts(source).declarations if d.name in ("f", "test_f")]
    assert function.flags == flags


@pytest.mark.parametrize(
    ("decorators", "flags", "kind"),
    [
        ("@staticmethod", {"static"}, "method"),
        ("@classmethod", {"classmethod"}, "method"),
        ("@property", {"property"}, "property"),
        ("@functools.cached_property", {"property"}, "property"),
        ("@classproperty", {"property"}, "property"),
        ("@f.setter", {"setter"}, "property"),
        ("@property\n    @abc.abstractmethod", {"property", "abstract"}, "property"),
        ("@typing.final\n    @override", set(), "method"),
        ("@whatever(1).more", {"opaque"}, "method"),
    ],
)
def test_a_method_has_the_flags_of_its_decorators(python_facts, decorators, flags, kind):
    method = declared(python_facts(f"class C:\n    {decorators}\n    def f(self): g()\n"), "C.f")
    assert method.flags == flags
    assert method.kind == kind


def test_decorators_are_kept_by_name(python_facts):
    facts = python_facts("@a.b(1)\n@c\ndef f(): pass")
    assert declared(facts, "f").decorators == ("a.b", "c")


def test_a_context_manager_is_annotated_with_what_it_gives(python_facts):
    facts = python_facts("@contextmanager\ndef f() -> Iterator['C']:\n    yield C()", "f")
    assert declared(facts, "f").annotation == ("C",)
    assert declared(facts, "f").values == (("C", "()"),)


@pytest.mark.parametrize(
    ("source", "conditional"),
    [
        ("if a:\n    def f(): pass", True),
        ("try:\n    def f(): pass\nexcept E:\n    pass", True),
        ("try:\n    pass\nexcept E:\n    f = None", True),
        ("for x in y:\n    f = 1", True),
        ("while x:\n    f = 1", True),
        ("with x:\n    class f: pass", True),
        ("match x:\n    case 1:\n        f = 1", True),
        ("if __name__ == '__main__':\n    f = 1", False),
        ("f = 1", False),
    ],
)
def test_what_is_defined_in_a_branch_is_conditional(python_facts, source, conditional):
    assert ("conditional" in declared(python_facts(source), "f").flags) is conditional


def test_a_name_defined_twice_is_declared_twice(python_facts):
    facts = python_facts("""
        try:
            from fast import f
        except ImportError:
            def f(a): pass
        if x:
            def g(): pass
        else:
            def g(a): pass
    """)
    assert [d.name for d in facts.declarations] == ["f", "g", "g"]


def test_members_of_an_enum_are_fields(python_facts):
    facts = python_facts("""
        class Colour(Enum):
            RED = 1
            GREEN = auto()
    """)
    assert kinds(facts)["Colour.RED"] == "field"
    assert declared(facts, "Colour.GREEN").values == (("auto", "()"),)


def test_bases_are_chains_without_their_subscripts(python_facts):
    facts = python_facts("class C(m.Base[int], Generic[T], metaclass=Odd): pass")
    assert declared(facts, "C").bases == (("m", ".Base"), ("Generic",))
    assert "dynamic" not in declared(facts, "C").flags


@pytest.mark.parametrize(
    "source",
    [
        "class C(make()): pass",
        "class C(*bases): pass",
        "class C:\n    def __getattr__(self, name): pass",
        "class C:\n    @cache\n    def __getattribute__(self, name): pass",
    ],
)
def test_a_class_whose_attributes_cannot_be_known_is_dynamic(python_facts, source):
    assert "dynamic" in declared(python_facts(source), "C").flags


@pytest.mark.parametrize(
    "source",
    [
        "class C:\n    def __init__(self, **kw):\n        self.__dict__.update(kw)",
        "class C:\n    def __init__(self, **kw):\n        for k, v in kw.items():\n            setattr(self, k, v)",
    ],
)
def test_a_class_that_gives_itself_attributes_says_so(python_facts, source):
    assert "writes_attributes" in declared(python_facts(source), "C").flags


@pytest.mark.parametrize(
    ("decorator", "opaque"),
    [("dataclass", False), ("total_ordering", False), ("attrs.define(slots=True)", False), ("register", True)],
)
def test_an_unknown_decorator_makes_a_class_opaque(python_facts, decorator, opaque):
    facts = python_facts(f"@{decorator}\nclass C: pass")
    assert ("opaque" in declared(facts, "C").flags) is opaque


def test_fields_come_from_every_method_of_a_class(python_facts):
    facts = python_facts("""
        class C:
            def __init__(self, client: "Client", n, other=None):
                self.client = client
                self.n = n
                self.made = Thing(n)
                self.typed: "Typed" = build()
                self.either = other or Other()
                self.a, self.b = first(), second()
                if n:
                    self.c = self.d = n.x
            def later(self):
                self.late = 1
                with Open() as self.opened: pass
            @classmethod
            def of(cls):
                cls.shared = Shared()
            def reads(self):
                return self.client == 1
            @staticmethod
            def no(self):
                self.nothing = 1
    """)
    fields = {d.name: (d.values, d.annotation) for d in facts.declarations if d.kind == "field"}
    assert fields == {
        "client": ((("client",),), ("Client",)),
        "n": ((("n",),), None),
        "made": ((("Thing", "()"),), None),
        "typed": ((("build", "()"),), ("Typed",)),
        "either": ((("other",), ("Other", "()")), None),
        "a": ((("first", "()"),), None),
        "b": ((("second", "()"),), None),
        "c": ((("n", ".x"),), None),
        "d": ((("n", ".x"),), None),
        "late": ((("<int>",),), None),
        "opened": ((("Open", "()", "with"),), None),
        "shared": ((("Shared", "()"),), None),
    }
    assert {d.parent for d in facts.declarations if d.kind == "field"} == {"C"}


def test_a_field_is_read_in_the_scope_of_the_method_that_assigns_it(python_facts):
    facts = python_facts("""
        class C:
            def __init__(self):
                from m import D
                local = D()
                self.a = local
    """)
    scope = declared(facts, "C.a").scope
    assert facts.scopes[scope].owner == "C.__init__"
    assert {b.name for b in facts.bindings if b.scope == scope} == {"self", "D", "local"}


def test_a_field_assigned_in_a_nested_function_belongs_to_the_class(python_facts):
    facts = python_facts("""
        class C:
            def m(self):
                def inner(): self.a = 1
                def other(self): self.b = 1
    """)
    assert [d.qualified for d in facts.declarations if d.kind == "field"] == ["C.a"]


def test_the_results_of_a_function_are_read_when_its_name_is_asked_for(python_facts):
    source = """
        def f(x):
            def inner(): return Inner()
            if x: return C(x).start()
            if x > 1: return
            return await g() if x else self.made
    """
    expected = (("C", "()", ".start", "()"), ("<none>",), ("g", "()", "await"), ("self", ".made"))
    assert declared(python_facts(source, "f"), "f").values == expected
    assert declared(python_facts(source), "f").values == ()


def test_the_names_in_the_results_of_a_function_are_bound(python_facts):
    facts = python_facts("""
        def f():
            made = C()
            return made
    """, "f")  # fmt: skip
    assert declared(facts, "f").values == (("made",),)
    assert [(b.name, b.value) for b in facts.bindings] == [("made", ("C", "()"))]


def test_declarations_in_functions_are_complete_without_a_mention(python_facts):
    facts = python_facts("""
        def f():
            if x:
                class Local:
                    def m(self): pass
    """)
    assert kinds(facts) == {"f": "function", "f.Local": "class", "f.Local.m": "method"}
