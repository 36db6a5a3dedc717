"""The writer lock (T-040…T-042): one exclusive `flock` per database, taken for every write transaction of ours.

SQLite's own locks are not enough: common versions can corrupt a WAL database when one process checkpoints while another commits,
and their busy handler starves writers (T-041).
"""

from __future__ import annotations

import fcntl
import os
from time import monotonic, sleep, time

from store.errors import Unavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class WriterLock:
    """Exclusive lock on `path`; the file stays, the kernel frees the lock when its holder dies.

    `waiting(holder)` is called once if the lock is still busy after one second (T-042).
    """

    def __init__(self, path: str, *, busy_timeout_ms: int, waiting: Callable[[str], None] | None = None) -> None:
        self.path = path
        self.busy_timeout_ms = busy_timeout_ms
        self._waiting = waiting
        self._fd = -1

    def acquire(self, verb: str, deadline: float) -> None:
        """Take the lock or raise `locked` at `deadline` (of `time.monotonic`), naming who holds it since when."""
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            self._take(fd, deadline)
            # Padded, so that a shorter line covers a longer one without a truncate.
            os.pwrite(fd, f"{os.getpid()} {verb} {int(time())}\n".ljust(64).encode(), 0)
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd

    def release(self) -> None:
        """Give the lock up. Harmless when it is not held."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _take(self, fd: int, deadline: float) -> None:
        announce_at = monotonic() + 1.0
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                now = monotonic()
            if now >= deadline:
                raise locked(self.holder(fd))
            if self._waiting and now >= announce_at:
                announce_at = deadline + 1.0
                self._waiting(self.holder(fd))
            # Uniformly random, so that waiters do not march in step (T-040). `random` would cost 5 ms to import.
            sleep(0.0002 + os.urandom(1)[0] / 255 * 0.0018)

    @staticmethod
    def holder(fd: int) -> str:
        """Who holds it, in words; "" if it cannot be told."""
        try:
            pid, verb, since = os.pread(fd, 64, 0).decode().split()
            return f"process {pid} ({verb}) since {max(0, int(time()) - int(since))} s"
        except (OSError, ValueError):
            return ""


def locked(holder: str = "") -> Unavailable:
    """The error of a database that somebody else keeps busy."""
    by = f" by {holder}" if holder else ""
    return Unavailable(
        "locked",
        f"the database is locked{by}; nothing was written",
        hint="try again, or raise busy_timeout_ms in pronto.conf",
    )
