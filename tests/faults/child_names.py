"""Appends names of its own to a completion cache, at uneven paces like commands: `child_names.py INDEX NUMBER WRITES`."""

from __future__ import annotations

import os
import sys
from time import sleep

from tui import name_cache
from tui.name_cache import Reference, append

START_MS = 1_772_366_400_000


def main(index: str, number: int, writes: int) -> None:
    # A command gives up after half a second (C-048), which a machine that stands still while somebody compacts takes alone.
    name_cache.LOCK_WAIT_S = 60.0
    compactions = 0
    for write in range(writes):
        compactions += append(index, [Reference("id", f"app.w{number}.k{write}")], scope="", now_ms=START_MS + write)
        sleep(os.urandom(1)[0] / 255 * 0.01)
    print(compactions)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
