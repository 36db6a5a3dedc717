"""Settings: file, environment, built-in, and errors that name the place (P-006)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from store.errors import InputError
from store.settings import Settings, read_settings, sources
from store.workspace import find_workspace

if TYPE_CHECKING:
    from pathlib import Path


class Conf:
    """A `pronto.conf` of its own and the environment that points to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, text: str | bytes | None = None, **environ: str) -> Settings:
        if text is not None:
            self.path.write_bytes(text.encode() if isinstance(text, str) else text)
        environ = {"PRONTO_CONFIG": str(self.path), "HOME": "/nowhere", **environ}
        return read_settings(find_workspace(environ, "/"), environ)

    def fault(self, text: str | bytes | None = None, **environ: str) -> InputError:
        with pytest.raises(InputError) as caught:
            self.read(text, **environ)
        assert caught.value.code == "bad-setting"
        return caught.value


@pytest.fixture
def conf(tmp_path: Path) -> Conf:
    return Conf(tmp_path / "pronto.conf")


def test_built_in(conf: Conf):
    """P-006, P-007, P-054: what holds without file and environment."""
    assert conf.read() == Settings(".", False, 5000, True, 10485760, False)


def test_no_place_for_a_file(monkeypatch: pytest.MonkeyPatch):
    """No home directory means no file, not an error."""
    monkeypatch.setattr("pwd.getpwuid", lambda uid: (_ for _ in ()).throw(KeyError(uid)))
    assert read_settings(find_workspace({"PRONTO_HOME": "/w"}, "/"), {}) == Settings()


def test_file(conf: Conf):
    """P-006: the four keys, comments, quotes, spaces, blank lines, CR LF."""
    text = (
        '\ufeff# prontodb\r\n\r\n  ns_delim = "|"  # a bar\r\nsecurity.required=yes\r\n'
        'busy_timeout_ms="250"\r\nfeatures.streaming = Off # not here'
    )
    assert conf.read(text) == Settings("|", True, 250, False, 10485760, False)


@pytest.mark.parametrize("line", ["ns_delim=#", 'ns_delim="#"', 'ns_delim = "#" # hash'])
def test_a_hash_as_value(conf: Conf, line: str):
    """A `#` begins a comment only at the start of a line or after a space, never in quotes."""
    assert conf.read(line).ns_delim == "#"


@pytest.mark.parametrize("word", ["1", "true", "on", "yes", "TRUE", "On"])
def test_true_words(conf: Conf, word: str):
    """P-006: `1 true on yes`, in any case."""
    assert conf.read(f"security.required={word}").security_required is True
    assert conf.read("", PRONTO_SECURITY=word).security_required is True


@pytest.mark.parametrize("word", ["0", "false", "off", "no", "OFF"])
def test_false_words(conf: Conf, word: str):
    """P-006: `0 false off no`, in any case."""
    assert conf.read(f"features.streaming={word}").streaming is False
    assert conf.read("", PRONTO_STREAMING=word).streaming is False


def test_environment_beats_file(conf: Conf):
    """P-006: precedence environment, file, built-in."""
    text = "ns_delim=|\nsecurity.required=on\nfeatures.streaming=off\nbusy_timeout_ms=7\n"
    environ = {
        "PRONTO_NS_DELIM": "/",
        "PRONTO_SECURITY": "off",
        "PRONTO_STREAMING": "on",
        "PRONTO_MAX_INPUT": "9",
        "PRONTO_PIPE_STRICT": "1",
    }
    assert conf.read(text, **environ) == Settings("/", False, 7, True, 9, True)


def test_empty_variables_are_unset(conf: Conf):
    """An exported but empty variable says nothing."""
    assert conf.read("ns_delim=|", PRONTO_NS_DELIM="", PRONTO_MAX_INPUT="").ns_delim == "|"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("security.required=maybe", "security.required"),
        ("security.required=", "security.required"),
        ("security.required=2", "security.required"),
        ("features.streaming=enabled", "features.streaming"),
        ("busy_timeout_ms=-1", "busy_timeout_ms"),
        ("busy_timeout_ms=5s", "busy_timeout_ms"),
        ("busy_timeout_ms=1_000", "busy_timeout_ms"),
        ("busy_timeout_ms=٣", "busy_timeout_ms"),
        ("busy_timeout_ms=2147483648", "busy_timeout_ms"),
        ("busy_timeout_ms=" + "9" * 5000, "busy_timeout_ms"),
        ("ns_delim=", "ns_delim"),
        ("ns_delim= # nothing", "ns_delim"),
        ("ns_delim=..", "ns_delim"),
        ("ns_delim=_", "ns_delim"),
        ("ns_delim=a", "ns_delim"),
        ('ns_delim="|', "ns_delim"),
        ('ns_delim="|" and more', "ns_delim"),
    ],
)
def test_bad_value_names_file_line_and_key(conf: Conf, line: str, key: str):
    """A bad value is an error that names file, line and key; it is never guessed at."""
    message = conf.fault(f"# first\n\n{line}\n").message
    assert f"{conf.path}, line 3" in message
    assert key in message


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PRONTO_NS_DELIM", "ab"),
        ("PRONTO_SECURITY", "maybe"),
        ("PRONTO_STREAMING", " on"),
        ("PRONTO_MAX_INPUT", "10MB"),
        ("PRONTO_MAX_INPUT", "0"),
        ("PRONTO_MAX_INPUT", "1000000001"),
        ("PRONTO_PIPE_STRICT", "x"),
    ],
)
def test_bad_variable_is_named(conf: Conf, variable: str, value: str):
    """A bad value in the environment is an error that names the variable."""
    assert variable in conf.fault(**{variable: value}).message


def test_a_bad_file_is_an_error_even_if_the_environment_would_win(conf: Conf):
    """A broken line does not hide until the variable is gone."""
    conf.fault("ns_delim=..", PRONTO_NS_DELIM="|")


def test_unknown_key_has_the_nearest_as_hint(conf: Conf):
    """A misspelt key must not silently do nothing, least of all one about security."""
    error = conf.fault("security.require=on")
    assert "line 1" in error.message
    assert "security.require'" in error.message
    assert "security.required" in error.hint
    assert "ns_delim" in conf.fault("zzz=1").hint


def test_tables_of_profiles(conf: Conf):
    """M-253, M-254, M-256: limits of any profile, the switches, flags of any name."""
    text = (
        "profile.active=house\nlimits.house.max_contexts=7\nlimits.default.max_contexts = 8 # eight\nfeatures.x-1=on\n"
        "security.prevent_runtime_tampering=off\nsecurity.validate_namespace_characters=off\n"
        "security.enforce_reserved_words=off\nsecurity.enable_command_audit_trail=off\n"
    )
    settings = conf.read(text)
    assert settings.profile == "house"
    assert settings.more == (
        ("limits.house.max_contexts", 7),
        ("limits.default.max_contexts", 8),
        ("features.x-1", True),
    )
    assert settings[7:11] == (False, False, False, False)
    assert conf.read(text, PRONTO_PROFILE="strict").profile == "strict"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("limits.house.max_contexts=0", "limits.house.max_contexts"),
        ("limits.house.max_contexts=many", "limits.house.max_contexts"),
        ("limits.house.max_contexts=2147483648", "limits.house.max_contexts"),
        ("limits.house.max_context=7", "did you mean limits.house.max_contexts?"),
        ("limits.my house.max_contexts=7", "limits.NAME.max_contexts"),
        ("limits.max_contexts=7", "limits.max_contexts"),
        ("limits.=7", "limits."),
        ("features.=on", "features."),
        ("features.a b=on", "features.a b"),
        ("features.x=perhaps", "features.x"),
        ("security.enforce_reserved_word=on", "did you mean security.enforce_reserved_words?"),
        ("security.enforce_reserved_words=maybe", "security.enforce_reserved_words"),
        ("profile.active=my profile", "profile.active"),
        ("profile.active=", "profile.active"),
        ("limits.default.max_contexts=3\nlimits.default.max_contexts=4", "set before"),
    ],
)
def test_bad_lines_about_profiles(conf: Conf, line: str, named: str):
    """A limit that is misspelt must not silently do nothing: file, line and key, and the nearest that exists."""
    error = conf.fault(f"\n{line}\n")
    assert f"{conf.path}, line {2 + line.count(chr(10))}" in error.message
    assert named in error.message + error.hint


def test_sources(conf: Conf):
    """M-252: where a setting comes from is a line of the file or a variable; a variable wins."""
    conf.path.write_text("\nns_delim=|\nprofile.active=strict\nlimits.strict.max_contexts=6\n")
    environ = {"PRONTO_CONFIG": str(conf.path), "PRONTO_PROFILE": "embedded", "PRONTO_SECURITY": ""}
    assert sources(find_workspace(environ, "/"), environ) == {
        "ns_delim": f"{conf.path}:2",
        "profile": "PRONTO_PROFILE",
        "limits.strict.max_contexts": f"{conf.path}:4",
    }


def test_a_line_without_a_value(conf: Conf):
    """A line that is not key=value is an error."""
    assert "line 2" in conf.fault("ns_delim=|\nsecurity.required\n").message


def test_a_key_twice(conf: Conf):
    """Two lines for one key leave open which was meant."""
    error = conf.fault("ns_delim=|\nns_delim=/\n")
    assert "line 2" in error.message
    assert "ns_delim" in error.message


def test_not_text(conf: Conf):
    """Bytes that are not UTF-8 are an error that names the line."""
    assert "line 2" in conf.fault(b"# ok\nns_delim=\xff\n").message


def test_not_a_readable_file(conf: Conf, tmp_path: Path):
    """A directory in its place is an error; /dev/null and a fifo nobody writes to are empty files, and do not block."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert Conf(fifo).read() == Conf(type(fifo)("/dev/null")).read() == Settings()
    conf.path.mkdir()
    assert str(conf.path) in conf.fault().message


def test_too_large(conf: Conf):
    """Something huge is no settings file."""
    assert "too large" in conf.fault(b"#" * (1 << 20) + b"\n").message
