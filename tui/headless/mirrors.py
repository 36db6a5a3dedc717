"""`export-fs`, `import-fs`: a namespace as a directory of files (P-136, P-137)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.addresses import read_namespace
from store.mirror import read_tree, write_tree
from store.operations.apply import apply_writes
from store.workspace import absolute
from tui.headless.listings import MOST_MENTIONS, mention_entries
from tui.headless.main import as_path
from tui.headless.transfer import exportable, title_of

if TYPE_CHECKING:
    from tui.headless.main import Call


def export_fs(call: Call) -> int:
    """Write one file per entry below --root."""
    root, space = _place(call)
    found = exportable(call, space)
    mention_entries(call, found)
    count = write_tree(root, space, found)
    if call.output.json:
        call.output.object(namespace=title_of(space), exported=count, root=root)
    else:
        call.output.line(f"✅ Exported {count} entries to {root}")
    return 0


def import_fs(call: Call) -> int:
    """Store what such files hold, all or nothing."""
    root, space = _place(call)
    title = call.target = title_of(space)
    writes = read_tree(root, space, now_ms=call.now_ms)
    if writes:
        addresses = call.run(apply_writes(writes, by=call.by, now_ms=call.now_ms, kind="import-fs", target=title))
        for address in addresses[:MOST_MENTIONS]:
            call.mention(address)
    if call.output.json:
        call.output.object(namespace=title, imported=len(writes), root=root)
    else:
        call.output.line(f"✅ Imported {len(writes)} entries into {title}")
    return 0


def _place(call: Call) -> tuple[str, tuple[str, str, str]]:
    root, name = as_path(call.option("root")), call.option("ns")
    if not root or not name:
        raise call.usage("missing --root or --ns")
    return absolute(root, call.cwd), read_namespace(name, call.session.reading)
