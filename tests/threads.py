"""What threads a test leaves behind."""

from __future__ import annotations

import threading


def left_since(before: set[threading.Thread]) -> list[threading.Thread]:
    """The threads begun since then that do not end. One that has answered that it is closed ends a moment later."""
    begun = [thread for thread in threading.enumerate() if thread not in before]
    for thread in begun:
        thread.join(10)
    return [thread for thread in begun if thread.is_alive()]
