"""Edits: from an answer's text to files, all of them or none, and back again.

apply_answer, apply_tool_call    an answer or the arguments of a tool call -> Outcome
holds_edits                      whether there is anything to apply
undo, history, recover           what was done, and taking it back
"""

from __future__ import annotations

from agents.edits.engine import apply_answer, apply_tool_call, history, holds_edits, recover, undo

__all__ = ["apply_answer", "apply_tool_call", "history", "holds_edits", "recover", "undo"]
