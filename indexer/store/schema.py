"""The tables of the index, and what makes an old file unusable.

A blob's rows never change: they are keyed by git's own id of the bytes and by the language they were read as.
Identifiers are one value per blob, `\\nname1\\nname2\\n`, and so are definitions and their names, because writing a row
for each would cost more than parsing, while looking through all of them costs milliseconds. No source text is kept,
only names and signatures.
"""

from __future__ import annotations

SCHEMA_VERSION = 4
"""Raise it when a table changes; files of another version are emptied and filled again."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE blob (
    id INTEGER PRIMARY KEY,
    oid TEXT NOT NULL,
    asked TEXT NOT NULL,
    language TEXT NOT NULL,
    lines INTEGER NOT NULL,
    symbols INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    imports BLOB NOT NULL,
    issues BLOB NOT NULL,
    issue_count INTEGER NOT NULL,
    why TEXT,
    limits TEXT,
    UNIQUE (oid, asked)
);
CREATE INDEX blob_without_outline ON blob (oid, asked, why, limits) WHERE why IS NOT NULL;
CREATE TABLE identifiers (blob INTEGER PRIMARY KEY, names BLOB NOT NULL);
CREATE TABLE definition (blob INTEGER PRIMARY KEY, names BLOB NOT NULL, definitions BLOB NOT NULL);
CREATE TABLE listing (root BLOB PRIMARY KEY, files BLOB NOT NULL, skipped TEXT NOT NULL) WITHOUT ROWID;
"""
