"""`python -m docs.make`: write docs/reference.md anew, and in every page what the commands and the Python of its examples print."""

from __future__ import annotations

import tempfile
from pathlib import Path

from docs.examples import OPENING, REPOSITORY, renewed
from docs.reference import reference
from docs.snippets import snippets, with_output

REFERENCE = REPOSITORY / "docs" / "reference.md"


def pages() -> list[Path]:
    """Every page with examples that a person wrote: README.md and those of docs/, the reference excepted."""
    found = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
    return [path for path in found if path != REFERENCE and OPENING in path.read_text(encoding="utf-8").split("\n")]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="prontodb-docs-") as directory:
        texts = {REFERENCE: reference(Path(directory) / "reference")}
        for number, path in enumerate(pages()):
            text = renewed(path.read_text(encoding="utf-8"), Path(directory) / str(number))
            texts[path] = with_output(text, Path(directory)) if snippets(text) else text
    for path, text in texts.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    main()
