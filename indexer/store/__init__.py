"""What is known of every blob, in one SQLite file.

`open_store` gives a Store that always works: on disk where that is possible, else in memory, with a notice. Rows are
keyed by (object id of the bytes, language asked for), so they hold for every branch, commit and work tree of a
repository. Queries raise DamagedError when the file does not hold what it should; `Store.renew` then starts anew.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from indexer.store.file import (
    DamagedError,
    Database,
    UnwritableError,
    move_to_memory,
    open_database,
    reopen_damaged,
    translated,
)
from indexer.store.rows import Key, Record, definition_of, finder, identifiers_of, outline_of, rows_of
from indexer.types import Definition, Outline

__all__ = ["DamagedError", "Key", "Record", "Store", "Totals", "open_store"]

KEPT_BLOBS = 20_000
KEPT_TREES = 3
"""The store keeps the newest blobs: as many as the larger of KEPT_BLOBS and KEPT_TREES times the present tree."""
QUERY_VALUES = 500
"""How many values one statement asks for; SQLite's own limit may be 999."""

_DEFINITION = "d.name, d.qualified, d.kind, d.parent, d.first, d.last, d.signature"
_IDENTIFIERS = "SELECT b.oid, b.asked, i.names FROM identifiers i JOIN blob b ON b.id = i.blob"
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
        columns = "b.id, b.language, b.lines, b.imports, b.issues, b.issue_count, i.names"
        rows = self._of_keys(columns, "JOIN identifiers i ON i.blob = b.id", keys)
        try:
            return {key: outline_of(row, self._definitions_in(blob)) for key, (blob, *row) in rows}
        except (ValueError, TypeError) as error:
            raise DamagedError(str(error)) from error

    def definitions(self, names: Iterable[str]) -> Iterator[tuple[Key, Definition]]:
        """Every definition with one of these names, in any blob."""
        for some in _chunks(sorted(names)):
            sql = (
                f"SELECT b.oid, b.asked, {_DEFINITION} FROM definition d JOIN blob b ON b.id = d.blob "  # noqa: S608
                f"WHERE d.name IN ({_marks(some)}) ORDER BY d.blob, d.ordinal"
            )
            for oid, asked, *row in self._rows(sql, some):
                yield (oid, asked), definition_of(row)

    def headings(self, kinds: Sequence[str], words: Sequence[str]) -> set[Key]:
        """The blobs with a definition of one of these kinds whose signature contains one of the words."""
        found: set[Key] = set()
        for chunk in _chunks(sorted(words)):
            holds = " OR ".join("instr(signature, ?)" for _ in chunk)
            sql = (
                "SELECT DISTINCT oid, asked FROM definition JOIN blob ON blob.id = definition.blob "  # noqa: S608 - marks only
                f"WHERE kind IN ({_marks(kinds)}) AND ({holds})"
            )
            found.update((oid, asked) for oid, asked in self._rows(sql, [*kinds, *chunk]))
        return found

    def definitions_of(self, keys: Iterable[Key]) -> dict[Key, tuple[Definition, ...]]:
        """The definitions of those blobs, without the rest of their outlines."""
        return {key: self._definitions_in(blob) for key, (blob,) in self._of_keys("b.id", "", keys)}

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
                yield (oid, asked), identifiers_of(text)

    def defined_names(self) -> set[str]:
        """Every name that some blob defines."""
        return {name for (name,) in self._rows("SELECT DISTINCT name FROM definition")}

    def totals(self, keys: Set[Key]) -> Totals:
        """How many definitions and identifiers those blobs have."""
        symbols = references = 0
        counts = dict(self._rows("SELECT blob, count(*) FROM definition GROUP BY blob"))
        for blob, oid, asked, mentions in self._rows("SELECT id, oid, asked, mentions FROM blob"):
            if (oid, asked) in keys:
                symbols += counts.get(blob, 0)
                references += mentions
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
        connection.executemany("INSERT INTO blob VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", blobs)
        connection.executemany("INSERT INTO identifiers VALUES (?, ?)", identifiers)
        connection.executemany("INSERT INTO definition VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", definitions)
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

    def _definitions_in(self, blob: int) -> tuple[Definition, ...]:
        sql = f"SELECT {_DEFINITION} FROM definition d WHERE d.blob = ? ORDER BY d.ordinal"  # noqa: S608
        return tuple(definition_of(row) for row in self._rows(sql, (blob,)))


_ID_OF_KEY = "SELECT id FROM blob WHERE oid = ? AND asked = ?"


def _delete(connection: sqlite3.Connection, ids: list[tuple[int]]) -> None:
    for table, column in (("identifiers", "blob"), ("definition", "blob"), ("blob", "id")):
        connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", ids)  # noqa: S608


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), QUERY_VALUES):
        yield values[start : start + QUERY_VALUES]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
