"""The upstream defects of pronto.md section 19: one test each, named after it, on the real program."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path
from time import time

import pytest

from tests.conftest import REPOSITORY, Program
from tests.headless.test_pipes import cached_key

DATA = ".local/share/prontodb"


def rows(home: Path, statement: str, database: str = "main") -> list[tuple[object, ...]]:
    """What the database holds, asked from outside."""
    connection = sqlite3.connect(home / DATA / f"databases/{database}.db")
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


def test_null_contexts_duplicated_records_and_returned_stale_values(prontodb: Program, home: Path) -> None:
    """Upstream stored "no context" as NULL, and SQLite takes NULLs for distinct: each overwrite added a row, `get` gave the oldest.

    P-007: columns of the identity are never NULL, so that one entry is one row, and the last value is the value.
    """
    for value in ("one", "two", "three"):
        prontodb("set", "app.ui.theme", value)
        prontodb("set", "app.ui.theme__prod", value + "!")
    assert prontodb("get", "app.ui.theme").stdout == b"three\n"
    assert prontodb("scan", "app.ui").stdout == b"theme=three\ntheme__prod=three!\n"
    assert rows(home, "SELECT key, value FROM entries ORDER BY key") == [("theme", "three"), ("theme__prod", "three!")]
    columns = [
        (name, not_null)
        for table in ("namespaces", "entries")
        for _, name, _, not_null, _, _ in rows(home, f"PRAGMA table_info({table})")
    ]
    assert {not_null for name, not_null in columns if name in ("meta", "context", "name", "ns_id", "key")} == {1}


def test_stdin_swallowed_in_shell_loops(prontodb: Program, home: Path) -> None:
    """Upstream read standard input on every `set`: the first turn of `while read` ate the lines of all others.

    P-060: a `set` with a value leaves it alone, and so does every command that stores nothing from it.
    """
    (home / "lines").write_text("a\nb\nc\n")
    for number, words in enumerate(
        (("set", "app.loop.k", "v"), ("get", "app.loop.k"), ("keys",), ("cursor", "list"), ("history",))
    ):
        loop = f'while read -r line; do "$@" >/dev/null 2>&1; echo "$line"; done < lines > out{number}'
        environ = {"HOME": str(home), "PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin"}
        line = ["sh", "-c", loop, "sh", sys.executable, "-m", "tui", *words]
        subprocess.run(line, cwd=home, env=environ, check=True, timeout=60)
        assert (home / f"out{number}").read_text() == "a\nb\nc\n", words
    assert prontodb("get", "app.loop.k").stdout == b"v\n"


@pytest.mark.parametrize("place", ["before", "after"])
def test_global_options_lost_set_from_a_pipe_copy_stream_and_create_cache(prontodb: Program, place: str) -> None:
    """Upstream had two dispatchers, and the one for lines with global options did not know these four.

    P-003, P-005: global options go with every command, before or after it, and mean the same.
    """

    def run(*words: str, stdin: bytes | None = None) -> None:
        options = ("--user", "bob", "--database", "shared", "--meta", "acme")
        assert prontodb(*(options + words if place == "before" else words + options), stdin=stdin).returncode == 0, (
            words
        )

    run("create-cache", "app.cache", "60")
    run("set", "app.ui.piped", stdin=b"piped")
    run("copy", "app.ui.piped", "app.cache.copied")
    run("stream", stdin=b"ns=ui; streamed=yes;")
    look = ("--database", "shared", "--meta", "acme")
    assert prontodb(*look, "scan", "app.ui").stdout == b"piped=piped\nstreamed=yes\n"
    assert prontodb(*look, "namespaces", "app", "--long").stdout == b"cache\tttl\t60\nui\tstd\t-\n"
    assert prontodb(*look, "get", "app.cache.copied").stdout == b"piped\n"
    assert prontodb("--database", "shared", "nss").stdout == b""


def test_meta_ignored_by_del_keys_and_scan(prontodb: Program) -> None:
    """Upstream's `del --meta acme a.b.c` deleted the entry without a meta, and `keys` and `scan` showed those.

    P-102, P-103: under a meta only its own entries exist, for every command.
    """
    prontodb("set", "a.b.c", "mine")
    prontodb("--meta", "acme", "set", "a.b.c", "theirs")
    prontodb("--meta", "acme", "set", "a.b.d", "theirs")
    assert prontodb("--meta", "acme", "keys", "a.b").stdout == b"c\nd\n"
    assert prontodb("--meta", "acme", "scan", "a.b").stdout == b"c=theirs\nd=theirs\n"
    assert prontodb("--meta", "other", "scan", "a.b").stdout == b""
    assert prontodb("--meta", "acme", "del", "a.b.c").returncode == 0
    assert prontodb("get", "a.b.c").stdout == b"mine\n"
    assert prontodb("--meta", "acme", "get", "a.b.c").returncode == 2
    assert prontodb("scan", "a.b").stdout == b"c=mine\n"


def test_ttl_definitions_made_outside_the_meta(prontodb: Program) -> None:
    """Upstream's create-cache forgot the meta: entries under it never expired, and those outside did.

    P-049: a definition belongs to the meta it was made under.
    """
    prontodb("--meta", "acme", "create-cache", "a.b", "60")
    assert b"TTL not allowed" in prontodb("set", "a.b.c", "v", "--ttl", "5").stderr
    assert prontodb("--meta", "acme", "set", "a.b.c", "v", "--ttl", "5").returncode == 0
    assert prontodb("namespaces", "a", "--long").stdout == b""
    assert prontodb("--meta", "acme", "namespaces", "a", "--long").stdout == b"b\tttl\t60\n"
    assert prontodb("admin", "drop-cache", "a.b").returncode == 1


def test_rescue_failing_under_a_meta_cursor(prontodb: Program) -> None:
    """Upstream could not write `pipe.cache` when the cursor had a meta: the piped content was lost.

    P-074: it is rescued in the database and the meta of the cursor, and can be brought home there.
    """
    prontodb("cursor", "set", "work", "./work.db", "--meta", "acme")
    key = cached_key(prontodb("--cursor", "work", "set", "bad..address", stdin=b"precious\n"))
    assert prontodb("--cursor", "work", "get", key).stdout == b"precious\n"
    assert prontodb("--database", "./work.db", "get", key).returncode == 2
    assert prontodb("get", key).returncode == 2
    assert prontodb("--cursor", "work", "copy", key, "a.b.c").returncode == 0
    assert prontodb("--cursor", "work", "get", "a.b.c").stdout == b"precious\n"


def test_rescue_resetting_a_users_pipe_cache_lifetime(prontodb: Program) -> None:
    """Upstream defined `pipe.cache` anew with each rescue, and so undid what the user had chosen.

    P-069: `create-cache pipe.cache N` holds for all later rescues.
    """
    prontodb("create-cache", "pipe.cache", "86400")
    for content in (b"one", b"two"):
        prontodb("set", "bad..address", stdin=content)
    assert prontodb("namespaces", "pipe", "--long").stdout == b"cache\tttl\t86400\n"
    found = [json.loads(line) for line in prontodb("scan", "pipe.cache", "--json").stdout.splitlines()]
    assert len(found) == 2
    assert all(entry["expires_at"] > time() + 80_000 for entry in found)


def test_copying_a_cache_entry_onto_itself_deleted_it(prontodb: Program) -> None:
    """Upstream wrote the copy, then removed the source: which was the copy.

    P-037: source and destination must differ, whatever the spelling; the cached pipe stays.
    """
    key = cached_key(prontodb("set", "bad..address", stdin=b"precious"))
    for destination in (key, "pipe:cache:" + key.removeprefix("pipe.cache.")):
        assert prontodb("copy", key, destination).returncode == 1
    assert prontodb("get", key).stdout == b"precious\n"
    prontodb("set", "a.b.c", "v")
    for destination in ("a.b.c", "a:b:c"):
        assert prontodb("copy", "a.b.c", destination).returncode == 1
    assert prontodb("get", "a.b.c").stdout == b"v\n"


def test_like_wildcards_in_prefixes(prontodb: Program) -> None:
    """Upstream looked prefixes up with LIKE: `_` and `%` matched anything, and case did not matter.

    P-020: a prefix is literal and case-sensitive; only `*` and `?` are patterns, over the whole key.
    """
    for key in ("a_1", "ab1", "A_1", "a_2"):
        prontodb("set", f"app.ui.{key}", "v")
    assert prontodb("keys", "app.ui.a_").stdout == b"a_1\na_2\n"
    assert prontodb("keys", "app.ui", "a_").stdout == b"a_1\na_2\n"
    assert prontodb("scan", "app.ui", "A").stdout == b"A_1=v\n"
    assert prontodb("keys", "app.ui", "%").stdout == b""
    assert prontodb("keys", "app.ui", "a?1").stdout == b"a_1\nab1\n"


def test_contexts_missing_from_listings(prontodb: Program) -> None:
    """Upstream's `keys` dropped what follows `__` and printed such keys twice: its lines could not be fed back.

    P-033: each line is a key that `get` takes.
    """
    for key in ("debug", "debug__prod", "a__b__c"):
        prontodb("set", f"app.ui.{key}", f"value of {key}")
    lines = prontodb("keys", "app.ui").stdout.decode().split("\n")[:-1]
    assert lines == ["a__b__c", "debug", "debug__prod"]
    for line in lines:
        assert prontodb("get", "-p", "app", "-n", "ui", line).stdout.decode() == f"value of {line}\n"
    assert prontodb("scan", "app.ui", "--stream").stdout.count(b"debug__prod=") == 1
    assert prontodb("export", "app.ui").stdout.count(b"\ndebug__prod\t") == 1


def test_metas_forged_through_p_or_another_delimiter(prontodb: Program) -> None:
    """Upstream glued the meta to the project's name: `-p org.app`, or a delimiter that lets a dot pass, read another organisation.

    P-007, P-011, P-013, P-018: the meta has a column of its own, and no other part can hold a dot.
    """
    prontodb("--meta", "org", "set", "app.config.k", "theirs")
    for words in (
        ("get", "-p", "org.app", "-n", "config", "k"),
        ("get", "-p", "org.app", "config.k"),
        ("get", "--ns-delim", "|", "org.app|config|k"),
        ("get", "--meta", "mine", "org.app.config.k"),
        ("keys", "-p", "org.app", "-n", "config"),
        ("export", "org.app.config", "--meta", "mine"),
    ):
        done = prontodb(*words)
        assert (done.returncode, done.stdout) == (1, b""), words
    assert prontodb("namespaces", "org.app").stdout == b""
    done = prontodb("stream", stdin=b"meta:delim=|; org.app|config|k=mine;")
    assert done.returncode == 1
    assert prontodb("--meta", "org", "get", "app.config.k").stdout == b"theirs\n"


@pytest.mark.parametrize("name", ["../../escaped", "/tmp/escaped", "a/b", "..", "x\\y", "a.b"])
def test_cursor_names_as_paths(prontodb: Program, home: Path, name: str) -> None:
    """Upstream made a file name of whatever the cursor was called.

    P-098, P-114: a letter, then letters, digits, `_` and `-`; anything else is refused by every command that takes one.
    """
    for words in (
        ("cursor", "set", name),
        ("cursor", "use", name),
        ("cursor", "delete", name),
        ("--cursor", name, "keys"),
    ):
        assert prontodb(*words).returncode == 1, words
    assert not list(home.rglob("*escaped*"))
    assert not (home / DATA).exists()


def test_relative_cursor_paths(prontodb: Program, home: Path) -> None:
    """Upstream kept `./work.db` as it was typed: the cursor meant another file in every directory.

    P-091: the path is absolute from the moment it is given.
    """
    for name in ("here", "there"):
        (home / name).mkdir()
    prontodb("cursor", "set", "work", "./work.db", cwd=home / "here")
    prontodb("--cursor", "work", "set", "a.b.c", "v", cwd=home / "there")
    assert [path.relative_to(home) for path in home.rglob("work.db")] == [Path("here/work.db")]
    assert prontodb("--cursor", "work", "get", "a.b.c").stdout == b"v\n"


def test_cursor_clear_user_clearing_someone_else(prontodb: Program) -> None:
    """Upstream's `cursor clear --user bob` ended the active cursor of whoever typed it, or of everybody.

    P-093, P-099: it ends bob's, and nobody else's.
    """
    for user in ([], ["--user", "bob"], ["--user", "eve"]):
        prontodb("cursor", "set", "work", "./work.db", *user)
        prontodb("cursor", "use", "work", *user)
    assert prontodb("cursor", "clear", "--user", "bob").returncode == 0
    assert b"No active cursor" in prontodb("cursor", "active", "--user", "bob").stdout
    for user in ([], ["--user", "eve"]):
        assert b"Current cursor: work" in prontodb("cursor", "active", *user).stdout


def test_truncation_at_10_mb(prontodb: Program) -> None:
    """Upstream cut what was piped in at 10 MB and stored the stump as if it were all.

    P-054: up to the limit everything is stored, one byte more and nothing is, anywhere.
    """
    limit = 10_485_760
    assert prontodb("set", "a.b.whole", stdin=b"x" * limit).returncode == 0
    assert len(prontodb("get", "a.b.whole", "--raw").stdout) == limit
    for words in (("set", "a.b.more"), ("set", "bad..address"), ("import", "a.b"), ("stream",)):
        done = prontodb(*words, stdin=b"x" * (limit + 1))
        assert done.returncode == 1
        assert b"maximum size" in done.stderr
    assert prontodb("nss").stdout == b"a.b\n"
    assert prontodb("keys", "a.b").stdout == b"whole\n"


def test_secrets_printed_by_stream_and_by_education(prontodb: Program) -> None:
    """Upstream's `stream` printed `sec:` values in its report, and its advice repeated the content it was about.

    P-078, P-082, P-116, X-041: no message of ours holds a value.
    """
    for words, stdin in (
        (("stream",), b"sec:pass=hunter2; sec:token=hunter2; k=hunter2;"),
        (("stream",), b"sec:pass=hunter2; oops"),
        (("set", "bad..address"), b"password=hunter2; ns=x;"),
        (("set", "bad..address"), b"meta: hunter2; hunter2"),
        (("set",), b"hunter2"),
        (("set", "a.b.c", "-", "--json"), b"hunter2"),
        (("import", "a.b"), b"hunter2"),
    ):
        done = prontodb(*words, stdin=stdin)
        assert b"hunter2" not in done.stdout + done.stderr, words
    key = cached_key(prontodb("stream", stdin=b"sec:pass=hunter2; oops!"))
    assert prontodb("get", key).stdout == b"sec:pass=***; oops!\n"


@pytest.mark.parametrize(
    "name", ["../../../escaped", "/tmp/prontodb-escaped", "cursors/../../escaped", "databases/main.db"]
)
def test_archives_unpacked_unchecked(prontodb: Program, home: Path, name: str) -> None:
    """Upstream's restore unpacked whatever an archive held into its data directory, links and `..` included.

    P-133: an archive that is not exactly what `backup` writes is refused, and nothing changes.
    """
    prontodb("set", "a.b.c", "v")
    archive = home / "evil.tar.gz"
    with tarfile.open(archive, "w:gz") as evil:
        for member, content in ((name, b"x"), ("manifest.json", b'{"format":1,"database":"main","files":{}}')):
            info = tarfile.TarInfo(member)
            info.size = len(content)
            evil.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        evil.addfile(link)
    before = sorted(home.rglob("*"))
    done = prontodb("restore", str(archive))
    assert (done.returncode, done.stdout) == (1, b"")
    assert sorted(home.rglob("*")) == before
    assert not Path("/tmp/prontodb-escaped").exists()
    assert prontodb("get", "a.b.c").stdout == b"v\n"


def test_db_files_in_the_current_directory_deleted(prontodb: Program, home: Path) -> None:
    """Upstream's nuclear-clean also deleted every `*.db` where one happened to stand.

    P-117: it removes our data and state directories, with --i-am-sure, and touches nothing else.
    """
    (home / "project").mkdir()
    for name in ("mine.db", "notes.db-wal", "pronto.db"):
        (home / "project" / name).write_text("precious")
    prontodb("set", "a.b.c", "v")
    assert prontodb("admin", "nuclear-clean", cwd=home / "project").returncode == 1
    assert prontodb("get", "a.b.c").stdout == b"v\n"
    assert prontodb("admin", "nuclear-clean", "--i-am-sure", cwd=home / "project").returncode == 0
    assert sorted(path.name for path in (home / "project").iterdir()) == ["mine.db", "notes.db-wal", "pronto.db"]
    assert not (home / DATA / "databases").exists()
