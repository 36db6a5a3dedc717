"""Taking standard input in, spooled while it is read (T-110). What follows when storing fails is in tui/headless/rescuing.py."""

from __future__ import annotations

from store.errors import StoreError
from store.operations.pipes import sanitize
from store.spool import Received, Spool
from tui.headless.output import STDIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.headless.main import Call


def spool_of(call: Call) -> Spool:
    """The spool of this call's workspace, for its database and meta."""
    session = call.session
    return Spool(session.workspace.spool, database=call.database.path, meta=session.reading.meta)


def receive(call: Call, text: str | None) -> Received:
    """All of standard input, spooled while it is read, whatever the address `text` turns out to be.

    Where the context is wrong (P-073) it is still read, saved in a file that belongs to no database, and told: Told.
    """
    try:
        spool, limit = spool_of(call), call.session.settings.max_input
    except StoreError as error:
        from tui.headless.rescuing import save_without_database

        raise save_without_database(call, text, error) from None
    return spool.receive(STDIN, limit=limit, suffix=sanitize(text), now_s=call.now_ms // 1000)
