"""The path that stands above a block, in the forms that models write it."""

from __future__ import annotations

import re

from agents.edits.blocks.markers import fence

_LONGEST = 400
_LABEL = re.compile(r"\*{0,2}[^\W\d][^/\\.:`*]{0,30}:\*{0,2}\s+(?P<path>\S.*)$")
_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_LIST = re.compile(r"\A(?:[-*+]|\d{1,3}[.)])\s+(?=\S)")
_LEADER = re.compile(r"\A(?:(?:#{1,6}|//+|/\*+|<!--|--|;+|%+|>)\s+|(?:#|//)(?=[\w./]))")
_TRAILER = re.compile(r"\s*(?:\*/|-->|#+)$")
_WRAPS = ("**", "__", "``", "`", '"', "'", "*", "“”", "‘’", "<>", "[]", "()")
_NOTE = re.compile(r"\s+\((?:new|new file|modified|updated|edit|edited|created|새 파일|수정|신규)\)$", re.IGNORECASE)
_INFO_KEY = re.compile(r"""(?:title|file|filename|path|name)\s*=\s*(?:"([^"]+)"|'([^']+)'|(\S+))""")
_SUFFIX = re.compile(r"[^\s/\\]\.[A-Za-z0-9_+-]{1,12}$")
_CODE_SUFFIX = re.compile(
    r"[^\s/\\]\.(?:py|pyi|js|jsx|mjs|cjs|ts|tsx|go|rs|java|c|h|cc|cpp|hpp|cs|rb|php|kt|swift|scala|md|rst|txt|json|toml|"
    r"ya?ml|cfg|ini|html?|css|scss|sql|sh|xml|vue|svelte|csv|tsv|lock|gradle|ipynb|proto)$",
    re.IGNORECASE,
)
_DOT_NAME = re.compile(r"(?:^|[/\\])\.[A-Za-z][\w.-]*$")
_BARE_NAMES = frozenset({
    "authors", "brewfile", "build", "changelog", "cmakelists", "codeowners", "containerfile", "contributing", "copying",
    "dockerfile", "gemfile", "install", "jenkinsfile", "justfile", "kconfig", "licence", "license", "makefile",
    "manifest", "notice", "pipfile", "procfile", "rakefile", "readme", "todo", "vagrantfile", "version", "workspace",
})  # fmt: skip
_BARE_NAME = re.compile(
    r"(?!Profile)[A-Z][A-Za-z]+file|(?:LICEN[CS]E|COPYING|README|Dockerfile|Makefile)[-_]\w[\w-]*|CHANGES|NEWS|HISTORY|"
    r"CREDITS|THANKS|SECURITY|OWNERS|MAINTAINERS|CONTRIBUTORS|COPYRIGHT|PKGBUILD|SConstruct|SConscript|configure|"
    r"gradlew|mvnw"
)
_ONE_WORD = re.compile(r"[\w@+-]{2,60}")
_FILE_LABELS = frozenset({"file", "filename", "path", "filepath", "파일", "경로", "파일명"})
_SENTENCE_WORDS = frozenset({
    "a", "add", "also", "and", "at", "change", "changes", "create", "creating", "delete", "edit", "finally", "first",
    "fix", "for", "from", "here", "i", "in", "into", "is", "it", "let", "let's", "modify", "move", "next", "now", "of",
    "on", "open", "patch", "please", "remove", "rename", "replace", "see", "so", "that", "the", "then", "this", "to",
    "update", "updated", "updating", "use", "using", "we", "will", "with", "you",
})  # fmt: skip
_ANSWER_WORDS = frozenset({
    "after", "answer", "before", "block", "bash", "code", "css", "diff", "done", "explanation", "example", "file",
    "fixed", "go", "html", "java", "javascript", "json", "markdown", "okay", "ok", "output", "path", "patch", "php",
    "python", "result", "ruby", "rust", "search", "second", "shell", "solution", "sql", "step", "sure", "text", "third",
    "toml", "tsx", "typescript", "xml", "yaml",
})  # fmt: skip
_SENTENCE_ENDS = tuple(".,;!?。")
_QUOTED = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*")


def written_path(line: str) -> str | None:
    """The path that a line consists of, its decoration taken off; None where the line says something else."""
    if len(line) > _LONGEST:
        return None
    info = fence(line)
    if info is not None:
        return _path_of_info(info)
    return _alone(line) or _announced(line)


def lone_word(line: str) -> str | None:
    """A word that stands alone on its line, plain or as code: the path, where nothing else is one."""
    text = line.rstrip().removeprefix("`").removesuffix("`")
    return text if _ONE_WORD.fullmatch(text) and text.lower() not in _SENTENCE_WORDS | _ANSWER_WORDS else None


def mentions_other(line: str, path: str) -> bool:
    """Whether some word of the line is the name of a file other than `path`."""
    words = (word.strip("\"'():,;.[]") for word in line[:_LONGEST].replace("`", " ").replace("*", " ").split())
    names = (word for word in words if _CODE_SUFFIX.search(word) and "://" not in word)
    return any(not path.replace("\\", "/").endswith(name.replace("\\", "/")) for name in names)


def undecorated(text: str) -> str:
    """A path with quotes, backticks and bold taken off, as in `*** Delete File: ...`."""
    return _unwrapped(text.strip())


def _alone(line: str) -> str | None:
    text = line.strip()
    decorated = text
    text = _LIST.sub("", text, count=1)
    text = _TRAILER.sub("", _LEADER.sub("", text, count=1)).strip()
    text = _unwrapped(_without_note(text))
    if not _WINDOWS_DRIVE.match(text) and (label := _LABEL.match(text)):
        text = _unwrapped(_without_note(label["path"].strip()))
        if _ONE_WORD.fullmatch(text) and label[0].partition(":")[0].strip("* ").lower() in _FILE_LABELS:
            return text
    if not text or text.endswith(_SENTENCE_ENDS):
        return None
    if " " in text:
        quoted = any(mark in decorated for mark in "`\"'“‘") or decorated.startswith("**")
        return text if _suffixed(text) and (quoted or not _is_sentence(text)) else None
    return text if _looks_like_path(text) or _is_bare_name(text) else None


def _is_bare_name(text: str) -> bool:
    return text.lower() in _BARE_NAMES or _BARE_NAME.fullmatch(text) is not None


def _announced(line: str) -> str | None:
    """`Update `src/app.py`:` names one path and announces what follows."""
    text = line.strip()
    if not text.endswith((":", "：")):
        return None
    quoted = [first or second for first, second in _QUOTED.findall(text)]
    paths = [one.strip() for one in quoted if _looks_like_path(one.strip())]
    return paths[0] if len(paths) == 1 else None


def _path_of_info(info: str) -> str | None:
    """A fence's info string: `python src/app.py`, `python:src/app.py`, `src/app.py`, `py title="src/app.py"`."""
    if not info:
        return None
    if found := _INFO_KEY.search(info):
        return next(group for group in found.groups() if group)
    language, colon, path = info.partition(":")
    if colon and len(language) > 1 and language.isalnum() and path:
        return undecorated(path)
    if _looks_like_path(info) and " " not in info:
        return info
    _, _, rest = info.partition(" ")
    rest = undecorated(rest)
    return rest if rest and _looks_like_path(rest) else None


def _without_note(text: str) -> str:
    return _NOTE.sub("", text.rstrip()).rstrip(":：").rstrip()


def _unwrapped(text: str) -> str:
    """Every pair of wraps is taken off, with the colon that may stand inside or outside of it."""
    while True:
        inner = next((text[len(w[0:n]) : -n].strip() for w, n in _wraps() if _wrapped(text, w, n)), None)
        if inner is None:
            return text
        text = inner.rstrip(":：").rstrip()


def _wraps() -> list[tuple[str, int]]:
    return [(wrap, 1 if wrap[0] != wrap[-1] else len(wrap)) for wrap in _WRAPS]


def _wrapped(text: str, wrap: str, size: int) -> bool:
    start, end = (wrap[0], wrap[1]) if wrap[0] != wrap[-1] else (wrap, wrap)
    inside = text[size:-size]
    return bool(inside) and text.startswith(start) and text.endswith(end) and start not in inside


def _looks_like_path(text: str) -> bool:
    if not text or "://" in text or len(text) > _LONGEST or set(text) <= set("./\\-_=*"):
        return False
    if any(mark in text for mark in "<>|\"'`(){};,=") and not text.startswith(("(", "[")) and "/" not in text:
        return False
    return "/" in text.strip("/") or "\\" in text or text.startswith(("/", "~")) or _suffixed(text)


def _suffixed(text: str) -> bool:
    return bool(_SUFFIX.search(text) or _DOT_NAME.search(text))


def _is_sentence(text: str) -> bool:
    words = text.lower().split()
    return any(word in _SENTENCE_WORDS for word in words[:-1]) or len(words) > 6 or any("/" in w for w in words[1:-1])
