"""Rewriting the cache of names: what is valid stays, newest first, each name once (C-040…C-049); forgetting names (C-029)."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from re import ASCII
from re import compile as pattern

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

MOST_ENTRIES = 1000  # C-045
TYPES = ("id", "alias", "tag")
AHEAD_MS = 24 * 3600 * 1000  # what a clock may be ahead (C-044)
TIME = pattern(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))", ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Name:
    """One valid line of the cache."""

    type: str
    value: str
    key: str
    target: str
    seen_ms: int

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
    """What the cache holds, newest first, each name once; empty when there is none. Takes no lock: a rename is never half."""
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
    text = "".join(
        line_of(name.type, name.value, name.key, name.target, stamp(name.seen_ms)) for name in _ordered(kept)[:most]
    ).encode()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(path + ".tmp", flags, 0o600)
    with open(fd, "wb") as file:
        file.write(text)
    os.rename(path + ".tmp", path)
    os.ftruncate(state, 0)
    os.write(state, b"%d\n" % len(text))


def read_names(content: bytes, now_ms: int) -> dict[Key, Name]:
    """Every valid name of a cache file; of several lines for one name the newest, of equally new ones the later (C-016, C-042)."""
    found: dict[Key, Name] = {}
    for line in content.split(b"\n"):
        name = read_line(line, now_ms)
        if name is not None:
            before = found.get(name.identity)
            if before is None or name.seen_ms >= before.seen_ms:
                found[name.identity] = name
    return found


def read_line(line: bytes, now_ms: int) -> Name | None:
    """The name that one line holds; None if the line is not valid (C-016)."""
    if not line or len(line) > LONGEST_LINE:
        return None
    try:
        fields = json.loads(line.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or fields.get("type") not in TYPES:
        return None
    value, key, target = fields.get("value"), fields.get("canonical_key"), fields.get("target")
    if not (isinstance(value, str) and isinstance(key, str) and is_cachable(value) and is_cachable(key)):
        return None
    seen_ms = read_time(fields.get("last_seen"))
    if seen_ms is None:
        return None
    if not (isinstance(target, str) and fields["type"] == "alias" and is_cachable(target)):
        target = ""
    return Name(fields["type"], value, key, target, now_ms if seen_ms > now_ms + AHEAD_MS else seen_ms)


def read_time(text: object) -> int | None:
    """The moment that `text` names, in milliseconds, fractions cut; None if it is none or has no zone (C-015)."""
    found = TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1] + "+00:00")
        if found[3]:
            hours, minutes = int(found[4]), int(found[5])
            if hours > 23 or minutes > 59:
                return None
            offset = timedelta(hours=hours, minutes=minutes)
            moment = moment - offset if found[3] == "+" else moment + offset
    except (ValueError, OverflowError):
        return None
    return (moment - EPOCH) // MILLISECOND + int((found[2] or "0")[:3].ljust(3, "0"))


def _ordered(found: Collection[Name]) -> list[Name]:
    """Newest first, then by type and canonical key (C-043)."""
    return sorted(found, key=lambda name: (-name.seen_ms, name.type, name.key))
