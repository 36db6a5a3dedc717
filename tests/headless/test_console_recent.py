"""What the console offers first: the names used last, from the completion cache, if the store has them (C-005, C-017, C-025)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.model import Address
from store.operations.entries import set_entry
from store.operations.secrets import mark_secret
from store.session import Choice, open_session
from tests.conftest import Program
from tests.tui.consoles import NOW_MS, Session
from tui.completion.compaction import compact
from tui.completion.recent import RecentNames, Used, is_readable, names_of_session, read_name, recent
from tui.console.completion import MOST
from tui.console.requests import Reply
from tui.name_cache import CACHE, INDEX, Reference, append

Write = Callable[..., None]


@pytest.fixture
def index(tmp_path: Path) -> str:
    made = tmp_path / INDEX
    made.mkdir()
    return str(made)


@pytest.fixture
def use(index: str) -> Write:
    """Remember names, each a second newer than the one before; text with a dot or colon is an id, else a tag."""
    clock = [NOW_MS - 1_000_000]

    def remember(*values: str, scope: str = "", type_: str = "") -> None:
        for value in values:
            clock[0] += 1000
            kind = type_ or ("id" if "." in value or ":" in value else "tag")
            append(index, [Reference(kind, value)], scope=scope, now_ms=clock[0])

    return remember


@pytest.fixture
def session(index: str) -> Iterator[Session]:
    made = Session(recent=RecentNames(index, "", lambda: NOW_MS).used)
    made.say("parse app:ui:alpha=1; beta=2; gamma=3; thing[0]=4; app:db:x=1; shop:main:y=1; app::r=1; zoo:main:z=1")
    yield made
    made.close()


# Order -----------------------------------------------------------------------------------------------------------------


def test_without_a_cache_everything_is_sorted(session: Session) -> None:
    """By what is shown, not by what is stored: thing__i_0 comes after thing^, thing[0] before it."""
    assert session.complete("get ") == ["app:", "shop:", "zoo:"]
    assert session.complete("get app:ui:") == ["app:ui:alpha", "app:ui:beta", "app:ui:gamma", "app:ui:thing[0]"]
    session.say("set app:ui:thing^ 1")
    assert session.complete("get app:ui:thing") == ["app:ui:thing[0]", "app:ui:thing^"]


def test_what_was_used_last_comes_first(session: Session, use: Write) -> None:
    """Newest first, in colon spelling; then the others, sorted; each once."""
    use("app.ui.beta", "shop.main.y", "app.ui.gamma", "app:ui:thing[0]", "zoo")
    for verb in ("get", "set", "delete", "find"):
        assert session.complete(f"{verb} ") == ["zoo:", "app:", "shop:"]
        assert session.complete(f"{verb} app:") == ["app:ui:", "app::", "app:db:"]
        keys = session.complete(f"{verb} app:ui:")
        assert keys == ["app:ui:thing[0]", "app:ui:gamma", "app:ui:beta", "app:ui:alpha"]
    use("app.ui.alpha", "app.ui.thing__0")
    assert session.complete("get app:ui:")[:2] == ["app:ui:thing[0]", "app:ui:alpha"]
    assert session.complete("get app:ui:ga") == ["app:ui:gamma"]
    assert session.complete("get app:ui:thing[") == ["app:ui:thing[0]"]


def test_places_that_are_operands(session: Session, use: Write) -> None:
    """Contexts and namespaces of list, meteor, namespaces, cursor and reset, the root by its word; fixed words stay sorted."""
    use("app.db", type_="tag")
    use("app::", type_="tag")
    use("zoo", "shop")
    for verb in ("list", "meteor", "namespaces", "cursor set"):
        assert session.complete(f"{verb} ") == ["shop", "zoo", "app"]
    for verb in ("list app", "meteor app", "cursor set app"):
        assert session.complete(f"{verb} ") == ["(root)", "db", "ui"]
    assert session.complete("reset ") == ["shop", "zoo", "app", "all", "cursor", "storage"]
    assert session.complete("cursor ") == ["reset", "set"]
    session.say("mem set note 1")
    session.say("mem set memo 1")
    assert session.complete("mem get ") == ["memo", "note"]


def test_one_used_last_is_found_far_down(session: Session, use: Write) -> None:
    """A namespace is never read whole: its first names, and those used last wherever they are."""
    session.say("parse " + "; ".join(f"big:main:k{number:04}=1" for number in range(MOST + 50)))
    use(f"big.main.k{MOST + 40:04}", "big.main.k0003")
    found = session.complete("get big:main:")
    assert found[:4] == ["big:main:k0003", f"big:main:k{MOST + 40:04}", "big:main:k0000", "big:main:k0001"]
    assert (len(found), len(set(found))) == (MOST, MOST)


# What is not offered ---------------------------------------------------------------------------------------------------


def test_names_of_another_scope_are_not_offered_first(session: Session, use: Write, index: str) -> None:
    """C-005: the same address under another cursor or user is another entry."""
    use("app.ui.gamma", scope="work")
    use("app.ui.beta", scope="@bob")
    assert session.complete("get app:ui:")[0] == "app:ui:alpha"
    for scope, first in (("work", "app:ui:gamma"), ("@bob", "app:ui:beta"), ("work@bob", "app:ui:alpha")):
        session.console.recent = RecentNames(index, scope, lambda: NOW_MS).used
        assert session.complete("get app:ui:")[0] == first


def test_names_that_are_gone_are_not_offered(session: Session, use: Write) -> None:
    """What the store does not have any more, or never had, whatever the cache says."""
    use("app.ui.gone", "gone.ui.key", "app.gone.key", "app.ui.beta", "app.ui.gamma")
    session.say("delete app:ui:gamma")
    assert session.complete("get ") == ["app:", "shop:", "zoo:"]
    assert session.complete("get app:") == ["app:ui:", "app::", "app:db:"]
    assert session.complete("get app:ui:") == ["app:ui:beta", "app:ui:alpha", "app:ui:thing[0]"]
    assert session.complete("get gone:ui:") == session.complete("list gone ") == []


def test_secrets_are_not_offered(session: Session, use: Write) -> None:
    """C-017, C-051: neither from the cache nor from the store, nor the places that only secrets lead to."""
    engine = session.engine
    secret = set_entry(Address("", "app", "ui", "password"), b"x", by=engine.actor, now_ms=NOW_MS, secret=True)
    session.database.run(secret)
    session.say("set safe:keys:mail hunter2")
    session.database.run(mark_secret("", "safe", "keys", on=True, target="it", by=engine.actor, now_ms=NOW_MS))
    use("app.ui.password", "safe.keys.mail", "safe")
    for line in ("get ", "get safe:", "get safe:keys:", "get app:ui:", "list ", "list safe ", "reset ", "cursor set "):
        offered = " ".join(session.complete(line))
        assert "safe" not in offered
        assert "password" not in offered
        assert "keys" not in offered


def test_a_cache_that_is_no_cache(session: Session, index: str, tmp_path: Path) -> None:
    """Torn, foreign and hostile lines are passed over (C-016); what is no plain file is not even opened (C-068)."""
    path = Path(index, CACHE)
    when = "2023-11-14T22:13:20.000Z"
    lines = [
        {"type": "id", "value": value, "canonical_key": value, "last_seen": when}
        for value in ("a..b", "", "app.ui.\x1b[2J", "x:y", ":::", "1.2.3.4.5", "app.ui.beta")
    ]
    path.write_bytes(b'{"type":"id",\n\xff\n[]\n' + b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    assert session.complete("get app:ui:") == ["app:ui:beta", "app:ui:alpha", "app:ui:gamma", "app:ui:thing[0]"]
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert session.complete("get app:ui:")[0] == "app:ui:alpha"
    path.unlink()
    os.mkfifo(path)
    assert session.complete("get app:ui:")[0] == "app:ui:alpha"
    assert recent(index, "", NOW_MS) == []


def test_a_cache_that_fails_is_no_failure(session: Session) -> None:
    def broken() -> tuple[Used, ...]:
        from store.errors import Unavailable

        raise Unavailable("io", "no")

    session.console.recent = broken
    assert session.complete("get ") == ["app:", "shop:", "zoo:"]


# Reading ---------------------------------------------------------------------------------------------------------------


def test_the_file_is_read_again_when_it_changes(use: Write, index: str) -> None:
    """By time, size and inode: after an append, after a compaction, after its removal; otherwise the same list is given."""
    names = RecentNames(index, "", lambda: NOW_MS)
    assert names.used() == ()
    use("app.ui.beta", "app.ui.gamma")
    first = names.names()
    assert [name.value for name in first] == ["app.ui.gamma", "app.ui.beta"]
    assert names.names() is first
    assert names.used() is names.used()
    use("app.ui.beta")
    assert [name.value for name in names.names()] == ["app.ui.beta", "app.ui.gamma"]
    second = names.names()
    assert compact(index, NOW_MS)
    assert names.names() == second
    assert names.names() is not second
    Path(index, CACHE).unlink()
    assert names.names() == []


def test_what_a_name_names(index: str, use: Write) -> None:
    """U-03: ids and tags in each spelling that the cache has; aliases name no entry."""
    append(index, [Reference("alias", "work", "/x.db")], scope="", now_ms=NOW_MS)
    use("app.ui.theme__prod", "pipe.cache.abc", "a.b:c:k")
    use("app", "app.ui", "app::", type_="tag")
    assert [read_name(name) for name in reversed(recent(index, "", NOW_MS))] == [
        Used("app", "ui", "theme__prod"),
        Used("pipe", "cache", "abc"),
        Used("a.b", "c", "k"),
        Used("app"),
        Used("app", "ui"),
        Used("app", ""),
        None,
    ]


@pytest.mark.parametrize(
    ("environ", "direct", "readable"),
    [
        ({}, False, True),
        ({"PRONTO_NO_COMPLETION_CACHE": "", "PRONTO_DB": ""}, False, True),
        ({}, True, False),
        *(
            ({name: "x"}, False, False)
            for name in (
                "PRONTO_NO_COMPLETION_CACHE",
                "PRONTO_DB",
                "PRONTO_DATABASE",
                "PRONTO_META",
                "PRONTO_FORCE_META",
            )
        ),
    ],
)
def test_where_the_cache_is_read(environ: dict[str, str], direct: bool, readable: bool) -> None:
    """C-025: where nothing is written nothing is read."""
    assert is_readable(environ, direct=direct) == readable


def test_the_scope_of_a_session(prontodb: Program, home: Path) -> None:
    """C-005: with the cursor in effect, named or active, and the user."""
    prontodb("--user", "bob", "cursor", "set", "work", "./work.db")
    prontodb("--user", "bob", "--cursor", "work", "set", "app.ui.theme", "dark")
    prontodb("set", "app.ui.mine", "1")
    for choice, ids in (
        (Choice(user="bob", cursor="work"), ["app.ui.theme"]),
        (Choice(user="bob"), []),
        (Choice(), ["app.ui.mine"]),
    ):
        session = open_session(choice, dict(os.environ), str(home))
        names = names_of_session(session, dict(os.environ), lambda: NOW_MS, direct=False)
        assert names is not None
        assert [name.value for name in names.names() if name.type == "id"] == ids
        assert names_of_session(session, dict(os.environ), lambda: NOW_MS, direct=True) is None


# What the console says its commands were about ---------------------------------------------------------------------------


def test_what_a_command_was_about(session: Session) -> None:
    """C-021, C-029: from its result; not what failed or was not there."""

    def told(reply: Reply) -> tuple[list[str], list[str], bool]:
        return [at.key for at in reply.about], [at.key for at in reply.gone], reply.removes

    assert told(session.reply("set app:ui:new 1")) == (["new"], [], False)
    assert told(session.reply("set app:ui:list[] 1")) == (["list__i_0"], [], False)
    assert told(session.reply("get app:ui:thing[0]")) == (["thing__i_0"], [], False)
    assert told(session.reply("get app:ui:nothing")) == ([], ["nothing"], False)
    assert told(session.reply("get app:ui:")) == ([], [], False)
    assert told(session.reply("set :::: x")) == ([], [], False)
    assert told(session.reply("parse app:ui:p=1; q=2")) == (["p", "q"], [], False)
    assert told(session.reply("find app:ui:?")) == (["p", "q"], [], False)
    assert told(session.reply("list shop")) == told(session.reply("meteor shop main")) == (["y"], [], False)
    assert told(session.reply("dump")) == ([], [], False)
    assert told(session.reply("delete app:ui:p")) == ([], ["p"], False)
    assert told(session.reply("delete app:db:")) == ([], [], True)
    assert told(session.reply("parse app:ui:p=1; ctl:delete=app:ui:q")) == (["p"], [], True)
    assert told(session.reply("reset cursor")) == ([], [], False)
    assert told(session.reply("reset shop")) == ([], [], True)


def ids(home: Path) -> set[str]:
    path = home / ".local/share/prontodb" / INDEX / CACHE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {line["canonical_key"] for line in map(json.loads, lines) if line["type"] == "id"}


def test_the_names_of_a_script_are_remembered(prontodb: Program, home: Path) -> None:
    """C-020 to C-022: what is still there when it ends, without secrets; nothing of a console in memory or with the opt-out."""
    prontodb("set", "app.keys.mail", "hunter2", "--secret")
    prontodb("set", "app.ui.old", "1")
    lines = b"set app:ui:a 1\nset app:ui:b 1\ndelete app:ui:b\nget app:keys:mail\nget app:ui:none\ndelete app:ui:old\n"
    prontodb("console", "--memory", stdin=lines)
    prontodb("console", stdin=b"set app:ui:quiet 1\n", env={"PRONTO_NO_COMPLETION_CACHE": "1"})
    prontodb("--database", "./other.db", "console", stdin=b"set app:ui:other 1\n")
    assert ids(home) == {"app.ui.old"}
    prontodb("console", stdin=lines)
    assert ids(home) == {"app.ui.a"}
    prontodb("--user", "bob", "console", stdin=b"set app:ui:theirs 1\n")
    assert ids(home) == {"app.ui.a", "@bob|app.ui.theirs"}
