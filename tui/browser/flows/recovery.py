"""The inbox in plain values: what waits there, why, for how long, and where it could go. No Textual, no I/O.

Texts made here repeat what a user typed at some time; they pass tui.browser.text.safe before they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from shlex import quote
from time import localtime, strftime
from typing import TYPE_CHECKING, Literal

from store.addresses import print_address, read_address, show_address, suggest
from store.addresses.names import KEY_LIMIT
from store.errors import AddressError
from store.model import Address
from store.operation import reading as reading_operation
from store.operations.entries import APPEND
from store.spool import KEPT_FOR_S
from tui.browser.flows.addressing import check, look, typed_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from store.addresses import Reading
    from store.operation import Steps
    from store.operations.recovery import Waiting
    from store.spool import Kept
    from tui.browser.flows.addressing import Target

Order = Literal["newest", "urgent"]
Kind = Literal["pipe", "stream", "file"]

URGENT_MS = 2 * 60_000
KEEP_MS = 15 * 60_000
MOST_NUMBERS = 99
PIN_MS = 7 * 24 * 3600_000

REASONS = {
    "empty": "no address",
    "too_many_parts": "too many parts",
    "empty_part": "empty part",
    "bad_char": "bad character",
    "too_long": "name too long",
    "empty_key": "no key",
    "empty_context": "no variant after __",
    "key_has_delim": "delimiter in the key",
    "conflict": "said twice",
    "bad_delim": "bad delimiter",
    "meta_conflict": "another meta",
    "reserved": "reserved name",
    "starts_with_digit": "meta starts with a digit",
    "incomplete": "incomplete address",
    "too-many-colons": "too many colons",
    "empty-context": "no context",
    "empty-key": "no key",
    "empty-path": "no address",
    "invalid-name": "bad character",
    "ns-empty-part": "empty part",
    "ns-bad-char": "bad character",
    "ns-part-too-long": "name too long",
    "ns-reserved": "reserved name",
    "ns-too-deep": "too many levels",
    "append-not-permitted": "append not allowed",
    "ttl_not_allowed": "TTL not allowed there",
    "bad_ttl": "bad TTL",
    "not-json": "not JSON",
    "not-base64": "not base64",
    "missing_equals": "stream: '=' missing",
    "space_before_equals": "stream: blank before '='",
    "space_after_equals": "stream: blank after '='",
    "trailing_space": "stream: blank before ';'",
    "space_in_namespace": "stream: blank in prefix",
    "space_in_key": "stream: blank in key",
    "empty_namespace": "stream: empty namespace",
    "unterminated_quote": "stream: quote left open",
    "text_after_quote": "stream: text after quote",
    "newline_in_value": "stream: ';' missing",
    "not_utf8": "stream: not UTF-8",
    "bad_directive": "stream: bad directive",
    "interrupted": "command was interrupted",
    "put-back": "put back",
}
"""Codes of refusals in at most four words. Codes that are not here are shown as they are, `_` and `-` as blanks."""

FILE_REASON = "file: not stored"
STREAM_SUFFIXES = ("stream", "stream_ready")
NAMELESS = {"missing": "no address given", "stream": "a rejected stream", "stream_ready": "no address given"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits to be brought home. Times are ms since the epoch, `size` bytes.

    id: the same for as long as it waits. name: the key after `pipe.cache.`, or the path of a `.pipe` file. intended: the address as
    typed, "" if that is not known; suffix: what is left of it in the name (P-066). reason: a code.
    """

    id: str
    name: str
    kind: Kind
    intended: str
    suffix: str
    reason: str
    size: int
    cached_at: int
    expires_at: int | None
    secret: bool = False

    @property
    def is_file(self) -> bool:
        """Whether it lies in a file beside the store (P-072)."""
        return self.kind == "file"

    @property
    def meant(self) -> str:
        """What it was meant for: as typed, else what the name tells."""
        return self.intended or NAMELESS.get(self.suffix, self.suffix)

    @property
    def known(self) -> bool:
        """Whether `meant` is what was typed."""
        return bool(self.intended)

    def left_ms(self, now_ms: int) -> int | None:
        """Time left, None for no end."""
        return None if self.expires_at is None else self.expires_at - now_ms

    def expired(self, now_ms: int) -> bool:
        """Whether its time is over (P-043)."""
        return self.expires_at is not None and self.expires_at <= now_ms

    def urgent(self, now_ms: int) -> bool:
        """Whether it has less than two minutes left."""
        return self.expires_at is not None and 0 < self.expires_at - now_ms < URGENT_MS


def item_of_pipe(pipe: Waiting) -> Item:
    """A cached pipe."""
    suffix = pipe.key.split("_", 2)[-1]
    kind: Kind = "stream" if suffix.startswith("stream_ready") else "pipe"
    return Item(
        f"pipe:{pipe.key}", pipe.key, kind, pipe.intended, suffix, pipe.reason, pipe.size, pipe.cached_at, pipe.expires_at,
        pipe.secret,
    )  # fmt: skip


def item_of_file(kept: Kept) -> Item:
    """A `.pipe` file; it goes 24 hours after it was written."""
    until = (kept.kept_at + KEPT_FOR_S) * 1000
    return Item(f"file:{kept.path}", kept.path, "file", "", kept.suffix, "", kept.size, kept.kept_at * 1000, until)


def arrange(items: Iterable[Item], order: Order) -> list[Item]:
    """`newest` first, or `urgent`: the one with the least time left first. Both are the same from one second to the next."""
    if order == "newest":
        return sorted(items, key=lambda item: (-item.cached_at, item.id))
    return sorted(items, key=lambda item: (item.expires_at is None, item.expires_at or 0, item.id))


def merge(old: Sequence[Item], new: Sequence[Item], now_ms: int, *, keep_ms: int = 60_000) -> list[Item]:
    """`new`, and those of `old` whose time ran out less than `keep_ms` ago: a line does not vanish under the reader's eyes."""
    known = {item.id for item in new}
    ghosts = [
        item
        for item in old
        if item.id not in known
        and item.expires_at is not None
        and item.expires_at <= now_ms < item.expires_at + keep_ms
    ]
    return [*new, *ghosts]


def neighbour(before: Sequence[Item], after: Sequence[Item], id: str) -> str | None:
    """Where to go when the line `id` is gone: the next one that is still there, else the one before; None if none is."""
    there = {item.id for item in after}
    place = next((index for index, item in enumerate(before) if item.id == id), 0)
    for item in [*before[place + 1 :], *reversed(before[:place])]:
        if item.id in there:
            return item.id
    return after[0].id if after else None


@lru_cache(maxsize=4096)
def why(reason: str, intended: str, reading: Reading) -> str:
    """Why it was refused, in a few words: `empty part at 9`. Positions count from 1 and are found by reading the address again."""
    words = REASONS.get(reason) or reason.replace("_", " ").replace("-", " ") or "reason not kept"
    error = refusal(intended, reading)
    if error is None or error.code != reason or error.position is None or reason in ("incomplete", "empty"):
        return words
    return f"{words} at {error.position + 1}"


def refusal(intended: str, reading: Reading) -> AddressError | None:
    """What is wrong with an address that was piped to; None if nothing is, or nothing was typed."""
    if not intended:
        return None
    try:
        address = read_address(intended, reading._replace(whole=True))
    except AddressError as error:
        return error
    return check(intended, reading).error if address.is_cache else None


def item_why(item: Item, reading: Reading) -> str:
    """`why` for one item."""
    return FILE_REASON if item.is_file else why(item.reason, item.intended, reading)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address an item could go to. meant: it is what the user typed, so an entry that is there already is meant as well."""

    address: Address
    meant: bool


def candidates(item: Item, reading: Reading) -> list[Candidate]:
    """Good addresses for `item`, the likeliest first, at least one. `reading`: that of a field.

    The address as typed, if only the pipe could not use it; the nearest good one; its name at the current position; the time
    it came.
    """
    found: list[Candidate] = []
    verdict = check(item.intended, reading)
    if verdict.address is not None and verdict.address.meta == reading.meta:
        found.append(Candidate(verdict.address, True))
    texts = [suggest(item.intended, reading)] if item.intended else []
    if item.suffix not in NAMELESS:
        texts.append(suggest(squeezed(item.suffix), reading))
    for text in texts:
        address = check(text, reading._replace(delimiter=".")).address if text else None
        if address is not None and address.meta == reading.meta:
            found.append(Candidate(address, False))
    key = strftime("rescued-%Y%m%d-%H%M", localtime(item.cached_at / 1000))
    found.append(Candidate(Address(reading.meta, *reading.position, key), False))
    return list({candidate.address: candidate for candidate in reversed(found)}.values())[::-1]


@reading_operation
def free_places(ways: Sequence[Candidate], now_ms: int) -> Steps[list[Address]]:
    """The addresses of `ways`; what is only guessed gets a number if something lies there already."""
    found = []
    for way in ways:
        found.append((yield from _settle(way, frozenset(), now_ms)).address)
    return list(dict.fromkeys(found))


@reading_operation
def places(ways_of_all: Sequence[Sequence[Candidate]], now_ms: int) -> Steps[list[Target]]:
    """For each, its likeliest address that no earlier one has, and what lies there."""
    taken: set[Address] = set()
    targets = []
    for ways in ways_of_all:
        target = yield from _settle(ways[0], taken, now_ms)
        taken.add(target.address)
        targets.append(target)
    return targets


def _settle(way: Candidate, taken: Set[Address], now_ms: int) -> Steps[Target]:
    """`way` itself if it was meant or nothing is there, else with the first number that is free."""
    target = yield from look(way.address)
    if way.address.key.endswith(APPEND):  # as often as one likes
        return target
    number = 1
    while number < MOST_NUMBERS and (
        target.address in taken or (target.there(now_ms) and not (way.meant and number == 1))
    ):
        number += 1
        target = yield from look(numbered(way.address, number))
    return target


def squeezed(suffix: str) -> str:
    """`suffix` with single underscores: in a name they stand for what could not be kept, in an address for a variant."""
    while "__" in suffix:
        suffix = suffix.replace("__", "_")
    return suffix


def numbered(address: Address, number: int) -> Address:
    """`address` with `-2`, `-3`, … behind the base of its key, so that its variant stays its variant."""
    base, double, variant = address.key.partition("__")
    return address._replace(key=f"{base[: KEY_LIMIT - 3]}-{number}{double}{variant}")


def command_line(item: Item, address: Address | None, reading: Reading, options: Sequence[str] = ()) -> str:
    """The command that would do the same headless (U-14), quoted for a shell. Without an address it shows where one goes.

    options: the words before the verb that make the command line see the same store.
    """
    words = ["prontodb", *map(quote, options)]
    target = quote(_spelled(address, reading)) if address else "<address>"
    if item.is_file:
        return " ".join([*words, "set", target, "-", "<", quote(item.name)])
    return " ".join([*words, "copy", f"pipe.cache.{item.name}", target])


def _spelled(address: Address, reading: Reading) -> str:
    for form in (print_address(address), show_address(address)):
        try:
            if read_address(form, reading) == address:
                return form
        except AddressError:
            continue
    return typed_form(address, reading)


def file_name(item: Item, content_kind: str) -> str:
    """A name to propose for saving it to a file: `./invalid_address.txt`."""
    stem = squeezed(item.suffix).strip("_-") or "pipe"
    ending = {"json": ".json", "bytes": ".bin"}.get(content_kind, ".txt")
    return f"./{stem}{ending}"
