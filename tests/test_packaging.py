"""What is built and installed is complete, starts, and cannot be led astray by PYTHONPATH (design.md section 3, U-07).

One wheel is built from the sdist of a copy of the tree and installed into a fresh environment. Neither needs a network:
setuptools is one of the test tools, and what the headless path runs on is Python itself.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import REPOSITORY

FLOORS = ("store", "search", "tui")
LAUNCHERS = (Path("tui/prontodb"), Path("tui/pantheon"))
NOT_SHIPPED = ("__pycache__",)
DECOY = 'raise SystemExit("a decoy was imported: " + __name__)\n'


class Install(NamedTuple):
    """A fresh environment with the wheel in it and nothing else."""

    wheel: Path
    python: Path
    script: Path


def product_files() -> list[Path]:
    """Every file below the three floors, relative to the checkout, without what Python and editors leave there."""
    paths = (path for floor in FLOORS for path in (REPOSITORY / floor).rglob("*") if path.is_file())
    relative = (path.relative_to(REPOSITORY) for path in paths)
    return sorted(path for path in relative if not set(path.parts) & set(NOT_SHIPPED) and path.suffix != ".pyc")


def project() -> dict[str, dict[str, object]]:
    """The tables of pyproject.toml."""
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def build(kind: str, source: Path, target: Path) -> Path:
    """Build an sdist or a wheel of `source` into `target` through the standard interface; its path."""
    target.mkdir(exist_ok=True)
    code = f"import sys; from setuptools import build_meta; print(build_meta.build_{kind}(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(target)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist, so that both are complete or neither is."""
    base = tmp_path_factory.mktemp("build")
    copy = base / "copy"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, copy)
    for floor in FLOORS:
        shutil.copytree(REPOSITORY / floor, copy / floor, ignore=shutil.ignore_patterns(*NOT_SHIPPED))
    sdist = build("sdist", copy, base / "dist")
    subprocess.run([sys.executable, "-m", "tarfile", "-e", str(sdist), str(base / "unpacked")], check=True)
    (source,) = (base / "unpacked").iterdir()
    return build("wheel", source, base / "dist")


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Install:
    """The wheel in a new environment, put there by pip without its dependencies."""
    place = tmp_path_factory.mktemp("venv") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    python = place / "bin" / "python"
    pip: list[str | Path] = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", built], check=True)
    return Install(built, python, place / "bin" / "prontodb")


@pytest.fixture
def decoys(tmp_path: Path) -> Path:
    """A directory with packages and a module of the names that prontodb imports, each of which ends the process."""
    for name in FLOORS:
        (tmp_path / "decoys" / name).mkdir(parents=True)
        (tmp_path / "decoys" / name / "__init__.py").write_text(DECOY)
    (tmp_path / "decoys" / "sqlite3.py").write_text(DECOY)
    return tmp_path / "decoys"


def run(*command: str | Path, pythonpath: str | Path = "", cwd: Path | None = None) -> tuple[int, bytes, bytes]:
    """Exit code, stdout and stderr of a command, with this PYTHONPATH and no input."""
    env = {**os.environ, "PYTHONPATH": str(pythonpath)}
    done = subprocess.run(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def keeps_and_gives_back(*program: str | Path, pythonpath: str | Path, cwd: Path | None = None) -> None:
    """Check that `program` stores a value and reads it again."""
    code, output, error = run(*program, "set", "app.ui.theme", "dark", pythonpath=pythonpath, cwd=cwd)
    assert (code, output) == (0, b""), error
    assert run(*program, "get", "app.ui.theme", pythonpath=pythonpath, cwd=cwd) == (0, b"dark\n", b"")


def test_every_package_is_listed() -> None:
    """A folder that pyproject.toml forgets would be missing from what users install, and only there."""
    folders = {".".join(path.parent.parts) for path in product_files() if path.suffix == ".py"}
    listed = project()["tool"]["setuptools"]["packages"]  # type: ignore[index]
    assert sorted(listed) == sorted(folders)
    assert [folder for folder in folders if not (REPOSITORY / folder.replace(".", "/") / "__init__.py").exists()] == []


def test_every_file_is_in_the_wheel(built: Path) -> None:
    """Stylesheets, the demo's content, py.typed: whatever lies in a package is shipped, and nothing else is."""
    with zipfile.ZipFile(built) as wheel:
        shipped = {name for name in wheel.namelist() if ".dist-info/" not in name and ".data/" not in name}
        scripts = [name for name in wheel.namelist() if ".data/scripts/" in name]
    assert shipped == {str(path) for path in product_files()} - {str(launcher) for launcher in LAUNCHERS}
    assert {f"{floor}/py.typed" for floor in FLOORS} <= shipped
    assert sorted(name.rsplit("/", 1)[-1] for name in scripts) == ["pantheon", "prontodb"]


def test_the_version_has_one_source(installed: Install) -> None:
    """The wheel's metadata and `prontodb version` give the constant of tui/__init__.py; asking for it loads no metadata."""
    tree = ast.parse((REPOSITORY / "tui" / "__init__.py").read_text(encoding="utf-8"))
    (version,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__"
    )
    assert installed.wheel.name.startswith(f"prontodb-{version}-")
    code, output, error = run(installed.script, "version")
    assert (code, error) == (0, b"")
    assert version in output.decode()
    _, _, loaded = run(installed.python, "-X", "importtime", installed.script, "version")
    assert b"tui.headless" in loaded
    assert b"importlib.metadata" not in loaded


def test_the_installed_script_needs_nothing_but_python(installed: Install) -> None:
    """`get` and `set` run on sqlite3 alone: no third-party package is even there."""
    keeps_and_gives_back(installed.script, pythonpath="")


def test_the_installed_script_imports_its_own_packages(installed: Install, decoys: Path) -> None:
    """Design section 3: a project of the user's with a store/, a search/ or a tui/ does not get in the way."""
    keeps_and_gives_back(installed.script, pythonpath=decoys)


def test_the_second_script_is_the_pantheon_command(installed: Install, decoys: Path, tmp_path: Path) -> None:
    """P-120: `pantheon` is `prontodb pantheon`; it finds its own packages too, and its shell functions are there."""
    script = installed.script.with_name("pantheon")
    code, output, error = run(script, "--help", pythonpath=decoys, cwd=decoys)
    assert (code, error) == (0, b"")
    assert b"prontodb pantheon iter" in output
    assert b"USAGE" in output
    (tmp_path / "linked").symlink_to(script)
    code, output, error = run(tmp_path / "linked", "shell", pythonpath=decoys)
    assert (code, error) == (0, b"")
    functions = Path(os.fsdecode(output.removesuffix(b"\n")))
    assert functions.read_bytes() == (REPOSITORY / "tui/shell/pantheon.sh").read_bytes()
    assert run(script, "iter", "--name=keeper")[0] == 2


@pytest.mark.parametrize("spelling", ["{0}/", "{0}/../decoys", ":{0}:", "decoys", ""])
def test_the_script_knows_decoys_by_any_spelling(installed: Install, decoys: Path, spelling: str) -> None:
    """PYTHONPATH may be relative, hold empty entries (the working directory) or a trailing slash."""
    keeps_and_gives_back(installed.script, pythonpath=spelling.format(decoys), cwd=decoys.parent)
    keeps_and_gives_back(installed.script, pythonpath=spelling.format(decoys), cwd=decoys)


def test_the_script_works_through_a_link(installed: Install, decoys: Path, tmp_path: Path) -> None:
    """`uv tool install` and pipx put a link to the script on the PATH."""
    (tmp_path / "prontodb").symlink_to(installed.script)
    keeps_and_gives_back(tmp_path / "prontodb", pythonpath=decoys)


def test_the_module_imports_its_own_siblings(installed: Install, decoys: Path, tmp_path: Path) -> None:
    """`python -m tui`: which `tui` that is, Python has decided before us; `store` and `search` are those beside it."""
    shutil.rmtree(decoys / "tui")
    keeps_and_gives_back(installed.python, "-m", "tui", pythonpath=decoys)
    keeps_and_gives_back(installed.python, "-m", "tui", pythonpath="", cwd=decoys)


def test_the_module_runs_from_a_checkout(decoys: Path) -> None:
    """Without an installation too, with the checkout behind the decoys on PYTHONPATH or as the working directory."""
    keeps_and_gives_back(sys.executable, "-m", "tui", pythonpath=decoys, cwd=REPOSITORY)
    shutil.rmtree(decoys / "tui")
    keeps_and_gives_back(sys.executable, "-m", "tui", pythonpath=f"{decoys}:{REPOSITORY}")


def test_the_decoys_work(installed: Install, decoys: Path) -> None:
    """The control: an ordinary console script, which imports first, does fall for them."""
    assert run(installed.python, "-c", "from tui.__main__ import main", pythonpath=decoys)[0] == 1
    assert run(installed.python, "-c", "import sqlite3", pythonpath=decoys)[0] == 1
