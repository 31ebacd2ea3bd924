"""What the `/` commands do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.screen import Screen

from agents.types import Spent
from indexer.errors import UsageProblem
from qcode.tui.diffs import Row
from qcode.tui.figures import table
from qcode.tui.library import Library
from qcode.tui.safe import lines_of
from qcode.tui.screens.chooser import Chooser
from qcode.tui.screens.reader import Reader
from qcode.tui.slashes import BY_NAME, SLASHES
from qcode.tui.turns import Turns
from qcode.tui.types import Workplace

KEYS = (
    ("Enter", "send"),
    ("Ctrl+J", "a new line"),
    ("Up, Down", "at the ends of the text: what was sent before"),
    ("@", "a file or a name; Tab takes the suggestion"),
    ("Escape", "interrupt what is at work"),
    ("Tab, Shift+Tab", "to the steps of the transcript and back; Enter unfolds them"),
    ("Page up, Page down", "scroll the transcript"),
    ("Ctrl+T", "light or dark"),
    ("F1", "this page"),
    ("Ctrl+Q", "close"),
)


class Commands:
    """Runs a command; what it needs of the screen is handed in."""

    def __init__(
        self,
        screen: Screen[None],
        workplace: Workplace,
        library: Library,
        turns: Turns,
        spent: list[Spent],
        quit: Callable[[], object],
    ) -> None:
        self._screen = screen
        self._workplace = workplace
        self._library = library
        self._turns = turns
        self._spent = spent
        self._does: Mapping[str, Callable[[str], object]] = {
            "/review": library.review,
            "/diff": lambda _: library.diff(),
            "/undo": lambda _: self.undo(),
            "/symbols": self.symbols,
            "/model": self.model,
            "/sessions": lambda _: self.sessions(),
            "/stats": lambda _: self.stats(),
            "/compact": lambda _: turns.compact(),
            "/new": lambda _: turns.open(None),
            "/help": lambda _: self.help(),
            "/quit": lambda _: quit(),
        }

    def run(self, text: str) -> str:
        """Run what was typed and return the command's name; UsageProblem where there is none of that name."""
        name, _, words = text.partition(" ")
        if name not in self._does:
            raise UsageProblem(f"There is no command `{name}`.", "/help lists the commands.")
        words = words.strip()
        if words and not BY_NAME[name].takes:
            raise UsageProblem(f"{name} takes nothing behind it.", f"Write {name} alone.")
        self._does[name](words)
        return name

    def undo(self) -> None:
        """Take back the newest edit of this conversation that stands, or else the newest operation here."""
        from agents.edits import history

        ours = set(self._turns.operations)
        standing = [past.id for past in history(self._workplace.root).operations if not past.undone and past.id in ours]
        self._library.undo(standing[0] if standing else None)

    def symbols(self, name: str) -> None:
        """Look a name up."""
        if not name:
            raise UsageProblem("/symbols takes a name.", "Write /symbols NAME.")
        self._library.symbols(name)

    def model(self, words: str) -> None:
        """Say which model is asked, or change how or which."""
        if words in ("think", "plain"):
            self._turns.mode = words  # type: ignore[assignment]
        elif words:
            self._turns.open(None, words)
        else:
            asked = (
                self._workplace.model or "none is configured: run `qcode config init`, and name one in its [backend]"
            )
            lines = [f"model  {asked}", f"mode   {self._turns.mode}", "", BY_NAME["/model"].usage]
            self._read("the model", lines)

    def sessions(self) -> None:
        """Let one of the kept sessions be chosen, and open it."""
        kept = self._workplace.shelf.listing()
        if not kept:
            raise UsageProblem("No session is kept yet.", "Ask something: every conversation is kept.")
        lines = [f"{each.when}  {each.title}" for each in kept]

        def chosen(at: int | None) -> None:
            if at is not None:
                self._turns.open(kept[at].id)

        self._screen.app.push_screen(Chooser("Open a session", lines), chosen)

    def stats(self) -> None:
        """Show what the answers took."""
        rows = table(self._spent)
        width = max(len(name) for name, _ in rows)
        self._read("what the answers took", [f"{name:<{width}}  {value}" for name, value in rows])

    def help(self) -> None:
        """Show the commands and the keys."""
        named = [*((slash.usage, slash.help) for slash in SLASHES), ("", ""), *KEYS]
        width = max(len(name) for name, _ in named)
        self._read("commands and keys", [f"{name:<{width}}  {what}" for name, what in named])

    def _read(self, heading: str, lines: list[str]) -> None:
        rows = [Row(line) for line in lines_of("\n".join(lines))]
        self._screen.app.push_screen(Reader(heading, rows))
