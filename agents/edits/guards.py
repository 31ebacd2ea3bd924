"""What must not be pasted even where it fits: text left out, and what leaks from a model's own notation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from agents.edits.text import bare
from agents.edits.types import Fit, Misfit, Reason, Snapshot

_PROSE = (".md", ".markdown", ".rst", ".txt", ".adoc", ".tex")
_STUBS = (".py", ".pyi")
_DOCUMENT_ENDS = (".yaml", ".yml")
_LONGEST = 300
_COMMENT = re.compile(
    r"\s*(?:#+|//+|/\*+|\*|<!--|\{/\*|--|;+|%+|\(\*|\"\"\"|'''|\[|\(|<|REM\b)\s*(?P<text>.*?)\s*"
    r"(?:\*/\}?|-->|\*\)|\"\"\"|'''|\]|\)|>|#+)?\s*$"
)
_TRAILING = re.compile(r"\S\s+(?:#|//|--|/\*)\s*(?P<text>(?:\.\.\.|…).*)$")
_DOTS = re.compile(r"(?:\.{3,}|…+)")
_SHORT = re.compile(
    r"(?:the |and |keep |all )*(?:rest|others?|remaining|existing|unchanged|same|etc|so on|more)\b(?:[\s,]+\w+){0,4}",
    re.IGNORECASE,
)
_SPREAD = re.compile(r"\.\.\.[A-Za-z_$([{][^\s:]*\s*(?:$|[,;:)\]}])")
_KEYWORD = re.compile(
    r"\b(?:rest|remain(?:s|ing|der)?|existing|unchanged|same|other|others|previous|before|above|original|omitted|keep|"
    r"kept|code|implementation|methods?|functions?|etc|and so on|continues?|snip|truncated|here)\b"
    r"|나머지|동일|생략|기존|이전|그대로|이하|변경 ?없|유지|위와|앞과|계속|중략|후략|코드",
    re.IGNORECASE,
)
_THING = (
    r"(?:code|file|functions?|methods?|class(?:es)?|implementations?|body|module|imports?|logic|content|contents|fields|"
    r"lines|tests?|cases|definitions?|parts?|props|routes|handlers|options|config(?:uration)?|block|section|script|stuff)"
)
_KEPT = r"(?:unchanged|as is|as-is|as before|untouched|unmodified|the same)"
_STAYS = rf"(?:(?:is|are|remains?|stays?|left|kept)\s+)?{_KEPT}"
_MAYBE_STAYS = rf"(?:\s*[,:(-]?\s*(?:{_STAYS}|(?:goes |stays )?here))?\W*"
_PHRASES = tuple(
    re.compile(one, re.IGNORECASE)
    for one in (
        rf"(?:keep |and )?(?:the |your )?(?:rest|remainder) of (?:the |your |this )?(?:\w+ ){{0,3}}?{_THING}?"
        rf"{_MAYBE_STAYS}",
        rf"(?:keep |and |all |the |your )*(?:existing|remaining) (?:\w+ ){{0,2}}?{_THING}{_MAYBE_STAYS}",
        rf"(?:all |the )*(?:other|previous|original) (?:\w+ ){{0,2}}?{_THING}\s*[,:(-]?\s*{_STAYS}\W*",
        rf"(?:the |this |all |everything |other |else |rest |{_THING} )*{_STAYS}\W*",
        rf"(?:the |all )?(?:unchanged|unmodified|untouched|same) (?:\w+ )?{_THING}(?: here| as before| as above)?\W*",
        r"(?:\w+ )?same as (?:before|above|original|previous(?:ly)?|the original)\W*",
        r"(?:\w+ ){0,2}(?:omitted|snip(?:ped)?|truncated|elided)(?: for (?:brevity|clarity))?\W*",
        r"(?:there are )?no (?:other )?changes?(?: needed| here| below)?\W*",
        r"(?:이하|나머지|기존|이전|위|앞|다른|그 외|그외|이 부분은)[\w\s,]*"
        r"(?:동일|생략|그대로|유지|같음|같다|같습니다|변경 ?없|변경되지|코드|부분|로직|구현|내용|메서드|함수)\w*\W*",
        r"(?:코드|내용|구현|본문|이하|중간)?\s*(?:생략|중략|후략|동일|상동)(?:함|됨|합니다|했습니다|하였습니다)?\W*",
        r"변경\s?(?:사항|내용)?\s?(?:없음|없습니다|없다)\W*",
    )
)
_CONTROL = re.compile(r"<[|｜][A-Za-z_/][^\s|｜<>]{0,60}[|｜]>")
_CALL_TAGS = re.compile(r"^\s*(?:</?tool_call>|<function=[^>\s]+>|<parameter=[^>\s]+>|</?invoke\b[^>]*>)")
_LONE_CLOSER = re.compile(r"^.*</(?P<name>parameter|function)>\s*$")
_MARKER = re.compile(r" {0,3}(?:<{5,9} ?SEARCH|>{5,9} ?REPLACE|-{5,9} SEARCH|\+{5,9} REPLACE)\s*$")
_FENCE = re.compile(r"\s{0,3}(?:`{3,}|~{3,})[\w+#.-]*\s*$")


def check(snapshot: Snapshot, fit: Fit) -> Misfit | None:
    """Why the edit must not be written although it fits; None where nothing speaks against it."""
    for one in (fit, *fit.others):
        new = list(_new_lines(snapshot, one))
        if found := _leak(snapshot.path, one, new) or _elision(snapshot.path, one, new):
            reason, detail = found
            return Misfit(fit.edit, reason, detail, ((one.start, one.end),) if one.end > one.start else (), 1.0)
    if not fit.others and fit.after == snapshot.lines[fit.start : fit.end] and fit.edit.kind == "replace":
        return Misfit(fit.edit, "ALREADY_APPLIED", "The block changes nothing; drop it.", ((fit.start, fit.end),), 1.0)
    return None


def _new_lines(snapshot: Snapshot, fit: Fit) -> Iterator[tuple[int, str]]:
    """The lines that the edit brings and the place did not have, with their numbers among those of `after`."""
    had = Counter(line.strip() for line in (*snapshot.lines[fit.start : fit.end], *fit.edit.search.split("\n")))
    for at, line in enumerate(fit.after):
        key = line.strip()
        if had[key] > 0:
            continue
        yield at, bare(line)


def _leak(path: str, fit: Fit, new: list[tuple[int, str]]) -> tuple[Reason, str] | None:
    had = "".join(_CONTROL.findall(fit.edit.search))
    for _, line in new:
        if any(token not in had for token in _CONTROL.findall(line)):
            return "MALFORMED", f"{_quote(line)} holds a control token of a model; write the text without it."
        if _CALL_TAGS.match(line[:_LONGEST]) and not _is_markup(path):
            return "MALFORMED", f"{_quote(line)} belongs to a tool call and not to the file."
        if _MARKER.match(line[:_LONGEST]):
            return "MALFORMED", f"{_quote(line)} is a marker of a block and not text of the file."
    if closer := _lone_closer(line for _, line in new):
        return "MALFORMED", f"{_quote(closer)} belongs to a tool call and not to the file."
    if _is_fenced(fit) and not path.lower().endswith(_PROSE):
        return "MALFORMED", "REPLACE is wrapped in a fence; write the lines of the file alone."
    return None


def _lone_closer(lines: Iterable[str]) -> str | None:
    """A line that closes a parameter or function which nothing before it opens."""
    opened: Counter[str] = Counter()
    for line in lines:
        for name in ("parameter", "function"):
            opened[name] += line.count(f"<{name}") - line.count(f"</{name}>")
        found = _LONE_CLOSER.match(line) if "</" in line else None
        if found and opened[found["name"]] < 0:
            return line
    return None


def _is_fenced(fit: Fit) -> bool:
    """Whether a fence that the file has not is wrapped around REPLACE."""
    lines = [line for line in fit.edit.replace.split("\n") if line.strip()]
    if _FENCE.match(fit.edit.search.lstrip("\n").split("\n")[0][:_LONGEST]):
        return False
    return len(lines) > 1 and bool(_FENCE.match(lines[0][:_LONGEST])) and bool(_FENCE.match(lines[-1][:_LONGEST]))


def _is_markup(path: str) -> bool:
    return path.lower().endswith((".xml", ".html", ".htm", ".xhtml", ".svg"))


def _elision(path: str, fit: Fit, new: list[tuple[int, str]]) -> tuple[Reason, str] | None:
    for at, line in new:
        if len(line) <= _LONGEST and _leaves_out(path, line) and not _is_stub(path, fit.after, at):
            return "ELISION", f"{_quote(line)} stands for text that is left out; write the full text."
    return None


def _leaves_out(path: str, line: str) -> bool:
    text = line.strip()
    prose = path.lower().endswith(_PROSE)
    dots = _DOTS.search(text) is not None
    if dots and not text.strip(".…"):
        return not prose and not (path.lower().endswith(_DOCUMENT_ENDS) and line == "...")
    if dots and text.startswith(("...", "…")) and _KEYWORD.search(text) and not _is_spread(text):
        return True
    if found := _COMMENT.match(line):
        return _says_so(found["text"], dots, prose)
    trailing = _TRAILING.search(line) if dots else None
    return bool(trailing and _KEYWORD.search(trailing["text"]))


def _says_so(text: str, dots: bool, prose: bool) -> bool:
    inner = text.strip(" .…·-=*_[](){}<>")
    if dots and not inner:
        return not prose
    if dots and _DOTS.match(text.lstrip(" -=*[({<")) and _KEYWORD.search(inner):
        return not _is_spread(text)
    if dots and _DOTS.search(text[-8:]) and _SHORT.fullmatch(inner):
        return True
    return not prose and any(phrase.fullmatch(inner) for phrase in _PHRASES)


def _is_spread(text: str) -> bool:
    """`...options,` spreads an object, and `...args: string[]` takes the rest of the arguments."""
    return bool(_SPREAD.match(text))


def _is_stub(path: str, after: tuple[str, ...], at: int) -> bool:
    """In Python three dots are a body, where a line above opens one or a comment or docstring stands between."""
    if not path.lower().endswith(_STUBS) or after[at].strip() != "...":
        return False
    above = next((line for line in reversed(after[:at]) if line.strip() and not line.lstrip().startswith("#")), ":")
    head = above.rstrip() if above.rstrip().endswith(":") else above.split("#")[0].rstrip()
    below = next((line for line in after[at + 1 :] if line.strip()), "")
    if head.endswith(":") and _indent(below) > _indent(above):
        return False  # a body goes on below, so the dots are not all of it
    below_docstring = head.endswith(('"""', "'''")) and 0 < _indent(after[at]) <= _indent(above)
    return head.endswith(":") or below_docstring


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _quote(line: str) -> str:
    text = line.strip()
    return f"`{text if len(text) <= 80 else text[:77] + '...'}`"
