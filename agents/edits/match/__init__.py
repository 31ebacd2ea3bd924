"""Where the edits of one file fit, all of them on the file as it was read; pure."""

from __future__ import annotations

from agents.edits.match.place import landed, place, splice, stands_in

__all__ = ["landed", "place", "splice", "stands_in"]
