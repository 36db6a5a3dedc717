"""T-211: what a hot command loads. Milliseconds are bench's business, not a test's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Program

MOST = 70
OF_WRITING = 5
"""The handler's own half, the writer lock and `fcntl`, the command record, expiry."""
FORBIDDEN = {
    "argparse",
    "asyncio",
    "aiosqlite",
    "dataclasses",
    "enum",
    "hashlib",
    "json",
    "logging",
    "pathlib",
    "re",
    "rich",
    "search",
    "textual",
    "typing",
}
SHOW = """
import os, sys
sys.path.insert(0, {repository!r})
sys.argv[0] = "prontodb"
before = set(sys.modules)
import tui.__main__ as way_in
way_in.leave = lambda code: print(*sorted(sys.modules), sep="\\n", file=open({listing!r}, "w"))
way_in.main()
"""


def loaded(home: Path, words: list[str], stdin: bytes | None = None) -> set[str]:
    """The modules in a fresh interpreter after the command, those excepted that this machine's site-packages load by itself."""
    listing = home / "modules"
    source = SHOW.format(repository=str(REPOSITORY), listing=str(listing))
    subprocess.run(
        [sys.executable, "-I", "-c", source, *words],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        check=True,
        capture_output=True,
        timeout=60,
    )
    return set(listing.read_text().split())


def of_site_packages() -> set[str]:
    """Modules that `.pth` files and a sitecustomize load in every process here, and that are none of ours."""

    def names(*options: str) -> set[str]:
        shown = [sys.executable, "-I", *options, "-c", "import sys, os; print(*sys.modules)"]
        return set(subprocess.run(shown, capture_output=True, text=True, check=True, timeout=60).stdout.split())

    return names() - names("-S") - {"site", "_sitebuiltins"}


@pytest.mark.parametrize(
    ("words", "most"),
    [
        (["get", "app.ui.theme"], MOST),
        (["get", "app.ui.theme", "--raw", "-q"], MOST),
        (["set", "app.ui.theme", "light"], MOST + OF_WRITING),
        (["set", "app.ui.theme__prod", "light"], MOST + OF_WRITING + 1),
    ],
)
def test_hot_commands_load_little(prontodb: Program, home: Path, words: list[str], most: int) -> None:
    """T-211: a `get` has at most 70 modules, a `set` what writing takes besides; none of those that cost milliseconds."""
    prontodb("set", "app.ui.theme", "dark")
    modules = loaded(home, words) - of_site_packages()
    assert {name.partition(".")[0] for name in modules} & FORBIDDEN == set()
    assert "store.operations.entries" in modules, "the command did not run"
    assert len(modules) <= most, sorted(modules)


def test_compacting_and_forgetting_cost_little(prontodb: Program, home: Path) -> None:
    """T-211, C-040: what we wrote is read without `json`, so neither a `del` nor each tenth `set` loads what costs milliseconds."""
    for number in range(9):
        prontodb("set", f"app.ui.key{number}", "v")
    for words in (["set", "app.ui.last", "v"], ["del", "app.ui.last"]):
        modules = loaded(home, words) - of_site_packages()
        assert {name.partition(".")[0] for name in modules} & FORBIDDEN == set()
        assert "tui.completion.compaction" in modules, "nothing was compacted"
    assert b"app.ui.last" not in (home / ".local/share/prontodb/.index/completion_cache.jsonl").read_bytes()


def test_an_active_cursor_costs_little(prontodb: Program, home: Path) -> None:
    """T-211: its file is read without `json`, which would cost as much as everything else."""
    prontodb("cursor", "set", "work", "./work.db")
    prontodb("cursor", "use", "work")
    prontodb("set", "app.ui.theme", "dark")
    modules = loaded(home, ["get", "app.ui.theme"]) - of_site_packages()
    assert {name.partition(".")[0] for name in modules} & FORBIDDEN == set()
    assert "store.cursors" in modules, "there was no cursor"
    assert len(modules) <= MOST + 1, sorted(modules)


def test_a_piped_set_loads_nothing_heavy(prontodb: Program, home: Path) -> None:
    """Design section 3: spooling standard input is part of the hot path; only a rescue may load more."""
    modules = loaded(home, ["set", "app.ui.theme"], b"piped") - of_site_packages()
    assert prontodb("get", "app.ui.theme").stdout == b"piped\n"
    assert {name.partition(".")[0] for name in modules} & FORBIDDEN == set()


def test_the_table_is_light(home: Path) -> None:
    """The command table and the parser need nothing that Python has not loaded anyway, but named tuples."""
    shown = (
        "import sys; before = set(sys.modules); import tui.headless.parser; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", shown], capture_output=True, text=True, check=True, cwd=REPOSITORY, timeout=60
    )
    new = {name for name in done.stdout.split() if name.partition(".")[0] not in ("store", "tui")}
    assert new <= {
        "__future__",
        "collections",
        "itertools",
        "keyword",
        "operator",
        "_operator",
        "reprlib",
        "_collections",
    }
