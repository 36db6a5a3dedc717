"""Errors are values with a code, a sentence, a hint and a place; whoever shows them decides how.

    StoreError                   exit 1 unless said otherwise
      InputError                 the caller can fix the text: code of P-016 or M-098, position in it
        AddressError
        StreamError
        LimitError               too large, too many
      UsageError                 wrong or missing arguments
      NotFound                   exit 2: the entry asked for is not there or has expired
      Refused                    a rule of the store, a lock or a guard forbids it
      ContextError               who or where cannot be settled: user, meta, cursor, database, setting (P-073)
      Unavailable                the disk or another process is in the way: code of storage.md section 13
      Corrupt                    the file is damaged or not ours

No sentence ever holds a stored value (P-116). `text` is the offending input itself, kept so that it can be shown or rescued.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.streams.events import Origin


class StoreError(Exception):
    """`code`: stable word for programs. `message`: one sentence. `hint`: the way out.

    `position`: 0-based character offset of the fault in `text`. `origin`: the place in a stream of the write it is about (M-128).
    """

    exit_code = 1
    origin: Origin | None = None

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        text: str = "",
        position: int | None = None,
        segment: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.text = text
        self.position = position
        self.segment = segment

    def to_dict(self) -> dict[str, object]:
        """The documented JSON shape of an error (U-16)."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "position": self.position}


class InputError(StoreError):
    """The text given is not what it should be."""


class AddressError(InputError):
    """A bad address or name; `segment` is context, namespace, key, index or ""."""


class StreamError(InputError):
    """A bad token stream; `text` is the token's label (X-009), never its value."""


class LimitError(InputError):
    """Too large, too long, too many."""


class UsageError(StoreError):
    """Wrong or missing arguments."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__("usage", message, hint=hint)


class NotFound(StoreError):
    """What was asked for does not exist or has expired."""

    exit_code = 2


class Refused(StoreError):
    """A rule forbids it: reserved, not a cache, locked to another user, changed since."""


class ContextError(StoreError):
    """User, meta, cursor, database or settings are not usable: no database was guessed, nothing was read or written (P-073)."""


class Unavailable(StoreError):
    """The database cannot be used right now or right here; nothing was written."""


class Corrupt(StoreError):
    """The file is damaged, foreign or newer than this program; nothing was written and nothing is repaired."""
