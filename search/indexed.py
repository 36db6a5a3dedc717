"""Search in an index: trigrams give the candidates, the text itself decides (S-309, S-316)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from search.folding import fold
from search.index import plain
from search.rows import Bound, Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from search.hits import Options
    from search.index import Index
    from search.rows import Place
    from search.stopping import Stop

ATOMS = 3
"""The shortest text that trigrams can find."""
LONGEST_PHRASE = 64
"""Atoms of a text that are looked up; what comes behind them is for the verification."""
FEW = 2000
"""So many entries are looked through faster than the candidates of a whole database are sorted out."""
AT_ONCE = 512

BY_TRIGRAMS = (
    "SELECT d.id, d.ns, d.key, d.text FROM trigrams CROSS JOIN docs d ON d.id = trigrams.rowid"
    " WHERE trigrams MATCH ? AND d.ns IN (SELECT ns FROM temp.wanted)"
)
# "+": by place it would jump to and fro in the table.
THROUGH_ALL = (
    "SELECT d.id, d.ns, d.key, d.text FROM docs d WHERE +d.ns IN (SELECT ns FROM temp.wanted)"
    " AND instr(CASE WHEN ? THEN coalesce(d.folded, d.text) ELSE d.text END, ?) > 0"
)
THROUGH_FEW = (
    "SELECT d.id, d.ns, d.key, d.text FROM temp.wanted w CROSS JOIN docs d ON d.ns = w.ns"
    " WHERE instr(CASE WHEN ? THEN coalesce(d.folded, d.text) ELSE d.text END, ?) > 0"
)
KEYS = "SELECT d.id, d.ns, d.key, NULL FROM temp.wanted w CROSS JOIN docs d ON d.ns = w.ns"


class Indexed:
    """The texts of the entries in `places`, as an index that is up to date holds them.

    Needles and queries come folded if case is ignored. Good until the index is let go.
    """

    def __init__(self, index: Index, places: Mapping[int, Place], options: Options, *, stop: Stop) -> None:
        self._index = index
        self._places = places
        self._options = options
        self._stop = stop
        self._few = sum(place.entries for place in places.values()) <= FEW

    def longest(self, query: str, least: int) -> int:
        """The length of the longest prefix of `query` that occurs, `least` if none is longer than that.

        About log2(length) probes, because with a prefix all shorter ones occur.
        """
        low, high = least, len(query) + 1
        probe = len(query)
        while high - low > 1:
            if next(self.holding(query[:probe], Bound()), None) is None:
                high = probe
            else:
                low = probe
            probe = (low + high) // 2
        return low

    def holding(self, needle: str, bound: Bound) -> Iterator[Row]:
        """Every row whose text holds `needle`; those beyond `bound` are only counted there. Raises Unusable."""
        if self._options.field == "value" and not any(place.scope for place in self._places.values()):
            return self._values(needle, bound)
        return self._others(needle, bound)

    def _values(self, needle: str, bound: Bound) -> Iterator[Row]:
        """The common case, tens of thousands of rows at a time: values, of whole namespaces."""
        ignore_case, places = self._options.ignore_case, self._places
        prefixes = {ns: place.prefix for ns, place in places.items()}
        for rows in self._candidates(needle):
            self._stop.check()
            for id_, ns, key, text in rows:
                if text is not None and needle in (fold(text) if ignore_case else text):
                    width = len(text)
                    if width > bound.width:
                        bound.skipped += 1
                        continue
                    place = places[ns]
                    path = prefixes[ns] + (place.shown(key) if "__" in key else key)
                    yield Row(width, path, id_, place, key, text)

    def _others(self, needle: str, bound: Bound) -> Iterator[Row]:
        field, ignore_case, places = self._options.field, self._options.ignore_case, self._places
        for rows in self._candidates(needle):
            self._stop.check()
            for id_, ns, key, value in rows:
                row = places[ns].row(field, id_, key, value)
                if row is not None and needle in (fold(row.text) if ignore_case else row.text):
                    if row.width > bound.width:
                        bound.skipped += 1
                    else:
                        yield row

    def _candidates(self, needle: str) -> Iterator[list[tuple[Any, ...]]]:
        sql, parameters = self._statement(needle)
        return self._index.rows(sql, parameters, AT_ONCE)

    def _statement(self, needle: str) -> tuple[str, tuple[object, ...]]:
        """What gives all rows that hold `needle`, and perhaps others."""
        ignore_case = self._options.ignore_case
        if self._options.field == "namespace":
            names = {ns: fold(place.name) if ignore_case else place.name for ns, place in self._places.items()}
            self._index.want(ns for ns, name in names.items() if needle in name)
            return KEYS, ()
        self._index.want(self._places)
        if self._options.field != "value":
            return KEYS, ()
        if len(needle) < ATOMS or self._few:
            return THROUGH_FEW if self._few else THROUGH_ALL, (ignore_case, needle)
        phrase = '"' + plain(needle[:LONGEST_PHRASE]).replace('"', '""') + '"'
        return BY_TRIGRAMS, (phrase if ignore_case else f"text : {phrase}",)
