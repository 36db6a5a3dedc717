"""Settings: `pronto.conf`, the environment and what is built in (P-006, M-250…M-256). Options of a command line are the caller's.

What the tables of a meteor.toml would hold are keys here: `profile.active`, `limits.NAME.LIMIT`, `security.…`, `features.…`.
Profiles are made of them in store/profiles.py, when one is asked for.

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
    Line = tuple[int, str, str, Value]  # number, key, field, value

LARGEST_FILE = 1 << 20
LARGEST_NUMBER = 2147483647
LARGEST_VALUE = 1_000_000_000  # bytes; SQLite's own ceiling (T-132)
TRUE = ("1", "true", "on", "yes")
FALSE = ("0", "false", "off", "no")
LIMITS = (  # of a profile, in the order in which they are shown (M-251)
    "max_namespace_part_length",
    "namespace_warning_depth",
    "namespace_error_depth",
    "max_meteors_per_shower",
    "max_command_history",
    "max_contexts",
    "max_token_key_length",
    "max_token_value_length",
)
MORE = "more"


class Settings(NamedTuple):
    """What can be set. max_input: bytes taken from standard input (P-054). pipe_strict: a rescue exits 1 (P-071).

    profile: the name of the profile asked for, "" for none (M-250); it may be unknown. The switches are those of M-254.
    more: `limits.NAME.LIMIT` and `features.NAME` keys with their values, in file order.
    """

    ns_delim: str = "."
    security_required: bool = False
    busy_timeout_ms: int = 5000
    streaming: bool = True
    max_input: int = 10_485_760
    pipe_strict: bool = False
    profile: str = ""
    prevent_runtime_tampering: bool = True
    validate_namespace_characters: bool = True
    enforce_reserved_words: bool = True
    enable_command_audit_trail: bool = True
    more: tuple[tuple[str, int], ...] = ()


def read_settings(workspace: Workspace, environ: Mapping[str, str]) -> Settings:
    """The settings in effect: environment before file before built-in. A missing file is an empty one.

    Raises InputError `bad-setting` for a value, line or key that is not understood, even where the environment would win.
    """
    values: dict[str, Value] = {}
    more: list[tuple[str, Value]] = []
    for _, key, field, value in _lines_of(workspace):
        if field == MORE:
            more.append((key, value))
        else:
            values[field] = value
    for variable, (field, understand) in VARIABLES.items():
        text = environ.get(variable)
        if text:
            try:
                values[field] = understand(text)
            except ValueError as error:
                raise InputError("bad-setting", f"{variable} is {error}, not {text!r}", text=text) from None
    if more:
        return Settings(**values, more=tuple(more))  # type: ignore[arg-type]  # each value was made by its field's reader
    return Settings(**values) if values else DEFAULTS  # type: ignore[arg-type]  # as above


def sources(workspace: Workspace, environ: Mapping[str, str]) -> dict[str, str]:
    """Where each setting that is not built in comes from: `path:line` or the variable; by field, those of `more` by key.

    Raises what `read_settings` raises for the file.
    """
    found = {
        key if field == MORE else field: f"{workspace.config_file}:{number}"
        for number, key, field, _ in _lines_of(workspace)
    }
    found.update({field: variable for variable, (field, _) in VARIABLES.items() if environ.get(variable)})
    return found


def _lines_of(workspace: Workspace) -> list[Line]:
    content = _read(workspace.config_file) if workspace.config_file else ""
    return _parse(content, workspace.config_file or "") if content else []


def _parse(content: str, path: str) -> list[Line]:
    """What is set in the text of the file at `path`, which is named in errors; line by line, no key twice."""
    lines: list[Line] = []
    seen = set()
    for number, line in enumerate(content.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        where = f"{path}, line {number}"
        key, equals, text = line.partition("=")
        key = key.rstrip()
        if not equals:
            raise InputError("bad-setting", f"{where}: {line!r} is not of the form key=value", text=line)
        known = KEYS.get(key) or _open_key(key)
        if known is None:
            raise InputError("bad-setting", f"{where}: there is no setting {key!r}", hint=_nearest(key), text=key)
        field, understand = known
        if key in seen:
            raise InputError("bad-setting", f"{where}: {key} was set before", hint="keep one of them", text=key)
        seen.add(key)
        try:
            lines.append((number, key, field, understand(_unquote(text))))
        except ValueError as error:
            raise InputError("bad-setting", f"{where}: {key} is {error}, not {text.strip()!r}", text=text) from None
    return lines


def _open_key(key: str) -> tuple[str, Callable[[str], Value]] | None:
    """Field and reader of a key that holds a name of the user's choice (M-253, M-256); None if it is none."""
    table, _, name = key.partition(".")
    if table == "features" and _is_name(name):
        return MORE, _boolean
    profile, _, limit = name.partition(".")
    if table == "limits" and _is_name(profile) and limit in LIMITS:
        return MORE, _whole(1, LARGEST_NUMBER)
    return None


def _is_name(text: str) -> bool:
    return text.isascii() and text.replace("-", "_").isidentifier()


def _name(text: str) -> str:
    if not _is_name(text):
        raise ValueError("a name: a letter, then letters, digits, _ and -")
    return text


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

    table, _, rest = key.partition(".")
    if table == "limits":
        profile, _, limit = rest.partition(".")
        close = get_close_matches(limit, LIMITS, n=1, cutoff=0)
        return f"write limits.NAME.LIMIT; did you mean limits.{profile if _is_name(profile) else 'NAME'}.{close[0]}?"
    near = get_close_matches(key, KEYS, n=1, cutoff=0.4)
    return f"did you mean {near[0]}?" if near else "known are " + ", ".join((*KEYS, *OPEN_KEYS))


KEYS: dict[str, tuple[str, Callable[[str], Value]]] = {
    "ns_delim": ("ns_delim", _delimiter),
    "security.required": ("security_required", _boolean),
    "busy_timeout_ms": ("busy_timeout_ms", _whole(0, LARGEST_NUMBER)),
    "features.streaming": ("streaming", _boolean),
    "profile.active": ("profile", _name),
    "security.prevent_runtime_tampering": ("prevent_runtime_tampering", _boolean),
    "security.validate_namespace_characters": ("validate_namespace_characters", _boolean),
    "security.enforce_reserved_words": ("enforce_reserved_words", _boolean),
    "security.enable_command_audit_trail": ("enable_command_audit_trail", _boolean),
}
OPEN_KEYS = ("limits.NAME.LIMIT", "features.NAME")
VARIABLES: dict[str, tuple[str, Callable[[str], Value]]] = {
    "PRONTO_NS_DELIM": ("ns_delim", _delimiter),
    "PRONTO_SECURITY": ("security_required", _boolean),
    "PRONTO_STREAMING": ("streaming", _boolean),
    "PRONTO_MAX_INPUT": ("max_input", _whole(1, LARGEST_VALUE)),
    "PRONTO_PIPE_STRICT": ("pipe_strict", _boolean),
    "PRONTO_PROFILE": ("profile", _name),
}
DEFAULTS = Settings()
