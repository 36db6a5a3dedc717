"""Cells, appending, directories and views of the engine, through both drivers (M-120…M-127, M-132…M-135)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.errors import NotFound, Refused
from store.model import Actor, Address
from store.operations import entries, expiry
from store.operations.directories import parents, separators
from tests.store.drivers import KINDS
from tests.store.engines import T0, Desk, desk

BY = Actor()


@pytest.fixture(params=KINDS)
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk(request.param, tmp_path) as made:
        yield made


class TestCells:
    def test_two_spellings_are_one_cell_shown_in_notation(self, at: Desk) -> None:
        """M-120, M-124."""
        assert at.set("app:ui:items[ 0 ]", "a") == "app:ui:items[0]"
        assert at.set("app:ui:items__i_0", "b") == "app:ui:items[0]"
        assert at.entries() == [("app", "ui", "items[0]", "b")]

    def test_reads_never_raise_for_a_bad_path(self, at: Desk) -> None:
        """M-094."""
        engine = at.engine
        for path in ("a:b:c:d", "", ":x:y", "app:a..b:c", "app:ui:"):
            assert at.do(engine.get(path)) is None
            assert at.do(engine.get_text(path)) is None
            assert at.do(engine.exists(path)) is False
            assert at.do(engine.is_file(path)) is False
        for path in ("a:b:c:d", "", ":x"):
            assert at.do(engine.is_directory(path)) is False
            assert at.do(engine.has_default(path)) is False
            assert at.do(engine.get_default(path)) is None

    @pytest.mark.parametrize(
        ("path", "code"),
        [("a:b:c:d", "too-many-colons"), ("", "empty-path"), (":x:y", "empty-context"), ("app:ui:", "empty-key")],
    )
    def test_writes_do_when_they_are_run(self, at: Desk, path: str, code: str) -> None:
        """M-094: and nothing is stored."""
        assert at.refused(at.engine.set(path, "v")).code == code
        assert at.entries() == []

    def test_a_refused_write_creates_no_database(self, tmp_path: Path) -> None:
        """T-012: what can be judged without a store is."""
        with desk("sync-file", tmp_path) as made:
            made.refused(made.engine.set("a:b:c:d", "v"))
            made.refused(made.engine.token_stream("a=1;;"))
            assert list(tmp_path.iterdir()) == []

    def test_a_value_that_is_not_text(self, at: Desk) -> None:
        """U-05: refused both ways, without a word of it in the error."""
        at.database.run(entries.set_entry(Address("", "app", "main", "k"), b"\xff secret", by=BY, now_ms=T0))
        for operation in (at.engine.get("k"), at.engine.meteors(), at.engine.meteor_for("app", "main")):
            error = at.refused(operation)
            assert (type(error), error.code) == (Refused, "not-text")
            assert "secret" not in f"{error.message}{error.hint}{error.text}"
        assert at.do(at.engine.exists("k"))
        assert at.refused(at.engine.set("k", "\ud800")).code == "not-text"

    def test_get_text_decodes_what_set_stored_unchanged(self, at: Desk) -> None:
        """M-009."""
        at.set("k", '"a\\n;b"')
        assert at.get("k") == '"a\\n;b"'
        assert at.do(at.engine.get_text("k")) == "a\n;b"

    def test_metas_are_apart(self, at: Desk) -> None:
        """P-102."""
        other = at.new(meta="org")
        at.set("app:ui:k", "ours")
        other.run(at.database, other.set("app:ui:k", "theirs"))
        assert at.get("app:ui:k") == "ours"
        at.do(at.engine.clear_storage())
        assert other.run(at.database, other.get("app:ui:k")) == "theirs"
        assert at.entries() == []

    def test_what_expired_is_not_there(self, at: Desk) -> None:
        """M-122, P-043: no entry, no namespace, no context, no directory."""
        at.database.run(expiry.create_cache("", "tmp", "a.b", 1, by=BY, now_ms=T0))
        at.set("tmp:a.b:k.x")
        assert at.do(at.engine.is_directory("tmp:a"))
        at.now_ms += 1000
        assert at.get("tmp:a.b:k.x") is None
        assert at.do(at.engine.contexts()) == []
        assert at.do(at.engine.namespace_view("tmp", "a.b")) is None
        for path in ("tmp", "tmp:a", "tmp:a.b", "tmp:a.b:k"):
            assert not at.do(at.engine.is_directory(path))

    def test_delete_by_path(self, at: Desk) -> None:
        """M-121."""
        for path in ("app:ui:a", "app:ui.sub:b", "app:main:c", "app::r", "x:main:d", "x:y:e"):
            at.set(path)
        assert at.do(at.engine.delete("app:ui:"))
        assert not at.do(at.engine.delete("app:ui:"))
        assert at.do(at.engine.delete("x:"))
        assert at.paths() == ["app::r", "app:main:c", "app:ui.sub:b", "x:y:e"]
        assert at.do(at.engine.delete("c"))
        assert at.do(at.engine.delete("app::"))
        assert at.paths() == ["x:y:e"]
        assert at.refused(at.engine.delete("a:b:c:d")).code == "too-many-colons"

    def test_nobody_but_the_rescue_writes_to_the_pipe_cache(self, at: Desk) -> None:
        """P-022."""
        assert at.refused(at.engine.set("pipe:cache:k", "v")).code == "reserved"
        assert at.refused(at.engine.token_stream("pipe:cache:k=v")).code == "reserved"


class TestAppending:
    def test_writes_of_one_stream_count_each_other(self, at: Desk) -> None:
        """M-123."""
        at.do(at.engine.token_stream("q[]=a; q[]=b; q[7]=c; q[]=d; q[name]=e; q[1,9]=f; q[]=g; r[]=h"))
        assert [entry[2:] for entry in at.entries()] == [
            *[("q[0]", "a"), ("q[1]", "b"), ("q[7]", "c"), ("q[8]", "d")],
            *[("q[name]", "e"), ("q[1,9]", "f"), ("q[9]", "g"), ("r[0]", "h")],
        ]

    def test_a_control_between_them_is_seen(self, at: Desk) -> None:
        """M-105, M-123."""
        at.do(at.engine.token_stream("q[]=a; q[]=b; ctl:delete=app:main:q[]; q[]=c; ctl:reset=storage; q[]=d"))
        assert at.entries() == [("app", "main", "q[0]", "d")]

    def test_numbers_count_by_value_whatever_their_spelling(self, at: Desk) -> None:
        """M-031, M-123: digits are kept verbatim; 007 is seven, and the one that is read."""
        at.set("q[007]", "seven")
        at.set("q[3]", "three")
        assert at.get("q[]") == "seven"
        assert at.set("q[]") == "app:main:q[8]"
        at.set("q[00100]", "hundred")
        assert at.get("q[]") == "hundred"
        assert at.set("q[]") == "app:main:q[101]"
        assert at.do(at.engine.delete("q[]"))
        assert at.do(at.engine.delete("q[]"))
        assert not at.do(at.engine.exists("q[00100]"))
        assert at.do(at.engine.exists("q[8]"))

    def test_very_long_numbers_and_what_only_looks_like_one(self, at: Desk) -> None:
        large = "9" * 30
        at.set(f"q[{large}]")
        at.set("q[5,9999999999999999999999999999999999999]")
        assert at.set("q[]") == f"app:main:q[1{'0' * 30}]"
        at.set("a__b__i_APPEND", "named")  # M-038: this is a[b__i_APPEND]
        assert at.get("a[b__i_APPEND]") == "named"
        at.set(f"q[{'7' * 5000}]")  # of such a number nobody means the successor
        assert at.set("q[]") == f"app:main:q[1{'0' * 29}1]"

    def test_others_of_the_namespace_do_not_count(self, at: Desk) -> None:
        for key in ("qq[50]", "q2[60]", "q.x[70]", "a[80]", "zzzzzzzzzzzzzzzzzzzz[90]"):
            at.set(f"app:m:{key}")
        at.set("app:other:q[40]")
        assert at.set("app:m:q[]") == "app:m:q[0]"
        assert at.set("app:m:q[]") == "app:m:q[1]"


class TestDirectories:
    def test_a_namespace_is_one_with_all_below_it(self, at: Desk) -> None:
        """M-126: by whole parts."""
        at.set("app:ui.sub.deep:k")
        for path, answer in (("app", True), ("app:ui", True), ("app:ui.sub", True), ("app:u", False), ("app::", True)):
            assert at.do(at.engine.is_directory(path)) is answer, path
        at.set("x:ui-old:k")
        at.set("x:ui0:k")
        at.set("x:ui/a:k")
        assert not at.do(at.engine.is_directory("x:ui"))
        assert at.do(at.engine.is_directory("x:"))
        assert not at.do(at.engine.is_directory("nothing"))

    def test_a_key_is_one_where_a_dot_outside_brackets_continues_it(self, at: Desk) -> None:
        """M-126, M-127."""
        for key in ("user.settings.theme", "user", "s[a.b]", "t[x.y", "usera.b", "w[v]x.y", "d__e.f@g", "e/x"):
            at.set(f"app:m:{key}")
        answers = {
            "user": True,
            "user.settings": True,
            "user.settings.theme": False,
            "use": False,
            "e": False,
            "s": False,
            "s[a": False,
            "t[x": False,
            "w[v]x": True,
            "d__e": True,
        }
        for key, answer in answers.items():
            assert at.do(at.engine.is_directory(f"app:m:{key}")) is answer, key
        assert at.do(at.engine.is_file("app:m:user"))

    def test_separators(self) -> None:
        assert separators("a.b__c.d") == [1]
        assert separators("a.b__c.d@") == [1, 6]
        assert parents("a.b.c") == ["a", "a.b"]

    def test_defaults(self, at: Desk) -> None:
        """M-125."""
        at.set("user:main:.index", "u")
        at.set("app:m:user.index", "key")
        at.set("app:m:s[x.index]", "no directory")
        assert at.do(at.engine.get_default("user")) == "u"
        assert at.do(at.engine.get_default("user:")) == "u"
        assert at.do(at.engine.get_default("app:m:user")) == "key"
        assert not at.do(at.engine.has_default("app:m"))
        assert not at.do(at.engine.has_default("app:m:s[x]"))


class TestViews:
    def test_order_is_insertion_and_updates_keep_it(self, at: Desk) -> None:
        """M-132."""
        for key in ("c", "a", "b"):
            at.set(f"z:n:{key}", key)
        at.set("a:n:x")
        at.set("z:n:c", "again")
        at.do(at.engine.delete("z:n:a"))
        at.set("z:n:a", "new")
        assert at.paths() == ["a:n:x", "z:n:c", "z:n:b", "z:n:a"]
        assert at.do(at.engine.contexts()) == ["a", "z"]
        assert at.do(at.engine.namespaces("z")) == ["n"]
        assert at.do(at.engine.namespaces("unknown")) == []

    def test_a_snapshot_does_not_see_what_comes_later(self, at: Desk) -> None:
        """M-133."""
        at.set("a")
        at.set("b")
        seen = []
        for entry in at.do(at.engine.entries()):
            seen.append(entry[2])
            at.set(f"{entry[2]}x")
            at.do(at.engine.delete("b"))
        assert seen == ["a", "b"]
        assert at.paths() == ["app:main:a", "app:main:ax", "app:main:bx"]

    def test_an_iteration_counts_when_it_reaches_the_end(self, at: Desk) -> None:
        """M-148: totals survive mutations and end with a storage reset."""
        at.set("a:x:k")
        at.set("a:y:k")
        at.set("a:y:l")
        snapshot = at.do(at.engine.entries())
        next(iter(snapshot))
        assert at.do(at.engine.workspace_status()).total_iterations == 0
        assert len(list(snapshot)) == 3
        at.set("more")
        status = at.do(at.engine.workspace_status((2, 3, 1)))
        assert (status.total_iterations, status.total_keys_iterated, status.avg_keys_per_iteration) == (2, 3, 1.5)
        assert (status.total_cached_queries, status.overall_cache_hit_ratio) == (2, 0.75)
        at.do(at.engine.clear_storage())
        assert at.do(at.engine.workspace_status()).to_dict() == {
            "namespace_count": 0,
            "scratch_slot_count": 0,
            "total_ordered_keys": 0,
            "total_iterations": 0,
            "total_keys_iterated": 0,
            "total_cached_queries": 0,
            "total_cache_hits": 0,
            "total_cache_misses": 0,
            "overall_cache_hit_ratio": 0.0,
            "avg_keys_per_iteration": 0.0,
        }

    def test_a_view_answers_in_either_spelling(self, at: Desk) -> None:
        """M-134."""
        for key in ("full", "sections[2_b]", "sections[1_a]", "metadata[lang]", "q[1]", "q[0]", "grid[1,2]"):
            at.set(f"doc:g:{key}", f"<{key}>")
        view = at.do(at.engine.namespace_view("doc", "g"))
        assert view.entry_count == 7
        assert view.keys()[1] == "sections[2_b]"
        assert view.canonical_keys()[1] == "sections__2_b"
        assert view.get("sections__1_a") == view.get("sections[1_a]") == "<sections[1_a]>"
        assert view.get("q[]") == "<q[1]>"
        assert view.get("x[]") is None
        assert not view.has_key("nothing")
        at.set("app:m:l[i_APPEND]", "a name, not a marker")
        at.set("app:m:l[" + "9" * 5000 + "]", "no number that anybody means")
        named = at.do(at.engine.entries_in("app", "m"))
        assert (named.get("l[i_APPEND]"), named.get("l[]")) == ("a name, not a marker", None)  # M-042, M-123
        assert view.full == "<full>"
        assert view.metadata == {"lang": "<metadata[lang]>"}
        assert view.families()["sections"] == ["1_a", "2_b"]
        assert view.find_keys(lambda key: key.startswith("sections_")) == ["sections[2_b]", "sections[1_a]"]
        assert view.entries() == list(zip(view.keys(), view.values(), strict=True))
        assert at.do(at.engine.namespace_view("doc", "nothing")) is None
        assert at.do(at.engine.entries_in("doc", "nothing")).entry_count == 0

    @pytest.mark.parametrize("value", ["plain", 'a "b"', '"quoted"', " edge ", "a=b;c", "two\nlines", "", "\\", '"'])
    def test_a_meteor_written_out_stores_the_same_text_again(self, at: Desk, value: str) -> None:
        """U-05, M-083."""
        at.set("app:ui:k[x]", value)
        text = at.do(at.engine.meteor_for("app", "ui")).to_text()
        at.do(at.engine.clear_storage())
        at.do(at.engine.meteor_stream(text))
        assert at.get("app:ui:k[x]") == value

    def test_meteors(self, at: Desk) -> None:
        """M-135."""
        at.set("b:n:k")
        at.set("a:n:k")
        assert [meteor.to_text() for meteor in at.do(at.engine.meteors())] == ["a:n:k=v", "b:n:k=v"]
        assert at.do(at.engine.meteor_for("a", "x")) is None


def test_an_operation_of_somebody_else_is_simply_run(tmp_path: Path) -> None:
    with desk("sync-file", tmp_path) as made:
        with pytest.raises(NotFound):
            made.do(entries.copy(Address("", "a", "b", "c"), Address("", "a", "b", "d"), by=BY, now_ms=T0))
        assert made.history() == []
