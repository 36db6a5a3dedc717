"""Colon addresses, `context:namespace:key`, with names of M-020 and keys in any spelling (M-090…M-099, U-02).

`parse_path` guesses missing parts as M-090 says and serves the console and `find`; `read_colon` serves the command line
and every input field and guesses nothing.
"""

from __future__ import annotations

from store.addresses.faults import colon_fault, invalid_name
from store.addresses.keys import canonical_key, to_notation, transform_key
from store.addresses.names import KEY_LIMIT, bad_cache_key, bad_visible
from store.errors import AddressError
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Address, Listing, Position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.addresses.dotted import Reading

THREE = "write context:namespace:key; a value that contains colons goes after '='"


def parse_path(text: str, mode: str = "key") -> Address:
    """The address a path names, without a meta; missing parts are `app` and `main`, never a cursor's (M-090, M-091).

    `mode`: "key" (one colon is context:key, the key may be missing), "write" (a key there must be), "delete" (as
    "key"), or "directory" (one word is a context, one colon is context:namespace). A missing key is "". Errors: M-094.
    """
    if not text.strip():
        raise colon_fault("empty-path", text, 0, "", "nothing was given", "write context:namespace:key")
    parts = _split(text)
    context, namespace = Position()
    if len(parts) == 3:
        context, namespace, key = parts
    elif mode == "directory":
        context, key = parts[0], ""
        namespace = parts[1] if len(parts) == 2 and parts[1] else namespace
    elif len(parts) == 2:
        context, key = parts
    else:
        key = text
    if len(parts) > 1 or mode == "directory":
        check_context(context, text, 0)
    if len(parts) == 3 or (len(parts) == 2 and mode == "directory"):
        check_namespace(namespace, text, len(context) + 1)
    if not key and mode == "write":
        raise _no_key(text)
    return Address("", context, namespace, read_key(key, text, len(text) - len(key)) if key else "")


def read_colon(text: str, reading: Reading) -> Address:
    """The entry a colon address names: two colons, all three parts; the namespace may be empty, the root (U-02).

    One colon is `incomplete`, more than two `too-many-colons`; -p, -n or --variant beside it is `conflict`.
    """
    context, namespace, key = _three(text, reading)
    start = len(text) - len(key)
    if (context, namespace) == (CACHE_CONTEXT, CACHE_NAMESPACE):
        problem = bad_cache_key(key)
        if key and problem is not None:
            sentence = f"a cached pipe has a key of at most {KEY_LIMIT} ASCII letters, digits, _ and -"
            raise colon_fault(problem[0], text, start + problem[1], "key", sentence, "list the keys of pipe.cache")
        if key:
            return Address(reading.meta, context, namespace, key)
    if not key:
        raise _no_key(text)
    return Address(reading.meta, context, namespace, read_key(key, text, start))


def read_colon_listing(text: str, reading: Reading) -> Listing:
    """`context:namespace:` or `context:namespace:prefix`; the prefix is taken as it is (P-020)."""
    context, namespace, prefix = _three(text, reading)
    offset = bad_visible(prefix)
    if offset >= 0:
        raise invalid_name(text, len(text) - len(prefix) + offset, "key")
    return Listing(reading.meta, context, namespace, prefix)


def read_colon_namespace(text: str) -> tuple[str, str]:
    """`context:namespace`, with or without a final colon; `context::` is the root namespace."""
    context, namespace, *rest = _split(text) if ":" in text else (text, "")
    sentence = "expected project.namespace or context:namespace"
    if rest and rest[0]:
        place = len(text) - len(rest[0])
        hint = f"try {context}:{namespace}:"
        raise colon_fault("too-many-colons", text, place, "key", f"{sentence}, not a key", hint)
    if not namespace and not rest:
        hint = f"write {context}:main:, or {context}:: for the root"
        raise colon_fault("incomplete", text, len(text), "namespace", sentence, hint)
    check_context(context, text, 0)
    check_namespace(namespace, text, len(context) + 1)
    return context, namespace


def check_context(context: str, text: str, start: int) -> None:
    """M-020 for the context that stands at `start` of `text`."""
    if not context.strip():
        rest = text.partition(":")[2].strip()
        hint = f"drop the leading colon, or write app:{rest}"
        raise colon_fault("empty-context", text, start, "context", "the context is empty", hint)
    offset = bad_visible(context)
    if offset >= 0:
        raise invalid_name(text, start + offset, "context")
    if context.startswith("pipe.cache."):
        # such text reads as a cache address (P-021): nothing under this name could ever be addressed
        sentence = "'pipe.cache.' begins a cache address"
        raise colon_fault("invalid-name", text, start, "context", sentence, "use another context")


def check_namespace(namespace: str, text: str, start: int) -> None:
    """M-020 for the namespace that stands at `start` of `text`; "" is the root."""
    if not namespace:
        return
    place = start
    for part in namespace.split("."):
        if not part:
            better = ".".join(word for word in namespace.split(".") if word)
            hint = f"remove the dot at offset {min(place, len(text) - 1)}" + (f"; try {better}" if better else "")
            raise colon_fault("ns-empty-part", text, place, "namespace", "the namespace has an empty part", hint)
        offset = bad_visible(part)
        if offset >= 0:
            raise invalid_name(text, place + offset, "namespace")
        place += len(part) + 1


def read_key(key: str, text: str, start: int) -> str:
    """The canonical key of the typed `key` that stands at `start` of `text`, if M-020 allows it.

    Malformed brackets stay as they are (M-041); whitespace in well-formed ones has vanished.
    """
    if not key.strip():
        hint = "add a key; to remove a namespace use context:namespace: or context::"
        raise colon_fault("empty-key", text, start, "key", "the key is blank", hint)
    if key.startswith("#"):
        raise invalid_name(text, start, "key")
    canonical = canonical_key(key)
    if bad_visible(canonical) >= 0:
        raise invalid_name(text, start + _first_bad(key), "key")
    return canonical


def path_hint(text: str, mode: str = "key") -> str:
    """Advice about a path that is legal but may not be what was meant, "" if there is none.

    One colon: which reading of M-090 was used. One word with two dots or more: M-097. Malformed brackets: M-037.
    """
    parts = text.split(":")
    key = parts[-1] if mode != "directory" and len(parts) <= 3 else ""
    if len(parts) == 2 and parts[0]:
        address = f"{parts[0]}:{parts[1] or 'main'}:" if mode == "directory" else f"{parts[0]}:main:{parts[1]}"
        kind = "context:namespace" if mode == "directory" else "context:key"
        return f"'{text}' was read as {kind}, {address}"
    if len(parts) == 1 and text.count(".") >= 2 and mode != "directory":
        context, namespace, rest = text.split(".", 2)
        if context and namespace and rest:
            return f"'{text}' is the key of app:main; did you mean {context}:{namespace}:{rest}"
    if "[" in key or "]" in key:
        try:
            transform_key(key)
        except AddressError as fault:
            return f"{fault.message}; {fault.hint}"
    return ""


def print_colon(address: Address) -> str:
    """`context:namespace:key` with the key in bracket notation; a cached pipe's key as it is (U-03)."""
    key = address.key if address.is_cache else to_notation(address.key)
    return f"{address.context}:{address.namespace}:{key}"


def _split(text: str) -> list[str]:
    parts = text.split(":")
    if len(parts) > 3:
        third = len(":".join(parts[:3]))
        raise colon_fault("too-many-colons", text, third, "", f"{len(parts) - 1} colons, at most two", THREE)
    return parts


def _three(text: str, reading: Reading) -> tuple[str, str, str]:
    parts = _split(text)
    if len(parts) == 2:
        raise _one_colon(text, parts, reading)
    if reading.context is not None or reading.namespace is not None or reading.variant is not None:
        sentence = "a colon address says everything, so it takes no -p, -n or --variant"
        raise colon_fault("conflict", text, 0, "", sentence, "drop the options, or give the key alone")
    context, namespace, key = parts
    check_context(context, text, 0)
    check_namespace(namespace, text, len(context) + 1)
    return context, namespace, key


def _one_colon(text: str, parts: list[str], reading: Reading) -> AddressError:
    """U-02: guessing would write to the wrong place, so the readings of M-090 are shown in full."""
    first, second = parts[0] or "app", parts[1] or "key"
    context, namespace = reading.position
    hint = (
        f"write {first}:{namespace}:{second} for context:key, {context}:{first}:{second} for namespace:key,"
        f" {first}:{second}: to list context:namespace"
    )
    sentence = "one colon could mean context:key or namespace:key"
    return colon_fault("incomplete", text, len(parts[0]), "", sentence, hint)


def _no_key(text: str) -> AddressError:
    hint = "add a key after the last colon; to remove a namespace use context:namespace: or context::"
    return colon_fault("empty-key", text, len(text), "key", "the key is empty", hint)


def _first_bad(key: str) -> int:
    """Offset in the typed key of what spoils its canonical spelling: blanks that brackets swallow do not count."""
    canonical = canonical_key(key)
    for offset, char in enumerate(key):
        if bad_visible(char) == 0 and canonical_key(key[:offset] + key[offset + 1 :]) != canonical:
            return offset
    return 0
