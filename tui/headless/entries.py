"""`get`, `del`, `copy`: one entry at a time (P-031, P-032, P-037)."""

from __future__ import annotations

from store.addresses import print_address, read_address
from store.errors import NotFound
from store.operations import entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.model import Address, Entry
    from tui.headless.main import Call

EVICT_WITHIN_MS = 100


def get(call: Call) -> int:
    """Print a value: its exact bytes, and a newline only where none is (P-051). Missing or expired: NotFound."""
    address = address_of(call, call.argument(0))
    entry = call.run(entries.get(address))
    expired = entry is not None and entry.expired(call.now_ms)
    if entry is None or (expired and not call.has("include-expired")):
        if expired:
            _evict(call, address)
        raise NotFound("not-found", f"not found: {print_address(address)}")
    if expired:
        call.output.warn(f"expired at {utc(entry.expires_at or 0)}", "expired")
    else:
        call.mention(entry.address, secret=entry.secret)
    print_value(call, entry)
    return 0


def print_value(call: Call, entry: Entry) -> None:
    """Print the value of an entry as `get` does, or the object of its JSON shape."""
    if call.output.json:
        _print_object(call, entry)
        return
    value = _as_asked(call, entry.value)
    call.output.data(value)
    if not (call.has("raw") or value.endswith(b"\n")):
        call.output.data(b"\n")


def delete(call: Call) -> int:
    """Remove an entry; fine when there was none (P-032)."""
    address = address_of(call, call.argument(0))
    deleted = call.run(entries.delete(address, by=call.by, now_ms=call.now_ms)).found
    call.forget(address)
    printed = print_address(address)
    call.output.status(f"✅ Deleted {printed}" if deleted else f"not found: {printed}")
    if call.output.json:
        call.output.object(address=printed, deleted=deleted)
    return 0


def copy(call: Call) -> int:
    """Copy an entry; out of the pipe cache that is the recovery, and the cached pipe goes (P-037)."""
    source_text, destination_text = call.line.arguments
    reading = call.session.reading
    # -p and -n complete the destination; the source is a whole address or relative to the position.
    source = read_address(source_text, reading._replace(context=None, namespace=None))
    destination = address_of(call, destination_text)
    call.target = print_address(destination)
    try:
        done = call.run(entries.copy(source, destination, by=call.by, now_ms=call.now_ms))
    except NotFound as error:
        raise NotFound(error.code, f"❌ Source key '{source_text}' not found", hint=error.hint) from None
    call.mention(done.address)
    (call.forget if done.removed_from_cache else call.mention)(source)
    printed, target = print_address(source), print_address(done.address)
    if call.output.json:
        call.output.object(
            source=printed, destination=target, removed_from_cache=done.removed_from_cache, overwrote=done.overwrote
        )
        return 0
    call.output.line(f"✅ Copied: {printed} → {target}")
    if done.removed_from_cache:
        call.output.line(f"🗑️  Removed from cache: {printed}")
    return 0


def address_of(call: Call, text: str | None) -> Address:
    """The entry that `text` names under this command's options. Raises AddressError."""
    reading = call.session.reading
    variant = call.option("variant")
    return read_address(text, reading if variant is None else reading._replace(variant=variant))


def utc(at_ms: int) -> str:
    """A moment as text: `2026-07-30 12:00:00 UTC`."""
    from time import gmtime, strftime

    return strftime("%Y-%m-%d %H:%M:%S UTC", gmtime(at_ms // 1000))


def _evict(call: Call, address: Address) -> None:
    """P-044. That it cannot be done, in a read-only place or while others write, is no business of a `get`."""
    from store.database import Database
    from store.errors import StoreError

    call.close()
    try:
        with Database(call.session.database, busy_timeout_ms=EVICT_WITHIN_MS) as database:
            if database.run(entries.evict(address, now_ms=call.now_ms)):
                call.forget(address)
    except StoreError:
        pass


def _as_asked(call: Call, value: bytes) -> bytes:
    """The bytes to print: the value, or its JSON, or its base64 (P-052, P-053)."""
    if call.has("json"):
        from tui.headless.values import canonical_or_string

        value = canonical_or_string(value)
    if call.has("b64"):
        from binascii import b2a_base64

        value = b2a_base64(value, newline=False)
    return value


def _print_object(call: Call, entry: Entry) -> None:
    from tui.headless.values import entry_fields, json_of

    fields = entry_fields(entry, reveal=True, base64="b64" in call.line.options)
    if call.has("json"):
        fields["json"] = json_of(entry.value)
    call.output.object(address=print_address(entry.address), **fields)
