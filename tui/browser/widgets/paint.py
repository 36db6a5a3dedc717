"""From safe text to strips: the last step before the terminal, shared by the widgets that draw line by line."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.browser.text.widths import cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.widget import Widget

    from tui.browser.text.safe import Shown


def ink(widget: Widget, component: str, *, colour: bool = True) -> Style:
    """The style of a component class without its background, to lie over any; without `colour` also over a cursor."""
    style = widget.get_component_rich_style(component)
    return Style(
        color=style.color if colour else None,
        bold=style.bold,
        italic=style.italic,
        underline=style.underline,
        reverse=style.reverse,
        strike=style.strike,
    )


def segments(shown: Shown, base: Style, styles: Mapping[int, Style]) -> list[Segment]:
    """`shown` over `base`; `styles` are partial styles by kind of span, and marks lie over tints."""
    if not shown.spans and not shown.tints:
        return [Segment(shown.text, base)] if shown.text else []
    kinds = [0] * len(shown.text)
    for start, end, kind, _ in (*shown.tints, *shown.spans):
        kinds[start:end] = [kind] * (end - start)
    parts: list[Segment] = []
    position = 0
    for kind, run in groupby(kinds):
        length = sum(1 for _ in run)
        style = base + styles[kind] if kind else base
        parts.append(Segment(shown.text[position : position + length], style))
        position += length
    return parts


def cell_segments(shown: Shown, width: int, base: Style, styles: Mapping[int, Style]) -> list[Segment]:
    """`shown`, which is at most `width` cells wide, filled up to `width`."""
    parts = segments(shown, base, styles)
    if (blank := width - cells(shown.text)) > 0:
        parts.append(Segment(" " * blank, base))
    return parts


def strip_of(parts: list[Segment], width: int, base: Style) -> Strip:
    """One line of exactly `width` cells: cropped, or filled with `base`."""
    return Strip(parts).adjust_cell_length(width, base)
