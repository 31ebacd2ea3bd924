"""What a path alone says about a file: a test, a fixture, a document, a lock file, a translation.

Every question is answered from the name, never from the disk, so the same change always gets the same answers.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

DOCUMENT_SUFFIXES = frozenset({".md", ".mdx", ".markdown", ".rst", ".txt", ".adoc", ".asciidoc"})

_TEST_FOLDERS = frozenset(
    {"test", "tests", "testing", "__tests__", "spec", "specs", "e2e", "it", "integration-tests", "runtime-tests"}
    | {"test-d", "type-tests", "__mocks__", "mocks", "cypress", "unittests", "testsuite", "integration_tests"}
)
_TEST_NAME = re.compile(
    r"(?:^tests?[_.]|^test$|[_.-]tests?$|[_.-]spec$|^conftest$|[_.]test-d$|^test-|[a-z0-9](?:Tests?|Spec|IT)$)"
)
_FIXTURE_FOLDER = re.compile(
    r"(?:^|[_.-])(?:fixtures?|test[_-]?data|testfiles|samples?|snapshots?|golden|corpus|corpora|baselines?|cassettes"
    r"|invalid|broken|bad|malformed|syntax[_-]?errors?|test[_-]?cases|expected|conformance|stubs?)(?:$|[_.-])",
    re.IGNORECASE,
)
_BROKEN_ON_PURPOSE = re.compile(
    r"(?:^|[_.-])(?:bad|broken|invalid|malformed|error|errors|syntax[_-]?error|unparsable|nonsense|corrupt)(?:[_.-]|\d|$)",
    re.IGNORECASE,
)
_EXAMPLE_FOLDERS = frozenset(
    {"example", "examples", "demo", "demos", "sample", "samples", "tutorial", "tutorials", "playground", "sandbox"}
    | {"benchmark", "benchmarks", "bench", "perf", "perf-measures"}
)
_SAMPLE_NAME = re.compile(r"(?:^|[._-])(?:sample|example|template)(?:[._-]|$)|\.dist$", re.IGNORECASE)
_DOC_FOLDERS = frozenset({"doc", "docs", "documentation", "docs_src", "website", "www"})
_SUPPORT_FOLDERS = frozenset({"scripts", "script", "tools", "build", "ci", ".github", ".ci", "config", "configs"})
_SUPPORT_NAME = re.compile(r"^(?:setup|noxfile|tasks|fabfile|conf|manage)\.py$|\.config\.[cm]?[jt]s$|\.d\.[cm]?ts$")
_LOCK_NAME = re.compile(
    r"^(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.ya?ml|go\.sum|bun\.lockb?|deno\.lock|flake\.lock"
    r"|packages\.lock\.json|.*\.lock|.*\.lock\.(?:json|hcl)|.*\.sum|.*[-_.]checksums?\.\w+|SHASUMS.*)$",
    re.IGNORECASE,
)
_GENERATED_NAME = re.compile(r"\.(?:snap|svg|map|min\.js|min\.css|ipynb|pb\.go|har|cast|woff2?)$", re.IGNORECASE)
_TRANSLATION_FOLDERS = frozenset(
    {"locale", "locales", "i18n", "l10n", "translations", "translation", "lang", "langs", "intl", "nls"}
)
_TRANSLATION_NAME = re.compile(
    r"\.(?:po|pot|arb|xliff|xlf|strings|resx|ftl)$|(?:^|[._-])(?:ar|fa|he|ur|ckb|ps|yi|dv|ug|sd)"
    r"(?:[_-][A-Za-z]{2,4})?\.(?:json|ya?ml|[jt]s|py|properties|md|rst|toml)$"
)
_HISTORY_NAME = re.compile(
    r"(?:^|[_.-])(?:change(?:s|log|logs)?|history|release|releases|releasing|release[_-]?notes|news|migrat\w*|migration"
    r"|upgrad\w*|what'?s?[_-]?new|deprecat\w*|breaking|roadmap|authors|contributors|licen[cs]e|notice|copying"
    r"|requirements\w*)(?:[_.-]|\d|$)",
    re.IGNORECASE,
)
_VERSION_FOLDER = re.compile(r"^v?\d+(?:\.(?:\d+|x))+$|^v\d+$|^version-|^versioned_docs$", re.IGNORECASE)


def is_test(path: str) -> bool:
    """Whether tests (or what only tests use) live in the file."""
    folders, name = _parts(path)
    stem = name.split(".d.")[0] if ".d." in name else PurePosixPath(name).stem
    return any(folder in _TEST_FOLDERS for folder in folders) or _TEST_NAME.search(stem) is not None


def is_fixture(path: str) -> bool:
    """Whether the file is data for tests, or announces by its name that it is broken on purpose."""
    folders, name = _parts(path)
    return any(_FIXTURE_FOLDER.search(folder) for folder in folders) or (
        _BROKEN_ON_PURPOSE.search(name) is not None and is_test(path)
    )


def is_document(path: str) -> bool:
    """Whether people read the file rather than machines."""
    return PurePosixPath(path).suffix.lower() in DOCUMENT_SUFFIXES


def is_history(path: str) -> bool:
    """Whether a document tells of the past (a changelog, a migration guide, the documents of an old version)."""
    folders, name = _parts(path)
    return any(_HISTORY_NAME.search(part) for part in (*folders, name)) or any(
        _VERSION_FOLDER.search(folder) for folder in folders
    )


def is_lock(path: str) -> bool:
    """Whether the file is made of checksums and versions, written by a tool."""
    return _LOCK_NAME.match(_parts(path)[1]) is not None


def is_generated(path: str) -> bool:
    """Whether the suffix belongs to something that tools write: snapshots, drawings, minified code."""
    return _GENERATED_NAME.search(path) is not None


def is_translation(path: str) -> bool:
    """Whether the file holds texts in other languages."""
    folders, name = _parts(path)
    return any(folder in _TRANSLATION_FOLDERS for folder in folders) or _TRANSLATION_NAME.search(name) is not None


def is_example(path: str) -> bool:
    """Whether the file only shows how something is used or filled in, or how fast it is."""
    folders, name = _parts(path)
    return any(folder in _EXAMPLE_FOLDERS for folder in folders) or _SAMPLE_NAME.search(name) is not None


def is_support(path: str) -> bool:
    """Whether the file is around the product rather than part of it: examples, scripts, documents' own code."""
    folders, name = _parts(path)
    around = _DOC_FOLDERS | _SUPPORT_FOLDERS
    return is_example(path) or any(folder in around for folder in folders) or _SUPPORT_NAME.search(name) is not None


def _parts(path: str) -> tuple[tuple[str, ...], str]:
    *folders, name = path.split("/")
    return tuple(folder.lower() for folder in folders), name
