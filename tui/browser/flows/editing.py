"""Editing a value as text without loss, and the writes of the browser with their undo. No Textual.

A text field must hold only what may be shown, so every character that may not stands in as a visible one while it is edited
(`Draft`), and comes back as itself when it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.errors import NotFound, Refused
from store.operations import bulk
from tui.browser.text.preview import human_size
from tui.safe_text import plain_safe, safe_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import Address, Entry
    from tui.browser.services import Services

LIMIT = 65_536
"""Bytes that can be edited here; what is larger is edited outside."""

LONGEST_LINE = 8_192
"""Characters of one line: a text field lays out a line as a whole."""

PLAIN = "\n\t"
_CONTROLS: dict[str, str] = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "␡"}
_SPARE = "ⓐⓑⓒⓓⓔⓕⓖⓗⓘⓙⓚⓛⓜⓝⓞⓟⓠⓡⓢⓣⓤⓥⓦⓧⓨⓩ"


class CannotEdit(Refused):
    """This value is not for a text field; the message says why, the hint what else to do."""

    def __init__(self, why: str) -> None:
        super().__init__("cannot-edit", why, hint="edit it outside: prontodb get … > file, then prontodb set … < file")


@dataclass
class Draft:
    """A text being edited. `shown`: what goes into the field; stand_ins: visible character to the one it stands for."""

    shown: str = ""
    stand_ins: dict[str, str] = field(default_factory=dict)

    @property
    def legend(self) -> str:
        """Which stand-ins there are: `␛ is ESC, ⓐ is ‹ZWJ›`; "" for none."""
        return ", ".join(f"{shown} is {_name(real)}" for shown, real in self.stand_ins.items())

    def present(self, text: str) -> str:
        """`text` as it may go into the field, one character for one. Raises CannotEdit when there are too many strangers."""
        strangers = {char for char in text if char not in PLAIN and _is_stranger(char)}
        table = {real: shown for shown, real in self.stand_ins.items()}
        for char in sorted(strangers - table.keys()):
            table[char] = self._spare(char, text)
            self.stand_ins[table[char]] = char
        presentable: str = text.translate({ord(real): shown for real, shown in table.items()})
        if safe_parts(presentable, PLAIN)[1]:
            raise CannotEdit("it holds piled-up marks that a text field cannot show")
        return presentable

    def back(self, shown: str) -> str:
        """The text that `shown` stands for."""
        return shown.translate({ord(stand_in): real for stand_in, real in self.stand_ins.items()})

    def _spare(self, char: str, text: str) -> str:
        own = _CONTROLS.get(char, "")
        for candidate in own + _SPARE:
            if candidate not in text and candidate not in self.stand_ins and candidate not in self.shown:
                return candidate
        raise CannotEdit("it holds too many different control characters")


def draft_of(entry: Entry) -> Draft:
    """The draft of a stored value. Raises CannotEdit: too large, not text, lines too long, too many control characters."""
    value = entry.value
    if len(value) > LIMIT:
        raise CannotEdit(f"it has {human_size(len(value))}; only up to {human_size(LIMIT)} is edited here")
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise CannotEdit("it is bytes, not text") from None
    if "\0" in text:
        raise CannotEdit("it is bytes, not text")
    if max(map(len, text.split("\n"))) > LONGEST_LINE:
        raise CannotEdit(f"it has a line of more than {LONGEST_LINE:,} characters")
    draft = Draft()
    draft.shown = draft.present(text)
    return draft


def keeps_old_value(entry: Entry) -> bool:
    """Whether what happens to `entry` can be undone: values that are secret or expire are never kept in history (U-10)."""
    return not entry.secret and entry.expires_at is None


class UndoStack:
    """What this browser did and can still take back, newest last."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._done: list[tuple[tuple[int, ...], str]] = []

    @property
    def next(self) -> str:
        """What the next undo would take back, "" for nothing."""
        return self._done[-1][1] if self._done else ""

    def push(self, command_ids: Sequence[int], what: str) -> None:
        """Remember the commands of one action; `what` says what it did: `the change of app:ui:theme`."""
        if command_ids:
            self._done.append((tuple(command_ids), what))

    def forget(self, command_id: int) -> None:
        """A command was taken back by other means: its action cannot be any more."""
        self._done = [done for done in self._done if command_id not in done[0]]

    async def undo(self) -> list[Address]:
        """Take back the newest action; the entries it touched. Raises `nothing-to-undo`, `changed-since`, `not-kept`.

        What cannot be undone is forgotten, so that the action before it can be.
        """
        if not self._done:
            raise NotFound("nothing-to-undo", "nothing was changed in this browser yet")
        command_ids, _ = self._done[-1]
        operation = bulk.undo_all(command_ids, by=self._services.actor, now_ms=self._services.now_ms())
        try:
            touched = await self._services.run(operation)
        except (Refused, NotFound):
            self._done.pop()
            raise
        self._done.pop()
        self._services.names.look_again()
        self._services.names.used(*touched)
        return touched


def _is_stranger(char: str) -> bool:
    """Whether `char` cannot be shown as it is, not even on the base before it."""
    return plain_safe(char) not in (char, f"◌{char}") and not "\U0001f3fb" <= char <= "\U0001f3ff"


def _name(char: str) -> str:
    if char in _CONTROLS:
        return {"\x1b": "ESC", "\r": "return", "\x08": "backspace", "\x07": "bell"}.get(char, f"U+{ord(char):04X}")
    return plain_safe(char)
