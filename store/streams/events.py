"""The few things every stream language comes down to (U-06). One applier writes them, all or nothing.

Addresses are complete: whoever reads a stream has already resolved positions, directives and prefixes.
"""

from __future__ import annotations

from store.named import NamedTuple

TYPE_CHECKING = False

if TYPE_CHECKING:
    from store.model import Address, Position

APPLIED = ""
IGNORED = "ignored"
SECURITY = "security"


class Origin(NamedTuple):
    """Where in a stream a write stands: `dialect` is token or meteor; `segment` and `token` count from 1 (M-128, M-117).

    `offset`: of the token in the whole text, in characters.
    """

    dialect: str
    segment: int
    token: int
    offset: int


class Write(NamedTuple):
    """Store `value` at `address`. `ttl_s`: asked for by the stream, legal in cache namespaces only (X-036).

    `label` names the token in messages; it never holds a value. `expires_at`: an expiry in ms that an import brings along, kept
    in cache namespaces and ignored elsewhere (P-135). `secret`: to be marked so (U-11). `origin`: None outside Meteor's streams.
    """

    address: Address
    value: bytes
    ttl_s: int | None
    label: str
    expires_at: int | None = None
    secret: bool = False
    origin: Origin | None = None


class Move(NamedTuple):
    """From here on the reader's lasting position is `position`. XStream never moves it: its directives end with the stream."""

    position: Position


class Control(NamedTuple):
    """Run `command` (delete, reset) on the literal text `target`; stores nothing."""

    command: str
    target: str


class Directive(NamedTuple):
    """A token that says how to read others and is never stored. `note`: APPLIED, IGNORED (X-037) or SECURITY (X-038).

    The value of a SECURITY directive is already `***` unless it is a user name.
    """

    name: str
    value: str
    note: str = APPLIED


Event = Write | Move | Control | Directive
