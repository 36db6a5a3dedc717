"""Profiles: the table, what settings make of it, and that they cannot be tampered with (M-250…M-256)."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from store.addresses.colon import parse_path
from store.database import MEMORY, Database
from store.engine import Engine
from store.operations.command_history import command_history
from store.operations.entries import set_entry
from store.profiles import DEFAULT, LIMITS, PROFILES, features_of, profile_of, profiles_of
from store.session import Choice, open_session
from store.settings import Settings

NOW = 1_760_000_000_000


def test_the_table() -> None:
    """M-251."""
    table = {name: tuple(getattr(profile, limit) for limit in LIMITS) for name, profile in PROFILES.items()}
    assert table == {
        "default": (64, 5, 6, 1000, 1000, 100, 128, 2048),
        "enterprise": (128, 6, 8, 10000, 10000, 1000, 256, 8192),
        "embedded": (32, 3, 4, 100, 100, 10, 32, 256),
        "strict": (16, 3, 4, 50, 500, 5, 16, 128),
    }
    assert profile_of(Settings()) == DEFAULT == PROFILES["default"]


def test_an_unknown_name_is_default_with_a_warning() -> None:
    """M-250."""
    said: list[tuple[str, str]] = []
    asked = Settings(profile="nope")
    assert profile_of(asked, lambda text, code: said.append((text, code))) == DEFAULT
    ((text, code),) = said
    assert code == "unknown-profile"
    assert "'nope'" in text
    assert "enterprise" in text
    assert profile_of(asked) == DEFAULT
    said.clear()
    assert profile_of(Settings(profile="strict"), lambda *told: said.append(told)) == PROFILES["strict"]
    assert said == []


def test_limits_of_the_settings() -> None:
    """M-253: they replace single limits of a built-in profile, and make new profiles that are like default otherwise."""
    more = (("limits.strict.max_contexts", 6), ("limits.house.max_token_key_length", 9), ("features.x", True))
    assert profile_of(Settings(profile="strict", more=more)) == replace(PROFILES["strict"], max_contexts=6)
    assert profile_of(Settings(profile="house", more=more)) == replace(DEFAULT, name="house", max_token_key_length=9)
    assert list(profiles_of(Settings(more=more))) == ["default", "enterprise", "embedded", "strict", "house"]
    assert features_of(Settings(more=more)) == {"x": True}
    assert PROFILES["strict"].max_contexts == 5


def test_switches_reach_the_profile() -> None:
    """M-254: each of them, alone."""
    for switch in ("validate_namespace_characters", "enforce_reserved_words", "enable_command_audit_trail"):
        assert profile_of(Settings(**{switch: False})) == replace(DEFAULT, **{switch: False})  # type: ignore[arg-type]


def test_a_profile_is_frozen_unless_the_settings_say_otherwise() -> None:
    """M-253, M-254 `prevent_runtime_tampering`: the switch guards itself, too."""
    profile = profile_of(Settings())
    for name in ("max_contexts", "prevent_runtime_tampering", "name"):
        with pytest.raises(FrozenInstanceError):
            setattr(profile, name, 1)
        with pytest.raises(FrozenInstanceError):
            delattr(profile, name)
    assert hash(profile) == hash(DEFAULT)
    loose = profile_of(Settings(prevent_runtime_tampering=False))
    loose.max_contexts = 7
    assert loose.max_contexts == 7
    assert DEFAULT.max_contexts == 100
    loose.prevent_runtime_tampering = True
    with pytest.raises(FrozenInstanceError):
        loose.max_contexts = 8


def test_an_engine_keeps_its_profile() -> None:
    """M-253: later settings are for later engines."""
    engine = Engine(profile_of(Settings(profile="embedded")))
    assert profile_of(Settings(profile="strict")) != engine.profile == PROFILES["embedded"]


@pytest.mark.parametrize("audited", [True, False])
def test_without_the_audit_trail_history_stays_empty(tmp_path: Path, audited: bool) -> None:
    """M-254 `enable_command_audit_trail`, for whatever face opens a session."""
    conf = tmp_path / "pronto.conf"
    conf.write_text(f"security.enable_command_audit_trail={audited}\n")
    environ = {"PRONTO_CONFIG": str(conf), "PRONTO_HOME": str(tmp_path)}
    session = open_session(Choice(), environ, str(tmp_path), face="browser")
    with Database(MEMORY) as database:
        database.run(set_entry(parse_path("app:ui:k"), b"v", by=session.actor, now_ms=NOW))
        assert len(database.run(command_history("", 10))) == int(audited)
