"""A private PostgreSQL for tests and benchmarks: its own cluster, on loopback, restarted at will, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

MISSING = (
    "PostgreSQL's server programs are missing, and Baton promises to work on PostgreSQL. "
    "Install them with `apt-get install postgresql`, or put initdb and postgres on the PATH."
)
_numbers = count(1)


@dataclass
class Cluster:
    """A server that is running, or between a stop and a start."""

    data: Path
    port: int
    durable: bool = False
    _server: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.data.parent / "log"

    def start(self) -> None:
        self._server = _start(self.data, self.port, self.durable)
        _wait_until_up(self, self._server, self.log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGTERM waits for clients, SIGINT ends their sessions, SIGQUIT ends at once and recovers at the next start."""
        if self._server is not None:
            self._server.send_signal(how)
            try:
                self._server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._server.send_signal(signal.SIGQUIT)
                self._server.wait(timeout=20)
            self._server = None

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://baton@127.0.0.1:{self.port}/{database}"

    def fresh_database(self) -> str:
        """The URL of a new, empty database."""
        name = f"baton_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type,unused-ignore]
        return self.url(name)

    def _address(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=baton dbname={database}"

    def is_up(self) -> bool:
        try:
            with psycopg.connect(self._address("postgres"), connect_timeout=1):
                return True
        except psycopg.OperationalError:
            return False


@contextmanager
def running_cluster(durable: bool = False) -> Iterator[Cluster]:
    """Start a server; `durable` keeps fsync on, which a benchmark must and a test need not."""
    directory = Path(tempfile.mkdtemp(prefix="baton-pg-"))
    cluster = Cluster(directory / "data", _free_port(), durable)
    try:
        _own(directory)
        data = str(cluster.data)
        _run([_program("initdb"), "-D", data, "-U", "baton", "-A", "trust", "-E", "UTF8", "--no-sync"])
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _start(data: Path, port: int, durable: bool) -> subprocess.Popen[bytes]:
    options = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 200,
        "shared_buffers": "32MB",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        "jit": "off",
    }
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (data.parent / "log").open("ab") as log:
        command = [*_unprivileged(), _program("postgres"), "-D", str(data), *flags]
        # SIGINT to the whole terminal is pytest's to answer; the server is stopped afterwards.
        return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def _wait_until_up(cluster: Cluster, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
        if cluster.is_up():
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL was not up after 30 seconds:\n{log.read_text()}")


def _program(name: str) -> str:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise RuntimeError(MISSING)
    return found


def _run(command: list[str]) -> None:
    done = subprocess.run([*_unprivileged(), *command], capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    user = _user()
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _own(directory: Path) -> None:
    if os.geteuid() == 0:
        user = _user()
        os.chown(directory, user.pw_uid, user.pw_gid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
