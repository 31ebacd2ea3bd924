"""Conversations, kept: one file each in the data folder, written line by line as they go on.

with begin(folder, root, model) as session:      a new one
with reopen(folder, id) as session:              one that goes on
    for event in turn(session.conversation, …):
        session.hear(event)
listing(folder, root)    fork(folder, id)    exported(folder, id, "md")
"""

from __future__ import annotations

from qcode.session.export import exported
from qcode.session.kept import Kept, Session, begin, fork, listing, newest, reopen

__all__ = ["Kept", "Session", "begin", "exported", "fork", "listing", "newest", "reopen"]
