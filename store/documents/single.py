"""A namespace as one text or one JSON object (M-170, M-171), and what is the same for every form of it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from store.addresses.keys import canonical_key
from store.documents.checksum import checksum
from store.errors import StreamError
from store.streams.escapes import decode_escapes, has_controls, is_quoted, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TITLE = "# Meteor Export"
MARK = "\ufeff"  # what some editors put before a text
HEADERS = ("Context", "Namespace", "Checksum", "Timestamp")
Tokens = tuple[tuple[str, str], ...]
"""Key and value of each entry, in insertion order."""


@dataclass(frozen=True, slots=True)
class ExportData:
    """The entries of one namespace, apart from any store.

    tokens: keys in notation, or as they were read. recorded: the checksum that came with them, None if none did. timestamp: epoch
    seconds, None if unknown. secrets: which of the keys are secret.
    """

    context: str
    namespace: str
    tokens: Tokens
    timestamp: int | None = None
    recorded: str | None = None
    secrets: frozenset[str] = frozenset()

    @property
    def checksum(self) -> str:
        """The checksum of what is here (M-172)."""
        return checksum(self.context, self.namespace, self.tokens)

    @property
    def checksum_valid(self) -> bool:
        """Whether what is here is what was recorded (M-174); true where nothing was."""
        return self.recorded is None or self.recorded == self.checksum

    @property
    def repeated(self) -> tuple[str, ...]:
        """The keys that stand here more than once, as they were read first; of each the last value counts."""
        counts = Counter(canonical_key(key) for key, _ in self.tokens)
        first = {canonical_key(key): key for key, _ in reversed(self.tokens)}
        return tuple(first[key] for key, count in counts.items() if count > 1)

    def moved_to(self, context: str, namespace: str) -> ExportData:
        """The same for another namespace; whether it is what was recorded stays what it is."""
        moved = replace(self, context=context, namespace=namespace)
        return replace(moved, recorded=moved.checksum) if self.recorded and self.checksum_valid else moved


def to_text(data: ExportData) -> str:
    """The text form: headers, a blank line, one entry a line."""
    headers = [
        TITLE,
        f"# Context: {data.context}",
        f"# Namespace: {data.namespace}",
        f"# Checksum: {data.checksum}",
        f"# Timestamp: {data.timestamp or 0}",
        f"# Token Count: {len(data.tokens)}",
        "",
    ]
    return "".join(f"{line}\n" for line in (*headers, *lines_of(data.tokens)))


def from_text(text: str) -> ExportData:
    """Read the text form.

    Raises StreamError: `export-missing-header`, `export-bad-timestamp`, `missing-equals`, `empty-key`, `unbalanced-quotes`, and
    the codes of escapes; `text` is the line number, `position` the offset in the whole text.
    """
    text = text.removeprefix(MARK)
    headers: dict[str, str] = {}
    for line, _, offset in _lines(text):
        name, colon, value = line[1:].partition(":") if line.startswith("#") else ("", "", "")
        if colon and name.strip() in HEADERS:
            headers.setdefault(name.strip(), value.strip())
            if name.strip() == "Timestamp" and not _is_number(value.strip()):
                raise StreamError(
                    "export-bad-timestamp",
                    "the timestamp of the export is no whole number of seconds",
                    position=offset,
                    hint="write # Timestamp: and digits, or drop the line",
                )
    if not headers.get("Context") or "Namespace" not in headers:
        raise StreamError(
            "export-missing-header",
            "the export does not say which context and namespace it is of",
            hint="it begins with # Context: C and # Namespace: N",
        )
    return ExportData(
        headers["Context"],
        headers["Namespace"],
        read_lines(text),
        int(headers["Timestamp"]) if "Timestamp" in headers else None,
        headers.get("Checksum") or None,
    )


def to_json(data: ExportData) -> dict[str, Any]:
    """The JSON form, as an object for a codec."""
    return {
        "context": data.context,
        "namespace": data.namespace,
        "tokens": [{"key": key, "value": value} for key, value in data.tokens],
        "metadata": {
            "checksum": data.checksum,
            "timestamp": data.timestamp or 0,
            "token_count": len(data.tokens),
        },
    }


def from_json(text: str) -> ExportData:
    """Read the JSON form. Raises StreamError `export-bad-json` for anything else."""
    try:
        found = json.loads(text.removeprefix(MARK))
        tokens = tuple((_text(token["key"]), _text(token["value"])) for token in _list(found["tokens"]))
        metadata = found.get("metadata", {})
        recorded, timestamp = metadata.get("checksum"), metadata.get("timestamp")
        if timestamp is not None and (type(timestamp) is not int or timestamp < 0):
            raise TypeError
        context, namespace = _text(found["context"]), _text(found["namespace"])
        return ExportData(context, namespace, tokens, timestamp, None if recorded is None else _text(recorded))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        # The sentence of a codec may quote what it stumbled over.
        position = error.pos if isinstance(error, json.JSONDecodeError) else None
        raise StreamError(
            "export-bad-json",
            "this is no export in JSON",
            hint='an object with "context", "namespace" and "tokens": a list of {"key", "value"}',
            position=position,
        ) from None


def read_export(text: str) -> ExportData:
    """Read whichever of the two forms `text` is: JSON begins with a brace."""
    return from_json(text) if text.removeprefix(MARK).lstrip().startswith("{") else from_text(text)


def lines_of(tokens: Sequence[tuple[str, str]]) -> list[str]:
    """`key=value` lines without their newline, values quoted where a line could not hold them otherwise (M-170)."""
    return [f"{key}={value_text(value)}" for key, value in tokens]


def read_lines(text: str, place: str = "") -> Tokens:
    """The entries of `key=value` lines; blank ones and those that begin with # are passed over.

    place: what the lines are in, for messages. Raises what `from_text` raises about lines.
    """
    return tuple(_token(line, number, offset, place) for line, number, offset in _lines(text) if _is_data(line))


def value_text(value: str) -> str:
    """A value as it stands in a line (M-170)."""
    plain = not value or (value[0] != '"' and value == value.strip() and not has_controls(value))
    return value if plain else quote(value)


def _token(line: str, number: int, offset: int, place: str) -> tuple[str, str]:
    where = f"{place} line {number}".strip()
    key, equals, value = line.partition("=")
    if not equals:
        raise StreamError(
            "missing-equals",
            f"{where} has no =",
            hint='write key=value; a value with a line break is quoted: key="one\\ntwo"',
            text=where,
            position=offset,
        )
    key = key.strip()
    if not key:
        raise StreamError(
            "empty-key", f"{where} has no key", hint="add a key before the =", text=where, position=offset
        )
    if not value.startswith('"'):
        return key, value
    at = offset + line.index("=") + 1
    if not is_quoted(value):
        hint = f'the quote at offset {at} is left open; inside quotes write \\"'
        raise StreamError("unbalanced-quotes", f"{where} has an open quote", hint=hint, text=where, position=at)
    try:
        return key, decode_escapes(value[1:-1])
    except StreamError as error:
        error.position = None if error.position is None else error.position + at + 1
        error.message, error.text = f"{where}: {error.message}", where
        raise


def _lines(text: str) -> Iterator[tuple[str, int, int]]:
    """Line, its number from 1, its offset. A line ends at a newline; a carriage return before that is dropped."""
    offset = 0
    for number, line in enumerate(text.split("\n"), 1):
        yield line.removesuffix("\r"), number, offset
        offset += len(line) + 1


def _is_data(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError
    found.encode()  # half a surrogate pair is no text
    return found


def _list(found: object) -> list[Any]:
    if not isinstance(found, list):
        raise TypeError
    return found
