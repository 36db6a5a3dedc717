"""The console in its drawer: answers, errors, questions, earlier lines, completion, hostile text (U-08, M-230…M-235)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.database import Database
from store.model import Actor, Address
from store.operations.entries import get, set_entry
from store.operations.history import history
from store.session import Choice
from tests.tui.browsing import NOW, SIZES, SMALL, Browser, browsing, do, many, put, same_frame
from tests.tui.document_stores import fill
from tests.tui.hostile import HOSTILE, HOSTILE_BYTES, dangerous
from tests.tui.steps import LONGEST_STEP_S, measured
from tests.tui.waiting import until, until_quiet
from tui.browser.flows.recall import Recall, completed
from tui.browser.screens.help import HelpScreen
from tui.browser.widgets.console_drawer import MOST, PATIENCE_S, ConsoleDrawer
from tui.headless.console import BANNER
from tui.name_cache import INDEX, Reference, append


@pytest.fixture
def store(tmp_path: Path) -> Path:
    os.environ["PRONTO_HOME"] = str(tmp_path / "home")
    path = tmp_path / "small.db"
    put(path, SMALL)
    return path


async def opened(browser: Browser) -> ConsoleDrawer:
    """The drawer, open and ready."""
    await browser.press("semicolon")
    drawer = browser.main.console_drawer
    await until(browser.pilot, lambda: drawer.is_open and not drawer.busy)
    await until_quiet(browser.pilot, lambda: drawer.log_view.complete)
    return drawer


async def say(browser: Browser, line: str) -> list[str]:
    """Run a line; what the drawer shows then."""
    drawer = browser.main.console_drawer
    drawer.field.value = line
    await browser.press("enter")
    await until_quiet(browser.pilot, lambda: not drawer.busy and drawer.log_view.complete)
    return said(drawer)


def said(drawer: ConsoleDrawer) -> list[str]:
    """The visible lines of the log, harmless each."""
    view = drawer.log_view
    rows = [view.render_line(y).text[2:].rstrip() for y in range(view.size.height)]
    for row in rows:
        assert dangerous(row) == []
    return [row for row in rows if row]


async def test_commands_and_what_they_change(store: Path) -> None:
    """The same answers as `prontodb console`; a write is seen in the panes and recorded with the face console (U-10)."""
    async with browsing(store) as browser:
        drawer = await opened(browser)
        assert said(drawer) == [BANNER]
        assert (await say(browser, "get app:ui:theme"))[1:] == ["meteor> get app:ui:theme", "app:ui:theme = dark"]
        assert (await say(browser, "set app:main:fresh new value"))[-1] == "Stored 'app:main:fresh'."
        await until(browser.pilot, lambda: browser.main.meteor.entries.total == 2)
        await browser.settle()
        assert "fresh" in browser.frame()
        assert drawer.field.has_focus
        newest = do(store, history("", limit=1))[0][-1]
        assert (newest.kind, newest.face) == ("set", "console")


async def test_what_was_done_here_is_undone_like_anything_else(store: Path) -> None:
    """U-10: `u` takes the newest change back, whichever part of the browser made it; what another console did is not ours."""
    async with browsing(store) as browser:
        await opened(browser)
        await say(browser, "get app:ui:theme")
        assert browser.main.undo.next == ""
        await say(browser, "delete app:ui:theme")
        by = Actor(face="console")
        do(store, set_entry(Address("", "app", "ui", "other"), b"of another", by=by, now_ms=NOW))
        assert browser.main.undo.next == "delete app:ui:theme of the console"
        await browser.press("escape")
        await browser.press("u")
        await until(browser.pilot, lambda: not browser.main.undo.next)
        assert [entry and entry.value for entry in do(store, get(Address("", "app", "ui", "theme")))] == [b"dark"]
        assert [entry and entry.value for entry in do(store, get(Address("", "app", "ui", "other")))] == [b"of another"]


async def test_errors_are_answers(store: Path) -> None:
    """M-230: nothing that is typed ends the session."""
    async with browsing(store) as browser:
        await opened(browser)
        assert (await say(browser, "frobnicate"))[-1] == "Unknown command 'frobnicate'. Try 'help'."
        assert any("Set error" in line for line in await say(browser, "set app:::: x"))
        assert (await say(browser, "get"))[-1].startswith("Usage: get")
        assert (await say(browser, "contexts"))[-3:] == ["Contexts:", "  app", "  user"]


async def test_closing_keeps_everything(store: Path) -> None:
    """Escape gives the focus back to where it was; what was said, the position and the line being typed stay."""
    async with browsing(store) as browser:
        await browser.press("tab")
        drawer = await opened(browser)
        await say(browser, "cursor set user main")
        await browser.enter_text("half a li")
        before = said(drawer)
        await browser.press("escape")
        assert not drawer.is_open
        assert browser.has_focus(browser.main.meteor.entries)
        await opened(browser)
        assert said(drawer) == before
        assert drawer.field.value == "half a li"
        assert "user:main" in str(drawer.border_subtitle)
        await browser.press("ctrl+c")
        assert drawer.field.value == ""
        await say(browser, "exit")
        await until(browser.pilot, lambda: not drawer.is_open)
        await opened(browser)
        await until(browser.pilot, lambda: "app:main" in str(drawer.border_subtitle))


async def test_earlier_lines(store: Path) -> None:
    """The arrows walk through them, also those of another session; what was being typed comes back."""
    async with browsing(store) as browser:
        drawer = await opened(browser)
        await say(browser, "contexts")
        await say(browser, "namespaces app")
        await browser.enter_text("new")
        await browser.press("up", "up", "up")
        assert drawer.field.value == "contexts"
        await browser.press("down")
        assert drawer.field.value == "namespaces app"
        await browser.press("down", "down")
        assert drawer.field.value == "new"
    async with browsing(store) as browser:
        drawer = await opened(browser)
        await browser.press("up")
        assert drawer.field.value == "namespaces app"


async def test_completion(store: Path) -> None:
    """Tab completes as far as all agree and offers them; again it goes through them."""
    async with browsing(store) as browser:
        drawer = await opened(browser)
        await browser.enter_text("get ap")
        await browser.press("tab")
        await until(browser.pilot, lambda: drawer.field.value == "get app:")
        await browser.press("tab")
        await until(browser.pilot, lambda: "app:main:  app:ui.widgets:  app:ui:" in browser.frame())
        await browser.press("tab", "tab", "tab")
        await until(browser.pilot, lambda: drawer.field.value == "get app:ui:")
        await browser.press("tab")
        assert drawer.field.value == "get app:main:"
        await browser.enter_text("x")
        assert "app:ui.widgets:" not in browser.frame()
        drawer.field.value = "conte"
        await browser.press("end", "tab")
        await until(browser.pilot, lambda: drawer.field.value == "contexts ")


async def offered(browser: Browser, drawer: ConsoleDrawer, line: str) -> list[str]:
    """What the keys of Tab write one after the other behind `line`, which they can complete no further by themselves."""
    drawer.field.value = ""
    await browser.enter_text(line)
    await browser.press("tab")
    await until(browser.pilot, lambda: drawer.offers)
    seen: list[str] = []
    while True:
        await browser.press("tab")
        if drawer.field.value in seen:
            return [value.removeprefix(line) for value in seen]
        seen.append(drawer.field.value)


@pytest.mark.parametrize(
    ("choice", "environ", "first"),
    [
        (Choice(), {}, ["zeta", "mid", "alpha"]),
        (Choice(user="bob"), {}, ["mid", "alpha", "zeta"]),
        (Choice(), {"PRONTO_NO_COMPLETION_CACHE": "1"}, ["alpha", "mid", "zeta"]),
        (Choice(database="main"), {}, ["alpha", "mid", "zeta"]),
    ],
    ids=["default", "scope", "opt-out", "direct"],
)
async def test_what_was_used_last_is_offered_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, choice: Choice, environ: dict[str, str], first: list[str]
) -> None:
    """C-005, C-025: from the cache of the workspace, in the scope in effect; without names that are gone, and without secrets."""
    root = tmp_path / "home"
    for name, value in {"PRONTO_HOME": str(root), **environ}.items():
        monkeypatch.setenv(name, value)
    for name in ("main", "main_bob"):
        (root / "databases").mkdir(parents=True, exist_ok=True)
        put(root / "databases" / f"{name}.db", {f"app:ui:{key}": "x" for key in ("alpha", "mid", "zeta")})
        put(root / "databases" / f"{name}.db", {"app:ui:secret": "x"}, secret=True)
    (root / INDEX).mkdir()
    for number, key in enumerate(("mid", "gone", "secret", "zeta")):
        append(str(root / INDEX), [Reference("id", f"app.ui.{key}")], scope="", now_ms=NOW - 9000 + number)
    append(str(root / INDEX), [Reference("id", "app.ui.mid")], scope="@bob", now_ms=NOW)
    async with browsing(None, choice=choice) as browser:
        drawer = await opened(browser)
        assert await offered(browser, drawer, "get app:ui:") == first
        if first[0] != "alpha":
            browser.services.names.gather_s = 0.0
            written = browser.services.names.writes
            await say(browser, "get app:ui:alpha")
            await until(browser.pilot, lambda: browser.services.names.writes > written)
            assert (await offered(browser, drawer, "get app:ui:"))[0] == "alpha"
            await say(browser, "delete app:ui:alpha")
            assert "alpha" not in await offered(browser, drawer, "get app:ui:")


async def test_a_question_is_answered_in_the_line(store: Path) -> None:
    """M-233: editing a scratch slot asks for a value and for a yes."""
    async with browsing(store) as browser:
        drawer = await opened(browser)
        await say(browser, "mem set draft one")
        drawer.field.value = "mem edit draft"
        await browser.press("enter")
        await until(browser.pilot, lambda: "Enter new value" in browser.frame())
        await browser.pilot.pause(2 * PATIENCE_S)  # a question is not work: nothing may cover it
        assert "Enter new value" in browser.frame()
        await browser.press("escape")
        await opened_again(browser)
        drawer.field.value = "two"
        await browser.press("enter")
        await until(browser.pilot, lambda: "Save to $draft? [y/N]:" in browser.frame())
        drawer.field.value = "y"
        await browser.press("enter")
        await until(browser.pilot, lambda: not drawer.busy)
        assert (await say(browser, "mem get draft"))[-1] == "$draft = two"
        drawer.field.value = "mem edit draft"
        await browser.press("enter")
        await until(browser.pilot, lambda: "Enter new value" in browser.frame())
        await browser.press("ctrl+c")
        await until_quiet(browser.pilot, lambda: not drawer.busy and drawer.log_view.complete)
        assert said(drawer)[-1] == "No change"


async def opened_again(browser: Browser) -> None:
    await browser.press("semicolon")
    await until(browser.pilot, lambda: browser.main.console_drawer.field.has_focus)


async def test_files(store: Path, tmp_path: Path) -> None:
    """Export and import run beside the screen, with the answers of the command line."""
    async with browsing(store) as browser:
        await opened(browser)
        target = tmp_path / "out"
        await say(browser, f"export --context app --namespace ui --dest {target}")
        assert (target / ".manifest.json").exists()
        assert any("error" in line.lower() for line in await say(browser, f"import --src {tmp_path}/nowhere"))


async def test_another_user_and_meta(store: Path) -> None:
    """It acts for whoever the browser acts for."""
    choice = Choice(meta="acme", user="ada")
    async with browsing(store, choice=choice) as browser:
        await opened(browser)
        await say(browser, "set app:main:theirs 1")
    with Database(str(store)) as database:
        newest = database.run(history("acme", limit=1))[-1]
        assert (newest.user, newest.face) == ("ada", "console")


async def test_hostile_answers_and_lines(store: Path) -> None:
    """U-15: values that are printed, lines that are typed or brought back, names that completion offers."""
    put(store, {f"app:evil:k{number}": value for number, value in enumerate(HOSTILE_BYTES.values())})
    async with browsing(store, (80, 24)) as browser:
        drawer = await opened(browser)
        lines = ["list app evil", *(f"get app:evil:k{number}" for number in range(1, len(HOSTILE_BYTES), 4))]
        for line in (*lines, *(text[:200] for text in list(HOSTILE.values())[::3])):
            drawer.field.value = line
            await browser.pilot.press("enter")
            await until_quiet(browser.pilot, lambda: not drawer.busy)
            assert said(drawer)
            assert dangerous(browser.frame(), "\n") == []


async def test_a_long_answer_never_stalls_the_screen(tmp_path: Path) -> None:
    """Design.md, section 6: everything of 20,000 entries; the log shows the first of it and says what is missing."""
    os.environ["PRONTO_HOME"] = str(tmp_path / "home")
    path = tmp_path / "many.db"
    fill(path, {key: str(value) for key, value in many(10_000, ["a", "b"]).items()})
    async with browsing(path) as browser:
        drawer = await opened(browser)
        with measured() as steps:
            lines = await say(browser, "dump")
        assert steps.longest < LONGEST_STEP_S
        assert lines[-1].startswith("… ")
        assert len(drawer.log_view.parts) == 3
        await browser.press("pageup", "ctrl+l")
        assert said(drawer) == []
        assert MOST < 20_000


async def test_help_begins_with_its_keys(store: Path) -> None:
    """F1 works in the line; ? is text there."""
    async with browsing(store) as browser:
        drawer = await opened(browser)
        await browser.press("question_mark")
        assert drawer.field.value == "?"
        await browser.press("f1")
        await browser.shows(HelpScreen)
        assert "In the console" in browser.frame()
        await browser.press("escape")
        assert drawer.field.has_focus


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_frames(store: Path, size: tuple[int, int]) -> None:
    """The picture at each size, as text to be read in a diff."""
    async with browsing(store, size) as browser:
        await opened(browser)
        await say(browser, "list app ui")
        await say(browser, "get app:ui:nothing")
        await browser.enter_text("get app:")
        await browser.press("tab")
        await until(browser.pilot, lambda: "app:main:" in browser.frame())
        same_frame(f"console-{size[0]}x{size[1]}", browser.frame())


async def test_the_newest_answer_is_seen(store: Path) -> None:
    """However long what was said before is, and however well its height was guessed."""
    async with browsing(store, (80, 24)) as browser:
        await opened(browser)
        for number in range(12):
            assert (await say(browser, f"set app:main:key{number} {'word ' * number}x"))[
                -1
            ] == f"Stored 'app:main:key{number}'."
        assert (await say(browser, "list app main"))[-1].strip().startswith("key11 = word")


async def test_in_a_small_terminal(store: Path) -> None:
    """It fits beside the panes at 60×15, and every size is survived."""
    async with browsing(store, (60, 15)) as browser:
        drawer = await opened(browser)
        await say(browser, "contexts")
        assert "Contexts:" in browser.frame() or "  user" in browser.frame()
        for width, height in [(30, 5), (200, 60), (61, 15), (1, 1), (80, 24)]:
            await browser.pilot.resize_terminal(width, height)
            await browser.settle()
        await until_quiet(browser.pilot, lambda: drawer.log_view.complete)
        assert said(drawer)[-1] == "  user"
        assert drawer.field.has_focus


def test_recall() -> None:
    """Newest first; repeated lines once; the walk ends at both ends."""
    recall = Recall(["b", "a"])
    assert [recall.earlier("x"), recall.earlier("b"), recall.earlier("a")] == ["b", "a", "a"]
    assert [recall.later("a"), recall.later("b"), recall.later("x")] == ["b", "x", "x"]
    recall.add("b")
    recall.add("c")
    assert [recall.earlier(""), recall.earlier(""), recall.earlier("")] == ["c", "b", "a"]
    assert Recall([]).earlier("typed") == "typed"


@pytest.mark.parametrize(
    ("text", "found", "line"),
    [
        ("", ["get", "set"], ""),
        ("ge", ["get"], "get "),
        ("get ap", ["app:"], "get app:"),
        ("get a", ["app:ui:", "app:main:"], "get app:"),
        ("get ", ["app:", "user:"], "get "),
        ("get x", [], "get x"),
        ("mem get $d", ["$draft"], "mem get $draft "),
    ],
)
def test_completed(text: str, found: list[str], line: str) -> None:
    """The last word as far as all agree; a blank behind a single one that is whole."""
    assert completed(text, found) == line
