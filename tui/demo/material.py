"""What the demo shows, made from the files in `content/`: documents by section, a script by part, settings, logs, pipes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from store.model import Address

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
ICON = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000080000000808060000"
    "00c40fbe8b0000001c49444154789c63fccfc0f09f810ac0388a83a98281e10f00e8a50ff1b6fd0a2d0000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Text:
    """One entry of the demo: where, what, and how long ago it was written, in ms."""

    address: Address
    value: bytes
    age_ms: int
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """One pipe that went astray: what it held, where it was meant to go ("" for nowhere), why not, how long ago in ms."""

    value: bytes
    intended: str
    reason: str
    age_ms: int
    suffix: str = ""


def read(name: str) -> str:
    """One of the files shipped beside this module."""
    return files("tui.demo").joinpath("content", name).read_text(encoding="utf-8")


def texts() -> Iterator[Text]:
    """Everything that is stored under a good address, in the order in which it was written."""
    yield from _document("guide", "guide.md", 3 * DAY)
    yield from _document("checklist", "checklist.md", 2 * DAY)
    yield from _script("backup", "backup.sh", 26 * HOUR)
    log = read("session.log")
    for number in range(60, 65):
        text = log.replace("Session 64", f"Session {number}")
        yield Text(_at("iterations", "sessions", f"iter{number}"), text.encode(), (65 - number) * DAY)
    yield Text(_at("iterations", "counter", "current"), b"64\n", DAY)
    for key, value in NOTES.items():
        yield Text(_at("work", "notes", key), value.encode(), 5 * HOUR)
    yield Text(_at("app", "ui.widgets", "list__i_0"), b"first", 50 * MINUTE)
    yield Text(_at("app", "ui.widgets", "list__i_1"), b"second", 49 * MINUTE)
    yield Text(_at("app", "ui.widgets", "grid__i_2_3"), b"the cell in row 2, column 3", 48 * MINUTE)
    yield Text(_at("app", "assets", "icon"), ICON, 40 * MINUTE)
    yield Text(_at("app", "secrets", "api_key"), b"sk-demo-not-a-real-key", 30 * MINUTE, secret=True)


def sessions() -> Iterator[Text]:
    """What is stored in the cache namespace `app.sessions`, with different times left."""
    for user, age in (("ada", 3 * MINUTE), ("grace", 21 * MINUTE), ("linus", 44 * MINUTE), ("margaret", 57 * MINUTE)):
        value = f'{{"user":"{user}","theme":"dark","cart":[3,14,15]}}'
        yield Text(_at("app", "sessions", user), value.encode(), age)


def lost_pipes() -> Iterator[Lost]:
    """Cached pipes of different age and kind, oldest first."""
    yield Lost(read("session.log").encode(), "iterations.sessions.", "empty_part", 13 * MINUTE + 20 * SECOND)
    yield Lost(ICON, "app/assets/logo", "bad_char", 9 * MINUTE)
    yield Lost(b'{"host": "db.example.net", "port": 6432, "tls": true}\n', "", "empty", 6 * MINUTE + 5 * SECOND)
    stream = b"ns=weather; berlin=rain; lisbon=sun; oslo=snow;\n"
    yield Lost(stream, "weather..today", "empty_part", 2 * MINUTE + 30 * SECOND, "stream_ready")
    yield Lost(b"remember: the key is under the blue flowerpot\n", "notes.home", "incomplete", 20 * SECOND)


NOTES = {
    "monday": "Call the printer about the second proof.\nAsk whether the margin can grow by two millimetres.\n",
    "books": "- The Art of Doing Science\n- A Pattern Language\n- Parsing Techniques\n",
    "größe": "Keys may be written in any script: größe, 日本語, ключ.\n",
    "日本語": "鍵はどの文字でも書けます。\n",
    "quotes": '"Simple things should be simple, complex things should be possible."\n',
}


def _document(name: str, file: str, age_ms: int) -> Iterator[Text]:
    text = read(file)
    head, *sections = text.split("\n## ")
    yield Text(_at("doc", name, "full"), text.encode(), age_ms)
    yield Text(_at("doc", name, "sections__intro"), (head + "\n").encode(), age_ms - MINUTE)
    for number, section in enumerate(sections, 2):
        slot = section.partition("\n")[0]
        end = "\n" if number <= len(sections) else ""  # together they are the whole text again
        yield Text(_at("doc", name, f"sections__{slot}"), f"## {section}{end}".encode(), age_ms - number * MINUTE)


def _script(name: str, file: str, age_ms: int) -> Iterator[Text]:
    for number, part in enumerate(read(file).split("# part: ")[1:]):
        slot, _, body = part.partition("\n")
        yield Text(_at("shell", name, f"parts__{slot}"), body.encode(), age_ms - number * MINUTE)


def _at(context: str, namespace: str, key: str) -> Address:
    return Address("", context, namespace, key)
