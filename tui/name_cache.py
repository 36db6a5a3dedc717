"""The cache of recently used names, which makes TAB fast: its file, and appending to it (C-010…C-032).

    <workspace>/.index/completion_cache.jsonl   one name a line, compacted newest first, then appended oldest first
    <workspace>/.index/completion_cache.lock    state and lock: the size the last compaction left, then a `.` per write
    <workspace>/.index/active_scope             the scope of a command line without options; absent: the empty one

On the path of every `get` (T-211), so one module and no imports of weight. Rewriting the file is in tui/completion/compaction.py.
Nothing here may disturb the command it rides on: `remember` swallows every failure (C-030).
"""

from __future__ import annotations

import fcntl
import os
from time import gmtime, monotonic, sleep

from store.addresses import print_address
from store.addresses.dotted import print_dotted
from store.model import Address
from store.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Protocol, TypeVar

    from store.operation import Operation
    from store.session import Session
    from store.workspace import Workspace
    from tui.headless.main import Call

    T = TypeVar("T")

    class Doing(Protocol):
        """What was done, where and for whom: a headless `Call`, or what a browser has gathered. Members are as in `Call`."""

        @property
        def environ(self) -> Mapping[str, str]: ...
        @property
        def place(self) -> Workspace: ...
        @property
        def who(self) -> tuple[str, str]: ...
        @property
        def session(self) -> Session: ...
        @property
        def now_ms(self) -> int: ...
        @property
        def mentions(self) -> Sequence[Mention]: ...
        @property
        def forgotten(self) -> Sequence[Mention]: ...
        @property
        def recheck(self) -> bool: ...
        def has(self, name: str) -> bool: ...
        def run(self, operation: Operation[T]) -> T: ...


INDEX = ".index"
CACHE = "completion_cache.jsonl"
STATE = "completion_cache.lock"
SCOPE = "active_scope"
OPT_OUT = "PRONTO_NO_COMPLETION_CACHE"
DIRECT = ("PRONTO_DB", "PRONTO_DATABASE", "PRONTO_META", "PRONTO_FORCE_META")
"""Variables under which an address means something that no scope tells (C-005, C-025)."""

MOST_LINES = 200  # of one command (C-024)
MOST_WRITES = 10  # between two compactions (C-040)
SMALLEST_TRIGGER = 51_200  # bytes (C-041)
LONGEST_TEXT = 1024  # bytes (C-018)
LONGEST_LINE = 4096  # bytes (C-016)
LOCK_WAIT_S = 0.5  # C-048
LOCK_STEP_S = 0.004


class Mention(NamedTuple):
    """A name a command was about, for the completion cache (C-021): an entry by its address, anything else by type and value.

    secret: None when that is still to be looked up, and whether the entry is there. rescue: counts whatever the exit code (C-022).
    at_ms: when, if not at the time of the command.
    """

    type: str
    value: str = ""
    target: str = ""
    address: Address | None = None
    secret: bool | None = None
    rescue: bool = False
    at_ms: int = 0


class Reference(NamedTuple):
    """A name that a command was about. type: id, alias or tag. value: what one types. target: of an alias, what it points to.

    A secret one is never written. `scope` overrides the command's (C-005). seen_ms: when, if not at the time of the write.
    """

    type: str
    value: str
    target: str = ""
    secret: bool = False
    scope: str | None = None
    seen_ms: int = 0

    def key(self, scope: str) -> str:
        """The canonical key in `scope` (C-006)."""
        scope = scope if self.scope is None else self.scope
        return f"{scope}|{self.value}" if scope else self.value


def append(index: str, references: Iterable[Reference], *, scope: str, now_ms: int) -> bool:
    """Write the references of one command into directory `index`; true if that led to a compaction (C-024, C-026, C-040).

    Without anything to write nothing is made or counted. Raises OSError; a lock that stays busy leaves the cache alone.
    """
    text = "".join(lines(references, scope, now_ms))
    if not text:
        return False
    state = open_state(index)
    try:
        if not take_lock(state, fcntl.LOCK_SH, LOCK_WAIT_S):
            return False
        size = _append_text(f"{index}/{CACHE}", text.encode())
        written = state_of(state)
        os.write(state, b"." if written else b"0\n.")
        if not is_due(written + b".", size):
            return False
        from tui.completion.compaction import compact_if_due

        return compact_if_due(index, state, now_ms)
    finally:
        os.close(state)


def lines(references: Iterable[Reference], scope: str, now_ms: int) -> list[str]:
    """The lines of C-014 for what may be cached, each once, at most 200, all with one time but those that bring their own."""
    seen: dict[tuple[str, str], str] = {}
    when = stamp(now_ms)
    for reference in references:
        key = reference.key(scope)
        identity = (reference.type, key)
        if identity in seen or reference.secret or not (is_cachable(reference.value) and is_cachable(key)):
            continue
        at = stamp(reference.seen_ms) if reference.seen_ms else when
        line = line_of(reference.type, reference.value, key, reference.target, at)
        if len(line.encode()) > LONGEST_LINE:
            continue
        seen[identity] = line
        if len(seen) == MOST_LINES:
            break
    return list(seen.values())


def line_of(type_: str, value: str, key: str, target: str, when: str) -> str:
    """One line, exactly as the readers in the shells want it (C-014). A target that may not be cached is left out."""
    pointing = f',"target":{quoted(target)}' if target and is_cachable(target) else ""
    return (
        f'{{"type":"{type_}","value":{quoted(value)},"canonical_key":{quoted(key)}{pointing},"last_seen":"{when}"}}\n'
    )


def quoted(text: str) -> str:
    """`text`, which has no control characters, as a JSON string: then only these two must be escaped (C-028)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_cachable(text: str) -> bool:
    """Whether the cache may hold `text` (C-018)."""
    if not text or len(text) > LONGEST_TEXT:
        return False
    return not has_control(text) and len(text.encode()) <= LONGEST_TEXT


def has_control(text: str) -> bool:
    """Whether `text` has a control character, a line separator or half a surrogate pair (C-018)."""
    if text.isascii():
        return not text.isprintable()
    for char in text:  # noqa: SIM110 - on the path of a `get`; any() makes a generator
        if char < " " or "\x7f" <= char <= "\x9f" or char in "\u2028\u2029" or "\ud800" <= char <= "\udfff":
            return True
    return False


def stamp(at_ms: int) -> str:
    """A moment as `2026-03-01T12:00:00.000Z`, fixed width, so that text order is time order (C-015)."""
    year, month, day, hour, minute, second = gmtime(at_ms // 1000)[:6]
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{at_ms % 1000:03}Z"


def open_state(index: str) -> int:
    """A descriptor on the state file, made with its directory where missing (C-011, C-047). Raises OSError."""
    path = f"{index}/{STATE}"
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        try:
            os.mkdir(index, 0o700)
        except FileExistsError:
            pass  # somebody was faster
        return os.open(path, flags, 0o600)


def state_of(state: int) -> bytes:
    """What the state file says; empty while nobody has written to it."""
    return os.pread(state, LONGEST_LINE, 0)


def is_due(state: bytes, size: int) -> bool:
    """Whether a cache file of `size` bytes with this state is to be compacted (C-040, C-041)."""
    base, _, writes = state.partition(b"\n")
    last = int(base) if base.isdigit() else 0
    return writes.count(b".") >= MOST_WRITES or size > max(SMALLEST_TRIGGER, 2 * last)


def take_lock(state: int, kind: int, wait_s: float) -> bool:
    """Take the advisory lock of `kind` on the state file; false if it is still busy after `wait_s` seconds (C-047, C-048).

    Where locks are not supported, that counts as taken.
    """
    deadline = monotonic() + wait_s
    while True:
        try:
            fcntl.flock(state, kind | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if monotonic() >= deadline:
                return False
            sleep(LOCK_STEP_S)
        except OSError:
            return True


def _append_text(path: str, text: bytes) -> int:
    """Append with one write, on a line of its own also after a torn write (C-026, C-027); the size that gives."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(fd).st_size
        if size and os.pread(fd, 1, size - 1) != b"\n":
            text = b"\n" + text
        return size + os.write(fd, text)
    finally:
        os.close(fd)


def remember(call: Call, code: int) -> None:
    """What every command ends with: write down the names it was about, forget those that are gone (C-020…C-030).

    A failure in here is nobody's business: same exit code, same output as without a cache.
    """
    try:
        write_down(call, code)
    except Exception as error:
        if call.environ.get("PRONTO_DEBUG") == "1":
            call.output.talk(f"completion cache: {type(error).__name__}: {error}")


def write_down(call: Doing, code: int = 0) -> None:
    """`remember` for every face; whoever calls this swallows what it raises (C-030)."""
    if code and not (call.mentions or call.forgotten):
        return
    place = call.place
    if not os.path.isdir(place.root):  # C-012
        return
    index = f"{place.root}/{INDEX}"
    if not call.environ.get(OPT_OUT):
        user, cursor = call.who
        scope = scope_of(cursor, user)
        kept = [mention for mention in call.mentions if code == 0 or mention.rescue]
        references = _references(call, kept, scope_of("", user))
        if code == 0 and cursor and call.has("cursor") and not is_elsewhere(call):
            references.append(Reference("alias", cursor, call.session.database, scope=scope_of("", user)))
        if references:
            append(index, references, scope=scope, now_ms=call.now_ms)
        if call.forgotten or (call.recheck and code == 0):
            from tui.completion.forgetting import forget_mentions

            forget_mentions(call, index, scope)
    if code == 0:
        _repair_scope(index, place)


def scope_of(cursor: str | None, user: str) -> str:
    """The scope of names under a cursor and a user, either may be empty (C-005)."""
    return f"{cursor or ''}@{user}" if user else cursor or ""


def _references(call: Doing, mentions: Sequence[Mention], alias_scope: str) -> list[Reference]:
    """What may be cached of the mentions: an id with its two tags, a tag, an alias (C-017, C-023, C-025)."""
    if is_elsewhere(call):
        return []
    found: list[Reference] = []
    direct = is_direct(call)
    entries = [] if direct else [mention.address for mention in mentions if mention.address and mention.secret is None]
    public: set[Address] = set()
    if entries:
        from store.operations.entries import public_ones

        public = call.run(public_ones(entries[:MOST_LINES], now_ms=call.now_ms))
    for mention in mentions:
        if mention.type == "alias":
            alias = Reference("alias", mention.value, mention.target, scope=alias_scope, seen_ms=mention.at_ms)
            found.append(alias)
        elif direct:
            continue
        elif mention.address is None:
            found.append(Reference(mention.type, mention.value, seen_ms=mention.at_ms))
        elif not mention.secret if mention.secret is not None else mention.address in public:
            found += names_of(mention.address, mention.at_ms)
        if len(found) > 4 * MOST_LINES:
            break
    return found


def is_elsewhere(call: Doing) -> bool:
    """Whether the environment takes the command where no scope tells what an address means."""
    return any(call.environ.get(name) for name in DIRECT)


def is_direct(call: Doing) -> bool:
    """Whether the options do; those of `cursor set` are what the cursor shall hold (C-025)."""
    return call.has("database") or call.has("meta")


def names_of(address: Address, seen_ms: int = 0) -> list[Reference]:
    """The address as one types it, its context, its namespace (C-002, C-004, C-023)."""
    return [
        Reference("id", print_address(address), "", False, None, seen_ms),
        Reference("tag", address.context, "", False, None, seen_ms),
        Reference("tag", space_name(address.context, address.namespace), "", False, None, seen_ms),
    ]


def space_name(context: str, namespace: str) -> str:
    """`context.namespace` if that is how it is typed, else `context:namespace:`, which every listing command reads (U-03)."""
    dotted = print_dotted(Address("", context, namespace, "k"))
    return dotted[:-2] if dotted else f"{context}:{namespace}:"


def _repair_scope(index: str, place: Workspace) -> None:
    """Let `active_scope` hold the default user's active cursor (C-019); nothing is made where there is no index."""
    wanted = b""
    if os.path.isdir(place.cursors):
        from store.cursors import active_cursor
        from store.errors import StoreError

        try:
            active = active_cursor(place.cursors, "")
        except StoreError:
            active = None
        wanted = f"{active.name}\n".encode() if active else b""
    path = f"{index}/{SCOPE}"
    try:
        with open(path, "rb") as file:
            found = file.read(LONGEST_TEXT)
    except FileNotFoundError:
        found = b""
    if found == wanted or not os.path.isdir(index):
        return
    if not wanted:
        os.unlink(path)
        return
    fd = os.open(path + ".tmp", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.write(fd, wanted)
    finally:
        os.close(fd)
    os.rename(path + ".tmp", path)
