"""The nouns of `indexer`: what is in a repository, and what is said about it.

Everything here is frozen and without behaviour; the verbs live in the modules above.

Conventions
  path     `str`, relative to the work tree's root, `/` between parts; bytes that are not UTF-8 are kept as
           surrogate escapes (`os.fsdecode`), so `os.fsencode(path)` gives git's own bytes back
  lines    1-based and inclusive
  columns  inside `Span`: 0-based byte columns, the end exclusive (tree-sitter's own);
           inside `Finding`: 1-based characters, the end exclusive
  oid      lower-case hexadecimal git object id, 40 or 64 digits
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# ---------------------------------------------------------------- repository


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a tree: what git or the disk says is there."""

    oid: str
    mode: Literal["100644", "100755", "120000", "160000"]
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """A state of the repository: a commit, the index (staged) or the work tree."""

    kind: Literal["commit", "staged", "worktree"]
    oid: str | None
    """The commit's id; None for the index and the work tree."""
    entries: Mapping[str, Entry]
    on_disk: frozenset[str] = frozenset()
    """Paths whose text must be read from the disk: git has no object for it (modified or untracked)."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """A changed run of lines, without context; a count of 0 means a pure insertion or deletion."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What happened to one file between two trees."""

    status: Literal["added", "deleted", "modified", "renamed", "mode", "type"]
    old_path: str | None
    new_path: str | None
    old: Entry | None
    new: Entry | None
    binary: bool = False
    hunks: tuple[Hunk, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not looked at, and why; `count` is how many."""

    what: str
    why: str
    count: int = 1


# ---------------------------------------------------------------- outline (kept in the store)

Kind = Literal[
    "module", "class", "interface", "enum", "struct", "trait", "type", "namespace",
    "function", "method", "constructor", "property", "constant", "variable", "field", "macro",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition as the index keeps it."""

    name: str
    qualified: str
    """Dotted name inside the file: `Class.method`."""
    kind: Kind
    parent: str | None
    """Qualified name of the definition this one is in."""
    lines: tuple[int, int]
    signature: str
    """One line of source, blanks collapsed, without the body: `def f(x, *, y=1) -> int`."""


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name as written: `from a.b import c as d` is module `a.b`, name `c`, alias `d`."""

    module: str
    name: str | None
    alias: str | None
    line: int


@dataclass(frozen=True, slots=True)
class SyntaxIssue:
    """A place where the text does not parse (1-based line, 0-based byte column)."""

    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What the index keeps of one blob."""

    language: str
    lines: int
    definitions: tuple[Definition, ...]
    imports: tuple[Import, ...]
    identifiers: tuple[str, ...]
    """Every distinct identifier of the text, sorted (also inside strings and comments)."""
    issues: tuple[SyntaxIssue, ...]
    issue_count: int
    """How many places do not parse; `issues` holds the first few."""


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A source that gave no outline, with the reason as a sentence."""

    why: str
    passing: bool = False
    """Whether the reason lies outside of the source, such as a system that is short of memory."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A definition with the file it stands in."""

    name: str
    qualified: str
    kind: Kind
    path: str
    lines: tuple[int, int]
    signature: str
    parent: str | None


Confidence = Literal["resolved", "unique", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that uses a name."""

    path: str
    line: int
    kind: Literal["call", "import", "read"]
    confidence: Confidence


# ---------------------------------------------------------------- facts (extracted at review time, never stored)

Chain = tuple[str, ...]
"""An expression as a path: the root name, then steps.

Steps: `.name` (attribute), `()` (call), `new` (constructed), `[]` (subscript), `await`.
`a.b(x).c` is `("a", ".b", "()", ".c")`; `new C().m` is `("C", "new", ".m")`; `(await f()).x` is
`("f", "()", "await", ".x")`; `super().m` (Python) is `("super", "()", ".m")`, `super.m` (JavaScript) `("super", ".m")`.
Anything that is no such path starts with a root in angle brackets: `("<str>", ".join")`, `("<list>",)`, `("<?>",)`.
Type annotations are chains too: `Optional[C]`, `C | None`, `"C"` and `C` are all `("C",)`; a type that can't be
written as names is `("<?>",)`.

A container, a union and a list that is written out say what is in them between `<` and `>`, each part a chain, with
`,` between them: `list[C]` is `("list", "<", "C", ">")`, `dict[A, m.C]` is `("dict", "<", "A", ",", "m", ".C", ">")`,
`A | B` is `("<|>", "<", "A", ",", "B", ">")`, `C[]` and `[new C()]` (JavaScript) are `("<list>", "<", "C", ">")` and
`("<list>", "<", "C", "new", ">")`. Further steps: `[0]`, `[1]`, … (the part of a value that is taken apart there:
`a, b = x`), `(sorted)` and its like (handed to a function of the language that gives the value, its items or one of
them: `sorted(xs)` is `("xs", "(sorted)")`).

Go: pointers are not written. `[]T`, `map[K]V` and `chan T` are `("[]", "<", "T", ">")`,
`("map", "<", "K", ",", "V", ">")` and `("chan", "<", "T", ">")`; a function's type says first what it takes,
then what it gives: `func(A, ...B) C` is `("func", "<", "<()>", "<", "A", ",", "...", "<", "B", ">", ">", ",", "C",
">")`; several results are `("<()>", "<", …, ">")`. A type with the step `new` is a value
of it: `T{}`, `new(T)`, `x.(T)` are `("T", "new")`. A struct or interface without a name is a declaration with one in
angle brackets. Further steps: `each`, `key` (what `range` gives), `{}` (an element of a literal), `<-` (received),
`(0)`, `(1)`, … (a parameter). With the name `<conversions>` among those asked for, there is a site of role `reference`
for every value that is given to something of a declared type, which `consumer` names.

Rust has further steps: `::name` (of a path), `{}` (a struct written out, or taken apart), `?`, `each` (of a loop),
`(Some#0)` (what a pattern of that variant takes out), `(|map|0)` (what a method hands to its closure).

Java writes the number of arguments into a call, because methods of one name are told apart by it: `a.b(x).c` is
`("a", ".b", "(1)", ".c")`. A cast is `("<cast>", "<", "C", ">")`, an array type `("<array>", "<", "C", ">")`, a sum of
numbers or texts `("<sum>", "<", a, ",", b, ">")`; `Outer.this` has the step `.this`, `I.super` the step `.super`.
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a piece of text stands: 1-based lines, 0-based byte columns, the last column exclusive."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter. `rest` is `*args` or `...args`, `keywords` is `**kwargs`."""

    name: str
    kind: Literal["positional_only", "positional", "keyword_only", "rest", "keywords"]
    required: bool
    annotation: Chain | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """A definition with all that a caller may rely on."""

    name: str
    qualified: str
    kind: Kind
    parent: str | None
    scope: int
    """The scope the name is bound in (an index into `Facts.scopes`)."""
    body: int | None
    """The scope that the definition opens, if it opens one."""
    span: Span
    name_span: Span
    signature: str
    params: tuple[Param, ...] | None = None
    """None where it is not callable. The receiver (`self`, `cls`) is the first one where the language writes it."""
    flags: frozenset[str] = frozenset()
    """Any of: async generator static classmethod property setter abstract overload conditional opaque exported default
    private optional accessor reads_arguments returns_self dynamic test empty frozen_fields
    writes_attributes alias embedded pointer. Java also: public protected final sealed native
    record annotation anonymous component member.

    `conditional`: defined in a branch, try or loop. `opaque`: a decorator or wrapper may change what callers see.
    `overload`: a declaration without a body that shares its name with others. `dynamic`: a class whose attributes
    can't be known (`__getattr__`, metaclass, index signature, mixed-in at run time). `writes_attributes`:
    a class that gives itself attributes under computed names. `reads_arguments`: a JavaScript
    function that reads `arguments`. `empty`: a body without a statement of its own. `constructed`: a class whose
    constructor is generated from its fields (a dataclass, a NamedTuple), the fields being its constructor's params.
    Go: `alias`: another name for a type; `embedded`: a field named by its type; `pointer`: a method of the pointer.
    """
    decorators: tuple[str, ...] = ()
    bases: tuple[Chain, ...] = ()
    implements: tuple[Chain, ...] = ()
    annotation: Chain | None = None
    """The declared type of a variable or field, or the declared result of a callable."""
    values: tuple[Chain, ...] = ()
    """What a variable or field is assigned; of a callable, what it returns (only when its name was asked for)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A region of names. `owner` is the qualified name of the definition that opens it."""

    parent: int | None
    kind: Literal["module", "class", "function", "block"]
    owner: str | None


@dataclass(frozen=True, slots=True)
class Binding:
    """How a name that is not a declaration came into a scope.

    import:  `module` as written (Python: with its leading dots); `imported` is the name taken from it, `*` for the
             module itself (`import a.b as c`, `import * as ns`, `require()`), `default` for a default import.
             A star import (`from m import *`) has the name `*` and imported `*`. `import a.b` binds `a` to module `a`.
    value:   assigned; `value` is the chain of the right-hand side (`("<?>",)` if none), `annotation` the declared type.
             `with C() as x` and `for x in …` bind with the steps `with` and `each` appended to the chain.
    param:   a parameter, with its annotation; `value` is its default's chain or None.
    narrowed: `isinstance(x, C)` or `x instanceof C` in that scope; `annotation` is C.
    outer:   `global`, `nonlocal`: the name belongs to an outer scope.
    deleted: `del x`.
    type:    a type parameter; `annotation` is its bound.
    """

    name: str
    scope: int
    kind: Literal["import", "value", "param", "narrowed", "outer", "deleted", "type"]
    line: int
    module: str | None = None
    imported: str | None = None
    value: Chain | None = None
    annotation: Chain | None = None
    guarded: bool = False
    """Inside `try` with a handler for a missing import, or under `if TYPE_CHECKING` or a platform test."""
    span: Span | None = None
    """Of an import: the imported name where it stands in the import statement. Of a Go value: the whole statement,
    behind which the name is in force."""
    block: tuple[int, int] | None = None
    """Lines of the block that a value is bound in, where that is not the whole scope: behind it other values remain."""
    static: bool = False
    """Of an import: it takes members of a class (Java's `import static`)."""


@dataclass(frozen=True, slots=True)
class Export:
    """A name that a module hands out.

    Python: one per entry of `__all__` (`local` the same name). JavaScript: `export`, `export … from`, CommonJS; the
    name of a star re-export is `*`, that of `export default` and of `module.exports = x` is `default`.
    """

    name: str
    local: str | None
    module: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Arguments:
    """The shape of a call's arguments."""

    positional: int
    keywords: tuple[str, ...] = ()
    rest: bool = False
    """`*xs` or `...xs` is among them."""
    keywords_rest: bool = False
    """`**kw` is among them."""
    spread: Chain = ()
    """Go: the only argument where that is a call, whose results, however many, are the arguments."""
    values: tuple[Chain, ...] = ()
    """What each positional argument is; Java only."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place that uses a name that was asked for.

    The chain ends with the used name itself (a call's own `()` is not part of it): for `a.f(x)` it is `("a", ".f")`.
    """

    chain: Chain
    role: Literal["call", "new", "read", "write", "delete", "decorator", "base", "type", "reference", "import"]
    """`reference`: the bare name is handed on (an argument, a value) and so may be called elsewhere.
    `decorator`: `@f` without a call; `@f(x)` is a call with usage `decorator`. `import`: a name of a Rust `use`."""
    scope: int
    span: Span
    """Of the used name (its last step)."""
    whole: Span
    """Of the whole call or expression."""
    within: str | None
    """Qualified name of the innermost definition the site is in."""
    arguments: Arguments | None = None
    usage: Literal[
        "await",
        "statement",
        "argument",
        "return",
        "iterate",
        "with",
        "assigned",
        "member",
        "yield",
        "decorator",
        "case",
        "other",
    ] = "other"
    """What is done with the call's result. `argument`: passed to another call, whose callee is `consumer`;
    `member`: an attribute, item or call of it is used; `iterate`: `for`, `yield from`, spread, comprehension;
    `case`: a name that is compared with `consumer` in a `switch`."""
    consumer: Chain = ()
    text: str = ""
    """The whole expression's source, blanks collapsed (at most 400 characters)."""
    guarded: bool = False
    """Under `hasattr`, a `getattr` default, a `try` that catches AttributeError and its like, `?.()` or `typeof`."""


@dataclass(frozen=True, slots=True)
class Impl:
    """A Rust `impl` block: what it holds belongs to `type`; `trait` is None where it holds the type's own members."""

    type: Chain
    trait: Chain | None
    scope: int
    """The scope it stands in."""
    body: int
    """The scope that it opens: that of its members and type parameters."""
    line: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that `impact` needs of one file, for the names that were asked for.

    Declarations, imports and exports are complete. Bindings are complete for the module scope, class scopes and every
    function scope that encloses a site (and for constructors, whose `self.a = …` become Declarations of kind `field`).
    """

    language: str
    scopes: tuple[Scope, ...]
    declarations: tuple[Declaration, ...]
    bindings: tuple[Binding, ...]
    exports: tuple[Export, ...]
    sites: tuple[Site, ...]
    issue_count: int
    flags: frozenset[str] = frozenset()
    """`module_getattr` (a module-level `__getattr__`), `dynamic_exports` (`__all__` or `module.exports` is computed),
    `commonjs` (the module hands out through `exports` or `module.exports`)."""
    package: str = ""
    """The package that the file says it belongs to; Go and Java only."""
    impls: tuple[Impl, ...] = ()


# ---------------------------------------------------------------- findings

Severity = Literal["info", "low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a finding: the definition before or after, another caller."""

    path: str
    lines: tuple[int, int]
    role: Literal["definition", "caller", "before"]
    """`before`: the definition as it stood at base; `lines` are then lines of the base."""
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the change that a reader should look at.

    `evidence` is the text of `lines` at `side`, exactly as it stands there. `symbol` is the enclosing definition,
    which the fingerprint is made of, so that a finding keeps its identity when lines above it change.
    """

    rule: str
    severity: Severity
    confidence: Confidence
    source: Literal["impact", "check", "model"]
    path: str
    lines: tuple[int, int]
    columns: tuple[int, int]
    side: Literal["head", "base"]
    title: str
    why: str
    evidence: str
    symbol: str = ""
    related: tuple[Related, ...] = ()
    suggestion: str | None = None
    fingerprint: str = field(default="")
