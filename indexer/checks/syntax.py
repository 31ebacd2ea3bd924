"""Files that parsed before the change and no longer do."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from indexer import places
from indexer.checks.change import Change, finding, quoted
from indexer.types import Finding, Outline

# Grammars that give up on valid code now and then (macros, preprocessors, young syntax): there the brackets must agree.
_UNSURE = frozenset({"c", "cpp", "c_sharp", "php", "kotlin", "swift", "scala", "lua"})
# Many dialects and one grammar, or brackets that need not agree (`case x) …`): there a syntax error says nothing.
_UNJUDGED = frozenset({"bash", "sql"})
_BRACKETS = {")": "(", "]": "[", "}": "{"}
# None of these looks at a character once for every place before it: what is opened and never closed ends with its line
# or its text, an escape outside of strings is taken as one, and nothing is sought across a second opening.
_UNREADABLE = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|\\.|//[^\n]*|/\*.*?(?:\*/|\Z)|#[^\n]*", re.DOTALL)
_BRANCH = re.compile(r"[ \t]*#[ \t]*(if|el|endif)")
_PREPROCESSED = frozenset({"c", "cpp", "c_sharp"})
_TEMPLATE = re.compile(r"\{\{[^{\n]*?\}\}|\{%[^%\n]*%\}|<%[^%\n]*%>|\$\{\{|@@\w++@@|\w_PLACEHOLDER__")
_TEMPLATE_NAME = re.compile(
    r"(?:^|[/._-])(?:templates?|skeletons?|cookiecutter|scaffolds?)(?:$|[/._-])|\{\{|\.(?:in|tmpl|j2)$"
)
_PYTHON_2 = re.compile(
    r"^[ \t]*(?:print\s+[^\s=(.\[]|print\s*>>|exec\s+[\"'\w]|raise\s+\w+\s*,|except\s+[\w.]+\s*,\s*\w+\s*:)"
    r"|`\w|<>|\bur[\"']|\b0[0-7]+\b(?![.\d])|^[ \t]*from __future__ import print_function",
    re.MULTILINE,
)
# Valid syntax that the grammars are too old for: where a change writes some, a syntax error says nothing.
_YOUNG_TYPESCRIPT = re.compile(
    r"^\s*export\s+type\s+\*|^\s*import\s+(?:defer|source)\s|\baccessor\s+\w|^\s*(?:in|instanceof)\??\s*[:(]|[<,]\s*(?:in|out)\s+(?:out\s+)?[A-Z]\w*"
)
_YOUNG = {
    "typescript": _YOUNG_TYPESCRIPT,
    "tsx": _YOUNG_TYPESCRIPT,
    "javascript": re.compile(r"^\s*import\s+(?:defer|source)\s"),
    "python": re.compile(r"^\s*(?:(?:async\s+)?def|class|type)\s+\w+\[[^(=]*=[^(]*\]"),
}
_CPYTHON_LARGEST = 1 << 20
_CPYTHON_LONGEST_LINE = 20_000
_CPYTHON_DEEPEST = 90


def broken(change: Change) -> Iterator[Finding]:
    """At most one `syntax/broken`: the first place of the newer text that does not parse."""
    after = change.after_outline
    if after is None or not _is_judged(change):
        return
    new = change.before is None
    if new and (change.language != "python" or _PYTHON_2.search(change.after or "")):
        return
    if not new and (change.before_outline is None or change.before_outline.issue_count > 0):
        return
    line, message = _place(change, after)
    if not line or (change.language in _UNSURE and _balanced(_as_read(change))):
        return
    shown = quoted(change.lines[line - 1]) if line <= len(change.lines) else ""
    before = "The file is new" if new else "The file parsed before this change"
    title = "This new file does not parse" if new else "The file no longer parses"
    why = f"{before}; now there is a syntax error at line {line}: {shown or 'the end of the file'}"
    yield finding(change, "syntax/broken", "high", max(1, min(line, len(change.lines))), title, why + message)


def _is_judged(change: Change) -> bool:
    path = change.path
    if change.language in _UNJUDGED:
        return False
    if places.is_fixture(path) or places.is_generated(path) or _TEMPLATE_NAME.search(path):
        return False
    young = _YOUNG.get(change.language or "")
    if young is not None and any(young.search(change.lines[number - 1]) for number in change.added):
        return False
    return not (change.language == "python" and _TEMPLATE.search(_without_fstrings(change)))


def _without_fstrings(change: Change) -> str:
    """The added lines outside strings: `f"{{x}}"` is Python's own, `{{ x }}` on its own is a template's."""
    added = "\n".join(change.lines[number - 1] for number in change.added)
    return _UNREADABLE.sub("", added)


def _place(change: Change, after: Outline) -> tuple[int, str]:
    """The line to show, 0 for none, and what Python says about it.

    For Python the interpreter's own parser must agree: it knows syntax that the grammar does not, and shows the place
    better. Wrong indents only it sees; its other complaints alone may be about syntax that is younger than itself.
    For others the first issue on an added line is the likeliest cause of those that follow from it.
    """
    if change.language == "python":
        verdict = _python_error(change.after or "")
        if verdict == "parses" or (after.issue_count == 0 and not _is_new_indent_error(verdict, change)):
            return 0, ""
        if isinstance(verdict, SyntaxError) and verdict.lineno:
            return verdict.lineno, f" ({verdict.msg})"
    if after.issue_count == 0:
        return 0, ""
    added = frozenset(change.added)
    on_added = (issue.line for issue in after.issues if issue.line in added)
    return next(on_added, after.issues[0].line if after.issues else 1), ""


def _is_new_indent_error(verdict: SyntaxError | str, change: Change) -> bool:
    return isinstance(verdict, IndentationError) and _python_error(change.before or "") == "parses"


def _python_error(text: str) -> SyntaxError | str:
    """`parses`, the error, or `unknown` for text that is not worth the risk of the interpreter's own parser."""
    if len(text) > _CPYTHON_LARGEST or _depth(text) > _CPYTHON_DEEPEST:
        return "unknown"
    if max(map(len, text.split("\n"))) > _CPYTHON_LONGEST_LINE:
        return "unknown"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text.removeprefix("\ufeff"))
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return "unknown"
    return "parses"


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in re.findall(r"[][(){}]", text):
        depth += 1 if character in "([{" else -1
        deepest = max(deepest, depth)
    return deepest


def _as_read(change: Change) -> str:
    """The text; where there is a preprocessor the first branches of it, since two may open the same bracket."""
    if change.language not in _PREPROCESSED:
        return change.after or ""
    kept: list[str] = []
    open_branches: list[bool] = []
    others = 0
    for line in change.lines:
        branch = _BRANCH.match(line)
        if branch is None:
            if not others:
                kept.append(line)
        elif branch[1] == "if":
            open_branches.append(False)
        elif branch[1] == "endif":
            others -= bool(open_branches and open_branches.pop())
        elif open_branches and not open_branches[-1]:
            open_branches[-1] = True
            others += 1
    return "\n".join(kept)


def _balanced(text: str) -> bool:
    open_brackets: list[str] = []
    for character in re.findall(r"[][(){}]", _UNREADABLE.sub("", text)):
        if character in "([{":
            open_brackets.append(character)
        elif not open_brackets or open_brackets.pop() != _BRACKETS[character]:
            return False
    return not open_brackets
