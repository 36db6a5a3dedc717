"""What the screen knows, as frozen values, and the pure functions on them. No Textual, no store access."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.pattern import Glob
from store.addresses import print_key
from store.addresses.keys import to_notation

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.session import Session


@dataclass(frozen=True, slots=True)
class CursorInfo:
    """What the bar at the bottom tells. "" leaves a part out. position: as `context:namespace`; pipes: how many wait; working:
    a load has been going on for long enough to be mentioned; trouble: why the store cannot be read. user_locked, meta_locked,
    strict: what the environment has locked (P-110…P-112)."""

    user: str = ""
    cursor: str = ""
    database: str = ""
    meta: str = ""
    position: str = ""
    pipes: int = 0
    working: bool = False
    trouble: str = ""
    user_locked: bool = False
    meta_locked: bool = False
    strict: bool = False


def info_of(session: Session) -> CursorInfo:
    """What is known of a session without reading its store."""
    return CursorInfo(
        user=session.actor.user,
        cursor=session.cursor or "",
        database=os.path.basename(session.database),
        meta=session.actor.meta,
        user_locked=bool(session.guard.user_lock),
        meta_locked=bool(session.guard.meta_lock),
        strict=session.guard.strict,
    )


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """What `f` asks for: the beginning of a key, or with `*`, `?` or `\\` in it a pattern for the whole of it (M-152, P-020).

    Keys are tried as they are stored, as the screen shows them, and as the command line prints them (M-155). "" is everything.
    """

    text: str = ""

    @property
    def is_pattern(self) -> bool:
        """Whether it is more than a prefix."""
        return any(mark in self.text for mark in "*?\\")

    @property
    def prefix(self) -> str:
        """What every key that passes begins with, in whatever spelling."""
        text = Glob.parse(self.text).prefix if self.is_pattern else self.text
        return text.partition("__")[0].partition("[")[0]

    def test(self) -> Callable[[str], bool]:
        """The test on a canonical key."""
        fits = Glob.parse(self.text).matches if self.is_pattern else _begins_with(self.text)

        def passes(key: str) -> bool:
            return fits(key) or ("__" in key and (fits(to_notation(key)) or fits(print_key(key))))

        return passes

    def __bool__(self) -> bool:
        return bool(self.text)


def _begins_with(prefix: str) -> Callable[[str], bool]:
    return lambda key: key.startswith(prefix)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 entry`, `12 entries`, `1,204 entries`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
