"""Giving up a search in the browser (S-300, S-317)."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from search import index as index_module
from search.cancelling import search
from search.corpus import Corpus, find_entries
from search.index import Doc, Index
from search.stopping import Stop
from store.async_database import AsyncDatabase
from store.operations.apply import apply_writes
from store.streams.events import Write
from tests.search.corpora import BY, NOW, address_of, world


async def test_cancelled_while_indexing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The task ends with the search, the reader is free at once, and what was indexed is not read again."""
    corpus = Corpus(str(tmp_path / "main.db"))
    writes = [Write(address_of(f"app:x:k{number}"), b"milk %d" % number, None, "") for number in range(3000)]
    busy, go_on = threading.Event(), threading.Event()
    added: list[int] = []
    plain = Index.add

    def slow(self: Index, docs: list[Doc]) -> None:
        plain(self, docs)
        added.append(len(docs))
        busy.set()
        assert go_on.wait(60)

    monkeypatch.setattr(Index, "add", slow)
    async with AsyncDatabase(corpus.path) as database:
        await database.run(apply_writes(writes, by=BY, now_ms=NOW))
        stop = Stop()
        task = asyncio.create_task(search(database, find_entries(corpus, "milk", now_ms=NOW, stop=stop), stop))
        await asyncio.to_thread(busy.wait, 60)
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stop.wanted
        done = sum(added)
        assert 0 < done < 3000
        stop = Stop()
        found = await search(database, find_entries(corpus, "milk", now_ms=NOW, limit=5, stop=stop), stop)
        assert found.total == 3000
        assert sum(added) == 3000
    corpus.close()


async def test_not_cancelled(tmp_path: Path) -> None:
    """It gives what the search gives, and its errors."""
    corpus = Corpus(str(tmp_path / "main.db"))
    async with AsyncDatabase(corpus.path) as database:
        stop = Stop()
        assert (await search(database, find_entries(corpus, "milk", now_ms=NOW, stop=stop), stop)).total == 0
        stop.ask()
        with pytest.raises(Exception, match="cancelled"):
            await search(database, find_entries(corpus, "milk", now_ms=NOW, stop=stop), stop)
    corpus.close()


def test_interrupted_between_text_and_trigrams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C at the worst moment: nothing half-done is kept, so nothing is missed later."""
    with world("index", tmp_path) as there:
        there.fill({f"app:x:k{number}": f"milk {number}" for number in range(2200)})  # too many to be looked through

        def interrupted(_doc: Doc) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(index_module, "_trigrams", interrupted)
            with pytest.raises(KeyboardInterrupt):
                there.find("milk")
        assert there.find("milk").total == 2200
        there.put("app:x:k7", "bread")
        with monkeypatch.context() as patched:
            patched.setattr(index_module, "_trigrams", interrupted)
            with pytest.raises(KeyboardInterrupt):
                there.find("milk")
        assert there.find("milk").total == 2199
        assert there.paths("bread") == ["app:x:k7"]
