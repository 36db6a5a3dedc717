"""How bytes are bound and read back (T-130): the one pair of functions that knows.

Strict UTF-8 without NUL is bound as `str` (TEXT, readable by any other SQLite tool), everything else as `bytes` (BLOB).
"""

from __future__ import annotations


def bind(value: bytes) -> str | bytes:
    """`value` as SQLite shall store it."""
    if b"\0" in value:
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def unbind(stored: str | bytes) -> bytes:
    """The exact bytes that were given to `bind`."""
    return stored.encode() if isinstance(stored, str) else stored
