"""The entries of one namespace as documents are made of them: in insertion order, as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.addresses import show_address
from store.errors import Refused
from store.model import Address
from store.operation import Statement
from store.values import unbind

if TYPE_CHECKING:
    from store.operation import Steps

LIVE = "(e.expires_at IS NULL OR e.expires_at > ?)"
OF_SPACE = (
    "SELECT e.key, e.value, e.size, e.secret FROM namespaces n JOIN entries e ON e.ns_id = n.id"
    f" WHERE n.meta = ? AND n.context = ? AND n.name = ? AND {LIVE} ORDER BY e.id"
)
Space = tuple[str, str, str]
"""Meta, context, namespace."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One entry as it is read for a document. size: bytes."""

    key: str
    content: bytes
    size: int
    secret: bool


def read_stored(meta: str, context: str, namespace: str, now_ms: int) -> Steps[list[Stored]]:
    rows = yield Statement(OF_SPACE, (meta, context, namespace, now_ms))
    return [Stored(key, unbind(value), size, bool(secret)) for key, value, size, secret in rows]


def text_or_none(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def text_of(space: Space, item: Stored) -> str:
    """The value as text. Raises `not-text` with the address, never with a part of the value."""
    text = text_or_none(item.content)
    if text is None:
        meta, context, namespace = space
        raise Refused(
            "not-text",
            f"{show_address(Address(meta, context, namespace, item.key))} is not UTF-8 text, so no part of a document",
            hint="prontodb get --b64 and export --format json carry any bytes",
        )
    return text
