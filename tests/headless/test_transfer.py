"""`export`, `import`, `export-fs`, `import-fs` as commands: exact round trips, all or nothing, nothing piped lost (P-134…P-137)."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.conftest import Program
from tests.headless.test_pipes import cached_key, saved_path
from tui.headless.main import run

EVERY_BYTE = bytes(range(256))


def entries(home: Path, name: str, database: str = "main") -> dict[str, tuple[bytes, int | None, bool]]:
    """What a namespace of context `kb` holds, from outside: key to value, expiry, secrecy."""
    connection = sqlite3.connect(home / f".local/share/prontodb/databases/{database}.db")
    rows = connection.execute(
        "SELECT key, CAST(value AS BLOB), e.expires_at, e.secret FROM entries e JOIN namespaces n ON n.id = e.ns_id"
        " WHERE n.context = 'kb' AND n.name = ?",
        (name,),
    ).fetchall()
    connection.close()
    return {key: (value, expires, bool(secret)) for key, value, expires, secret in rows}


# Round trips


@contextmanager
def redirected(stdin: bytes) -> Iterator[list[bytes]]:
    """Run commands in this process on real descriptors; what they print to standard output is in the list afterwards."""
    kept = [os.dup(fd) for fd in (0, 1, 2)]
    printed: list[bytes] = []
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        source.write(stdin)
        source.seek(0)
        try:
            for fd, file in ((0, source), (1, target), (2, target)):
                os.dup2(file.fileno(), fd)
            yield printed
        finally:
            for fd, old in enumerate(kept):
                os.dup2(old, fd)
                os.close(old)
        target.seek(0)
        printed.append(target.read())


def ask(home: str, *words: str, stdin: bytes = b"") -> bytes:
    """What the command prints, run in this process through the whole headless face; it must succeed and say nothing else."""
    with redirected(stdin) as printed:
        code = run([*words, "--quiet"], {"HOME": home, "PRONTO_HOME": home}, home)
    assert code == 0, printed
    return printed[0]


KEYS = st.text("abkü_-@+1", min_size=1, max_size=6).filter(lambda key: "__" not in key and key.strip("_") == key)
VALUES = st.binary(max_size=40) | st.sampled_from(
    [b"", b"\t", b"\\", b"\\n", b"\r\n", b"\0", b'"', b"#", b" ", EVERY_BYTE]
)
TEXTS = st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace")) | st.sampled_from(
    [b"", b";", b'"', b" x ", b"a=b"]
)


@pytest.mark.parametrize("form", ["tsv", "json"])
@examples(max_examples=30)
@given(store=st.dictionaries(KEYS, st.tuples(VALUES, st.sampled_from([None, 60, 3600])), min_size=1, max_size=5))
def test_export_import_export(form: str, store: dict[str, tuple[bytes, int | None]]) -> None:
    """Issue 3: into an empty store and out again gives the same bytes; expiries kept, the target being a cache first."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        for home in (first, second):
            ask(home, "create-cache", "kb.cache", "900")
        for key, (value, ttl) in store.items():
            ask(
                home := first,
                "set",
                "-p",
                "kb",
                "-n",
                "cache",
                f"--key={key}",
                "-",
                *(["--ttl", str(ttl)] if ttl else []),
                stdin=value,
            )
        written = ask(first, "export", "kb.cache", "--format", form)
        ask(second, "import", "kb.cache", "--format", form, stdin=written)
        assert ask(second, "export", "kb.cache", "--format", form) == written
        for key, (value, _) in store.items():
            assert ask(second, "get", "-p", "kb", "-n", "cache", f"--key={key}", "--b64").strip() == base64.b64encode(
                value
            )


@examples(max_examples=30)
@given(store=st.dictionaries(KEYS, TEXTS, min_size=1, max_size=5))
def test_export_import_export_as_a_stream(store: dict[str, bytes]) -> None:
    """P-134, X-045: text, in the namespace given rather than the one the stream names."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        for key, value in store.items():
            ask(first, "set", "-p", "kb", "-n", "old", f"--key={key}", "-", stdin=value)
        written = ask(first, "export", "kb.old", "--format", "stream")
        ask(second, "import", "kb.new", "--format", "stream", stdin=written)
        assert ask(second, "export", "kb.new", "--format", "stream") == written.replace(b"kb.old", b"kb.new", 1)
        assert ask(second, "nss") == b"kb.new\n"


@pytest.mark.parametrize("form", ["tsv", "json"])
def test_every_byte_value(prontodb: Program, home: Path, form: str) -> None:
    """P-134, P-135: each of the 256 alone, all of them together, and none."""
    values = {f"b{number}": bytes([number]) for number in range(256)} | {"all": EVERY_BYTE, "none": b""}
    lines = (json.dumps({"k": key, "b64": base64.b64encode(value).decode()}) for key, value in values.items())
    assert prontodb("import", "kb.a", "--format", "json", stdin="\n".join(lines).encode()).returncode == 0
    written = prontodb("export", "kb.a", "--format", form).stdout
    assert prontodb("--database", "fresh", "import", "kb.a", "--format", form, stdin=written).returncode == 0
    assert {key: value for key, (value, _, _) in entries(home, "a", "fresh").items()} == values
    assert prontodb("--database", "fresh", "export", "kb.a", "--format", form).stdout == written


def test_secrets(prontodb: Program, home: Path) -> None:
    """U-11: refused unless asked for, by name; JSON brings the mark along, and so does a secret namespace."""
    prontodb("set", "kb.a.key", "hunter2", "--secret")
    prontodb("set", "kb.a.open", "1")
    for words in (("export", "kb.a"), ("export-fs", "--root", "out", "--ns", "kb.a")):
        done = prontodb(*words)
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"1 secret entries" in done.stderr
        assert b"--include-secrets" in done.stderr
        assert b"hunter2" not in done.stderr
    assert not (home / "out").exists()
    written = prontodb("export", "kb.a", "--format", "json", "--include-secrets").stdout
    assert b'{"k":"key","v":"hunter2","secret":true}\n' in written
    assert prontodb("import", "kb.b", "--format", "json", stdin=written).returncode == 0
    assert entries(home, "b") == {"key": (b"hunter2", None, True), "open": (b"1", None, False)}
    assert prontodb("export-fs", "--root", "out", "--ns", "kb.a", "--include-secrets").returncode == 0
    assert prontodb("import-fs", "--root", "out", "--ns", "kb.a", "--database", "fresh").returncode == 0
    assert entries(home, "a", "fresh")["key"] == (b"hunter2", None, True)


def test_expiries(prontodb: Program, home: Path) -> None:
    """P-135: kept in a cache, ignored in an ordinary namespace; what has expired is not brought along."""
    prontodb("create-cache", "kb.cache", "60")
    lines = b"long\tv\t9999999999\t\ngone\tv\t1600000000\t\nplain\tv\t\t\n"
    assert prontodb("import", "kb.cache", stdin=lines).stdout.decode() == "✅ Imported 2 entries into kb.cache\n"
    assert prontodb("import", "kb.a", stdin=lines).returncode == 0
    cache = entries(home, "cache")
    assert cache["long"][1] == 9_999_999_999_000
    assert cache["plain"][1] is not None
    assert {expires for _, expires, _ in entries(home, "a").values()} == {None}


def test_names_without_a_dotted_form(prontodb: Program, home: Path) -> None:
    """U-03: they have a title that can be typed, and keys in bracket notation."""
    prontodb("set", "kb:ui.widgets:grid[1,2]", "x")
    written = prontodb("export", "kb:ui.widgets:").stdout
    assert written == b"# prontodb-tsv 1 kb:ui.widgets:\ngrid[1,2]\tx\t\t\n"
    prontodb("import", "kb:other.place", stdin=written)
    assert prontodb("get", "kb:other.place:grid[1,2]").stdout == b"x\n"
    assert prontodb("export-fs", "--root", "out", "--ns", "kb:ui.widgets:").returncode == 1


def test_the_meta_in_effect(prontodb: Program) -> None:
    """P-103: both ways."""
    prontodb("set", "kb.a.k", "mine")
    prontodb("--meta", "acme", "import", "kb.a", stdin=b"k\ttheirs\n")
    assert prontodb("get", "kb.a.k").stdout == b"mine\n"
    assert prontodb("--meta", "acme", "export", "kb.a").stdout == b"# prontodb-tsv 1 kb.a\nk\ttheirs\t\t\n"


# What goes wrong


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("tsv", b"only-a-key"),
        ("tsv", b"k\tv\t\t\tmore"),
        ("tsv", b"k\tv\tsoon\t"),
        ("tsv", b"k\tv\t\tutf7"),
        ("tsv", b"k\t!!\t\tb64"),
        ("tsv", b"k\tends with \\"),
        ("tsv", b"k\twrong \\x escape"),
        ("tsv", b"a:b\tv"),
        ("tsv", b"a;b\tv"),
        ("tsv", b"k[1\x002]\tv"),
        ("tsv", b"\tv"),
        ("tsv", b"k\t\xff"),
        ("json", b"not json"),
        ("json", b"[]"),
        ("json", b'{"k":"k"}'),
        ("json", b'{"k":"k","v":1}'),
        ("json", b'{"k":"k","v":"v","b64":"dg=="}'),
        ("json", b'{"k":"k","v":"\\ud800"}'),
        ("json", b'{"k":"k","v":"v","expires_at":"soon"}'),
        ("json", b"[" * 10_000),
    ],
)
def test_a_bad_line(prontodb: Program, home: Path, form: str, line: bytes) -> None:
    """P-135: named by its number; nothing is stored; the input is kept, whole, and the exit code is 1."""
    good = b"first\thunter2\n" if form == "tsv" else b'{"k":"first","v":"hunter2"}\n'
    done = prontodb("import", "kb.a", "--format", form, stdin=good + line + b"\n")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"line 2" in done.stderr
    assert b"hunter2" not in done.stderr
    key = cached_key(done)
    assert key.endswith("_import")
    assert prontodb("get", key, "--raw").stdout == good + line + b"\n"
    assert entries(home, "a") == {}


def test_what_is_kept_can_be_tried_again(prontodb: Program) -> None:
    """Nothing piped is lost: the message names the cached pipe and the command, format included."""
    done = prontodb("import", "kb.a", "--format", "json", stdin=b'{"k":"k"}')
    assert b"| prontodb import kb.a --format json" in done.stderr
    mended = prontodb("get", cached_key(done)).stdout.replace(b"}", b',"v":"v"}')
    assert prontodb("import", "kb.a", "--format", "json", stdin=mended).returncode == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("import", "a"), "incomplete"),
        (("import", "pipe.cache"), "reserved"),
        (("import", "a.b", "--format", "stream"), "missing_equals"),
    ],
)
def test_where_it_cannot_go(prontodb: Program, words: tuple[str, ...], code: str) -> None:
    """P-022, P-040: the input is kept for a better place; a program is told where."""
    done = prontodb(*words, "--output=json", stdin=b"k\tv\n")
    error = json.loads(done.stderr)
    assert done.returncode == 1
    assert error["cached_as"].endswith("_import")
    assert error["code"] in (code, "bad-namespace", "empty_part")


def test_a_rejected_stream_keeps_no_secrets(prontodb: Program) -> None:
    """P-078, X-039: masked before it is kept; not kept at all when refused for its credentials."""
    done = prontodb("import", "a.b", "--format", "stream", stdin=b"sec:pass=hunter2; oops")
    assert b"hunter2" not in done.stderr
    assert prontodb("get", cached_key(done)).stdout == b"sec:pass=***; oops\n"
    secured = {"PRONTO_SECURITY": "true", "PRONTO_ADMIN_PASS": "x"}
    done = prontodb("import", "a.b", "--format", "stream", stdin=b"sec:pass=hunter2; sec:user=admin; k=v;", env=secured)
    assert done.returncode == 1
    assert b"cached" not in done.stderr
    off = prontodb("import", "a.b", "--format", "stream", stdin=b"k=v;", env={"PRONTO_STREAMING": "off"})
    assert (off.returncode, b"not enabled" in off.stderr) == (1, True)


def test_a_stream_of_several_namespaces(prontodb: Program) -> None:
    """An import has one target: what names several is refused and kept."""
    done = prontodb("import", "a.b", "--format", "stream", stdin=b"k=v; other:k=v;")
    assert (done.returncode, b"several namespaces" in done.stderr) == (1, True)
    assert prontodb("get", cached_key(done)).returncode == 0


def test_no_input(prontodb: Program) -> None:
    """P-060: nothing, blanks, /dev/null: usage, and nothing kept."""
    for stdin in (None, b"", b" \n\n"):
        done = prontodb("import", "a.b", stdin=stdin)
        assert (done.returncode, b"No input" in done.stderr) == (1, True)
    assert prontodb("keys", "pipe.cache").stdout == b""
    assert (
        prontodb("import", "a.b", stdin=b"# prontodb-tsv 1 a.b\n").stdout.decode() == "✅ Imported 0 entries into a.b\n"
    )


def test_too_large(prontodb: Program) -> None:
    """P-054, P-077: refused whole and not kept."""
    done = prontodb("import", "a.b", stdin=b"k\t" + b"x" * 100, env={"PRONTO_MAX_INPUT": "50"})
    assert (done.returncode, b"maximum size" in done.stderr) == (1, True)
    assert prontodb("keys", "pipe.cache").stdout == b""


def test_without_a_database(prontodb: Program, home: Path) -> None:
    """P-072, P-073: where none can be told or written, a file keeps the input."""
    lines = b"k\tv\n"
    unknown = prontodb("--cursor", "nope", "import", "a.b", stdin=lines)
    assert (unknown.returncode, saved_path(unknown).read_bytes()) == (1, lines)
    (home / "notes.txt").write_text("not a database")
    foreign = prontodb("--database", "./notes.txt", "import", "a.b", stdin=b"l\tv\n")
    path = saved_path(foreign)
    assert path.read_bytes() == b"l\tv\n"
    assert b"prontodb import a.b < " in foreign.stderr
    assert path.name.endswith("_import.pipe")


def test_a_bad_format_reads_nothing(prontodb: Program) -> None:
    """P-003."""
    for words in (("export", "a.b", "--format", "xml"), ("import", "a.b", "--format", "xml")):
        done = prontodb(*words, stdin=b"k\tv\n")
        assert (done.returncode, b"usage" in done.stderr) == (1, True)
    assert prontodb("keys", "pipe.cache").stdout == b""


# Mirrors


def test_a_mirror(prontodb: Program, home: Path) -> None:
    """P-136, P-137: the layout, relative roots, exact values; other files are passed over."""
    prontodb("set", "kb.a.bin", "-", stdin=EVERY_BYTE)
    prontodb("set", "kb.a.debug__prod", "1")
    (home / "deep").mkdir()
    done = prontodb("export-fs", "--root", "../out", "--ns", "kb.a", cwd=home / "deep")
    assert done.stdout.decode().startswith("✅ Exported 2 entries to /")
    assert json.loads((home / "out/kb/a/prod/debug.json").read_text()) == {"v": "1"}
    (home / "out/kb/a/README.md").write_text("not ours")
    (home / "out/kb/a/bad key!.json").write_text("{}")
    assert prontodb("import-fs", "--root", "out", "--ns", "kb.a", "--database", "fresh").returncode == 0
    assert entries(home, "a", "fresh") == entries(home, "a")


def test_a_mirror_goes_through_no_link(prontodb: Program, home: Path) -> None:
    """P-136: neither a linked directory nor a linked file leads out of it."""
    prontodb("set", "kb.a.k", "v")
    (home / "elsewhere").mkdir()
    (home / "out").mkdir()
    os.symlink(home / "elsewhere", home / "out/kb")
    assert prontodb("export-fs", "--root", "out", "--ns", "kb.a").returncode == 1
    assert prontodb("import-fs", "--root", "out", "--ns", "kb.a").returncode == 1
    assert list((home / "elsewhere").iterdir()) == []
    (home / "out/kb").unlink()
    (home / "out/kb/a").mkdir(parents=True)
    (home / "precious").write_text("x")
    os.symlink(home / "precious", home / "out/kb/a/k.json")
    assert prontodb("export-fs", "--root", "out", "--ns", "kb.a").returncode == 0
    assert (home / "precious").read_text() == "x"


@pytest.mark.parametrize(
    "words",
    [
        ("export-fs", "--root", "out"),
        ("export-fs", "--ns", "kb.a"),
        ("export-fs", "--root", "out", "--ns", "../.."),
        ("import-fs", "--root", "out", "--ns", "kb.a"),
        ("import-fs", "--root", "out", "--ns", "kb.a.b"),
        ("export", "kb"),
        ("export", "../kb.a"),
    ],
)
def test_bad_places(prontodb: Program, home: Path, words: tuple[str, ...]) -> None:
    """P-114, P-137: no name leads out of the root; a missing directory is exit 1."""
    prontodb("set", "kb.a.k", "v")
    assert prontodb(*words).returncode == 1
    assert not (home / "out").exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"v": 1}', '{"b64": "!"}'])
def test_a_bad_file_in_a_mirror(prontodb: Program, home: Path, content: str) -> None:
    """P-137, P-009: named, and nothing at all is imported."""
    (home / "in/kb/a").mkdir(parents=True)
    (home / "in/kb/a/good.json").write_text('{"v": "v"}')
    (home / "in/kb/a/zzz.json").write_text(content)
    done = prontodb("import-fs", "--root", "in", "--ns", "kb.a")
    assert (done.returncode, b"zzz.json" in done.stderr) == (1, True)
    assert prontodb("keys", "kb.a").stdout == b""
