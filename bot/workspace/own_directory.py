"""A directory of this process alone: what is laid out there no other process touches, and it goes when this one is dead.

Two workers may have one BATON_WORKDIR, and one of them may go on with a run that the other only seems to have left: it
stands still, and wakes up later in the middle of it. Each has files of its own then, and what the late one does to
its files does no harm.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from bot.workspace.lock import LockBusy, locked

AT_ONCE = 0.0


@contextmanager
def own_directory(root: Path) -> Iterator[Path]:
    """A new directory below `root` until the end of the block; those of dead processes are removed at its beginning."""
    mine = root.absolute() / uuid4().hex
    with ExitStack() as held:
        with locked(root / "lock"):  # nobody takes a directory for a dead one's before its lock is held
            _remove_those_of_the_dead(root)
            held.enter_context(locked(_lock_of(mine), seconds=AT_ONCE))
            mine.mkdir()
        held.callback(_lock_of(mine).unlink, missing_ok=True)
        held.callback(shutil.rmtree, mine, ignore_errors=True)
        yield mine


def _remove_those_of_the_dead(root: Path) -> None:
    for lock in root.glob("*.lock"):
        try:
            # A process that stands still holds its lock as one that works does.
            with locked(lock, seconds=AT_ONCE):
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                lock.unlink(missing_ok=True)
        except LockBusy:
            continue


def _lock_of(directory: Path) -> Path:
    return directory.with_suffix(".lock")
