"""`doc …`, and `export`/`import` of documents, as the real program (M-217…M-219, U-07)."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Program

CHANGED, MISS = 1, 2


def said(done: subprocess.CompletedProcess[bytes]) -> tuple[int, str, str]:
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def guide(prontodb: Program) -> Program:
    """A store with one document of two parts."""
    prontodb("set", "doc:guide:sections[20_setup]", stdin=b"Install it.")
    prontodb("set", "doc:guide:sections[intro]", stdin=b"Welcome\n")
    prontodb("set", "doc:guide:metadata[order.intro]", "10")
    return prontodb


def tree(guide: Program, home: Path) -> Path:
    assert guide("export", "doc.guide", "--tree", "out").returncode == 0
    return home / "out"


def test_list_show_and_sections(guide: Program) -> None:
    """M-219."""
    assert said(guide("doc", "list")) == (0, "guide\t3\n", "")
    assert said(guide("doc", "sections", "guide")) == (0, "intro\t10\t8\n20_setup\t20\t11\n", "")
    assert said(guide("doc", "show", "guide")) == (0, "Welcome\nInstall it.\n", "")
    assert said(guide("doc", "show", "doc:guide:"))[1] == "Welcome\nInstall it.\n"
    assert said(guide("doc", "list", "-p", "kb")) == (0, "", "")
    guide("set", "kb::full", "at the root")
    assert said(guide("doc", "list", "-p", "kb")) == (0, "(root)\t1\n", "")
    assert said(guide("doc", "show", "(root)", "-p", "kb")) == (0, "at the root\n", "")
    code, out, err = said(guide("doc", "show", "nothing"))
    assert (code, out) == (MISS, "")
    assert "nothing in doc:nothing:" in err


def test_the_whole_text_is_shown_as_it_is_kept(guide: Program) -> None:
    guide("set", "doc:guide:full", stdin=b"exact\r\nbytes\n")
    guide("set", "doc:guide:metadata[sha256.full]", "00")
    code, out, err = said(guide("doc", "show", "guide"))
    assert (code, out) == (0, "exact\r\nbytes\n")
    assert "--assemble" in err
    assert "full is changed" in err
    assert said(guide("doc", "show", "guide", "--assemble"))[1] == "Welcome\nInstall it.\n"


def test_secrets_are_left_out_unless_asked_for(guide: Program, home: Path) -> None:
    """U-11."""
    guide("set", "doc:guide:sections[30_key]", "hunter2", "--secret")
    done = guide("doc", "show", "guide")
    assert b"hunter2" not in done.stdout + done.stderr
    assert b"1 secret" in done.stderr
    assert b"hunter2" in guide("doc", "show", "guide", "--include-secrets").stdout
    code, out, err = said(guide("export", "doc.guide", "--tree", "out"))
    assert (code, out) == (1, "")
    assert "--include-secrets" in err
    assert not (home / "out").exists()
    assert guide("export", "doc.guide", "--tree", "out", "--include-secrets").returncode == 0
    (home / "out/30_key.md").write_text("other secret")
    for words in (["doc", "diff", "guide", "--src", "out"], ["import", "doc.guide", "--src", "out", "--show-diff"]):
        done = guide(*words)
        assert b"secret" not in done.stdout
        assert b"hunter2" not in done.stdout
        assert b"*** \xe2\x86\x92 ***" in done.stdout
    assert guide("import", "--tree", "-p", "doc", "-n", "copy", "out").returncode == 0
    assert b"secret" in guide("scan", "doc.copy", "--output", "json").stdout


def test_a_tree_out_and_in(guide: Program, home: Path) -> None:
    """M-217, M-218, with the options and with arguments."""
    assert said(guide("export", "--tree", "--context", "doc", "--namespace", "guide", "--dest", "out")) == (
        0,
        "Exported 3 entries from doc:guide to out\n",
        "",
    )
    assert sorted(os.listdir(home / "out")) == [".manifest.json", ".meta", "10-intro.md", "20_setup.md"]
    code, out, err = said(guide("import", "--src", "out", "--context", "doc", "--namespace", "deep.er", "--show-diff"))
    assert (code, err) == (0, "")
    assert out == (
        "Import Result:\n  Success: true\n  Checksum Valid: true\n  Added: 3\n  Updated: 0\n  Unchanged: 0\n"
        "  Total Changes: 3\nDiff:\n+ sections[20_setup]: Install it.\n+ sections[intro]: Welcome\\n\n"
        "+ metadata[order.intro]: 10\n"
    )
    assert said(guide("doc", "show", "deep.er"))[1] == "Welcome\nInstall it.\n"


def test_dry_run_diff_and_undo(guide: Program, home: Path) -> None:
    out = tree(guide, home)
    assert said(guide("doc", "diff", "guide", "--src", "out")) == (0, "", "")
    (out / "20_setup.md").write_text("Install it now.\n")
    (out / "10-intro.md").unlink()
    code, text, err = said(guide("doc", "diff", "guide", "--src", "out", "--replace"))
    assert code == CHANGED
    assert text == "~ sections[20_setup]: Install it. → Install it now.\\n\n- sections[intro]\n"
    assert "sections[intro] is gone" in err
    (out / ".manifest.json").unlink()
    assert "+ full" in said(guide("doc", "diff", "new", "--src", "out"))[1]
    assert "+ full" not in said(guide("doc", "diff", "new", "--src", "out", "--no-assemble"))[1]
    options = ["import", "doc.guide", "--src", "out", "--replace", "--no-assemble"]
    code, text, err = said(guide(*options, "--dry-run"))
    assert (code, "Removed: 1" in text, "nothing was written" in err) == (0, True, True)
    assert said(guide("doc", "show", "guide"))[1] == "Welcome\nInstall it.\n"
    assert guide(*options).returncode == 0
    assert said(guide("doc", "show", "guide"))[1] == "Install it now.\n"
    assert guide("undo").returncode == 0
    assert said(guide("doc", "show", "guide"))[1] == "Welcome\nInstall it.\n"


def test_long_differences_are_cut_where_they_differ(guide: Program, home: Path) -> None:
    out = tree(guide, home)
    guide("set", "doc:guide:sections[intro]", "x" * 5000 + "old" + "y" * 5000)
    (out / "10-intro.md").write_text("x" * 5000 + "new" + "y" * 5000)
    text = said(guide("doc", "diff", "guide", "--src", "out"))[1]
    assert len(text) < 300
    assert "old" in text
    assert "new" in text
    (found,) = json.loads(guide("doc", "diff", "guide", "--src", "out", "--output", "json").stdout)["diff"][1:2]
    assert len(found) > 20_000


@pytest.mark.parametrize("form", ["text", "json"])
def test_one_file(guide: Program, home: Path, form: str) -> None:
    """M-170, M-171: to a file or standard output, from a file or standard input; the header says where."""
    assert said(guide("export", "doc.guide", "--format", form, "--dest", "guide.out"))[0] == 0
    done = guide("export", "doc.guide", "--format", form, "--dest", "-")
    parts = {"text": b"# Meteor Export\n", "json": b'{\n  "context": "doc"'}
    assert done.stdout.startswith(parts[form])
    assert len((home / "guide.out").read_bytes()) == len(done.stdout)
    guide("reset", "doc")
    assert guide("import", "--src", "guide.out").returncode == 0
    assert said(guide("doc", "show", "guide"))[1] == "Welcome\nInstall it.\n"
    assert guide("import", "doc.copy", "--src", "-", stdin=done.stdout).returncode == 0
    assert said(guide("doc", "show", "copy"))[1] == "Welcome\nInstall it.\n"
    again = guide("import", "doc.copy", "--format", form, "--src", "-", stdin=done.stdout)
    assert b"Unchanged: 3" in again.stdout


def test_a_key_that_is_there_twice_is_told(guide: Program) -> None:
    """M-170: the last value counts, and nobody is left to wonder; two spellings of one key are one key."""
    text = b"# Meteor Export\n# Context: doc\n# Namespace: twice\n\na[0]=first\nb=once\na__i_0=last\n"
    code, _, err = said(guide("import", "--src", "-", stdin=text))
    assert (code, "a[0] is there more than once; the last value counts" in err) == (0, True)
    assert "b is there" not in err
    assert said(guide("get", "doc:twice:a[0]"))[1].rstrip("\n") == "last"


def test_the_old_formats_are_what_they_were(guide: Program) -> None:
    """P-134 beside M-171: `--format json` alone is lines, with --dest it is the document (decision 0008)."""
    lines = guide("export", "doc.guide", "--format", "json").stdout.splitlines()
    assert [json.loads(line).keys() for line in lines] == [{"k", "v"}] * 3
    assert json.loads(guide("export", "doc.guide", "--format", "json", "--dest", "-").stdout)["context"] == "doc"
    assert guide("import", "a.b", "--format", "json", stdin=b'{"k":"k","v":"v"}\n').returncode == 0
    assert guide("export", "-p", "doc", "-n", "guide").stdout.startswith(b"# prontodb-tsv 1 doc.guide\n")


@pytest.mark.parametrize(
    "words",
    [
        ["export"],
        ["export", "doc.guide", "--tree"],
        ["export", "doc.guide", "--tree", "--dest", "-"],
        ["export", "doc.guide", "--tree", "--format", "json", "--dest", "x"],
        ["export", "doc.guide", "--format", "tsv", "--dest", "x"],
        ["export", "doc.guide", "--format", "text", "--recursive"],
        ["export", "doc.guide", "surplus"],
        ["export", "doc.guide", "--recursive"],
        ["export", "--tree", "out", "--context", "doc"],
        ["export", "doc.guide", "--tree", "--context", "doc", "--namespace", "guide", "out"],
        ["import", "--tree"],
        ["import", "--src", "."],
        ["import", "doc.guide", "--tree", "--src", "-"],
        ["import", "doc.guide", "--src", ".", "--capture", "owner"],
        ["import", "doc.guide", "--dry-run"],
        ["doc", "show"],
        ["doc", "show", "guide", "-n", "other"],
        ["doc", "list", "-n", "guide"],
        ["doc", "diff", "guide"],
        ["doc", "sections", "guide", "--family", "chapters"],
        ["doc"],
    ],
)
def test_what_does_not_fit_together_is_refused(guide: Program, home: Path, words: list[str]) -> None:
    code, out, err = said(guide(*words))
    assert (code, out) == (1, "")
    assert "usage:" in err or "hint:" in err or "Usage" in err
    assert [name for name in os.listdir(home) if not name.startswith(".")] == []


def test_every_refusal_names_the_way_out(guide: Program, home: Path) -> None:
    """A surplus word, a directory where a file should be: each sentence is about documents, and says what to write."""
    tree(guide, home)
    assert "--tree, --dest or --src" in said(guide("export", "doc.guide", "surplus"))[2]
    for words in (
        ["export", "doc.guide", "--format", "text", "--dest", "out"],
        ["import", "--format", "text", "--src", "out"],
    ):
        code, _, err = said(guide(*words))
        assert code == 1
        assert "out is a directory, not a file" in err
        assert "database" not in err
    (home / "bad.txt").write_text("nonsense\n")
    assert "bad.txt: the export does not say" in said(guide("import", "--src", "bad.txt"))[2]


def test_what_is_gone_or_passed_over_is_told(guide: Program, home: Path) -> None:
    """M-183: a missing file; without --recursive, a directory below; a directory without files."""
    root = tree(guide, home)
    (root / "20_setup.md").unlink()
    (root / "below").mkdir()
    (root / "intro.md~").write_text("old")
    _, _, err = said(guide("import", "doc.guide", "--src", "out"))
    assert "the file of sections[20_setup] is gone; the entry stays unless the import replaces" in err
    assert "below is a directory and was passed over" in err
    assert "intro.md~ is hidden, or a copy that an editor left" in err
    assert said(guide("doc", "sections", "guide"))[1] == "intro\t10\t8\n20_setup\t20\t11\n"
    (home / "empty").mkdir()
    code, _, err = said(guide("import", "doc.guide", "--src", "empty", "--replace"))
    assert (code, "there are no files in" in err) == (0, True)
    assert said(guide("doc", "list"))[1] == "guide\t3\n"


def test_nothing_to_export(guide: Program, home: Path) -> None:
    """M-217: exit 1."""
    code, out, err = said(guide("export", "doc.nothing", "--tree", "out"))
    assert (code, out) == (1, "")
    assert err.startswith("Export error: ")
    assert not (home / "out").exists()


def test_what_is_piped_in_is_not_lost(guide: Program) -> None:
    """P-135 for documents: rejected input is kept, and the way to try again is named."""
    text = b"# Context: doc\n# Namespace: guide\n# Checksum: sha256:0\nk=precious\n"
    done = guide("import", "--format", "text", stdin=text)
    assert done.returncode == 1
    assert b"precious" not in done.stderr
    assert b"import --src - --format text" in done.stderr
    key = guide("keys", "pipe.cache", "--full").stdout.decode().split()[0]
    assert guide("get", key, "--raw").stdout == text
    assert guide("import", "--format", "text", "--no-verify", stdin=text).returncode == 0
    broken = guide("--cursor", "nope", "import", "--format", "text", stdin=text)
    assert broken.returncode == 1
    assert b"content saved to" in broken.stderr


def test_bytes_are_refused_by_name(guide: Program, home: Path) -> None:
    """U-05."""
    guide("set", "doc:guide:sections[logo]", "-", stdin=b"\xff\x00")
    for words in (["export", "doc.guide", "--tree", "out"], ["doc", "show", "guide"]):
        code, out, err = said(guide(*words))
        assert (code, out) == (1, "")
        assert "doc:guide:sections[logo]" in err
    assert not (home / "out").exists()


def test_a_failed_import_leaves_a_record(guide: Program, home: Path) -> None:
    (home / "x.txt").write_text("# Context: doc\n# Namespace: guide\n# Checksum: sha256:0\nk=v\n")
    assert guide("import", "--src", "x.txt").returncode == 1
    assert b"checksum-mismatch" in guide("history", "--failed").stdout
    assert guide("get", "doc:guide:k").returncode == MISS


def test_hostile_text_is_harmless_on_a_terminal_and_exact_in_a_pipe(guide: Program, home: Path) -> None:
    """U-15."""
    guide("set", "doc:guide:full", "-", stdin=b"\x1b]0;title\x07\xc2\x9b31m red \xe2\x80\xae\n")
    assert guide("doc", "show", "guide").stdout == b"\x1b]0;title\x07\xc2\x9b31m red \xe2\x80\xae\n"
    (home / "out").mkdir()
    (home / "out/a\x1b[31m.md").write_text("\x1b[2J")
    for words in (["doc", "show", "guide"], ["doc", "diff", "guide", "--src", "out"]):
        shown = on_a_terminal(home, words)
        assert b"\x1b" not in shown
        assert b"\xc2\x9b" not in shown


def on_a_terminal(home: Path, words: list[str], env: dict[str, str] | None = None) -> bytes:
    """Run the program with both outputs on a terminal; what it showed."""
    controller, terminal = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "tui", *words],
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), **(env or {})},
            timeout=60,
            check=False,
        )
        os.close(terminal)
        parts = []
        while True:
            try:
                part = os.read(controller, 65536)
            except OSError:
                break
            if not part:
                break
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(controller)


def test_progress_is_shown_on_a_terminal_only_and_goes_away(
    guide: Program, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told what is done, it shows one line and clears it; where nobody would see it, there is none."""
    from tui.headless import progress as module

    shown: list[bytes] = []
    monkeypatch.setattr(module, "QUIET_S", 0.0)
    monkeypatch.setattr(module, "EVERY_S", 0.0)
    monkeypatch.setattr(os, "write", lambda fd, content: shown.append(content))
    line = module._Line("files read")
    for done in (1, 2, 3):
        line(done, 3)
    assert shown == [b"\r1/3 files read\x1b[K", b"\r2/3 files read\x1b[K", b"\r\x1b[K"]
    monkeypatch.undo()
    tree(guide, home)
    words = ["import", "doc.guide", "--src", "out"]
    assert guide(*words, env=patience(home, 0)).stderr == b""
    assert on_a_terminal(home, words, patience(home, 0)).count(b"files read\x1b[K") > 0
    assert b"files" not in on_a_terminal(home, words, patience(home, 3600))


def patience(home: Path, seconds: int) -> dict[str, str]:
    """An environment in which the program shows how far it is after so many seconds, however slow the machine is."""
    source = f"from tui.headless import progress\nprogress.QUIET_S = progress.EVERY_S = {seconds}\n"
    (home / "sitecustomize.py").write_text(source)
    return {"PYTHONPATH": f"{home}:{REPOSITORY}", "PYTHONDONTWRITEBYTECODE": "1"}
