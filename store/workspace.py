"""The workspace: which directories hold databases, cursors and spool, and how things in them are made (P-006, U-12).

Finding a workspace reads and creates nothing. Whoever first needs a directory makes it, 0700; files are 0600 (P-115).
"""

from __future__ import annotations

import os
import stat

from store.errors import Unavailable
from store.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

FROM_VARIABLE = "PRONTO_HOME"
LOCAL = ".prontodb"
FROM_XDG = "XDG"


class Workspace(NamedTuple):
    """Absolute paths; none of them needs to exist.

    root: the data directory of P-006. config_file: "" if there is no place for one. origin: what decided, one of
    FROM_VARIABLE, LOCAL, FROM_XDG. distrusted: the nearest `.prontodb` that was passed over because others could have put
    or changed it; whoever shows anything warns about it.
    """

    root: str
    databases: str
    cursors: str
    state: str
    spool: str
    config_file: str
    origin: str
    distrusted: str | None = None


def find_workspace(environ: Mapping[str, str], cwd: str) -> Workspace:
    """The workspace by the order of U-12: PRONTO_HOME, the nearest trusted `.prontodb` at or above `cwd`, XDG.

    `cwd` is absolute, or "" when the working directory no longer exists. A workspace of the first two kinds keeps its
    state and spool inside itself. Raises `no-directory` when a home directory is needed and cannot be told.
    """
    variable = environ.get("PRONTO_HOME")
    distrusted = None
    if variable:
        root, origin = absolute(variable, cwd), FROM_VARIABLE
    else:
        local, distrusted = _nearest_local(cwd)
        root, origin = (local, LOCAL) if local else (_base(environ, "XDG_DATA_HOME", ".local/share"), FROM_XDG)
    state = _base(environ, "XDG_STATE_HOME", ".local/state") if origin == FROM_XDG else root
    return Workspace(
        root=root,
        databases=root + "/databases",
        cursors=root + "/cursors",
        state=state,
        spool=state + "/spool",
        config_file=_config_file(environ, cwd),
        origin=origin,
        distrusted=distrusted,
    )


def absolute(path: str, cwd: str) -> str:
    """`path` made absolute at once (P-091), tidied where that cannot change its meaning.

    A path with `..` stays as written: behind a symbolic link the parent is not what the text says. Raises `no-directory`
    for a relative path when `cwd` is "".
    """
    if not path.startswith("/"):
        if not cwd:
            raise Unavailable("no-directory", f"the working directory no longer exists, so {path!r} leads nowhere")
        path = os.path.join(cwd, path)
    return path if ".." in path.split("/") else os.path.normpath(path)


def make_directory(path: str) -> None:
    """Make `path` and what is missing above it, each 0700 (P-115). Fine if it exists. Raises OSError."""
    try:
        try:
            os.mkdir(path, 0o700)
        except FileNotFoundError:
            parent = os.path.dirname(path)
            if parent in ("", path):
                raise
            make_directory(parent)
            os.mkdir(path, 0o700)
    except FileExistsError:
        if not os.path.isdir(path):
            import errno

            raise NotADirectoryError(errno.ENOTDIR, "not a directory", path) from None


def make_file(path: str) -> int:
    """A descriptor on a new file, 0600, for reading and writing; never one that exists, link or not. Raises OSError."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def replace_file(path: str, content: bytes) -> None:
    """Write `content` to `path`, durable on return and never half (P-009); makes the directory. Raises OSError."""
    directory, name = os.path.split(path)
    make_directory(directory)
    # A dot in front keeps it out of every listing; random, because two processes may write at once.
    unfinished = f"{directory}/.{name}.{os.urandom(4).hex()}.tmp"
    fd = make_file(unfinished)
    try:
        try:
            write_all(fd, content)
            os.fsync(fd)
        finally:
            os.close(fd)
        os.rename(unfinished, path)
    except BaseException:
        try:
            os.unlink(unfinished)
        except OSError:
            pass
        raise
    sync_directory(directory)


def write_all(fd: int, content: bytes) -> None:
    """Write all of `content`; one `write` may take less. Raises OSError."""
    written = os.write(fd, content)
    if written < len(content):
        rest = memoryview(content)
        while written < len(content):
            written += os.write(fd, rest[written:])


def sync_directory(path: str) -> None:
    """Make the names in directory `path` survive a power cut. Raises OSError."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _nearest_local(cwd: str) -> tuple[str | None, str | None]:
    """The nearest trusted `.prontodb` and the nearest one that was passed over."""
    distrusted = None
    directory = cwd
    while directory.startswith("/"):
        candidate = os.path.join(directory, LOCAL)
        try:
            found = os.lstat(candidate)
        except OSError:
            pass
        else:
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022:
                return candidate, distrusted
            if distrusted is None and (stat.S_ISDIR(found.st_mode) or stat.S_ISLNK(found.st_mode)):
                distrusted = candidate
        parent = os.path.dirname(directory)
        if parent == directory:
            break
        directory = parent
    return None, distrusted


def _config_file(environ: Mapping[str, str], cwd: str) -> str:
    moved = environ.get("PRONTO_CONFIG")
    if moved:
        return absolute(moved, cwd)
    try:
        return _base(environ, "XDG_CONFIG_HOME", ".config") + "/pronto.conf"
    except Unavailable:
        return ""  # PRONTO_HOME can do without a home directory, and so can its settings


def _base(environ: Mapping[str, str], variable: str, below_home: str) -> str:
    """Our directory below an XDG base; a value that is empty, relative or was never expanded is ignored (P-006)."""
    value = environ.get(variable, "")
    if not value.startswith("/") or "${" in value:
        value = os.path.join(_home(environ), below_home)
    return os.path.join(value, "prontodb")


def _home(environ: Mapping[str, str]) -> str:
    home = environ.get("HOME", "")
    if home.startswith("/"):
        return home
    import pwd

    try:
        home = pwd.getpwuid(os.geteuid()).pw_dir
    except KeyError:
        home = ""
    if not home.startswith("/"):
        raise Unavailable("no-directory", "there is no home directory", hint="set HOME, or PRONTO_HOME to a workspace")
    return home
