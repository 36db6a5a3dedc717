"""Many writers and readers of one completion cache: nothing is lost, nothing is ever seen half (C-047, C-049, C-110)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.faults.child_names import START_MS
from tui.completion.compaction import names, read_line
from tui.name_cache import CACHE, INDEX

WRITERS, WRITES = 8, 60
CHILD = REPOSITORY / "tests/faults/child_names.py"


def start(index: Path, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(index), str(number), str(WRITES)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(REPOSITORY)},
    )


def test_eight_writers_lose_nothing_and_readers_see_whole_lines(tmp_path: Path) -> None:
    """C-049, and the readers of C-110: at every moment the file is whole lines, and no name that was there is missing."""
    index = tmp_path / INDEX
    children = [start(index, number) for number in range(WRITERS)]
    most, reads = 0, 0
    try:
        while any(child.poll() is None for child in children):
            if not (index / CACHE).exists():
                continue
            content = (index / CACHE).read_bytes()
            whole, _, rest = content.rpartition(b"\n")
            assert rest == b"", "a torn line"
            lines = whole.split(b"\n") if whole else []
            assert all(read_line(line) for line in lines), "a line that is none"
            known = len(set(lines))
            assert known >= most, "names went missing while somebody compacted"
            most, reads = known, reads + 1
        results = [child.communicate(timeout=60) for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()
    assert all(child.returncode == 0 for child in children)
    compactions = sum(int(out) for out, _ in results)
    assert {name.value for name in names(str(index), START_MS + WRITES)} == {
        f"app.w{number}.k{write}" for number in range(WRITERS) for write in range(WRITES)
    }
    assert 15 <= compactions <= 48, compactions
    assert reads > 5
    assert not (index / (CACHE + ".tmp")).exists()
