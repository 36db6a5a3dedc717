"""Rewriting the cache of names: what is valid stays, newest first, each name once (C-040…C-049); forgetting names (C-029)."""

from __future__ import annotations

import fcntl
import os

from store.named import NamedTuple
from tui.name_cache import (
    CACHE,
    INDEX,
    LOCK_WAIT_S,
    LONGEST_LINE,
    Reference,
    is_cachable,
    is_due,
    line_of,
    open_state,
    stamp,
    state_of,
    take_lock,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

MOST_ENTRIES = 1000  # C-045
TYPES = ("id", "alias", "tag")
AHEAD_MS = 24 * 3600 * 1000  # what a clock may be ahead (C-044)
PLAIN = {  # what stands in and between the quotes of a line, by how many pieces quotes cut it into (C-014)
    17: (["type", "value", "canonical_key", "last_seen"], ["{", *[":", ","] * 3, ":", "}"]),
    21: (["type", "value", "canonical_key", "target", "last_seen"], ["{", *[":", ","] * 4, ":", "}"]),
}

Key = tuple[str, str]


class Name(NamedTuple):
    """One valid line of the cache. seen: when, as `stamp` writes it, so that the order of texts is that of time (C-015)."""

    type: str
    value: str
    key: str
    target: str
    seen: str

    @property
    def identity(self) -> Key:
        """What makes it one name: type and canonical key (C-006)."""
        return self.type, self.key


def compact(index: str, now_ms: int, *, most: int = MOST_ENTRIES, wait_s: float = 0.0) -> bool:
    """Compact the cache in directory `index` now, if its lock can be had; whether it was done. Raises OSError."""
    return _rewrite(index, now_ms, most, wait_s, lambda _name: False)


def forget(index: str, references: Iterable[Reference], *, scope: str, now_ms: int, most: int = MOST_ENTRIES) -> bool:
    """Take these names out of the cache, in one compaction (C-029). No file, no action. Raises OSError."""
    gone = {(reference.type, reference.key(scope)) for reference in references}
    return forget_where(index, lambda name: name.identity in gone, now_ms=now_ms, most=most)


def forget_where(index: str, gone: Callable[[Name], bool], *, now_ms: int, most: int = MOST_ENTRIES) -> bool:
    """Take out every name that `gone` says is gone, as `forget`."""
    return _rewrite(index, now_ms, most, LOCK_WAIT_S, gone)


def compact_if_due(index: str, state: int, now_ms: int) -> bool:
    """Go from the shared lock on `state` to the exclusive one, look again, compact (C-047); false if somebody else may."""
    fcntl.flock(state, fcntl.LOCK_UN)
    if not take_lock(state, fcntl.LOCK_EX, 0):
        return False
    try:
        size = os.stat(f"{index}/{CACHE}").st_size
    except FileNotFoundError:
        return False
    if not is_due(state_of(state), size):
        return False
    _compact_locked(index, state, now_ms, MOST_ENTRIES, lambda _name: False)
    return True


def names(index: str, now_ms: int) -> list[Name]:
    """What the cache holds, newest first, each name once; empty when there is none.

    Takes no lock: a rename is never half, and an append that is seen half ends in a line that is not valid (C-016).
    """
    try:
        with open(f"{index}/{CACHE}", "rb") as file:
            content = file.read()
    except OSError:
        return []
    return _ordered(read_names(content, now_ms).values())


def index_of(root: str) -> str:
    """The directory of the cache in the workspace `root`."""
    return f"{root}/{INDEX}"


def _rewrite(index: str, now_ms: int, most: int, wait_s: float, gone: Callable[[Name], bool]) -> bool:
    if not os.path.isfile(f"{index}/{CACHE}"):
        return False
    state = open_state(index)
    try:
        if not take_lock(state, fcntl.LOCK_EX, wait_s):
            return False
        _compact_locked(index, state, now_ms, most, gone)
        return True
    finally:
        os.close(state)


def _compact_locked(index: str, state: int, now_ms: int, most: int, gone: Callable[[Name], bool]) -> None:
    """The steps of C-042, under the exclusive lock on `state`."""
    path = f"{index}/{CACHE}"
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with open(fd, "rb") as file:
        content = file.read()
    kept = [name for name in read_names(content, now_ms).values() if not gone(name)]
    text = "".join([line_of(*name) for name in _ordered(kept)[:most]]).encode()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(path + ".tmp", flags, 0o600)
    with open(fd, "wb") as file:
        file.write(text)
    os.rename(path + ".tmp", path)
    os.ftruncate(state, 0)
    os.write(state, b"%d\n" % len(text))


def read_names(content: bytes, now_ms: int) -> dict[Key, Name]:
    """Every valid name of a cache file; of several lines for one name the newest, of equally new ones the later (C-016, C-042).

    One that is too far ahead of `now_ms` counts as seen now (C-044).
    """
    found: dict[Key, Name] = {}
    ahead, now = stamp(now_ms + AHEAD_MS), stamp(now_ms)
    for line in content.split(b"\n"):
        name = read_line(line)
        if name is not None:
            if name.seen > ahead:
                name = name._replace(seen=now)
            before = found.get(name.identity)
            if before is None or name.seen >= before.seen:
                found[name.identity] = name
    return found


def read_line(line: bytes) -> Name | None:
    """The name that one line holds; None if the line is not valid (C-016)."""
    if not line or len(line) > LONGEST_LINE:
        return None
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return None
    fields = plain_fields(text)
    if fields is None:
        from tui.completion.foreign import fields_of

        fields = fields_of(text)
    if fields is None:
        return None
    type_, value, key, target, seen = fields
    if type_ not in TYPES or not (is_cachable(value) and is_cachable(key)):
        return None
    return Name(type_, value, key, target if type_ == "alias" and is_cachable(target) else "", seen)


def plain_fields(text: str) -> tuple[str, str, str, str, str] | None:
    """Type, value, canonical key, target and time of a line exactly as it is written here and needs no escapes (C-014).

    None for any other: that one is for a JSON parser, which takes longer to load than everything else in a `del`.
    """
    pieces = text.split('"')
    if "\\" in text or (pieces[1::4], pieces[::2]) != PLAIN.get(len(pieces)) or not is_plain_time(pieces[-2]):
        return None
    return pieces[3], pieces[7], pieces[11], pieces[15] if len(pieces) == 21 else "", pieces[-2]


def is_plain_time(text: str) -> bool:
    """Whether `text` is a moment as `stamp` writes it, of a day that every month has."""
    digits = text[:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16] + text[17:19] + text[20:23]
    if len(text) != 24 or not (digits.isascii() and digits.isdigit()) or int(text[:4]) == 0:
        return False
    if text[4] + text[7] + text[10] + text[13] + text[16] + text[19] + text[23] != "--T::.Z":
        return False
    return (
        "01" <= text[5:7] <= "12"
        and "01" <= text[8:10] <= "28"
        and max(text[11:13], "23") == "23"
        and max(text[14:16], text[17:19], "59") == "59"
    )


def _ordered(found: Collection[Name]) -> list[Name]:
    """Newest first, then by type and canonical key (C-043)."""
    ordered = sorted(found, key=lambda name: (name.type, name.key))
    return sorted(ordered, key=lambda name: name.seen, reverse=True)
