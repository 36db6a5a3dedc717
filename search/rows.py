"""One text to be searched and whose it is; the namespaces they come from."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from store.addresses.keys import to_notation
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Address

if TYPE_CHECKING:
    from search.hits import Field


class Place(NamedTuple):
    """A namespace in which to search. entries: how many, expired ones that are not swept yet included.

    scope: what the paths in it must begin with, "" if all of them do (S-306).
    """

    meta: str
    context: str
    name: str
    entries: int
    scope: str = ""

    @property
    def prefix(self) -> str:
        """What every path in it begins with."""
        return f"{self.context}:{self.name}:"

    @property
    def is_cache(self) -> bool:
        """Whether it is `pipe.cache`, whose keys are printed as they are."""
        return self.context == CACHE_CONTEXT and self.name == CACHE_NAMESPACE

    def shown(self, key: str) -> str:
        """A canonical key as it is printed."""
        return to_notation(key) if "__" in key and not self.is_cache else key

    def row(self, field: Field, id_: int, key: str, value: str | None, until: int | None = None) -> Row | None:
        """The row of one entry; None if it is out of scope, or if its value is wanted and is no text."""
        shown = self.shown(key)
        path = f"{self.context}:{self.name}:{shown}"
        if self.scope and not path.startswith(self.scope):
            return None
        text = value if field == "value" else shown if field == "key" else path if field == "address" else self.name
        if text is None:
            return None
        return Row(len(text), path, id_, self, key, text, until)


class Row(NamedTuple):
    """One text of the corpus. Rows sort as hits do, by width and path; within a meta no path is there twice (S-302).

    path: the address as printed, in notation. id: of the entry. until: when it expires, None for never.
    """

    width: int
    path: str
    id: int
    place: Place
    key: str
    text: str
    until: int | None = None

    @property
    def address(self) -> Address:
        """Of the entry."""
        return Address(self.place.meta, self.place.context, self.place.name, self.key)


class Bound:
    """Rows wider than `width` are not wanted themselves, only counted: `skipped`."""

    __slots__ = ("skipped", "width")

    def __init__(self) -> None:
        self.width = sys.maxsize
        self.skipped = 0
