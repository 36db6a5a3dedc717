"""At start: bring home what commands that were killed left in the spool (T-112), and clear old `.pipe` files away (P-072)."""

from __future__ import annotations

from asyncio import to_thread
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.files import real_path
from store.operations.pipes import rescue
from store.operations.recovery import cache_address
from store.spool import Spool

if TYPE_CHECKING:
    from store.spool import Orphan
    from tui.browser.services import Services

REASON = "interrupted"


async def adopt_orphans(services: Services) -> list[str]:
    """Store every orphan of this database and meta as a cached pipe; the keys they got, after `pipe.cache.`, oldest first.

    What cannot be stored now stays for a later command; nothing is ever removed before it is stored. Raises nothing. If
    cancelled half-way, one orphan may be both stored and still in the spool.
    """
    try:
        database = await to_thread(real_path, services.session.database)
    except StoreError:
        return []
    spool = Spool(services.session.workspace.spool, database=database, meta=services.meta)
    keys = []
    for orphan in await to_thread(spool.orphans):
        key = await _adopt(services, orphan)
        if key is not None:
            keys.append(key)
    await to_thread(spool.expire_kept, services.now_ms() // 1000)
    return keys


async def _adopt(services: Services, orphan: Orphan) -> str | None:
    try:
        content = await to_thread(orphan.content)
        key = await services.run(
            rescue(
                services.meta,
                content,
                suffix=orphan.suffix,
                intended=orphan.intended,
                reason=REASON,
                by=services.actor,
                now_ms=services.now_ms(),
                received_at=orphan.received_at,
            )
        )
    except (OSError, StoreError):
        orphan.release()
        return None
    services.names.used(cache_address(services.meta, key))
    await to_thread(orphan.done)
    return key
