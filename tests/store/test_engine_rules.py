"""What a write is held to, rule by rule, through both drivers (M-127…M-129, M-254, M-255)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.errors import LimitError
from store.operations.rules import DIRECT, IN_STREAMS, SetOptions
from store.profiles import DEFAULT, PROFILES
from tests.store.drivers import KINDS
from tests.store.engines import Desk, desk

STRICT = SetOptions.strict()
NAMES = SetOptions(enforce_names=True)
LIMITS = SetOptions(enforce_limits=True)


@pytest.fixture(params=KINDS)
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk(request.param, tmp_path) as made:
        yield made


class TestOptions:
    def test_what_is_said_nearer_wins_field_by_field(self) -> None:
        """M-128: the call, the engine, what is built in."""
        call = SetOptions(permit_append=True)
        engine = SetOptions(permit_append=False, enforce_names=True)
        assert call.over(engine).over(DIRECT) == SetOptions(True, False, True, False)
        assert call.over(engine).over(IN_STREAMS) == SetOptions(True, False, True, True)
        assert SetOptions(enforce_limits=False).over(IN_STREAMS).enforce_limits is False

    def test_strict(self) -> None:
        assert SetOptions.strict() == SetOptions(False, True, True, True)

    def test_the_engines_options_hold_for_every_write_and_a_call_may_lift_them(self, at: Desk) -> None:
        """M-128."""
        at.engine = at.new(options=SetOptions(permit_append=False))
        engine = at.engine
        for operation in (
            engine.set("q[]", "v"),
            engine.store_token("q[]", "v"),
            engine.store_token_at("a", "b", "q[]", "v"),
            engine.exec("set", "q[]", "v"),
            engine.token_stream("q[]=v"),
            engine.meteor_stream("a:b:q[]=v"),
        ):
            assert at.refused(operation).code == "append-not-permitted"
        assert at.entries() == []
        assert at.set("q[]", options=SetOptions(permit_append=True)) == "app:main:q[0]"

    def test_the_order_of_checks(self, at: Desk) -> None:
        """M-128: names, depth, append, limits, conflict; each one is found once those before it are mended."""
        at.engine = at.new(PROFILES["strict"])
        at.set("app:m:q[0].x")
        long = "k" * 17
        for path, code in (
            (f"9a:a.b.c.d:{long}[]", "invalid-name"),
            (f"app:a.b.9.d:{long}[]", "ns-bad-char"),
            (f"app:a.b.c.d:{long}[]", "ns-too-deep"),
            (f"app:a.b.c:{long}[]", "append-not-permitted"),
            (f"app:a.b.c:{long}", "limit-key-length"),
        ):
            assert at.refused(at.engine.set(path, "v", STRICT)).code == code, path
        at.set("app:m:user.name")
        assert at.refused(at.engine.set("app:m:user", "v" * 129, STRICT)).code == "limit-value-length"
        assert at.refused(at.engine.set("app:m:user", "v", STRICT)).code == "file-directory-conflict"

    def test_errors_of_a_stream_carry_where_the_write_stands(self, at: Desk) -> None:
        """M-128 `origin`."""
        error = at.refused(at.engine.meteor_stream("app:a:k=1 :;: app:a:k=2; q[]=3", SetOptions(permit_append=False)))
        assert error.origin is not None
        assert tuple(error.origin) == ("meteor", 2, 2, 25)
        error = at.refused(at.engine.token_stream(f"a=1; {'k' * 129}=2"))
        assert error.origin is not None
        assert (error.origin.dialect, error.origin.token, error.origin.offset) == ("token", 2, 5)
        assert at.refused(at.engine.set("q[]", "v", SetOptions(permit_append=False))).origin is None


class TestNames:
    @pytest.mark.parametrize(
        ("path", "code"),
        [
            ("2app:ui:k", "invalid-name"),
            ("größe:ui:k", "invalid-name"),
            ("app:global:k", "ns-reserved"),
            ("app:2x:k", "ns-bad-char"),
            (f"app:{'n' * 65}:k", "ns-part-too-long"),
            ("app:ui:x[", "bracket-mismatch"),
            ("app:ui:a[x][y]", "bracket-nested"),
            ("app:ui:c[*]", "bracket-bad-char"),
        ],
    )
    def test_refused_only_when_asked(self, at: Desk, path: str, code: str) -> None:
        """M-128 `enforce_names`; without it the same is stored with advice."""
        assert at.refused(at.engine.set(path, "v", NAMES)).code == code
        assert at.entries() == []
        assert [advice.code for advice in at.engine.advice(path)] == [code]
        at.set(path)
        assert at.get(path) == "v"

    def test_depth_warns_and_refuses_by_profile(self, at: Desk) -> None:
        """M-024, M-128 `enforce_namespace_depth`."""
        deep, too_deep = "app:a.b.c.d.e:k", "app:a.b.c.d.e.f:k"
        depth = SetOptions(enforce_namespace_depth=True)
        at.set(deep, options=depth)
        assert [advice.code for advice in at.engine.advice(deep)] == ["ns-deep"]
        assert at.refused(at.engine.set(too_deep, "v", depth)).code == "ns-too-deep"
        assert [advice.code for advice in at.engine.advice(too_deep)] == ["ns-too-deep"]
        at.set(too_deep, options=NAMES)
        at.engine = at.new(PROFILES["enterprise"])
        at.set(too_deep, options=depth)
        assert at.engine.advice("app:ui:k") == []

    def test_switches(self, at: Desk) -> None:
        """M-254: the character and reserved word checks can be switched off."""
        at.engine = at.new(replace(DEFAULT, validate_namespace_characters=False, enforce_reserved_words=False))
        at.set("2app:global.2x:k", options=NAMES)

    def test_conflict_of_value_and_directory(self, at: Desk) -> None:
        """M-127: both ways, for new keys only, and dots in brackets do not count."""
        at.set("app:m:user.name", options=NAMES)
        for key in ("user", "user.name.first"):
            error = at.refused(at.engine.set(f"app:m:{key}", "v", NAMES))
            assert error.code == "file-directory-conflict"
        at.set("app:m:user.name", "again", options=NAMES)
        at.set("app:m:user.age", options=NAMES)
        at.set("app:other:user", options=NAMES)
        at.set("app:m:s", options=NAMES)
        at.set("app:m:s[a.b]", options=NAMES)
        at.set("app:m:user")  # not asked for
        at.set("app:m:user", "again", options=NAMES)

    def test_conflict_within_one_stream(self, at: Desk) -> None:
        """M-106, M-127: writes before it count, and nothing of it is kept."""
        for text in ("user=1; user.name=2", "user.name=1; user=2"):
            assert at.refused(at.engine.token_stream(text, NAMES)).code == "file-directory-conflict"
            assert at.entries() == []
        at.do(at.engine.token_stream("user=1; ctl:delete=app:main:user; user.name=2", NAMES))
        assert at.paths() == ["app:main:user.name"]


class TestLimits:
    def test_streams_have_them_direct_writes_do_not(self, at: Desk) -> None:
        """M-128, M-129."""
        long = "k" * 129
        at.set(f"app:m:{long}", "v" * 3000)
        assert at.refused(at.engine.set(f"app:m:{long}", "v", LIMITS)).code == "limit-key-length"
        assert at.refused(at.engine.token_stream(f"k={'v' * 2049}")).code == "limit-value-length"
        at.do(at.engine.token_stream(f"k={'v' * 2049}", SetOptions(enforce_limits=False)))

    def test_lengths_are_in_characters_of_what_is_stored(self, at: Desk) -> None:
        """M-129, U-05: neither bytes nor quotes and escapes."""
        at.set("k", "ü" * 2048, options=LIMITS)
        at.do(at.engine.token_stream(f'm="{"é" * 2047};"'))
        error = at.refused(at.engine.set("k", "ü" * 2049, LIMITS))
        assert isinstance(error, LimitError)
        assert "ü" not in f"{error.message}{error.hint}{error.text}"

    def test_the_key_that_counts_is_the_one_that_is_stored(self, at: Desk) -> None:
        """M-123, M-129: an append key counts as the index it becomes."""
        base = "q" * (128 - len("__i_0"))
        at.set(f"{base}[]", options=LIMITS)
        for _ in range(9):
            at.set(f"{base}[]", options=LIMITS)
        assert at.refused(at.engine.set(f"{base}[]", "v", LIMITS)).code == "limit-key-length"

    def test_contexts(self, at: Desk) -> None:
        """M-129: only a write that creates one too many; freed ones may be used again (M-122)."""
        at.engine = at.new(PROFILES["strict"], LIMITS)
        for number in range(5):
            at.set(f"c{number}:n:k")
        assert at.refused(at.engine.set("c5:n:k", "v")).code == "limit-contexts"
        at.set("c4:other:k")
        at.do(at.engine.clear_context("c0"))
        at.set("c5:n:k")
        assert at.refused(at.engine.meteor_stream("c5:n:k=1 :;: c6:n:k=1")).code == "limit-contexts"
        at.do(at.engine.meteor_stream("ctl:delete=c5:: :;: c6:n:k=1"))
        assert at.do(at.engine.contexts()) == ["c1", "c2", "c3", "c4", "c6"]
