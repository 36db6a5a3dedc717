"""`prontodb pantheon …`: every kin in a database of its own, and no way out of it (P-120…P-126)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from store.locking import WriterLock
from tests.conftest import Program
from tests.headless.test_pipes import cached_key

KEEPER = "--name=keeper"
OTHER = "--name=prometheus"


@pytest.fixture
def panth(home: Path) -> Path:
    """The home of the pantheon, by its variable; gone again with the test's environment."""
    os.environ["PANTH_HOME"] = str(home / "panth")
    return home / "panth"


@pytest.fixture
def keeper(panth: Path, prontodb: Program) -> Path:
    """A keeper with session 65; the path of the database."""
    assert save(prontodb, 65, b"session 65\n").returncode == 0
    return panth / "databases/pantheon_keeper.db"


def save(prontodb: Program, number: object, content: bytes, name: str = KEEPER, **more: Any) -> Any:
    return prontodb("pantheon", "iter", "save", name, f"--session={number}", stdin=content, **more)


def show(prontodb: Program, number: object, name: str = KEEPER, **more: Any) -> tuple[int, bytes]:
    done = prontodb("pantheon", "iter", "show", name, f"--session={number}", **more)
    return done.returncode, done.stdout


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


# Sessions and counter


def test_save_and_show(prontodb: Program, keeper: Path) -> None:
    """P-120: exact bytes, in the kin's own database, where the ordinary commands find them too."""
    done = save(prontodb, 66, b"\xff\0no newline")
    assert done.stdout.decode() == "✅ Saved iterations.sessions.iter66 for keeper\n"
    assert show(prontodb, 66) == (0, b"\xff\0no newline\n")
    assert show(prontodb, 67) == (2, b"")
    assert show(prontodb, 65, OTHER) == (2, b"")
    words = ("--user", "keeper", "--meta", "keeper", "--database", str(keeper), "get", "iterations.sessions.iter65")
    assert prontodb(*words).stdout == b"session 65\n"
    assert [path.name for path in keeper.parent.glob("*.db")] == ["pantheon_keeper.db"]


def test_looking_creates_nothing(prontodb: Program, panth: Path) -> None:
    """T-012: neither database nor directory comes of a question."""
    for words in (["iter", "show", "--session=1"], ["iter"], ["iter", "5"], ["migrate", "status"], ["context"]):
        prontodb("pantheon", *words, KEEPER)
    prontodb("pantheon", "iter", "fix", "pipe.cache.1_2_3", "--session=1", KEEPER)
    assert not panth.exists()


@pytest.mark.parametrize("number", ["", "x", "1.5", "-1", "1e3", "٣", "99999999999", "9" * 5000, "1 "])
def test_a_session_is_a_whole_number(prontodb: Program, keeper: Path, number: str) -> None:
    """P-120. Piped content is not lost: it lies in the kin's cache, and `iter fix` brings it home."""
    assert prontodb("pantheon", "iter", "show", KEEPER, f"--session={number}").returncode == 1
    done = save(prontodb, number, b"precious")
    assert done.returncode == 1
    fixed = prontodb("pantheon", "iter", "fix", cached_key(done), "--session=70", KEEPER)
    assert fixed.returncode == 0, fixed.stderr
    assert show(prontodb, 70) == (0, b"precious\n")


@pytest.mark.parametrize("content", [b"", None])
def test_nothing_to_save(prontodb: Program, keeper: Path, content: bytes | None) -> None:
    """P-120: empty input is exit 1 and changes nothing."""
    done = prontodb("pantheon", "iter", "save", KEEPER, "--session=66", stdin=content)
    assert done.returncode == 1
    assert b"No input" in done.stderr
    assert show(prontodb, 66)[0] == 2


def test_the_counter(prontodb: Program, panth: Path) -> None:
    """P-121: the store, else the file of before, else exit 2."""

    def counter(*words: str) -> tuple[int, bytes]:
        done = prontodb("pantheon", "iter", *words, KEEPER)
        return done.returncode, done.stdout

    assert counter() == (2, b"")
    write(panth / "house/keeper/keeper.iter", "41\n")
    assert counter() == counter("counter") == (0, b"41\n")
    assert counter("counter", "--bump") == (0, b"42\n")
    assert counter("counter", "--set", "7") == (0, b"7\n")
    assert counter() == (0, b"7\n")
    assert counter("--set", "x")[0] == counter("--set", "1", "--bump")[0] == counter("counter", "x")[0] == 1
    assert counter() == (0, b"7\n")


def test_a_strange_counter_file_is_none(prontodb: Program, panth: Path) -> None:
    """P-121: text, a link, a fifo and too many digits are no number, and nothing waits for a fifo."""
    path = panth / "house/keeper/keeper.iter"
    write(path, "many")
    assert prontodb("pantheon", "iter", KEEPER).returncode == 2
    write(path, "9" * 60)
    assert prontodb("pantheon", "iter", KEEPER).returncode == 2
    path.unlink()
    write(panth / "elsewhere", "5")
    path.symlink_to(panth / "elsewhere")
    assert prontodb("pantheon", "iter", KEEPER).returncode == 2
    path.unlink()
    os.mkfifo(path)
    assert prontodb("pantheon", "iter", KEEPER).returncode == 2


def test_the_path_of_a_session(prontodb: Program, panth: Path) -> None:
    """P-121: printed whether the file is there or not."""
    done = prontodb("pantheon", "iter", "28", KEEPER)
    assert (done.returncode, done.stdout.decode()) == (0, f"{panth}/house/keeper/iter-28.md\n")
    assert prontodb("pantheon", "iter", "28", "x", KEEPER).returncode == 1
    assert prontodb("pantheon", "iter", "2/../8", KEEPER).returncode == 1


def test_archive(prontodb: Program, keeper: Path) -> None:
    """P-123."""
    for number in (9, 10):
        save(prontodb, number, b"s")
    done = prontodb("pantheon", "iter", "archive", "2", KEEPER)
    assert done.stdout == b"Archived 1 iterations, kept 2\n"
    assert (show(prontodb, 9)[0], show(prontodb, 10)[0]) == (2, 0)
    assert prontodb("pantheon", "iter", "archive", KEEPER).returncode == 1


def test_the_home_is_in_the_workspace_by_default(prontodb: Program, home: Path) -> None:
    """Section 11: `$PANTH_HOME`, else `<data>/pantheon`; private like everything we make (P-115)."""
    save(prontodb, 1, b"s")
    database = home / ".local/share/prontodb/pantheon/databases/pantheon_keeper.db"
    assert f"{database.stat().st_mode & 0o777:o} {database.parent.stat().st_mode & 0o777:o}" == "600 700"


# Bringing a pipe home


@pytest.mark.parametrize(
    "options", [(), ("--user", "keeper"), ("--meta", "keeper"), ("--user", "keeper", "--meta", "keeper")]
)
def test_fix_finds_a_pipe_wherever_it_was_rescued(prontodb: Program, keeper: Path, options: tuple[str, ...]) -> None:
    """P-122: the default database and the kin's, without a meta and with the kin's; then it is gone from there."""
    key = cached_key(prontodb("set", "bad.address", *options, stdin=b"lost session"))
    done = prontodb("pantheon", "iter", "fix", key, "--session=66", KEEPER)
    report = f"✅ Copied: {key} → iterations.sessions.iter66\n🗑️  Removed from cache: {key}\n"
    assert (done.returncode, done.stdout.decode()) == (0, report)
    assert show(prontodb, 66) == (0, b"lost session\n")
    assert prontodb("get", key, *options).returncode == 2
    assert prontodb("pantheon", "iter", "fix", key, "--session=67", KEEPER).returncode == 2


def test_fix_does_not_look_where_others_live(prontodb: Program, keeper: Path) -> None:
    """P-122: not in another user's database, not in another meta, not where an option in the environment points."""
    for options in (("--user", "prometheus"), ("--meta", "prometheus"), ("--database", "other")):
        key = cached_key(prontodb("set", "bad.address", *options, stdin=b"theirs"))
        environ = {"PRONTO_USER": "prometheus", "PRONTO_DATABASE": "other", "PRONTO_META": "prometheus"}
        done = prontodb("pantheon", "iter", "fix", key, "--session=66", KEEPER, env=environ)
        assert (done.returncode, done.stdout) == (2, b"")
        assert prontodb("get", key, *options).stdout == b"theirs\n"


def test_fix_respects_the_locks(prontodb: Program, keeper: Path) -> None:
    """P-110…P-112: locked in, the default database is another user's."""
    key = cached_key(prontodb("set", "bad.address", stdin=b"of the default user"))
    for lock in ({"PRONTO_FORCE_USER": "keeper"}, {"PRONTO_FORCE_USER": "keeper", "PRONTO_SECURITY_MODE": "strict"}):
        assert prontodb("pantheon", "iter", "fix", key, "--session=66", KEEPER, env=lock).returncode == 2
    lock = {"PRONTO_FORCE_META": "keeper"}
    assert prontodb("pantheon", "iter", "fix", key, "--session=66", KEEPER, env=lock).returncode == 2
    assert prontodb("pantheon", "iter", "fix", key, "--session=66", KEEPER).returncode == 0


@pytest.mark.parametrize("key", ["not.a.cachekey", "pipe.cache.", "pipe.cache.a.b", "keeper.pipe.cache.k", ""])
def test_fix_takes_cache_addresses_only(prontodb: Program, keeper: Path, key: str) -> None:
    """P-122: exit 1."""
    done = prontodb("pantheon", "iter", "fix", key, "--session=1", KEEPER)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"cache address" in done.stderr


def test_fix_verifies_the_digest(prontodb: Program, keeper: Path, home: Path) -> None:
    """T-114: content that is not what its key says is neither moved nor removed."""
    import sqlite3

    key = cached_key(prontodb("set", "bad.address", stdin=b"lost session"))
    with sqlite3.connect(home / ".local/share/prontodb/databases/main.db") as connection:
        connection.execute("UPDATE entries SET value = 'altered'")
    connection.close()
    done = prontodb("pantheon", "iter", "fix", key, "--session=66", KEEPER)
    assert done.returncode == 1
    assert b"does not match the digest" in done.stderr
    assert show(prontodb, 66)[0] == 2
    assert prontodb("get", key).stdout == b"altered\n"


def test_a_pipe_that_cannot_be_removed_is_there_twice(prontodb: Program, keeper: Path, home: Path) -> None:
    """P-122: the session is committed before the source goes; if that fails, it is said, and nothing is lost."""
    key = cached_key(prontodb("set", "bad.address", stdin=b"lost session"))
    write(home / ".config/prontodb/pronto.conf", "busy_timeout_ms=50\n")
    lock = WriterLock(str(home / ".local/share/prontodb/databases/main.db.lock"), busy_timeout_ms=5000)
    lock.acquire("test", monotonic() + 5)
    try:
        done = prontodb("pantheon", "iter", "fix", key, "--session=66", KEEPER)
    finally:
        lock.release()
    assert done.returncode == 0, done.stderr
    assert "stays in the cache" in done.stderr.decode()
    assert "Removed" not in done.stdout.decode()
    assert show(prontodb, 66) == (0, b"lost session\n")
    assert prontodb("get", key).stdout == b"lost session\n"


def test_a_secret_stays_secret(prontodb: Program, keeper: Path) -> None:
    """U-11: a session that replaces a secret one is secret, and `migrate`, `archive` and messages do not show it."""
    options = ("--user", "keeper", "--meta", "keeper", "--database", str(keeper))
    prontodb(*options, "set", "iterations.sessions.iter80", "hush", "--secret")
    save(prontodb, 80, b"still hush")
    assert prontodb(*options, "scan", "iterations.sessions.iter80").stdout == b"iter80=***\n"


# Moving in


def test_migrate(prontodb: Program, panth: Path) -> None:
    """P-124: every `iter-<N>.md`, links ignored; the cursor works for the ordinary commands."""
    house = panth / "house/keeper"
    for name in ("iter-1.md", "iter-10.md", "iter-02.md", "iter-x.md", "iter-3.txt", "notes.md"):
        write(house / name, f"{name}\n")
    (house / "iter-4.md").symlink_to("/etc/passwd")
    (house / "iter-5.md").mkdir()
    os.mkfifo(house / "iter-6.md")

    def migrate(*words: str) -> str:
        done = prontodb("pantheon", "migrate", *words, KEEPER)
        assert done.returncode == 0, done.stderr
        return str(done.stdout.decode())

    assert migrate("status") == "kin: keeper\ninitialised: no\nfiles: 2\nstored: 0\n"
    assert "pantheon_keeper" in migrate("init")
    assert migrate("import") == "Imported 2 sessions for keeper\n"
    assert migrate("status") == "kin: keeper\ninitialised: yes\nfiles: 2\nstored: 2\n"
    assert show(prontodb, 10) == (0, b"iter-10.md\n")
    assert prontodb("pantheon", "iter", KEEPER).stdout == b"10\n"
    words = ("--user", "keeper", "--cursor", "pantheon_keeper", "get", "iterations.sessions.iter1")
    assert prontodb(*words).stdout == b"iter-1.md\n"
    assert prontodb("--user", "prometheus", *words[2:]).returncode == 1


def test_import_is_all_or_nothing(prontodb: Program, panth: Path, keeper: Path) -> None:
    """P-009: what goes wrong at the end leaves nothing of the beginning."""
    write(panth / "house/keeper/iter-1.md", "one\n")
    options = ("--user", "keeper", "--meta", "keeper", "--database", str(keeper))
    prontodb(*options, "set", "iterations.counter.current", "no number")
    assert prontodb("pantheon", "migrate", "import", KEEPER).returncode == 1
    assert show(prontodb, 1)[0] == 2


def test_migrate_backup(prontodb: Program, keeper: Path, home: Path) -> None:
    """P-124, P-130: into the directory of backups, or the one given; the archive is private (P-115)."""
    prontodb("pantheon", "migrate", "init", KEEPER)
    for options, directory in (
        ((), home / ".local/share/prontodb/backups"),
        (("--output", str(home / "bk")), home / "bk"),
    ):
        done = prontodb("pantheon", "migrate", "backup", KEEPER, *options)
        assert done.returncode == 0, done.stderr
        path = Path(done.stdout.decode().removeprefix("File: ").rstrip())
        assert path.parent == directory
        assert re.fullmatch(r"prontodb_pantheon_keeper_\d{8}\.tar\.gz", path.name)
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "words", [("iter", "fly"), ("migrate", "fly"), ("migrate",), ("iter", "show", "x", "--session=1")]
)
def test_wrong_words(prontodb: Program, keeper: Path, words: tuple[str, ...]) -> None:
    """P-002: usage errors are exit 1 and say usage."""
    done = prontodb("pantheon", *words, KEEPER)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"usage" in done.stderr
