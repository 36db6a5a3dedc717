"""The documentation is checked like code: examples run, references are made anew, links lead somewhere, nothing is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from docs.error_codes import ERROR_CODES, UNSEEN
from docs.examples import CLOSING, SHOWN_HOME, differences, examples, renewed
from docs.make import REFERENCE, pages
from docs.reference import MEANINGS, anchor, reference
from docs.reference import OPEN_KEYS as EXPLAINED_OPEN_KEYS
from docs.snippets import printed, snippets, with_output
from store.settings import MORE, OPEN_KEYS, Settings
from tests.conftest import REPOSITORY
from tui import command_help
from tui.commands import COMMANDS, GLOBAL_OPTIONS, OUTPUT_JSON
from tui.headless.shapes import SHAPES

MARKDOWN = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCES = {"", "console", "sh", "text", "python", "sql"}
OTHER_WORDS = re.compile(
    r"\b(data directory|store file|meta context|engine cursor|rescued pipe|project context|workspace directory|cells?)\b",
    re.I,
)
"""Words of the specifications for which the house has one of its own (design.md, section 1)."""


def name_of(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def fenced(text: str) -> Iterator[tuple[str, str]]:
    """(language, content) of every fenced block."""
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        yield match[1], match[2]


def prose(text: str) -> str:
    """`text` without its code."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))


# Examples ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_examples_print_what_is_shown(page: Path, tmp_path: Path) -> None:
    """Habit 14: every command of every console block is run, and its output is the one shown."""
    assert "\n\n".join(differences(text_of(page), tmp_path / "session")) == ""


def test_the_pages_for_newcomers_have_examples() -> None:
    """The test above has something to do: the first screen of the README, and the guide."""
    found = {name_of(page): len(examples(text_of(page))) for page in pages()}
    assert found["README.md"] >= 8
    assert found["docs/guide.md"] >= 80
    assert found["docs/concepts.md"] >= 5


@pytest.mark.parametrize("page", [page for page in pages() if snippets(text_of(page))], ids=name_of)
def test_python_prints_what_is_shown(page: Path, tmp_path: Path) -> None:
    """Every block of Python is run, in one session a page, and prints the text shown behind it."""
    found = snippets(text_of(page))
    assert printed(text_of(page), tmp_path) == [snippet.shown for snippet in found]


def test_the_python_of_a_page_is_run(tmp_path: Path) -> None:
    """The test above can fail: other output is seen, a block that breaks is an error, and renewing mends the page."""
    page = "```python\nx = 1\n```\n\n```python\nprint(x)\n```\n\n```text\n{}\n```\n"
    assert [snippet.shown for snippet in snippets(page.format(2))] == ["", "2\n"]
    assert printed(page.format(2), tmp_path) == ["", "1\n"]
    assert with_output(page.format(2), tmp_path) == page.format(1)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        printed("```python\n1 / 0\n```\n", tmp_path)


def page_of(*lines: str) -> str:
    return "\n".join(["# A page", "", "```console", *lines, CLOSING, ""])


RESCUED = "$ echo hello | prontodb set bad..address --quiet 2>&1 | sed -n 's/.* as: //p'"
CACHED = "pipe.cache.1111111111_5891b5b5_bad__address"


@pytest.mark.parametrize(
    "lines",
    [
        ("$ echo one", "one"),
        ("$ echo one; echo two >&2; echo three", "one", "two", "three"),
        ("$ true",),
        ("$ value=kept && cd /", "$ echo $value; pwd", "kept", "/"),
        ("$ false", "$ echo $?", "1"),
        ("$ cat", "$ echo still here", "still here"),
        ("$ echo ~", SHOWN_HOME),
        ("$ cat <<'END'", "> one", "> two", "> END", "one", "two"),
        ("$ prontodb set app.ui.theme dark", "✅ Set app.ui.theme (4 bytes)", "$ prontodb get app.ui.theme", "dark"),
        (RESCUED, CACHED, f"$ prontodb get {CACHED}", "hello"),
    ],
)
def test_a_true_page_has_no_differences(lines: tuple[str, ...], tmp_path: Path) -> None:
    """One session per page: order of outputs, variables, exit codes; what differs by its nature is captured, and kept."""
    assert differences(page_of(*lines), tmp_path / "session") == []
    assert renewed(page_of(*lines), tmp_path / "again") == page_of(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("$ echo one", "two"),
        ("$ echo one",),
        ("$ true", "one"),
        ("$ echo one; echo two", "one"),
        ("$ echo one; echo two", "two", "one"),
        ("$ echo 1234567890", "1111111111"),
        ("$ prontodb get app.ui.theme", "dark"),
        (RESCUED, "pipe.cache.1111111111_00000000_bad__address"),
        (RESCUED, CACHED, f"$ prontodb get {CACHED.replace('1111111111', '2222222222')}", "hello"),
        ("$ echo 1111111111_00000000_a 2222222222_00000000_a", "3333333333_00000000_a 3333333333_00000000_a"),
    ],
)
def test_a_false_page_is_found_out(lines: tuple[str, ...], tmp_path: Path) -> None:
    """The runner can fail: other text, a line too few or too many, another digest, one fact that is two."""
    assert len(differences(page_of(*lines), tmp_path / "session")) == 1


@pytest.mark.parametrize("lines", [("no command",), ("> no command",)])
def test_a_block_that_is_no_session_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="begins with a command"):
        examples(page_of(*lines))
    with pytest.raises(ValueError, match="never closed"):
        examples("```console\n$ true")


@pytest.mark.parametrize("page", MARKDOWN, ids=name_of)
def test_no_example_hides_from_being_run(page: Path) -> None:
    """Blocks are of a known kind, and a session is in a console block."""
    blocks = list(fenced(text_of(page)))
    assert {kind for kind, _ in blocks} <= FENCES
    assert [content for kind, content in blocks if kind != "console" and content.startswith("$ ")] == []


# The reference -------------------------------------------------------------------------------------------------------


def test_the_reference_is_fresh(tmp_path: Path) -> None:
    """Habit 14: `make docs` gives the page as it is committed, examples included."""
    assert text_of(REFERENCE) == reference(tmp_path)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_everything_of_a_command_is_in_the_reference(command) -> None:
    """Names, arguments, options, exit codes, every member of its JSON."""
    section = re.search(rf"^### {command.name}\n(.*?)^##", text_of(REFERENCE), re.M | re.S)
    assert section is not None
    words = [command.usage.replace("|", "\\|"), *command.aliases]
    words += [name for option in command.shown for name in option.names]
    words += [field.name for field in SHAPES[command.name]]
    words += [example.line for example in command_help.DETAILS[command.name].examples]
    words += [str(code) for code in command.exit_codes]
    shown = section[1].replace(command.usage, words[0])
    assert [word for word in words if word not in shown] == []


def test_every_option_of_every_command_is_in_the_reference() -> None:
    text = text_of(REFERENCE).partition("## Options of every command\n")[2].partition("\n## ")[0]
    names = [name for option in (*GLOBAL_OPTIONS, OUTPUT_JSON) for name in option.names]
    assert [name for name in names if f"`{name}" not in text] == []


def test_shapes_and_help_belong_to_commands() -> None:
    """U-16: every command has a shape and a help page, and there are none without a command."""
    names = {command.name for command in COMMANDS}
    assert set(SHAPES) == names
    assert set(command_help.DETAILS) == names


def test_every_setting_is_explained() -> None:
    assert (*MEANINGS, MORE) == Settings._fields
    assert tuple(EXPLAINED_OPEN_KEYS) == OPEN_KEYS


# What the code knows -------------------------------------------------------------------------------------------------


@cache
def headless_modules() -> dict[str, ast.Module]:
    """The source of every module a headless command can load, by its path: follows imports, also those inside functions."""
    found: dict[str, ast.Module] = {}
    waiting = ["tui/__main__.py", "tui/commands.py", *(command.handler.partition(":")[0] for command in COMMANDS)]
    while waiting:
        name = waiting.pop()
        path = Path(name) if name.endswith(".py") else module_path(name)
        if path is None or str(path) in found or path.parts[:2] == ("tui", "browser"):
            continue
        tree = found[str(path)] = ast.parse(text_of(REPOSITORY / path))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                waiting += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def module_path(name: str) -> Path | None:
    """The file of a module of ours."""
    for path in (Path(*name.split(".")).with_suffix(".py"), Path(*name.split("."), "__init__.py")):
        if (REPOSITORY / path).is_file():
            return path
    return None


RAISERS = re.compile(r"\w*(Error|NotFound|Refused|Unavailable|Corrupt|Told|_?fault)$")
"""Classes of store/errors.py and the functions that make them: the first argument is the code."""
NAMES = "store/addresses/names.py"
"""Its functions return (code, position)."""
NOT_FOR_PROGRAMS = {
    "search/checkpointed.py": "what it tells is a defect of its caller, and names a transition (S-108)",
    "store/addresses/keys.py": "malformed brackets are part of the key (M-041); their codes serve the browser's advice",
    "store/addresses/namespaces.py": "no command asks for strictly valid namespaces",
}


def codes_in(path: str, tree: ast.Module) -> Iterator[str]:
    """Every error or warning code that is written out in a module."""
    for node in ast.walk(tree):
        where = None
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if RAISERS.fullmatch(name) and node.args:
                where = node.args[0]
            elif name == "warn":
                where = node.args[1] if len(node.args) > 1 else ast.Constant("warning")
        elif path == NAMES and isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            where = node.value.elts[0]
        if (
            isinstance(where, ast.Constant)
            and isinstance(where.value, str)
            and re.fullmatch(r"[a-z][a-z0-9_-]+", where.value)
        ):
            yield where.value


def test_every_error_code_is_in_the_reference() -> None:
    """U-16: whatever stands in `code` is listed; what is listed is in the code."""
    used = {
        code
        for path, tree in headless_modules().items()
        if path not in NOT_FOR_PROGRAMS
        for code in codes_in(path, tree)
    }
    listed = {code for meanings in ERROR_CODES.values() for code in meanings}
    assert used - listed - set(UNSEEN) == set()
    literals = {
        node.value for tree in headless_modules().values() for node in ast.walk(tree) if isinstance(node, ast.Constant)
    }
    assert (listed | set(UNSEEN)) - literals == set()
    assert listed & set(UNSEEN) == set()


def test_no_code_is_listed_twice() -> None:
    listed = [code for meanings in ERROR_CODES.values() for code in meanings]
    assert sorted(listed) == sorted(set(listed))


def test_every_variable_is_explained() -> None:
    """Whatever variable of ours or of XDG the program reads is in `prontodb help environment`, and no other."""
    ours = re.compile(r"(PRONTO|PANTHEON|PANTH)_[A-Z_]+|XDG_\w+_HOME")
    used = {
        node.value
        for path in [*(REPOSITORY / "store").rglob("*.py"), *(REPOSITORY / "tui").rglob("*.py")]
        if path.name != "command_help.py"
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ours.fullmatch(node.value)
    }
    assert used == {name for name, _ in command_help.ENVIRONMENT}


# Links and words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", MARKDOWN, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link and picture exists, and every fragment is a heading there."""
    broken = []
    for link in LINK.findall(prose(text_of(page))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (fragment and fragment not in headings(target)):
            broken.append(link)
    assert broken == []


def headings(page: Path) -> set[str]:
    """The fragments a page can be linked to."""
    return {
        anchor(title)
        for title in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text_of(page), flags=re.M | re.S), re.M)
    }


def words_of(page: Path) -> dict[str, str]:
    """The table under the heading `Words`."""
    part = text_of(page).partition("## Words\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", part, re.M)
    return {word.replace("*", ""): meaning for word, meaning in rows[1:]}


def test_words_have_one_meaning() -> None:
    """Design section 1: CONTRIBUTING.md and the concepts explain the same words alike."""
    house, concepts = words_of(REPOSITORY / "CONTRIBUTING.md"), words_of(REPOSITORY / "docs" / "concepts.md")
    named = {word for words in house for word in words.split(", ")}
    assert named == {word for words in concepts for word in words.split(", ")}
    assert len(named) > 10


@pytest.mark.parametrize("page", MARKDOWN, ids=name_of)
def test_one_word_per_thing(page: Path) -> None:
    """Design section 1: the other names that the specifications have for things are not used."""
    assert OTHER_WORDS.findall(prose(text_of(page))) == []
