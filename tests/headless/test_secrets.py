"""Values and secrets stay out of messages and listings, whatever goes wrong (P-078, P-082, P-116, U-11)."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import pytest

from store.locking import WriterLock
from tests.conftest import Program
from tests.every_command import CALLS, Example
from tests.headless.test_pipes import cached_key

DATA = ".local/share/prontodb"
SECRET = "hunter2-Zq7"


@pytest.fixture
def store(prontodb: Program, home: Path) -> str:
    """What the calls of tests/every_command.py expect, every value of it SECRET; the address of a cached pipe."""
    for words in (
        ("create-cache", "app.cache", "3600"),
        ("create-cache", "app.few", "3600"),
        ("create-cache", "app.kept", "3600", "evict_on_read=0"),
        *(
            ("set", address, SECRET)
            for address in ("app.ui.theme", "app.ui.undone", "app.kept.gone", "app.cache.k", "main")
        ),
        ("set", "app.few.a", SECRET),
        ("set", "app.ui.key", SECRET, "--secret"),
        ("cursor", "set", "own", "./shared.db"),
        ("backup", "--output", "."),
    ):
        assert prontodb(*words).returncode == 0
    next(home.glob("*.tar.gz")).rename(home / "saved.tar.gz")
    assert prontodb("pantheon", "iter", "save", "--name=keeper", "--session=1", stdin=SECRET.encode()).returncode == 0
    return cached_key(prontodb("set", "bad..address", stdin=SECRET.encode()))


def with_secret(example: Example) -> bytes | None:
    """The standard input of a call, but with SECRET in it."""
    if example.stdin is None:
        return None
    if example.words.startswith("set"):  # not meant as a stream, so nothing in it is a name
        return f"{SECRET}; a={SECRET} ; b=c;".encode()
    return f"k={SECRET}\nx={SECRET}; sec:pass={SECRET};".encode()


@pytest.mark.parametrize("command", [name for name in CALLS if name not in ("demo", "help", "version")])
def test_no_message_holds_a_value(prontodb: Program, home: Path, store: str, command: str) -> None:
    """P-116: with failing input, a broken, a busy and a read-only database, standard error never has it; in JSON neither."""
    (home / "broken.db").write_bytes(b"not a database " * 100 + SECRET.encode())
    (home / DATA / "databases/pantheon_keeper.db").write_bytes(b"")
    for example in CALLS[command]:
        words = example.of(store)
        for more in (
            [],
            ["--output", "json"],
            ["--nonsense"],
            ["--database", "./broken.db"],
            ["--cursor", "none"],
            ["--meta", "1"],
        ):
            done = prontodb(*words, *more, stdin=with_secret(example))
            assert SECRET not in done.stderr.decode(), (words, more)
            assert b"internal error" not in done.stderr, (words, more)
        done = prontodb(*words, stdin=with_secret(example), env={"PRONTO_DEBUG": "1", "PRONTO_DATABASE": "./broken.db"})
        assert SECRET not in done.stderr.decode(), words


@pytest.mark.parametrize(
    "words",
    [
        ("set", "a.b.c", SECRET, "--json"),
        ("set", "a.b.c", SECRET, "--b64"),
        ("set", "a.b.c", SECRET, "--ttl", "5"),
        ("set", "a.b.c", SECRET, "--stdin"),
        ("set", "a.b.c", SECRET, "surplus-" + SECRET),
        ("set", "bad..address", SECRET),
        ("set", "pipe.cache.x", SECRET),
        ("--meta", "root", "set", "a.b.c", SECRET),
        ("set", "a.b.c", SECRET),
    ],
    ids=str,
)
def test_a_value_on_the_command_line_is_not_repeated(prontodb: Program, home: Path, words: tuple[str, ...]) -> None:
    """P-030, P-116: stored or refused, also when the database is busy and when it is none."""
    assert SECRET not in prontodb(*words).stderr.decode()
    assert SECRET not in prontodb(*words, "--output=json").stderr.decode()
    assert SECRET not in prontodb(*words, env={"PRONTO_DEBUG": "1"}).stderr.decode()
    (home / "none.db").write_text("text")
    assert SECRET not in prontodb("--database", "./none.db", *words).stderr.decode()
    prontodb("set", "x.y.z", "v")
    (home / ".config/prontodb").mkdir(parents=True)
    (home / ".config/prontodb/pronto.conf").write_text("busy_timeout_ms=20\n")
    lock = WriterLock(str(home / DATA / "databases/main.db.lock"), busy_timeout_ms=5000)
    lock.acquire("test", monotonic() + 5)
    try:
        assert SECRET not in prontodb(*words).stderr.decode()
    finally:
        lock.release()


@pytest.mark.parametrize(
    "stdin",
    [
        f"ok=1; pass word={SECRET};",
        f"sec:pass={SECRET}; sec:user=admin; bad token;",
        f"meta:sec:pass='{SECRET}'; =;",
        f"k = {SECRET};",
        f'k="{SECRET}',
        f'k="a" {SECRET};',
        f"k={SECRET}\nx=1;",
        f"meta:ttl={SECRET}; k=v;",
        f"sec:apikey={SECRET}; k=v;",
    ],
)
@pytest.mark.parametrize(
    "environ", [{}, {"PRONTO_SECURITY": "1"}, {"PRONTO_SECURITY": "1", "PRONTO_ADMIN_PASS": "right-" + SECRET}]
)
def test_a_rejected_stream_does_not_tell(prontodb: Program, stdin: str, environ: dict[str, str]) -> None:
    """P-078, P-116, X-039: neither passwords nor values; and what is kept of a rejected one has no credentials in it."""
    for words in (("stream",), ("stream", "--verbose"), ("stream", "--output", "json"), ("--quiet", "stream")):
        done = prontodb(*words, stdin=stdin.encode(), env=environ)
        said = done.stderr.decode() + (done.stdout.decode() if "sec:" in stdin else "")
        if "meta:ttl" not in stdin:  # a directive is no value: what is wrong with it is said
            assert SECRET not in said
    if "sec:" in stdin:
        assert SECRET not in prontodb("scan", "pipe.cache").stdout.decode()


def test_a_secret_is_shown_only_by_get(prontodb: Program, store: str) -> None:
    """U-11: no listing in any form has it, and no copy forgets that it is secret."""
    assert prontodb("get", "app.ui.key").stdout.decode() == f"{SECRET}\n"
    prontodb("copy", "app.ui.key", "other.ui.key")
    prontodb("set", "other.ui.key", SECRET)  # once secret, secret for good
    for words in (
        ("scan", "other.ui"),
        ("scan", "other.ui", "--json"),
        ("scan", "other.ui", "--stream"),
        ("scan", "other.ui", "--raw"),
    ):
        for form in ([], ["--output", "json"]):
            assert SECRET not in prontodb(*words, *form).stdout.decode()
