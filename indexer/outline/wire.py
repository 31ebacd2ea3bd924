"""What goes over the pipes between the parser and its workers.

A request is a head (kind, language, length) and that many bytes; an answer is a head (kind, length) and that many
bytes. Answers come in the order of the requests.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from struct import Struct
from types import MappingProxyType
from typing import Any

from indexer import types
from indexer.languages import LANGUAGES

REQUEST = Struct("<cBI")
ANSWER = Struct("<cI")

OUTLINE, FACTS, NAMES = b"o", b"f", b"n"
"""Kinds of request. `NAMES` sets the names for the `FACTS` that follow, and has no answer."""
READY, RESULT, FAILURE = b"r", b"+", b"-"
"""Kinds of answer: the worker can begin; a pickled result; a sentence that says why there is none."""
MOST_ANSWERED = 1 << 28

LANGUAGE_NAMES = tuple(LANGUAGES)

_ADMITTED = {
    name: value for name, value in vars(types).items() if isinstance(value, type) and value.__module__ == types.__name__
}


def dump(result: object) -> bytes:
    """A result as bytes for `load`."""
    target = io.BytesIO()
    _Pickler(target, protocol=5).dump(result)
    return target.getvalue()


def load(data: bytes) -> Any:  # noqa: ANN401 - the caller looks at what came
    """What a worker sent: plain values and the dataclasses of `indexer.types`, nothing else.

    A worker has read text that nobody vouches for, so what it says is not trusted to be a pickle of ours.
    """
    return _Unpickler(io.BytesIO(data)).load()


def _taken_apart(one: type) -> Callable[[object], tuple[type, tuple[object, ...]]]:
    """How a dataclass is pickled: as the call that makes it, several times quicker than field by field."""
    names = [field.name for field in fields(one)]
    if len(names) == 1:
        return lambda value: (one, (getattr(value, names[0]),))
    take = attrgetter(*names)
    return lambda value: (one, take(value))


class _Pickler(pickle.Pickler):
    dispatch_table = MappingProxyType({one: _taken_apart(one) for one in _ADMITTED.values()})


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type:
        if module != types.__name__ or name not in _ADMITTED:
            raise pickle.UnpicklingError(f"{module}.{name} is not admitted")
        return _ADMITTED[name]
