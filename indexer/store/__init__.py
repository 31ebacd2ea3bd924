"""What is known of every blob, in one SQLite file.

`open_store` gives a Store that always works: on disk where that is possible, else in memory, with a notice. Rows are
keyed by (object id of the bytes, language asked for), so they hold for every branch, commit and work tree of a
repository. Queries raise DamagedError when the file does not hold what it should; `Store.renew` then starts anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from indexer.outline.rows import Rows, signatures_of, words_of
from indexer.outline.unpack import definitions_of, outline_of
from indexer.store.file import (
    DamagedError,
    Database,
    UnwritableError,
    move_to_memory,
    open_database,
    reopen_damaged,
    translated,
)
from indexer.store.rows import Key, Record, finder, rows_of
from indexer.types import Definition, Outline

__all__ = ["DamagedError", "Key", "Record", "Store", "Totals", "open_store"]

KEPT_BLOBS = 20_000
KEPT_TREES = 3
"""The store keeps the newest blobs: as many as the larger of KEPT_BLOBS and KEPT_TREES times the present tree."""
FEW_WORDS = 50
"""Up to so many are looked for in a blob before its signatures are; for more that would take longer than it spares."""
QUERY_VALUES = 500
"""How many values one statement asks for; SQLite's own limit may be 999."""

_IDENTIFIERS = "SELECT b.oid, b.asked, i.names FROM identifiers i JOIN blob b ON b.id = i.blob"
_DEFINITIONS = "SELECT b.oid, b.asked, d.{} FROM definition d JOIN blob b ON b.id = d.blob ORDER BY b.id"
_ROWS = "b.lines, b.issue_count, d.names, d.definitions, b.imports, b.issues, i.names"
"""In the order of the fields of `Rows`."""
_WORD = re.compile(r"[\w$]+")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some blobs: `references` are the distinct identifiers of each."""

    symbols: int
    references: int


def open_store(store_dir: Path, common_dir: Path, maker: str) -> Store:
    """The store of the repository whose git folder is `common_dir`, a file in `store_dir`.

    `maker` names all that shapes an outline (grammars, queries); rows of another maker are dropped.
    """
    name = hashlib.sha256(os.fsencode(common_dir)).hexdigest()[:16]
    database, notices = open_database(store_dir / f"{name}.db", maker)
    return Store(database, maker, notices)


class Store:
    """The rows of one repository. Not safe to share between threads."""

    def __init__(self, database: Database, maker: str, notices: list[str]) -> None:
        self.notices = notices
        self._database = database
        self._maker = maker
        self._known: dict[Key, str | None] | None = None
        self._version = -1

    @property
    def path(self) -> Path:
        """Where the file is, or should be."""
        return self._database.path

    @property
    def on_disk(self) -> bool:
        """Whether what is added is there at the next run."""
        return self._database.lock is not None

    def close(self) -> None:
        """Close the file; the store can't be used afterwards."""
        self._database.close()

    def renew(self) -> None:
        """Start with an empty database in place of a damaged one."""
        self._database, notices = reopen_damaged(self._database, self._maker)
        self.notices.extend(notices)
        self._known = None

    # ------------------------------------------------------------ writing

    def add(self, records: Iterable[Record]) -> None:
        """Keep all records, in one transaction; what another process added in the meantime stays as it is."""
        chosen = list(records)
        added = self._write(lambda connection: self._insert(connection, chosen))
        if self._known is not None:
            self._known.update(added)

    def clear(self) -> None:
        """Forget everything."""

        def delete(connection: sqlite3.Connection) -> None:
            for table in ("identifiers", "definition", "blob", "listing"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608

        self._write(delete)
        self._known = None

    def keep_listing(self, root: Path, files: bytes, skipped: str) -> None:
        """Remember the files of a work tree as they were at its last refresh."""
        values = (os.fsencode(root), files, skipped)
        self._write(lambda connection: connection.execute("INSERT OR REPLACE INTO listing VALUES (?, ?, ?)", values))

    def prune(self, keep: set[Key], in_listing: Callable[[bytes], Iterable[Key]]) -> int:
        """Drop the oldest blobs beyond the cap, never those in `keep` or in a work tree that exists; how many went."""
        cap = max(KEPT_BLOBS, KEPT_TREES * len(keep))
        if len(self.known()) <= cap:
            return 0

        def delete(connection: sqlite3.Connection) -> int:
            protected = set(keep)
            for root, files in connection.execute("SELECT root, files FROM listing").fetchall():
                if Path(os.fsdecode(root)).is_dir():
                    protected.update(in_listing(files))
                else:
                    connection.execute("DELETE FROM listing WHERE root = ?", (root,))
            blobs = connection.execute("SELECT id, oid, asked FROM blob ORDER BY id").fetchall()
            going = [(blob,) for blob, oid, asked in blobs if (oid, asked) not in protected][: len(blobs) - cap]
            _delete(connection, going)
            return len(going)

        gone = self._write(delete)
        self._known = None
        return gone

    # ------------------------------------------------------------ reading

    def known(self) -> Mapping[Key, str | None]:
        """Every key of the store, with the limits under which the parser gave up on it (None otherwise)."""
        if self._known is None:
            self._version = next(self._rows("PRAGMA data_version"))[0]
            rows = self._rows("SELECT oid, asked, limits FROM blob")
            self._known = {(oid, asked): limits for oid, asked, limits in rows}
        return self._known

    def listing(self, root: Path) -> tuple[bytes, str] | None:
        """What `keep_listing` was last given for this work tree."""
        rows = list(self._rows("SELECT files, skipped FROM listing WHERE root = ?", (os.fsencode(root),)))
        return (rows[0][0], rows[0][1]) if rows else None

    def languages(self, keys: Iterable[Key]) -> dict[Key, str]:
        """The language that each blob was read as; an empty string where it is none we know."""
        return {key: language for key, (language,) in self._of_keys("b.language", "", keys)}

    def reasons(self, keys: Iterable[Key]) -> dict[Key, tuple[str, bool]]:
        """Why blobs have no outline, and whether the parser gave up on them (rather than nobody asking it)."""
        wanted = set(keys)
        rows = self._rows("SELECT oid, asked, why, limits FROM blob WHERE why IS NOT NULL")
        return {(oid, asked): (why, limits is not None) for oid, asked, why, limits in rows if (oid, asked) in wanted}

    def outlines(self, keys: Iterable[Key]) -> dict[Key, Outline]:
        """The outlines of those blobs that have one."""
        tables = "JOIN identifiers i ON i.blob = b.id JOIN definition d ON d.blob = b.id"
        rows = self._of_keys(f"b.language, {_ROWS}", tables, keys)
        with _understood():
            return {key: outline_of(language, Rows(*row)) for key, (language, *row) in rows}

    def definitions(self, names: Iterable[str]) -> Iterator[tuple[Key, Definition]]:
        """Every definition with one of these names, in any blob."""
        find = finder(names)
        holding = {(oid, asked): found for oid, asked, text in self._names() if (found := find(text))}
        for key, definitions in self.definitions_of(holding).items():
            yield from ((key, each) for each in definitions if each.name in holding[key])

    def headings(self, kinds: Sequence[str], words: Sequence[str]) -> set[Key]:
        """The blobs with a definition of one of these kinds whose signature contains one of the words, whole."""
        wanted = frozenset(words)
        few = [word.encode("utf-8", "surrogatepass") for word in words] if len(words) <= FEW_WORDS else [b""]
        found: set[Key] = set()
        for oid, asked, text in self._rows(_DEFINITIONS.format("definitions")):
            if any(word in text for word in few):
                with _understood():
                    headings = " ".join(signatures_of(text, kinds))
                if not wanted.isdisjoint(_WORD.findall(headings)):
                    found.add((oid, asked))
        return found

    def definitions_of(self, keys: Iterable[Key]) -> dict[Key, tuple[Definition, ...]]:
        """The definitions of those blobs, without the rest of their outlines."""
        rows = self._of_keys("d.definitions", "JOIN definition d ON d.blob = b.id", keys)
        with _understood():
            return {key: definitions_of(text) for key, (text,) in rows}

    def mentioning(self, names: Iterable[str], keys: Set[Key]) -> Iterator[tuple[Key, frozenset[str]]]:
        """Which blobs of `keys` contain some of the names as an identifier, and which of them."""
        find = finder(names)
        for oid, asked, text in self._rows(_IDENTIFIERS):
            if (oid, asked) in keys and (found := find(text)):
                yield (oid, asked), found

    def identifiers(self, keys: Set[Key]) -> Iterator[tuple[Key, list[str]]]:
        """The identifiers of each blob of `keys`."""
        for oid, asked, text in self._rows(_IDENTIFIERS):
            if (oid, asked) in keys:
                yield (oid, asked), words_of(text)

    def defined_names(self) -> set[str]:
        """Every name that some blob defines."""
        return {name for _, _, text in self._names() for name in words_of(text)}

    def totals(self, keys: Set[Key]) -> Totals:
        """How many definitions and identifiers those blobs have."""
        symbols = references = 0
        for oid, asked, defined, mentioned in self._rows("SELECT oid, asked, symbols, mentions FROM blob"):
            if (oid, asked) in keys:
                symbols += defined
                references += mentioned
        return Totals(symbols, references)

    def size(self) -> int:
        """Bytes of the database, on disk or in memory."""
        pages, page = (next(self._rows(f"PRAGMA {name}"))[0] for name in ("page_count", "page_size"))
        return int(pages * page)

    # ------------------------------------------------------------ inside

    def _insert(self, connection: sqlite3.Connection, records: list[Record]) -> dict[Key, str | None]:
        if connection.execute("PRAGMA data_version").fetchone()[0] != self._version:
            self._known = None
        known = self.known()
        fresh = {record.key: record for record in records if known.get(record.key, "") is not None}
        tried = [key for key in fresh if key in known]
        _delete(connection, [connection.execute(_ID_OF_KEY, key).fetchone() for key in tried])
        first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM blob").fetchone()[0]
        blobs, identifiers, definitions = rows_of(first, fresh.values())
        connection.executemany("INSERT INTO blob VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", blobs)
        connection.executemany("INSERT INTO identifiers VALUES (?, ?)", identifiers)
        connection.executemany("INSERT INTO definition VALUES (?, ?, ?)", definitions)
        return {key: record.limits for key, record in fresh.items()}

    def _write(self, change: Callable[[sqlite3.Connection], _T]) -> _T:
        """Do it in one transaction; where the file can't be written, go on in memory."""
        try:
            return self._transaction(change)
        except UnwritableError as reason:
            if not self.on_disk:
                raise
            self._database, notices = move_to_memory(self._database, str(reason))
        self.notices.extend(notices)
        self._known = None
        return self._transaction(change)

    def _transaction(self, change: Callable[[sqlite3.Connection], _T]) -> _T:
        connection = self._database.connection
        with translated(self.path):
            try:
                connection.execute("BEGIN IMMEDIATE")
                result = change(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return result

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        with translated(self.path):
            yield from self._database.connection.execute(sql, values)

    def _of_keys(self, columns: str, join: str, keys: Iterable[Key]) -> Iterator[tuple[Key, Sequence[Any]]]:
        wanted = set(keys)
        for some in _chunks(sorted({oid for oid, _ in wanted})):
            sql = f"SELECT b.oid, b.asked, {columns} FROM blob b {join} WHERE b.oid IN ({_marks(some)})"  # noqa: S608
            for oid, asked, *row in list(self._rows(sql, some)):
                if (oid, asked) in wanted:
                    yield (oid, asked), row

    def _names(self) -> Iterator[tuple[str, str, bytes]]:
        return self._rows(_DEFINITIONS.format("names"))


@contextlib.contextmanager
def _understood() -> Iterator[None]:
    """What can't have been stored like that as a DamagedError."""
    try:
        yield
    except (ValueError, TypeError, IndexError) as error:
        raise DamagedError(str(error)) from error


_ID_OF_KEY = "SELECT id FROM blob WHERE oid = ? AND asked = ?"


def _delete(connection: sqlite3.Connection, ids: list[tuple[int]]) -> None:
    for table, column in (("identifiers", "blob"), ("definition", "blob"), ("blob", "id")):
        connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", ids)  # noqa: S608


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), QUERY_VALUES):
        yield values[start : start + QUERY_VALUES]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
