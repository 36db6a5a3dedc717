"""Piped content that could not go where it was meant to: into the pipe cache, a file or stdout (P-062…P-078, T-110…T-113).

Imported only when storing failed, or when a process before us died with something in its hands.
"""

from __future__ import annotations

from store.errors import AddressError, StoreError, StreamError, Unavailable
from store.model import CACHE_CONTEXT, CACHE_NAMESPACE, Address
from store.named import NamedTuple
from store.operations.pipes import rescue as rescue_operation
from store.operations.pipes import sanitize
from store.settings import DEFAULTS, read_settings
from store.spool import NoPlace, Received, Spool, receive_in_memory
from store.streams import advice
from store.workspace import find_workspace
from tui.headless.failing import Told
from tui.headless.output import STDIN
from tui.headless.piping import spool_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui.headless.main import Call

CACHE = "pipe.cache."
XSTREAM = "xstream"
IMPORT = "import"
"""The suffix of what could not be imported, in cache and spool."""


def save_without_database(
    call: Call, text: str | None, error: StoreError, retry: str = "set <proper.address> -"
) -> StoreError:
    """P-073: the context is wrong, so no database may be asked; save what is piped in. The error to raise.

    `retry`: the command that would store it, to be fed the file.
    """
    suffix = sanitize(text)
    spool = Spool(_spool_directory(call))
    received = spool.receive(STDIN, limit=_limit(call), suffix=suffix, now_s=call.now_ms // 1000)
    if not received.content.strip():
        spool.done(received)
        return error
    return save(call, spool, received, suffix, error, retry)


def rescue(call: Call, received: Received, text: str | None, error: StoreError) -> int:
    """Put `received`, refused with `error`, into the pipe cache; tell where, and how to bring it home (P-063…P-071).

    Gives the exit code. `text`: the address as it was typed. Raises Told when not even the cache takes it.
    """
    content, settings = received.content, call.session.settings
    suffix = sanitize(text)
    if settings.streaming and advice.classify(content) == "stream_ready":
        suffix = "stream_ready"
    address = into_cache(call, content, suffix, text or "", error)
    if isinstance(address, StoreError):
        raise save(call, spool_of(call), received, suffix, address, "set <proper.address> -")
    spool_of(call).done(received)
    lines = advice.messages(
        text,
        address,
        content,
        quiet=call.output.quiet,
        streaming=settings.streaming,
        reason=None if isinstance(error, AddressError) else error.message,
        missing=not text,
    )
    call.target = ""  # the rescue has its own record
    told = Told(error, lines, cached_as=address)
    if settings.pipe_strict or call.has("strict-pipe"):
        raise told
    if call.output.json:
        call.output.object(address=None, bytes=len(content), cached_as=address, code=error.code, message=error.message)
    else:
        call.output.talk("\n".join(lines))
    return 0


def into_cache(
    call: Call, content: bytes, suffix: str, intended: str, error: StoreError, received_at: int | None = None
) -> str | StoreError:
    """Store `content` in the pipe cache; its whole address, or the error that forbade it.

    `received_at`: when it came in, in seconds, if that was not now.
    """
    meta = call.session.reading.meta
    try:
        key = call.run(
            rescue_operation(
                meta,
                content,
                suffix=suffix,
                intended=intended,
                reason=error.code,
                by=call.by,
                now_ms=call.now_ms,
                received_at=received_at,
            )
        )
    except StoreError as failure:
        return failure
    call.mention(Address(meta, CACHE_CONTEXT, CACHE_NAMESPACE, key), secret=False, rescue=True)
    return CACHE + key


def keep(call: Call, received: Received, text: str | None, error: StoreError) -> StoreError:
    """P-072: the store cannot be written; save the content in a file. The error to raise."""
    retry = f"set {call.target or '<proper.address>'} -"
    return save(call, spool_of(call), received, sanitize(text), error, retry)


def save(
    call: Call, spool: Spool, received: Received | bytes, suffix: str, error: StoreError, retry: str
) -> StoreError:
    """Down the ladder of T-113: spool directory, temporary directory, standard output. The error to raise, which tells where.

    `retry`: the command that would store it, to be fed the file.
    """
    reason = " ".join(error.message.split())
    try:
        path = spool.keep(received, suffix, call.now_ms // 1000)
    except NoPlace as failure:
        content = received if isinstance(received, bytes) else received.content
        call.output.flush()
        call.output.exact(content)
        lines = [f"⚠️  {reason} - {failure.message}; content written to: standard output"]
        return Told(error, lines, saved_to="-")
    from shlex import quote

    rung = spool.rung(path)
    if rung == "spool directory":
        rung += " for 24 hours"
    lines = [
        f"⚠️  {reason} - content saved to: {path}",
        f"💡 It is in the {rung}. Use: prontodb {retry} < {quote(path)}",
    ]
    if error.hint and not call.output.quiet:
        lines.append(f"hint: {error.hint}")
    return Told(error, lines, saved_to=path)


def rescue_stream(call: Call, content: bytes, error: StoreError, dialect: str = XSTREAM) -> StoreError:
    """Put a rejected stream, its secrets masked, into the pipe cache (X-042, P-078). The error to raise, which tells where.

    `dialect`: the language it was read as (U-06).
    """
    from store.streams.xstream import mask

    masked = mask(content)
    address = into_cache(call, masked, "stream", "", error)
    if isinstance(address, StoreError):
        return save(call, _any_spool(call), masked, "stream", address, _stream_command(dialect))
    call.target = ""
    hint = error.hint if isinstance(error, StreamError) or dialect != XSTREAM else ""
    lines = advice.rejected(error.message, address, hint=hint, quiet=call.output.quiet, dialect=dialect)
    return Told(error, lines, cached_as=address)


def keep_stream(call: Call, content: bytes | None, error: StoreError, dialect: str = XSTREAM) -> StoreError:
    """Save a stream that no database could be asked about, its secrets masked (P-072, P-073). The error to raise.

    `content` is None while it is still to be read; then nothing piped in means that there is nothing to save. `dialect`: as in
    `rescue_stream`.
    """
    from store.streams.xstream import mask

    if error.code == "streaming-off":
        return error  # told before a byte was read
    spool = _any_spool(call)
    if content is None:
        content = receive_in_memory(STDIN, limit=_limit(call))
    if not content.strip():
        return error
    return save(call, spool, mask(content), "stream", error, _stream_command(dialect))


def _stream_command(dialect: str) -> str:
    """The command that reads such a stream, without `prontodb`."""
    return "stream" if dialect == XSTREAM else f"stream --dialect {dialect}"


class Import(NamedTuple):
    """What an import was asked to do: the namespace as typed, and the format."""

    namespace: str
    form: str

    @property
    def command(self) -> str:
        """The command that would do it, without `prontodb`."""
        from shlex import quote

        return f"import {quote(self.namespace)}" + ("" if self.form == "tsv" else f" --format {self.form}")

    def kept(self, content: bytes) -> bytes:
        """What may be kept of its input: of a stream, no secrets (P-078)."""
        if self.form != "stream":
            return content
        from store.streams.xstream import mask

        return mask(content)


def rescue_import(call: Call, content: bytes, asked: Import, error: StoreError) -> StoreError:
    """Put what could not be imported into the pipe cache. The error to raise, which tells where, and how to try again."""
    from store.streams.placing import is_kept

    if not is_kept(error):
        return error
    kept = asked.kept(content)
    address = into_cache(call, kept, IMPORT, "", error)
    if isinstance(address, StoreError):
        return save(call, _any_spool(call), kept, IMPORT, address, asked.command)
    call.target = ""  # the rescue has its own record
    reason = " ".join(error.message.split())
    lines = [
        f"⚠️  {reason} - content cached as: {address}",
        f"💡 Put it right and try again: prontodb get {address} --raw | … | prontodb {asked.command}",
    ]
    if error.hint and not call.output.quiet:
        lines.append(f"hint: {error.hint}")
    return Told(error, lines, cached_as=address)


def keep_import(call: Call, content: bytes | None, asked: Import, error: StoreError) -> StoreError:
    """Save what no database could be asked about, or none took (P-072, P-073). The error to raise.

    `content` is None while it is still to be read; then nothing piped in means that there is nothing to save.
    """
    spool = _any_spool(call)
    if content is None:
        content = receive_in_memory(STDIN, limit=_limit(call))
    if not content.strip():
        return error
    return save(call, spool, asked.kept(content), IMPORT, error, asked.command)


def adopt(call: Call) -> None:
    """Bring home what processes before us left half-done in the spool (T-112), and clear away what was told long ago (P-072).

    Its troubles are not those of the command it rides on: what cannot be stored now stays for a later one.
    """
    spool = spool_of(call)
    for orphan in spool.orphans():
        try:
            content = orphan.content()
        except OSError:
            orphan.release()
            continue
        reason = Unavailable("interrupted", "an earlier command was interrupted")
        address = into_cache(call, content, orphan.suffix, orphan.intended, reason, orphan.received_at)
        if isinstance(address, StoreError):
            orphan.release()
            continue
        orphan.done()
        part = "part of its input" if orphan.partial else "its input"
        call.output.warn(f"⚠️  An earlier command was interrupted - {part} is cached as: {address}", "adopted")
    spool.expire_kept(call.now_ms // 1000)


def _any_spool(call: Call) -> Spool:
    """The spool for this call's database; where that cannot be told, one that belongs to no database."""
    try:
        return spool_of(call)
    except StoreError:
        return Spool(_spool_directory(call))


def _spool_directory(call: Call) -> str:
    """Where the spool is though the context is wrong; "" when even that cannot be told."""
    try:
        return find_workspace(call.environ, call.cwd).spool
    except StoreError:
        return ""


def _limit(call: Call) -> int:
    try:
        return read_settings(find_workspace(call.environ, call.cwd), call.environ).max_input
    except StoreError:
        return DEFAULTS.max_input
