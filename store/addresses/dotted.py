"""Dotted addresses, `project.namespace.key__variant`, and their abbreviations (P-010…P-024, P-061).

Errors are `AddressError` with the codes of P-016; `position` is the offset of the fault in the text given, or in the
value of the option when an option is at fault (`text` tells which).
"""

from __future__ import annotations

from store.addresses.names import (
    bad_cache_key,
    bad_delimiter,
    bad_key,
    bad_meta,
    bad_name,
    bad_variant,
    bad_visible,
)
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Address, Listing, Position
from store.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.errors import AddressError

CACHE_PREFIX = "pipe.cache."


class Reading(NamedTuple):
    """How addresses are read in one session: what fills missing parts and what is given beside the text.

    `meta`: the effective one, "" for none. `context`, `namespace`, `variant`: the options -p, -n, --variant, None when
    absent. `whole`: an implicit pipe, which takes no guessed part (P-061). `positioned`: the position is a cursor's;
    `positioned_part` is "context" or "namespace" when the cursor gives only that one. `locked`: the meta is (P-111).
    """

    position: Position = Position()
    meta: str = ""
    delimiter: str = "."
    context: str | None = None
    namespace: str | None = None
    variant: str | None = None
    positioned: bool = False
    whole: bool = False
    positioned_part: str = ""
    locked: bool = False


PLAIN = Reading()


class _Parts(NamedTuple):
    """What stands where in the text; None where it says nothing."""

    meta: str | None
    context: str | None
    namespace: str | None
    last: str


def read_dotted(text: str | None, reading: Reading = PLAIN) -> Address:
    """The entry a dotted or cache address names (P-010…P-018, P-021). A colon is just a bad character here.

    Order of complaints: delimiter, nothing given, number of parts, empty parts, options, then part by part from the
    left, last what an implicit pipe lacks.
    """
    if reading.delimiter != "." and bad_delimiter(reading.delimiter):
        raise _fault("bad_delim", text, 0, "", reading)
    if text is None or not text.strip():
        raise _fault("empty", text, 0, "key", reading)
    if text.startswith(CACHE_PREFIX):
        return Address(reading.meta, CACHE_CONTEXT, CACHE_NAMESPACE, _cache_key(text, len(CACHE_PREFIX), reading))
    parts = _split(text, reading, ("key", "namespace", "context", "meta"))
    for number, part in enumerate(parts):
        if not part:
            raise _fault("empty_part", text, _start(parts, number), _segment(parts, number), reading)
    found = _place(parts, reading)
    meta, context, namespace = _names(found, text, parts, reading)
    start = len(text) - len(found.last)
    if context == CACHE_CONTEXT and namespace == CACHE_NAMESPACE:
        key = _cache_key(text, start, reading)
    else:
        key = _key(text, start, reading)
    if reading.whole:
        _demand_whole(found, text, reading)
    return Address(meta, context, namespace, key)


def read_listing(text: str | None, reading: Reading = PLAIN, pattern: str | None = None) -> Listing:
    """What a listing command is to list (P-019, P-020): a dotted, cache or colon address whose last part is a prefix.

    A prefix in the text and a `pattern` beside it is a usage error; characters no key can have are `bad_char` in both.
    """
    delimiter = reading.delimiter
    if delimiter != "." and bad_delimiter(delimiter):
        raise _fault("bad_delim", text, 0, "", reading)
    if text is not None and not text.strip() and (text or reading.namespace is None):
        raise _fault("empty", text, 0, "key", reading)
    if text is not None and delimiter != ":" and ":" in text and not text.startswith(CACHE_PREFIX):
        from store.addresses.colon import read_colon_listing

        listing = read_colon_listing(text, reading)
    else:
        listing = _listing(text, reading)
    if pattern is None:
        return listing
    if listing.pattern:
        from store.errors import UsageError

        raise UsageError("usage: the prefix is given twice, in the address and beside it", hint="give one of them")
    return listing._replace(pattern=_prefix(pattern, 0, reading))


def _listing(text: str | None, reading: Reading) -> Listing:
    whole = text or ""
    if whole.startswith(CACHE_PREFIX) or (whole == CACHE_PREFIX[:-1] and reading.delimiter != "."):
        _refuse_options(whole, reading)
        return Listing(reading.meta, CACHE_CONTEXT, CACHE_NAMESPACE, _prefix(whole, len(CACHE_PREFIX), reading))
    # the table of P-010: with two parts the prefix is the missing one; under -p the namespace comes first (P-014)
    parts = _split(text, reading, ("key", "namespace", "context", "meta")) if text is not None else [""]
    lacks_prefix = text is not None and (len(parts) == 2 or (reading.context is not None and len(parts) == 1))
    if reading.namespace is None and lacks_prefix and not (reading.context is not None and len(parts) == 2):
        parts = [*parts, ""]
    for number, part in enumerate(parts[:-1]):
        if not part:
            raise _fault("empty_part", text, _start(parts, number), _segment(parts, number), reading)
    found = _place(parts, reading)
    meta, context, namespace = _names(found, whole, parts, reading)
    return Listing(meta, context, namespace, _prefix(whole, len(whole) - len(found.last), reading))


def read_namespace(text: str | None, reading: Reading = PLAIN) -> tuple[str, str, str]:
    """Meta, context and namespace of an argument `p.n`, exactly two parts (P-040); `-p` with `-n` stand for it.

    A colon form `context:namespace`, with or without a final colon, names the namespaces that have no dotted form.
    """
    from store.addresses.faults import namespace_fault
    from store.errors import AddressError

    delimiter = reading.delimiter
    if delimiter != "." and bad_delimiter(delimiter):
        raise _fault("bad_delim", text, 0, "", reading)
    optional = reading.context, reading.namespace
    if text is None and None not in optional:
        _names(_Parts(None, None, None, ""), "", [], reading)
        return reading.meta, optional[0] or "", optional[1] or ""
    if text is None or not text.strip():
        raise namespace_fault(text, None, reading)
    if optional != (None, None) or reading.variant is not None:
        raise _fault("conflict", text, 0, "", reading, "expected project.namespace alone, without -p, -n or --variant")
    if delimiter != ":" and ":" in text:
        from store.addresses.colon import read_colon_namespace

        return (reading.meta, *read_colon_namespace(text))
    parts = text.split(delimiter)
    try:
        if len(parts) == 2:
            _check(parts[0], text, 0, "context", reading)
            _check(parts[1], text, len(parts[0]) + 1, "namespace", reading)
    except AddressError as cause:
        raise namespace_fault(text, cause, reading) from None
    if len(parts) != 2:
        raise namespace_fault(text, None, reading, len(parts))
    return reading.meta, parts[0], parts[1]


def print_dotted(address: Address) -> str | None:
    """The canonical dotted form (P-017), or None if no dotted text reads as this entry (U-03)."""
    key = address.key
    if address.is_cache:
        return None if bad_cache_key(key) else CACHE_PREFIX + key
    if bad_name(address.context) or bad_name(address.namespace):
        return None
    spelled = print_dotted_key(key)
    return None if spelled is None else f"{address.context}.{address.namespace}.{spelled}"


def print_dotted_key(key: str) -> str | None:
    """`key` or `key__variant`, the numeric hint removed, if that reads as this canonical key; else None."""
    if "__" not in key:
        return None if bad_key(key) or not key else key
    from store.addresses.keys import indices_of, join_variant

    text = key
    found = indices_of(key)
    if found is not None:
        if len(found[1]) != 1:
            return None
        text = f"{found[0]}__{found[1][0]}"
    base, _, variant = text.rpartition("__")
    if not base or bad_key(base) or bad_variant(variant) or join_variant(base, variant) != key:
        return None
    return text


def _split(text: str, reading: Reading, segments: tuple[str, ...]) -> list[str]:
    parts = text.split(reading.delimiter)
    count = len(parts)
    if count > len(segments):
        surplus = _start(parts, len(segments)) - 1
        raise _fault("too_many_parts", text, surplus, "", reading, str(count))
    if count > 1 and reading.namespace is not None:
        option = "-n" if reading.context is None else "-p and -n"
        raise _fault("key_has_delim", text, len(parts[0]), "key", reading, option)
    if count > 2 and reading.context is not None:
        detail = "with -p the argument is key or namespace.key; the context is given twice"
        raise _fault("conflict", text, 0, "context", reading, detail)
    return parts


def _place(parts: list[str], reading: Reading) -> _Parts:
    """Which part is what: the last is the key or prefix, the others fill up from the right (P-010, P-014)."""
    padded: list[str | None] = [None, None, None, *parts]
    return _Parts(padded[-4], padded[-3], padded[-2], parts[-1])


def _names(found: _Parts, text: str, parts: list[str], reading: Reading) -> tuple[str, str, str]:
    """Meta, context and namespace, checked; the options beat the position (P-014, P-023)."""
    if reading.context is not None:
        _check(reading.context, reading.context, 0, "context", reading)
    if reading.namespace is not None:
        _check(reading.namespace, reading.namespace, 0, "namespace", reading)
    meta = reading.meta
    if found.meta is not None:
        meta = _meta(found.meta, text, reading)
    if found.context is not None:
        _check(found.context, text, _start(parts, len(parts) - 3), "context", reading)
    if found.namespace is not None:
        _check(found.namespace, text, _start(parts, len(parts) - 2), "namespace", reading)
    context = found.context or reading.context or reading.position.context
    return meta, context, found.namespace or reading.namespace or reading.position.namespace


def _check(name: str, text: str, start: int, segment: str, reading: Reading) -> None:
    problem = bad_name(name)
    if problem is not None:
        raise _fault(problem[0], text, start + problem[1], segment, reading)


def _meta(name: str, text: str, reading: Reading) -> str:
    """P-018: the first of four parts is a meta name and must not leave the one in effect."""
    problem = bad_meta(name)
    if problem is not None:
        raise _fault(problem[0], text, problem[1], "meta", reading, name)
    if reading.meta and name != reading.meta:
        raise _fault("meta_conflict", text, 0, "meta", reading)
    return name


def _key(text: str, start: int, reading: Reading) -> str:
    """The canonical key of `text[start:]`: its last `__` separates the variant (P-012), or an option gives it (P-015)."""
    key = text[start:] if start else text
    variant = reading.variant
    if "__" not in key:
        problem = bad_key(key)
        if problem is not None:
            raise _fault(problem[0], text, start + problem[1], "key", reading)
        if variant is None:
            return key
    else:
        key, _, inside = key.rpartition("__")
        if not key:
            raise _fault("empty_key", text, start, "key", reading)
        after = start + len(key) + 2
        for problem, place, segment in ((bad_key(key), start, "key"), (bad_variant(inside), after, "variant")):
            if problem is not None:
                raise _fault(problem[0], text, place + problem[1], segment, reading)
        if variant is not None:
            detail = "the variant is given in the address and by --variant"
            raise _fault("conflict", text, after - 2, "key", reading, detail)
        variant = inside
    if reading.variant is not None:
        problem = bad_variant(variant)
        if problem is not None:
            raise _fault(problem[0], variant, problem[1], "variant", reading)
    from store.addresses.keys import join_variant

    return join_variant(key, variant)


def _cache_key(text: str, start: int, reading: Reading) -> str:
    """P-021: everything from `start` on is the key of a cached pipe, whatever it looks like."""
    if text.startswith(CACHE_PREFIX) or reading.variant is not None:
        _refuse_options(text, reading)
    key = text[start:]
    problem = bad_cache_key(key)
    if problem is not None:
        raise _fault(problem[0], text, start + problem[1], "cache", reading)
    return key


def _refuse_options(text: str, reading: Reading) -> None:
    if reading.context is not None or reading.namespace is not None or reading.variant is not None:
        raise _fault("conflict", text, 0, "", reading, "a cache address takes no -p, -n or --variant")


def _prefix(text: str, start: int, reading: Reading) -> str:
    """The prefix or pattern `text[start:]` (P-020), if a key could look like that."""
    prefix = text[start:]
    offset = bad_visible(prefix)
    if offset >= 0:
        raise _fault("bad_char", text, start + offset, "key", reading)
    return prefix


def _demand_whole(found: _Parts, text: str, reading: Reading) -> None:
    """P-061: an implicit pipe is not stored by guess, nor into a meta not already in effect."""
    if found.meta is not None and found.meta != reading.meta:
        raise _fault("incomplete", text, 0, "meta", reading, f"a pipe does not open the meta '{found.meta}'")
    for segment in ("context", "namespace"):
        known = getattr(found, segment) is not None or getattr(reading, segment) is not None
        if not known and not reading.positioned and reading.positioned_part != segment:
            word = "context and no namespace" if found.namespace is None and reading.namespace is None else "context"
            word = "namespace" if segment == "namespace" else word
            detail = f"a pipe needs a whole address; no {word} is given"
            raise _fault("incomplete", text, 0, segment, reading, detail)


def _start(parts: list[str], number: int) -> int:
    """Offset of a part in the text it was split from."""
    return sum(len(part) + 1 for part in parts[:number])


def _segment(parts: list[str], number: int) -> str:
    return ("meta", "context", "namespace", "key")[4 - len(parts) + number]


def _fault(
    code: str, text: str | None, position: int, segment: str, reading: Reading, detail: str = ""
) -> AddressError:
    from store.addresses.faults import dotted_fault

    return dotted_fault(code, text, position, segment, reading, detail)
