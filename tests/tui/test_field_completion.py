"""Address fields offer what was used last, then what the store has, for right and end to take (C-017, C-067, C-074)."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from store.database import Database
from store.model import Position
from store.operations import names as operations
from store.session import Choice
from store.workspace import Workspace
from tests.tui.browsing import NOW, Browser, address, browsing, put
from tests.tui.hostile import HOSTILE, dangerous
from tests.tui.remembering import HOUR, index_of, remembering, small
from tests.tui.waiting import until
from tui import name_cache
from tui.browser.flows.addressing import Mode, field_reading
from tui.browser.flows.completing import Completer
from tui.browser.screens.browser import BrowserScreen
from tui.browser.screens.dialogs import GoTo
from tui.browser.screens.edit import EditScreen
from tui.browser.services import Services
from tui.browser.widgets.address_input import AddressInput
from tui.browser.widgets.line_field import LineField
from tui.browser.widgets.text_field import TextField

__all__ = ["small"]


def used(place: Workspace, *values: str, scope: str = "") -> None:
    """Names of the cache, the last one the newest."""
    for number, value in enumerate(values):
        listed = [name_cache.Reference("id", value)]
        name_cache.append(str(index_of(place)), listed, scope=scope, now_ms=NOW - 1000 + number)


def completer(
    services: Services, mode: Mode = "read", *, position: str = "app:main", delimiter: str = "."
) -> Completer:
    reading = field_reading(services.reading)._replace(position=Position(*position.split(":")), delimiter=delimiter)
    return Completer(services, reading, mode, pause_s=0.0)


# --- what is offered ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("app.u", "app.ui.theme"),
        ("app.ui.theme", "app.ui.theme__prod"),
        ("app.ui.theme_", "app.ui.theme__prod"),
        ("app:ui", "app:ui:theme"),
        ("app:ui:theme", "app:ui:theme[prod]"),
        ("app:ui:theme_", "app:ui:theme__prod"),
        ("app:ui.", "app:ui.widgets:button[0]"),
        ("us", "user.main.name"),
        ("user.main.name", None),
        ("App", None),
        ("app.u*", None),
        ("nobody", None),
        ("rea", "readme"),
        ("app.main.readme", None),
        (" app", None),
        ("a..", None),
    ],
)
async def test_from_the_store(small: Workspace, typed: str, offered: str | None) -> None:
    """C-054, C-074: literally what was typed and more, spelled as it is; where we are, the key alone."""
    async with remembering() as on:
        assert await completer(on.services).complete(typed) == offered


async def test_what_was_used_last_comes_first(small: Workspace) -> None:
    """The newest that fits, in whatever spelling it is typed; then the next; then the store."""
    used(small, "app.main.readme", "app.ui.theme__prod", "user.main.name", "app:ui.widgets:button[1]")
    async with remembering() as on:
        fields = completer(on.services)
        assert await fields.complete("app") == "app:ui.widgets:button[1]"
        assert await fields.complete("app.") == "app.ui.theme__prod"
        assert await fields.complete("app:") == "app:ui.widgets:button[1]"
        assert await fields.complete("app:u") == "app:ui.widgets:button[1]"
        assert await fields.complete("app.m") == "app.main.readme"
        assert await fields.complete("app.ui.theme") == "app.ui.theme__prod"
        assert await fields.complete("r") == "readme"
        assert await fields.complete("APP") is None
        assert await completer(on.services, position="app:ui").complete("th") == "theme__prod"


async def test_what_would_be_read_as_something_else_is_not_offered(small: Workspace) -> None:
    """A key with a dot is no address by itself: `v1.2` names another entry."""
    put(Path(f"{small.databases}/main.db"), {"app:main:v1.2": "v"})
    used(small, "app:main:v1.2")
    async with remembering() as on:
        assert await completer(on.services).complete("v") is None
        assert await completer(on.services).complete("app:main:v") == "app:main:v1.2"


async def test_what_is_gone_or_secret_is_not_offered(small: Workspace) -> None:
    """C-017, C-051: the cache may lag behind; the store has the last word."""
    used(small, "app.ui.theme", "app.ui.theme2", "app.ui.theme1")
    put(Path(f"{small.databases}/main.db"), {"app:ui:theme1": "hidden", "app:zz:secret": "hidden"}, secret=True)
    async with remembering() as on:
        assert await completer(on.services).complete("app.ui.th") == "app.ui.theme"
        assert await completer(on.services).complete("app.z") is None
        assert await completer(on.services, position="app:zz").complete("sec") is None


async def test_another_scope_is_another_store(small: Workspace) -> None:
    """C-005, C-025: nothing of the cache counts under --database, and only that of a cursor's own scope under it."""
    used(small, "app.ui.theme__prod")
    used(small, "app.ui.theme__prod", scope="work")
    for choice in (Choice(database="main"), Choice(user="bob")):
        async with remembering(choice) as on:
            put(Path(on.services.session.database), {"app:ui:theme": "v", "app:ui:theme__prod": "v"})
            assert await completer(on.services).complete("app.ui") == "app.ui.theme"
    async with remembering() as on:
        assert await completer(on.services).complete("app.ui") == "app.ui.theme__prod"


async def test_what_cannot_be_written_is_not_offered_for_writing(small: Workspace) -> None:
    """P-022: a cached pipe may be gone to, but nothing is stored there."""
    pipe = "pipe.cache.1800000000_6ae8a755_x"
    put(Path(f"{small.databases}/main.db"), {"pipe:late:one": "v"})
    with closing(sqlite3.connect(f"{small.databases}/main.db")) as database, database:
        database.execute("INSERT INTO namespaces(id, meta, context, name) VALUES (90, '', 'pipe', 'cache')")
        row = "INSERT INTO entries(ns_id, key, value, size, created_at, updated_at, change) VALUES (90, ?, 'v', 1, 0, 0, 0)"
        database.execute(row, (pipe.removeprefix("pipe.cache."),))
    used(small, pipe)
    async with remembering() as on:
        assert await completer(on.services).complete("pipe.c") == pipe
        assert await completer(on.services, "write").complete("pipe.c") is None
        assert await completer(on.services, "write").complete("pipe") == "pipe.late.one"


async def test_another_delimiter(small: Workspace) -> None:
    """C-054: with --ns-delim both sources are spelled with it; the cache is written with dots."""
    used(small, "app.ui.theme__prod")
    async with remembering() as on:
        assert await completer(on.services, delimiter="/").complete("app/u") == "app/ui/theme__prod"
        assert await completer(on.services, delimiter="/").complete("user/") == "user/main/name"
        assert await completer(on.services, delimiter=":").complete("app:u") == "app:ui:theme__prod"


async def test_only_the_newest_question_is_answered(small: Workspace) -> None:
    """Who types on is not held up by what was asked before, and gets no answer to it."""
    async with remembering() as on:
        fields = completer(on.services)
        answers = await asyncio.gather(*(fields.complete("app.ui.theme"[:end]) for end in range(1, 12)))
        assert answers == [*[None] * 10, "app.ui.theme"]


async def test_a_store_that_cannot_be_read_offers_nothing(small: Workspace) -> None:
    """The field says itself what is wrong; a closed store is no error here."""
    async with remembering() as on:
        fields = completer(on.services)
        await on.services.database.close()
        assert await fields.complete("app") is None


async def test_a_taste_costs_the_same_at_any_size(small: Workspace) -> None:
    """However many namespaces and keys begin so, only a few are read."""
    path = Path(f"{small.databases}/main.db")
    with Database(str(path)) as database, closing(sqlite3.connect(path)) as raw, raw:
        rows = [(number + 100, f"wide{number:04}", "n") for number in range(3000)]
        raw.executemany("INSERT INTO namespaces(id, meta, context, name) VALUES (?, '', ?, ?)", rows)
        raw.executemany(
            "INSERT INTO entries(ns_id, key, value, size, created_at, updated_at, change) VALUES (?, 'k', 'v', 1, 0, 0, 0)",
            [(number,) for number, _, _ in rows],
        )
        raw.executemany(
            "INSERT INTO entries(ns_id, key, value, size, created_at, updated_at, change) VALUES (100, ?, 'v', 1, 0, 0, 0)",
            [(f"key{number:05}",) for number in range(3000)],
        )
        raw.commit()
        asked = []
        operation = operations.some_addresses("", "wide", now_ms=NOW)
        found = database.run(operation)
        asked += [found]
        assert len(found) == 20
        assert {each.context for each in found} == {"wide0000"}
        deep = database.run(operations.some_addresses("", "wide0000.n.key029", now_ms=NOW))
        assert deep[0] == address("wide0000:n:key02900")
        last = database.run(operations.some_addresses("", "wide2999.", now_ms=NOW))
        assert last == [address("wide2999:n:k")]


# --- in the field ---------------------------------------------------------------------------------------------------------


def field_of(browser: Browser) -> LineField:
    return browser.screen.query_one(AddressInput).query_one(LineField)


def is_offered(field: LineField, lead: str) -> bool:
    return len(field._suggestion) > len(lead) and field._suggestion.startswith(lead)


async def offers(browser: Browser, rest: str) -> None:
    """Until that stands behind the text."""
    field = field_of(browser)
    await until(browser.pilot, lambda: field._suggestion == field.value + rest)
    await browser.pilot.pause()
    assert field.value + rest in browser.frame()


@pytest.mark.parametrize("key", ["right", "end"])
async def test_right_and_end_take_it(small: Workspace, key: str) -> None:
    """Behind the text, and into it with a key that has nothing else to do there; enter alone takes only what was typed."""
    used(small, "app.ui.theme__prod")
    async with browsing(None) as browser:
        browser.services.names.gather_s = HOUR
        await browser.press("g")
        await browser.shows(GoTo)
        await browser.press(*"app.u")
        await offers(browser, "i.theme__prod")
        assert browser.screen.query_one(AddressInput).value == "app.u"
        await browser.press("left", key)
        assert field_of(browser).value == "app.u"
        await browser.press(key)
        assert browser.screen.query_one(AddressInput).address == address("app:ui:theme__prod")
        await browser.press("enter")
        await browser.shows(BrowserScreen)
        await until(browser.pilot, lambda: browser.main.address == address("app:ui:theme__prod"))


async def test_tab_goes_on(small: Workspace) -> None:
    """Tab moves the focus, as everywhere; what stands behind the text is not in it."""
    async with browsing(None) as browser:
        await browser.press("n")
        await browser.shows(EditScreen)
        await browser.press(*"re")
        await offers(browser, "adme")
        await browser.press("tab")
        assert isinstance(browser.screen.focused, TextField)
        assert browser.screen.query_one(AddressInput).value == "app:main:re"
        assert "app:main:readme" not in browser.frame().splitlines()[0]


async def test_what_is_typed_on_takes_its_place(small: Workspace) -> None:
    """What no longer fits goes with the key, before anything new is known."""
    async with browsing(None) as browser:
        await browser.press("g")
        await browser.shows(GoTo)
        await browser.press(*"app.ui.")
        await offers(browser, "theme")
        await browser.press("x")
        assert field_of(browser)._suggestion == ""
        assert "app.ui.xtheme" not in browser.frame()


async def test_hostile_names_are_never_offered(small: Workspace) -> None:
    """U-15: whatever a store or a cache that came from elsewhere holds, nothing that hides or acts stands in the field."""
    path = Path(f"{small.databases}/main.db")
    texts = [text.encode("utf-8", "replace").decode().replace("\0", "") for text in HOSTILE.values() if len(text) < 900]
    with closing(sqlite3.connect(path)) as connection, connection:
        for number, text in enumerate(texts, 100):
            connection.execute(
                "INSERT OR IGNORE INTO namespaces(id, meta, context, name) VALUES (?, '', ?, 'n')", (number, f"x{text}")
            )
            connection.execute(
                "INSERT OR IGNORE INTO entries(ns_id, key, value, size, created_at, updated_at, change)"
                " VALUES (1, ?, 'v', 1, 0, 0, 0)",
                (f"x{text}",),
            )
            connection.execute(
                "INSERT INTO entries(ns_id, key, value, size, created_at, updated_at, change) VALUES (?, 'k', 'v', 1, 0, 0, 0)",
                (number,),
            )
    index_of(small).mkdir(mode=0o700)
    lines = [
        json.dumps(
            {"type": "id", "value": value, "canonical_key": value, "last_seen": "2027-01-15T08:00:00.000Z"},
            ensure_ascii=False,
        )
        for text in texts
        for value in (f"app.main.x{text}", f"app:main:x{text}", f"x{text}.n.k", f"x{text}:n:k")
    ]
    (index_of(small) / name_cache.CACHE).write_text("\n".join(lines) + "\n", "utf-8", "surrogatepass")
    async with remembering() as on:
        fields = completer(on.services)
        for lead in ("x", "app:main:x", "app.main.x", "app"):
            for end in range(4):
                for text in texts:
                    offered = await fields.complete(lead + text[:end]) if not dangerous(lead + text[:end]) else None
                    assert offered is None or dangerous(offered) == [], (lead, text)
    async with browsing(None) as browser:
        await browser.press("g")
        await browser.shows(GoTo)
        for lead in ("x", "app:main:x", "app.main.x"):
            field = field_of(browser)
            field.value = lead
            await until(browser.pilot, partial(is_offered, field, lead))
            assert dangerous(browser.frame(), "\n") == [], lead
