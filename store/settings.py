"""Settings: `pronto.conf`, the environment and what is built in (P-006). Options of a command line are the caller's.

Lines are `key=value`; spaces around either are dropped; a value may stand in double quotes; `#` begins a comment at the
start of a line and after a space. A bad value is never guessed at: it is an error that names the file, the line and the
key, or the variable. An empty variable counts as unset.
"""

from __future__ import annotations

import os

from store.addresses.names import bad_delimiter
from store.errors import InputError
from store.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from store.workspace import Workspace

    Value = str | int | bool

LARGEST_FILE = 1 << 20
LARGEST_NUMBER = 2147483647
LARGEST_VALUE = 1_000_000_000  # bytes; SQLite's own ceiling (T-132)
TRUE = ("1", "true", "on", "yes")
FALSE = ("0", "false", "off", "no")


class Settings(NamedTuple):
    """What can be set. max_input: bytes taken from standard input (P-054). pipe_strict: a rescue exits 1 (P-071)."""

    ns_delim: str = "."
    security_required: bool = False
    busy_timeout_ms: int = 5000
    streaming: bool = True
    max_input: int = 10_485_760
    pipe_strict: bool = False


def read_settings(workspace: Workspace, environ: Mapping[str, str]) -> Settings:
    """The settings in effect: environment before file before built-in. A missing file is an empty one.

    Raises InputError `bad-setting` for a value, line or key that is not understood, even where the environment would win.
    """
    values: dict[str, Value] = {}
    if workspace.config_file:
        content = _read(workspace.config_file)
        if content:
            values = _parse(content, workspace.config_file)
    for variable, (field, understand) in VARIABLES.items():
        text = environ.get(variable)
        if text:
            try:
                values[field] = understand(text)
            except ValueError as error:
                raise InputError("bad-setting", f"{variable} is {error}, not {text!r}", text=text) from None
    return Settings(**values) if values else DEFAULTS  # type: ignore[arg-type]  # each value was made by its field's reader


def _parse(content: str, path: str) -> dict[str, Value]:
    """The fields set in the text of the file at `path`, which is named in errors."""
    values: dict[str, Value] = {}
    for number, line in enumerate(content.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        where = f"{path}, line {number}"
        key, equals, text = line.partition("=")
        key = key.rstrip()
        if not equals:
            raise InputError("bad-setting", f"{where}: {line!r} is not of the form key=value", text=line)
        if key not in KEYS:
            raise InputError("bad-setting", f"{where}: there is no setting {key!r}", hint=_nearest(key), text=key)
        field, understand = KEYS[key]
        if field in values:
            raise InputError("bad-setting", f"{where}: {key} was set before", hint="keep one of them", text=key)
        try:
            values[field] = understand(_unquote(text))
        except ValueError as error:
            raise InputError("bad-setting", f"{where}: {key} is {error}, not {text.strip()!r}", text=text) from None
    return values


def _unquote(text: str) -> str:
    """The value in what follows `=`: quotes and a comment removed. Raises ValueError."""
    bare = text.strip()
    if bare.startswith('"'):
        value, quote, rest = bare[1:].partition('"')
        rest = rest.lstrip()
        if not quote or (rest and not rest.startswith("#")):
            raise ValueError("one value in double quotes")
        return value
    for offset, char in enumerate(text):
        if char == "#" and offset and text[offset - 1] in " \t":
            return text[:offset].strip()
    return bare


def _boolean(text: str) -> bool:
    word = text.lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError("one of 1 true on yes, 0 false off no")


def _delimiter(text: str) -> str:
    if bad_delimiter(text):
        raise ValueError("one delimiter: a punctuation character, but none of _ - + @ = ; \" ' \\ * ?")
    return text


def _whole(smallest: int, largest: int) -> Callable[[str], int]:
    """A reader of whole numbers. `int` alone would take `1_000`, ` 5` and the digits of every script."""

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= 12 and smallest <= int(text) <= largest:
            return int(text)
        raise ValueError(f"a whole number from {smallest} to {largest}")

    return read


def _read(path: str) -> str:
    """The text of the file; "" if there is none. Raises `bad-setting` for one that cannot be read as text."""
    try:
        # Not to be kept waiting by a fifo.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise InputError("bad-setting", f"{path} cannot be read: {error.strerror}") from None
    try:
        content = os.read(fd, LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise InputError("bad-setting", f"{path} is too large for a settings file")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise InputError("bad-setting", f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError("bad-setting", f"{path}, line {line}: not UTF-8 text") from None
    finally:
        os.close(fd)


def _nearest(key: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key, KEYS, n=1, cutoff=0.4)
    return f"did you mean {near[0]}?" if near else "known are " + ", ".join(KEYS)


KEYS: dict[str, tuple[str, Callable[[str], Value]]] = {
    "ns_delim": ("ns_delim", _delimiter),
    "security.required": ("security_required", _boolean),
    "busy_timeout_ms": ("busy_timeout_ms", _whole(0, LARGEST_NUMBER)),
    "features.streaming": ("streaming", _boolean),
}
VARIABLES: dict[str, tuple[str, Callable[[str], Value]]] = {
    "PRONTO_NS_DELIM": ("ns_delim", _delimiter),
    "PRONTO_SECURITY": ("security_required", _boolean),
    "PRONTO_STREAMING": ("streaming", _boolean),
    "PRONTO_MAX_INPUT": ("max_input", _whole(1, LARGEST_VALUE)),
    "PRONTO_PIPE_STRICT": ("pipe_strict", _boolean),
}
DEFAULTS = Settings()
