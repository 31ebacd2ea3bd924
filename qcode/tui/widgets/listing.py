"""Lines of code or of a diff: as many as there are, drawn only where they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qcode.report.width import cells
from qcode.tui.diffs import Row


class Listing(ScrollView, can_focus=True):
    """Rows with their numbers, coloured by what they are; the one that is asked for is in sight."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"listing--{role}" for role in ("plain", "added", "removed", "heading", "path", "marked", "number")
    }
    DEFAULT_CSS = """
    Listing {
        height: 1fr;
        background: $surface;
        & > .listing--plain { color: $foreground; }
        & > .listing--added { color: $text-success; background: $success-muted; }
        & > .listing--removed { color: $text-error; background: $error-muted; }
        & > .listing--heading { color: $text-accent; }
        & > .listing--path { color: $text-primary; text-style: bold; }
        & > .listing--marked { color: $text-warning; background: $warning-muted; text-style: bold; }
        & > .listing--number { color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", show=False),
        Binding("j", "scroll_down", show=False),
    ]

    def __init__(self, rows: Sequence[Row] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[Row] = ()
        self._gutter = 0
        self.show(rows)

    @property
    def rows(self) -> Sequence[Row]:
        """What it shows."""
        return self._rows

    def show(self, rows: Sequence[Row], at: int = 0) -> None:
        """Show these rows, the one at `at` in the middle where there is room."""
        self._rows = rows
        self._gutter = max((len(row.number) for row in rows), default=0)
        self._gutter += bool(self._gutter)
        self.virtual_size = Size(self._gutter + max((cells(row.text) for row in rows), default=0), len(rows))
        self.refresh()
        if self.is_mounted:
            self.call_after_refresh(self._bring, at)

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        across, down = self.scroll_offset
        width = self.size.width
        if down + y >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[down + y]
        style = self.get_component_rich_style(f"listing--{row.role or 'plain'}")
        number = self.get_component_rich_style("listing--number")
        strip = Strip([Segment(row.text, style)]).crop_extend(across, across + width - self._gutter, style)
        if not self._gutter:
            return strip
        return Strip.join([Strip([Segment(row.number.rjust(self._gutter - 1) + " ", number)], self._gutter), strip])

    def _bring(self, at: int) -> None:
        self.scroll_to(0, max(0, at - self.size.height // 2), animate=False)
