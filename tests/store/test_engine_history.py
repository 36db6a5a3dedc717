"""What the engine records, what it does not, and what a failure leaves behind, through both drivers (M-136…M-141, U-10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.errors import Corrupt, NotFound, StoreError, Unavailable, UsageError
from store.model import Actor, Address
from store.operation import Statement, reading
from store.operations import changes, commands, entries, history, pipes, scratch
from store.profiles import DEFAULT, PROFILES
from tests.store.drivers import KINDS
from tests.store.engines import T0, Desk, desk

CONSOLE = Actor("keeper", "", "console")


@reading
def numbers():
    """The oldest and the newest change number."""
    return (yield Statement("SELECT min(seq), max(seq) FROM changes"))[0]


@pytest.fixture(params=KINDS)
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with desk(request.param, tmp_path) as made:
        yield made


class TestRecords:
    def test_plain_calls_of_a_program_leave_none(self, at: Desk) -> None:
        """M-136: but their changes are numbered like all others (U-10)."""
        at.set("a")
        at.do(at.engine.token_stream("b=1; c=2"))
        at.do(at.engine.delete("a"))
        at.do(at.engine.delete("app:main:"))
        at.do(at.engine.reset_all())
        assert at.history() == []
        assert at.database.run(changes.changes_since(0)).newest == 6

    @pytest.mark.parametrize("text", ["k=v", "k=v; l=v; m=v"])
    def test_changes_without_a_record_are_trimmed_all_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
    ) -> None:
        """T-102: history does not grow without end only because nobody is recorded."""
        monkeypatch.setattr(commands, "KEPT_CHANGES", 50)
        with desk("sync-memory", tmp_path) as at:
            for _ in range(200):
                at.do(at.engine.token_stream(text))
                at.set("s")
                at.do(at.engine.delete("s"))
            oldest, newest = at.database.run(numbers())
            assert newest >= 600
            assert newest - oldest < 50 + 2 * commands.TRIM_EVERY

    def test_a_face_leaves_one_for_every_call_that_changes_something(self, at: Desk) -> None:
        """U-10: a stream is one command, its controls are their own (M-104)."""
        at.engine = at.new(actor=CONSOLE)
        at.set("a")
        at.do(at.engine.token_stream("b=1; c=2; b=3; ctl:delete=app:main:a; d=4"))
        at.do(at.engine.token_stream("ns=ui"))
        at.do(at.engine.delete("d"))
        at.do(at.engine.clear_storage())
        assert at.history() == [
            ("set", "app.main.a", None, 1),
            ("stream", "4 tokens", None, 3),
            ("delete", "app:main:a", None, 1),
            ("delete", "d", None, 1),
            ("reset", "storage", None, 2),
        ]
        record = at.do(at.engine.last_command())
        assert (record.user, record.face, record.timestamp) == ("keeper", "console", T0 // 1000)

    def test_a_stream_of_a_face_is_undone_as_one(self, at: Desk) -> None:
        """T-101."""
        at.engine = at.new(actor=CONSOLE)
        at.set("a", "old")
        at.do(at.engine.token_stream("a=new; b=1; ctl:reset=cursor; c=2"))
        stream = next(done for done in at.database.run(history.history("")) if done.kind == "stream")
        at.database.run(changes.undo(stream.id, by=CONSOLE, now_ms=T0))
        assert at.entries() == [("app", "main", "a", "old")]

    def test_control_and_clearing(self, at: Desk) -> None:
        """M-137, M-138: nothing found is still success."""
        for path in ("a:x:k", "a:y:k", "a:y:l", "b:x:k"):
            at.set(path)
        engine = at.engine
        assert at.do(engine.control("delete", "a:x:nothing")) == 0
        assert at.do(engine.control("delete", "a:x:k")) == 1
        assert at.do(engine.clear_namespace("a", "y")) == 2
        assert at.do(engine.clear_context("b")) == 1
        assert at.do(engine.clear_context("b")) == 0
        assert at.do(engine.control("reset", "cursor")) == 0
        assert at.history() == [
            ("delete", "a:x:nothing", None, 0),
            ("delete", "a:x:k", None, 1),
            ("clear_namespace", "a:y", None, 2),
            ("clear_context", "b", None, 1),
            ("clear_context", "b", None, 0),
            ("reset", "cursor", None, 0),
        ]

    def test_exec_does_everything_by_one_door(self, at: Desk) -> None:
        """M-140: targets as typed."""
        engine = at.engine
        assert at.do(engine.exec("set", "app:ui:q[ ]", "a")) == "app:ui:q[0]"
        text = at.do(engine.exec("export", "app:ui", "text"))
        assert at.do(engine.exec("export", "app:nothing")) is None
        assert '"q[0]"' in at.do(engine.exec("export", "app:ui", "json"))
        assert at.do(engine.exec("delete", "app:ui:")) == 1
        assert at.do(engine.exec("import", "notes.txt", text)).tokens_added == 1
        assert at.do(engine.exec("clear_namespace", "app:ui")) == 1
        assert at.do(engine.exec("clear_context", "app")) == 0
        assert at.do(engine.exec("reset", "all")) == 0
        assert [record[:2] for record in at.history()] == [
            ("set", "app:ui:q[ ]"),
            ("export", "app:ui"),
            ("export", "app:nothing"),
            ("export", "app:ui"),
            ("delete", "app:ui:"),
            ("import", "notes.txt"),
            ("clear_namespace", "app:ui"),
            ("clear_context", "app"),
            ("reset", "all"),
        ]
        assert all(error is None for _, _, error, _ in at.history())

    def test_a_reset_empties_scratch_and_keeps_history(self, at: Desk) -> None:
        """M-139, M-147."""
        at.database.run(scratch.store("", "note", b"v", by=CONSOLE, now_ms=T0))
        assert at.do(at.engine.workspace_status()).scratch_slot_count == 1
        at.do(at.engine.control("reset", "storage"))
        assert at.do(at.engine.workspace_status()).scratch_slot_count == 0
        assert [record[0] for record in at.history()] == ["scratch-set", "reset"]

    def test_without_the_audit_trail_nothing_is_recorded(self, at: Desk) -> None:
        """M-254: neither success nor failure, by whatever face."""
        at.engine = at.new(replace(DEFAULT, enable_command_audit_trail=False), actor=CONSOLE)
        at.do(at.engine.exec("set", "a", "1"))
        at.do(at.engine.token_stream("b=2; ctl:reset=cursor"))
        at.refused(at.engine.control("nope", "x"))
        at.do(at.engine.clear_context("app"))
        assert at.history() == []
        assert at.database.run(history.count("")) == 0


class TestFailures:
    @pytest.mark.parametrize(
        ("command", "target", "code"),
        [
            ("nope", "x", "control-unknown"),
            ("reset", "nothing", "reset-unknown-target"),
            ("delete", "a:b:c:d", "too-many-colons"),
            ("delete", "", "empty-path"),
        ],
    )
    def test_of_a_control_command(self, at: Desk, command: str, target: str, code: str) -> None:
        """M-137: recorded, then raised."""
        assert at.refused(at.engine.control(command, target)).code == code
        assert at.history() == [(command, target, code, 0)]
        assert at.refused(at.engine.exec(command, target)).code == code
        assert at.do(at.engine.failed_commands(last=1))[0].error_message == code

    @pytest.mark.parametrize(
        ("command", "target", "value", "code"),
        [
            ("set", "a:b:c:d", "v", "too-many-colons"),
            ("set", "app:ui:", "v", "empty-key"),
            ("set", "pipe:cache:k", "v", "reserved"),
            ("set", "a", None, "usage"),
            ("set", "a", "\ud800", "not-text"),
            ("clear_context", " ", None, "empty-context"),
            ("clear_namespace", "app", None, "incomplete"),
            ("export", "app", None, "incomplete"),
            ("import", "file", "no export", "export-missing-header"),
            ("import", "file", None, "usage"),
        ],
    )
    def test_of_exec(self, at: Desk, command: str, target: str, value: str | None, code: str) -> None:
        """M-140: success and failure, with the target as typed."""
        assert at.refused(at.engine.exec(command, target, value)).code == code
        assert at.history() == [(command, target, code, 0)]
        assert at.entries() == []

    @pytest.mark.parametrize(("command", "target"), [("delete", "a:b:\udcff"), ("reset", "\ud800"), ("\udcff", "x")])
    def test_of_what_is_not_text(self, at: Desk, command: str, target: str) -> None:
        """M-140: typed bytes that are no UTF-8 are recorded as escapes, and hide nothing of the failure."""
        error = at.refused(at.engine.exec(command, target))
        shown = [text.encode("ascii", "backslashreplace").decode() for text in (command, target)]
        assert at.history() == [(*shown, error.code, 0)]

    def test_of_a_stream_before_anything_was_applied(self, at: Desk) -> None:
        """M-106: a control command that fails its check leaves one failed record; any other error leaves none."""
        assert (
            at.refused(at.engine.token_stream("ns=ui; a=1; ctl:reset=cursor; ctl:delete=a:b:c:d")).code
            == "too-many-colons"
        )
        assert at.history() == [("delete", "a:b:c:d", "too-many-colons", 0)]
        at.refused(at.engine.meteor_stream("a:b:c=1 :;: ctl:reset=x"))
        at.refused(at.engine.token_stream("a=1; b"))
        assert len(at.history()) == 2
        assert (at.entries(), at.engine.position()) == ([], "app:main")

    def test_of_a_stream_while_it_is_applied_rolls_everything_back(self, at: Desk) -> None:
        """M-106: entries, position, scratch, and the records of the controls before it."""
        at.set("keep", "me")
        at.database.run(scratch.store("", "note", b"v", by=CONSOLE, now_ms=T0))
        before = at.history()
        long = "k" * 200
        text = f"ctl:delete=app:main:keep; ns=ui; a=1; ctl:reset=all; b=2; {long}=3"
        assert at.refused(at.engine.token_stream(text)).code == "limit-key-length"
        assert at.entries() == [("app", "main", "keep", "me")]
        assert (at.engine.position(), at.history()) == ("app:main", before)
        assert at.do(at.engine.workspace_status()).scratch_slot_count == 1

    def test_the_first_error_is_the_one_that_is_seen(self) -> None:
        """T-100: if the failure cannot be recorded either."""

        made = Desk(Broken(UsageError("first"), UsageError("second")))
        assert made.refused(made.engine.control("reset", "cursor")).message == "first"
        assert made.database.errors == []  # it was tried

    def test_a_store_in_trouble_is_not_written_to_once_more(self) -> None:
        """T-100, T-154: what could not write will hardly write a record of it."""
        for error in (Unavailable("locked", "busy"), Corrupt("corrupt", "damaged")):
            made = Desk(Broken(error, UsageError("second")))
            assert made.refused(made.engine.control("reset", "cursor")) is error
            assert len(made.database.errors) == 1


class Broken:
    """A database on which everything fails."""

    def __init__(self, *errors: StoreError) -> None:
        self.errors = list(errors)

    def run(self, operation: object) -> object:
        raise self.errors.pop(0)


class TestReading:
    def fill(self, at: Desk) -> None:
        for number in range(6):
            at.do(at.engine.control("delete", f"k{number}"))
            at.refused(at.engine.control("nope", str(number)))

    def test_filters_then_the_newest_then_pages(self, at: Desk) -> None:
        """M-141: always oldest first."""
        self.fill(at)
        targets = [record[1] for record in at.history(command="delete", last=4, offset=1, limit=2)]
        assert targets == ["k3", "k4"]
        assert [record[1] for record in at.history(success=False, offset=4)] == ["4", "5"]
        assert [record.target for record in at.do(at.engine.failed_commands(last=2))] == ["4", "5"]
        assert at.history(last=0) == []
        assert at.do(at.engine.last_command()).target == "5"

    def test_only_the_newest_count_as_kept(self, at: Desk) -> None:
        """M-136, M-255."""
        at.engine = at.new(replace(PROFILES["embedded"], max_command_history=3))
        self.fill(at)
        assert [record[1] for record in at.history()] == ["4", "k5", "5"]

    def test_forgetting_keeps_entries_numbers_and_other_metas(self, at: Desk) -> None:
        """M-141, T-048."""
        other = at.new(meta="org")
        other.run(at.database, other.exec("set", "k", "theirs"))
        at.do(at.engine.exec("set", "k", "1"))
        at.do(at.engine.exec("set", "k", "2"))
        newest = at.database.run(changes.changes_since(0)).newest
        at.do(at.engine.clear_history())
        assert at.history() == []
        assert at.do(at.engine.last_command()) is None
        assert at.get("k") == "2"
        assert at.database.run(changes.changes_since(0)).newest == newest
        assert at.database.run(changes.changes_since(1)).complete
        moment = at.database.run(history.timeline(Address("", "app", "main", "k")))[-1]
        assert (moment.before, moment.withheld, moment.command) == (None, True, "set")
        with pytest.raises(NotFound):
            at.database.run(changes.undo(None, by=Actor(face="engine"), now_ms=T0))
        assert len(other.run(at.database, other.command_history())) == 1

    def test_a_face_that_forgets_says_so(self, at: Desk) -> None:
        """U-10."""
        at.engine = at.new(actor=CONSOLE)
        at.do(at.engine.exec("set", "k", "1"))
        at.do(at.engine.clear_history())
        assert at.history() == [("clear_history", "all", None, 0)]

    def test_a_waiting_pipe_stays_explained(self, at: Desk) -> None:
        """P-064: what it was meant for stands in the record of its rescue."""
        at.database.run(
            pipes.rescue("", b"content", suffix="x", intended="bad..x", reason="empty_part", by=CONSOLE, now_ms=T0)
        )
        at.do(at.engine.clear_history())
        [pipe] = at.database.run(pipes.pipes("", now_ms=T0))
        assert (pipe.intended, pipe.reason) == ("bad..x", "empty_part")


def test_the_life_of_an_entry_names_changes_without_a_command(at: Desk) -> None:
    """A change that belongs to no command is called by what it was, and only what expired is called expired."""
    at.set("k", "1")
    at.do(at.engine.delete("k"))
    moments = at.database.run(history.timeline(Address("", "app", "main", "k")))
    assert [moment.command for moment in moments] == ["set", "delete"]
    assert at.database.run(entries.get(Address("", "app", "main", "k"))) is None
