"""Records of the catalog as key bindings, and keys as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from tui.browser.commands.catalog import in_scope

if TYPE_CHECKING:
    from textual.binding import BindingType

    from tui.browser.commands.catalog import Scope

_NAMES = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "escape": "esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "delete": "del",
    "shift+tab": "⇧tab",
    "full_stop": ".",
    "comma": ",",
    "semicolon": ";",
    "backspace": "bksp",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def bindings(scope: Scope) -> list[BindingType]:
    """The bindings of whoever owns `scope`; their ids are those of the commands, for a user's keymap."""
    return [
        Binding(",".join(command.keys), command.action, command.title, show=bool(command.hint), id=command.id)
        for command in in_scope(scope)
    ]


def own_key(id_: str, title: str, keys: str, help_: str, *, action: str = "") -> Binding:
    """A key that a pane brings itself, with what the help says of it. keys: parted by blanks; action: if not named by the id."""
    action = action or id_.replace(".", "_").replace("-", "_")
    return Binding(",".join(keys.split()), action, title, show=False, tooltip=help_, id=id_)


def key_name(key: str) -> str:
    """A key as it is printed: `slash` is `/`, `ctrl+p` is `^p`."""
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("ctrl+"):
        return f"^{_NAMES.get(key[5:], key[5:])}"
    return key
