"""The dialog in which a person decides about an edit, a command or a file."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, SelectionList, Static
from textual.widgets.selection_list import Selection

from agents.types import Decision, Question
from qcode.tui.diffs import Row, counts, rows_of
from qcode.tui.safe import lines_of, one_line, path_of, shown
from qcode.tui.widgets.listing import Listing

TITLES = {"edit": "Write these edits?", "run": "Run this command?", "read": "Let the model read this?"}


class Approval(ModalScreen[Decision | None]):
    """Returns the decision; None where the person wants the whole turn to stop."""

    CSS = """
    Approval { align: center middle; }
    #dialog { width: 92%; height: 88%; border: round $warning; background: $surface; padding: 0 1; }
    #dialog > Static { height: auto; }
    #title { text-style: bold; color: $text-warning; }
    #blocks { height: auto; max-height: 30%; border: none; background: $panel; margin: 1 0; }
    #text { margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "decide('once')", "Yes, once"),
        Binding("a", "decide('always')", "Always for this"),
        Binding("n", "decide('no')", "No"),
        Binding("escape", "stop", "Stop the turn"),
        Binding("tab", "app.focus_next", "Blocks/diff", show=False),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        """What is to be done, why it is asked, the blocks where there are several, and the text."""
        question = self.question
        with Vertical(id="dialog"):
            yield Static(one_line(TITLES[question.kind]), id="title", markup=False)
            what = f"{question.tool}: {', '.join(map(path_of, question.paths))}"
            yield Static(one_line(what.rstrip(": ")), id="what", markup=False)
            if question.why:
                yield Static(shown(question.why), id="why", markup=False)
            if len(question.blocks) > 1:
                yield self._blocks()
            yield Listing(self._rows(question.text), id="text")
            yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """The keys go to the blocks first."""
        self.query_one("#blocks" if len(self.question.blocks) > 1 else "#text").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """`always` only where it may be answered, and where all is accepted."""
        return not (action == "decide" and parameters == ("always",) and not self.question.lasting)

    def on_selection_list_selection_highlighted(self, event: SelectionList.SelectionHighlighted[int]) -> None:
        """Show the diff of the block that is looked at."""
        block = self.question.blocks[event.selection_index]
        self.query_one("#text", Listing).show(self._rows(block.diff))

    def action_decide(self, verdict: str) -> None:
        """Answer. A yes to none of the blocks is a no; an `always` is for all of them."""
        chosen = self._chosen()
        if verdict == "no" or chosen == ():
            self.dismiss(Decision("no"))
        elif verdict == "always":
            self.dismiss(Decision("always", chosen))
        else:
            self.dismiss(Decision("once", chosen))

    def action_stop(self) -> None:
        """Stop the turn."""
        self.dismiss(None)

    def _chosen(self) -> tuple[int, ...] | None:
        """The numbers of the accepted blocks; None for all."""
        lists = self.query(SelectionList)
        if not lists:
            return None
        chosen = tuple(sorted(lists.first().selected))
        return None if len(chosen) == len(self.question.blocks) else chosen

    def _blocks(self) -> SelectionList[int]:
        selections = []
        for block in self.question.blocks:
            added, removed = counts(block.diff)
            label = one_line(f"{block.number}  {path_of(block.path)}  +{added} −{removed}")
            selections.append(Selection(label, block.number, initial_state=True))
        return SelectionList(*selections, id="blocks")

    def _rows(self, text: str) -> list[Row]:
        return rows_of(text) if self.question.kind == "edit" else [Row(line) for line in lines_of(text)]
