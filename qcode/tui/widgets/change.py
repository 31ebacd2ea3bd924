"""An edit that was made, as a diff."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from qcode.tui.diffs import Role, Row, rows_of
from qcode.tui.safe import below, beside, one_line, path_of
from qcode.tui.widgets.fold import Fold

MOST_ROWS = 120
STYLES: dict[Role, str] = {
    "added": "$text-success on $success-muted",
    "removed": "$text-error on $error-muted",
    "heading": "$text-accent",
    "path": "bold $text-primary",
}


class Change(Fold):
    """The files and how many lines; below, at first unfolded, the beginning of the diff."""

    DEFAULT_CSS = "Change { margin-bottom: 1; }"

    def __init__(self, what: str, paths: Sequence[str], diff: str) -> None:
        rows = rows_of(diff)
        roles = [row.role for row in rows]
        names = ", ".join(map(path_of, paths))
        counted = f"  +{roles.count('added')} −{roles.count('removed')}"
        super().__init__(beside(one_line(f"{what}  {names}"), one_line(counted, "$text-muted")), drawn(rows))
        self.unfolded = True


def drawn(rows: Sequence[Row], most: int = MOST_ROWS) -> Content:
    """The first rows; at the end, how many there are beside them."""
    lines = [one_line(row.text, STYLES.get(row.role, "")) for row in rows[:most]]
    if len(rows) > most:
        lines.append(
            one_line(f"… {len(rows) - most:,} more lines; /diff shows all that is not committed", "$text-muted")
        )
    return below(*lines)
