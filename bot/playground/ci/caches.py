"""Environments kept between runs, one taker at a time, thrown away where a job did not end properly."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path


@dataclass(frozen=True)
class Slot:
    """A directory that this job alone uses until it gives it back."""

    directory: Path
    warm: bool
    lock: int

    @property
    def _whole(self) -> Path:
        return self.directory.with_suffix(".whole")

    def give_back(self, whole: bool) -> None:
        """Lets the next job have it; warm if this one left it whole."""
        if whole:
            self._whole.touch()
        os.close(self.lock)


def own_cache(directory: Path) -> Path:
    """The cache's directory; what lies in somebody else's is run by nobody."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if directory.stat().st_uid != os.getuid():
        raise PermissionError(
            f"{directory} belongs to another user, so the CI does not run what it finds there;"
            " name another cache directory or remove this one"
        )
    return directory


def take_slot(key_directory: Path) -> Slot:
    """The first free slot under the key: two jobs at once never share one, in other processes either."""
    key_directory.mkdir(parents=True, exist_ok=True)
    for number in count():
        lock = _try_lock(key_directory / f"{number}.lock")
        if lock is not None:
            return _opened(key_directory / str(number), lock)
    raise AssertionError("count() has no end")


def _opened(directory: Path, lock: int) -> Slot:
    whole = directory.with_suffix(".whole")
    warm = whole.exists()
    # While a job uses it, it counts as broken: should the process die, nobody trusts what is left.
    whole.unlink(missing_ok=True)
    if not warm:
        shutil.rmtree(directory, ignore_errors=True)
    return Slot(directory, warm, lock)


def _try_lock(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Alone with what the path stands for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
