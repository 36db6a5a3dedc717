"""Tokens, `[[context:]namespace:]key=value` (M-070…M-075): how every Meteor language reads one, and tokens as values.

Errors are `StreamError`: `text` is the token's name and never its value, `position` counts characters of the whole text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.addresses.colon import THREE, check_context, check_namespace, read_key
from store.addresses.faults import colon_fault, visible
from store.addresses.keys import has_brackets, indices_of, to_notation, transform_key
from store.errors import AddressError, StoreError, StreamError
from store.model import Position
from store.streams.escapes import emit, emit_text, text_of
from store.streams.labels import LABEL_LENGTH, make_label
from store.streams.splitter import closing_quote, refuse_double, split_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.streams.splitter import Piece

Place = tuple[str | None, str | None]
"""Context and namespace that an address states; None for what it leaves out."""


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key in both spellings (M-005). `notation` is as typed; malformed brackets are kept as they are (M-041).

    Raises AddressError `empty-key`, `invalid-name` (M-020).
    """

    notation: str
    canonical: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "canonical", canonical_of(self.notation, self.notation, 0))

    @property
    def has_brackets(self) -> bool:
        """Whether it was typed with brackets (M-043)."""
        return has_brackets(self.notation)

    @property
    def is_append(self) -> bool:
        """Whether it asks for the next index: `q[]` (M-034)."""
        return is_append(self.canonical)


@dataclass(frozen=True, slots=True)
class Token:
    """Key and raw value with the address it states. `key` is as typed, `value` keeps quotes and escapes (M-009, M-075).

    `offset`: where it stands in the text it was read from; it takes no part in comparison.
    """

    key: str
    canonical: str
    value: str
    namespace: str | None = None
    context: str | None = None
    offset: int = field(default=0, compare=False)

    @property
    def text(self) -> str:
        """The decoded value (M-063). Raises `escape-…`."""
        return text_of(self.value)

    @property
    def notation(self) -> str:
        """The canonical key in brackets, as listings show it."""
        return to_notation(self.canonical)

    @property
    def has_brackets(self) -> bool:
        """Whether the key was typed with brackets (M-043)."""
        return has_brackets(self.key)

    @property
    def is_append(self) -> bool:
        """Whether it asks for the next index: `q[]` (M-034)."""
        return is_append(self.canonical)

    def to_text(self) -> str:
        """M-075: `[namespace:]canonical=value`, the value raw."""
        address = self.canonical if self.namespace is None else f"{self.namespace}:{self.canonical}"
        return f"{address}={self.value}"

    def to_stream(self) -> str:
        """`notation=value` as it is written into meteor text, without an address (M-083)."""
        return f"{self.notation}={emit(self.value)}"


class Addresses:
    """Reads the part of tokens left of `=`; keeps the places it has seen, which most tokens of a stream share."""

    __slots__ = ("_places",)

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def place(self, head: str, colon: int) -> Place:
        """Context and namespace stated by `head`, whose last colon is at `colon` (M-072, M-020). Raises AddressError."""
        prefix = head[:colon]
        known = self._places.get(prefix)
        if known is None:
            known = self._places[prefix] = _place(head, prefix)
        return known

    def read(self, head: str) -> tuple[Place, str, str]:
        """The place, the key as typed and the canonical key of an address. Raises AddressError, positions in `head`."""
        colon = head.rfind(":")
        place = (None, None) if colon < 0 else self.place(head, colon)
        key = head[colon + 1 :]
        return place, key, canonical_of(key, head, colon + 1)


def canonical_of(key: str, head: str, start: int) -> str:
    """The canonical spelling of `key`, which stands at `start` of `head`. Raises AddressError."""
    if "__" not in key:
        if key.isidentifier():
            return key
        base, _, index = key.partition("[")
        if index[:-1].isdigit() and index[-1] == "]" and index.isascii() and base.isidentifier() and base[-1] != "_":
            return f"{base}__i_{index[:-1]}"  # M-031 for the everyday list
    return read_key(key, head, start)


def is_append(canonical: str) -> bool:
    """Whether a canonical key is the append marker of its base (M-034); the name `i_APPEND` in `list[i_APPEND]` is none."""
    found = indices_of(canonical)
    return found is not None and not found[1]


def parse_tokens(text: str) -> list[Token]:
    """The tokens of a `;`-separated list, at least one (M-075).

    Raises StreamError: `unbalanced-quotes`, `consecutive-semicolons`, `no-tokens`, `missing-equals`, `empty-key`,
    `empty-context`, `too-many-colons`, `invalid-name`, `ns-empty-part`.
    """
    refuse_double(text)
    tokens = list(read_tokens(split_pieces(text), Addresses()))
    if not tokens:
        raise StreamError("no-tokens", "there is no token", hint="write key=value", position=0, segment="token")
    return tokens


def read_tokens(pieces: list[Piece], addresses: Addresses) -> Iterator[Token]:
    """The token of each piece; raises like `parse_tokens`."""
    for text, offset in pieces:
        head, value = divide(text, offset)
        try:
            (context, namespace), key, canonical = addresses.read(head)
        except AddressError as error:
            raise fault_at(error, head, offset) from None
        yield Token(key, canonical, value, namespace, context, offset)


def first(text: str) -> Token:
    """The first token of a list all of which is well formed."""
    return parse_tokens(text)[0]


def is_valid_token(text: str) -> bool:
    """M-074: exactly one token, and no bare `=` in its value."""
    try:
        tokens = parse_tokens(text)
    except StreamError:
        return False
    return len(tokens) == 1 and bare_equals(tokens[0].value) < 0


def make_token(key: str, text: str, namespace: str | None = None, context: str | None = None) -> Token:
    """A token for stored `text`: its raw value is quoted if it must be, so that reading it back gives `text` (U-05).

    `key` in any spelling. Raises StreamError for the names that reading would refuse.
    """
    try:
        canonical = canonical_of(key, key, 0)
        if namespace is not None:
            check_namespace(namespace, namespace, 0)
        if context is not None:
            check_context(context, context, 0)
    except AddressError as error:
        raise fault_at(error, error.text, 0) from None
    return Token(key, canonical, emit_text(text), namespace, context)


def warnings(token: Token) -> list[StoreError]:
    """What is legal in a token and may not be meant, in the order of its text: brackets, `dotted-path`, `bare-equals`."""
    found: list[StoreError] = []
    if "[" in token.key or "]" in token.key:
        try:
            transform_key(token.key)
        except AddressError as error:
            found.append(error)
    if token.namespace is None and token.context is None and meant_by_dots(token.key):
        message = f"'{visible(token.key)}' is one key, not an address"
        hint = f"did you mean {meant_by_dots(token.key)}"
        found.append(StreamError("dotted-path", message, hint=hint, text=make_label(token.key), segment="key"))
    if bare_equals(token.value) >= 0:
        message = "the value holds a '=' outside quotes"
        hint = f'quote the value: {visible(token.key)}="…"'
        found.append(StreamError("bare-equals", message, hint=hint, text=make_label(token.key), segment="token"))
    return found


def meant_by_dots(key: str) -> str:
    """M-097: the address that a bare key with two dots or more outside brackets may have been meant for, else ""."""
    parts = key.partition("[")[0].split(".")
    if len(parts) < 3 or "" in parts:
        return ""
    context, namespace, rest = key.split(".", 2)
    return f"{context}:{namespace}:{rest}"


def bare_equals(value: str) -> int:
    """Offset of the first `=` outside quotes in a balanced raw value, -1 if there is none (M-071)."""
    equals = value.find("=")
    opening = value.find('"')
    while 0 <= opening < equals:
        after = closing_quote(value, opening) + 1
        if not after:
            return -1
        equals = value.find("=", after)
        opening = value.find('"', after)
    return equals


def divide(text: str, offset: int) -> tuple[str, str]:
    """Address and raw value of a stripped piece, blanks around the first `=` dropped (M-071, M-073).

    Raises `missing-equals` (M-070).
    """
    head, equals, value = text.partition("=")
    if not equals:
        raise StreamError(
            "missing-equals",
            f"no '=' in the token at offset {offset}",
            hint='write key=value; if a value holds ";", quote it: key="a; b"',
            text=make_label(head),
            position=offset,
            segment="token",
        )
    return head.rstrip(), value.strip()


def decoded(value: str, head: str, offset: int) -> str:
    """The text that a raw value stores (U-05); `head` and `offset` name its token. Raises `escape-…`, positions in the stream.

    `offset` is that of the token: where exactly in it the escape stands is not worth counting.
    """
    if not value.startswith('"'):
        return value
    end = len(value) - 1
    if end and "\\" not in value and value.find('"', 1) == end:
        return value[1:end]
    try:
        return text_of(value)
    except StreamError as error:
        raise StreamError(
            error.code,
            f"{make_label(head)}: {error.message}",
            hint=error.hint,
            text=make_label(head),
            position=offset,
            segment="token",
        ) from None


def stored(value: str, head: str, offset: int) -> bytes:
    """The bytes that a raw value stores. Raises `escape-…`, and `not-text` for half a surrogate pair."""
    try:
        return decoded(value, head, offset).encode()
    except UnicodeEncodeError:
        label = make_label(head)
        raise StreamError(
            "not-text",
            f"the value of '{label}' is not text",
            hint="streams carry UTF-8 text; store other bytes with `prontodb set <address> --stdin`, or as base64 with --b64",
            text=label,
            position=offset,
            segment="token",
        ) from None


def label_of(head: str) -> str:
    """The name of a token whose address is good (X-009)."""
    return head if len(head) <= LABEL_LENGTH and head.isprintable() else make_label(head)


def fault_at(error: StoreError, head: str, offset: int) -> StreamError:
    """A fault in the address `head`, which stands at `offset` of a stream, as an error of that stream."""
    return StreamError(
        error.code,
        error.message,
        hint=error.hint,
        text=make_label(head),
        position=offset + (error.position or 0),
        segment=error.segment or "token",
    )


def address_of(place: Place) -> Position:
    """What a stated place means by itself: missing parts are `app` and `main` (M-080)."""
    context, namespace = place
    default = Position()
    return Position(
        default.context if context is None else context, default.namespace if namespace is None else namespace
    )


def _place(head: str, prefix: str) -> Place:
    parts = prefix.split(":")
    if len(parts) > 2:
        third = len(parts[0]) + len(parts[1]) + 2 + len(parts[2])
        sentence = f"{len(parts)} colons before the '=', at most two"
        raise colon_fault("too-many-colons", head, third, "", sentence, THREE)
    context = parts[0] if len(parts) == 2 else None
    namespace = parts[-1]
    if context is not None:
        check_context(context, head, 0)
    check_namespace(namespace, head, len(prefix) - len(namespace))
    return context, namespace
