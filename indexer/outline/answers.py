"""What a worker answers to one request."""

from __future__ import annotations

import gc

from indexer.outline import wire
from indexer.outline.rows import sealed
from indexer.outline.tags import rows

GARBAGE_THRESHOLD = 100_000
"""Trees and rows are no cycles: looking for garbage at the usual pace would only cost."""


class Answers:
    """The answers of one worker; between requests it remembers the names that facts are asked for."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._names: frozenset[str] = frozenset()
        gc.freeze()
        gc.set_threshold(GARBAGE_THRESHOLD)

    def name(self, data: bytes) -> None:
        """Take the names for the facts that follow, and load what these need: a worker that is only told has time."""
        from indexer.outline import facts, javascript, python, rust, values  # noqa: F401

        self._names = frozenset(data.decode("utf-8", "surrogateescape").split("\n"))

    def to(self, kind: bytes, language: str, source: bytes) -> tuple[bytes, bytes]:
        """The kind of answer and its bytes. Whatever goes wrong is an answer too."""
        try:
            if kind == wire.OUTLINE:
                return wire.RESULT, sealed(rows(source, language))
            from indexer.outline import facts, values

            return wire.RESULT, values.dump(facts.facts(source, language, self._names))
        except MemoryError:
            return wire.FAILURE, f"needed more than {self._memory >> 20} MiB".encode()
        except RecursionError:
            return wire.FAILURE, b"nested too deeply"
        except Exception as error:  # noqa: BLE001 - one file that we can't read must not cost the others
            return wire.FAILURE, f"the parser failed ({type(error).__name__}: {error})".encode("utf-8", "replace")
