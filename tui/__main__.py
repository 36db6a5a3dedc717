"""The way in: `python -m tui`, and what the installed script calls. Every `get` passes here, so nothing comes early.

On a terminal and without arguments it opens the browser, otherwise it is the headless face (U-07, P-004).
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

UNCOLLECTED = 100_000


def main() -> int:
    """Run the command line of this process and return its exit code. `store` and `search` must already be ours to find.

    A headless command ends the process itself, as soon as everything is written and closed.
    """
    # A `get` makes some 20,000 objects and no cycles worth a search: 1 ms. What runs for long (a demo, a browser) collects.
    gc.set_threshold(UNCOLLECTED)
    try:
        if len(sys.argv) == 1 and os.isatty(0) and os.isatty(1):
            from tui.browser.launch import open_browser

            return open_browser()
        code = early()
        if code is None:
            from tui.headless.main import run

            code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before a command has begun, or after it has ended
        code = 130
    leave(code)


def early() -> int | None:
    """Answer what the shells ask while somebody waits for TAB, before the parser is loaded (C-059); None for all the rest."""
    words = sys.argv[1:]
    if "--emit-source" not in words and "--path" not in words:
        return None
    from tui.completion.emit import answer

    try:
        cwd = os.getcwd()
    except OSError:
        cwd = ""
    return answer(words, os.environ, cwd)


def leave(code: int) -> NoReturn:
    """End the process with `code`, at once.

    Python would first take every object apart, 3 ms of a `get` that takes 20; the kernel frees them all the same.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass  # closed, or nobody reads; what mattered was written to the descriptors themselves
    os._exit(code)


def put_our_packages_first() -> None:
    """Let `store` and `search` be the ones beside this file, whatever PYTHONPATH or the working directory offers.

    Those directories go to the end instead of ours to the front: with site-packages before the standard library, an old
    backport there would replace a part of Python itself. The installed script does the same for itself (tui/prontodb).
    """
    ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    foreign = {os.path.abspath(path) for path in (sys.path[0], *os.environ.get("PYTHONPATH", "").split(os.pathsep))}
    sys.path.sort(key=(foreign - {ours}).__contains__)
    if ours not in sys.path:
        sys.path.insert(0, ours)


if __name__ == "__main__":
    put_our_packages_first()
    sys.exit(main())
