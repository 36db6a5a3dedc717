"""One member of an object of machine output (U-16)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One member of an object. kind: string, integer, boolean, list, object or any, with `|null` where it may be null.

    optional: left out when there is nothing to say.
    """

    name: str
    kind: str
    meaning: str
    optional: bool = False
