"""The order of a document's parts, and the text they make together (M-162…M-164)."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

T = TypeVar("T")
MOST_DIGITS = 1000  # of a number anybody means; Python refuses to read much longer ones


def whole_number(text: str) -> int | None:
    """The integer that `text` is: ASCII digits with an optional sign, blanks around them ignored; None for anything else."""
    digits = text.strip()
    unsigned = digits[1:] if digits[:1] in ("+", "-") else digits
    if not (unsigned.isascii() and unsigned.isdigit()) or len(unsigned) > MOST_DIGITS:
        return None
    return int(digits)


def leading_number(slot: str) -> int | None:
    """The number a slot begins with: digits followed by `_`, `-` or the end."""
    rest = slot.lstrip("0123456789")
    digits = slot[: len(slot) - len(rest)]
    return whole_number(digits) if digits and rest[:1] in ("", "_", "-") else None


def order_number(slot: str, orders: Mapping[str, str]) -> int | None:
    """M-162: the order number of a slot. orders: the values of `metadata[order.SLOT]`, by slot."""
    given = whole_number(orders[slot]) if slot in orders else None
    return leading_number(slot) if given is None else given


def document_order(
    slots: Sequence[str], orders: Mapping[str, str], compare: Callable[[str, str], int] | None = None
) -> list[str]:
    """M-163: slots, given in insertion order, in document order.

    A slot without a number stays behind the numbered one before it. compare: another order instead, as for `cmp_to_key`; stable.
    """
    if compare is not None:
        return sorted(slots, key=cmp_to_key(compare))
    numbers: list[tuple[bool, int]] = []
    last = (False, 0)  # before every number, be it negative
    for slot in slots:
        number = order_number(slot, orders)
        if number is not None:
            last = (True, number)
        numbers.append(last)
    return [slots[position] for position in sorted(range(len(slots)), key=lambda position: numbers[position])]


def assemble(texts: Iterable[str]) -> str:
    """M-164: one text after the other, a newline between where the text so far lacks its own; no texts, no text."""
    parts: list[str] = []
    ended = True
    for text in texts:
        if not ended:
            parts.append("\n")
            ended = True
        if text:
            parts.append(text)
            ended = text.endswith("\n")
    return "".join(parts)
