"""Pages of the past, versions of an entry, and opening stores: the flows behind history, timeline and cursors. No Textual."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.errors import StoreError
from store.model import Actor
from store.operations import commands, entries
from store.operations.history import Moment
from store.session import Choice
from tests.threads import left_since
from tests.tui.browsing import BY, NOW, address, do, put
from tui.browser.flows import past as past_module
from tui.browser.flows.past import commands_of, effects_of, undo_command, why_not
from tui.browser.flows.timeline import in_line, moments_of, now_of, versions
from tui.browser.opener import Opener
from tui.browser.services import Services


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    opener = Opener(Choice(database=str(tmp_path / "past.db")), os.environ, os.getcwd(), now_ms=lambda: NOW)
    yield await opener.open(opener.session())
    await opener.close_all()


def fail(path: str, count: int) -> None:
    do(Path(path), *(commands.record_failure("set", f"t{n}", "bad", by=BY, now_ms=NOW) for n in range(count)))


async def test_pages_are_read_as_far_as_somebody_looks(services: Services) -> None:
    """Keyset pages, the newest first; a jump reads what lies between in large pages; the total is told from the start."""
    fail(services.database.path, 450)
    past = commands_of(services, failed=False)
    await past.refresh()
    assert (len(past.rows), past.total) == (past_module.PAGE, 450)
    await past.reach(210)
    assert len(past.rows) == 400
    await past.reach(9_999)
    assert [done.target for done in past.rows] == [f"t{n}" for n in reversed(range(450))]


async def test_news_is_put_in_front_and_what_was_read_stays(services: Services) -> None:
    """Unless more has happened than a page holds: then it begins anew, for nothing may be missing in between."""
    fail(services.database.path, 300)
    past = commands_of(services, failed=False)
    await past.refresh()
    await past.reach(299)
    put(Path(services.database.path), {"app:main:k": "v"})
    await past.refresh()
    assert (past.rows[0].kind, len(past.rows), past.total) == ("set", 301, 301)
    fail(services.database.path, 250)
    await past.refresh()
    assert (len(past.rows), past.total) == (past_module.PAGE, 551)


async def test_failed_ones_alone(services: Services) -> None:
    """As `history --failed`."""
    fail(services.database.path, 2)
    put(Path(services.database.path), {"app:main:k": "v"})
    past = commands_of(services, failed=True)
    await past.refresh()
    assert [done.error for done in past.rows] == ["bad", "bad"]
    assert past.total == 2


async def test_why_a_command_cannot_be_undone(services: Services) -> None:
    """Told before it is tried; what only the store knows is refused by it."""
    path = Path(services.database.path)
    put(path, {"app:main:k": "1"})
    put(path, {"app:main:k": "2"})
    fail(services.database.path, 1)
    past = commands_of(services, failed=False)
    await past.refresh()
    failed, second, first = past.rows
    assert "failed" in why_not(failed)
    assert why_not(second) == why_not(first) == ""
    with pytest.raises(StoreError, match="changed again since"):
        await undo_command(services, first.id)
    await undo_command(services, second.id)
    await past.refresh()
    assert "undo itself" in why_not(past.rows[0])
    assert why_not(None) == "nothing chosen"
    found, total = await effects_of(services, second)
    assert ([each.before for each in found], total) == ([b"1"], 1)


def moment(seq: int, before: bytes | None, *, kind: int = 1, withheld: bool = False, masked: bool = False) -> Moment:
    return Moment(seq, seq, kind, NOW + seq, f"c{seq}", "cli", "", before, withheld, len(before or b""), masked)


def test_versions_tell_who_made_each() -> None:
    """Each change ends one version and begins the next; the first write begins with nothing before it."""
    made = versions(None, [moment(3, b"two", kind=2), moment(2, b"one"), moment(1, None)], complete=True)
    assert [(each.state, each.head, each.command) for each in made] == [
        ("absent", b"", "c3"),
        ("value", b"two", "c2"),
        ("value", b"one", "c1"),
    ]
    assert [each.why_not == "" for each in made] == [False, True, True]


def test_versions_of_secrets_and_of_trimmed_history() -> None:
    """U-11: withheld says so, masked has no bytes. What is older than history is of unknown making."""
    made = versions(None, [moment(9, None, withheld=True), moment(8, b"x", masked=True)], complete=True)
    assert [(each.state, each.head, each.since) for each in made] == [
        ("absent", b"", NOW + 9),
        ("withheld", b"", NOW + 8),
        ("value", b"", None),
    ]
    assert len(versions(None, [moment(9, b"a"), moment(8, b"b")], complete=False)) == 2


async def test_the_versions_of_a_real_entry(services: Services) -> None:
    """From the store: deleted and written again."""
    path = Path(services.database.path)
    put(path, {"app:main:k": "one"})
    do(path, entries.delete(address("app:main:k"), by=BY, now_ms=NOW))
    put(path, {"app:main:k": "three"})
    past = moments_of(services, address("app:main:k"))
    await past.refresh()
    made = versions(await now_of(services, address("app:main:k")), past.rows, complete=True)
    assert [(each.state, each.head) for each in made] == [("value", b"three"), ("absent", b""), ("value", b"one")]


@pytest.mark.parametrize(
    ("head", "size", "shown"),
    [
        (b"", 0, ("empty", 0)),
        (b"abc", 3, ("abc", 0)),
        (b"abc", 10, ("abc", 7)),
        (b"\xff\x00", 4, ("ff 00", 2)),
        ("é".encode()[:1], 2, ("", 1)),
    ],
)
def test_a_value_in_one_line(head: bytes, size: int, shown: tuple[str, int]) -> None:
    """Text as text, bytes as hex, and how much is missing."""
    assert in_line(head, size) == shown


async def test_an_opener_leaves_nothing_open(tmp_path: Path) -> None:
    """T-034: whatever was opened is closed, also when it turned out to be unreadable; no thread is left."""
    before = set(threading.enumerate())
    (tmp_path / "junk.db").write_bytes(b"junk" * 4096)
    opener = Opener(Choice(user="ada", delimiter="/"), os.environ, os.getcwd())
    first = await opener.open(opener.session())
    await opener.open(opener.session())
    with pytest.raises(StoreError):
        await opener.open_readable(Choice(database=str(tmp_path / "junk.db")))
    assert opener.opened == 2
    await opener.close(first)
    assert opener.opened == 1
    await opener.close_all()
    await opener.close_all()
    assert opener.opened == 0
    assert left_since(before) == []


@pytest.mark.parametrize(
    ("start", "asked", "words"),
    [
        (Choice(), {"cursor": "work"}, ("--cursor", "work")),
        (Choice(meta="acme"), {"cursor": "work"}, ("--cursor", "work")),
        (Choice(meta="acme", cursor="x"), {"database": "notes"}, ("--database", "notes", "--meta", "acme")),
        (
            Choice(user="ada", delimiter="/", context="a", namespace="b"),
            {"database": "n"},
            ("--user", "ada", "--database", "n", "--ns-delim", "/"),
        ),
    ],
)
def test_the_choice_that_leads_elsewhere(start: Choice, asked: dict[str, str], words: tuple[str, ...]) -> None:
    """U-14: and the options of a command that does the same. The user stays; a cursor brings its own meta and position."""
    opener = Opener(start, {}, "/")
    assert opener.words(opener.choice_of(**asked)) == words


async def test_another_users_command_can_be_undone_by_its_number(services: Services) -> None:
    """In a shared database of the same meta, as the history shows it (P-104 gives users files of their own)."""
    path = Path(services.database.path)
    do(path, entries.set_entry(address("app:main:k"), b"x", by=Actor("bob", "", "cli"), now_ms=NOW))
    past = commands_of(services, failed=False)
    await past.refresh()
    undone = await undo_command(services, past.rows[0].id)
    assert undone.addresses == (address("app:main:k"),)
