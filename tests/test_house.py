"""The house rules that a machine can see (design.md section 3): floors, forbidden imports, sizes, unfinished words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

FLOORS = ("store", "search", "tui")
"""From the ground up: each may import itself and what stands before it."""
TOOLS = ("tests", "bench", "screenshots", "docs")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK|[Ff]or " + r"now)\b")
"""Put together from halves, so that this file may stand under its own rule."""
WAY_INTO_THE_BROWSER = "tui.browser.launch"


def sources(*tops: str) -> list[Path]:
    """Every Python file below the folders, the extensionless launchers included, relative to the checkout."""
    found = [path for top in tops for path in sorted((REPOSITORY / top).rglob("*.py"))]
    if "tui" in tops:
        found += [REPOSITORY / "tui" / "prontodb", REPOSITORY / "tui" / "pantheon"]
    return [path.relative_to(REPOSITORY) for path in found]


def text_of(path: Path) -> str:
    return (REPOSITORY / path).read_text(encoding="utf-8")


def imports(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """(line, absolute dotted name) of each import in `text`, wherever it stands, also those only annotations need.

    `from a import b` gives `a.b`, because b may be a module.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.parts[: len(path.parts) - node.level] if node.level else ()
            module = ".".join((*above, *filter(None, [node.module])))
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def broken_imports(path: Path, text: str) -> list[str]:
    """What `text`, standing at `path`, imports against the rules."""
    top = path.parts[0]
    in_browser = path.parts[:2] == ("tui", "browser")
    problems = []
    for line, name in imports(path, text):
        head = name.split(".")[0]
        if head in FLOORS and FLOORS.index(head) > FLOORS.index(top):
            problems.append(f"{path}:{line} imports {name}: upwards")
        if head in TOOLS:
            problems.append(f"{path}:{line} imports {name}: the product does not know its tests and tools")
        if head == "textual" and not in_browser:
            problems.append(f"{path}:{line} imports {name}: only tui/browser knows Textual")
        if head == "rich" and top != "tui":
            problems.append(f"{path}:{line} imports {name}: only faces draw")
        if head == "aiosqlite" and top != "store":
            problems.append(f"{path}:{line} imports {name}: only the store opens databases")
        if name.startswith("tui.browser") and not in_browser and not name.startswith(WAY_INTO_THE_BROWSER):
            problems.append(f"{path}:{line} imports {name}: the way in is {WAY_INTO_THE_BROWSER}")
    return problems


def test_imports_point_down() -> None:
    """Design section 3: store knows nobody, search knows store, tui knows both; Textual stays inside tui/browser."""
    assert [problem for path in sources(*FLOORS) for problem in broken_imports(path, text_of(path))] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("store/a.py", "import search"),
        ("store/a.py", "def f():\n    from tui.headless import output"),
        ("search/a.py", "if TYPE_CHECKING:\n    from tui import commands"),
        ("search/a.py", "import rich.text"),
        ("store/a.py", "import textual"),
        ("tui/headless/a.py", "from textual.app import App"),
        ("tui/headless/a.py", "import aiosqlite"),
        ("tui/headless/a.py", "from ..browser.widgets import tree"),
        ("tui/commands.py", "from .browser import app"),
        ("store/streams/a.py", "from tests.conftest import REPOSITORY"),
    ],
)
def test_a_broken_import_is_seen(path: str, text: str) -> None:
    """The rule above can fail: inside functions, under TYPE_CHECKING, and for relative imports too."""
    assert broken_imports(Path(path), text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("store/a.py", "from store.model import Address"),
        ("search/a.py", "from store import model"),
        ("tui/a.py", "import search, store"),
        ("tui/browser/a.py", "from textual.app import App"),
        ("tui/browser/a.py", "from .widgets import tree"),
        ("tui/headless/main.py", "from tui.browser import launch"),
        ("store/async_database.py", "import aiosqlite"),
    ],
)
def test_a_good_import_is_left_alone(path: str, text: str) -> None:
    assert broken_imports(Path(path), text) == []


def test_files_are_small() -> None:
    """Design section 3: over 400 lines, think again."""
    lengths = {str(path): text_of(path).count("\n") for path in sources(*FLOORS, *TOOLS)}
    assert {path: lines for path, lines in lengths.items() if lines > MAX_FILE_LINES} == {}


def test_functions_are_small() -> None:
    """Design section 3: over 60 lines, think again."""
    long = [
        f"{path}:{node.lineno} {node.name} has {lines} lines"
        for path in sources(*FLOORS, *TOOLS)
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    ]
    assert long == []


def test_nothing_says_it_is_unfinished() -> None:
    """What is not done is an issue, not a remark in the code."""
    remarks = [
        f"{path}:{number} {line.strip()}"
        for path in sources(*FLOORS, *TOOLS)
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert remarks == []


def test_annotations_are_never_evaluated() -> None:
    """Every module that annotates says so first: the path of `get` depends on names that only annotations know."""
    careless = [
        str(path)
        for path in sources(*FLOORS)
        if "from __future__ import annotations" not in text_of(path)
        and any(isinstance(node, ast.FunctionDef | ast.AnnAssign) for node in ast.walk(ast.parse(text_of(path))))
    ]
    assert careless == []


def test_test_folders_are_no_packages() -> None:
    """tests/store with an __init__.py would be a second package of the name `store`."""
    assert list((REPOSITORY / "tests").rglob("__init__.py")) == []


def test_every_type_ignore_gives_its_reason() -> None:
    """`# type: ignore[code]  # why`: mypy demands the code, this the reason."""
    silent = re.compile(r"#\s*type:\s*" + r"ignore(\[[^]]*\])?\s*$")
    found = [
        f"{path}:{number}"
        for path in sources(*FLOORS)
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if silent.search(line)
    ]
    assert found == []
