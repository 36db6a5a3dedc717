"""Many writers and readers of one completion cache: nothing is lost, no name is ever seen half (C-047, C-049, C-110)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.faults.child_names import START_MS
from tui.completion.compaction import names, read_line
from tui.name_cache import CACHE, INDEX, Reference, append, lines

WRITERS, WRITES = 8, 60
EVERY_NAME = {f"app.w{number}.k{write}" for number in range(WRITERS) for write in range(WRITES)}
CHILD = REPOSITORY / "tests/faults/child_names.py"


def start(index: Path, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(index), str(number), str(WRITES)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(REPOSITORY)},
    )


def test_eight_writers_lose_nothing_and_readers_see_whole_names(tmp_path: Path) -> None:
    """C-049, and the readers of C-110: at every moment all lines but the last are whole, and no name that was there is missing.

    The last may be half: where an append crosses a page, the kernel shows a reader its first part before the rest.
    """
    index = tmp_path / INDEX
    children = [start(index, number) for number in range(WRITERS)]
    known: set[str] = set()
    reads = 0
    try:
        while any(child.poll() is None for child in children):
            if not (index / CACHE).exists():
                continue
            *lines, _last = (index / CACHE).read_bytes().split(b"\n")
            # A writer that saw such a half took it for a torn write, and began with a line feed (C-027).
            assert all(read_line(line) for line in lines if line), "a line that is none"
            found = {name.value for name in names(str(index), START_MS)}
            assert found >= known, "names went missing while somebody compacted"
            assert found <= EVERY_NAME, "a name that nobody wrote"
            known, reads = found, reads + 1
        results = [child.communicate(timeout=60) for child in children]
    finally:
        for child in children:
            child.kill()
            child.communicate()
    assert all(child.returncode == 0 for child in children)
    compactions = sum(int(out) for out, _ in results)
    assert {name.value for name in names(str(index), START_MS + WRITES)} == EVERY_NAME
    assert 15 <= compactions <= 48, compactions
    assert reads > 5
    assert not (index / (CACHE + ".tmp")).exists()


def test_a_line_seen_half_is_no_name(tmp_path: Path) -> None:
    """What a reader may find at the end of the file while somebody appends, cut at every byte: the name as it is, or none."""
    append(str(tmp_path), [Reference("id", "app.first")], scope="", now_ms=START_MS)
    cache = tmp_path / CACHE
    whole = cache.read_bytes()
    (line,) = lines([Reference("alias", "übung", "/a/b")], "", START_MS)
    for cut in range(len(line.encode())):
        cache.write_bytes(whole + line.encode()[:cut])
        seen = [name.value for name in names(str(tmp_path), START_MS)]
        assert seen == (["übung", "app.first"] if cut == len(line.encode()) - 1 else ["app.first"]), cut
