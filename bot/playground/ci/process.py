"""Runs one command in its own process group, and ends only what it started."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

TRACKING = "RUNNER_TRACKING_ID"
_GRACE = 2.0
_LONGEST_LINE = 64_000


@dataclass(frozen=True)
class Exited:
    """The command ended by itself."""

    code: int


@dataclass(frozen=True)
class TimedOut:
    """The command took too long and was ended."""


@dataclass(frozen=True)
class Stopped:
    """The job was cancelled and the command ended with it."""


class StopSign(Protocol):
    """What is looked at to know whether to go on."""

    def is_set(self) -> bool: ...


Ended = Exited | TimedOut | Stopped


def run(
    command: Sequence[str],
    directory: Path,
    environment: Mapping[str, str],
    deadline: float,
    stop: StopSign,
    line: Callable[[str], None],
) -> Ended:
    """Runs the command until it ends, its time (of the monotonic clock) is over, or a stop is asked for."""
    process = subprocess.Popen(
        command,
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    reader = _Reader(process.stdout, line)
    ended = _wait(process, deadline, stop)
    reader.finish()
    return ended


def _wait(process: subprocess.Popen[bytes], deadline: float, stop: StopSign) -> Ended:
    while True:
        try:
            return Exited(process.wait(timeout=0.1))
        except subprocess.TimeoutExpired:
            if stop.is_set():
                _end(process)
                return Stopped()
            if time.monotonic() >= deadline:
                _end(process)
                return TimedOut()


def _end(process: subprocess.Popen[bytes]) -> None:
    # The process is not reaped yet, so its id, which is the group's, cannot be another's by now.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
    until = time.monotonic() + _GRACE
    while time.monotonic() < until:
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None:
            break
        time.sleep(0.02)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Reader(threading.Thread):
    """Reads what a command prints; goes on silently for what it left running in the background."""

    def __init__(self, stream: IO[bytes], line: Callable[[str], None]) -> None:
        super().__init__(name="ci-output", daemon=True)
        self._stream = stream
        self._line = line
        self._finished = threading.Event()
        self._lock = threading.Lock()
        self.start()

    def run(self) -> None:
        with self._stream:
            while raw := self._stream.readline(_LONGEST_LINE):
                text = raw.decode("utf-8", errors="replace").rstrip("\r\n")
                with self._lock:
                    if not self._finished.is_set():
                        self._line(text)

    def finish(self) -> None:
        """Takes what is still on its way; later lines are of nobody's step."""
        self.join(timeout=0.5)
        with self._lock:
            self._finished.set()


def end_leftovers(tracking_id: str) -> int:
    """Ends what a job's steps left running, known by the id in their environment; answers how many."""
    wanted = f"{TRACKING}={tracking_id}".encode()
    return sum(_end_if_ours(int(entry), wanted) for entry in _process_ids())


def _process_ids() -> list[str]:
    try:
        return [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    except FileNotFoundError:
        return []


def _end_if_ours(pid: int, wanted: bytes) -> bool:
    try:
        # The descriptor is opened before the look, so that a reused id is never signalled.
        descriptor = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if wanted not in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            return False
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
