"""`qcode chat`: a conversation with the model about this repository, which may read it, edit it, and run commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from indexer.errors import UsageProblem
from qcode.config import Settings
from qcode.output import Exit, complain, emit_json, visible, worst

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.chat import Conversation
    from agents.model import Mode, Model
    from agents.tools import Workshop
    from agents.types import Event, Spent, TurnEnded
    from qcode.approval import Asking
    from qcode.session import Session

HELP = "talk with the model about this repository; it may look, edit and run, each as you allow"
SCHEMA = "qcode.chat/1"
FORMS = ("text", "json", "stream-json")
COMMANDS = "/undo takes the last edit back, /compact folds what was said into notes, /quit or an empty line ends."
PROMPT = "> "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `qcode chat` takes."""
    parser.add_argument("words", nargs="*", metavar="TEXT", help="the question; - stands for stdin")
    parser.add_argument(
        "--plain", action="store_true", help="line by line: after each answer the terminal is asked for a question"
    )
    parser.add_argument("--output-format", choices=FORMS, default="text", metavar="FORM", help=", ".join(FORMS))
    parser.add_argument(
        "--json", action="store_const", const="json", dest="output_format", help="the same as --output-format json"
    )
    parser.add_argument("--yes", action="store_true", help="write edits without asking; commands are still asked for")
    parser.add_argument("--no-think", dest="mode", action="store_const", const="plain", help="answer without thinking")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--resume", metavar="ID", help="go on with this session")
    which.add_argument("--continue", dest="newest", action="store_true", help="go on with the last session here")
    which.add_argument("--fork", metavar="ID", help="begin a new session with all that this one has")
    which.add_argument("--list", action="store_true", help="list the sessions about this repository")
    which.add_argument("--export", metavar="ID", help="print a session as Markdown, or as JSON with --json")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what the model answers; 5 where something had to be asked and nobody was there, 4 where it did not end."""
    folder = settings.data_dir / "sessions"
    if arguments.export is not None:
        return _export(arguments, folder)
    if arguments.list:
        return _list(folder)
    question = _question(arguments.words)
    if question is None and not arguments.plain:
        raise UsageProblem("There is no question.", "Write it behind `qcode chat`, or use --plain for several.")
    with _opened(arguments, settings, folder) as room:
        if question is None:
            return _lines(room)
        return room.ask(question)


# ---------------------------------------------------------------- a room to talk in


@dataclass
class _Room:
    """A session, the model, and what they work on."""

    session: Session
    model: Model
    workshop: Workshop
    asking: Asking
    mode: Mode
    form: str
    at: int = 0
    spent: list[Spent] = field(default_factory=list)

    def ask(self, question: str) -> int:
        """One turn, drawn in the form that was asked for; the exit code for how it ended."""
        from agents.chat import turn
        from agents.types import TurnEnded

        conversation = self.session.conversation
        edits = len(conversation.operations)
        events = turn(
            conversation,
            question,
            model=self.model,
            workshop=self.workshop,
            approve=self.asking.decide,
            mode=self.mode,
        )
        ended = TurnEnded("interrupted", 0, 0)
        codes: list[int] = []
        with self._drawing() as draw, closing(cast("Generator[Event]", events)):
            for event in events:
                self.session.hear(event)
                draw(event)
                codes += _codes(event)
                if isinstance(event, TurnEnded):
                    ended = event
        if self.asking.refused:
            complain(
                f"{_named(len(self.asking.refused))} had to be asked for, and nobody could be asked; it was not done.",
                "Add --yes to write edits without asking, or allow it in the [tools] section of the settings.",
            )
            codes.append(Exit.REFUSED)
            self.asking.refused.clear()
        code = worst([*codes, Exit.OK])
        if self.form == "json":
            emit_json(SCHEMA, self._body(conversation, ended, edits), code, [])
        return code

    def _body(self, conversation: Conversation, ended: TurnEnded, edits: int) -> dict[str, object]:
        last = next((each.text for each in reversed(conversation.messages) if each.role == "assistant"), "")
        return {
            "session": conversation.id,
            "text": last,
            "ended": ended.reason,
            "answers": ended.answers,
            "calls": ended.calls,
            "operations": conversation.operations[edits:],
            "usage": {
                "prompt": sum(each.prompt or 0 for each in self.spent),
                "cached": sum(each.cached or 0 for each in self.spent),
                "output": sum(each.output or 0 for each in self.spent),
            },
        }

    @contextmanager
    def _drawing(self) -> Iterator[Callable[[Event], None]]:
        from agents.types import Spent

        if self.form == "stream-json":
            yield self._stream
        elif self.form == "json":
            self.spent.clear()
            yield lambda event: self.spent.append(event) if isinstance(event, Spent) else None
        else:
            from qcode.report.talk import Talk

            with Talk(self.model.name) as talk:
                self.asking.before = talk.pause
                yield talk.hear

    def _stream(self, event: Event) -> None:
        from agents.events import to_line
        from qcode.output import escaped_json

        self.at += 1
        sys.stdout.write(escaped_json(to_line(event, self.at)) + "\n")
        sys.stdout.flush()


@contextmanager
def _opened(arguments: argparse.Namespace, settings: Settings, folder: Path) -> Iterator[_Room]:
    from agents.model import connect
    from indexer.index import open_index
    from qcode.approval import Asking, terminal
    from qcode.backend import backend_of
    from qcode.workshop import workshop_of

    served = backend_of(settings, os.environ)
    for notice in served.notices:
        complain(notice)
    with open_index(Path.cwd(), settings.index_dir, os.environ) as index:
        index.ignoring(None, settings.ignore)
        workshop = workshop_of(settings, index.repo.root, index)
        with _session(arguments, folder, index.repo.root, served.backend.model) as session:
            for notice in session.notices:
                complain(notice)
            asking = Asking(arguments.yes, terminal() if arguments.output_format == "text" else None)
            mode: Mode = arguments.mode or ("think" if served.profile.thinking_default else "plain")
            yield _Room(
                session, connect(served.profile, served.backend), workshop, asking, mode, arguments.output_format
            )
            if arguments.output_format == "text":
                complain(f"This is session {session.conversation.id}; `qcode chat --continue TEXT` goes on with it.")


def _session(arguments: argparse.Namespace, folder: Path, root: Path, model: str) -> Session:
    from qcode import session

    if arguments.resume is not None:
        return session.reopen(folder, arguments.resume)
    if arguments.newest:
        return session.reopen(folder, session.newest(folder, root))
    if arguments.fork is not None:
        return session.fork(folder, arguments.fork)
    return session.begin(folder, root, model)


def _codes(event: Event) -> list[int]:
    from agents.types import Failed, TurnEnded

    if isinstance(event, Failed):
        return [event.exit]
    if isinstance(event, TurnEnded):
        code = {"budget": Exit.INCOMPLETE, "interrupted": Exit.INTERRUPTED}.get(event.reason)
        return [] if code is None else [code]
    return []


def _named(times: int) -> str:
    return "One thing" if times == 1 else f"{times} things"


# ---------------------------------------------------------------- line by line


def _lines(room: _Room) -> int:
    """Questions from the terminal until there is none."""
    if not sys.stdin or not sys.stdin.isatty():
        raise UsageProblem("--plain asks on a terminal, and stdin is none.", "Give the question, or - for stdin.")
    sys.stderr.write(COMMANDS + "\n")
    code: int = Exit.OK
    while True:
        sys.stderr.write(PROMPT)
        sys.stderr.flush()
        line = sys.stdin.readline()
        question = line.strip()
        if question in ("", "/quit"):
            return code
        if question == "/undo":
            _undo(room)
        elif question == "/compact":
            _compact(room)
        elif question.startswith("/"):
            complain(f"There is no {question.split()[0]}.", COMMANDS)
        else:
            code = room.ask(question)


def _undo(room: _Room) -> None:
    from agents.edits import undo
    from qcode.report.diff import show_diff

    operations = room.session.conversation.operations
    if not operations:
        complain("This conversation has written nothing that could be taken back.")
        return
    outcome = undo(room.workshop.root, operations[-1])
    if outcome.applied:
        operations.pop()
        room.session.keep()
        show_diff(outcome.diff, sys.stderr)
    for notice in outcome.notices:
        complain(notice)


def _compact(room: _Room) -> None:
    from agents.chat import compact
    from qcode.report.talk import Talk

    with Talk(room.model.name) as talk:
        for event in compact(room.session.conversation, model=room.model):
            room.session.hear(event)
            talk.hear(event)


# ---------------------------------------------------------------- sessions


def _list(folder: Path) -> int:
    from qcode.config import find_root
    from qcode.session import listing

    found = listing(folder, find_root(Path.cwd()))
    if not found:
        complain("There is no session about this repository yet.")
    for kept in found:
        sys.stdout.write(visible(f"{kept.id}  {kept.begun[:16]}  {kept.model}  {kept.title}\n"))
    return Exit.OK


def _export(arguments: argparse.Namespace, folder: Path) -> int:
    from qcode.output import escaped_json
    from qcode.session import exported

    form = "json" if arguments.output_format == "json" else "md"
    text = exported(folder, arguments.export, form)
    sys.stdout.write(escaped_json(text) if form == "json" else text)
    return Exit.OK


def _question(words: list[str]) -> str | None:
    from qcode.commands.ask import question_of

    return question_of(words) if words else None
