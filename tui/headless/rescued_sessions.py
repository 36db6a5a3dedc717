"""`pantheon iter save` and `iter fix`: what is piped in becomes a session, or is kept and comes home later (P-120, P-122)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.addresses import Reading, print_address, read_address
from store.database import Database
from store.errors import Corrupt, InputError, NotFound, StoreError, Unavailable
from store.operations import iterations
from store.operations.entries import copy, get, set_entry, verify_digest
from store.operations.pipes import discard, is_cache_key, sanitize
from store.session import Choice, default_database, read_guard
from tui.headless import kin as kins
from tui.headless import pantheon, rescuing
from tui.headless.failing import Told
from tui.headless.output import STDIN
from tui.headless.piping import receive, spool_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.model import Address
    from store.spool import Received
    from tui.headless.kin import SecureContext
    from tui.headless.main import Call

RETRY = "pantheon iter save --name=<kin> --session=<number>"


def save(call: Call) -> int:
    """Store standard input as a session, and raise the counter (P-120)."""
    if os.isatty(STDIN):
        raise call.usage("No input: the session comes from standard input, which is a terminal")
    wanted = f"iterations.sessions.iter{call.option('session') or ''}"
    try:
        context = pantheon.enter(call)
    except StoreError as error:  # P-073: nobody knows which database is meant
        raise rescuing.save_without_database(call, wanted, error, RETRY) from None
    received = receive(call, wanted)
    if not received.content:
        spool_of(call).done(received)
        raise call.usage("No input: the session comes from standard input, which is empty")
    try:
        pantheon.none_after(call, 1)
        number = pantheon.session_number(call)
        call.target = f"iterations.sessions.iter{number}"
        texts = [(number, received.content)]
        call.run(iterations.save(call.session.meta, texts, by=call.by, now_ms=call.now_ms))
    except (Unavailable, Corrupt) as error:
        raise _into_file(call, context, received, wanted, error) from None
    except StoreError as error:
        raise _into_cache(call, context, received, wanted, error) from None
    spool_of(call).done(received)
    pantheon.say(call, f"✅ Saved {call.target} for {context.user}", kin=context.user, session=number)
    return 0


def fix(call: Call, context: SecureContext) -> int:
    """Move a cached pipe to a session, wherever it was rescued (P-122)."""
    text = call.argument(1)
    if text is None:
        raise call.usage("missing the cache address, pipe.cache.…")
    number = pantheon.session_number(call)
    if not is_cache_key(text):
        raise InputError("not-a-cache-address", f"'{text}' is no cache address (pipe.cache.…)", text=text)
    destination = iterations.session_at(call.session.meta, number)
    call.target = print_address(destination)
    for path, meta in dict.fromkeys(_places(call, context)):
        if not os.path.exists(path):
            continue
        source = read_address(text, Reading(meta=meta))
        try:
            removed = _move(call, path, source, destination)
        except NotFound:
            continue
        _tell_fixed(call, text, call.target, removed)
        return 0
    raise NotFound("not-found", f"❌ Source key '{text}' not found")


def _places(call: Call, context: SecureContext) -> Iterator[tuple[str, str]]:
    """The database files where the pipe may have been rescued, each with its metas, as far as the locks allow (P-122).

    The kin's database, the kin's default one, the default one; the metas are that of the kin and none.
    """
    session = call.session
    guard = read_guard(Choice(), kins.without_choices(call.environ))
    metas = (context.meta,) if guard.meta_lock else (context.meta, "")
    users = (context.user,) if guard.user_lock else (context.user, "")
    for meta in metas:
        yield os.path.realpath(session.database), meta
    for user in users:
        path = default_database(call.environ, call.cwd, session.workspace, user)
        try:
            guard._replace(user=user).check_database(path)
        except StoreError:
            continue
        for meta in metas:
            yield os.path.realpath(path), meta


def _move(call: Call, path: str, source: Address, destination: Address) -> bool:
    """Move `source` in the database `path` to the session; whether it could be removed. Raises NotFound, `corrupt`."""
    if path == os.path.realpath(call.session.database):
        return call.run(copy(source, destination, by=call.by, now_ms=call.now_ms)).removed_from_cache
    with Database(path, busy_timeout_ms=call.session.settings.busy_timeout_ms) as database:
        entry = database.run(get(source))
        if entry is None or entry.expired(call.now_ms):
            raise NotFound("not-found", "not there")
        verify_digest(source.key, entry.value)
        # Committed here before it goes there: between the two, the content exists twice and never not at all.
        call.run(set_entry(destination, entry.value, by=call.by, now_ms=call.now_ms, secret=entry.secret))
        try:
            by = call.by._replace(meta=source.meta)
            return bool(database.run(discard(source.meta, [source.key], by=by, now_ms=call.now_ms)))
        except StoreError as error:
            call.output.warn(f"⚠️  It stays in the cache too: {error.message}", error.code)
            return False


def _tell_fixed(call: Call, key: str, destination: str, removed: bool) -> None:
    if call.output.json:
        call.output.object(source=key, destination=destination, removed_from_cache=removed)
        return
    call.output.line(f"✅ Copied: {key} → {destination}")
    if removed:
        call.output.line(f"🗑️  Removed from cache: {key}")


def _into_cache(call: Call, context: SecureContext, received: Received, wanted: str, error: StoreError) -> StoreError:
    """Keep in the kin's pipe cache what could not become a session. The error to raise, which tells how to fix it."""
    kept = rescuing.into_cache(call, received.content, sanitize(wanted), wanted, error)
    if isinstance(kept, StoreError):
        return _into_file(call, context, received, wanted, kept)
    spool_of(call).done(received)
    call.target = ""  # the rescue has its own record
    reason = " ".join(error.message.split())
    lines = [
        f"⚠️  {reason} - content cached as: {kept}",
        f"💡 Use: prontodb pantheon iter fix {kept} --session=<number> --name={context.user}",
    ]
    return Told(error, lines, cached_as=kept)


def _into_file(call: Call, context: SecureContext, received: Received, wanted: str, error: StoreError) -> StoreError:
    """P-072: the database takes nothing."""
    retry = f"pantheon iter save --name={context.user} --session={call.option('session') or '<number>'}"
    return rescuing.save(call, spool_of(call), received, sanitize(wanted), error, retry)
