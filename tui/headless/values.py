"""Values on their way in and out: JSON, base64, and how a value stands in machine output (P-052…P-054, U-16)."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64

from store.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from store.model import Entry


def canonical_json(value: bytes) -> bytes:
    """`value`, which must be JSON, with sorted keys, no spaces and nothing escaped that need not be (P-052). Raises `not-json`."""
    try:
        return _canonical(value)
    except (ValueError, RecursionError) as error:
        where = getattr(error, "lineno", None)
        at = f" (line {where}, column {getattr(error, 'colno', 0)})" if where else ""
        raise InputError(
            "not-json", f"the value is not JSON{at}", hint="without --json it is stored as it is"
        ) from None


def canonical_or_string(value: bytes) -> bytes:
    """Canonical JSON if the value is JSON, else the value as a JSON string; bytes that are not UTF-8 become U+FFFD there."""
    try:
        return _canonical(value)
    except (ValueError, RecursionError):
        return _dump(value.decode("utf-8", "replace"))


def json_of(value: bytes) -> Any:
    """The JSON value stored, or the text of the value if it is not JSON."""
    from json import loads

    try:
        return loads(value.decode(), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return value.decode("utf-8", "replace")


def from_base64(text: bytes) -> bytes:
    """What `text` encodes, decoded strictly but for the line breaks that `base64` writes (P-053). Raises `not-base64`."""
    try:
        return a2b_base64(text.replace(b"\r", b"").replace(b"\n", b""), strict_mode=True)
    except Base64Error:
        raise InputError("not-base64", "the value is not base64", hint="without --b64 it is stored as it is") from None


def entry_fields(entry: Entry, *, reveal: bool = False, base64: bool = False) -> dict[str, Any]:
    """The value and the facts about it for machine output: `value` or `b64`, `size`, `expires_at`, `secret`.

    A secret's value is left out unless `reveal` (U-11); `base64` asks for `b64` whatever the bytes are.
    """
    fields: dict[str, Any] = {}
    if reveal or not entry.secret:
        name, content = text_or_base64(entry.value, base64=base64)
        fields[name] = content
    fields["size"] = len(entry.value)
    if entry.expires_at is not None:
        fields["expires_at"] = expiry_seconds(entry.expires_at)
    if entry.secret:
        fields["secret"] = True
    return fields


def text_or_base64(value: bytes, *, text: str = "value", base64: bool = False) -> tuple[str, str]:
    """The name of the JSON field for `value` and its content: text if the bytes are UTF-8, else `b64` (P-035)."""
    if not base64:
        try:
            return text, value.decode()
        except UnicodeDecodeError:
            pass
    return "b64", b2a_base64(value, newline=False).decode()


def expiry_seconds(expires_at_ms: int) -> int:
    """An expiry as whole epoch seconds, rounded up: by then it is gone (P-035)."""
    return -(-expires_at_ms // 1000)


def _canonical(value: bytes) -> bytes:
    return _dump(_load(value))


class _Number(str):
    """A JSON number by its text: not every number that can be written survives being a float."""

    __slots__ = ()


def _load(value: bytes) -> Any:
    from json import loads

    text = value.decode()  # not `loads(bytes)`: that would also take UTF-16
    return loads(text, parse_constant=_refuse, parse_int=_Number, parse_float=_float)


def _float(text: str) -> _Number:
    """The shortest text that means the same number, or `text` itself where a float would lose digits of it."""
    from decimal import Decimal

    short = repr(float(text))
    return _Number(short if "n" not in short and Decimal(short) == Decimal(text) else text)


def _finite(text: str) -> float | str:
    number = float(text)
    return number if abs(number) != float("inf") else text


def _dump(value: Any) -> bytes:
    return _written(value).encode()


def _written(value: Any) -> str:
    from json import dumps

    if isinstance(value, _Number):
        return value
    if isinstance(value, dict):
        return "{" + ",".join(f"{_written(name)}:{_written(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    text = dumps(value, ensure_ascii=False)
    lone = not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)
    return dumps(value) if lone else text  # UTF-8 has no lone surrogates; an escape has


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
