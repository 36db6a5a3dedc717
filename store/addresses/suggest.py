"""The nearest valid address to a bad one: for hints, and for the recovery screen's suggested address.

Valid by construction, so that a hint can be made while an error is being raised.
"""

from __future__ import annotations

from store.addresses.names import KEY_LIMIT, NAME_LIMIT, bad_meta
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.addresses.dotted import Reading


def nearest(text: str | None, reading: Reading) -> str | None:
    """A valid dotted address, written with `reading`'s delimiter, close to `text`; None if nothing in it can be kept.

    With `-n` the answer is a key alone, with `-p` alone `namespace.key`: what has to be typed in the same place.
    """
    if not text or not text.strip():
        return None
    pieces = _pieces(text, reading.delimiter)
    if not pieces:
        return None
    if reading.namespace is not None:
        return _key("_".join(pieces))
    if reading.context is not None:
        namespace = _name(pieces[0]) if len(pieces) > 1 else reading.position.namespace
        key = _key("_".join(pieces[1:] or pieces))
        return f"{namespace or reading.position.namespace}{reading.delimiter}{key}" if key else None
    return reading.delimiter.join(_three(pieces, reading.position)) or None


def _pieces(text: str, delimiter: str) -> list[str]:
    """The parts worth keeping: split at the delimiter and at colons, else at slashes and bars, punctuation trimmed."""
    separators = delimiter + "." if ":" not in text else delimiter + ".:"
    if not any(separator in text for separator in separators):
        separators = "/\\|"
    for separator in separators:
        text = text.replace(separator, "\n")
    cleaned = (_key(piece) for piece in text.split("\n"))
    return [piece for piece in cleaned if piece]


def _three(pieces: list[str], position: Position) -> tuple[str, ...]:
    if len(pieces) == 4 and bad_meta(pieces[0]) is None:
        pieces = pieces[1:]  # a meta is chosen by --meta, never opened by a guess
    context, namespace = position
    if len(pieces) >= 3:
        context, namespace = _name(pieces[0]) or context, _name(pieces[1]) or namespace
    elif len(pieces) == 2:
        namespace = _name(pieces[0]) or namespace
    key = _key("_".join(pieces[2:] or pieces[-1:]))
    if (context, namespace) == (CACHE_CONTEXT, CACHE_NAMESPACE):  # P-022: only the rescue writes there
        context, namespace = Position()
    return (context, namespace, key) if key else ()


def _name(piece: str) -> str:
    """A context or namespace name made of `piece`: accents dropped, `_` for all else; "" if nothing stays."""
    if not piece.isascii():
        from unicodedata import combining, normalize

        folded = normalize("NFKD", piece.replace("ß", "ss"))
        piece = "".join(char for char in folded if not combining(char))
    kept = "".join(char if char.isascii() and (char.isalnum() or char == "-") else "_" for char in piece)
    return _squeeze(kept)[:NAME_LIMIT].strip("_-")


def _key(piece: str) -> str:
    """A key, with its variant if it has a good one, made of `piece`; "" if nothing stays."""
    base, double, variant = piece.rpartition("__")
    good = bool(double and base.strip("_") and variant.strip("_"))
    if not good:
        base, variant = piece, ""
    key, variant = _word(base, KEY_LIMIT), _word(variant, NAME_LIMIT)
    return f"{key}__{variant}" if key and variant else key or variant


def _word(piece: str, limit: int) -> str:
    if not piece.isascii():
        from unicodedata import normalize

        piece = normalize("NFC", piece)
    kept = "".join(char if char.isalnum() or char in "-@+" else "_" for char in piece)
    return _squeeze(kept).strip("_-")[:limit].rstrip("_-")


def _squeeze(text: str) -> str:
    while "__" in text:
        text = text.replace("__", "_")
    return text
