"""Names for completion, as far as they are for somebody who types and not for a shell (C-017, C-053, C-054), on both drivers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.model import Actor, Address
from store.operations import names
from store.operations.entries import set_entry
from store.operations.expiry import create_cache, tidy
from tests.store.drivers import KINDS, driver

BY = Actor("", "", "cli")
NOW = 1_800_000_000_000


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with driver(request.param, tmp_path) as found:
        yield found


def fill(database: Any, *texts: str, secret: bool = False) -> None:
    for text in texts:
        database.run(set_entry(Address("", *text.split(":", 2)), b"v", by=BY, now_ms=NOW, secret=secret))


def some(database: Any, prefix: str, *, limit: int = 20, delimiter: str = ".") -> list[str]:
    found = database.run(names.some_addresses("", prefix, delimiter=delimiter, limit=limit, now_ms=NOW))
    return [":".join(each[1:]) for each in found]


def test_some_addresses_begin_as_typed(database: Any) -> None:
    """In either spelling, by namespace and key; a namespace with a dot has the colon spelling alone."""
    fill(database, "app:ui:b", "app:ui:a", "app:ui.x:c", "apple:pie:d", "b:app:e", "app:ui:a__i_0")
    assert some(database, "app") == ["app:ui:a", "app:ui:a__i_0", "app:ui:b", "app:ui.x:c", "apple:pie:d"]
    assert some(database, "app.ui.") == ["app:ui:a", "app:ui:a__i_0", "app:ui:b"]
    assert some(database, "app.ui.a_") == ["app:ui:a__i_0"]
    assert some(database, "app:ui:a[") == ["app:ui:a__i_0"]
    assert some(database, "app:ui.") == ["app:ui.x:c"]
    assert some(database, "app.ui.x") == []
    assert some(database, "app/u", delimiter="/") == ["app:ui:a", "app:ui:a__i_0", "app:ui:b"]
    assert some(database, "") == [*some(database, "app"), "b:app:e"]
    assert some(database, "App") == []
    assert some(database, "app", limit=2) == ["app:ui:a", "app:ui:a__i_0"]


def test_what_is_secret_or_expired_is_none_of_them(database: Any) -> None:
    """C-017, C-051; and it does not take the place of others."""
    database.run(create_cache("", "app", "tmp", 1, by=BY, now_ms=NOW - 5000))
    database.run(set_entry(Address("", "app", "tmp", "gone"), b"v", by=BY, now_ms=NOW - 5000))
    fill(database, "app:a:hidden", secret=True)
    fill(database, "app:zz:last")
    assert some(database, "app", limit=1) == ["app:zz:last"]


def test_tidying_tells_how_many_went(database: Any) -> None:
    """C-029: whoever remembers names must look them up again only then."""
    database.run(create_cache("", "app", "tmp", 1, by=BY, now_ms=NOW - 5000))
    for key in ("a", "b"):
        database.run(set_entry(Address("", "app", "tmp", key), b"v", by=BY, now_ms=NOW - 5000))
    assert database.run(tidy("", now_ms=NOW)) == 2
    assert database.run(tidy("", now_ms=NOW)) == 0
