"""Stored entries as an XStream that `prontodb stream` reads back into the same entries (P-035, X-045, U-05)."""

from __future__ import annotations

from store.addresses import print_key, show_address
from store.addresses.dotted import print_dotted, print_dotted_key
from store.errors import InputError
from store.model import Address
from store.streams.labels import one_line
from store.streams.xstream import render

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Iterable

HINT = "use scan --json, or get --b64 for one value"


def listing_stream(context: str, namespace: str, entries: Iterable[tuple[str, bytes]]) -> str:
    """One line `meta:path=context.namespace; key=value; …;`, without a line feed; "" for no entries.

    `entries`: canonical keys and values, printed in the order given. Lifetimes are not part of a stream. Raises InputError
    `not-streamable`, which names address or key, never the value: XStream has no word for the root namespace, for namespaces
    with dots, for keys of several coordinates or outside P-011, and carries text only; `pipe.cache` takes no stream (P-022).
    """
    whole = print_dotted(Address("", context, namespace, "k"))
    cached = Address("", context, namespace, "").is_cache
    tokens: list[tuple[str | None, str, str]] = []
    for key, value in entries:
        if cached:
            raise _unfit("pipe.cache takes no stream, so none is written of it")
        if whole is None:
            place = show_address(Address("", context, namespace, "")).rpartition(":")[0]
            raise _unfit(f"the namespace {place} cannot be written in a stream")
        printed = print_dotted_key(key)
        if printed is None:
            raise _unfit(f"the key {print_key(key)} cannot be written in a stream")
        if printed == "ns":  # alone it would switch the namespace; three parts are always just a key
            printed = whole.removesuffix("k") + printed
        try:
            tokens.append((None, printed, value.decode()))
        except UnicodeDecodeError:
            raise _unfit(f"the value of {printed} is not UTF-8 text and cannot be written in a stream") from None
    return render([("meta", "path", f"{context}.{namespace}"), *tokens], stored=True) if tokens else ""


def _unfit(message: str) -> InputError:
    return InputError("not-streamable", one_line(message), hint=HINT)
