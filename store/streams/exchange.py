r"""The two line formats that carry a namespace out of a store and into another (P-134, P-135). Text in, events out; no I/O.

TSV: `key<TAB>value<TAB>expires<TAB>encoding` under a title; in values `\`, tab, LF and CR are escaped; bytes that are not
UTF-8 are base64. JSON: one object per line, `{"k":…,"v":…}`, with `b64` in place of `v` for bytes. Expiries are epoch seconds,
rounded up, so that writing what was read gives the same text.
"""

from __future__ import annotations

import json
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING

from store.addresses import Reading, print_key, read_dotted
from store.addresses.colon import read_key
from store.errors import AddressError, StreamError
from store.model import Address
from store.streams.events import Write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.model import Entry

TITLE = "# prontodb-tsv 1 "
ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
UNESCAPES = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
KEYED = Reading(context="x", namespace="y")
"""A key alone, as listings print it; context and namespace are known otherwise."""


def tsv_lines(title: str, entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of `entries` under the name of their namespace, without line ends."""
    yield TITLE + title
    for entry in entries:
        value, encoding = _text(entry.value)
        for raw, escaped in ESCAPES if not encoding else ():
            value = value.replace(raw, escaped)
        expires = "" if entry.expires_at is None else str(_seconds(entry.expires_at))
        yield "\t".join((print_key(entry.address.key), value, expires, encoding))


def json_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """The same as JSON objects (P-035); a secret that may go out says so."""
    for entry in entries:
        fields = {"k": print_key(entry.address.key), **fields_of(entry)}
        yield json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def fields_of(entry: Entry) -> dict[str, object]:
    """Value, expiry and secrecy of an entry as members of a JSON object: `v` or `b64`, `expires_at`, `secret`."""
    value, encoding = _text(entry.value)
    fields: dict[str, object] = {encoding or "v": value}
    if entry.expires_at is not None:
        fields["expires_at"] = _seconds(entry.expires_at)
    if entry.secret:
        fields["secret"] = True
    return fields


def write_of(fields: object, address: Address, label: str) -> Write:
    """The write to `address` that such an object asks for. Raises StreamError `bad-object`; `label` names where it stands."""
    if not isinstance(fields, dict):
        raise StreamError("bad-object", "is not an object", text=label)
    value, encoded = fields.get("v"), fields.get("b64")
    if isinstance(value, str) == isinstance(encoded, str):
        raise StreamError("bad-object", 'has not exactly one text of "v" and "b64"', text=label)
    try:
        content = value.encode() if isinstance(value, str) else a2b_base64(str(encoded).encode(), strict_mode=True)
    except UnicodeEncodeError:
        raise StreamError("bad-object", "has a lone surrogate in its value", text=label) from None
    except Base64Error:
        raise StreamError("bad-object", "has a value that is not base64", text=label) from None
    seconds = fields.get("expires_at")
    return Write(address, content, None, label, _expiry(seconds, label), fields.get("secret") is True)


def read_tsv(text: str, space: tuple[str, str, str], *, now_ms: int) -> list[Write]:
    """The writes that a TSV text asks for in `space` (meta, context, namespace); what has expired is left out.

    Two to four columns; lines that begin with `#` and blank lines are passed over. Raises StreamError `bad-line` naming `line N`.
    """
    writes = []
    for number, line in _lines(text):
        if line.startswith("#"):
            continue
        columns = line.split("\t")
        if not 2 <= len(columns) <= 4:
            raise _bad(number, f"has {len(columns)} columns, not key, value, expires, encoding")
        key, value, expires, encoding = (*columns, "", "")[:4]
        if encoding not in ("", "b64"):
            raise _bad(number, "has an encoding that is neither empty nor b64")
        content = _decoded(value, number) if encoding else _unescaped(value, number).encode("utf-8", "surrogateescape")
        try:
            expires_at = _expiry(int(expires) if expires.isascii() and expires.isdigit() else expires or None, "")
        except StreamError as error:
            raise _bad(number, error.message) from None
        if expires_at is None or expires_at > now_ms:
            writes.append(Write(_address(space, key, number), content, None, f"line {number}", expires_at))
    return writes


def read_json(text: str, space: tuple[str, str, str], *, now_ms: int) -> list[Write]:
    """The same from JSON lines. Raises StreamError `bad-line`."""
    writes = []
    for number, line in _lines(text):
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            raise _bad(number, "is not JSON") from None
        if not isinstance(fields, dict) or not isinstance(fields.get("k"), str):
            raise _bad(number, 'is not an object with "k" and "v" or "b64"')
        try:
            write = write_of(fields, _address(space, fields["k"], number), f"line {number}")
        except StreamError as error:
            raise error if error.code == "bad-line" else _bad(number, error.message) from None
        if write.expires_at is None or write.expires_at > now_ms:
            writes.append(write)
    return writes


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if line.strip(" \t"):
            yield number, line


def _address(space: tuple[str, str, str], key: str, number: int) -> Address:
    """The entry of a printed key: dotted where that reads, else in notation."""
    try:
        return Address(*space, read_dotted(key, KEYED).key)
    except AddressError:
        pass
    try:
        return Address(*space, read_key(key, key, 0))
    except AddressError as error:
        raise _bad(number, f"has a bad key: {error.message}", error.hint) from None


def _expiry(seconds: object, label: str) -> int | None:
    if seconds is None:
        return None
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds < 1 << 40:
        raise StreamError("bad-object", "has an expiry that is no number of seconds", text=label)
    return seconds * 1000


def _unescaped(value: str, number: int) -> str:
    if "\\" not in value:
        return value
    first, *rest = value.split("\\")
    parts = [first]
    pieces = iter(rest)
    for piece in pieces:
        if piece:
            if piece[0] not in UNESCAPES:
                raise _bad(number, "has a backslash that is not \\\\, \\t, \\n or \\r")
            parts.append(UNESCAPES[piece[0]] + piece[1:])
        else:  # two backslashes in a row: the second belongs to the first
            following = next(pieces, None)
            if following is None:
                raise _bad(number, "ends with a single backslash")
            parts.append("\\" + following)
    return "".join(parts)


def _decoded(value: str, number: int) -> bytes:
    try:
        return a2b_base64(value.encode("ascii", "replace"), strict_mode=True)
    except Base64Error:
        raise _bad(number, "has a value that is not base64") from None


def _text(value: bytes) -> tuple[str, str]:
    """The value as text, or its base64 and the word that says so."""
    try:
        return value.decode(), ""
    except UnicodeDecodeError:
        return b2a_base64(value, newline=False).decode(), "b64"


def _seconds(expires_at_ms: int) -> int:
    return -(-expires_at_ms // 1000)


def _bad(number: int, what: str, hint: str = "") -> StreamError:
    return StreamError("bad-line", f"line {number} {what}; nothing was imported", hint=hint, text=f"line {number}")
