"""A small shop with a git history, and what a conversation about it needs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agents.chat import Conversation, turn
from agents.model import FakeModel, Model, ToolCall
from agents.model.types import Called
from agents.tools import Rules, Workshop
from agents.types import Decision, Event, Question
from indexer.index import open_index
from tests.conftest import GitRepo

PRICE = "def total(items):\n    return sum(items)\n"
CART = "from price import total\n\n\ndef show(items):\n    print(total(items))\n"


@dataclass
class Shop:
    """A conversation in a repository; `decide` answers what is asked, and `asked` keeps it."""

    root: Path
    workshop: Workshop
    conversation: Conversation = field(default_factory=lambda: Conversation("c"))
    asked: list[Question] = field(default_factory=list)
    decide: Callable[[Question], Decision] = lambda question: Decision("once")

    def approve(self, question: Question) -> Decision:
        self.asked.append(question)
        return self.decide(question)

    def ask(self, model: Model, question: str = "Do it.", **how: Any) -> list[Event]:
        events = turn(self.conversation, question, model=model, workshop=self.workshop, approve=self.approve, **how)
        return list(events)

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")


def call(name: str, id: str = "1", **arguments: Any) -> Called:
    return Called(ToolCall(id, name, arguments))


def told(model: FakeModel, at: int = -1) -> str:
    """What the model was told last before its answer `at`."""
    return model.requests[at].last


MakeShop = Callable[..., Shop]


@pytest.fixture
def make_shop(git_repo: GitRepo, tmp_path: Path) -> Iterator[MakeShop]:
    """`make_shop({path: text}, rules=…)`: a committed repository, and a conversation about it."""
    opened = []

    def make(files: dict[str, str] | None = None, rules: Rules | None = None) -> Shop:
        root = git_repo({"price.py": PRICE, "cart.py": CART} | (files or {})).root
        index = open_index(root, tmp_path / "store", os.environ)
        opened.append(index)
        return Shop(root, Workshop(root, index, rules or Rules()))

    yield make
    for index in opened:
        index.close()


@pytest.fixture
def shop(make_shop: MakeShop) -> Shop:
    return make_shop()
