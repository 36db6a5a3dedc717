"""Every command of the console, without a face (M-231…M-235)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.consoles import Session
from tui.console.verbs import VERBS


@pytest.fixture
def session() -> Iterator[Session]:
    made = Session()
    yield made
    made.close()


def stored(session: Session, path: str) -> str | None:
    return session.engine.run(session.database, session.engine.get(path))


def test_help_lists_every_command(session: Session) -> None:
    """M-231."""
    lines = session.say("help")
    assert lines[0] == "Available commands:"
    named = [line.split()[0] for line in lines[1:]]
    assert [verb.name for verb in VERBS if verb.name not in named] == []
    assert session.say("help get") == ["Available commands:", "  get <path>  print a value"]
    assert session.say("help nothing") == ["Unknown command 'nothing'. Try 'help'."]
    assert session.say("mem help")[0] == "mem commands:"
    assert session.say("mem") == session.say("help mem") == session.say("mem help")


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ("parse", "parse <meteor_stream>"),
        ("validate", "validate <meteor_stream>"),
        ("token", "token <token_stream>"),
        ("get", "get <context:namespace:key>"),
        ("delete", "delete <context:namespace:key>"),
        ("set", "set <context:namespace:key> <value>"),
        ("set a:b:c", "set <context:namespace:key> <value>"),
        ("namespaces", "namespaces <context>"),
        ("list", "list <context> [namespace]"),
        ("mem set", "mem set <name> <value>"),
        ("mem set note", "mem set <name> <value>"),
        ("mem get", "mem get <name>"),
        ("mem edit", "mem edit <name>"),
        ("mem delete", "mem delete <name>"),
        ("load", "load <name>"),
        ("meteor", "meteor <context> <namespace>"),
        ("meteor app", "meteor <context> <namespace>"),
        ("history x", "history [N]"),
        ("cursor set", "cursor set <context> [namespace]"),
    ],
)
def test_missing_operands_show_the_shape(session: Session, line: str, shape: str) -> None:
    """M-231."""
    assert session.say(line) == [f"Usage: {shape}"]


@pytest.mark.parametrize(
    "line", ["mem settle", "mem settle x", "gets a:b:c", "Set a:b:c d", "exit now", "💥", "mem listed"]
)
def test_words_are_whole(session: Session, line: str) -> None:
    """M-231, M-235: what only begins like a command is none."""
    (answer,) = session.say(line)
    assert answer.startswith("Unknown command '")
    assert answer.endswith("'. Try 'help'.")


def test_set_get_delete(session: Session) -> None:
    """M-232: the value is the rest of the line, as it stands; spellings of a key are one entry (M-124)."""
    assert session.say('set app:m:grid[ 1, 2 ]  two   words "quoted" ') == ["Stored 'app:m:grid[ 1, 2 ]'."]
    assert session.say("get app:m:grid__i_1_2") == ['app:m:grid__i_1_2 = two   words "quoted"']
    assert session.say("get app:m:grid[1,2]") == ['app:m:grid[1,2] = two   words "quoted"']
    assert session.say("delete app:m:grid[1,2]") == ["Removed app:m:grid[1,2]"]
    assert session.say("delete app:m:grid[1,2]") == ["Nothing removed"]
    assert session.say("get app:m:grid[1,2]") == ["app:m:grid[1,2] not found"]


def test_append_says_where(session: Session) -> None:
    """M-123."""
    session.say("set app:m:q[7] a")
    assert session.say("set app:m:q[] b") == ["Stored 'app:m:q[]'.", "  as app:m:q[8]"]
    assert session.say("get app:m:q[]") == ["app:m:q[] = b"]


def test_one_colon_says_how_it_was_read(session: Session) -> None:
    """M-090, M-097, M-099."""
    assert session.say("set user:ui v") == [
        "Stored 'user:ui'.",
        "  hint: 'user:ui' was read as context:key, user:main:ui",
    ]
    assert "user:main:theme" in session.say("get user:theme")[1]
    assert "did you mean app:ui:button" in session.say("get app.ui.button")[1]


@pytest.mark.parametrize(
    ("line", "begin"),
    [
        ("set a:b:c:d x", "Set error: "),
        ("set :a:b x", "Set error: "),
        ("set pipe:cache:x y", "Set error: "),
        ("delete a:b:c:d", "Delete error: "),
        ("parse a=1", "Parse error: "),
        ("parse a:b:c=1;; a:b:d=2", "Parse error: "),
        ("token just_a_key", "Parse error: "),
        ("find a:b:c:d", "Find error: "),
        ("cursor set a:b", "Cursor error: "),
        ("cursor set a b..c", "Cursor error: "),
        ("reset nowhere", "Reset error: Context 'nowhere' not found"),
        ("export --context a --namespace b --dest x", "Export error: "),
        ("import --src ./nothing", "Import error: "),
    ],
)
def test_errors_name_the_way_out(session: Session, line: str, begin: str) -> None:
    lines = session.say(line)
    assert lines[0].startswith(begin)
    assert all(hint.startswith("  hint: ") for hint in lines[1:])
    assert session.say("dump") == ["(engine empty)"]


def test_a_failed_stream_stores_nothing(session: Session) -> None:
    """M-106: all or nothing, and one failed record of the control command."""
    session.say("set a:b:c old")
    assert session.say("parse a:b:c=new; ctl:frobnicate=x")[0].startswith("Parse error: ")
    assert stored(session, "a:b:c") == "old"
    assert [line[0] + line[line.index("]") + 1 :] for line in session.say("history")] == [
        "✓ set a:b:c",
        "✗ frobnicate x - Error: control-unknown",
    ]


def test_parse_shows_the_state(session: Session) -> None:
    """M-232; stored is the decoded text (U-05), shown on one line."""
    lines = session.say('parse app::r=1; user:ui:m="a; \\"b\\"\\nc" :;: app:ui:x=1')
    assert lines == [
        "Parsed 2 segment(s)",
        "=== Meteor Engine State ===",
        "Cursor: app:main",
        "",
        "Context: app",
        "  Namespace: (root)",
        "    r = 1",
        "  Namespace: ui",
        "    x = 1",
        "",
        "Context: user",
        "  Namespace: ui",
        '    m = a; "b"\\nc',
        "",
    ]
    assert session.say("show") == session.say("dump") == lines[1:]
    assert session.say("get user:ui:m") == ['user:ui:m = a; "b"\nc']
    assert session.say("list app") == ["Entries for app:(root):", "  r = 1", "Entries for app:ui:", "  x = 1"]
    assert session.say("list app (root)") == ["Entries for app:(root):", "  r = 1"]
    assert session.say("namespaces app") == ["Namespaces in app:", "  (root)", "  ui"]
    assert session.say("namespaces no") == ["No namespaces for no"]
    assert session.say("meteor app (root)") == ["Meteor: app:(root)", "Tokens: 1", "  r = 1"]
    assert session.say("list app no") == ["No entries for app:no"]


def test_a_large_store_is_not_shown_after_each_stream(session: Session) -> None:
    """`dump` shows any, `parse` says how much there is."""
    session.say("parse " + "; ".join(f"app:ui:k{number}={number}" for number in range(1000)))
    assert session.say("parse app:ui:k0=x")[-2:] == ["    k999 = 999", ""]
    assert session.say("parse user:db:more=1")[1:] == [
        "=== Meteor Engine State ===",
        "Cursor: app:main",
        "",
        "1001 entries in 2 namespaces; list, find and dump show them",
    ]
    assert len(session.say("dump")) > 1001


def test_find(session: Session) -> None:
    """M-216, M-146: a repeated pattern is answered from what was found, and never stale."""
    assert session.say("find *:*:*") == ["No matches"]
    session.say("parse app:ui:sections[intro]=a; b=1; user:ui:b=2")
    assert session.say("find app:ui:sections__*") == ["app:ui:sections[intro] = a"]
    assert session.say("find *:ui:b") == ["app:ui:b = 1", "user:ui:b = 2"]
    session.say("delete app:ui:b")
    assert session.say("find *:ui:b") == ["user:ui:b = 2"]
    session.say("find *:ui:b")
    assert "total_cache_hits: 1" in session.say("workspace")
    session.say("find nothing:here:*")
    session.say("parse ctl:reset=storage")
    assert "total_cached_queries: 0" in session.say("workspace")  # M-139: whatever asked for the reset


def test_cursor(session: Session) -> None:
    """M-130, M-234: a bad place leaves it where it was."""
    assert session.say("cursor") == ["Cursor: app:main"]
    assert session.say("cursor set user") == ["Cursor: user:main"]
    assert session.say("cursor set user db.x") == ["Cursor: user:db.x"]
    assert session.say("cursor set other a..b")[0].startswith("Cursor error: ")
    assert session.say("cursor") == ["Cursor: user:db.x"]
    assert session.say("cursor set app (root)") == ["Cursor: app:"]
    assert session.say("cursor reset") == ["Cursor: app:main"]
    assert session.say("cursor rest")[0] == "Usage: cursor"


def test_history(session: Session) -> None:
    """M-214, M-235: what mutates is recorded, with its target as typed, oldest first."""
    assert session.say("history") == ["No command history"]
    session.say("set q[] 1")
    session.say("get q[]")
    session.say("delete a:b:")
    session.say("reset cursor")
    lines = session.say("history")
    assert [line.partition("] ")[2] for line in lines] == ["set q[]", "delete a:b:", "reset cursor"]
    assert lines[0].startswith("✓ [2023-11-14T22:13:20Z] ")
    assert session.say("history 1") == lines[-1:]


def test_reset(session: Session) -> None:
    """M-215, U-07: the storage goes only when that is meant."""
    session.say("parse app:ui:a=1 :;: user:ui:a=1")
    session.say("mem set note x")
    assert session.say("reset app") == ["Context 'app' deleted"]
    assert session.say("contexts") == ["Contexts:", "  user"]
    assert session.say("reset storage") == ["Usage: reset storage --yes"]
    assert session.say("reset all sure") == [
        "Usage: reset cursor",
        "Usage: reset storage --yes",
        "Usage: reset all --yes",
        "Usage: reset <context>",
    ]
    session.say("cursor set user")
    session.say("find *:*:*")
    assert {"total_cached_queries: 1", "total_cache_misses: 1"} < set(session.say("workspace"))
    assert session.say("reset storage --yes") == ["All storage cleared"]
    assert {"total_cached_queries: 0", "total_cache_misses: 0"} < set(session.say("workspace"))  # M-148
    assert session.say("cursor") == ["Cursor: user:main"]
    assert session.say("mem list") == ["Scratch pad empty"]
    assert session.say("reset all --yes") == ["Cursor and storage reset"]
    assert session.say("cursor") == ["Cursor: app:main"]
    assert session.say("reset cursor") == ["Cursor reset to default (app:main)"]


def test_somebody_who_is_there_is_asked(session: Session) -> None:
    session.console.interactive = True
    session.say("set a:b:c 1")
    for answer in ("", "n", "yesterday"):
        assert session.say("reset storage", answer) == ["Nothing removed"]
    assert session.asked == ["Remove every entry? [y/N]: "] * 3
    assert stored(session, "a:b:c") == "1"
    assert session.say("reset storage", "y") == ["All storage cleared"]
    assert stored(session, "a:b:c") is None


def test_scratch_slots(session: Session) -> None:
    """M-233."""
    assert session.say('mem set "my  note" hello; world') == ["Stored $my__note"]
    assert session.say("mem set $$b 2") == ["Stored $b"]
    assert session.say("mem list") == ["Scratch entries:", "  $my__note = hello; world", "  $b = 2"]
    assert session.say("mem get $b") == ["$b = 2"]
    assert session.say('mem get "my  note"') == ["$my__note = hello; world"]
    assert session.say("mem get c") == ["$c is empty"]
    assert session.say("mem delete b") == ["Removed $b"]
    assert session.say("mem delete b") == ["$b was empty"]
    for line in ("mem get $", "mem set $ x", 'mem delete ""', "mem edit $", "load $"):
        assert session.say(line) == ["Invalid name"]
    assert session.say("contexts") == ["No contexts"]


def test_editing_a_slot(session: Session) -> None:
    """M-233: blank keeps, only yes saves."""
    session.say("mem set n old")
    assert session.say("mem edit n", "  ") == ["No change"]
    assert session.say("mem edit n", "new", "n") == ["Discarded"]
    assert session.say("mem get n") == ["$n = old"]
    session.asked.clear()
    assert session.say("mem edit $n", "new", "Y") == ["Saved $n"]
    assert session.asked == [
        "Editing $n (current value: old)",
        "Enter new value (leave blank to keep): ",
        "Save to $n? [y/N]: ",
    ]
    assert session.say("mem get n") == ["$n = new"]


def test_load_stores_the_stream_of_a_slot(session: Session) -> None:
    """M-233: as `parse` does."""
    session.say('mem set s app:ui:a="x; y"; b=2')
    assert session.say("load $s")[0] == "Parsed 1 segment(s)"
    assert stored(session, "app:ui:a") == "x; y"
    session.say('mem set s "app:ui:c=3; d=4"')
    session.say("load s")
    assert stored(session, "app:ui:d") == "4"
    assert session.say("load nothing") == ["$nothing is empty"]
    session.say("mem set s no stream")
    assert session.say("load s")[0].startswith("Parse error: ")


def test_workspace_shows_the_figures(session: Session) -> None:
    """M-148."""
    session.say("parse app:ui:a=1; b=2 :;: app:x:c=1")
    session.say("mem set n 1")
    lines = session.say("workspace")
    for wanted in (
        "namespace_count: 2",
        "scratch_slot_count: 1",
        "total_ordered_keys: 3",
        "overall_cache_hit_ratio: 0.00",
    ):
        assert wanted in lines


def test_documents_go_out_and_come_back(session: Session, home: Path) -> None:
    """M-217, M-218, M-235: a directory, text, JSON; each is a record."""
    session.say("parse doc:g:sections[intro]=hello; sections[10_setup]=do; owner=ops")
    place = "--context doc --namespace g"
    for form, name in (("tree", "out"), ("text", "g.txt"), ("json", "g.json")):
        said = session.say(f"export {place} --dest {name} --format {form}")
        assert said == [f"Exported 3 entries from doc:g to {name}"]
        session.say("set doc:g:owner dev")
        session.say("set doc:g:new 1")
        into = place if form == "tree" else ""
        dry = session.say(f"import --src {name} {into} --dry-run --show-diff --replace")
        assert "~ owner: dev → ops" in dry
        assert stored(session, "doc:g:owner") == "dev"
        assert session.say(f"import --src {name} {into} --replace") == [
            "Import Result:",
            "  Success: true",
            "  Checksum Valid: true",
            "  Added: 0",
            "  Updated: 1",
            "  Unchanged: 2",
            "  Removed: 1",
            "  Total Changes: 2",
        ]
        assert stored(session, "doc:g:owner") == "ops"
        assert stored(session, "doc:g:new") is None
    assert (home / "out" / "intro.md").read_text() == "hello"
    shown = session.say(f"export {place} --dest - --format text")
    assert "# Context: doc" in shown
    assert "owner=ops" in shown
    kinds = [line.split()[2] for line in session.say("history")]
    assert kinds.count("export") == 4
    assert kinds.count("import") == 3


def test_an_import_tells_what_it_noticed(session: Session, home: Path) -> None:
    """M-183, M-185: the same warnings as on the command line, before the result."""
    place = "--context doc --namespace g"
    session.say("parse doc:g:sections[a]=1; sections[b]=2; full=12")
    session.say(f"export {place} --dest out")
    (home / "out" / "a.md").unlink()
    (home / "out" / "_full.md").write_text("all")
    assert [line.partition("/out")[2] or line for line in session.say(f"import {place} --src out")[:3]] == [
        ": both the whole text and its parts were edited; the whole text was kept as it is",
        "⚠️  the file of sections[a] is gone; the entry stays unless the import replaces",
        "Import Result:",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "export",
        "export --context a --dest x",
        "export --context a --namespace b --dest",
        "export --context a --namespace b --dest - --format tree",
        "export --context a --namespace b --dest x --format pdf",
        "export --context a --namespace b --dest 'x",
        "export a b",
        "import",
        "import --src -",
        "import --src x --context a",
        "import --src x --src y",
        "import --src x --nonsense",
    ],
)
def test_unclear_documents_show_the_shape(session: Session, line: str) -> None:
    (said,) = session.say(line)
    assert said.startswith(f"Usage: {line.split()[0]} --")
