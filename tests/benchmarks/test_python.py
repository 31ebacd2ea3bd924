"""The changes that are planted in Python, and what they break, on sources small enough to check by eye."""

import random
import re
from collections import Counter

import pytest

from benchmarks.judge import breaks
from benchmarks.nouns import Arguments, Candidate, Kind, Mutation, Param, Place, applied, line_after
from benchmarks.python_changes import body_only, mutate, optional_added, reformatted
from benchmarks.python_source import Text, candidates
from benchmarks.python_uses import Uses

SOURCE = '''\
LIMIT = 3


def send(url, body, retries=1):
    """Send it."""
    return url


class Client:
    timeout = 5

    def __init__(self, base):
        self.base = base

    @staticmethod
    def plain(a, b):
        return a

    def get(self, path, query): return path
'''


def choose(symbol: str, source: str = SOURCE) -> tuple[Text, Candidate]:
    text = Text("a.py", source)
    return text, next(c for c in candidates(text, Counter()) if c.symbol == symbol)


def changed(kind: Kind, symbol: str, source: str = SOURCE) -> str:
    text, candidate = choose(symbol, source)
    mutation = mutate(kind, text, candidate, random.Random(0))
    assert mutation is not None
    return applied(text.text, mutation.edits["a.py"])


@pytest.mark.parametrize(
    ("kind", "symbol", "written"),
    [
        ("rename", "send", "def send_renamed(url, body, retries=1):"),
        ("rename", "LIMIT", "LIMIT_RENAMED = 3"),
        ("add required", "send", "def send(url, body, extra_option, retries=1):"),
        ("add required", "Client.__init__", "def __init__(self, base, extra_option):"),
        ("reorder", "send", "def send(body, url, retries=1):"),
        ("reorder", "Client.plain", "def plain(b, a):"),
        ("reorder", "Client.get", "def get(self, query, path): return path"),
        ("async", "Client.get", "    async def get(self, path, query):"),
    ],
)
def test_a_definition_is_changed_in_one_way(kind, symbol, written):
    assert written in changed(kind, symbol)


@pytest.mark.parametrize(
    "parameters", ["a", "a, b", "a, b=(1)", "a: int = 1, *, b", "a,\n    b,\n", "a, *rest, b=1, **more"]
)
@pytest.mark.parametrize("kind", ["add required", "drop", "keyword-only", "reorder"])
def test_every_changed_signature_still_parses_and_differs(kind, parameters):
    text, candidate = choose("f", f"def f({parameters}):\n    return 1\n")
    mutation = mutate(kind, text, candidate, random.Random(1))
    if mutation is not None:
        after = next(candidates(Text("a.py", applied(text.text, mutation.edits["a.py"])), Counter()))
        assert [(p.name, p.kind) for p in after.params or ()] != [(p.name, p.kind) for p in candidate.params or ()]


def test_a_removed_definition_takes_its_decorators_along_and_leaves_a_body_that_parses():
    after = changed("remove", "C.f", "class C:\n    @staticmethod\n    def f():\n        return 1\n")
    assert after == "class C:\n    pass\n"


def test_a_moved_definition_goes_to_a_new_file_with_the_imports_of_the_old_one():
    text, candidate = choose("f", "import os\n\ndef f():\n    return os.sep\n")
    mutation = mutate("move", text, candidate, random.Random(0))
    assert mutation is not None
    assert mutation.added == {"a_moved.py": "import os\n\n\ndef f():\n    return os.sep\n"}
    assert applied(text.text, mutation.edits["a.py"]) == "import os\n\n"


def test_a_name_taken_out_of_a_re_export_leaves_the_others():
    text = Text("p/__init__.py", "from .a import one, two as three\n")
    first = next(candidates(text, Counter()))
    mutation = mutate("remove", text, first, random.Random(0))
    assert mutation is not None
    assert applied(text.text, mutation.edits["p/__init__.py"]) == "from .a import two as three\n"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("@overload\ndef f(): ...\n", "overloads, accessors and fixtures"),
        ("if x:\n    def f(): ...\n", "defined conditionally"),
        ("def f(): ...\ndef f(a): ...\n", "defined more than once in its scope"),
        ("class C:\n    def __eq__(self, o): ...\n", "called by the language itself"),
    ],
)
def test_what_is_not_judged_is_left_out_and_counted(source, reason):
    left_out: Counter[str] = Counter()
    found = [c.name for c in candidates(Text("a.py", source), left_out)]
    assert left_out[reason] > 0
    assert found in ([], ["C"])


@pytest.mark.parametrize("control", [optional_added, reformatted, body_only])
def test_a_control_changes_the_text_and_parses(control):
    text, candidate = choose("send")
    mutation = control(text, candidate, random.Random(0))
    after = applied(text.text, mutation.edits["a.py"])
    assert after != text.text
    assert [c.name for c in candidates(Text("a.py", after), Counter())][1] == "send"


# ---------------------------------------------------------------- uses and judgements


def use_of(code: str, classes: frozenset[str] = frozenset()):
    """The use of `f` in the code."""
    at = next(re.finditer(r"\bf\b", code)).start()
    line = code.count("\n", 0, at) + 1
    place = Place("b.py", line, at - (code.rfind("\n", 0, at) + 1))
    return next(Uses(Text("b.py", code), classes).at([place]))


@pytest.mark.parametrize(
    ("code", "role"),
    [
        ("f(1)", "call"),
        ("from a import f", "import"),
        ("@f\ndef g(): ...", "decorator"),
        ("class D(f): ...", "base"),
        ("def g(x: f): ...", "annotation"),
        ('def g(x: "f"): ...', "annotation"),
        ('__all__ = ["f"]', "export"),
        ("x = f", "read"),
        ("a.f = 1", "write"),
    ],
)
def test_the_role_of_a_use_is_read_from_its_syntax(code, role):
    assert use_of(code).role == role


@pytest.mark.parametrize(
    ("code", "settled"),
    [
        ("async def g():\n    await f()", True),
        ("asyncio.run(f())", True),
        ("asyncio.gather(*[f() for _ in x])", True),
        ("async def g():\n    t = f()\n    await t", None),
        ("x = f()", False),
        ("print(f())", False),
    ],
)
def test_an_awaited_call_is_told_from_one_that_is_not(code, settled):
    assert use_of(code).settled is settled


@pytest.mark.parametrize(
    ("code", "guarded"),
    [
        ("try:\n    import f\nexcept ImportError:\n    pass", True),
        ("if hasattr(a, 'g'):\n    a.f()", True),
        ("with pytest.raises(TypeError):\n    f(1)", True),
        ("try:\n    f(1)\nexcept KeyError:\n    pass", False),
        ("f(1)", False),
    ],
)
def test_a_guarded_use_is_told_from_one_that_is_not(code, guarded):
    assert use_of(code).guarded is guarded


@pytest.mark.parametrize(
    ("code", "inferred"),
    [
        ("from m import f\nf()", False),
        ("import m\nm.f()", False),
        ("C.f()", False),
        ("x = C()\nx.f()", True),
        ("self.f()", True),
        ("self.a.x.f()", True),
        ("super().f()", True),
    ],
)
def test_receivers_that_must_be_inferred_are_told_from_names_that_imports_decide(code, inferred):
    assert use_of(code, classes=frozenset({"C"})).inferred is inferred


PARAMS = (Param("a", "positional", True), Param("b", "positional", True), Param("c", "positional", False))


@pytest.mark.parametrize(
    ("kind", "param", "other", "code", "broken"),
    [
        ("rename", "", "", "x = f", True),
        ("rename", "", "", "if hasattr(m, 'g'):\n    m.f()", None),
        ("add required", "", "", "f(1, 2)", True),
        ("add required", "", "", "f(*xs)", None),
        ("add required", "", "", "f(1)", None),
        ("drop", "c", "", "f(1, 2, 3)", True),
        ("drop", "c", "", "f(1, 2, c=3)", True),
        ("drop", "c", "", "f(1, 2)", False),
        ("keyword-only", "b", "", "f(1, 2)", True),
        ("keyword-only", "b", "", "f(1, b=2)", False),
        ("reorder", "a", "b", "f(1, 2)", True),
        ("reorder", "a", "b", "f(a=1, b=2)", False),
        ("reorder", "a", "b", "f(1, b=2)", None),
        ("async", "", "", "x = f(1, 2)", True),
        ("async", "", "", "async def g():\n    await f(1, 2)", False),
        ("async", "", "", "x = f", False),
    ],
)
def test_what_a_change_breaks_follows_from_the_use(kind, param, other, code, broken):
    candidate = Candidate("function", "f", Place("a.py", 1, 4), None, (0, 1), (4, 5), params=PARAMS)
    mutation = Mutation(kind, candidate, {}, param=param, other=other)
    assert breaks(mutation, use_of(code)) is broken


def test_the_receiver_is_not_counted_among_the_arguments():
    method = (Param("self", "positional", True), Param("a", "positional", True))
    candidate = Candidate("method", "f", Place("a.py", 2, 8), "C", (0, 1), (4, 5), params=method)
    mutation = Mutation("add required", candidate, {})
    classes = frozenset({"C"})
    assert breaks(mutation, use_of("x.f(1)", classes=classes)) is True
    assert breaks(mutation, use_of("C.f(x, 1)", classes=classes)) is True
    assert breaks(mutation, use_of("C.f(1)", classes=classes)) is None
    assert Arguments(1) == use_of("x.f(1)", classes=classes).arguments


def test_a_site_keeps_its_line_through_the_edits_above_it_and_is_gone_inside_of_them():
    text, candidate = choose("send")
    edits = mutate("remove", text, candidate, random.Random(0)).edits["a.py"]
    assert line_after(text.text, edits, 9, 0) == 6
    assert line_after(text.text, edits, 1, 0) == 1
    assert line_after(text.text, edits, 5, 4) is None
