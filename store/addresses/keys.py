"""Keys have two spellings: notation (`items[0]`) and canonical (`items__i_0`), M-030…M-043. Stored is the canonical.

Errors are `AddressError` with a `bracket-…` code (M-037); position is the offset in the key given.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.errors import AddressError

APPEND = "i_APPEND"  # M-034: what `queue[]` is followed by in canonical spelling


def has_brackets(key: str) -> bool:
    """M-043: whether both `[` and `]` occur."""
    return "[" in key and "]" in key


def bad_index(index: str) -> int:
    """Offset of the first character that M-036 does not allow in an index, -1 if there is none."""
    if index.isascii() and index.replace("_", "a").replace("-", "a").replace(".", "a").isalnum():
        return -1
    for offset, char in enumerate(index):
        if not (char.isascii() and (char.isalnum() or char in "_-.")):
            return offset
    return -1


def transform_key(text: str) -> str:
    """The canonical key of a key in bracket notation (M-031…M-036, M-042); a key without brackets is its own (M-030).

    Raises for the malformed ones of M-037, in its order.
    """
    if "[" not in text and "]" not in text:
        return text
    base, content = _open(text)
    start = len(base) + 1
    pieces = content.split(",")
    if len(pieces) == 1 and not content.strip():
        return f"{base}__{APPEND}"
    indices = [piece.strip() for piece in pieces]
    for number, index in enumerate(indices):
        if not index:
            offset = start + sum(len(piece) + 1 for piece in pieces[:number])
            raise _fault("bracket-empty-index", text, offset, "index")
    for number, index in enumerate(indices):
        bad = bad_index(index)
        if bad >= 0:
            raise _fault("bracket-bad-char", text, _offset(pieces, number, start) + bad, "index")
    if len(indices) == 1:
        return encode(base, indices[0])
    for number, index in enumerate(indices):
        if "_" in index:
            raise _fault("bracket-ambiguous", text, _offset(pieces, number, start) + index.index("_"), "index")
    return f"{base}__i_{'_'.join(indices)}"


def _offset(pieces: list[str], number: int, start: int) -> int:
    piece = pieces[number]
    return start + sum(len(before) + 1 for before in pieces[:number]) + len(piece) - len(piece.lstrip())


def _open(text: str) -> tuple[str, str]:
    """Base and bracket content, or the fault of the brackets themselves."""
    first, last = text.find("["), text.rfind("]")
    if first < 0 or last < 0:
        raise _fault("bracket-mismatch", text, max(first, last), "key")
    if last < first:
        raise _fault("bracket-order", text, last, "key")
    base, content = text[:first], text[first + 1 : last]
    for offset, char in enumerate(content):
        if char in "[]":
            raise _fault("bracket-nested", text, first + 1 + offset, "index")
    if last + 1 < len(text):
        raise _fault("bracket-trailing", text, last + 1, "key")
    if "]" in base:  # `a]b[c]`: none of M-037's words, nearest to a wrong order
        raise _fault("bracket-order", text, base.index("]"), "key")
    if not base:
        raise _fault("bracket-empty-base", text, 0, "key")
    if "__" in base or base.endswith("_"):
        raise _fault("bracket-ambiguous", text, base.index("__") if "__" in base else len(base) - 1, "key")
    return base, content


def encode(base: str, index: str) -> str:
    """Canonical key of `base[index]`, both already known to be well formed (M-031, M-032, M-042)."""
    if index.isdigit():
        return f"{base}__i_{index}"
    if index.startswith("i_"):
        return f"{base}__i__{index}"
    return f"{base}__{index}"


def join_variant(base: str, variant: str) -> str:
    """The canonical key of the dotted `base__variant` (U-01): that of `base[variant]` if such a key is well formed."""
    if "__" in base or base.endswith("_") or bad_index(variant) >= 0:
        return canonical_key(f"{base}__{variant}")
    return encode(base, variant)


def indices_of(canonical: str) -> tuple[str, list[str]] | None:
    """Base and indices of a canonical key (M-038, M-039); None if it has no bracket spelling.

    The append marker has no index.
    """
    base, _, suffix = canonical.partition("__")
    if not base or not suffix or "[" in canonical or "]" in canonical:
        return None
    if suffix == APPEND:
        return base, []
    if suffix.startswith("i__i_"):
        indices = [suffix[3:]]
    elif suffix.startswith("i_"):
        indices = suffix[2:].split("_")
        if "" in indices:
            indices = [suffix[2:]]
    else:
        indices = [suffix]
    for index in indices:
        if not index or bad_index(index) >= 0:
            return None
    return base, indices


def to_notation(canonical: str) -> str:
    """The bracket spelling of a canonical key, the key itself if it has none (M-038). Never fails."""
    if "__" not in canonical:
        return canonical
    found = indices_of(canonical)
    return canonical if found is None else f"{found[0]}[{','.join(found[1])}]"


def canonical_key(text: str) -> str:
    """The canonical key of any spelling (M-039, M-040); malformed brackets are kept as they are (M-041). Idempotent."""
    key = text
    if "[" in text or "]" in text:
        from store.errors import AddressError

        try:
            key = transform_key(text)
        except AddressError:
            return text
    elif "__" in text:
        found = indices_of(text)
        if found is not None:
            key = _encode_all(*found)
    return "index" if key == ".index" else key  # M-125


def _encode_all(base: str, indices: list[str]) -> str:
    if not indices:
        return f"{base}__{APPEND}"
    return encode(base, indices[0]) if len(indices) == 1 else f"{base}__i_{'_'.join(indices)}"


def base_name(key: str) -> str:
    """M-043: the part before `[`, or the key itself without brackets; raises like `transform_key`."""
    transform_key(key)
    return key.partition("[")[0]


def _fault(code: str, text: str, position: int, segment: str) -> AddressError:
    from store.addresses.faults import bracket_fault

    return bracket_fault(code, text, position, segment)
