"""What a completion leaves behind in the session it ran in: nothing (C-069, C-087, C-105)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from completion_store import build
from shells import Place, need
from tui.name_cache import Reference, append

LINES = (
    *(
        "prontodb ",
        "prontodb get ",
        "prontodb get -p app -n ui ",
        "prontodb keys a",
        "prontodb cursor use ",
        "prontodb -c w get ",
    ),
    *(
        "prontodb restore ",
        "prontodb --ou",
        "prontodb --output=",
        "prontodb reset ",
        "prontodb help cursor ",
        "prontodb help get ",
    ),
    *(
        "prontodb search --scope a",
        "prontodb doc show ",
        "prontodb list app ",
        "prontodb frobnicate ",
        "A=1 prontodb get '",
        "",
    ),
)
IN_BASH = """
source {script}
{options}
state() {{ shopt -p; set +o; declare -p IFS; compgen -v | grep -vx 'COMPREPLY\\|_\\|LINE\\|PIPESTATUS\\|before\\|after'; pwd; }}
before=$(state)
while IFS= read -r LINE; do COMP_LINE=$LINE COMP_POINT=${{#LINE}} _prontodb; unset COMP_LINE COMP_POINT; done <{lines}
after=$(state)
if [[ $before == "$after" ]]; then echo same; else diff <(echo "$before") <(echo "$after"); fi
"""
IN_ZSH = """
compadd() {{ : }}; compset() {{ : }}; _files() {{ : }}
source {script}
{options}
state() {{
  emulate -L zsh
  print -rl -- "$SET" "${{(qq)IFS}}" $PWD ${{(ok)parameters:#(LINE|before|after|_|[?]|status|pipestatus|SET)}}
}}
SET=$(setopt); before=$(state)
while IFS= read -r LINE; do
  () {{ local -a words; words=("${{(@Qz)LINE}}"); local PREFIX=""; local CURRENT=$(( ${{#words}} + 1 )); _prontodb }}
done <{lines}
SET=$(setopt); after=$(state)
if [[ "$before" == "$after" ]]; then echo same; else diff <(echo "$before") <(echo "$after"); fi
"""
IN_FISH = """
source {script}
function commandline
    if test $argv[1] = -ct; echo ''; else; string split -n ' ' -- $line; end
end
set -g line ''
set before (set --names) $PWD
while read -g line
    string match -q -- 'prontodb*' $line; and __prontodb_complete >/dev/null
end <{lines}
set after (set --names) $PWD
set -e before[1]; set -e after[1]
if test (string join / $before | string collect) = (string join / (string match -v before $after) | string collect)
    echo same
else
    diff (string join \\n $before | psub) (string join \\n $after | psub)
end
"""


def place_of(root: Path) -> Place:
    place = Place(root)
    workspace = build(place.environ, place.home, [{"address": "app.ui.theme"}], ["work"])
    references = [Reference("id", "app.ui.theme"), Reference("tag", "app"), Reference("tag", "app.ui")]
    append(str(workspace / ".index"), references, scope="", now_ms=1_772_366_400_000)
    return place


def files_of(place: Place) -> set[Path]:
    """Every file and directory that neither fish itself nor SQLite makes."""
    return {
        path
        for path in place.root.rglob("*")
        if not {"fish", ".config"} & set(path.parts)
        and path != place.calls
        and not path.name.endswith(("-wal", "-shm"))
    }


@pytest.mark.parametrize(
    ("shell", "options"),
    [
        ("bash", ""),
        ("bash", "set -f -u; shopt -s nullglob failglob; IFS=:x"),
        ("zsh", ""),
        ("zsh", "setopt null_glob ksh_arrays sh_word_split noglob; IFS=:x"),
        ("fish", ""),
    ],
)
def test_a_session_is_as_it_was(shell: str, options: str, tmp_path: Path) -> None:
    """C-069: options, IFS, variables and working directory; nothing is printed, nothing is left in a file."""
    place = place_of(tmp_path)
    lines = tmp_path / "lines"
    lines.write_text("".join(f"{line}\n" for line in LINES))
    text = {"bash": IN_BASH, "zsh": IN_ZSH, "fish": IN_FISH}[shell]
    quiet = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    code = text.format(script=place.write_script(shell), lines=lines, options=options)
    files = files_of(place)
    done = subprocess.run(
        [need(shell), *quiet, "-c", code],
        capture_output=True,
        text=True,
        env=place.environ,
        cwd=place.home,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("same\n", "")
    assert place.helper_calls > 0, "nothing was asked"
    assert files_of(place) == files
