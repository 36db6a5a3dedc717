"""Everything there is to say about the text of a meteor stream, faults and doubts, in the order of the text (M-117)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from store.addresses.faults import invalid_name
from store.addresses.namespaces import bad_part, parse_namespace
from store.errors import AddressError, StoreError, StreamError
from store.profiles import DEFAULT
from store.streams.controls import PREFIX
from store.streams.labels import make_label
from store.streams.meteor_stream import Reader, full_address
from store.streams.splitter import METEORS, Piece, check, double_fault, double_semicolons, split_pieces
from store.streams.tokens import Addresses, Token, read_tokens, warnings

if TYPE_CHECKING:
    from store.profiles import Profile

Level = Literal["error", "warning"]
ERROR: Level = "error"
WARNING: Level = "warning"
UNBALANCED = "unbalanced-quotes"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `segment` and `token` count from 1, `offset` is that of the token, or of the quote or `;` at fault.

    `text` is the token as typed, value included: it answers whoever typed it and belongs in no log.
    """

    level: Level
    code: str
    segment: int
    token: int
    offset: int
    text: str
    message: str
    hint: str

    def to_dict(self) -> dict[str, object]:
        """The JSON shape (M-206)."""
        return {
            "level": self.level,
            "code": self.code,
            "segment": self.segment,
            "token": self.token,
            "offset": self.offset,
            "text": self.text,
            "message": self.message,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """`valid`: there is no error. `segments` and `tokens`: how many were read, controls and bad ones included."""

    valid: bool
    segments: int
    tokens: int
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings that make the text invalid."""
        return [found for found in self.diagnostics if found.level == ERROR]

    @property
    def warnings(self) -> list[Diagnostic]:
        """The others."""
        return [found for found in self.diagnostics if found.level == WARNING]

    def to_dict(self) -> dict[str, object]:
        """The JSON shape (M-206)."""
        return {
            "valid": self.valid,
            "segments": self.segments,
            "tokens": self.tokens,
            "diagnostics": [found.to_dict() for found in self.diagnostics],
        }


def explain(text: str, strict: bool = False, profile: Profile = DEFAULT) -> Explanation:
    """What `read_meteor_stream` thinks of `text`, token by token; never raises.

    Without `strict` it is valid exactly if that takes it (M-115). Warnings: `bare-equals`, `dotted-path`, malformed brackets,
    `ns-deep`, and for the rules only strict writes have: names, `ns-too-deep`. With `strict` brackets and the last two are errors.
    An open quote ends it: what stands before the token with the quote is explained, and `;;` is not mentioned.
    """
    try:
        check(text)
    except StreamError as fault:
        if fault.code == UNBALANCED:
            return _Explainer(strict, profile).explain(text, fault)
    return _Explainer(strict, profile).explain(text, None)


class _Explainer:
    def __init__(self, strict: bool, profile: Profile) -> None:
        self.strict = strict
        self.profile = profile
        self.reader = Reader()
        self.tokens = 0
        self.found: list[Diagnostic] = []

    def explain(self, text: str, unbalanced: StreamError | None) -> Explanation:
        """Read `text` up to the open quote; all before it is balanced, and a letter in its place keeps its token a token."""
        readable = text if unbalanced is None else text[: unbalanced.position] + "x"
        doubles = deque(double_semicolons(readable) if unbalanced is None else ())
        for segment in split_pieces(readable, METEORS):
            end = segment.offset + len(segment.text)
            for piece in self.reader.enter(segment):
                self.doubled(doubles, piece.offset)
                self.tokens += 1
                if unbalanced is not None and piece.offset + len(piece.text) == len(readable):
                    rest = Piece(text[piece.offset :].rstrip(), piece.offset)
                    self.add(ERROR, unbalanced, rest, self.reader.token + 1)
                else:
                    self.take(piece)
            self.doubled(doubles, end)
        valid = all(found.level != ERROR for found in self.found)
        return Explanation(valid, self.reader.segment, self.tokens, tuple(self.found))

    def doubled(self, doubles: deque[int], before: int) -> None:
        """Mention each surplus `;` that stands before that offset, with the token ahead of it."""
        while doubles and doubles[0] < before:
            position = doubles.popleft()
            self.add(ERROR, double_fault(position), Piece(";", position), max(1, self.reader.token))

    def take(self, piece: Piece) -> None:
        """One piece: its fault, or what is doubtful about it."""
        try:
            self.reader.take(piece)
        except StoreError as fault:
            self.add(ERROR, fault, piece, self.reader.token, _hint(fault, piece))
            return
        if piece.text.startswith(PREFIX):
            return
        token = next(read_tokens([piece], Addresses()))
        level = ERROR if self.strict else WARNING
        for doubt in self.strict_faults(token):
            self.add(WARNING if doubt.code == "ns-deep" else level, doubt, piece, self.reader.token)
        for doubt in warnings(token):
            self.add(level if doubt.code.startswith("bracket-") else WARNING, doubt, piece, self.reader.token)

    def strict_faults(self, token: Token) -> list[StoreError]:
        """What strict writes would refuse in the address the token states (M-128), and `ns-deep`."""
        found: list[StoreError] = []
        if token.context is not None and self.profile.validate_namespace_characters:
            offset = bad_part(token.context)
            if offset >= 0:
                found.append(invalid_name(token.context, offset, "context"))
        if token.namespace:
            try:
                path = parse_namespace(token.namespace, self.profile)
            except AddressError as fault:
                found.append(fault)
            else:
                if path.should_warn:
                    found.append(self.deep(token.namespace, path.depth))
        return found

    def deep(self, namespace: str, depth: int) -> StreamError:
        """The warning of M-024."""
        label = make_label(namespace)
        most = self.profile.namespace_error_depth - 1
        hint = f"depth {depth}, maximum {most} (profile '{self.profile.name}')"
        return StreamError("ns-deep", f"the namespace '{label}' is deep", hint=hint, text=label, segment="namespace")

    def add(self, level: Level, fault: StoreError, piece: Piece, token: int, hint: str | None = None) -> None:
        text, offset = piece
        self.found.append(
            Diagnostic(
                level,
                fault.code,
                self.reader.segment,
                token,
                offset,
                text,
                fault.message,
                fault.hint if hint is None else hint,
            )
        )


def _hint(fault: StoreError, piece: Piece) -> str | None:
    """M-099 for `not-fully-qualified`: the whole token as it should be, value and all; None keeps the fault's own hint."""
    if fault.code != "not-fully-qualified":
        return None
    head, _, value = piece.text.partition("=")
    head, value = head.rstrip(), value.strip()
    namespace, colon, key = head.rpartition(":")
    if colon:
        return f"{full_address(head, (None, namespace))}={value} ('{head}' was read as namespace:key)"
    return f"{full_address(key, (None, None))}={value}"
