"""What a writer was told is stored, in a file that its death cannot change; and what must be in the database therefore.

A key's first letter says what happens to it: `s` set once, `t` the same with a tiny value, `b` one of a batch, `c` a counter
that grows, `d` set and later deleted. What a key holds follows from the key (a counter's from its number), so a wrong value is
seen without a list of values (T-001, T-002).
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping

from store.model import Address
from store.values import unbind
from tests.faults.audit import rows

CONTEXT, NAMESPACE = "app", "notes"
VALUES = (
    "SELECT e.key, e.value FROM entries e JOIN namespaces n ON n.id = e.ns_id"
    f" WHERE n.context = '{CONTEXT}' AND n.name = '{NAMESPACE}'"
)


def at(key: str) -> Address:
    """The entry of `key`."""
    return Address("", CONTEXT, NAMESPACE, key)


def value_of(key: str) -> bytes:
    """What `key` must hold: text or bytes, mostly short, now and then more than a page of the WAL takes."""
    numbers = random.Random(key)
    longest = 2 if key.startswith("t") else 3.5
    size = 60_000 if longest > 2 and numbers.random() < 0.02 else int(10 ** numbers.uniform(0, longest))
    content = numbers.randbytes(size)
    return content if numbers.random() < 0.5 else content.hex().encode()


class Ledger:
    """Append-only, one write per line, so that after a kill each line is there or not. `stored` comes after the success."""

    def __init__(self, path: str) -> None:
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def note(self, word: str, key: str, value: int = 0) -> None:
        """`stored` key; `counted` key value; `deleting` key before, `deleted` key after."""
        os.write(self._fd, f"{word} {key} {value}\n".encode())


class Promises:
    """What a ledger says must hold. A line without its end was never promised."""

    def __init__(self, path: str) -> None:
        self.stored: set[str] = set()
        self.deleting: set[str] = set()
        self.deleted: set[str] = set()
        self.counters: dict[str, int] = {}
        with open(path, encoding="ascii") as lines:
            for line in lines:
                if line.endswith("\n"):
                    word, key, value = line.split()
                    self._take(word, key, int(value))

    def _take(self, word: str, key: str, value: int) -> None:
        if word == "counted":
            self.counters[key] = max(value, self.counters.get(key, 0))
        else:
            {"stored": self.stored, "deleting": self.deleting, "deleted": self.deleted}[word].add(key)

    def __len__(self) -> int:
        return len(self.stored) + sum(self.counters.values()) + len(self.deleted)

    def lost(self, found: Mapping[str, bytes]) -> list[str]:
        """Acknowledged and missing: sets that are not there, counters behind what was told, deleted keys that are back."""
        missing = [key for key in self.stored - self.deleting if key not in found]
        behind = [key for key, value in self.counters.items() if int(found.get(key, b"-1")) < value]
        return sorted(missing + behind + [key for key in self.deleted if key in found])

    def torn(self, found: Mapping[str, bytes]) -> list[str]:
        """Values that nobody wrote, and batches of which only a part is there. A batch's keys end in `_of_N`."""
        wrong = [key for key, value in found.items() if not key.startswith("c") and value != value_of(key)]
        batches: dict[str, list[str]] = {}
        for key in found:
            if key.startswith("b"):
                batches.setdefault(key.split("_at_")[0], []).append(key)
        parts = [name for name, keys in batches.items() if len(keys) != int(keys[0].rpartition("_of_")[2])]
        return sorted(wrong + parts)


def entries_of(path: str) -> dict[str, bytes]:
    """What is stored, by key, read without any code under test but the pair of T-130."""
    return {key: unbind(value) for key, value in rows(path, VALUES)}
