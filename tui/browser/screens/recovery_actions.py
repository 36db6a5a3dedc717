"""What is asked before something is done with the inbox, and that it is then done completely."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from store.addresses import show_address
from store.errors import Refused
from tui.browser.flows.addressing import describe_write, look, undoable
from tui.browser.flows.recovery import file_name
from tui.browser.screens.confirm import ConfirmPlan, Line
from tui.browser.screens.save import SaveTo
from tui.browser.state import counted
from tui.browser.text.preview import human_size, kind_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence
    from typing import Any

    from textual.app import App

    from tui.browser.flows.addressing import Target
    from tui.browser.flows.recovering import Done, Recovery
    from tui.browser.flows.recovery import Item
    from tui.browser.widgets.recovery_detail import RecoveryDetail

T = TypeVar("T")


class RecoveryActions:
    """Call its methods from a worker: they may ask. Each gives what was done, None if the answer was no, and raises StoreError.

    A worker that is cancelled stops asking; what has begun goes on to its end.
    """

    def __init__(self, recovery: Recovery, detail: RecoveryDetail) -> None:
        self._recovery = recovery
        self._detail = detail
        self._tasks: set[asyncio.Task[Any]] = set()

    async def recover(self, item: Item) -> Done | None:
        """Bring `item`, which is shown, home to the address in the field. Asks if what is overwritten could not come back."""
        address = await self._detail.address_for(item)
        if address is None:
            self._detail.field.focus()
            raise self._detail.field.error or Refused("empty", "write an address first")
        services = self._recovery.services
        target = await services.run(look(address))
        lost = not undoable(target, services.now_ms())
        if lost and not await self._agreed("overwrite?", [self._line(item.meant, target)], "overwrite it"):
            return None
        return await self.whole(self._recovery.recover([(item, address)]))

    async def recover_all(self, items: Sequence[Item]) -> Done | None:
        """Bring them home, each to its suggested address, after showing which."""
        plan = await self._recovery.plan(items)
        lines = [self._line(f"{item.meant} ({human_size(item.size)})", target) for item, target in plan]
        if not await self._agreed(f"recover {counted(len(plan), 'pipe')}", lines, "recover all"):
            return None
        return await self.whole(self._recovery.recover([(item, target.address) for item, target in plan]))

    async def stream(self, item: Item) -> Done | None:
        """Store what `item` says as a stream, after showing what that is."""
        plan = await self._recovery.plan_stream(item)
        sizes = {write.address: len(write.value) for write in plan.writes}
        lines = [self._line(human_size(sizes[target.address]), target) for target in plan.targets]
        title = f"run as stream: {counted(len(sizes), 'entry', 'entries')}"
        if not await self._agreed(title, lines, "store them", len(sizes)):
            return None
        return await self.whole(self._recovery.run_stream(plan))

    async def save(self, item: Item) -> Done | None:
        """Write `item` to a new file that is asked for."""
        value = self._detail.content.value if self._detail.content else None
        kind = kind_of(value.head, value.size) if value else "text"
        path = await self._app.push_screen_wait(SaveTo(item.meant, file_name(item, kind)))
        return await self.whole(self._recovery.save(item, path)) if path else None

    async def whole(self, work: Awaitable[T]) -> T:
        """Await something that must not stop half-way when the screen is left."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    @property
    def _app(self) -> App[object]:
        return self._detail.app

    def _line(self, what: str, target: Target) -> Line:
        now_ms = self._recovery.services.now_ms()
        return Line(what, show_address(target.address), describe_write(target, now_ms) if target.there(now_ms) else "")

    async def _agreed(self, title: str, lines: Sequence[Line], yes: str, total: int = 0) -> bool:
        return await self._app.push_screen_wait(ConfirmPlan(title, lines, yes=yes, total=total))
