"""T-302: kill -9 of `prontodb set` while content is piped to it. Content read to its end is in the database or in the spool.

That it was read to its end is told by the child at the moment its `read` says so: before that the content is still the sender's.
"""

from __future__ import annotations

import os
import random
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pytest

from store.spool_files import FULL, PART
from store.values import unbind
from tests.conftest import Program
from tests.faults.audit import faults_in, rows
from tests.faults.harness import PATIENCE_S, Child, chance, number

KILLS = number(50, 1000)
BATCH = 50
"""Kills in one home. Well within the 15 minutes that the cached pipes live."""
LATEST_START_S = 0.05
LATEST_END_S = 0.025
GOOD = ("app.notes.k{}", "app:notes:k{}", "app.notes.k{}__prod")
BAD = ("invalid.address", "a..b", "bad/address", "$(rm -rf ~)", "", "pipe.cache.mine")


@dataclass(frozen=True)
class Piped:
    """What was piped, and what became of its process."""

    content: bytes
    address: str
    ended: bool
    """Whether it had been read to its end."""
    acknowledged: bool


def pipe_and_kill(
    home: Path, content: bytes, address: str, *, after_end: bool, delay_s: float, die: bool = False
) -> Piped:
    """Pipe `content` to a `set` and kill it `delay_s` after its start or after the end of its input."""
    told, tell = os.pipe()
    hooks = f"end={tell}" + (",die" if die else "")
    with Child("child_command.py", hooks, "set", address, env={"PRONTO_HOME": str(home)}, fds=(tell,)) as child:
        os.close(tell)
        assert child.process.stdin is not None
        feeder = threading.Thread(target=feed, args=(child.process.stdin, content))
        feeder.start()
        ended = after_end and os.read(told, 1) == b"e"  # b"": it died or ended before
        code = child.process.wait(PATIENCE_S) if die else child.kill(delay_s)
        feeder.join(PATIENCE_S)
        ended = ended or os.read(told, 1) == b"e"
        os.close(told)
    return Piped(content, address, ended, code == 0)


def feed(pipe: BinaryIO, content: bytes) -> None:
    try:
        view = memoryview(content)
        while view:
            view = view[pipe.write(view) :]
        pipe.close()
    except BrokenPipeError:
        pass  # it was killed first


def content_of(numbers: random.Random) -> bytes:
    """10 bytes to 600 kB, as many short as long."""
    return numbers.randbytes(int(10 ** numbers.uniform(1, 5.778)))


def stored_in(home: Path) -> dict[str, list[bytes]]:
    """The contents in the database, those at their address and those in the pipe cache; what the spool holds still."""
    found: dict[str, list[bytes]] = {"entries": [], "cached": [], "spooled": []}
    database = home / "databases" / "main.db"
    if database.exists():
        sql = "SELECT n.context, e.value FROM entries e JOIN namespaces n ON n.id = e.ns_id"
        for context, value in rows(str(database), sql):
            found["cached" if context == "pipe" else "entries"].append(unbind(value))
    if (home / "spool").is_dir():
        found["spooled"] = [file.read_bytes() for file in (home / "spool").iterdir()]
    return found


def lost(piped: list[Piped], found: dict[str, list[bytes]]) -> list[Piped]:
    """What was read to its end and is nowhere (T-003), or was acknowledged and is not in the database (T-001)."""
    stored = {*found["entries"], *found["cached"]}
    anywhere = stored.union(found["spooled"])
    return [
        one
        for one in piped
        if (one.ended and one.content not in anywhere) or (one.acknowledged and one.content not in stored)
    ]


@pytest.mark.parametrize("batch", range(KILLS // BATCH))
def test_nothing_read_to_its_end_is_lost(home: Path, prontodb: Program, batch: int) -> None:
    """T-003, T-110…T-112: killed at any moment from its start to after its answer, to good and to bad addresses."""
    numbers = chance(f"T-302 {batch}")
    piped = []
    for turn in range(BATCH):
        address = numbers.choice(GOOD if turn % 2 else BAD).format(turn)
        after_end = numbers.random() < 0.6
        delay_s = numbers.uniform(0, LATEST_END_S if after_end else LATEST_START_S)
        piped.append(pipe_and_kill(home, content_of(numbers), address, after_end=after_end, delay_s=delay_s))
    before = stored_in(home)
    assert lost(piped, before) == []
    # The next command that writes brings home what is left, half-read contents included (T-112).
    adopted = prontodb("set", "app.end.k", "v", env={"PRONTO_HOME": str(home)})
    assert adopted.returncode == 0, adopted.stderr
    found = stored_in(home)
    assert lost(piped, found) == []
    assert [name for name in os.listdir(home / "spool") if name.endswith((PART, FULL))] == []
    everything = [one.content for one in piped]
    assert [value for value in found["cached"] if not any(content.startswith(value) for content in everything)] == []
    assert faults_in(str(home / "databases" / "main.db")) == []
    ended = sum(one.ended for one in piped)
    unanswered = sum(one.ended and not one.acknowledged for one in piped)
    assert unanswered, "none was killed between the end of its input and its answer: nothing is proved"
    print(f"T-302: {BATCH} kills, {ended} read to the end, {unanswered} of them unanswered, 0 lost")


@pytest.mark.parametrize("address", ["app.notes.k", "invalid.address"])
@pytest.mark.parametrize("size", [10, 600_000])
def test_killed_right_at_the_end_of_its_input(home: Path, prontodb: Program, address: str, size: int) -> None:
    """The worst moment for certain: the sender is done, and nothing has been done with it yet."""
    one = pipe_and_kill(home, bytes(range(10)) * (size // 10), address, after_end=True, delay_s=0, die=True)
    assert (one.ended, one.acknowledged) == (True, False)
    assert lost([one], stored_in(home)) == []
    assert prontodb("set", "app.end.k", "v", env={"PRONTO_HOME": str(home)}).returncode == 0
    found = stored_in(home)
    assert (found["cached"], found["spooled"]) == ([one.content], [])


def test_control_without_a_spool_it_is_seen_as_lost(home: Path) -> None:
    """Control: the same moment where no spool directory can be made."""
    (home / "spool").write_bytes(b"")
    one = pipe_and_kill(home, b"content", "app.notes.k", after_end=True, delay_s=0, die=True)
    assert lost([one], stored_in(home)) == [one]
