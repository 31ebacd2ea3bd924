"""Can an argument be handed to a parameter of that type? Only what surely can't be says no."""

from __future__ import annotations

from indexer.impact.java import library
from indexer.impact.java.classes import Member
from indexer.impact.java.expressions import Expressions
from indexer.impact.java.fit import takes
from indexer.impact.java.values import Array, Foreign, Object, Parameter, Primitive, Value
from indexer.impact.source import Source
from indexer.types import Chain, Site

WIDER = {
    "byte": {"byte", "short", "int", "long", "float", "double"},
    "short": {"short", "int", "long", "float", "double"},
    "char": {"char", "int", "long", "float", "double"},
    "int": {"int", "long", "float", "double"},
    "long": {"long", "float", "double"},
    "float": {"float", "double"},
    "double": {"double"},
    "boolean": {"boolean"},
}
BOXED = {
    "byte": "Byte",
    "short": "Short",
    "char": "Character",
    "int": "Integer",
    "long": "Long",
    "float": "Float",
    "double": "Double",
    "boolean": "Boolean",
}
UNBOXED = {f"java.lang.{box}": name for name, box in BOXED.items()}
OF_ARRAYS = frozenset({"java.lang.Object", "java.lang.Cloneable", "java.io.Serializable"})
NULL, LAMBDA = ("<null>",), ("<lambda>",)


def fits(world: Expressions, source: Source, site: Site, member: Member) -> bool:
    """Whether a method may take the arguments of a site: so many, and none that it surely can't take."""
    arguments = site.arguments
    if arguments is None or not takes(member.declaration, arguments.positional):
        return False
    home = world.source(member.owner.path)
    params = member.declaration.params or ()
    if home is None or not arguments.values:
        return True
    scope = member.declaration.body if member.declaration.body is not None else member.declaration.scope
    types = [world.typed(home, scope, param.annotation or ("<?>",)) for param in params]
    for number, chain in enumerate(arguments.values):
        wanted = types[min(number, len(types) - 1)]
        choices = [wanted]
        if params[min(number, len(types) - 1)].kind == "rest" and isinstance(wanted, Array):
            choices = [wanted.of, wanted] if arguments.positional == len(params) else [wanted.of]
        if not any(_passes(world, source, site, chain, choice) for choice in choices):
            return False
    return True


def _passes(world: Expressions, source: Source, site: Site, chain: Chain, wanted: Value) -> bool:
    if chain == NULL:
        return not isinstance(wanted, Primitive)
    if chain == LAMBDA:
        return _takes_lambda(world, wanted)
    return may_pass(world, world.evaluate(source, site.scope, chain, site.span), wanted)


def _takes_lambda(world: Expressions, wanted: Value) -> bool:
    if isinstance(wanted, Primitive | Array):
        return False
    if isinstance(wanted, Object):
        declaration = world.declaration(wanted.place)
        return declaration is None or declaration.kind == "interface"
    return not isinstance(wanted, Foreign) or wanted.name not in (*UNBOXED, "java.lang.String", "java.lang.Object")


def may_pass(world: Expressions, given: Value, wanted: Value) -> bool:
    """Whether a value of one type may be handed to a parameter of another."""
    if isinstance(wanted, Parameter) or (isinstance(wanted, Foreign) and wanted.name not in library.classes()):
        return not (isinstance(given, Primitive) and given.name == "void")
    if isinstance(given, Primitive):
        return _from_primitive(given, wanted)
    if isinstance(given, Foreign):
        return _from_library(given, wanted)
    if isinstance(given, Array):
        return _from_array(world, given, wanted)
    if isinstance(given, Object) and not given.loose:
        return _from_object(world, given, wanted)
    return True


def _from_primitive(given: Primitive, wanted: Value) -> bool:
    if isinstance(wanted, Primitive):
        return wanted.name in WIDER.get(given.name, ())
    if isinstance(wanted, Foreign):
        box = BOXED.get(given.name)
        return box is not None and library.is_a(f"java.lang.{box}", wanted.name) is not False
    return not isinstance(wanted, Object | Array)


def _from_library(given: Foreign, wanted: Value) -> bool:
    if given.name not in library.classes():
        return True
    if isinstance(wanted, Primitive):
        return given.name in UNBOXED and wanted.name in WIDER[UNBOXED[given.name]]
    if isinstance(wanted, Foreign):
        return library.is_a(given.name, wanted.name) is not False
    return not isinstance(wanted, Object | Array)


def _from_array(world: Expressions, given: Array, wanted: Value) -> bool:
    if isinstance(wanted, Array):
        if isinstance(given.of, Primitive) or isinstance(wanted.of, Primitive):
            return given.of == wanted.of or not isinstance(given.of, Primitive | Object | Foreign | Array)
        return may_pass(world, given.of, wanted.of)
    if isinstance(wanted, Foreign):
        return wanted.name in OF_ARRAYS
    return not isinstance(wanted, Object | Primitive)


def _from_object(world: Expressions, given: Object, wanted: Value) -> bool:
    if isinstance(wanted, Primitive | Array):
        return False
    lineage, foreign = world.lineage(given.place)
    if isinstance(wanted, Object):
        return wanted.place in lineage or any(name not in library.classes() for name in foreign)
    if isinstance(wanted, Foreign):
        return any(library.is_a(name, wanted.name) is not False for name in foreign)
    return True
