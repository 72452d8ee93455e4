"""Each process has a directory of its own, as long as it lives: at work, or standing still."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.workspace.own_directory import own_directory

OTHER = """
import sys, time
from pathlib import Path
from bot.workspace.own_directory import own_directory
with own_directory(Path(sys.argv[1])) as mine:
    (mine / "file").write_text("of the other")
    print(mine, flush=True)
    time.sleep(60)
"""


@contextmanager
def another_process(root: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(root)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    try:
        yield process, Path(process.stdout.readline().strip())
    finally:
        process.kill()
        process.wait()


def test_it_is_there_for_the_block_and_gone_afterwards(tmp_path: Path) -> None:
    with own_directory(tmp_path / "checkouts") as mine:
        (mine / "file").write_text("mine")
    assert not mine.exists()
    assert [each.name for each in (tmp_path / "checkouts").iterdir()] == ["lock"]


def test_the_directory_of_a_process_that_stands_still_is_left_alone(tmp_path: Path) -> None:
    with another_process(tmp_path) as (other, theirs):
        other.send_signal(signal.SIGSTOP)
        with own_directory(tmp_path) as mine:
            assert mine != theirs
            assert (theirs / "file").read_text() == "of the other"
        assert (theirs / "file").exists()


def test_the_directory_of_a_dead_process_is_removed_by_the_next_that_begins(tmp_path: Path) -> None:
    with another_process(tmp_path) as (other, theirs):
        other.kill()
        other.wait()
        assert theirs.exists()
        with own_directory(tmp_path):
            assert not theirs.exists()
