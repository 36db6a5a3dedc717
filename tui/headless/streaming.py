"""`stream`: a token stream from standard input into the store, all or nothing (X-030…X-045, P-150, U-06)."""

from __future__ import annotations

import gc
import os

from store.errors import Corrupt, Refused, StoreError, Unavailable
from tui.headless.output import STDIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from store.addresses import Reading
    from store.model import Address
    from store.streams.events import Event, Write
    from tui.headless.main import Call

SUFFIX = "stream"  # P-067
MOST_MENTIONS = 200  # more names of one command are not remembered (C-024)
XSTREAM = "xstream"
DIALECTS = (XSTREAM, "token", "meteor")


def stream(call: Call) -> int:
    """Read, check, then write everything in one transaction. What is rejected is masked and kept (X-042, P-078)."""
    dialect = call.option("dialect") or XSTREAM
    if dialect not in DIALECTS:
        raise call.usage(f"--dialect is one of {', '.join(DIALECTS)}, not '{dialect}'")
    if os.isatty(STDIN):
        raise call.usage("No input: the tokens come from standard input, which is a terminal")
    from tui.headless import rescuing

    try:
        refuse_if_off(call)
        limit = call.session.settings.max_input
    except StoreError as error:
        raise rescuing.keep_stream(call, None, error, dialect) from None
    from store.stdin import receive_in_memory
    from store.streams.placing import is_kept

    content = receive_in_memory(STDIN, limit=limit)
    gc.disable()  # of a large stream a tenth is searching for cycles in a million tuples that have none
    try:
        events, addresses = _store(call, content) if dialect == XSTREAM else _store_dialect(call, content, dialect)
    except (Unavailable, Corrupt) as error:
        raise rescuing.keep_stream(call, content, error, dialect) from None
    except StoreError as error:
        if not is_kept(error):
            raise
        raise rescuing.rescue_stream(call, content, error, dialect) from None
    finally:
        gc.enable()
    for address in addresses[:MOST_MENTIONS]:
        call.mention(address)
    _report(call, events, addresses)
    return 0


def refuse_if_off(call: Call) -> None:
    """P-150: raise when streaming is switched off, or its part is not installed."""
    enabled = call.session.settings.streaming
    if enabled and streaming_installed():
        return
    way = (
        "set PRONTO_STREAMING=on, or features.streaming=on in pronto.conf"
        if not enabled
        else "install prontodb completely"
    )
    raise Refused("streaming-off", "the streaming feature is not enabled", hint=way)


def streaming_installed() -> bool:
    """Whether the stream readers are there to be imported."""
    try:
        import store.streams.placing  # noqa: F401 - only whether it is there
    except ImportError:
        return False
    return True


def read_tokens(call: Call, content: bytes, reading: Reading) -> list[Event]:
    """The events of a stream, read as this call may read one: switched on, and with the credentials it takes."""
    refuse_if_off(call)
    from store.streams.placing import Security, read_stream

    session = call.session
    security = Security(
        required=session.settings.security_required,
        admin_password=call.environ.get("PRONTO_ADMIN_PASS"),
        locked_user=session.guard.user_lock or None,
    )
    return read_stream(content, reading, security=security)


def _store(call: Call, content: bytes) -> tuple[list[Event], list[Address]]:
    from store.operations.apply import apply_writes
    from store.streams.events import Write

    events = read_tokens(call, content, call.session.reading)
    writes: list[Write] = [event for event in events if isinstance(event, Write)]
    call.target = f"{len(writes)} tokens"
    if not writes:
        return events, []
    addresses = call.run(apply_writes(writes, by=call.by, now_ms=call.now_ms, target=call.target))
    return events, addresses


def _store_dialect(call: Call, content: bytes, dialect: str) -> tuple[list[Event], list[Address]]:
    from tui.headless.dialects import store_stream

    return store_stream(call, content, dialect)


def _report(call: Call, events: list[Event], addresses: list[Address]) -> None:
    from store.streams.placing import ignored, report

    for line in ignored(events):
        call.output.warn(line, "ignored-directive")
    if call.output.json:
        from store.addresses import print_address

        call.output.object(stored=len(addresses), addresses=[print_address(address) for address in addresses])
        return
    if call.output.quiet:
        return
    for line in report(events, addresses, verbose=call.has("verbose")):
        call.output.line(line)
