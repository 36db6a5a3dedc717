"""One command of the history in full: what it was, and every entry it changed with what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.addresses import show_address
from tui.browser.flows.timeline import in_line, stamp
from tui.browser.state import counted
from tui.browser.text.preview import FAINT, NAME, WORD, human_age, human_size
from tui.browser.text.safe import Shown, show_line
from tui.browser.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.operations.history import Done, Effect

SIGNS = {1: "~", 2: "-"}
NEW = "+"
MASK = "•••••• secret"


class Told:
    """Rows that are all made at once, for a `LineView`."""

    done = True

    def __init__(self, rows: Sequence[Shown]) -> None:
        self._rows = rows
        self.count = len(rows)
        self.width = max((row.cells for row in rows), default=0)

    def grow(self, budget: int) -> None:
        """Nothing to do."""

    def row(self, index: int) -> Shown:
        """Row `index`."""
        return self._rows[index]

    def line_of(self, index: int) -> int:
        """Its number."""
        return index

    def row_of(self, line: int) -> int:
        """As `line_of`, as far as there are rows."""
        return max(0, min(line, self.count - 1))


class CommandView(LineView):
    """Shows a command and its effects, fed by `tell` and `clear`. Secrets stay masked: the timeline can reveal them."""

    def tell(self, done: Done, effects: Sequence[Effect] | None, total: int, now_ms: int) -> None:
        """Show `done` with the first of its `total` effects; None while they are being read."""
        self.show(lambda width, _wrap: Told(_rows(done, effects, total, now_ms, width)))


def _rows(done: Done, effects: Sequence[Effect] | None, total: int, now_ms: int, width: int) -> list[Shown]:
    outcome = f"✗ {done.error}" if done.error is not None else f"✓ done · {counted(done.affected, 'entry', 'entries')}"
    rows = [
        _tinted(f"{done.kind} {done.target}", width, NAME),
        show_line(outcome, width),
        _tinted(f"{human_age(now_ms - done.at)} · {stamp(done.at)}", width, FAINT),
        _tinted(f"by {done.user or 'the default user'} · {done.face}", width, FAINT),
        Shown(""),
    ]
    if effects is None:
        return [*rows, _tinted("⋯ reading", width, FAINT)]
    if not effects:
        words = "what it changed is not kept any more" if done.affected else "it changed no entry"
        return [*rows, _tinted(words, width, FAINT)]
    for effect in effects:
        sign = (
            NEW if effect.kind == 1 and effect.before is None and not effect.withheld else SIGNS.get(effect.kind, "~")
        )
        rows += [show_line(f"{sign} {show_address(effect.address)}", width), _was(effect, width)]
    if total > len(effects):
        rows.append(_tinted(f"… and {total - len(effects):,} more", width, FAINT))
    return rows


def _was(effect: Effect, width: int) -> Shown:
    if effect.withheld:
        return _tinted("    was a secret, or expiring: not kept", width, WORD)
    if effect.before is None:
        return _tinted("    was not there", width, FAINT)
    if effect.masked:
        return _tinted(f"    was  {MASK}", width, FAINT)
    size = f"  {human_size(effect.size)}"
    lead = "    was  "
    room = max(1, width - len(lead) - len(size))
    text, beyond = in_line(effect.before, effect.size)
    value = show_line(text, room, beyond=beyond)
    text = f"{lead}{value.text}{size}"
    moved = [(start + len(lead), end + len(lead), kind, source) for start, end, kind, source in value.spans]
    faint = [(0, len(lead), FAINT, 0), (len(text) - len(size), len(text), FAINT, 0)]
    return Shown(text, moved, tints=faint)


def _tinted(text: str, width: int, kind: int) -> Shown:
    shown = show_line(text, width)
    return Shown(shown.text, shown.spans, shown.missing, [(0, len(shown.text), kind, 0)])
