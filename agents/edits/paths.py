"""What a path alone says: whether an answer may name it at all, and whether writing to it needs an explicit yes."""

from __future__ import annotations

import os
import re
import unicodedata
from fnmatch import fnmatchcase

STATE = (".qcode", "state")
"""Where the journal lies. No answer writes there, with or without a yes."""
LONGEST_NAME = 255
LONGEST_PATH = 1000

_SHORT_NAME_OF_GIT = re.compile(r"git~\d+")
_RELATIVE = "paths are relative to the root of the work tree"
_UNUSABLE = (
    (re.compile(r"\s*\Z"), "the path is empty"),
    (re.compile(r".*\0", re.DOTALL), "the path holds a NUL character"),
    (re.compile(r"/"), f"the path is absolute; {_RELATIVE}"),
    (re.compile(r"~"), f"the path begins with `~`; {_RELATIVE}"),
    (re.compile(r"[A-Za-z]:|\\\\"), f"the path names a drive; {_RELATIVE}"),
    (re.compile(r"(?:.*/)?\.?\Z", re.DOTALL), "the path names a folder, not a file"),
)
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_HARMLESS = frozenset({".gitignore", ".gitkeep", ".git-blame-ignore-revs"})
_FOLDERS = frozenset(
    {".github", ".gitlab", ".gitea", ".forgejo", ".circleci", ".buildkite", ".woodpecker", ".drone", ".teamcity"}
    | {".tekton", ".azure-pipelines", ".husky", ".githooks", ".vscode", ".idea", ".fleet", ".zed", ".devcontainer"}
    | {".qcode", ".claude", ".cursor", ".codex", ".gemini", ".qwen", ".continue", ".roo", ".cline", ".clinerules"}
    | {".opencode", ".windsurf", ".kiro", ".agents", ".cargo", ".mvn", ".yarn", ".ssh", ".aws", ".docker", ".kube"}
    | {".gnupg", ".vim", ".nvim", ".config"}
)
_NAMES = (
    # continuous integration
    ".travis.yml", "appveyor.yml", ".appveyor.yml", "azure-pipelines.y*ml", "bitbucket-pipelines.yml", "jenkinsfile*",
    ".drone.y*ml", ".woodpecker.y*ml", "cloudbuild.y*ml", "buildspec.y*ml", ".cirrus.y*ml", "codeowners",
    # hooks and code that runs unasked
    ".pre-commit-*.y*ml", "lefthook*.y*ml", ".lefthook*.y*ml", "conftest.py", "sitecustomize.py", "usercustomize.py",
    "*.pth", ".pdbrc", ".gdbinit", ".lldbinit", ".rprofile", ".irbrc", ".pryrc", ".exrc", ".vimrc", ".nvimrc",
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg",
    "commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-receive", "update",
    "post-receive", "post-update", "reference-transaction", "push-to-checkout", "post-rewrite", "fsmonitor-watchman",
    # shells
    ".bashrc", ".bash_*", ".profile", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".kshrc", ".cshrc",
    ".tcshrc", ".login", ".logout", ".inputrc", ".tmux.conf", ".screenrc", "config.fish", ".envrc", "crontab",
    # credentials and where they go
    ".env", ".env.*", ".npmrc", ".yarnrc*", ".pypirc", ".netrc", "pip.conf", ".condarc", ".gemrc",
    # what other agents obey
    ".mcp.json", "mcp.json", "agents.md", "agents.override.md", "claude.md", "claude.local.md", "gemini.md", "qwen.md",
    ".cursorrules", ".windsurfrules", ".roorules", ".goosehints", ".aider*", ".qcodeignore",
)  # fmt: skip
_GIT_HOOKS_ONLY_IN = frozenset({"update"})
"""Hook names that are everyday file names as well; they count only in a folder called hooks."""


class BadPath(Exception):
    """A path that an answer may not use; `str()` is the sentence that says why."""


class Absent(BadPath):
    """There is no file of that path, and nothing else speaks against it."""


def parts_of(path: str) -> tuple[str, ...]:
    """The names a relative path is made of, `.` left out. BadPath where it may not be used whatever is on the disk."""
    for is_so, sentence in _UNUSABLE:
        if is_so.match(path):
            raise BadPath(sentence)
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    for part in parts:
        _check(part)
    if len(_encoded("/".join(parts))) > LONGEST_PATH:
        raise BadPath("the path is too long")
    if tuple(map(_folded, parts[:2])) == STATE:
        raise BadPath("the path lies in qcode's own journal")
    return parts


def check_new(parts: tuple[str, ...]) -> None:
    """BadPath where a file of this name may be edited but not made: nobody would see what it is called."""
    for part in parts:
        if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") or character in _TURNING for character in part):
            raise BadPath("the name holds a control character")
        if "\\" in part:
            raise BadPath("the path is written with `\\`; parts of a path are separated by `/`")
        if part != part.strip():
            raise BadPath("a name in the path begins or ends with a blank")


def needs_yes(path: str) -> bool:
    """Whether this is a settings, hook or CI file, or another one that something obeys without being asked.

    Build files (Makefile, pyproject.toml, package.json) are no such files: edits to them are everyday work.
    """
    *folders, name = map(_folded, path.split("/"))
    if any(folder in _FOLDERS for folder in folders):
        return True
    if name in _HARMLESS:
        return False
    if name.startswith(".git") or name in _FOLDERS:
        return True
    if name in _GIT_HOOKS_ONLY_IN:
        return "hooks" in folders
    return any(fnmatchcase(name, pattern) for pattern in _NAMES)


def allows(glob: str, path: str) -> bool:
    """Whether a pattern of `--allow` means this path: `*` stays inside a folder, `**` crosses folders."""
    return _pattern(glob).fullmatch(path) is not None


def _check(part: str) -> None:
    if part == "..":
        raise BadPath("the path leads upwards with `..`")
    folded = _folded(part)
    if folded == ".git" or _SHORT_NAME_OF_GIT.fullmatch(folded):
        raise BadPath("the path leads into `.git`")
    if any(piece == ".." for piece in part.split("\\")):
        raise BadPath("the path leads upwards with `..`")
    if any(_folded(piece) == ".git" for piece in part.split("\\")):
        raise BadPath("the path leads into `.git`")
    if len(_encoded(part)) > LONGEST_NAME:
        raise BadPath("a name in the path is too long")


def _encoded(text: str) -> bytes:
    try:
        return os.fsencode(text)
    except UnicodeEncodeError:
        raise BadPath("the path holds characters that no file name can hold") from None


def _folded(name: str) -> str:
    """The name as the most forgiving file system reads it: no case, no ignorable characters, no trailing dots."""
    shown = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) not in ("Cf", "Mn"))
    return shown.casefold().split(":")[0].rstrip(" .")


def _pattern(glob: str) -> re.Pattern[str]:
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob.removeprefix("./"))
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(piece) or re.escape(piece) for piece in pieces), re.DOTALL)
