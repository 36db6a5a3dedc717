"""Meteor streams: segments of fully qualified tokens, joined by `:;:` (M-110…M-116). Text to events, nothing is applied."""

from __future__ import annotations

from store.addresses.faults import visible
from store.errors import AddressError, StreamError
from store.model import Address, Position
from store.streams.controls import PREFIX, read_control
from store.streams.events import Control, Origin, Write
from store.streams.labels import make_label
from store.streams.splitter import METEORS, TOKENS, refuse_double, split_pieces
from store.streams.token_stream import SWITCHES
from store.streams.tokens import Addresses, address_of, canonical_of, divide, fault_at, label_of, stored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.streams.events import Event
    from store.streams.splitter import Piece
    from store.streams.tokens import Place

DIALECT = "meteor"


def read_meteor_stream(text: str, meta: str = "") -> list[Event]:
    """The events of a meteor stream in its order, `Write` and `Control`; no position is read or moved (M-114).

    Everything that can be judged without a store is (phase 1 of M-106): raises StreamError for grammar, ControlError for a
    control that must be recorded as failed. Blank text gives no events (M-116).
    """
    refuse_double(text)
    reader = Reader(meta)
    return [reader.take(piece) for segment in split_pieces(text, METEORS) for piece in reader.enter(segment)]


def validate(text: str) -> bool:
    """Whether `read_meteor_stream` takes `text` (M-115)."""
    try:
        read_meteor_stream(text)
    except StreamError:
        return False
    return True


class Reader:
    """Takes the pieces of a meteor stream one by one; `explain` goes on with it after a fault."""

    __slots__ = ("addresses", "meta", "near", "segment", "token")

    def __init__(self, meta: str = "") -> None:
        self.meta = meta
        self.addresses = Addresses()
        self.near: tuple[str, str] | None = None
        self.segment = 0
        self.token = 0

    def enter(self, segment: Piece) -> list[Piece]:
        """The pieces of the next segment, offsets in the whole text; nothing is inherited from the one before (M-111)."""
        self.segment += 1
        self.token = 0
        self.near = None
        text, offset = segment
        return split_pieces(text, base=offset) if TOKENS in text else [segment]

    def take(self, piece: Piece) -> Write | Control:
        """The event of one piece. Raises StreamError; the next piece may be taken all the same.

        A token whose context and namespace are good passes them on even if its key or value is not.
        """
        text, offset = piece
        self.token += 1
        if text.startswith(PREFIX):
            return read_control(text, offset)
        head, value = divide(text, offset)
        if head in SWITCHES:
            raise _switch(head, offset)
        colon = head.rfind(":")
        try:
            if colon >= 0:
                context, namespace = self.addresses.place(head, colon)
                if context is not None:
                    self.near = context, namespace or ""
                    key = canonical_of(head[colon + 1 :], head, colon + 1)
                    return self._write(key, value, head, offset)
            else:
                context = namespace = None
            key = canonical_of(head[colon + 1 :], head, colon + 1)
        except AddressError as error:
            raise fault_at(error, head, offset) from None
        if namespace is not None or self.near is None:
            raise not_qualified(head, (context, namespace), offset)
        return self._write(key, value, head, offset)

    def _write(self, key: str, value: str, head: str, offset: int) -> Write:
        context, namespace = self.near or Position()
        address = Address(self.meta, context, namespace, key)
        origin = Origin(DIALECT, self.segment, self.token, offset)
        return Write(address, stored(value, head, offset), None, label_of(head), None, False, origin)


def full_address(head: str, place: Place) -> str:
    """The fully qualified address that a token would have under the defaults `app` and `main`."""
    context, namespace = address_of(place)
    return f"{context}:{namespace}:{head[head.rfind(':') + 1 :]}"


def not_qualified(head: str, place: Place, offset: int) -> StreamError:
    """M-110's error; the hint shows the address in full, without the value, and says how one colon was read (M-090)."""
    reading = "" if place[1] is None else f"; '{visible(head)}' was read as namespace:key"
    return StreamError(
        "not-fully-qualified",
        f"the token '{make_label(head)}' does not say where it belongs",
        hint=f"write {visible(full_address(head, place))}=…{reading}",
        text=make_label(head),
        position=offset,
        segment="token",
    )


def _switch(head: str, offset: int) -> StreamError:
    return StreamError(
        "control-in-meteor-stream",
        f"'{head}=' moves a position, and a meteor stream has none",
        hint=f"use a token stream (--dialect token), or address the key fully: app:main:{head}=…",
        text=head,
        position=offset,
        segment="token",
    )
