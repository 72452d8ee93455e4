"""A file lock that threads and processes share, and that a child process can go on holding."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockBusy(Exception):
    """Somebody else held the lock for longer than we may wait."""


@contextmanager
def locked(path: Path, *, shared: bool = False, seconds: float = 900) -> Iterator[int]:
    """Hold the lock at `path`; yields its descriptor, which a child may inherit to outlive us with it.

    A child that inherits it keeps the lock until it ends, so after a crash of ours nobody touches a mirror
    that an orphaned fetch still writes to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _take(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, path, time.monotonic() + seconds)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int, kind: int, path: Path, deadline: float) -> None:
    pause = 0.002
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise LockBusy(
                    f"The lock {path.name} stayed taken for too long; another git is still at work on this "
                    "repository. Baton tries again by itself."
                ) from None
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
