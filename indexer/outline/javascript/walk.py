"""The walk through a syntax tree: the module level in full, below it only where something is mentioned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tree_sitter import Node

from indexer.outline.javascript.assignments import assignment
from indexer.outline.javascript.chains import FUNCTIONS, inner, kinds, text_of
from indexer.outline.javascript.classes import SHAPES, declare_class, declare_shape, enter_class
from indexer.outline.javascript.conditions import tested
from indexer.outline.javascript.draft import Draft, Frame, qualify
from indexer.outline.javascript.functions import FUNCTION_NODES, declare_function, enter_function
from indexer.outline.javascript.modules import exports, import_alias, imports
from indexer.outline.javascript.patterns import names_in
from indexer.outline.javascript.prototypes import declare_constructor_function
from indexer.outline.javascript.sites import name_site, string_site, super_site
from indexer.outline.javascript.titles import test_call
from indexer.outline.javascript.variables import variables
from indexer.types import Binding

Handler = Callable[[Draft, Frame], Iterable[Frame]]
VARIABLES = frozenset({"lexical_declaration", "variable_declaration"})
CLASS_DECLARATIONS = frozenset({"class_declaration", "abstract_class_declaration"})
FUNCTION_DECLARATIONS = frozenset({"function_declaration", "generator_function_declaration", "function_signature"})
# Statements that say something about names even where none of the asked-for ones stands in them.
ALWAYS_READ = (
    VARIABLES
    | CLASS_DECLARATIONS
    | FUNCTION_DECLARATIONS
    | frozenset(SHAPES)
    | {"import_statement", "import_alias", "export_statement", "internal_module", "module", "ambient_declaration"}
)
CONTROL = kinds(
    "if_statement else_clause for_statement for_in_statement while_statement do_statement try_statement "
    "catch_clause finally_clause switch_statement switch_body switch_case switch_default "
    "labeled_statement with_statement statement_block expression_statement ERROR"
)
OPENS_BLOCK = VARIABLES | CLASS_DECLARATIONS - {"variable_declaration"}
HAS_VAR = b"var "


def walk(draft: Draft) -> None:
    """Collects the facts below the root."""
    stack = [Frame(draft.root, None, draft.open(None, "module"))]
    while stack:
        frame = stack.pop()
        handler = HANDLERS.get(frame.node.type, Draft.mentioning)
        below = list(handler(draft, frame))
        below.reverse()
        stack.extend(below)


def _statements(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """The statements of a block that say something."""
    for child in frame.node.named_children:
        kind = child.type
        if kind in ALWAYS_READ or draft.mentioned(child) or _is_read(draft, frame, child, kind):
            yield frame.down(child)


def _is_read(draft: Draft, frame: Frame, node: Node, kind: str) -> bool:
    if kind not in CONTROL:
        return False
    if frame.complete:
        return True
    if kind == "expression_statement":
        first = node.named_child(0)
        left = (
            first.child_by_field_name("left") if first is not None and first.type == "assignment_expression" else None
        )
        return left is not None and left.type == "identifier"
    return draft.source.find(HAS_VAR, node.start_byte, node.end_byte) >= 0


def _block(draft: Draft, frame: Frame) -> Iterator[Frame]:
    up = frame.up
    if up is not None and up.node.type not in FUNCTION_NODES:
        if any(child.type in OPENS_BLOCK for child in frame.node.named_children):
            frame = frame.inside(draft.open(frame.scope, "block"))
        if up.node.type != "program":
            frame.flags = frame.flags | {"conditional"} if up.node.type in CONTROL else frame.flags
    return _statements(draft, frame)


def _function(draft: Draft, frame: Frame) -> list[Frame]:
    """A function in the middle of an expression."""
    name = frame.node.child_by_field_name("name")
    owner = (
        qualify(frame.within, text_of(name)) if name is not None and frame.node.type == "method_definition" else None
    )
    return enter_function(draft, frame, owner)[1]


def _function_declaration(draft: Draft, frame: Frame) -> list[Frame]:
    name = frame.node.child_by_field_name("name")
    at = frame.inside(frame.scope)
    whole = (
        frame.up.node
        if frame.up is not None and frame.up.node.type in ("export_statement", "ambient_declaration")
        else frame.node
    )
    if name is None:
        return declare_function(draft, at, "default", whole, scope=frame.scope)
    if frame.scope == 0 and text_of(name) in draft.prototyped:
        return declare_constructor_function(draft, at, name, whole)
    return declare_function(draft, at, name, whole, scope=frame.function if _is_hoisted(draft, frame) else frame.scope)


def _is_hoisted(draft: Draft, frame: Frame) -> bool:
    opened = draft.scopes[frame.scope]
    return opened.kind == "block" and opened.owner is None


def _class_declaration(draft: Draft, frame: Frame) -> list[Frame]:
    name = frame.node.child_by_field_name("name")
    up = frame.up
    exported = up is not None and up.node.type in ("export_statement", "ambient_declaration")
    whole = up.node if up is not None and exported else frame.node
    decorators = [child for child in whole.children if child.type == "decorator"] if exported else []
    return declare_class(draft, frame, name or "default", whole, decorators=decorators)


def _namespace(draft: Draft, frame: Frame) -> list[Frame]:
    name, body = frame.node.child_by_field_name("name"), frame.node.child_by_field_name("body")
    if name is None or body is None:
        return []
    text = text_of(name).strip("'\"")
    owner = qualify(frame.within, text)
    scope = draft.open(frame.scope, "block", owner)
    draft.declare(frame, name, "namespace", frame.node, body=scope, signature_end=body.start_byte)
    inside = frame.inside(scope)
    inside.function = scope
    inside.within = owner
    inside.complete = True
    below = inside.down(body)
    return list(_statements(draft, below))


def _control(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """A statement with statements inside."""
    for child in frame.node.named_children:
        if child.type in ALWAYS_READ or draft.mentioned(child) or _is_read(draft, frame, child, child.type):
            yield frame.down(child)


def _ambient(draft: Draft, frame: Frame) -> Iterator[Frame]:
    for child in frame.node.named_children:
        if child.type == "statement_block":
            yield from _statements(draft, frame.down(child))
        else:
            yield frame.down(child)


def _expression(draft: Draft, frame: Frame) -> Iterable[Frame]:
    node = inner(frame.node)
    if node is None:
        return ()
    below = frame.down(node)
    if node.type == "assignment_expression":
        return assignment(draft, below)
    if frame.complete and node.type == "call_expression":
        tested = test_call(draft, below)
        if tested is not None:
            return tested
    if node.type == "internal_module":
        return (below,)
    return draft.mentioning(frame)


def _branch(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`if` and `? :`, whose test may say what a name is in the branch."""
    node = frame.node
    condition, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
    for child in node.named_children:
        if child.type in ALWAYS_READ or draft.mentioned(child) or _is_read(draft, frame, child, child.type):
            below = frame.down(child)
            if child == then and condition is not None:
                below = tested(draft, below, condition)
            yield below


def _logical(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`a && b`, where `a` may say what a name in `b` is."""
    node = frame.node
    operator, left, right = (node.child_by_field_name(field) for field in ("operator", "left", "right"))
    for below in draft.mentioning(frame):
        if below.node == right and left is not None and operator is not None and operator.type == "&&":
            yield tested(draft, below, left)
        else:
            yield below


def _loop(draft: Draft, frame: Frame) -> Iterator[Frame]:
    """`for (… of …)` and `for (…;…;…)`, which have names of their own."""
    node = frame.node
    kind = node.child_by_field_name("kind")
    if kind is not None or node.type == "for_statement":
        hoisted = kind is not None and kind.type == "var"
        frame = frame.inside(draft.open(frame.scope, "block"))
        left = node.child_by_field_name("left")
        if kind is not None and left is not None:
            scope = frame.function if hoisted else frame.scope
            of = node.child_by_field_name("operator")
            each = of is not None and of.type == "of"
            value = (*draft.chain(node.child_by_field_name("right"), frame), "each") if each else ("<str>",)
            for bound, steps in names_in(left):
                line = bound.start_point.row + 1
                draft.bind(Binding(text_of(bound), scope, "value", line, value=(*value, *steps)))
    return _control(draft, frame)


def _catch(draft: Draft, frame: Frame) -> Iterator[Frame]:
    parameter = frame.node.child_by_field_name("parameter")
    if parameter is not None:
        frame = frame.inside(draft.open(frame.scope, "block"))
        for bound, _ in names_in(parameter):
            draft.bind(Binding(text_of(bound), frame.scope, "param", bound.start_point.row + 1))
    return _control(draft, frame)


def _switch(draft: Draft, frame: Frame) -> Iterator[Frame]:
    frame = frame.inside(draft.open(frame.scope, "block"))
    return _control(draft, frame)


HANDLERS: dict[str, Handler] = {
    "program": _statements,
    "statement_block": _block,
    "import_statement": imports,
    "import_alias": import_alias,
    "export_statement": exports,
    "internal_module": _namespace,
    "module": _namespace,
    "ambient_declaration": _ambient,
    "expression_statement": _expression,
    "if_statement": _branch,
    "ternary_expression": _branch,
    "binary_expression": _logical,
    "for_in_statement": _loop,
    "for_statement": _loop,
    "catch_clause": _catch,
    "switch_body": _switch,
    "class": enter_class,
    "super": super_site,
    "string_fragment": string_site,
}
HANDLERS |= dict.fromkeys(VARIABLES, variables)
HANDLERS |= dict.fromkeys(CLASS_DECLARATIONS, _class_declaration)
HANDLERS |= dict.fromkeys(FUNCTION_DECLARATIONS, _function_declaration)
HANDLERS |= dict.fromkeys(SHAPES, declare_shape)
HANDLERS |= dict.fromkeys(FUNCTIONS | {"method_definition"}, _function)
HANDLERS |= dict.fromkeys(
    kinds(
        "else_clause while_statement do_statement try_statement finally_clause switch_statement switch_case "
        "switch_default labeled_statement with_statement ERROR"
    ),
    _control,
)
HANDLERS |= dict.fromkeys(
    kinds(
        "identifier property_identifier private_property_identifier shorthand_property_identifier "
        "shorthand_property_identifier_pattern type_identifier"
    ),
    name_site,
)
