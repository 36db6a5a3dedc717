"""The way in: `python -m tui`, and what the installed script calls. Every `get` passes here, so nothing comes early.

On a terminal and without arguments it opens the browser, otherwise it is the headless face (U-07, P-004).
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line of this process and return its exit code. `store` and `search` must already be ours to find."""
    try:
        if len(sys.argv) == 1 and os.isatty(0) and os.isatty(1):
            from tui.browser.launch import launch

            return launch()
        from tui.headless.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # before a command has begun, or after it has ended
        return 130


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
