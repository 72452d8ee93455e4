"""One at a time, across threads, processes and a child that outlives us."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.workspace.lock import LockBusy, locked


def test_threads_take_turns(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")

    def count(_: int) -> None:
        with locked(tmp_path / "lock"):
            counter.write_text(str(int(counter.read_text()) + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(50)))
    assert counter.read_text() == "50"


def test_whoever_waits_too_long_is_told_so(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "lock"),
        pytest.raises(LockBusy, match="another git is still at work on this repository"),
        locked(tmp_path / "lock", seconds=0.02),
    ):
        pass


def test_readers_share(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", shared=True), locked(tmp_path / "lock", shared=True, seconds=0.02):
        pass


def test_an_orphaned_child_keeps_the_lock_until_it_ends(tmp_path: Path) -> None:
    with locked(tmp_path / "lock") as descriptor:
        child = subprocess.Popen(["sleep", "60"], pass_fds=(descriptor,))
    with pytest.raises(LockBusy), locked(tmp_path / "lock", seconds=0.05):
        pass
    child.kill()
    child.wait()
    with locked(tmp_path / "lock", seconds=5):
        pass
