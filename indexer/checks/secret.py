"""Secrets in added lines."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.checks.change import Change, finding
from indexer.secrets import find_secrets, hint
from indexer.types import Finding

_MOST = 50


def secrets(change: Change) -> Iterator[Finding]:
    """One `secret/<kind>` for each secret in an added line, except those the file already held before.

    `evidence` is the line with the secret's middle left out, so that a report does not spread it.
    """
    text = change.after or ""
    if not change.added or places_nothing(change):
        return
    lines = None if len(change.added) == len(change.lines) else frozenset(change.added)
    for secret in find_secrets(text, change.path, lines)[:_MOST]:
        value = text[slice(*secret.offsets)]
        if change.before is not None and value in change.before:
            continue
        line = change.lines[secret.line - 1]
        start, end = secret.columns[0] - 1, min(secret.columns[1] - 1, len(line))
        yield finding(
            change,
            f"secret/{secret.kind}",
            "high",
            secret.line,
            f"A secret is being committed: {_NAMES.get(secret.kind, secret.kind.replace('-', ' '))} {hint(value)}",
            "Whoever can read the repository, now or later, can use it. Take it out of the history, revoke it, and "
            "read it from the environment or a secret store.",
            columns=(start + 1, end + 1),
            evidence=line[:start] + hint(line[start:end]) + line[end:],
        )


_NAMES = {
    "aws-key": "an AWS key",
    "azure-key": "an Azure key",
    "azure-secret": "an Azure client secret",
    "jwt": "a JSON web token",
    "private-key": "a private key",
    "url-password": "a password in a URL",
    "password": "a password",
    "token": "a key or token",
    "authorization": "an Authorization header",
    "resident-number": "a Korean resident registration number",
}


def places_nothing(change: Change) -> bool:
    """Whether the file only went from one place to another."""
    return change.before is not None and change.before == change.after
