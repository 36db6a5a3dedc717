"""`.manifest.json`: which entry is in which file of a tree, in which order, and how it was when it was written (M-183)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from store.errors import InputError

FORMAT = "meteor-export/1"


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry. key: in notation. digest: SHA-256 of its value. order: its order number (M-162). secret: it is one (U-11)."""

    key: str
    file: str
    digest: str
    order: int | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a tree was written from. checksum: that of the namespace (M-172). entries: in insertion order."""

    context: str
    namespace: str
    checksum: str
    entries: tuple[Listed, ...]


def to_text(manifest: Manifest) -> str:
    """The manifest as a file, one entry a line, so that a difference can be read."""
    head = {
        "format": FORMAT,
        "context": manifest.context,
        "namespace": manifest.namespace,
        "checksum": manifest.checksum,
    }
    lines = [f'  "{name}": {json.dumps(value, ensure_ascii=False)},' for name, value in head.items()]
    entries = [f"    {json.dumps(_fields(entry), ensure_ascii=False)}" for entry in manifest.entries]
    listed = "[\n" + ",\n".join(entries) + "\n  ]" if entries else "[]"
    return "\n".join(["{", *lines, f'  "entries": {listed}', "}", ""])


def from_text(text: str, place: str) -> Manifest:
    """Read a manifest. place: its path, for messages.

    Raises InputError `bad-manifest` for anything that `to_text` does not write: nothing it says leads out of its directory.
    """
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise ValueError
        entries = tuple(_listed(fields) for fields in found["entries"])
        keys = [entry.key for entry in entries]
        if len(set(keys)) != len(keys):
            raise ValueError
        return Manifest(_text(found["context"]), _text(found["namespace"]), _text(found["checksum"]), entries)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(
            "bad-manifest",
            f"{place} is no manifest of {FORMAT}; nothing was imported",
            hint="without the manifest, the names of the files decide: move it away to import so",
        ) from None


def _fields(entry: Listed) -> dict[str, Any]:
    fields: dict[str, Any] = {"key": entry.key, "file": entry.file, "sha256": entry.digest, "order": entry.order}
    return {**fields, "secret": True} if entry.secret else fields


def _listed(fields: Any) -> Listed:
    file, order = _text(fields["file"]), fields.get("order")
    if "/" in file or "\0" in file or file in ("", ".", ".."):
        raise ValueError
    if order is not None and type(order) is not int:
        raise TypeError
    return Listed(_text(fields["key"]), file, _text(fields["sha256"]), order, fields.get("secret") is True)


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError
    found.encode()
    return found
