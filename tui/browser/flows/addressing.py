"""What an address field knows about its text: whether it is an address, where it is not, and what lies at that place.

No Textual. The text may be anything a user typed or pasted; the words made here are safe except where they repeat it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from store.addresses import print_address, read_address, read_listing, show_address
from store.errors import AddressError, StoreError
from store.model import Address, Position
from store.operation import reading
from store.operations.entries import APPEND, head, space_of
from tui.browser.text.preview import human_age, human_left, human_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.addresses import Reading
    from store.operation import Steps

Mode = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text is as an address. Exactly one of `address` and `error` is there.

    advice: a remark about an address that is legal but may not be what was meant, "" for none. meta: the one in effect.
    """

    text: str
    address: Address | None
    error: AddressError | None
    advice: str = ""
    meta: str = ""

    @property
    def position(self) -> int | None:
        """Offset in `text` of the character at fault, its length for "something is missing at the end"."""
        if self.error is None or self.error.position is None:
            return None
        return min(self.error.position, len(self.text))

    @property
    def full(self) -> str:
        """The whole address in the form of screens, or "" for none (U-03). A meta that is not in effect is named (P-018)."""
        if self.address is None:
            return ""
        shown = show_address(self.address)
        return shown if self.address.meta == self.meta else f"{shown} in meta {self.address.meta}"

    @property
    def abbreviated(self) -> bool:
        """Whether the text leaves parts out that were filled in, so that the whole should be shown."""
        if self.address is None or self.address.meta != self.meta:
            return self.address is not None
        return self.text not in (self.full, print_address(self.address))


@dataclass(frozen=True, slots=True)
class Target:
    """What is stored under an address, and the lifetime entries get there. Times are ms since the epoch, `size` bytes."""

    address: Address
    size: int | None = None
    updated_at: int = 0
    expires_at: int | None = None
    secret: bool = False
    ttl_s: int | None = None

    def there(self, now_ms: int) -> bool:
        """Whether a live entry is there."""
        return self.size is not None and (self.expires_at is None or self.expires_at > now_ms)


def field_reading(reading: Reading) -> Reading:
    """The same session's reading for text typed into a field: options have become the position, so any whole address is welcome."""
    position = Position(reading.context or reading.position.context, reading.namespace or reading.position.namespace)
    return reading._replace(position=position, context=None, namespace=None, variant=None, whole=False)


def check(text: str, reading: Reading, mode: Mode = "write") -> Verdict:
    """Read `text` as a field does (U-02). Writing refuses `pipe.cache` (P-022) and what has no key.

    Reading also takes a namespace, `app.ui.` or `app:ui:`, as an address whose key is "".
    """
    try:
        address = read_address(text, reading)
    except AddressError as error:
        namespace = _namespace(text, reading) if mode == "read" else None
        return Verdict(text, namespace, None if namespace else error, meta=reading.meta)
    if mode == "write" and address.is_cache:
        return Verdict(text, None, _reserved(text), meta=reading.meta)
    return Verdict(text, address, None, _advice(text), reading.meta)


def _namespace(text: str, reading: Reading) -> Address | None:
    if not text.endswith((reading.delimiter, ":")):
        return None
    try:
        listing = read_listing(text, reading)
    except StoreError:
        return None
    return None if listing.pattern else Address(*listing[:3], "")


def _reserved(text: str) -> AddressError:
    return AddressError(
        "reserved",
        f"Invalid address '{text}': pipe.cache is reserved for rescued pipes",
        hint="choose another context and namespace",
        text=text,
        position=0,
        segment="context",
    )


def _advice(text: str) -> str:
    """M-037 for keys with malformed brackets, which are stored as they stand (M-041)."""
    if ":" not in text or not ("[" in text or "]" in text):
        return ""
    from store.addresses.colon import path_hint

    hint = path_hint(text)
    return "" if hint.startswith("'") else hint.rpartition("': ")[2]


def sentence(error: StoreError) -> str:
    """What is wrong, without the repetition of the text that stands right above: `the project is empty`."""
    before, found, after = error.message.rpartition("': ")
    if found and before.startswith(("Invalid address", "invalid address")):
        return after
    return error.message.removeprefix("Invalid address: ")


def typed_form(address: Address, reading: Reading) -> str:
    """How to spell `address` in a field read by `reading`: the form of screens, unless only another one reads back."""
    for form in (show_address(address), print_address(address)):
        try:
            if read_address(form, reading) == address:
                return form
        except AddressError:
            continue
    return show_address(address)


@reading
def look(address: Address) -> Steps[Target]:
    """What a write to `address` would meet. An append key (`queue[]`) always finds a free place (M-123)."""
    space = yield from space_of(address)
    ttl_s = space.ttl_s if space else None
    found = None if address.key.endswith(APPEND) else (yield from head(address, limit=1))
    if found is None:
        return Target(address, ttl_s=ttl_s)
    return Target(address, found.size, found.updated_at, found.expires_at, found.secret, ttl_s)


@reading
def look_at(addresses: Sequence[Address]) -> Steps[list[Target]]:
    """`look` for each of them."""
    targets = []
    for address in addresses:
        targets.append((yield from look(address)))
    return targets


def undoable(target: Target, now_ms: int) -> bool:
    """Whether overwriting can be undone: old values that expire or are secret are never kept (U-10, U-11)."""
    return not target.there(now_ms) or (target.expires_at is None and not target.secret)


def describe_write(target: Target, now_ms: int) -> str:
    """What writing would do there: `a new entry`, or what it overwrites and whether that can be undone."""
    if target.address.key.endswith(APPEND):
        words = "appended behind the last one"
    elif target.there(now_ms):
        back = "undoable" if undoable(target, now_ms) else "cannot be undone"
        words = f"overwrites {_size(target)} written {human_age(now_ms - target.updated_at)} — {back}"
    else:
        words = "a new entry"
    return words + (f" · expires in {human_left(target.ttl_s * 1000)}" if target.ttl_s else "")


def describe_read(target: Target, now_ms: int) -> str:
    """What is to be found there."""
    if not target.address.key:
        return "a namespace"
    if not target.there(now_ms):
        return "nothing there yet"
    left = f" · expires in {human_left(target.expires_at - now_ms)}" if target.expires_at is not None else ""
    return f"{_size(target)} written {human_age(now_ms - target.updated_at)}{left}"


def _size(target: Target) -> str:
    size = human_size(target.size or 0)
    return f"a secret of {size}" if target.secret else size
