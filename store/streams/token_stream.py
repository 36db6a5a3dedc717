"""Token streams: tokens relative to a position that `ns=` and `ctx=` move (M-100…M-107). Text to events, nothing is applied."""

from __future__ import annotations

from store.addresses.colon import check_context, check_namespace
from store.addresses.faults import colon_fault
from store.errors import AddressError, StreamError
from store.model import Address, Position
from store.streams.controls import PREFIX, ControlError, read_control, resets_cursor
from store.streams.events import Move, Origin, Write
from store.streams.splitter import METEORS, refuse_double, split_pieces
from store.streams.tokens import Addresses, canonical_of, decoded, divide, fault_at, label_of, stored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.streams.events import Event

DIALECT = "token"
SWITCHES = ("ns", "ctx")
HOME = Position()


def read_token_stream(text: str, position: Position = HOME, meta: str = "") -> list[Event]:
    """The events of a token stream in its order, addresses complete: `Write`, `Move` for each switch, `Control`.

    `position`: where bare tokens go first; a `Control` that resets the cursor makes it `app:main` again, without a `Move`.
    Everything that can be judged without a store is (phase 1 of M-106): raises StreamError for grammar, ControlError for a
    control that must be recorded as failed. Blank text gives no events (M-116).
    """
    try:
        return _read(text, position, meta)
    except ControlError:
        raise
    except StreamError as error:
        if METEORS in text:
            error.hint += "; ':;:' joins meteors: is this a meteor stream (--dialect meteor)?"
        raise


def _read(text: str, position: Position, meta: str) -> list[Event]:
    refuse_double(text)
    events: list[Event] = []
    addresses = Addresses()
    context, namespace = position
    for number, (piece, offset) in enumerate(split_pieces(text), 1):
        if piece.startswith(PREFIX):
            control = read_control(piece, offset)
            if resets_cursor(control):
                context, namespace = HOME
            events.append(control)
            continue
        head, value = divide(piece, offset)
        if head in SWITCHES:
            context, namespace = switched(head, value, offset, (context, namespace))
            events.append(Move(Position(context, namespace)))
            continue
        colon = head.rfind(":")
        near_context, near_namespace = context, namespace
        try:
            if colon >= 0:
                stated_context, stated_namespace = addresses.place(head, colon)
                near_context = context if stated_context is None else stated_context
                near_namespace = stated_namespace or ""
            key = canonical_of(head[colon + 1 :], head, colon + 1)
        except AddressError as error:
            raise fault_at(error, head, offset) from None
        address = Address(meta, near_context, near_namespace, key)
        origin = Origin(DIALECT, 1, number, offset)
        events.append(Write(address, stored(value, head, offset), None, label_of(head), None, False, origin))
    return events


def validate(text: str) -> bool:
    """Whether `read_token_stream` takes `text`; the position plays no part."""
    try:
        read_token_stream(text)
    except StreamError:
        return False
    return True


def switched(head: str, value: str, offset: int, position: tuple[str, str]) -> tuple[str, str]:
    """The position after `ns=value` or `ctx=value`; a new context keeps the namespace (M-101). Raises M-020's codes."""
    name = decoded(value, head, offset)
    context, namespace = position
    try:
        if head == "ns":
            check_namespace(name, name, 0)
            return context, name
        if not name.strip():
            raise colon_fault(
                "empty-context", "", 0, "context", "ctx= names no context", "write ctx=app, or leave it out"
            )
        check_context(name, name, 0)
    except AddressError as error:
        error.position = 0  # a quoted name need not stand in the stream character by character
        raise fault_at(error, head, offset) from None
    return name, namespace
