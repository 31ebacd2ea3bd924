"""Text that shows something else than it says: direction controls, invisible characters, look-alike letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from indexer import places
from indexer.checks.change import Change, finding
from indexer.checks.regions import inside
from indexer.types import Finding

_OVERRIDES = "\u202a-\u202e\u2066-\u2069"
_MARKS = "\u200e\u200f\u061c"
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\u180e\ufeff\u00ad"
_FILLERS = "\u115f\u1160\u3164\uffa0"
_TAGS = "\U000e0000-\U000e007f"
_SELECTORS = "\U000e0100-\U000e01ef"
_SUSPICIOUS = re.compile(f"[{_OVERRIDES}{_MARKS}{_ZERO_WIDTH}{_FILLERS}{_TAGS}{_SELECTORS}]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_FLAG = "\U0001f3f4"
_CODE_SUFFIX = re.compile(
    r"\.(?:json5?|ya?ml|toml|ini|cfg|sh|bash|zsh|ps1|bat|sql|gradle|tf|xml|css|scss|vue|svelte|html?|lua|swift|scala|pl"
    r"|dart|r|ex|exs|erl|hs|ml|proto|cmake)$|(?:^|/)(?:Makefile|Dockerfile|Jenkinsfile)[\w.]*$",
    re.IGNORECASE,
)
_MOST = 20

# Letters that look the same in most typefaces, each string beside its Latin double.
_CYRILLIC = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
        "\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0410\u0406\u0408\u0405",
        "aeopcyxijshdqwBEKMHOPCTXAIJS",
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "\u03bf\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
        "oABEZHIKMNOPTYX",
        strict=True,
    )
)
_LOOKALIKES = str.maketrans(_CYRILLIC | _GREEK)
_LOOKALIKE = re.compile(f"[{''.join((*_CYRILLIC, *_GREEK))}\uff21-\uff3a\uff41-\uff5a]")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_LATIN = re.compile(r"[A-Za-z]")


def hidden(change: Change) -> Iterator[Finding]:
    """One `text/bidi` for each added line with a direction control or an invisible character where neither belongs.

    Translations and the data of tests may hold direction controls, right-to-left lines their marks, emoji and Indic
    text their joiners, strings and comments their zero-width characters; nothing may hold tags outside a flag.
    """
    if places.is_translation(change.path) or places.is_generated(change.path):
        return
    known = frozenset(change.old_lines)
    shown = 0
    for number, line, offset in _suspects(change, _SUSPICIOUS):
        if line in known or shown >= _MOST:
            continue
        match = next((each for each in _SUSPICIOUS.finditer(line) if _is_hidden(change, line, each, offset)), None)
        if match is None:
            continue
        shown += 1
        names = ", ".join(dict.fromkeys(_name(character) for character in match[0]))
        bidi = re.search(f"[{_OVERRIDES}{_MARKS}]", match[0])
        title = "The order of this line is changed by" if bidi else "This line holds what can't be seen:"
        yield finding(
            change,
            "text/bidi",
            "medium",
            number,
            f"{title} {names}",
            "What a reader sees and what the machine reads are not the same. Remove the character, or write it as an "
            "escape where it is meant.",
            columns=(match.start() + 1, match.end() + 1),
        )


def homoglyphs(change: Change) -> Iterator[Finding]:
    """One `text/homoglyph` for each identifier that mixes Latin with letters of another script that look the same.

    Also an identifier all in such letters, when the file has its Latin double. Hangul and Han beside Latin are normal.
    """
    if change.language is None or places.is_translation(change.path):
        return
    known = frozenset(change.old_lines)
    reported: set[str] = set()
    doubles: frozenset[str] | None = None
    for number, line, offset in _suspects(change, _LOOKALIKE):
        if line in known:
            continue
        for match in _IDENTIFIER.finditer(line):
            word = match[0]
            if word in reported or len(reported) >= _MOST or not _LOOKALIKE.search(word):
                continue
            doubles = _latin_identifiers(change) if doubles is None else doubles
            if not _is_homoglyph(word, doubles, in_code=not inside(change.prose, offset + match.start())):
                continue
            reported.add(word)
            yield _homoglyph(change, number, match.start(), word)


def _homoglyph(change: Change, line: int, start: int, word: str) -> Finding:
    strange = [character for character in word if _LOOKALIKE.match(character)]
    names = ", ".join(dict.fromkeys(_name(character) for character in strange))
    return finding(
        change,
        "text/homoglyph",
        "medium",
        line,
        f"`{word}` is not spelled the way it looks: it holds {names}",
        f"It reads like `{_skeleton(word)}` but is a different name to the machine.",
        columns=(start + 1, start + 1 + len(word)),
    )


def _is_homoglyph(word: str, doubles: frozenset[str], *, in_code: bool) -> bool:
    skeleton = _skeleton(word)
    if not skeleton.isascii():
        return False
    return skeleton in doubles or (in_code and _LATIN.search(word) is not None)


def _skeleton(word: str) -> str:
    return unicodedata.normalize("NFKC", word).translate(_LOOKALIKES)


def _latin_identifiers(change: Change) -> frozenset[str]:
    """Names of the file of three letters and more: a shorter one has doubles by chance."""
    return frozenset(re.findall(r"(?<![\w])[A-Za-z_][A-Za-z0-9_]{2,}(?![\w])", change.after or ""))


def _suspects(change: Change, pattern: re.Pattern[str]) -> Iterator[tuple[int, str, int]]:
    """Added lines that match, with the offset of their first character in the text."""
    if not change.after or change.after.isascii() or not pattern.search(change.after):
        return
    added = frozenset(change.added)
    offset = 0
    for number, line in enumerate(change.after.split("\n"), 1):
        if number in added and pattern.search(line):
            yield number, line.removesuffix("\r"), offset
        offset += len(line) + 1


def _is_hidden(change: Change, line: str, match: re.Match[str], offset: int) -> bool:
    run = match[0]
    before = line[match.start() - 1] if match.start() else ""
    after = line[match.end()] if match.end() < len(line) else ""
    if re.search(f"[{_TAGS}]", run):
        return before != _FLAG
    if re.search(f"[{_SELECTORS}]", run):
        return len(run) > 1 or not before or before.isascii()
    data = _CODE_SUFFIX.search(change.path) is not None and not places.is_test(change.path)
    code = change.language is not None or data
    if not code or (offset + match.start() == 0 and run == "\ufeff"):
        return False
    if re.search(f"[{_OVERRIDES}]", run):
        return True
    if re.search(f"[{_MARKS}]", run):
        return _RIGHT_TO_LEFT.search(line) is None
    in_code = change.language is not None and not inside(change.prose, offset + match.start())
    return in_code and (_is_word(before) or _is_word(after) or run[0] in _FILLERS)


def _is_word(character: str) -> bool:
    return character == "_" or (character.isalnum() and unicodedata.category(character) != "Mn")


def _name(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X}{' ' + name if name else ''}"
