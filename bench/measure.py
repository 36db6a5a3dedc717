"""How two things are compared: run in turn, round after round, medians divided. Nothing else on a shared machine is fair."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. `ours` and `floor`: medians in seconds. `budget`: the largest good ratio, None for a mere figure."""

    what: str
    ours: float
    floor: float
    budget: float | None
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the floor we take."""
        return self.ours / self.floor

    @property
    def verdict(self) -> str:
        """ok, over the budget, or broken: so far over it that noise cannot be the reason."""
        if self.budget is None:
            return ""
        if self.ratio <= self.budget:
            return "ok"
        return "OVER" if self.ratio <= 2 * self.budget else "BROKEN"


def seconds(action: Callable[[], object]) -> float:
    """How long `action` takes, once."""
    started = perf_counter()
    action()
    return perf_counter() - started


def compare(
    what: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    budget: float | None,
    *,
    rounds: int,
    before: Callable[[], object] = lambda: None,
    note: str = "",
) -> Result:
    """Run `ours` and `floor` in turn `rounds` times, `before` ahead of each, and compare the medians."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for side, action in enumerate((ours, floor) if number % 2 else (floor, ours)):
            before()
            gc.collect()
            spent = seconds(action)
            if number:  # the first round warms up
                taken[side if number % 2 else 1 - side].append(spent)
    return Result(what, median(taken[0]), median(taken[1]), budget, note)


def times(count: int, action: Callable[[], object]) -> Callable[[], None]:
    """`action`, `count` times in a row: for things too short to time alone."""

    def repeat() -> None:
        for _ in range(count):
            action()

    return repeat
