"""Our themes: night and day, and one of high contrast. The terminal's own sixteen colours come from Textual (`ansi-*`).

Colours carry roles, never facts: whatever a colour says, a word, a glyph or a line style says too.
"""

from __future__ import annotations

from textual.theme import Theme

NIGHT = Theme(
    name="night",
    dark=True,
    background="#11151c",
    surface="#161b24",
    panel="#1b212c",
    foreground="#ccd3dd",
    primary="#6cb6c9",
    secondary="#93a4cf",
    accent="#f0a868",
    success="#86c294",
    warning="#e3b65c",
    error="#e5717f",
    variables={
        "border": "#6cb6c9",
        "border-blurred": "#2d3644",
        "block-cursor-background": "#6cb6c9",
        "block-cursor-foreground": "#0c1016",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#242c39",
        "block-cursor-blurred-foreground": "#ccd3dd",
        "block-hover-background": "#1b212c",
        "scrollbar": "#2d3644",
        "scrollbar-hover": "#3d495b",
        "scrollbar-active": "#6cb6c9",
        "scrollbar-background": "#11151c",
        "scrollbar-background-hover": "#11151c",
        "scrollbar-background-active": "#11151c",
        "scrollbar-corner-color": "#11151c",
        "text-muted": "#7f8b9c",
        "text-disabled": "#465062",
        "foreground-muted": "#7f8b9c",
        "input-selection-background": "#6cb6c9 35%",
        "footer-key-foreground": "#f0a868",
    },
)

DAY = Theme(
    name="day",
    dark=False,
    background="#faf8f3",
    surface="#f3f0e9",
    panel="#ece8df",
    foreground="#2b333d",
    primary="#1a6e85",
    secondary="#4d5f96",
    accent="#a9550f",
    success="#37764a",
    warning="#8a6100",
    error="#b32d3f",
    variables={
        "border": "#1a6e85",
        "border-blurred": "#d5cfc2",
        "block-cursor-background": "#1a6e85",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e4dfd3",
        "block-cursor-blurred-foreground": "#2b333d",
        "block-hover-background": "#ece8df",
        "scrollbar": "#d5cfc2",
        "scrollbar-hover": "#bdb5a4",
        "scrollbar-active": "#1a6e85",
        "scrollbar-background": "#faf8f3",
        "scrollbar-background-hover": "#faf8f3",
        "scrollbar-background-active": "#faf8f3",
        "scrollbar-corner-color": "#faf8f3",
        "text-muted": "#6b7380",
        "text-disabled": "#b3aea3",
        "foreground-muted": "#6b7380",
        "input-selection-background": "#1a6e85 25%",
        "footer-key-foreground": "#a9550f",
    },
)

CONTRAST = Theme(
    name="contrast",
    dark=True,
    background="#000000",
    surface="#000000",
    panel="#000000",
    foreground="#ffffff",
    primary="#00e5ff",
    secondary="#b8c7ff",
    accent="#ffd000",
    success="#5cff8a",
    warning="#ffd000",
    error="#ff6b6b",
    variables={
        "border": "#ffd000",
        "border-blurred": "#8a8a8a",
        "block-cursor-background": "#ffd000",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#3a3a3a",
        "block-cursor-blurred-foreground": "#ffffff",
        "block-hover-background": "#222222",
        "scrollbar": "#8a8a8a",
        "scrollbar-hover": "#ffffff",
        "scrollbar-active": "#ffd000",
        "scrollbar-background": "#000000",
        "scrollbar-background-hover": "#000000",
        "scrollbar-background-active": "#000000",
        "scrollbar-corner-color": "#000000",
        "text-muted": "#d0d0d0",
        "text-disabled": "#8a8a8a",
        "foreground-muted": "#d0d0d0",
        "footer-key-foreground": "#ffd000",
    },
)

OURS = (NIGHT, DAY, CONTRAST)
OFFERED = (*(theme.name for theme in OURS), "ansi-dark", "ansi-light")
"""Names of the themes a user can choose, in the order of the palette."""
