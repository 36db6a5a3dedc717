"""What the fault tests share: how large, by which random numbers, and children that are killed and counted.

Small numbers unless PRONTO_FAULTS=large. Every random choice comes from one seed, printed when a test fails and taken again from
PRONTO_FAULTS_SEED; when a child is hit also depends on the machine, so the same seed gives the same plan, not the same moment.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import monotonic, sleep

from tests.conftest import REPOSITORY

HERE = Path(__file__).parent
LARGE = os.environ.get("PRONTO_FAULTS") == "large"
SEED = os.environ.get("PRONTO_FAULTS_SEED") or str(random.SystemRandom().randrange(2**32))
PATIENCE_S = 60.0
"""How long anything may take that must happen at last."""


def number(small: int, large: int) -> int:
    """How many: `small` in CI, `large` under `make faults`."""
    return large if LARGE else small


def chance(name: str) -> random.Random:
    """Random numbers for the test `name`; pytest shows the seed when the test fails."""
    print(f"PRONTO_FAULTS_SEED={SEED}")
    return random.Random(f"{SEED} {name}")


def rounds(at_least: int, proved: Callable[[], bool]) -> Iterator[int]:
    """1, 2, 3 … `at_least`, and on while nothing is `proved`: how many kills that takes is a matter of the machine and its disk.

    Gives up after PATIENCE_S more; what must be proved is asserted by whoever asks.
    """
    yield from range(1, at_least + 1)
    last, until = at_least, monotonic() + PATIENCE_S
    while not proved() and monotonic() < until:
        last += 1
        yield last


class Window:
    """The span after an event in which the random moments of a kill lie; it moves to where the kills tell most.

    Told after each kill whether it came too early to hit anything, it grows, else it shrinks: on any machine, however busy, some
    kills come before and some after what they are meant to hit.
    """

    def __init__(self, numbers: random.Random, latest_s: float, *, least_s: float = 0.0) -> None:
        self._numbers = numbers
        self._latest_s = latest_s
        self._least_s = least_s

    def moment(self) -> float:
        """Seconds after the event."""
        return self._numbers.uniform(0, self._latest_s)

    def learn(self, *, too_early: bool) -> None:
        """Take the last kill into account."""
        self._latest_s = max(self._least_s, self._latest_s * (1.25 if too_early else 0.8))


class Child:
    """A program of this folder in a process of its own, speaking in lines: what it says we read, what we tell it it reads.

    `fds` are inherited. As a context manager it is dead and reaped at the end, whatever happens.
    """

    def __init__(
        self,
        program: str,
        *words: object,
        env: Mapping[str, str] | None = None,
        fds: tuple[int, ...] = (),
        errors: Path | None = None,
    ) -> None:
        with open(errors or os.devnull, "ab") as stderr:
            self.process = subprocess.Popen(
                # -P: without this folder on the path, whose names are nobody's business.
                [sys.executable, "-P", str(HERE / program), *map(str, words)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY), **(env or {})},
                pass_fds=fds,
                bufsize=0,
            )

    def hear(self, expected: str) -> None:
        """Wait until the child says `expected`; anything else, its end included, is a failure of the harness."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode().strip()
        assert line == expected, f"the child said {line!r}, not {expected!r} (exit code {self.process.poll()})"

    def tell(self, line: str = "go") -> None:
        """Let it go on."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")

    def kill(self, after_s: float = 0.0) -> int:
        """Kill -9 after `after_s`: the sleep is the random moment. Its exit code: -9 unless it had ended before."""
        if after_s:
            sleep(after_s)
        self.process.kill()
        return self.process.wait(PATIENCE_S)

    def finish(self, within_s: float = 0.0) -> str:
        """Wait for its end, which is due in `within_s`, and give the rest of what it said."""
        said, _ = self.process.communicate(timeout=within_s + PATIENCE_S)
        assert self.process.returncode == 0, f"the child ended with {self.process.returncode}"
        return str(said.decode())

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
