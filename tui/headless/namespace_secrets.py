"""`admin secret`: whether the keys of a namespace are secret (U-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.addresses import read_namespace
from store.operations.namespaces import namespace
from store.operations.secrets import mark_secret
from tui.headless.transfer import title_of

if TYPE_CHECKING:
    from tui.headless.main import Call

SWITCHES = {"on": True, "off": False}


def secret(call: Call) -> int:
    """Mark a namespace secret, or end that; without a word, show which it is."""
    space = read_namespace(call.argument(0), call.session.reading)
    word, title = call.argument(1), title_of(space)
    if word is None:
        found = call.run(namespace(*space, now_ms=call.now_ms))
        is_secret = found is not None and found.secret
        _tell(call, title, f"{title}: {'secret' if is_secret else 'not secret'}", is_secret, 0)
        return 0
    if word not in SWITCHES:
        raise call.usage(f"on or off, not '{word}'")
    call.target = title
    on = SWITCHES[word]
    call.recheck = on
    hidden = call.run(mark_secret(*space, on=on, target=title, by=call.by, now_ms=call.now_ms))
    said = f"✅ {title} is secret now; {hidden} entries became so" if on else f"✅ {title} is not secret any more"
    _tell(call, title, said, on, hidden)
    return 0


def _tell(call: Call, title: str, text: str, is_secret: bool, hidden: int) -> None:
    if call.output.json:
        call.output.object(namespace=title, secret=is_secret, hidden=hidden)
    else:
        call.output.line(text)
