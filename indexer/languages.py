"""Which language a file is written in, and what is known of each: plain data, nothing is imported for it.

`depth` says how far a language is read: "full" languages have outlines with imports and, at review time, facts
(declarations with parameters, uses with arguments); "names" languages have their definitions, and at review time the
places that use a name; "definitions" languages have their definitions and the names in a file only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of one language."""

    name: str
    suffixes: tuple[str, ...]
    grammar: tuple[str, str]
    """The Python module that holds the grammar, and the function in it that hands it out."""
    queries: tuple[str, ...]
    """Names of the files in `indexer/queries` (without `.scm`) that together say what a definition is."""
    depth: Literal["full", "names", "definitions"] = "definitions"
    file_names: tuple[str, ...] = ()
    shebangs: tuple[str, ...] = ()
    """Interpreters, without version digits."""
    constructor: str | None = None
    """The name that makes a method the constructor of its class; `OWN_NAME` where it is called as the class is."""
    capitals: bool = False
    """Whether a variable in capitals is a constant."""
    letters: str = "_"
    """What an identifier may contain besides letters, digits and the letters of other scripts."""


OWN_NAME = "(the class's)"

_ALL = (
    Language(
        "python",
        (".py", ".pyi", ".pyw"),
        ("tree_sitter_python", "language"),
        ("python",),
        depth="full",
        file_names=("SConstruct", "SConscript", "wscript"),
        shebangs=("python", "pypy"),
        constructor="__init__",
        capitals=True,
    ),
    Language(
        "javascript",
        (".js", ".jsx", ".mjs", ".cjs"),
        ("tree_sitter_javascript", "language"),
        ("ecmascript", "javascript"),
        depth="full",
        file_names=("Jakefile",),
        shebangs=("node", "nodejs", "bun"),
        constructor="constructor",
        letters="_$",
    ),
    Language(
        "typescript",
        (".ts", ".mts", ".cts"),
        ("tree_sitter_typescript", "language_typescript"),
        ("ecmascript", "typescript"),
        depth="full",
        shebangs=("deno", "ts-node", "tsx"),
        constructor="constructor",
        letters="_$",
    ),
    Language(
        "tsx",
        (".tsx",),
        ("tree_sitter_typescript", "language_tsx"),
        ("ecmascript", "typescript"),
        depth="full",
        constructor="constructor",
        letters="_$",
    ),
    Language("go", (".go",), ("tree_sitter_go", "language"), ("go",), depth="full"),
    Language("rust", (".rs",), ("tree_sitter_rust", "language"), ("rust",), depth="full"),
    Language("java", (".java",), ("tree_sitter_java", "language"), ("java",), depth="full", letters="_$"),
    Language("c", (".c", ".h"), ("tree_sitter_c", "language"), ("c",), depth="names"),
    Language(
        "cpp",
        (".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".cu", ".cuh"),
        ("tree_sitter_cpp", "language"),
        ("cpp",),
        depth="names",
        constructor=OWN_NAME,
    ),
    Language("c_sharp", (".cs", ".csx"), ("tree_sitter_c_sharp", "language"), ("c_sharp",), depth="names"),
    Language(
        "ruby",
        (".rb", ".rake", ".gemspec", ".ru"),
        ("tree_sitter_ruby", "language"),
        ("ruby",),
        depth="names",
        file_names=("Rakefile", "Gemfile", "Guardfile", "Capfile", "Vagrantfile"),
        shebangs=("ruby", "jruby"),
        constructor="initialize",
    ),
    Language(
        "php",
        (".php", ".phtml", ".php3", ".php4", ".php5"),
        ("tree_sitter_php", "language_php"),
        ("php",),
        depth="names",
        shebangs=("php",),
        constructor="__construct",
        letters="_$",
    ),
    Language(
        "kotlin",
        (".kt", ".kts"),
        ("tree_sitter_kotlin", "language"),
        ("kotlin",),
        depth="names",
        shebangs=("kotlin",),
    ),
    Language("swift", (".swift",), ("tree_sitter_swift", "language"), ("swift",), shebangs=("swift",)),
    Language(
        "scala",
        (".scala", ".sc", ".sbt"),
        ("tree_sitter_scala", "language"),
        ("scala",),
        shebangs=("scala",),
        letters="_$",
    ),
    Language("lua", (".lua",), ("tree_sitter_lua", "language"), ("lua",), shebangs=("lua", "luajit")),
    Language(
        "bash",
        (".sh", ".bash", ".bats", ".ksh"),
        ("tree_sitter_bash", "language"),
        ("bash",),
        file_names=(".bashrc", ".bash_profile", ".profile", "PKGBUILD"),
        shebangs=("bash", "sh", "dash", "ksh"),
    ),
    Language("sql", (".sql",), ("tree_sitter_sql", "language"), ("sql",)),
)

LANGUAGES: Mapping[str, Language] = MappingProxyType({language.name: language for language in _ALL})

_BY_SUFFIX = {suffix: language.name for language in _ALL for suffix in language.suffixes}
_BY_FILE_NAME = {name: language.name for language in _ALL for name in language.file_names}
_BY_SHEBANG = {interpreter: language.name for language in _ALL for interpreter in language.shebangs}
_SHEBANG = re.compile(rb"#![ \t]*(?P<program>\S+)(?P<arguments>[^\n\r]*)")


def language_of(path: str, head: bytes = b"") -> str | None:
    """The language of a file by its suffix, else its name, else the `#!` line that `head` (its first bytes) opens with.

    None where none of them fits.
    """
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    if dot > 0:
        by_suffix = _BY_SUFFIX.get(name[dot:]) or _BY_SUFFIX.get(name[dot:].lower())
        if by_suffix is not None:
            return by_suffix
    return _BY_FILE_NAME.get(name) or _by_shebang(head)


def _by_shebang(head: bytes) -> str | None:
    match = _SHEBANG.match(head)
    if match is None:
        return None
    words = [match["program"], *match["arguments"].split()]
    if _interpreter(words[0]) == "env":
        words = [word for word in words[1:] if not word.startswith(b"-") and b"=" not in word]
    return _BY_SHEBANG.get(_interpreter(words[0])) if words else None


def _interpreter(program: bytes) -> str:
    return program.rpartition(b"/")[2].decode("ascii", "replace").rstrip("0123456789.")
