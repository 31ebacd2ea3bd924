"""Secrets in text: tokens with a known shape, private keys, passwords in URLs and in assignments.

The shapes come from the detect-secrets library (its regular expressions only: nothing here opens a connection) and from
rules of our own for what it lacks. What makes the answers usable is the other half: placeholders, words, checksums,
references to an environment and the like are told from secrets in one place, `_is_dummy`.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import importlib
import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from indexer import places

# (module of the library, class, our kind, whether group 1 is the secret)
_LIBRARY = (
    ("aws", "AWSKeyDetector", "aws-key", True),
    ("azure_storage_key", "AzureStorageKeyDetector", "azure-key", False),
    ("discord", "DiscordBotTokenDetector", "discord-token", False),
    ("github_token", "GitHubTokenDetector", "github-token", False),
    ("gitlab_token", "GitLabTokenDetector", "gitlab-token", False),
    ("mailchimp", "MailchimpDetector", "mailchimp-key", False),
    ("openai", "OpenAIDetector", "openai-key", False),
    ("pypi_token", "PypiTokenDetector", "pypi-token", False),
    ("sendgrid", "SendGridDetector", "sendgrid-key", False),
    ("slack", "SlackDetector", "slack-token", False),
    ("square_oauth", "SquareOAuthDetector", "square-secret", False),
    ("stripe", "StripeDetector", "stripe-key", False),
    ("telegram_token", "TelegramBotTokenDetector", "telegram-token", False),
    ("cloudant", "CloudantDetector", "cloudant-key", True),
    ("softlayer", "SoftlayerDetector", "softlayer-key", True),
)

_OWN = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("github-token", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
        ("google-key", r"AIza[0-9A-Za-z_-]{35}"),
        ("google-secret", r"GOCSPX-[A-Za-z0-9_-]{28}"),
        ("anthropic-key", r"sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{80,}"),
        ("openai-key", r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,}"),
        ("huggingface-token", r"hf_[A-Za-z0-9]{34}"),
        ("npm-token", r"npm_[A-Za-z0-9]{36}"),
        ("slack-token", r"xox[abeoprs]-[A-Za-z0-9-]{20,}|xapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{40,}"),
        ("stripe-key", r"(?:[rs]k_live_|whsec_)[0-9a-zA-Z]{24,}"),
        ("twilio-key", r"SK[0-9a-f]{32}"),
        ("digitalocean-token", r"do[opr]_v1_[a-f0-9]{64}"),
        ("shopify-token", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
        ("databricks-token", r"dapi[a-f0-9]{32}"),
        ("docker-token", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}"),
        ("vault-token", r"hv[sb]\.[A-Za-z0-9_-]{24,}"),
        ("age-key", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
        ("linear-key", r"lin_api_[A-Za-z0-9]{40}"),
        ("notion-token", r"ntn_[A-Za-z0-9]{40,}"),
        ("azure-secret", r"[A-Za-z0-9_~.]{3}8Q~[A-Za-z0-9_~.-]{34}"),
        ("azure-key", r"SharedAccessKey=[A-Za-z0-9+/]{43}="),
        ("artifactory-key", r"AKC[a-zA-Z0-9]{60,}"),
    )
)

_JWT_START = "eyJ"
_JWT_HEAD = re.compile(r"(?<![A-Za-z0-9_=-])[A-Za-z0-9_=-]++(?=\.)")
"""Each run of such characters once: a search that began at every `eyJ` would go through long ones again and again."""
_JWT_REST = re.compile(r"\.[A-Za-z0-9_=-]+(?:\.[A-Za-z0-9_+/=-]+){0,3}")

_KEY_HEADER = re.compile(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_KEY_FOOTER = re.compile(r"-----END(?: [A-Z0-9]+){0,5}-----")
_KEY_TEXT = re.compile(r"[\s\\\"'+,|>#*A-Za-z0-9/=:.-]*")
_PUTTY_HEADER = re.compile(r"PuTTY-User-Key-File-[23]: ")
_PUTTY_BODY = re.compile(r"Private-Lines: \d+\s+[A-Za-z0-9+/=]{40,}(?:\r?\n[A-Za-z0-9+/=]{20,})*")
_LONGEST_KEY = 20_000
_KEY_BODY = re.compile(r"[A-Za-z0-9+/=]{40,}")

_URL_PASSWORD = re.compile(
    r"(?<![\w])[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s:/@\"'`<>{}\[\]()]{0,100}:"
    r"(?P<value>[^\s@/\"'`<>]{3,200})@(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\])"
)
_HEADER = re.compile(
    r"\bauthorization[\"']?\s*[:=,]\s*[\"'`]?(?:bearer|basic|token)\s+(?P<value>[A-Za-z0-9._~+/=-]{20,})", re.IGNORECASE
)

_REVEALING = (
    r"(?:pass(?:word|wd|phrase|code)|(?<![a-z])pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key"
    r"|encryption[_-]?key|signing[_-]?key|master[_-]?key|account[_-]?key|credential|비밀번호|암호)"
)
_QUOTED = re.compile(
    rf"(?<![\w-])(?P<name>[\w.-]{{0,60}}{_REVEALING}[\w-]{{0,60}})[\"']?\]?\s*"
    r"(?::\s*[\w.\[\]| ]{1,40}?\s*)?(?:=>|:=|=|:)\s*[brfuBRFU@]?"
    r"(?P<quote>[\"'`])(?P<value>[^\"'`\s]{6,200})(?P=quote)(?!\s*[+%.\[(])",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"^\s*(?:export\s+|-\s+|ENV\s+|ARG\s+)?(?P<name>[\w.-]{{0,60}}{_REVEALING}[\w.-]{{0,60}})\s*[:=]\s*"
    r"(?P<value>[^\s\"'`#;,]{6,200})\s*(?:[#;].*)?$",
    re.IGNORECASE,
)
# What is looked for beside, and without asking in which file, in text that leaves: there a wrong guess costs little.
_LOOSE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:--|[?&;])(?P<name>[\w-]{{0,60}}{_REVEALING}[\w-]{{0,60}})[= ](?P<value>[^\s\"'`&;,]{{6,200}})",
        rf"(?<![\w-])(?P<name>[\w-]{{0,60}}{_REVEALING}[\w-]{{0,60}})\\[\"']\s*:\s*\\[\"'](?P<value>[^\s\"'\\]{{6,200}})",
        rf"<(?P<name>[\w.-]{{0,60}}{_REVEALING}[\w.-]{{0,60}})>(?P<value>[^\s<]{{6,200}})<",
    )
)
_PLAIN_NAME = re.compile(r"[a-z_]+\d*|[A-Z_]+\d*")
"""A value that is more likely another variable."""
_BARE_FILE = re.compile(
    r"(?:^|/)(?:\.env[\w.-]*|[\w.-]*\.env|Dockerfile[\w.-]*|\.npmrc|\.pypirc|\.netrc|credentials)$"
    r"|\.(?:ini|cfg|conf|properties|ya?ml|toml|tfvars|sh|bash|zsh|envrc)$"
)
_NAME_OF_SOMETHING_ELSE = re.compile(
    r"(?:ur[il]s?|names?|types?|fields?|ids?|paths?|files?|prefix|suffix|headers?|label|hint|regexp?|pattern|length|len"
    r"|count|expir\w*|hash|digest|endpoint|class|kind|index|params?|placeholder|selector|text|message|msg|error|errors"
    r"|title|description|desc|format|algorithm|alg|env|var|variable|ttl|timeout|limit|usage|budget|size|version|ref"
    r"|manager|store|provider|service|source|location|scope|scopes|audience|issuer|policy|rule|rules|icon|route|page"
    r"|input|form|button|view|attr|attribute|property|key_id|keyid|arn|role|group|separator|sep|delimiter|char|chars)$",
    re.IGNORECASE,
)
_CHECKSUM_NAME = re.compile(r"hash|digest|checksum|sha\d*|md5|integrity|etag|fingerprint|public", re.IGNORECASE)
_PASSWORD_NAME = re.compile(r"pass(?:word|wd|phrase|code)|pwd|비밀번호|암호", re.IGNORECASE)

_REFERENCE = re.compile(
    r"^(?:[$%@!&*/~.<({\[]|ENC[\[(]|env[.:]|vault:|secret[s]?[./]|process\.|os\.|ref\+|arn:|https?:|file:|projects/)"
    r"|\$\{|\{\{|%\(|#\{|<%|\$\(|\{[\w.]*\}|%s|\.\.\.|…|\*\*\*|[?]{3}"
)
_CODE = re.compile(r"^[A-Za-z_][\w.]*[(\[]|[()]|=>|::|->|\\[uUxX]|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^[\w.]+\.[a-z][\w]*$")
_FILLER = re.compile(
    r"x{4,}|\*{3,}|0{6,}|1{6,}|a{6,}|example|sample|dummy|placeholder|your[_-]|redacted|removed|changeme", re.IGNORECASE
)
_RUNS = ("0123456789", "1234567890", "abcdefghijklmnopqrstuvwxyz", "9876543210", "qwertyuiop")
_WORDS = re.compile(r"[a-z]+|[A-Z][a-z]*|[0-9]+")
_DUMMY_WORDS = frozenset(
    """
    password passwd pass pwd passphrase passcode secret secrets token tokens key keys api my your our the a an is
    this it test testing tests tester example sample demo dummy fake mock stub foo bar baz qux quux spam eggs change
    me changeme default admin administrator user username usr root guest public private anonymous abc abcd xyz xxx
    placeholder insert here todo none null nil undefined true false value string some super very long random not
    real bad good wrong right correct incorrect old new valid invalid client server access auth bearer basic session
    refresh id hidden hello world letmein qwerty asdf open sesame hunter correcthorsebatterystaple horse battery
    staple secure insecure weak strong data db database postgres postgresql mysql redis mongo mongodb rabbitmq local
    localhost dev development staging prod production app service host to be replaced replace with in for of and or
    do use used only never jwt hmac sha rsa oauth csrf xsrf cookie signature signing encryption encrypted master
    account shared storage one two three first second third unit integration mysecret mypassword mytoken mykey
    topsecret supersecret
    """.split()  # noqa: SIM905
)
_LOCAL_HOST = re.compile(
    r"^(?:localhost|127\.|0\.0\.0\.0|::1|\[|host(?:name)?$|example|db$|proxy|server$|user|\w+\.example|[\w.-]*example\.|"
    r"[\w.-]*\.(?:test|invalid|local|localhost|example)$|10\.|192\.168\.|1\.2\.3\.4)",
    re.IGNORECASE,
)
_HEX = re.compile(r"^[0-9a-fA-F-]+$")
_UUID = re.compile(r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_RESIDENT = re.compile(r"(?<![\d-])(?P<birth>\d{6})-(?P<rest>[1-8]\d{6})(?![\d-])")
_RESIDENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)

# Keys that are meant to be seen: a search-only key, and what a web site's own settings hand to every browser.
_PUBLISHED = re.compile(r"search[ _-]?only|publishable|public (?:api )?key", re.IGNORECASE)
_SITE = re.compile(r"(?:^|/)(?:docusaurus\.config\.\w+$|\.vitepress/|mkdocs\.yml$)")

# A line that matches none of this can't match a rule; most lines of code stop here.
_CUE = re.compile(
    r"(?<![A-Za-z0-9_+/=~-])(?=[A-Za-z_+/=~-]*\d)[A-Za-z0-9_+/=~-]{20,}|AKIA|hf_|://|authorization"
    rf"|{_REVEALING}|\d{{6}}-\d{{7}}",
    re.IGNORECASE,
)
_LONGEST_LINE = 20_000
_OVERLAP = 1_000
"""Characters that two pieces of a longer line share: longer than any secret on one line."""
_SHOWN = 4
_EDGE = re.compile(r"[A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret in a text.

    `columns` are 1-based characters of `line`, `offsets` 0-based characters of the text, the ends exclusive.
    """

    kind: str
    line: int
    columns: tuple[int, int]
    offsets: tuple[int, int]


def find_secrets(text: str, path: str = "", lines: Collection[int] | None = None) -> list[Secret]:
    """The secrets of a text in reading order, one for each place, never overlapping.

    `path` tells what the text is: in lock files nothing is looked for, in tests and documents only tokens that have a
    shape of their own. `lines` limits the search to those lines. A private key stands at its BEGIN line.
    """
    if places.is_lock(path) or (places.is_generated(path) and not path.endswith(".ipynb")):
        return []
    pretend = places.is_test(path) or places.is_fixture(path) or places.is_document(path) or places.is_example(path)
    wanted = frozenset(lines) if lines is not None else None
    found: list[Secret] = []
    offset = 0
    for number, line in enumerate(text.split("\n"), 1):
        if (wanted is None or number in wanted) and len(line) <= _LONGEST_LINE and _CUE.search(line):
            found.extend(
                Secret(kind, number, (start + 1, end + 1), (offset + start, offset + end))
                for kind, start, end in _in_line(line, path, pretend)
            )
        offset += len(line) + 1
    if not pretend or not path:
        found.extend(_private_keys(text, wanted))
    return _apart(found)


def mask(text: str) -> tuple[str, int]:
    """The text with every secret replaced by `[masked <kind>]`, and how many were."""
    secrets = _leaving(text)
    parts: list[str] = []
    end = 0
    for secret in secrets:
        parts += [text[end : secret.offsets[0]], f"[masked {secret.kind}]"]
        end = secret.offsets[1]
    return "".join([*parts, text[end:]]), len(secrets)


def hidden(text: str, path: str = "") -> str:
    """The text with every secret that `find_secrets` sees in it shortened to its hint, for a reader's eyes."""
    parts: list[str] = []
    end = 0
    for secret in find_secrets(text, path):
        start = secret.offsets[0]
        parts += [text[end:start], hint(text[slice(*secret.offsets)])]
        end = secret.offsets[1]
    return "".join([*parts, text[end:]])


def _leaving(text: str) -> list[Secret]:
    """As `find_secrets`, with a lower threshold: text of no known file, lines of any length."""
    found = list(_private_keys(text, None))
    offset = 0
    for number, line in enumerate(text.split("\n"), 1):
        for start in range(0, max(len(line) - _OVERLAP, 1), _LONGEST_LINE - _OVERLAP):
            piece = line[start : start + _LONGEST_LINE]
            if _CUE.search(piece):
                at = offset + start
                found.extend(
                    Secret(kind, number, (start + first + 1, start + last + 1), (at + first, at + last))
                    for kind, first, last in (*_in_line(piece, "", False), *_loosely(piece))
                )
        offset += len(line) + 1
    return _apart(found)


def _loosely(line: str) -> Iterator[Match]:
    """What would be too bold to report, and is not too bold to hide."""
    for match in _URL_PASSWORD.finditer(line):
        if not _is_dummy(match["value"]) and _is_password(match["value"]):
            yield "url-password", *match.span("value")
    for pattern in (_QUOTED, _BARE, *_LOOSE):
        for match in pattern.finditer(line):
            if not _PLAIN_NAME.fullmatch(match["value"]):
                yield from _told_by_its_name(match)


def hint(secret: str) -> str:
    """Enough of a secret to recognise it, not enough to use it: `ghp_…(40 characters)`."""
    shown = secret[:_SHOWN] if len(secret) >= 4 * _SHOWN else ""
    return f"{shown}…({len(secret)} characters)"


Match = tuple[str, int, int]


def _in_line(line: str, path: str, pretend: bool) -> Iterator[Match]:
    yield from _shaped(line, pretend)
    if pretend:
        return
    yield from _resident_numbers(line)
    yield from _url_passwords(line)
    for match in _HEADER.finditer(line):
        if not _is_dummy(match["value"]):
            yield "authorization", *match.span("value")
    yield from _assigned(line, path)


def _web_tokens(line: str) -> Iterator[Match]:
    if _JWT_START not in line:
        return
    for head in _JWT_HEAD.finditer(line):
        start = line.find(_JWT_START, *head.span())
        rest = _JWT_REST.match(line, head.end())
        if start >= 0 and rest and _is_real_jwt(line[start : rest.end()]):
            yield "jwt", start, rest.end()


def _shaped(line: str, pretend: bool) -> Iterator[Match]:
    if not pretend:
        yield from _web_tokens(line)
    for kind, pattern, captures in (*_library(), *((kind, pattern, False) for kind, pattern in _OWN)):
        for match in pattern.finditer(line):
            group = 1 if captures and pattern.groups else 0
            start, end = match.span(group)
            value = line[start:end]
            if _is_filler(value) or (group == 0 and not _stands_alone(line, start, end)):
                continue
            yield kind, start, end


def _stands_alone(line: str, start: int, end: int) -> bool:
    before = line[start - 1] if start else " "
    after = line[end] if end < len(line) else " "
    return not _EDGE.match(before) and before not in "+/" and not _EDGE.match(after) and after not in "+/"


@cache
def _library() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    """The library's patterns. Importing it costs 80 ms, so it waits until a line looks as if it could hold a secret."""
    rules: list[tuple[str, re.Pattern[str], bool]] = []
    for module, name, kind, captures in _LIBRARY:
        detector = getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), name)
        rules.extend((kind, pattern, captures) for pattern in detector.denylist)
    return tuple(rules)


def _is_real_jwt(token: str) -> bool:
    """Whether head and payload decode, and it is not the token that every tutorial shows."""
    head, _, rest = token.partition(".")
    payload = rest.partition(".")[0]
    try:
        decoded = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, payload)]
    except (ValueError, binascii.Error):
        return False
    if not all(isinstance(part, dict) for part in decoded) or "alg" not in decoded[0]:
        return False
    return "1234567890" not in str(decoded[1].get("sub")) and "John Doe" not in str(decoded[1].get("name"))


def _resident_numbers(line: str) -> Iterator[Match]:
    """Korean resident registration numbers: a real date, the right century digit, the right check digit."""
    for match in _RESIDENT.finditer(line):
        digits = match["birth"] + match["rest"]
        total = sum(int(digit) * weight for digit, weight in zip(digits, _RESIDENT_WEIGHTS, strict=False))
        century = 1900 if digits[6] in "1256" else 2000
        try:
            datetime.date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
        except ValueError:
            continue
        if (11 - total % 11) % 10 == int(digits[12]):
            yield "resident-number", *match.span()


def _url_passwords(line: str) -> Iterator[Match]:
    for match in _URL_PASSWORD.finditer(line):
        value = match["value"]
        if not _LOCAL_HOST.match(match["host"]) and not _is_dummy(value) and _is_password(value):
            yield "url-password", *match.span("value")


def _assigned(line: str, path: str) -> Iterator[Match]:
    if _PUBLISHED.search(line) or _SITE.search(path):
        return
    patterns = (_QUOTED, _BARE) if _BARE_FILE.search(path) else (_QUOTED,)
    for pattern in patterns:
        for match in pattern.finditer(line):
            yield from _told_by_its_name(match)


def _told_by_its_name(match: re.Match[str]) -> Iterator[Match]:
    """An assignment to a revealing name, if its value is convincing."""
    name, value = match["name"], match["value"]
    if _NAME_OF_SOMETHING_ELSE.search(name) or _CHECKSUM_NAME.search(name):
        return
    if _PASSWORD_NAME.search(name):
        kind, convincing = "password", _is_password(value)
    else:
        kind, convincing = "token", _is_token(name, value)
    if convincing and not _is_dummy(value):
        yield kind, *match.span("value")


def _is_password(value: str) -> bool:
    """Letters with a digit or a sign among them; a plain word is a label, a column or a translation."""
    letters = any(character.isalpha() for character in value)
    others = sum(character.isdigit() or character in "!#^&+=?~|*@$%" for character in value)
    return len(value) >= 6 and letters and others > 0 and value.isascii()


def _is_token(name: str, value: str) -> bool:
    """Long, mixed and without an order that a word would have."""
    if len(value) < 16 or not value.isascii():
        return False
    if _UUID.match(value):
        return re.search(r"key|secret", name, re.IGNORECASE) is not None
    if _HEX.match(value):
        return len(value) >= 24 and _entropy(value) >= 3.0
    digits = sum(character.isdigit() for character in value)
    letters = sum(character.isalpha() for character in value)
    return digits >= 2 and letters >= 4 and _entropy(value) >= 3.5


def _is_dummy(value: str) -> bool:
    """Whether a value only stands where a secret would: a reference, a piece of code, a placeholder, plain words."""
    if _REFERENCE.search(value) or _CODE.search(value) or _is_filler(value):
        return True
    words = [word.lower() for word in _WORDS.findall(value)]
    named = [word for word in words if not word.isdigit()]
    joined = re.sub(r"[^a-z]", "", value.lower())
    return joined in _DUMMY_WORDS or all(word in _DUMMY_WORDS for word in named)


def _is_filler(value: str) -> bool:
    if _FILLER.search(value):
        return True
    lowered = value.lower()
    if any(run[at : at + 8] in lowered for run in _RUNS for at in range(len(run) - 7)):
        return True
    return len(value) >= 16 and len(set(value)) <= 5


def _entropy(value: str) -> float:
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


def _private_keys(text: str, wanted: Collection[int] | None) -> Iterator[Secret]:
    """Keys with a body; code that only knows the header line holds none."""
    for start, end in (*_pem_blocks(text), *_putty_blocks(text)):
        line = text.count("\n", 0, start) + 1
        if wanted is not None and line not in wanted:
            continue
        column = start - text.rfind("\n", 0, start)
        width = len(text[start:end].partition("\n")[0])
        yield Secret("private-key", line, (column, column + width), (start, end))


def _pem_blocks(text: str) -> Iterator[tuple[int, int]]:
    for header in _KEY_HEADER.finditer(text):
        limit = min(len(text), header.end() + _LONGEST_KEY)
        end = text.find("-----", header.end(), limit)
        body = text[header.end() : limit if end < 0 else end]
        if not _KEY_TEXT.fullmatch(body) or not _KEY_BODY.search(body.replace("\\n", "\n")) or _is_filler(body):
            continue
        footer = _KEY_FOOTER.match(text, end) if end >= 0 else None
        yield header.start(), footer.end() if footer else header.end() + len(body)


def _putty_blocks(text: str) -> Iterator[tuple[int, int]]:
    for header in _PUTTY_HEADER.finditer(text) if "Private-Lines:" in text else ():
        body = _PUTTY_BODY.search(text, header.end(), header.end() + _LONGEST_KEY // 4)
        if body:
            yield header.start(), body.end()


def _apart(found: Iterable[Secret]) -> list[Secret]:
    """In reading order; where two overlap, the one that starts first, then the longer one."""
    kept: list[Secret] = []
    for secret in sorted(found, key=lambda each: (each.offsets[0], -each.offsets[1])):
        if not kept or secret.offsets[0] >= kept[-1].offsets[1]:
            kept.append(secret)
    return kept
