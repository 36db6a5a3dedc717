"""What the browser remembers between runs: the theme. A file of one word in the workspace's state directory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.workspace import replace_file

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FILE = "theme"
LIGHT_GROUNDS = ("7", "15")


def theme_at_start(state: str, environ: Mapping[str, str], offered: Collection[str], dark: str, light: str) -> str:
    """The theme chosen last; else the one that fits the terminal's background, as far as COLORFGBG tells it."""
    try:
        with open(os.path.join(state, FILE), encoding="ascii", errors="replace") as file:
            chosen = file.read(64).strip()
    except OSError:
        chosen = ""
    if chosen in offered:
        return chosen
    ground = environ.get("COLORFGBG", "").rpartition(";")[2]
    return light if ground in LIGHT_GROUNDS else dark


def remember_theme(state: str, name: str) -> bool:
    """Keep the choice; False where that is impossible, which is no reason to bother anybody."""
    try:
        replace_file(os.path.join(state, FILE), f"{name}\n".encode())
    except OSError:
        return False
    return True
