"""Marking whole namespaces secret, so that every key in them is (U-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.model import Address
from store.operation import Statement, writing
from store.operations.commands import record
from store.operations.entries import EXPIRED, make_space

if TYPE_CHECKING:
    from store.model import Actor
    from store.operation import Steps

MARK = "UPDATE namespaces SET secret = ? WHERE id = ?"
HIDE = "UPDATE entries SET secret = 1 WHERE ns_id = ? AND secret = 0 RETURNING id"
FORGET = "UPDATE changes SET old_value = NULL WHERE ns_id = ? AND old_value IS NOT NULL"
# A change of no key and no command: nothing to undo, but whoever follows the changes looks at the namespace again (T-086).
NOTE = "INSERT INTO changes(command_id, ns_id, key, kind) VALUES (0, ?, '', ?)"


@writing
def mark_secret(
    meta: str, context: str, namespace: str, *, on: bool, target: str, by: Actor, now_ms: int
) -> Steps[int]:
    """Mark a namespace secret or end that; how many entries became secret.

    on: what is there becomes secret as well, and history forgets every old value of it (U-11). Off: later keys are ordinary ones;
    entries that are secret stay so. target: the namespace as printed, for the record.
    """
    space = yield from make_space(Address(meta, context, namespace, ""))
    hidden = 0
    yield Statement(MARK, (int(on), space.id))
    if on:
        hidden = len((yield Statement(HIDE, (space.id,))))
        yield Statement(FORGET, (space.id,))
    yield from record("secret-on" if on else "secret-off", target, hidden, by=by, now_ms=now_ms)
    yield Statement(NOTE, (space.id, EXPIRED))
    return hidden
