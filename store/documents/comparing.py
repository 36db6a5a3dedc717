"""What an import would change (M-173)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.addresses.keys import to_notation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

ADDED, UPDATED, UNCHANGED, REMOVED = "+", "~", " ", "-"
MASK = "***"


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry of a comparison. key: canonical. old: the value that is there, None if none or not text; new: the one that comes.

    namespace: where, for comparisons of several. secret: its values are shown to nobody who did not ask (U-11).
    """

    kind: str
    key: str
    old: str | None
    new: str | None
    namespace: str = ""
    secret: bool = False

    @property
    def shown(self) -> str:
        """The key as listings show it."""
        return to_notation(self.key)

    @property
    def line(self) -> str:
        """As M-173 writes it: `+ key: value`, `~ key: old → new`, two spaces and the key; `- key` for what goes."""
        old, new = (MASK, MASK) if self.secret else (self.old or "", self.new or "")
        if self.kind == ADDED:
            return f"+ {self.shown}: {new}"
        if self.kind == UPDATED:
            return f"~ {self.shown}: {old} → {new}"
        return f"{self.kind} {self.shown}"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or with `dry_run` would do.

    warnings: code and sentence of what should be known though it went on; missing: keys, in notation, whose files are gone.
    command_id: the number of the command, for undo; 0 for a dry run.
    """

    differences: tuple[Difference, ...]
    checksum_valid: bool = True
    dry_run: bool = False
    warnings: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    command_id: int = 0

    @property
    def success(self) -> bool:
        """Always true: what does not succeed raises."""
        return True

    @property
    def tokens_added(self) -> int:
        return self.count(ADDED)

    @property
    def tokens_updated(self) -> int:
        return self.count(UPDATED)

    @property
    def tokens_unchanged(self) -> int:
        return self.count(UNCHANGED)

    @property
    def tokens_removed(self) -> int:
        return self.count(REMOVED)

    @property
    def total_changes(self) -> int:
        return len(self.differences) - self.tokens_unchanged

    @property
    def diff(self) -> tuple[str, ...]:
        """The lines of M-173."""
        return tuple(difference.line for difference in self.differences)

    def count(self, kind: str) -> int:
        """How many differences are of a kind."""
        return sum(difference.kind == kind for difference in self.differences)


def differences(
    existing: Mapping[str, str | None],
    incoming: Sequence[tuple[str, str]],
    *,
    replace: bool = False,
    secrets: Collection[str] = (),
    namespace: str = "",
) -> list[Difference]:
    """What storing `incoming` over `existing` does, in the order of `incoming`; with `replace`, then what goes.

    Keys are canonical; the last of several values for one key counts. existing: by key, None for a value that is not text.
    secrets: keys that are secret on either side.
    """
    wanted = dict(incoming)
    found = []
    for key, new in wanted.items():
        kind = ADDED if key not in existing else UNCHANGED if existing[key] == new else UPDATED
        found.append(Difference(kind, key, existing.get(key), new, namespace, key in secrets))
    if replace:
        for key, old in existing.items():
            if key not in wanted:
                found.append(Difference(REMOVED, key, old, None, namespace, key in secrets))
    return found
