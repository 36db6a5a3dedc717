"""Builds the demo workspace: a directory of its own that `PRONTO_HOME` points to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from store.addresses.dotted import Reading
from store.database import Database
from store.model import Actor
from store.operations.apply import apply_writes
from store.operations.entries import set_entry
from store.operations.expiry import create_cache
from store.operations.pipes import rescue, sanitize
from store.streams.events import Write
from store.streams.placing import place
from store.streams.xstream import parse
from tui.demo import material

if TYPE_CHECKING:
    from store.operation import Operation

BY = Actor("", "", "cli")
SESSIONS_S = 3600


def build(home: str, now_ms: int) -> str:
    """Fill a store below `home` as if it had been used for days until `now_ms`; the path of its database.

    The same `home` and `now_ms` give the same store, entry for entry.
    """
    path = os.path.join(home, "databases", "main.db")
    with Database(path, bulk=True) as database:
        for _, operation in sorted(_writes(now_ms), key=lambda pair: -pair[0]):  # history reads as it happened
            database.run(operation)
    return path


def _writes(now_ms: int) -> Iterator[tuple[int, Operation[Any]]]:
    """Everything that is written, each with its age in ms."""
    for text in (*material.texts(), *material.sessions()):
        when = now_ms - text.age_ms
        yield text.age_ms, set_entry(text.address, text.value, by=BY, now_ms=when, secret=text.secret)
    settings = place(parse(material.read("settings.stream")), Reading())
    writes = [event for event in settings if isinstance(event, Write)]
    then = now_ms - material.HOUR
    yield material.HOUR, apply_writes(writes, by=BY, now_ms=then, target=f"{len(writes)} tokens")
    yield material.HOUR, create_cache("", "app", "sessions", SESSIONS_S, by=BY, now_ms=then)
    for pipe in material.lost_pipes():
        yield (
            pipe.age_ms,
            rescue(
                "",
                pipe.value,
                suffix=pipe.suffix or sanitize(pipe.intended),
                intended=pipe.intended,
                reason=pipe.reason,
                by=BY,
                now_ms=now_ms - pipe.age_ms,
            ),
        )


@contextmanager
def throw_away(environ: Mapping[str, str], now_ms: int) -> Iterator[dict[str, str]]:
    """An environment whose workspace is a filled, temporary one, gone afterwards. Nothing else of prontodb's in it."""
    with TemporaryDirectory(prefix="prontodb-demo-") as home:
        build(home, now_ms)
        kept = {name: value for name, value in environ.items() if not name.startswith(("PRONTO_", "PANTHEON_"))}
        yield {**kept, "PRONTO_HOME": home, "PRONTO_CONFIG": os.path.join(home, "pronto.conf")}
