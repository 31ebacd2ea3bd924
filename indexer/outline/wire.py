"""What goes over the pipes between the parser and its workers.

A request is a head (kind, language, length) and that many bytes; an answer is a head (kind, length) and that many
bytes. Answers come in the order of the requests.
"""

from __future__ import annotations

from struct import Struct

from indexer.languages import LANGUAGES

REQUEST = Struct("<cBI")
ANSWER = Struct("<cI")

OUTLINE, FACTS, NAMES = b"o", b"f", b"n"
"""Kinds of request. `NAMES` sets the names for the `FACTS` that follow, and has no answer."""
READY, RESULT, FAILURE = b"r", b"+", b"-"
"""Kinds of answer: the worker can begin; what was asked for; a sentence that says why there is none."""
MOST_ANSWERED = 1 << 28

LANGUAGE_NAMES = tuple(LANGUAGES)
