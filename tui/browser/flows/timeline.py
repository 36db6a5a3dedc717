"""The life of one entry as the versions it has had: which value it was, since when, and who made it so. No Textual."""

from __future__ import annotations

from dataclasses import dataclass
from time import gmtime, strftime
from typing import TYPE_CHECKING, Literal

from store.addresses import show_address
from store.errors import NotFound
from store.operation import reading
from store.operations import entries
from store.operations import history as operations
from tui.browser.flows.past import HEAD, Page, Past
from tui.browser.text.preview import ValueHead, decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Address
    from store.operation import Steps
    from store.operations.entries import Preview
    from store.operations.history import Moment
    from tui.browser.services import Services

PREVIEW = 65_536
"""Characters or bytes of a value that are shown."""

State = Literal["value", "absent", "withheld"]


@dataclass(frozen=True, slots=True)
class Version:
    """What an entry was for a time.

    ended_by: the number of the change that ended it, None for what it is now. since: ms, None where history does not go back that
    far; command, face, user: what made it so. head: the beginning of the value, `size` bytes in all; of a secret, empty.
    """

    ended_by: int | None
    ended_at: int | None
    state: State
    head: bytes = b""
    size: int = 0
    masked: bool = False
    since: int | None = None
    command: str = ""
    face: str = ""
    user: str = ""

    @property
    def why_not(self) -> str:
        """Why it cannot be brought back, "" if it can."""
        if self.ended_by is None:
            return "that is what it is now"
        if self.state == "absent":
            return "it was not there then; d in the entries deletes it"
        return "it was a secret, or it expired: its value was not kept" if self.state == "withheld" else ""


def moments_of(services: Services, address: Address) -> Past[Moment]:
    """The changes of an entry, with the beginnings of the values before them."""

    @reading
    def page(before: int | None, limit: int) -> Steps[Page[Moment]]:
        rows = yield from operations.timeline(address, limit=limit, before=before, head=HEAD)
        total = yield from operations.count_moments(address)
        return Page(rows[::-1], total)

    return Past(services, page, lambda moment: moment.seq)


async def now_of(services: Services, address: Address) -> Preview | None:
    """The entry as it is now; None if there is none."""
    found = await services.run(entries.head(address, limit=HEAD))
    if found is None or (found.expires_at is not None and found.expires_at <= services.now_ms()):
        return None
    return found


def versions(now: Preview | None, moments: Sequence[Moment], *, complete: bool) -> list[Version]:
    """The versions of an entry, the newest first, from its changes, the newest first.

    complete: whether `moments` go back as far as anything is kept; otherwise the version before the last one is left out until it
    is known where it came from.
    """
    current = Version(None, None, "absent")
    if now is not None:
        current = Version(None, None, "value", now.value, now.size, now.secret)
    found = [_made(current, moments[0] if moments else None)]
    for index, moment in enumerate(moments):
        older = moments[index + 1] if index + 1 < len(moments) else None
        if older is None and not complete:
            break
        if older is None and moment.before is None and not moment.withheld:
            break  # its first write: before it there was nothing
        found.append(_made(_before(moment), older))
    return found


def _before(moment: Moment) -> Version:
    if moment.withheld:
        return Version(moment.seq, moment.at, "withheld")
    if moment.before is None:
        return Version(moment.seq, moment.at, "absent")
    head = b"" if moment.masked else moment.before
    return Version(moment.seq, moment.at, "value", head, moment.size, moment.masked)


def _made(version: Version, by: Moment | None) -> Version:
    """`version` with what made it so, as far as that is known."""
    if by is None:
        return version
    facts = (version.ended_by, version.ended_at, version.state, version.head, version.size, version.masked)
    return Version(*facts, by.at or None, by.command, by.face, by.user)


async def load_version(services: Services, address: Address, version: Version, *, reveal: bool = False) -> ValueHead:
    """The beginning of the value a version had; a secret's only with `reveal`. Raises `not-found` when it is not kept any more."""
    written_at = version.since or version.ended_at or 0
    if version.masked and not reveal:
        return ValueHead(title_of(address, version), b"", version.size, written_at, secret=True)
    if version.ended_by is None:
        preview = await services.run(entries.head(address, limit=PREVIEW, reveal=reveal))
        value = None if preview is None else preview.value
    else:
        value = await services.run(operations.old_value(address, version.ended_by, limit=PREVIEW))
    if value is None:
        raise NotFound("not-found", "it is not kept any more")
    return ValueHead(title_of(address, version), value, version.size, written_at, secret=version.masked)


def title_of(address: Address, version: Version) -> str:
    """`app:ui:theme · now`, or `app:ui:theme · until 2027-01-15 07:57:00 UTC`."""
    return f"{show_address(address)} · {'now' if version.ended_by is None else 'until ' + stamp(version.ended_at)}"


def stamp(at_ms: int | None) -> str:
    """A time to the second, UTC; `?` if it is not known."""
    return strftime("%Y-%m-%d %H:%M:%S UTC", gmtime(at_ms // 1000)) if at_ms else "?"


def in_line(head: bytes, size: int) -> tuple[str, int]:
    """The beginning of a value for one line, as text or as bytes in hex, and how many characters or bytes follow it."""
    if not size:
        return "empty", 0
    text = decode(head, size)
    if text is None:
        return head.hex(" "), size - len(head)
    return text, max(0, size - len(head))
