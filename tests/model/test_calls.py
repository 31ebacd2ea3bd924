"""Tool calls: put together from what servers send, checked against their schema, or refused with a reason."""

from __future__ import annotations

import json
from time import perf_counter

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.model import schema
from agents.model.calls import BadCall, Collector, announced, repair_message
from agents.model.types import Tool, ToolCall

READ = Tool(
    "read",
    "Reads.",
    {
        "type": "object",
        "properties": {"path": {"type": "string"}, "line": {"type": "integer", "minimum": 1}},
        "required": ["path"],
        "additionalProperties": False,
    },
)
LIST = Tool("list", "Lists.", {"type": "object", "properties": {}})
A, B = {"path": "a.py"}, {"path": "b.py", "line": 2}


def collect(*fragments):
    collector = Collector([READ, LIST])
    for fragment in fragments:
        collector.feed(fragment)
    return collector.finish()


def fragment(arguments=None, name=None, **rest):
    function = {"name": name, "arguments": arguments}
    return {"type": "function", "function": {key: value for key, value in function.items() if value is not None}} | rest


def pieces(value, size=3):
    text = json.dumps(value)
    return [text[at : at + size] for at in range(0, len(text), size)]


def streamed(value, name, first, rest):
    return [fragment("", name, **first), *(fragment(piece, **rest) for piece in pieces(value))]


TWO = [ToolCall("x", "read", A), ToolCall("y", "read", B)]
OWN = [ToolCall("qcode_call_0", "read", A), ToolCall("qcode_call_1", "read", B)]
WAYS = {
    "in pieces with an index, the id once": (
        [
            *streamed(A, "read", {"index": 0, "id": "x"}, {"index": 0}),
            *streamed(B, "read", {"index": 1, "id": "y"}, {"index": 1}),
        ],
        TWO,
    ),
    "in pieces, the two calls mixed": (
        [
            each
            for both in zip(
                streamed(A, "read", {"index": 0, "id": "x"}, {"index": 0}),
                streamed({"path": "b"}, "read", {"index": 1, "id": "y"}, {"index": 1}),
                strict=False,
            )
            for each in both
        ]
        + [fragment(piece, index=0) for piece in pieces(A)[len(pieces({"path": "b"})) :]],
        [TWO[0], ToolCall("y", "read", {"path": "b"})],
    ),
    "whole": (
        [fragment(json.dumps(A), "read", index=0, id="x"), fragment(json.dumps(B), "read", index=1, id="y")],
        TWO,
    ),
    "whole, arguments as an object": (
        [fragment(A, "read", index=0, id="x"), fragment(B, "read", index=1, id="y")],
        TWO,
    ),
    "whole, without ids": ([fragment(json.dumps(A), "read", index=0), fragment(json.dumps(B), "read", index=1)], OWN),
    "whole, without an index": (
        [fragment(json.dumps(A), "read", id="x"), fragment(json.dumps(B), "read", id="y")],
        TWO,
    ),
    "whole, without id and index": ([fragment(json.dumps(A), "read"), fragment(json.dumps(B), "read")], OWN),
    "whole, one index for all": (
        [fragment(json.dumps(A), "read", index=0, id="x"), fragment(json.dumps(B), "read", index=0, id="y")],
        TWO,
    ),
    "whole, one index and no ids": (
        [fragment(json.dumps(A), "read", index=0), fragment(json.dumps(B), "read", index=0)],
        OWN,
    ),
    "whole, one id for all": (
        [fragment(json.dumps(A), "read", index=0, id="x"), fragment(json.dumps(B), "read", index=1, id="x")],
        [TWO[0], OWN[1]],
    ),
    "in pieces without an index, the id in each": (
        [*streamed(A, "read", {"id": "x"}, {"id": "x"}), *streamed(B, "read", {"id": "y"}, {"id": "y"})],
        TWO,
    ),
    "in pieces without an index, the id once": (
        [*streamed(A, "read", {"id": "x"}, {}), *streamed(B, "read", {"id": "y"}, {})],
        TWO,
    ),
    "in pieces without an index, the id empty later": (
        [*streamed(A, "read", {"id": "x"}, {"id": ""}), *streamed(B, "read", {"id": "y"}, {"id": ""})],
        TWO,
    ),
    "in pieces without id and index": ([*streamed(A, "read", {}, {}), *streamed(B, "read", {}, {})], OWN),
    "in pieces, name in each": (
        [
            *(fragment(piece, "read", index=0, id="x") for piece in pieces(A)),
            *(fragment(piece, "read", index=1, id="y") for piece in pieces(B)),
        ],
        TWO,
    ),
    "in pieces, the name in pieces too": (
        [
            fragment(None, "re", index=0, id="x"),
            fragment(None, "ad", index=0),
            fragment(json.dumps(A), index=0),
            fragment(json.dumps(B), "read", index=1, id="y"),
        ],
        TWO,
    ),
    "the whole once more at the end": (
        [*streamed(A, "read", {"index": 0, "id": "x"}, {"index": 0}), fragment(json.dumps(A), "read", index=0, id="x")],
        TWO[:1],
    ),
    "an empty piece at the end": (
        [fragment(json.dumps(A), "read", index=0, id="x"), fragment("", "read", index=0, id="x")],
        TWO[:1],
    ),
    "no arguments where none are needed": (
        [fragment("", "list", index=0, id="x"), fragment(None, "list", index=1, id="y")],
        [ToolCall("x", "list", {}), ToolCall("y", "list", {})],
    ),
    "two tools with one index and no ids, the first without arguments": (
        [fragment(None, "list", index=0), fragment(json.dumps(A), "read", index=0)],
        [ToolCall("qcode_call_0", "list", {}), ToolCall("qcode_call_1", "read", A)],
    ),
    "two tools without arguments, ids and index": (
        [fragment("", "list"), fragment(json.dumps(A), "read")],
        [ToolCall("qcode_call_0", "list", {}), ToolCall("qcode_call_1", "read", A)],
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_calls_are_put_together_however_a_server_sends_them(way):
    fragments, calls = WAYS[way]
    assert collect(*fragments) == calls


@settings(deadline=None)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=4), st.integers(min_value=1, max_value=9))
def test_arguments_survive_any_division(paths, size):
    sent = [
        each
        for at, path in enumerate(paths)
        for each in [
            fragment("", "read", index=at, id=f"c{at}"),
            *(fragment(piece, index=at) for piece in pieces({"path": path}, size)),
        ]
    ]
    assert collect(*sent) == [ToolCall(f"c{at}", "read", {"path": path}) for at, path in enumerate(paths)]


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("read", '{"path": "a', "not one whole JSON object (Unterminated string"),
        ("read", '{"path": "a"}}', "not one whole JSON object (Extra data"),
        ("read", '{"path": "a"}{"path": "b"}', "not one whole JSON object (Extra data"),
        ("read", "", "wrong argument: path is missing"),
        ("read", "{}", "wrong argument: path is missing"),
        ("read", "null", "they are no object"),
        ("read", '["a"]', "they are no object"),
        ("read", '"{}"', "they are no object"),
        ("read", '{"path": 1}', "wrong argument: path has to be string, not 1"),
        ("read", '{"path": "a", "line": 0}', "wrong argument: line has to be 1 or more, not 0"),
        ("read", '{"path": "a", "line": true}', "wrong argument: line has to be integer, not true"),
        ("read", '{"path": "a", "lines": 1}', "wrong argument: lines is not known"),
        ("read", '{"path": "a", "path": "b"}', "a key stands there twice"),
        ("read", '{"path": "a", "line": NaN}', "NaN is not JSON"),
        ("read", '{"path": "a", "line": 1e999}', "1e999 is not JSON"),
        ("read", '{"path": "a", "line": ' + "9" * 5000 + "}", "not one whole JSON object (Exceeds the limit"),
        ("read", '{"path": "\\ud800"}', "half a character"),
        ("list", '{"a": ' + "[" * 80 + "]" * 80 + "}", "nested more than 64 deep"),
        ("list", '{"a": ' + "[" * 200_000, "not one whole JSON object"),
        ("write", "{}", "is not a tool; the tools are list, read"),
        ("", "{}", "names no tool"),
        (None, None, "names no tool"),
    ],
)
def test_what_is_no_valid_call_is_refused_with_the_reason(name, arguments, why):
    [bad] = collect(fragment(arguments, name, index=0, id="x"))
    assert isinstance(bad, BadCall)
    assert why in bad.why
    assert (bad.name, bad.raw, bad.id) == (name or "", arguments or "", "x")


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"function": None},
        {"function": "read"},
        {"index": "0", "id": 7, "function": {"name": ["read"], "arguments": 3}},
        {"index": True, "function": {"name": None}},
    ],
)
def test_a_fragment_of_another_shape_is_a_bad_call(odd):
    assert [type(each) for each in collect(odd)] == [BadCall]


def test_one_bad_call_leaves_the_others_whole():
    calls = collect(fragment("{", "read", index=0, id="x"), fragment(json.dumps(B), "read", index=1, id="y"))
    assert isinstance(calls[0], BadCall)
    assert calls[1] == TWO[1]


def test_a_name_with_every_fragment_does_not_make_the_work_grow_with_its_square():
    path = "}" * 60_000
    collector = Collector([READ])
    started = perf_counter()
    for part in ('{"path": "', *path, '"}'):
        collector.feed({"index": 0, "function": {"name": "read", "arguments": part}})
    [call] = collector.finish()
    assert call.arguments == {"path": path}
    assert perf_counter() - started < 10


def test_no_fragments_are_no_calls():
    assert collect() == []


@pytest.mark.parametrize(
    ("text", "thinking", "found"),
    [
        ("<tool_call>\n<function=read>", "", True),
        ("I call <function=read>", "", True),
        ("", "Now <tool_call>", True),
        ("A tool call would help.", "function=read", False),
        ("<·tool_call> stands in the file", "", False),
    ],
)
def test_a_call_that_was_only_written_is_noticed(text, thinking, found):
    assert announced(text, thinking) is found


def test_the_repair_turn_says_what_was_wrong_and_shows_no_call():
    bad = [BadCall("read", "has a wrong argument: path is missing", "{}"), BadCall("write" * 99, "is not a tool", "")]
    message = repair_message(bad)
    assert "- `read` has a wrong argument: path is missing.\n- `write" in message
    assert len(message) < 600
    for said in (message, repair_message([])):
        assert not announced(said, "")
        assert "$" not in said


def test_the_repair_turn_takes_any_text_of_the_model():
    assert "`$faults ${x} $` is not a tool" in repair_message([BadCall("$faults ${x} $", "is not a tool", "")])


# ---------------------------------------------------------------- schemas

VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([0.5, 1.0, -2.0, "", "a", "ab", "가나"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=6,
)
SIMPLE = st.fixed_dictionaries(
    {},
    optional={
        "type": st.one_of(
            st.sampled_from(sorted(schema.TYPES)), st.lists(st.sampled_from(sorted(schema.TYPES)), min_size=1)
        ),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "const": VALUES,
        "minimum": st.integers(-2, 2),
        "maximum": st.integers(-2, 2),
        "minLength": st.integers(0, 2),
        "maxLength": st.integers(0, 2),
        "minItems": st.integers(0, 2),
        "maxItems": st.integers(0, 2),
        "pattern": st.sampled_from(["^a", "b$", "가"]),
        "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
        "description": st.just("words"),
    },
)
SCHEMAS = st.recursive(
    SIMPLE,
    lambda inner: st.builds(
        lambda base, more: base | more,
        SIMPLE,
        st.fixed_dictionaries(
            {},
            optional={
                "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
                "additionalProperties": st.one_of(st.booleans(), inner),
                "items": inner,
                "anyOf": st.lists(inner, min_size=1, max_size=2),
            },
        ),
    ),
    max_leaves=4,
)


@settings(deadline=None, max_examples=300)
@given(VALUES, SCHEMAS)
def test_a_value_fits_exactly_where_the_reference_says_so(value, rules):
    schema.check_schema(rules)
    assert (schema.fault(value, rules) is None) == jsonschema.Draft202012Validator(rules).is_valid(value)


@pytest.mark.parametrize(
    "rules",
    [
        {"oneOf": []},
        {"properties": {"a": {"format": "uri"}}},
        {"items": {"$ref": "#/x"}},
        {"anyOf": [{"not": {}}]},
        {"additionalProperties": {"if": {}}},
        {"type": "text"},
        {"type": ["string", "date"]},
    ],
)
def test_a_schema_that_could_not_be_checked_whole_is_refused_before_anything_is_asked(rules):
    with pytest.raises(ValueError, match="schema"):
        Collector([Tool("t", "", rules)])


@pytest.mark.parametrize(
    ("value", "rules", "sentence"),
    [
        ({"a": [1, "x"]}, {"properties": {"a": {"items": {"type": "integer"}}}}, 'a[1] has to be integer, not "x"'),
        ({"a": {"b": 1}}, {"properties": {"a": {"required": ["c"]}}}, "a.c is missing"),
        ("y" * 99, {"type": ["integer", "null"]}, f'the whole has to be integer or null, not "{"y" * 59}…'),
        (True, {"enum": [1, "a"]}, 'the whole has to be one of [1, "a"], not true'),
        (
            3,
            {"anyOf": [{"type": "string"}, {"const": 4}]},
            "the whole fits none of the allowed forms (the whole has to be ",
        ),
    ],
)
def test_a_fault_names_the_place_and_what_was_expected(value, rules, sentence):
    assert (schema.fault(value, rules) or "").startswith(sentence)
