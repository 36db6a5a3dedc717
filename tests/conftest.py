"""What every test gets: an empty home, none of the developer's settings, and a way to run the real program."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent
STEERING_THE_SUITE = ("PRONTO_VECTORS", "PRONTO_FAULTS")
"""Variables that begin so choose data, size and seed of tests; every other PRONTO_ variable would steer the program."""
FOREIGN = ("PYTHONPATH", "LANG", "LANGUAGE", "NO_COLOR", "COLUMNS", "LINES", "EDITOR", "VISUAL", "PAGER", "TMUX")
"""Settings of whoever runs the tests that the program or its children would notice."""
NUMBERS = count(1)

# No limits of time: how long an example takes says more about the machine than about the code. The blob replays a failure.
# At home every run tries other examples, and what they find is worth knowing; where a landing depends on it, all runs are alike.
UNTIMED = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("house", UNTIMED)
settings.register_profile("landing", UNTIMED, derandomize=True, database=None)
settings.load_profile("landing" if "CI" in os.environ else "house")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of the tests that need a real terminal."""
    config.addinivalue_line("markers", "terminal: runs the real program in tmux")
    # A shell's background jobs ignore Ctrl-C, and so would every program that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests of the real terminal out where there is no tmux, except in CI, which installs it."""
    if shutil.which("tmux") is None and "CI" not in os.environ:
        out = [item for item in items if item.get_closest_marker("terminal")]
        items[:] = [item for item in items if item not in out]
        config.hook.pytest_deselected(items=out)


def pytest_report_header() -> list[str]:
    """Say when tests are left out."""
    return [] if shutil.which("tmux") else ["no tmux here: the tests marked 'terminal' need it (apt-get install tmux)"]


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that holds every test's home."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def home(homes: Path) -> Iterator[Path]:
    """An empty home directory, which is also the working directory; the environment and both are put back afterwards.

    Without it a test could read or write the developer's own workspace: by PRONTO_HOME, by XDG_DATA_HOME, or by a
    `.prontodb` above the working directory (U-12). The locale is the C locale, so that nothing depends on another.
    """
    home = homes / str(next(NUMBERS))
    home.mkdir()
    before, directory = dict(os.environ), os.getcwd()
    for name in list(os.environ):
        if name in FOREIGN or (name.startswith(("XDG_", "LC_", "PRONTO_")) and not name.startswith(STEERING_THE_SUITE)):
            del os.environ[name]
    os.environ["HOME"] = str(home)
    for name, place in (
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_CACHE_HOME", ".cache"),
    ):
        os.environ[name] = str(home / place)
    os.chdir(home)
    yield home
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def repository() -> Path:
    """The checkout that is being tested."""
    return REPOSITORY


Program = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def prontodb(home: Path) -> Program:
    """Run the real program: `prontodb("get", "app.ui.theme", stdin=b"…", env={…}, cwd=path)`; input and output are bytes.

    It starts in the test's home and environment. Without `stdin`, its input is /dev/null: neither terminal nor pipe.
    """

    def run(
        *arguments: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "tui", *arguments],
            stdin=subprocess.DEVNULL if stdin is None else None,
            input=stdin,
            capture_output=True,
            cwd=cwd or home,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), **(env or {})},
            timeout=60,
            check=False,
        )

    return run
