"""The index beside the database: kept, shared, private, never in the way, and never trusted too far (U-11, U-13, decision 0009)."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from search import index as index_module
from search import sidecar
from search.catch_up import COPY
from search.corpus import Corpus, find_entries
from search.index import Index
from search.sidecar import forget, sidecar_path
from search.stopping import Stop
from store.async_database import AsyncDatabase
from store.database import Database
from store.errors import StoreError
from store.operation import Statement, reading, writing
from store.operations.entries import delete, set_entry
from store.operations.expiry import create_cache
from store.operations.secrets import mark_secret
from tests.conftest import REPOSITORY
from tests.search.corpora import BY, NOW, World, address_of, docs_in, world

if TYPE_CHECKING:
    from store.operation import Operation, Rows, Steps


@pytest.fixture
def there(tmp_path: Path) -> Iterator[World]:
    with world("index", tmp_path) as made:
        yield made


def beside(there: World) -> Path:
    return Path(sidecar_path(there.database.path))


def asked(there: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From now on: what SQL the searches of `there` run on the store."""
    seen: list[str] = []
    plain = Database.run

    @reading
    def watched(operation: Operation[object]) -> Steps[object]:
        steps = operation.begin()
        answer: Rows | None = None
        while True:
            try:
                statement = steps.send(answer)  # type: ignore[arg-type]  # None begins it
            except StopIteration as done:
                return done.value
            seen.append(statement.sql)
            answer = yield statement

    monkeypatch.setattr(Database, "run", lambda self, operation: plain(self, watched(operation)))
    return seen


def test_it_is_private_and_survives(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """T-010, U-13: a file of mode 0600, made by the first search, which a second process finds up to date."""
    there.put("app:ui:k", "buy milk")
    assert not beside(there).exists()
    assert there.paths("milk") == ["app:ui:k"]
    assert stat.S_IMODE(beside(there).stat().st_mode) == 0o600
    there.corpus.close()
    again = World(there.database, Corpus(there.database.path))
    seen = asked(again, monkeypatch)
    assert again.paths("milk") == ["app:ui:k"]
    assert COPY not in seen
    again.corpus.close()


def test_a_write_leaves_it_alone(there: World) -> None:
    """U-13: a `set` pays nothing; the next search reads one change."""
    there.put("app:ui:k", "buy milk")
    there.find("milk")
    before = beside(there).read_bytes()
    there.put("app:ui:other", "milkman")
    assert beside(there).read_bytes() == before
    assert there.paths("milk") == ["app:ui:other", "app:ui:k"]


def test_only_what_changed_is_read(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-300: after a set, a replacement and a deletion the entries are not looked through."""
    there.fill({f"app:ui:k{number}": f"text number {number}" for number in range(1200)})
    assert there.find("number").total == 1200
    there.put("app:ui:k7", "other")
    there.put("app:ui:new", "a number")
    there.database.run(delete(address_of("app:ui:k8"), by=BY, now_ms=NOW))
    seen = asked(there, monkeypatch)
    assert there.find("number").total == 1199
    assert COPY not in seen


def test_what_was_trimmed_is_looked_through(there: World) -> None:
    """T-102: without the changes in between, the entries themselves say what is different."""
    there.put("app:ui:old", "milk old")
    there.put("app:ui:gone", "milk gone")
    there.find("milk")
    there.database.run(delete(address_of("app:ui:gone"), by=BY, now_ms=NOW))
    there.fill({f"app:bulk:k{number}": f"milk {number}" for number in range(10_100)})
    assert there.find("milk", scope="app:ui:").total == 1
    assert there.find("milk").total == 10_101


def test_another_database_in_its_place(there: World, tmp_path: Path) -> None:
    """A file exchanged or restored, with as many changes as there were: nothing of the old one is found."""
    there.put("app:ui:k", "from here")
    there.find("from")
    there.database.close()
    (tmp_path / "other").mkdir()
    with world("joined", tmp_path / "other") as other:
        other.put("app:ui:k", "from there", now_ms=NOW + 1)
        source = other.database.path
    for suffix in ("", "-wal", "-shm"):
        Path(there.database.path + suffix).unlink(missing_ok=True)
    os.rename(source, there.database.path)
    assert there.paths("from there") == ["app:ui:k"]
    assert there.find("from here").checkpoint == len("from ")


def test_restored_to_an_earlier_state(there: World, tmp_path: Path) -> None:
    """T-152: the database goes back in its changes, and so does what is found."""
    there.put("app:ui:k", "early words")
    saved = tmp_path / "saved.db"
    copy = sqlite3.connect(there.database.path)
    copy.execute("VACUUM INTO ?", (str(saved),))
    copy.close()
    there.put("app:ui:k", "later words")
    there.put("app:ui:new", "more words")
    assert there.find("words").total == 2
    source, live = sqlite3.connect(saved), sqlite3.connect(there.database.path)
    source.backup(live)
    source.close()
    live.close()
    assert there.find("words").total == 1
    assert there.paths("early words") == ["app:ui:k"]
    assert not there.find("later words").exhausted


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, b"SQLite format 3\0" + bytes(4000)])
def test_damaged_means_made_again(there: World, damage: bytes) -> None:
    """T-004 is for data; this holds none: whatever lies there, the answer is right and the next index is good."""
    there.put("app:ui:k", "buy milk")
    there.find("milk")
    there.corpus.close()
    beside(there).write_bytes(damage)
    assert there.paths("milk") == ["app:ui:k"]
    assert there.paths("milk") == ["app:ui:k"]
    assert docs_in(beside(there)) == 1


def test_a_page_torn_out(there: World) -> None:
    """Found out in the middle of an answer: that is given without the index."""
    there.fill({f"app:ui:k{number}": f"text number {number}" for number in range(3000)})
    there.find("number")
    there.corpus.close()
    content = bytearray(beside(there).read_bytes())
    content[4096 * 3 :] = bytes(len(content) - 4096 * 3)
    beside(there).write_bytes(content)
    assert there.find("number 2").total == 1111
    assert there.find("number 2").total == 1111


def test_removed_while_open(there: World) -> None:
    """It may be deleted at any time: `nuclear-clean` and people do."""
    there.put("app:ui:k", "buy milk")
    there.find("milk")
    assert forget(there.database.path) is True
    assert forget(there.database.path) is False
    there.put("app:ui:k", "buy bread")
    assert there.paths("bread") == ["app:ui:k"]
    assert beside(there).exists()


@pytest.mark.parametrize("kind", ["link", "open", "directory"])
def test_not_a_file_of_ours(there: World, tmp_path: Path, kind: str) -> None:
    """A link, a file that others can read, a directory: left alone, and the search does without."""
    there.put("app:ui:k", "buy milk")
    other = tmp_path / "other"
    other.write_bytes(b"precious")
    if kind == "link":
        beside(there).symlink_to(other)
    elif kind == "open":
        beside(there).write_bytes(b"")
        beside(there).chmod(0o644)
    else:
        beside(there).mkdir()
    assert there.paths("milk") == ["app:ui:k"]
    assert other.read_bytes() == b"precious"
    assert kind != "open" or beside(there).read_bytes() == b""


def test_no_room(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: the answer comes without the index, nothing half-made is trusted, and later it is made after all."""
    there.fill({f"app:ui:k{number}": f"text number {number}" for number in range(3000)})
    plain = Index._prepare

    def small(connection: sqlite3.Connection) -> None:
        plain(connection)
        connection.execute("PRAGMA max_page_count=30")

    monkeypatch.setattr(Index, "_prepare", staticmethod(small))
    assert there.find("number 2").total == 1111
    assert there.find("number 2").total == 1111
    monkeypatch.undo()
    again = World(there.database, Corpus(there.database.path))
    assert again.find("number 2").total == 1111
    again.corpus.close()
    assert docs_in(beside(there)) == 3000


def test_no_trigrams(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-216: an SQLite without FTS5 searches all the same."""
    monkeypatch.setattr(sidecar, "has_trigrams", lambda: False)
    there.put("app:ui:k", "buy milk")
    assert there.paths("milk") == ["app:ui:k"]
    assert not beside(there).exists()


def test_it_is_busy(there: World) -> None:
    """Another search is writing to it: this one does without, and does not wait for long."""
    there.put("app:ui:k", "buy milk")
    there.find("milk")
    there.put("app:ui:new", "more milk")
    other = sqlite3.connect(beside(there), isolation_level=None)
    for lock in ("IMMEDIATE", "EXCLUSIVE"):
        other.execute(f"BEGIN {lock}")
        assert there.find("milk").total == 2
        other.execute("ROLLBACK")
    other.close()
    assert there.find("milk").total == 2


def test_secrets_are_not_in_it(there: World) -> None:
    """U-11: not the value of a secret, and of one that becomes a secret nothing is left, not even in free pages."""
    there.put("app:ui:key", "hidden-from-the-start", secret=True)
    there.put("app:ui:later", "hidden-by-its-namespace")
    there.put("app:x:later", "hidden-by-itself")
    there.put("app:x:plain", "not hidden")
    assert there.find("hidden").total == 3
    assert b"from-the-start" not in beside(there).read_bytes()
    assert b"by-itself" in beside(there).read_bytes()
    there.put("app:x:later", "hidden-still", secret=True)
    assert there.find("hidden").total == 2
    assert b"by-itself" not in beside(there).read_bytes()
    there.database.run(mark_secret("", "app", "ui", on=True, target="app.ui", by=BY, now_ms=NOW))
    assert there.paths("hidden") == ["app:x:plain"]
    assert b"by-its-namespace" not in beside(there).read_bytes()
    assert there.paths("later", field="key") == ["app:ui:later", "app:x:later"]


def test_what_expires_is_not_in_it(there: World) -> None:
    """U-11, T-090: found while it lives, swept or not, and never written down."""
    there.database.run(create_cache("", "app", "c", 60, by=BY, now_ms=NOW))
    there.put("app:c:k", "short-lived words")
    assert there.paths("words") == ["app:c:k"]
    assert there.paths("words", now_ms=NOW + 60_000) == []
    assert b"short-lived" not in beside(there).read_bytes()


def test_metas_do_not_meet(there: World) -> None:
    """P-102: neither hits nor the checkpoint know what another meta holds."""
    there.put("app:ui:k", "buy milk", meta="orga")
    there.put("app:ui:k", "buy bread", meta="orgb")
    assert there.find("buy milk", meta="orgb").checkpoint == 4
    assert [hit.text for hit in there.find("buy", meta="orgb").hits] == ["buy bread"]
    assert there.find("buy").checkpoint == 0


def test_a_link_to_the_database(there: World, tmp_path: Path) -> None:
    """T-011: whatever a database is called, it has one index, beside the file itself."""
    there.put("app:ui:k", "buy milk")
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(there.database.path)
    other = World(there.database, Corpus(str(link)))
    assert other.paths("milk") == ["app:ui:k"]
    other.corpus.close()
    assert beside(there).exists()
    assert list(link.parent.iterdir()) == [link]


def test_a_missing_database(tmp_path: Path) -> None:
    """A search creates nothing, neither database nor index."""
    with world("index", tmp_path) as nowhere:
        assert nowhere.find("milk").checkpoint == 0
    assert list(tmp_path.iterdir()) == []


def test_given_up_and_gone_on(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-300: a search that is given up while indexing leaves what it has done, and the next one goes on from there."""
    there.fill({f"app:ui:k{number}": f"text number {number}" for number in range(3000)})
    stop = Stop()
    slices = []
    plain = Index.add

    def counting(self: Index, docs: list[index_module.Doc]) -> None:
        plain(self, docs)
        slices.append(len(docs))
        if len(slices) == 2:
            stop.ask()

    monkeypatch.setattr(Index, "add", counting)
    with pytest.raises(StoreError) as caught:
        there.find("number", stop=stop)
    assert caught.value.code == "interrupted"
    assert sum(slices) == 1000
    assert there.find("number").total == 3000
    assert sum(slices) == 3000


CHILD = """
import sys
from search.corpus import Corpus, find_entries
from store.database import Database
with Database(sys.argv[1]) as database:
    corpus = Corpus(database.path)
    for _ in range(int(sys.argv[2])):
        print(database.run(find_entries(corpus, "number", now_ms=0)).total, flush=True)
    corpus.close()
"""


def child(path: str, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, path, str(times)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )


def test_several_processes_at_once(there: World) -> None:
    """Four processes find no index, or an old one, while a fifth writes: every answer is right at its time."""
    there.fill({f"app:ui:k{number}": f"text number {number}" for number in range(2000)})
    children = [child(there.database.path, 20) for _ in range(4)]
    for number in range(40):
        there.put(f"app:more:k{number}", f"number {number}")
    for process in children:
        out, _ = process.communicate(timeout=60)
        totals = [int(line) for line in out.split()]
        assert len(totals) == 20
        assert totals == sorted(totals), "what has been seen stays seen"
        assert set(totals) <= set(range(2000, 2041))
    assert there.find("number").total == 2040


def test_killed_while_indexing(there: World) -> None:
    """T-300: kill −9 at any moment leaves an index that is right or made again."""
    there.fill({f"app:ui:k{number}": f"text number {number}" for number in range(5000)})
    for wait in (0.1, 0.15, 0.2, 0.25, 0.3):
        process = child(there.database.path, 50)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()
        assert there.find("number 4").total == 1111
        there.put("app:ui:x", f"number {wait}")
        there.corpus.close()
        forget(there.database.path)


async def test_in_the_browser(tmp_path: Path) -> None:
    """Design section 4: the same operation on the search reader, which may not write to the store."""
    path = str(tmp_path / "main.db")
    corpus = Corpus(path)
    async with AsyncDatabase(path) as database:
        await database.run(set_entry(address_of("app:ui:k"), b"buy milk", by=BY, now_ms=NOW))
        for _ in range(2):
            found = await database.run(find_entries(corpus, "milk", now_ms=NOW), reader="search")
            assert [hit.path for hit in found.hits] == ["app:ui:k"]
    corpus.close()
    assert forget(path)


def test_the_store_knows_nothing_of_it(there: World) -> None:
    """T-020: no full-text table in the store's own file."""
    there.put("app:ui:k", "buy milk")
    there.find("milk")

    @writing
    def tables() -> Steps[Rows]:
        return (yield Statement("SELECT name FROM sqlite_master WHERE sql LIKE '%fts5%'"))

    assert there.database.run(tables()) == []
