"""`python -m bench [--fast] [PART…]`: measure, print one table, exit 1 if a budget is broken beyond what noise can explain."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import (
    browser_bench,
    completion_bench,
    engine_bench,
    find_bench,
    process_bench,
    search_bench,
    store_bench,
    stream_bench,
)
from bench.measure import Result

PARTS: dict[str, Callable[[Path, bool], Iterator[Result]]] = {
    "process": process_bench.run,
    "store": store_bench.run,
    "stream": stream_bench.run,
    "engine": engine_bench.run,
    "find": find_bench.run,
    "search": search_bench.run,
    "completion": completion_bench.run,
    "browser": browser_bench.run,
}


def main(arguments: list[str]) -> int:
    """Run the parts named, or all; the exit code."""
    fast = "--fast" in arguments
    wanted = [word for word in arguments if not word.startswith("--")] or list(PARTS)
    broken = 0
    print(f"{'what':<44} {'ours':>12} {'floor':>12} {'ratio':>7} {'budget':>7}  verdict")
    with tempfile.TemporaryDirectory(prefix="prontodb-bench-") as directory:
        for name in wanted:
            for result in PARTS[name](Path(directory), fast):
                print(line(result), flush=True)
                broken += result.verdict == "BROKEN"
    return 1 if broken else 0


def line(result: Result) -> str:
    """One row of the table; times in milliseconds unless the note says otherwise."""
    unit = 1.0 if "not seconds" in result.note else 1000.0
    budget = f"{result.budget:>6.1f}×" if result.budget else " " * 7
    return (
        f"{result.what:<44} {result.ours * unit:>12.3f} {result.floor * unit:>12.3f} {result.ratio:>6.2f}× {budget}"
        f"  {result.verdict:<7} {result.note}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
