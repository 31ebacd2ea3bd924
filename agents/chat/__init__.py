"""A conversation about a repository: questions, answers, tools, edits; append-only until it is folded.

conversation = Conversation("a-name")
for event in turn(conversation, "What does @parse do?", model=model, workshop=workshop, approve=approve): …
"""

from __future__ import annotations

from agents.chat.conversation import Conversation
from agents.chat.folding import compact
from agents.chat.mentioned import mentions
from agents.chat.turns import turn
from agents.loop import Budget

__all__ = ["Budget", "Conversation", "compact", "mentions", "turn"]
