"""`config`: the profile in effect and every setting, and where each comes from (M-250…M-256, P-006)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store.settings import KEYS, VARIABLES
from tests.conftest import Program
from tests.headless.test_modules import loaded

LABELS = (
    "Max namespace part length",
    "Namespace warning depth",
    "Namespace error depth",
    "Max meteors per shower",
    "Max command history",
    "Max contexts",
    "Max token key length",
    "Max token value length",
    "Runtime tampering prevention",
    "Namespace character validation",
    "Reserved word enforcement",
    "Command audit trail",
)


@pytest.fixture
def conf(home: Path) -> Path:
    path = home / ".config/prontodb/pronto.conf"
    path.parent.mkdir(parents=True)
    return path


def test_built_in(prontodb: Program) -> None:
    """M-252: the profile, then twelve lines in order; then every setting there is."""
    done = prontodb("config")
    lines = done.stdout.decode().split("\n")
    assert (done.returncode, done.stderr) == (0, b"")
    assert lines[0] == "Meteor Configuration Profile: default (from built in)"
    assert [line[2:].partition(":")[0] for line in lines[1:13]] == list(LABELS)
    assert lines[9:13] == [f"- {label}: true" for label in LABELS[8:]]
    rest = "\n".join(lines[13:])
    fields = {field: variable for variable, (field, _) in VARIABLES.items()}
    for key, (field, _) in KEYS.items():
        assert f"\n{key} = " in rest
        fields.pop(field, None)
    for variable in fields.values():
        assert f"\n{variable} = " in rest
    assert "(not there)" in rest


def test_file_and_variable(prontodb: Program, conf: Path) -> None:
    """Where each comes from: built in, file and line, variable."""
    conf.write_text(
        "# mine\nprofile.active=house\nlimits.house.max_contexts=7\nfeatures.graphs=on\nsecurity.enforce_reserved_words=off\n"
    )
    text = prontodb("config").stdout.decode()
    assert text.startswith(f"Meteor Configuration Profile: house (from {conf}:2)\n")
    for line in (
        "- Max contexts: 7",
        "- Max token key length: 128",
        "- Reserved word enforcement: false",
        f"Settings file: {conf}",
        f"profile.active = house ({conf}:2)",
        f"limits.house.max_contexts = 7 ({conf}:3)",
        f"features.graphs = true ({conf}:4)",
        f"security.enforce_reserved_words = false ({conf}:5)",
        "busy_timeout_ms = 5000 (built in)",
        "PRONTO_MAX_INPUT = 9 (PRONTO_MAX_INPUT)",
    ):
        assert line in prontodb("config", env={"PRONTO_MAX_INPUT": "9"}).stdout.decode().split("\n")
    text = prontodb("config", env={"PRONTO_PROFILE": "strict"}).stdout.decode()
    assert text.startswith("Meteor Configuration Profile: strict (from PRONTO_PROFILE)\n")
    assert "- Max contexts: 5\n" in text


def test_for_programs(prontodb: Program, conf: Path) -> None:
    """U-16."""
    conf.write_text("limits.house.max_contexts=7\nfeatures.graphs=on\n")
    found = json.loads(prontodb("config", "--output", "json", env={"PRONTO_PROFILE": "house"}).stdout)
    assert (found["profile"], found["source"], found["file"]) == ("house", "PRONTO_PROFILE", str(conf))
    assert found["limits"]["max_contexts"] == 7
    assert found["features"] == {"graphs": True}
    assert found["profiles"][-1] == "house"
    assert {"key": None, "variable": "PRONTO_PIPE_STRICT", "value": False, "source": "built in"} in found["settings"]


def test_an_unknown_profile_is_told(prontodb: Program) -> None:
    """M-250: default, with a warning on standard error, for people and for programs."""
    done = prontodb("config", env={"PRONTO_PROFILE": "nope"})
    assert (done.returncode, done.stdout.split(b"\n")[0]) == (
        0,
        b"Meteor Configuration Profile: default (from built in)",
    )
    assert b"nope" in done.stderr
    done = prontodb("config", "--json", env={"PRONTO_PROFILE": "nope"})
    assert json.loads(done.stderr)["code"] == "unknown-profile"


def test_a_bad_line_is_an_error_with_its_place(prontodb: Program, conf: Path) -> None:
    """Also for commands that ask for no profile: nobody is to find out late."""
    conf.write_text("\nlimits.default.max_contexts=lots\n")
    for words in (["config"], ["get", "app.ui.k"]):
        done = prontodb(*words)
        assert done.returncode == 1
        assert f"{conf}, line 2: limits.default.max_contexts".encode() in done.stderr


def test_it_works_whatever_is_wrong_with_cursors(prontodb: Program) -> None:
    """It needs the settings alone."""
    assert prontodb("config", env={"PRONTO_CURSOR": "nobody"}).returncode == 0


def test_the_audit_trail_can_be_switched_off(prontodb: Program, conf: Path) -> None:
    """M-254: history stays empty; the write happens."""
    conf.write_text("security.enable_command_audit_trail=off\n")
    prontodb("set", "app.ui.k", "v")
    assert prontodb("get", "app.ui.k").stdout == b"v\n"
    assert prontodb("history").stdout.strip() in (b"", b"No command history")


def test_a_get_loads_no_profile_for_them(prontodb: Program, conf: Path, home: Path) -> None:
    """T-211: settings about profiles cost a `get` nothing but their lines."""
    prontodb("set", "app.ui.theme", "dark")
    conf.write_text("busy_timeout_ms=5000\n")
    before = loaded(home, ["get", "app.ui.theme"])
    conf.write_text("profile.active=house\nlimits.house.max_contexts=7\nfeatures.graphs=on\n")
    assert loaded(home, ["get", "app.ui.theme"]) - before == set()
