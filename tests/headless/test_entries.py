"""`get`, `set` with a value, `del`, `copy`, and the caches, as commands (P-030…P-032, P-037, P-040…P-053, U-02, U-11)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store.operations.entries import verify_digest
from tests.conftest import Program


def database(home: Path) -> Path:
    return home / ".local/share/prontodb/databases/main.db"


def test_a_value_is_never_echoed(prontodb: Program) -> None:
    """P-030, P-116: not on success, not on failure."""
    for words in (["set", "a.b.c", "hunter2"], ["set", "a..c", "hunter2"], ["set", "a.b.c", "hunter2", "--ttl", "5"]):
        done = prontodb(*words)
        assert b"hunter2" not in done.stdout + done.stderr


def test_colon_and_dotted_are_one_entry(prontodb: Program) -> None:
    """U-01, U-02, U-03: either spelling reads and writes; what has no dotted form is printed with colons."""
    prontodb("set", "app.ui.debug__prod", "1")
    assert prontodb("get", "app:ui:debug[prod]").stdout == b"1\n"
    done = prontodb("set", "app:ui.widgets:list[0]", "first")
    assert done.stderr.decode() == "✅ Set app:ui.widgets:list[0] (5 bytes)\n"
    assert prontodb("set", "app:ui:list[0]", "x").stderr.decode() == "✅ Set app.ui.list__0 (1 bytes)\n"
    assert prontodb("keys", "app:ui.widgets:").stdout == b"list__0\n"
    assert prontodb("keys", "app:ui.widgets:", "--full").stdout == b"app:ui.widgets:list[0]\n"
    assert prontodb("nss").stdout == b"app.ui\napp:ui.widgets:\n"
    done = prontodb("get", "app:ui")
    assert done.returncode == 1
    assert b"app:" in done.stderr


def test_key_and_variant_options(prontodb: Program) -> None:
    """P-014, P-015: in get, set and del; a variant given twice is a conflict."""
    assert prontodb("set", "-p", "a", "-n", "b", "-k", "c", "1", "--variant", "x").returncode == 0
    assert prontodb("get", "-k", "a.b.c", "--variant=x").stdout == b"1\n"
    assert prontodb("get", "a.b.c__x", "--variant", "y").returncode == 1
    assert prontodb("del", "-n", "b", "-p", "a", "-k", "c", "--variant", "x").stderr.decode() == "✅ Deleted a.b.c__x\n"
    assert prontodb("get", "a.b.c__x").returncode == 2


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ('{"b":1, "a":2}', '{"a":2,"b":1}'),
        ('["ü", "\\u00fc", 1.50, 1e400, 0.1234567890123456789]', '["ü","ü",1.5,1e400,0.1234567890123456789]'),
        ('"\\ud800"', '"\\ud800"'),
        (" null ", "null"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ],
)
def test_json_is_stored_canonically(prontodb: Program, value: str, stored: str) -> None:
    """P-052: sorted, compact, unescaped, and no digit of a number is lost."""
    assert prontodb("set", "a.b.c", value, "--json").returncode == 0
    assert prontodb("get", "a.b.c").stdout.decode() == stored + "\n"
    assert prontodb("get", "a.b.c", "--json").stdout.decode() == stored + "\n"


@pytest.mark.parametrize("value", ["NaN", "[1,", "{'a':1}", "", "[" * 100_000, "1 2"])
def test_what_is_not_json_is_refused(prontodb: Program, value: str) -> None:
    """P-052: and nothing is stored."""
    done = prontodb("set", "a.b.c", value, "--json")
    assert done.returncode == 1
    assert b"JSON" in done.stderr
    assert prontodb("get", "a.b.c").returncode == 2


def test_base64(prontodb: Program) -> None:
    """P-053: strict on the way in, but the line breaks of `base64` are fine; any bytes on the way out."""
    assert prontodb("set", "a.b.c", "AP/+\ngA==\n", "--b64").returncode == 0
    assert prontodb("get", "a.b.c", "--raw").stdout == b"\x00\xff\xfe\x80"
    assert prontodb("get", "a.b.c", "--b64").stdout == b"AP/+gA==\n"
    for bad in ("AP/+gA", "AP/+ gA==", "*", "AP/+gA==AA=="):
        assert prontodb("set", "a.b.c", bad, "--b64").returncode == 1


def test_secrets_are_masked_until_asked_for(prontodb: Program) -> None:
    """U-11: `get` is asking; listings are not. Overwriting does not unmask."""
    prontodb("set", "a.b.key", "hunter2", "--secret")
    prontodb("set", "a.b.open", "1")
    prontodb("set", "a.b.key", "hunter3")
    assert prontodb("get", "a.b.key").stdout == b"hunter3\n"
    assert prontodb("scan", "a.b").stdout == b"key=***\nopen=1\n"
    assert prontodb("scan", "a.b", "--json").stdout == b'{"k":"key","secret":true}\n{"k":"open","v":"1"}\n'
    done = prontodb("scan", "a.b", "--stream")
    assert (done.stdout, done.stderr) == (b"meta:path=a.b; open=1;\n", b"1 secret entries left out\n")
    done = prontodb("scan", "a.b", "--output", "json")
    assert b"hunter" not in done.stdout


def test_copy(prontodb: Program) -> None:
    """P-037: reports, aliases of the destination by -p and -n, and every refusal changes nothing."""
    prontodb("set", "a.b.c", "v")
    assert prontodb("copy", "a.b.c", "k", "-p", "x", "-n", "y").stdout.decode() == "✅ Copied: a.b.c → x.y.k\n"
    assert prontodb("get", "x.y.k").stdout == b"v\n"
    missing = prontodb("copy", "a.b.nope", "x.y.k")
    assert missing.returncode == 2
    assert "❌ Source key 'a.b.nope' not found" in missing.stderr.decode()
    key = prontodb("set", "bad..x", stdin=b"lost").stderr.decode().split("cached as: ")[1].split()[0]
    for words in (["a.b.c", "a.b.c"], [key, key], [key, "bad..y"], [key, "pipe.cache.z"], [key], [key, "x.y.z", "q"]):
        done = prontodb("copy", *words)
        assert (done.returncode, done.stdout) == (1, b"")
    assert prontodb("get", key).stdout == b"lost\n"
    done = prontodb("copy", key, "x.y.k")
    assert done.stdout.decode() == f"✅ Copied: {key} → x.y.k\n🗑️  Removed from cache: {key}\n"
    assert prontodb("get", key).returncode == 2


def test_a_damaged_cached_pipe_is_not_copied(prontodb: Program, home: Path) -> None:
    """T-114: the digest in the key is checked; a mismatch is `corrupt` and nothing is removed."""
    key = prontodb("set", "bad..x", stdin=b"lost").stderr.decode().split("cached as: ")[1].split()[0]
    with sqlite3.connect(database(home)) as connection:
        connection.execute("UPDATE entries SET value = 'lust'")
    connection.close()
    done = prontodb("copy", key, "a.b.c", "--output=json")
    assert done.returncode == 1
    assert b'"code":"corrupt"' in done.stderr
    assert prontodb("get", key).stdout == b"lust\n"
    assert prontodb("get", "a.b.c").returncode == 2
    verify_digest(key.removeprefix("pipe.cache."), b"lost")


def expire(home: Path) -> None:
    """Let everything that expires have expired a minute ago."""
    connection = sqlite3.connect(database(home))
    connection.execute("UPDATE entries SET expires_at = (SELECT unixepoch() - 60) * 1000 WHERE expires_at IS NOT NULL")
    connection.commit()
    connection.close()


def test_expired_entries(prontodb: Program, home: Path) -> None:
    """P-044, P-045: hidden, shown on demand with a note, evicted by a get unless the cache says no."""
    for cache, evict in (("p.yes", "1"), ("p.no", "0")):
        prontodb("create-cache", cache, "60", f"evict_on_read={evict}")
        prontodb("set", f"{cache}.k", "v")
    expire(home)
    assert prontodb("keys", "p.no").stdout == b""
    assert prontodb("keys", "p.no", "--include-expired").stdout == b"k\n"
    assert prontodb("scan", "p.yes", "--include-expired").stdout == b"k=v\n"
    shown = prontodb("get", "p.yes.k", "--include-expired")
    assert (shown.returncode, shown.stdout) == (0, b"v\n")
    assert b"expired at 20" in shown.stderr
    assert b" UTC" in shown.stderr
    assert prontodb("get", "p.yes.k").returncode == 2
    assert prontodb("get", "p.yes.k", "--include-expired").returncode == 2
    assert prontodb("get", "p.no.k").returncode == 2
    assert prontodb("get", "p.no.k", "--include-expired").returncode == 0
    assert prontodb("admin", "sweep").stdout == b"Swept 1 expired entries\n"
    assert prontodb("admin", "sweep").stdout == b"Swept 0 expired entries\n"


@pytest.mark.parametrize(
    ("words", "report"),
    [
        (["create-cache", "a.b", "60"], "timeout=60, evict_on_read=1"),
        (["create-cache", "a.b", "timeout=60"], "timeout=60, evict_on_read=1"),
        (["admin", "create-cache", "a.b", "max_items=5", "60"], "timeout=60, evict_on_read=1, max_items=5"),
        (["create-cache", "a.b", "2147483647", "evict_on_read=0"], "timeout=2147483647, evict_on_read=0"),
        (["create-cache", "a.b", "2147483648"], None),
        (["create-cache", "a.b", "60", "timeout=60"], None),
        (["create-cache", "a.b", "60", "60"], None),
        (["create-cache", "a.b", "60", "colour=red"], None),
        (["create-cache", "a.b", "60", "evict_on_read=yes"], None),
        (["create-cache", "a.b", "60", "max_items=0"], None),
        (["create-cache", "a.b", "max_items=3"], None),
        (["create-cache", "a.b", "+60"], None),
        (["admin", "set-cache", "a.b", "timeout=60"], None),
    ],
)
def test_create_cache(prontodb: Program, words: list[str], report: str | None) -> None:
    """P-040, P-047: every word once, unknown ones refused, nothing made when refused."""
    done = prontodb(*words)
    assert done.returncode == (0 if report else 1), done.stderr
    assert done.stdout.decode() == (f"✅ Created cache a.b: {report}\n" if report else "")
    assert prontodb("nss").stdout == (b"a.b\n" if report else b"")


def test_changing_a_cache(prontodb: Program) -> None:
    """P-047: what is named changes, the rest stays; a dropped cache is an ordinary namespace again."""
    prontodb("create-cache", "a.b", "60", "max_items=5")
    assert prontodb("admin", "set-cache", "a.b", "timeout=70").stdout.decode() == (
        "✅ Changed cache a.b: timeout=70, evict_on_read=1, max_items=5\n"
    )
    assert prontodb("admin", "set-cache", "a.b").returncode == 1
    assert prontodb("admin", "set-cache", "a.b", "70").returncode == 1
    assert prontodb("admin", "drop-cache", "a.b").returncode == 0
    assert prontodb("nss").stdout == b""
    assert prontodb("admin", "drop-cache", "a.b").returncode == 1


def test_a_failed_change_is_on_record(prontodb: Program, home: Path) -> None:
    """U-10, T-100: a command that failed in the database leaves its name, target and error code; no value."""
    prontodb("set", "a.b.c", "v")
    prontodb("set", "a.b.c", "hunter2", "--ttl", "5")
    prontodb("copy", "a.b.nope", "a.b.d")
    prontodb("admin", "drop-cache", "a.b")
    connection = sqlite3.connect(database(home))
    rows = connection.execute("SELECT type, target, error FROM commands ORDER BY id").fetchall()
    connection.close()
    assert rows == [
        ("set", "a.b.c", None),
        ("set", "a.b.c", "ttl_not_allowed"),
        ("copy", "a.b.d", "not-found"),
        ("drop-cache", "a.b", "not_a_cache"),
    ]


def test_reading_creates_nothing(prontodb: Program, home: Path) -> None:
    """T-012: no command that only reads makes a file or directory; nor does one that is refused before the store."""
    for words in (
        ["get", "a"],
        ["keys"],
        ["scan"],
        ["projects"],
        ["nss"],
        ["namespaces", "a"],
        ["version"],
        ["set", "a..b", "v"],
    ):
        prontodb(*words)
    assert list(home.rglob("*")) == []
