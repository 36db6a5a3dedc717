"""What is done in the browser is remembered for completion, as what commands do: its gathering and writing (C-020…C-032)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from store.cursors import Active, Cursor, save_active, save_cursor
from store.model import Address
from store.operations.bulk import delete_all
from store.operations.entries import set_entry
from store.session import Choice
from store.spool import Spool
from store.workspace import Workspace, find_workspace
from tests.tui.browsing import BY, NOW, address, put
from tests.tui.remembering import HOUR, Remembering, ids, index_of, known, remembering, small, writes
from tui import name_cache
from tui.browser import name_memory
from tui.browser.flows import folders
from tui.browser.flows.adopting import adopt_orphans
from tui.browser.flows.past import undo_command
from tui.completion.compaction import names

__all__ = ["small"]

THEME, PROD, README = address("app:ui:theme"), address("app:ui:theme__prod"), address("app:main:readme")
DEADLINE_S = 20.0


async def until(condition: Callable[[], object]) -> None:
    """Let the loop run until it is so."""
    end = monotonic() + DEADLINE_S
    while not condition():
        assert monotonic() < end, "what was waited for did not happen"
        await asyncio.sleep(0.005)


def more_than(on: Remembering, before: int) -> bool:
    return on.services.names.writes > before


async def test_an_entry_is_written_with_its_tags(small: Workspace) -> None:
    """C-014, C-023, C-032: the exact lines, at the time of the deed, soon after it and without an end."""
    assert name_memory.GATHER_S <= 1.0
    async with remembering(gather_s=0.0) as on:
        on.services.names.used(THEME)
        on.clock[0] += 5
        await until(lambda: on.services.names.writes)
        lines = (index_of(small) / name_cache.CACHE).read_text().splitlines()
    when = '"last_seen":"2027-01-15T08:00:00.000Z"}'
    assert lines == [
        '{"type":"id","value":"app.ui.theme","canonical_key":"app.ui.theme",' + when,
        '{"type":"tag","value":"app","canonical_key":"app",' + when,
        '{"type":"tag","value":"app.ui","canonical_key":"app.ui",' + when,
    ]
    assert oct(index_of(small).stat().st_mode & 0o777) == "0o700"


async def test_it_is_gathered_and_written_once_at_the_end(small: Workspace) -> None:
    """C-020, C-024: nothing before its time, one write for everything, each name once; the newest is offered first."""
    async with remembering() as on:
        for each in (THEME, PROD, README, THEME):
            on.clock[0] += 10
            on.services.names.used(each)
        await asyncio.sleep(0)
        assert not index_of(small).exists()
    assert writes(small) == 1
    assert ids(small) == ["app.ui.theme", "app.main.readme", "app.ui.theme__prod"]
    text = (index_of(small) / name_cache.CACHE).read_text()
    assert text.count('"type":"id"') == 3
    assert text.rindex('"value":"app.ui.theme"') > text.index('"value":"app.main.readme"')


async def test_what_comes_while_it_writes_is_written_next(small: Workspace) -> None:
    """Nothing is lost between two writes, and they do not overlap."""
    async with remembering(gather_s=0.0) as on:
        for each in (THEME, PROD, README):
            before = on.services.names.writes
            on.services.names.used(each)
            await until(partial(more_than, on, before))
        on.services.names.gather_s = HOUR
        on.services.names.used(address("user:main:name"))
    assert writes(small) == 4
    assert set(ids(small)) == {"app.ui.theme", "app.ui.theme__prod", "app.main.readme", "user.main.name"}


async def test_after_the_end_nothing_is_written(small: Workspace) -> None:
    """Who comes late is too late, and `finish` may be called again."""
    async with remembering() as on:
        on.services.names.used(THEME)
        await on.services.names.finish()
        on.services.names.used(PROD)
        on.services.names.looks_at(README)
        await on.services.names.finish()
    assert (ids(small), writes(small)) == (["app.ui.theme"], 1)


async def test_without_a_deed_nothing_is_made(small: Workspace) -> None:
    """C-026: no reference, no write, no index."""
    async with remembering(gather_s=0.0):
        pass
    assert not index_of(small).exists()


async def test_no_workspace_is_made(home: Path) -> None:
    """C-012: where there is no workspace there is nothing to write into."""
    async with remembering() as on:
        on.services.names.used(THEME)
    assert not (home / ".local/share/prontodb").exists()


async def test_what_is_secret_or_not_there_is_not_written(small: Workspace) -> None:
    """C-017: looked up when it is written, so also what became a secret meanwhile; nor the context only it led to."""
    put(Path(f"{small.databases}/main.db"), {"hidden:ns:key": "v"}, secret=True)
    async with remembering() as on:
        on.services.names.used(address("hidden:ns:key"), address("app:ui:never"), README)
        put(Path(f"{small.databases}/main.db"), {"app:main:readme": "now it is"}, secret=True)
    assert known(small) == []
    assert not index_of(small).exists()


@pytest.mark.parametrize(
    ("choice", "environ"),
    [
        (Choice(database="other"), {}),
        (Choice(meta="acme"), {}),
        (Choice(), {"PRONTO_DB": "./other.db"}),
        (Choice(), {"PRONTO_DATABASE": "other"}),
        (Choice(), {"PRONTO_META": "acme"}),
        (Choice(), {"PRONTO_FORCE_META": "acme"}),
        (Choice(), {"PRONTO_NO_COMPLETION_CACHE": "1"}),
    ],
)
async def test_direct_access_leaves_no_trace(small: Workspace, choice: Choice, environ: dict[str, str]) -> None:
    """C-025: nothing is written, nothing forgotten that another store has, and nothing offered."""
    name_cache.append(str(index_of(small)), [name_cache.Reference("id", "app.ui.theme")], scope="", now_ms=NOW)
    async with remembering(choice, environ=environ) as on:
        meta = on.services.meta
        for each in (THEME, PROD):
            put(Path(on.services.session.database), {"app:ui:theme": "v", "app:ui:theme__prod": "v"})
            on.services.names.used(each._replace(meta=meta))
        on.services.names.gone(THEME._replace(meta=meta))
        on.services.names.look_again()
        on.services.names.named("app")
        on.services.names.chose("work", "/work.db")
        assert on.services.names.recent() is None
    assert ids(small) == ["app.ui.theme"]
    assert [name for name in known(small) if name.type == "tag"] == []


async def test_what_has_no_name_here_is_passed_over(small: Workspace) -> None:
    """A namespace is no entry, and a meta is never part of a name (C-002): under another one it would be another entry's."""
    async with remembering() as on:
        on.services.names.used(Address("", "app", "ui", ""), THEME._replace(meta="acme"))
        on.services.names.gone(THEME._replace(meta="acme"))
    assert not index_of(small).exists()


async def test_what_is_gone_is_forgotten(small: Workspace) -> None:
    """C-029: the last word counts, whatever was gathered before it."""
    async with remembering() as on:
        on.services.names.used(THEME, PROD, README)
    async with remembering() as on:
        on.services.names.used(THEME)
        on.services.names.gone(THEME, PROD)
        on.services.names.used(PROD)
    assert set(ids(small)) == {"app.ui.theme__prod", "app.main.readme"}


async def test_everything_is_looked_up_again_when_anything_may_be_gone(small: Workspace) -> None:
    """C-029: by undo, sweep and import; names of another scope are left alone."""
    index = str(index_of(small))
    for scope in ("", "work"):
        listed = [name_cache.Reference("id", "app.ui.gone"), name_cache.Reference("tag", "gone")]
        name_cache.append(index, listed, scope=scope, now_ms=NOW)
    async with remembering() as on:
        on.services.names.used(THEME)
        on.services.names.look_again()
    assert {name.key for name in known(small)} == {"app.ui.theme", "app", "app.ui", "work|app.ui.gone", "work|gone"}


async def test_many_at_once_do_not_wash_out_the_habits(small: Workspace) -> None:
    """C-024: at most 200 lines a write, the newest among them."""
    keys = [f"c{number}:n:key" for number in range(500)]
    put(Path(f"{small.databases}/main.db"), dict.fromkeys(keys, "v"))
    async with remembering() as on:
        on.services.names.used(*map(address, keys))
        on.services.names.used(THEME)
    lines = (index_of(small) / name_cache.CACHE).read_text().splitlines()
    assert 100 < len(lines) <= 200
    assert "app.ui.theme" in ids(small)


async def test_under_a_cursor(small: Workspace) -> None:
    """C-005, C-006, C-019: names have the scope; opening it by name is a use of it; what is active is repaired on the way."""
    save_cursor(small.cursors, Cursor("work", "", f"{small.databases}/main.db"))
    save_active(small.cursors, "", Active("work"))
    async with remembering(Choice(cursor="work")) as on:
        on.services.names.opened()
        on.services.names.used(THEME)
    assert ids(small) == ["work|app.ui.theme"]
    (alias,) = [name for name in known(small) if name.type == "alias"]
    assert (alias.key, alias.target) == ("work", f"{small.databases}/main.db")
    assert (index_of(small) / "active_scope").read_text() == "work\n"


async def test_under_a_user(small: Workspace) -> None:
    """C-005: the user is part of the scope, of aliases too."""
    async with remembering(Choice(user="bob")) as on:
        put(Path(on.services.session.database), {"app:ui:theme": "v"})
        on.services.names.used(THEME)
        on.services.names.chose("desk", "/desk.db")
    assert ids(small) == ["@bob|app.ui.theme"]
    assert [name.key for name in known(small) if name.type == "alias"] == ["@bob|desk"]


async def test_a_look_counts_when_it_lasts(small: Workspace) -> None:
    """What merely passes does not; the same again, after a change from outside, is no other look."""
    async with remembering() as on:
        on.services.names.looks_at(PROD)
        on.services.names.dwell_s = 0.0
        on.services.names.gather_s = 0.0
        on.services.names.looks_at(THEME)
        await until(lambda: on.services.names.writes)
        on.services.names.looks_at(THEME)
        on.services.names.looks_at(None)
        on.services.names.dwell_s = HOUR
        on.services.names.looks_at(README)
        await asyncio.sleep(0.02)
    assert (ids(small), writes(small)) == (["app.ui.theme"], 1)


async def test_an_import_counts_as_its_command_does(small: Workspace, home: Path) -> None:
    """C-021, C-029: contexts and namespaces it stored into, those of secrets left out; what it replaced is forgotten."""
    folder = home / "folder"
    async with remembering() as on:
        on.services.names.used(PROD, THEME)
        target = folders.Target("app", "ui", str(folder), replace=True)
        exports = await folders.gather(on.services, target)
        folders.write_out(target, exports, folders.Job("out"))
        put(Path(f"{small.databases}/main.db"), {"app:ui:more": "v"})
        on.services.names.used(address("app:ui:more"))
        await on.services.names.flush()
        assert "app.ui.more" in ids(small)
        compared = await folders.compare(on.services, target, folders.Job("in"))
        on.clock[0] += 1
        await folders.take_in(on.services, target, compared)
    assert set(ids(small)) == {"app.ui.theme", "app.ui.theme__prod"}
    assert [name.key for name in known(small)][:2] == ["app", "app.ui"]


async def test_undo_in_the_history_counts(small: Workspace) -> None:
    """C-029: what it brought back was used, what it took away is forgotten."""
    async with remembering() as on:
        made = address("app:new:made")
        await on.services.run(set_entry(made, b"v", by=BY, now_ms=NOW))
        on.services.names.used(made)
        await on.services.names.flush()
        assert ids(small) == ["app.new.made"]
        await undo_command(on.services, None)
        await on.services.names.flush()
        assert ids(small) == []
        await on.services.run(delete_all([THEME], by=BY, now_ms=NOW))
        await undo_command(on.services, None)
    assert ids(small) == ["app.ui.theme"]


async def test_an_interrupted_pipe_that_was_adopted_counts(small: Workspace) -> None:
    """C-022: it is a rescue, and its address the longest name anyone has to type."""
    spool = Spool(small.spool, database=f"{small.databases}/main.db")
    reader, writer = os.pipe()
    os.write(writer, b"piped")
    os.close(writer)
    os.close(spool.receive(reader, limit=100, now_s=NOW // 1000).fd)
    os.close(reader)
    async with remembering() as on:
        (key,) = await adopt_orphans(on.services)
    assert ids(small) == [f"pipe.cache.{key}"]


async def test_other_programs_write_at_the_same_time(small: Workspace) -> None:
    """C-047: what somebody else appends between two deeds of ours stays, and all of it is in order."""
    async with remembering() as on:
        on.services.names.used(THEME)
        other = [name_cache.Reference("id", "other.one.here")]
        name_cache.append(str(index_of(small)), other, scope="", now_ms=NOW + 10)
        on.clock[0] += 20
        on.services.names.used(README)
    assert ids(small) == ["app.main.readme", "other.one.here", "app.ui.theme"]


def test_services_without_an_origin_remember_nothing(home: Path) -> None:
    """A memory of nobody may be told everything, also where no event loop runs."""
    memory = name_memory.NameMemory()
    memory.used(THEME)
    memory.gone(THEME)
    memory.chose("work", "/work.db")
    memory.dropped("work")
    memory.named("app")
    memory.looks_at(THEME)
    memory.opened()
    memory.look_again()
    assert memory.recent() is None
    assert not Path(find_workspace(os.environ, str(home)).root).exists()


async def test_what_is_read_is_of_the_scope_newest_first(small: Workspace) -> None:
    """C-067: the browser's completion reads what every face has written, and again when the file has changed."""
    index = str(index_of(small))
    async with remembering() as on:
        recent = on.services.names.recent()
        assert recent is not None
        assert recent.used() == ()
        for number, (value, scope) in enumerate([("app.ui.theme", ""), ("app.x.y", "work"), ("app.main.readme", "")]):
            name_cache.append(index, [name_cache.Reference("id", value)], scope=scope, now_ms=NOW + number)
        assert [(at.context, at.namespace, at.key) for at in recent.used()] == [
            ("app", "main", "readme"),
            ("app", "ui", "theme"),
        ]
    assert len(names(index, NOW)) == 3
