"""Text to address and back (U-01…U-04): the one place where every face reads and prints addresses."""

from __future__ import annotations

from store.addresses.dotted import (
    CACHE_PREFIX,
    PLAIN,
    Reading,
    print_dotted,
    print_dotted_key,
    read_dotted,
    read_listing,
    read_namespace,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.model import Address

__all__ = [
    "PLAIN",
    "Reading",
    "print_address",
    "print_key",
    "read_address",
    "read_dotted",
    "read_listing",
    "read_namespace",
    "show_address",
    "storage_address",
    "suggest",
]


def read_address(text: str | None, reading: Reading = PLAIN) -> Address:
    """The entry that `text` names on the command line and in every input field (U-02).

    First a cache address, else with a colon (and another delimiter) a colon address, else a dotted one. Raises
    `AddressError`: code, sentence, hint, and the position of the fault in `text`.
    """
    if text is not None and ":" in text and reading.delimiter != ":" and not text.startswith(CACHE_PREFIX):
        from store.addresses.colon import read_colon

        return read_colon(text, reading)
    return read_dotted(text, reading)


def print_address(address: Address) -> str:
    """Headless canonical form, without the meta: dotted if that reads as the same entry, else colon (U-03)."""
    return print_dotted(address) or show_address(address)


def show_address(address: Address) -> str:
    """The form of screens: colons, key in bracket notation (U-03)."""
    from store.addresses.colon import print_colon

    return print_colon(address)


def print_key(key: str, *, cached: bool = False) -> str:
    """A canonical key as listings print it: `key`, `key__variant`, or bracket notation if it has no dotted form.

    `cached`: it is the key of a cached pipe, which is printed as it is (P-021).
    """
    if cached:
        return key
    from store.addresses.keys import to_notation

    return print_dotted_key(key) or to_notation(key)


def storage_address(address: Address) -> str:
    """P-017, `--raw`: the canonical form, the meta if there is one in front and joined in the same manner."""
    if not address.meta:
        return print_address(address)
    dotted = print_dotted(address)
    return f"{address.meta}.{dotted}" if dotted else f"{address.meta}:{show_address(address)}"


def suggest(text: str | None, reading: Reading = PLAIN) -> str | None:
    """A dotted address, good even for an implicit pipe, that is near `text`; None if nothing in `text` can be kept.

    Text that is already good and may be written to is answered in canonical form. Options in `reading` do not count.
    """
    from store.addresses.suggest import nearest
    from store.errors import AddressError

    plain = reading._replace(context=None, namespace=None, variant=None, whole=True)
    try:
        address = read_address(text, plain)
    except AddressError:
        address = None
    if address is not None and not address.is_cache:
        found = print_dotted(address)
        if found:
            return found
    better = nearest(text, plain)
    return better and better.replace(plain.delimiter, ".")
