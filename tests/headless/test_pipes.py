"""What happens to piped content: sources, rescue, last resorts, orphans, masking (P-050…P-083, T-110…T-114, X-042)."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Program
from tui.headless.setting import FIRST_BYTE_MS

CACHED = re.compile(r"cached as: (pipe\.cache\.\S+)")
SAVED = re.compile(r"content saved to: (.*)$", re.MULTILINE)


def cached_key(done: subprocess.CompletedProcess[bytes]) -> str:
    found = CACHED.search(done.stderr.decode())
    assert found, done.stderr.decode()
    return found[1]


def saved_path(done: subprocess.CompletedProcess[bytes]) -> Path:
    found = SAVED.search(done.stderr.decode())
    assert found, done.stderr.decode()
    return Path(found[1])


def spool(home: Path) -> Path:
    return home / ".local/state/prontodb/spool"


@contextmanager
def half_way(home: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The program in the middle of reading a pipe that has given `half a sentence`; it must be killed or interrupted inside."""
    command = [sys.executable, "-m", "tui", *words]
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environ) as process:
        assert process.stdin is not None
        process.stdin.write(b"half a sentence")
        process.stdin.flush()
        deadline = time.monotonic() + 20
        while not any(path.stat().st_size for path in spool(home).glob("*.part")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        try:
            yield process
        finally:
            process.wait(20)


@pytest.mark.parametrize("content", [b"", b"v", b"v\n", b"\0\xff\xfe", b"a\r\nb", b"\n\n", b"x" * 300_000])
def test_bytes_are_exact(prontodb: Program, content: bytes, home: Path) -> None:
    """P-051: what goes in comes out; `get` adds one newline only where none is, `--raw` never; nothing stays in the spool."""
    assert prontodb("set", "a.b.c", "--stdin", stdin=content).returncode == 0
    assert prontodb("get", "a.b.c", "--raw").stdout == content
    assert prontodb("get", "a.b.c").stdout == (content if content.endswith(b"\n") else content + b"\n")
    assert list(spool(home).glob("*")) == []


def test_stdin_is_left_alone(prontodb: Program) -> None:
    """P-060: a loop that pipes its lines past `set` loses none of them."""
    lines = "one\ntwo\nthree\n"
    loop = f'while read -r word; do {sys.executable} -m tui -q set "words.all.$word" v; done'
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    subprocess.run(["bash", "-c", loop], input=lines.encode(), env=environ, check=True, timeout=60)
    assert prontodb("keys", "words.all").stdout == b"one\nthree\ntwo\n"


def test_the_limit_is_exact(prontodb: Program, home: Path) -> None:
    """P-054, P-077: the limit itself is fine; one byte more is stored nowhere, not even in the cache or the spool."""
    env = {"PRONTO_MAX_INPUT": "10"}
    assert prontodb("set", "a.b.c", stdin=b"0123456789", env=env).returncode == 0
    for words in (["set", "a.b.c"], ["set", "bad..address"], ["stream"]):
        done = prontodb(*words, stdin=b"k=456789ab;", env=env)
        assert done.returncode == 1
        assert b"maximum size" in done.stderr
        assert b"cached" not in done.stderr
    assert prontodb("get", "a.b.c").stdout == b"0123456789\n"
    assert prontodb("keys", "pipe.cache").stdout == b""
    assert list(spool(home).glob("*")) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["set", "bad..address"], "Invalid address 'bad..address'"),
        (["set", "notes.todo"], "Invalid address 'notes.todo'"),
        (["set"], "Missing address"),
        (["set", ""], "Missing address"),
        (["set", "pipe.cache.mine"], "Invalid address 'pipe.cache.mine'"),
        (["set", "a.b.c", "--ttl", "5"], "TTL not allowed"),
        (["set", "a.b.c", "--ttl", "soon"], "TTL (--ttl) must be a positive"),
        (["set", "a.b.c", "--json"], "the value is not JSON"),
        (["set", "a.b.c", "--b64"], "the value is not base64"),
        (["set", "bad..address", "a value"], "Invalid address 'bad..address'"),
        (["set", "bad..address", "-"], "Invalid address 'bad..address'"),
        (["set", "a.b.c", "--stdin", "--variant", "x__y"], "Invalid address 'a.b.c'"),
    ],
)
def test_every_refusal_is_a_rescue(prontodb: Program, words: list[str], reason: str, home: Path) -> None:
    """P-062, P-063, P-070, P-071: whatever forbids the storing, the piped bytes are kept, exit 0, told on stderr."""
    content = b"precious \xff not json\n"
    done = prontodb(*words, stdin=content)
    assert done.returncode == 0
    assert done.stdout == b""
    lines = done.stderr.decode().split("\n")
    key = cached_key(done)
    assert lines[0].startswith(f"⚠️  {reason}")
    assert lines[0].endswith(f" - content cached as: {key}")
    assert lines[1] == f"💡 Use: prontodb copy {key} <proper.address>"
    assert prontodb("get", key).stdout == content
    assert list(spool(home).glob("*")) == []


def test_strict_pipe(prontodb: Program) -> None:
    """P-071: the same rescue, exit 1."""
    for words, env in ((["--strict-pipe"], {}), ([], {"PRONTO_PIPE_STRICT": "1"})):
        done = prontodb("set", "bad..address", *words, stdin=b"data", env=env)
        assert done.returncode == 1
        assert prontodb("get", cached_key(done)).stdout == b"data\n"


@pytest.mark.parametrize("content", [b"", b"  \n\t\r\n"])
def test_nothing_is_no_value(prontodb: Program, content: bytes, home: Path) -> None:
    """P-076: an implicit pipe of nothing is a usage error, for a good address and a bad one, and leaves nothing behind."""
    for address in ("a.b.c", "bad..address"):
        done = prontodb("set", address, stdin=content)
        assert done.returncode == 1
        assert b"usage" in done.stderr
        assert b"pipe.cache" not in done.stderr
    done = prontodb("set", "bad..address", "value", stdin=content)
    assert done.returncode == 1
    assert b"nvalid address" in done.stderr
    assert prontodb("keys", "pipe.cache").stdout == b""
    assert list(spool(home).glob("*")) == []


def test_a_pipe_may_be_late(home: Path, prontodb: Program) -> None:
    """P-062: with a value and a bad address, the pipe gets 200 ms for its first byte, and all the time for the rest.

    The late one is given a minute instead: on a slow machine 200 ms may be over before `sleep 0.1` is.
    """
    assert FIRST_BYTE_MS == 200
    (home / "sitecustomize.py").write_text("import tui.headless.setting\ntui.headless.setting.FIRST_BYTE_MS = 60_000\n")
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    program = f"{sys.executable} -m tui"
    late = f"(sleep 0.1; echo one; sleep 0.5; echo two) | {program} set bad..address v"
    patient = {**environ, "PYTHONPATH": f"{home}:{REPOSITORY}"}
    done = subprocess.run(["bash", "-c", late], capture_output=True, env=patient, timeout=60, check=False)
    assert prontodb("get", cached_key(done)).stdout == b"one\ntwo\n"
    silent, writer = os.pipe()
    command = [sys.executable, "-m", "tui", "set", "bad..address", "v"]
    done = subprocess.run(command, stdin=silent, capture_output=True, env=environ, timeout=20, check=False)
    os.close(silent)
    os.close(writer)
    assert done.returncode == 1
    assert b"nvalid address" in done.stderr
    assert b"cached as" not in done.stderr


def test_quiet_keeps_the_two_lines(prontodb: Program) -> None:
    """P-081: --quiet drops the advice, not the rescue."""
    done = prontodb("set", "bad..address", "-q", stdin=b"a=1; b=2;")
    assert len(done.stderr.decode().splitlines()) == 2
    off = prontodb("set", "bad..address", stdin=b"a=1; b=2;", env={"PRONTO_STREAMING": "off"})
    assert cached_key(off).endswith("_bad__address")
    assert b"stream" not in off.stderr


def garbage(home: Path) -> Path:
    """A database that cannot be used."""
    path = home / "garbage.db"
    path.write_bytes(b"this is text, and no database at all" * 100)
    return path


def test_an_unusable_store_saves_to_a_file(prontodb: Program, home: Path) -> None:
    """P-072, T-113: for a good address and a bad one; mode 0600, exit 1, the path and the way back are told."""
    database = str(garbage(home))
    for address, retry in (("a.b.c", "a.b.c"), ("bad..address", "<proper.address>")):
        done = prontodb("--database", database, "set", address, stdin=b"precious\n")
        assert done.returncode == 1
        path = saved_path(done)
        assert path.parent == spool(home)
        assert path.suffix == ".pipe"
        assert path.read_bytes() == b"precious\n"
        assert path.stat().st_mode & 0o777 == 0o600
        assert f"prontodb set {retry} - < {path}" in done.stderr.decode()
    assert sorted(file.suffix for file in spool(home).iterdir()) == [".pipe", ".pipe"]
    assert Path(database).read_bytes().startswith(b"this is text")


def test_a_locked_store_saves_to_a_file(prontodb: Program, home: Path) -> None:
    """P-002, P-072, T-042: who holds the lock is named, the piped content kept; a value just fails; reading goes on."""
    assert prontodb("create-cache", "a.t", "1").returncode == 0
    assert prontodb("set", "a.t.k", "old").returncode == 0
    (home / "pronto.conf").write_text("busy_timeout_ms=50\n")
    env = {"PRONTO_CONFIG": str(home / "pronto.conf")}
    lock = home / ".local/share/prontodb/databases/main.db.lock"
    time.sleep(1)
    with lock.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(f"{os.getpid()} test {int(time.time())}\n".ljust(64))
        held.flush()
        for words, content in ((["set", "a.b.c"], b"precious"), (["set", "a..b"], b"precious"), (["stream"], b"k=v;")):
            done = prontodb(*words, stdin=content, env=env)
            assert done.returncode == 1
            assert f"locked by process {os.getpid()} (test)" in done.stderr.decode()
            assert saved_path(done).read_bytes() == content
        assert b"locked" in prontodb("set", "a.b.c", "v", env=env).stderr
        assert prontodb("get", "a.t.k", env=env).returncode == 2, "expired, and not evicted: no reason to wait or fail"
    assert prontodb("get", "a.t.k", "--include-expired").stdout == b"old\n"


def test_the_ladder_goes_down(prontodb: Program, home: Path) -> None:
    """T-113: without a spool directory the temporary directory, without that standard output; each rung is named."""
    database = str(garbage(home))
    (home / "file").write_text("")
    (home / "temporary").mkdir()
    blocked = {"XDG_STATE_HOME": str(home / "file"), "TMPDIR": str(home / "temporary")}
    done = prontodb("--database", database, "set", "a.b.c", stdin=b"precious\n", env=blocked)
    assert done.returncode == 1
    assert saved_path(done).parent == home / "temporary"
    assert b"temporary directory" in done.stderr
    assert saved_path(done).read_bytes() == b"precious\n"


def test_the_last_rung_is_standard_output(prontodb: Program, home: Path) -> None:
    """P-072, T-113: where no directory takes it, the content goes to standard output, byte for byte, exit 1."""
    (home / "file").write_text("")
    (home / "sitecustomize.py").write_text("import tempfile\ntempfile.tempdir = '/nowhere'\n")
    env = {"XDG_STATE_HOME": str(home / "file"), "PYTHONPATH": f"{home}:{REPOSITORY}"}
    done = prontodb("--database", str(garbage(home)), "set", "a.b.c", stdin=b"precious\xff", env=env)
    assert (done.returncode, done.stdout) == (1, b"precious\xff")
    assert "content written to: standard output" in done.stderr.decode()


@pytest.mark.parametrize("content", [b"oops", b"k=v;", b"sec:pass=hunter2; k=v"])
def test_a_stream_finds_a_place_without_any_database(prontodb: Program, home: Path, content: bytes) -> None:
    """P-072: malformed or not, when the database's path leads nowhere; secrets masked."""
    (home / "directory").mkdir()
    done = prontodb("stream", stdin=content, env={"PRONTO_DB": str(home / "directory")})
    assert done.returncode == 1
    assert saved_path(done).read_bytes() == content.replace(b"hunter2", b"***")
    assert b"hunter2" not in done.stderr


@pytest.mark.parametrize(
    ("words", "env", "sentence"),
    [
        (["--cursor", "nope"], {}, "nope"),
        (["--user", "bob"], {"PRONTO_FORCE_USER": "keeper"}, "locked to 'keeper'"),
        (["--user", "b b"], {}, "alphanumeric"),
        (["--meta", "9"], {}, "meta"),
        (["--database", ".."], {}, "database"),
        ([], {"PRONTO_BUSY": "x", "PRONTO_MAX_INPUT": "many"}, "PRONTO_MAX_INPUT"),
    ],
)
def test_a_wrong_context_guesses_no_database(
    prontodb: Program, words: list[str], env: dict[str, str], sentence: str, home: Path
) -> None:
    """P-073, X-044: the error is shown, content goes to a file, exit 1, no database comes into being."""
    for command, content, kept in (
        (["set", "a.b.c"], b"precious", b"precious"),
        (["stream"], b"sec:pass=hunter2; k=v;", b"sec:pass=***; k=v;"),
    ):
        done = prontodb(*words, *command, stdin=content, env=env)
        assert done.returncode == 1
        assert sentence in done.stderr.decode()
        assert saved_path(done).read_bytes() == kept
        assert prontodb(*words, *command, env=env).returncode == 1, "nothing piped, nothing saved"
    assert prontodb(*words, "set", "a.b.c", "v", stdin=b"left alone", env=env).returncode == 1
    assert len(list(spool(home).iterdir())) == 2
    assert list(home.rglob("*.db")) == []


def test_kept_files_go_after_a_day(prontodb: Program, home: Path) -> None:
    """P-072: later runs remove a .pipe file after 24 hours, not before, and nothing else."""
    spool(home).mkdir(parents=True)
    now = int(time.time())
    old, young, foreign = (
        spool(home) / name for name in (f"{now - 90000}_0a1b2c3d_x.pipe", f"{now}_0a1b2c3d_y.pipe", "note.txt")
    )
    for path in (old, young, foreign):
        path.write_bytes(b"x")
    os.utime(old, (now - 90000, now - 90000))
    prontodb("get", "a.b.c")
    assert old.exists(), "reading changes nothing"
    assert prontodb("set", "a.b.c", "v").returncode == 0
    assert [path.exists() for path in (old, young, foreign)] == [False, True, True]


def test_orphans_come_home(prontodb: Program, home: Path) -> None:
    """T-112: a command that writes adopts what a killed one left, whole or in part, and says so; a reading one does not."""
    with half_way(home, "set", "notes..lost") as process:
        assert prontodb("set", "a.b.c", "v").stderr.decode() == "✅ Set a.b.c (1 bytes)\n", "it is alive: not an orphan"
        process.kill()
    prontodb("get", "a.b.c")
    (part,) = spool(home).glob("*.part")
    part.rename(part.with_name(f"1234567890_{part.name.partition('_')[2]}"))
    done = prontodb("set", "a.b.c", "w")
    assert done.returncode == 0
    assert cached_key(done).startswith("pipe.cache.1234567890_"), "named after the time it came in"
    assert "⚠️  An earlier command was interrupted - part of its input is cached as: " in done.stderr.decode()
    assert prontodb("get", cached_key(done)).stdout == b"half a sentence\n"
    assert cached_key(done).endswith("_notes__lost_partial")
    assert list(spool(home).iterdir()) == []


def test_ctrl_c_is_quiet(home: Path) -> None:
    """Exit 130, not a word; what was read until then stays for the next command (T-112)."""
    with half_way(home, "set", "a.b.c") as process:
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == (b"", b"")
    assert process.returncode == 130
    assert len(list(spool(home).glob("*.part"))) == 1


def test_an_orphan_of_another_meta_stays(prontodb: Program, home: Path) -> None:
    """P-074: content on its way into one meta is not brought home into another."""
    with half_way(home, "--meta", "org", "set", "a..b") as process:
        process.kill()
    assert b"interrupted" not in prontodb("set", "a.b.c", "w").stderr
    assert b"interrupted" in prontodb("--meta", "org", "set", "a.b.c", "w").stderr


def test_a_rejected_stream_is_masked(prontodb: Program, home: Path) -> None:
    """X-042, P-078: kept under `…_stream` with its secrets masked, all else byte for byte, exit 1; nothing raw on disk."""
    done = prontodb("stream", stdin=b'sec:pass=hunter2; ns=a; oops; meta:sec:user="x;y"; k=v;\n')
    assert done.returncode == 1
    assert done.stdout == b""
    key = cached_key(done)
    assert key.endswith("_stream")
    assert prontodb("get", key).stdout == b"sec:pass=***; ns=a; oops; meta:sec:user=***; k=v;\n"
    assert f"prontodb get {key}" in done.stderr.decode()
    assert not any(b"hunter2" in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_refused_credentials_leave_nothing(prontodb: Program, home: Path) -> None:
    """P-078, X-039: input refused for authentication is not kept at all, in no file."""
    env = {"PRONTO_SECURITY": "true", "PRONTO_ADMIN_PASS": "right"}
    done = prontodb("stream", stdin=b"sec:pass=wrong; sec:user=admin; k=v;", env=env)
    assert done.returncode == 1
    assert re.search("auth|credentials", done.stderr.decode())
    assert b"wrong" not in done.stderr
    assert prontodb("keys", "pipe.cache").stdout == b""
    assert list(spool(home).glob("*")) == []


def test_streaming_off(prontodb: Program) -> None:
    """P-150: the stream command says so, and how to enable it; nothing is read, everything else works."""
    done = prontodb("stream", stdin=b"k=v;", env={"PRONTO_STREAMING": "off"})
    assert done.returncode == 1
    assert b"streaming feature is not enabled" in done.stderr
    assert b"PRONTO_STREAMING=on" in done.stderr
    assert prontodb("get", "k").returncode == 2
    assert prontodb("set", "k", "v", env={"PRONTO_STREAMING": "off"}).returncode == 0


def test_where_rescued_and_saved_content_went_is_machine_readable(prontodb: Program, home: Path) -> None:
    """U-16: `cached_as` in the result of a rescue, in the error of a failed one; `saved_to` where no database took it."""
    done = prontodb("set", "bad..address", "--output", "json", stdin=b"data")
    result = json.loads(done.stdout)
    assert (result["address"], result["code"], done.stderr) == (None, "empty_part", b"")
    assert prontodb("get", result["cached_as"]).stdout == b"data\n"
    done = prontodb("stream", "--json", stdin=b"oops")
    error = json.loads(done.stderr)
    assert error["code"] == "missing_equals"
    assert prontodb("get", error["cached_as"]).stdout == b"oops\n"
    done = prontodb("--database", str(garbage(home)), "set", "a.b.c", "--json", "--output=json", stdin=b"1")
    assert Path(json.loads(done.stderr)["saved_to"]).read_bytes() == b"1"
