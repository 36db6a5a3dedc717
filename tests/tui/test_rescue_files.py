"""Files at the edge of the inbox: `.pipe` files come home too, orphans are adopted, saving overwrites nothing (P-072, T-112)."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import pytest

from store.addresses import read_address
from store.errors import AddressError, Refused, StoreError
from store.model import Address
from store.spool import KEPT_FOR_S, Spool
from tests.tui.inbox import MINUTE, NOW, TTL, Inbox, inbox, only
from tui.browser.flows import rescue_files
from tui.browser.flows.adopting import adopt_orphans
from tui.browser.flows.recovering import Recovery


async def kept_file(box: Inbox, content: bytes = b"from a file", suffix: str = "app_notes_disk") -> Path:
    path = Path(Spool(str(box.spool)).keep(content, suffix, NOW // 1000 - 60))
    os.utime(path, (NOW / 1000 - 60, NOW / 1000 - 60))
    return path


async def test_recover_a_file(home: Path) -> None:
    """P-072: a `.pipe` file is listed, comes home like a pipe, and undo writes it again: same bytes, age and mode."""
    async with inbox(home) as box:
        path = await kept_file(box)
        recovery = Recovery(box.services)
        waiting = await only(recovery)
        assert (waiting.kind, waiting.left_ms(NOW), waiting.meant) == (
            "file",
            KEPT_FOR_S * 1000 - MINUTE,
            "app_notes_disk",
        )
        assert (await recovery.preview(waiting)).value.head == b"from a file"
        await recovery.recover([(waiting, read_address("app.x.y"))])
        assert await box.value("app.x.y") == b"from a file"
        assert not path.exists()
        await recovery.undo()
        assert await box.value("app.x.y") is None
        assert path.read_bytes() == b"from a file"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert await only(recovery) == waiting


async def test_a_file_stays_when_storing_fails(home: Path) -> None:
    async with inbox(home) as box:
        path = await kept_file(box)
        recovery = Recovery(box.services)
        with pytest.raises(AddressError):
            await recovery.recover([(await only(recovery), Address("", "pipe", "cache", "x"))])
        assert path.exists()


async def test_discard_keep_and_stream_a_file(home: Path) -> None:
    async with inbox(home) as box:
        path = await kept_file(box, b"a=1; b=2;")
        recovery = Recovery(box.services)
        waiting = await only(recovery)
        await recovery.keep([waiting])
        assert (await only(recovery)).left_ms(NOW) == KEPT_FOR_S * 1000 - MINUTE + 15 * MINUTE
        await recovery.discard([waiting])
        assert not path.exists()
        await recovery.undo()
        assert path.exists()
        await recovery.run_stream(await recovery.plan_stream(waiting))
        assert (path.exists(), await box.value("app.main.b")) == (False, b"2")
        await recovery.undo()
        assert (path.read_bytes(), await box.value("app.main.b")) == (b"a=1; b=2;", None)


async def test_a_link_is_not_followed(home: Path) -> None:
    """Somebody swapped the file for a link after it was listed."""
    async with inbox(home) as box:
        path = await kept_file(box)
        recovery = Recovery(box.services)
        waiting = await only(recovery)
        path.unlink()
        path.symlink_to("/etc/hostname")
        with pytest.raises(StoreError):
            await recovery.recover([(waiting, read_address("app.x.y"))])
        assert await box.value("app.x.y") is None


async def test_save(home: Path) -> None:
    """A new file, only ours to read; `~` is home; nothing is overwritten and the pipe stays."""
    async with inbox(home) as box:
        await box.pipe(b"\x00 exact\n", "a..b")
        recovery = Recovery(box.services)
        waiting = await only(recovery)
        done = await recovery.save(waiting, "~/saved.txt")
        path = home / "saved.txt"
        assert done.said == f"saved 8 bytes to {path}"
        assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"\x00 exact\n", 0o600)
        with pytest.raises(Refused, match="exists"):
            await recovery.save(waiting, "saved.txt")
        with pytest.raises(StoreError, match="no directory"):
            await recovery.save(waiting, "nowhere/saved.txt")
        assert await only(recovery) == waiting


def test_what_is_wrong_with_a_path(home: Path) -> None:
    (home / "there").write_text("")
    (home / "link").symlink_to(home / "nowhere")
    assert rescue_files.trouble("new.txt") == ""
    assert rescue_files.trouble("~/new.txt") == ""
    assert "exists" in rescue_files.trouble("there")
    assert "exists" in rescue_files.trouble("link")
    assert "directory" in rescue_files.trouble(".")
    assert "no such directory" in rescue_files.trouble("a/b")
    assert rescue_files.trouble(" ") == "write a path"
    assert "NUL" in rescue_files.trouble("a\0b")


# --- orphans ------------------------------------------------------------------------------------------------------------


async def test_orphans_are_adopted(home: Path) -> None:
    """T-112: finished and half-read input of killed commands becomes cached pipes; what is still being read is left alone."""
    async with inbox(home) as box:
        box.spool.mkdir(parents=True)
        (box.spool / "1799999000_0011aabb_a__b.full").write_bytes(b"whole")
        (box.spool / "1799999001_0011aabc_c__d.part").write_bytes(b"hal")
        (box.spool / "1799999002_0011aabd-deadbeef_e__f.full").write_bytes(b"of another database")
        with (box.spool / "1799999003_0011aabe_g__h.part").open("wb") as alive:
            alive.write(b"still coming")
            alive.flush()
            fcntl.flock(alive, fcntl.LOCK_EX)
            keys = await adopt_orphans(box.services)
        assert [key[:10] for key in keys] == ["1799999000", "1799999001"]  # when they came in
        waiting, _ = await Recovery(box.services).load()
        assert sorted((one.suffix, one.reason, one.left_ms(NOW)) for one in waiting) == [
            ("a__b", "interrupted", TTL),
            ("c__d_partial", "interrupted", TTL),
        ]
        assert sorted(path.name[:10] for path in box.spool.iterdir()) == ["1799999002", "1799999003"]
        assert len(await adopt_orphans(box.services)) == 1  # its reader is gone by now


async def test_adopting_needs_no_spool(home: Path) -> None:
    async with inbox(home) as box:
        assert await adopt_orphans(box.services) == []
