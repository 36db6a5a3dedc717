"""Reading standard input: whether something is piped in, and taking all of it, within the limit (P-050…P-062).

Takes file descriptors, so that nothing is buffered that was not asked for.
"""

from __future__ import annotations

import errno
import os
import stat

from store.errors import LimitError, Unavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 65536  # what a pipe holds
LARGE_PIECE = 1 << 20


def receive_in_memory(fd: int, *, limit: int) -> bytes:
    """Read `fd` to its end and spool nothing, for content that must not be kept raw (T-110, P-078). Raises as `receive`."""
    return b"".join(pieces_of(fd, limit))


def has_pipe(fd: int) -> bool:
    """Whether `fd` is something piped in or a redirected file with bytes left: worth reading without being told (P-050).

    Takes nothing and waits for nothing. A terminal, `/dev/null`, any other device, a directory, a closed `fd`: no (P-060).
    """
    try:
        mode = os.fstat(fd).st_mode
        if stat.S_ISREG(mode):
            # Not by size: that is 0 for the files of /proc.
            return os.pread(fd, 1, os.lseek(fd, 0, os.SEEK_CUR)) != b""
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def peek(fd: int, wait_ms: int) -> bool:
    """Whether `fd` has content to read within `wait_ms` (P-062). Takes nothing.

    As `has_pipe`, but a pipe must show its first byte, and one that ends without any is no. A socket's end counts as content.
    """
    if not has_pipe(fd):
        return False
    if stat.S_ISREG(os.fstat(fd).st_mode):
        return True
    return readable(fd, wait_ms)


def readable(fd: int, wait_ms: int | None) -> bool:
    import select

    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return any(events & select.POLLIN for _, events in poll.poll(wait_ms))


def pieces_of(fd: int, limit: int) -> Iterator[bytes]:
    """What `fd` gives, piece by piece, at most `limit` bytes in all. Raises LimitError, Unavailable."""
    size, left = PIECE, limit
    while True:
        try:
            piece = os.read(fd, size)
        except BlockingIOError:  # whoever gave us the pipe left it in non-blocking mode
            readable(fd, None)
            continue
        except OSError as error:
            if error.errno == errno.EBADF:
                return  # closed: unattached input is empty (P-060)
            raise Unavailable("io-error", f"standard input cannot be read: {error.strerror}") from None
        if not piece:
            return
        left -= len(piece)
        if left < 0:
            raise LimitError(
                "too-large",
                f"standard input is over the maximum size of {limit} bytes; nothing was stored",
                hint="PRONTO_MAX_INPUT sets another limit, in bytes",
            )
        yield piece
        if len(piece) == size:
            size = LARGE_PIECE
