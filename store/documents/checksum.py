"""Digests: of a whole namespace (M-172) and of one text (M-166)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def checksum(context: str, namespace: str, tokens: Iterable[tuple[str, str]]) -> str:
    """`sha256:` and the digest over netstrings of context, namespace, then key (in notation) and value of each token, in order."""
    digest = sha256()
    for text in (context, namespace):
        digest.update(_netstring(text))
    for key, value in tokens:
        digest.update(_netstring(key))
        digest.update(_netstring(value))
    return f"sha256:{digest.hexdigest()}"


def text_digest(text: str) -> str:
    """The lowercase hex SHA-256 of the UTF-8 bytes of a text."""
    return sha256(text.encode()).hexdigest()


def _netstring(text: str) -> bytes:
    content = text.encode()
    return b"%d:%b," % (len(content), content)
