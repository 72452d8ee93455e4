"""Baton as a real process that ends itself by SIGKILL at chosen points of its effects, and is started again each time.

`python -m tests.chaos.dying DIRECTORY` is a mother: it imports everything once and forks one Baton after another,
as an init system would start it again. `DIRECTORY/dooms.json` says at which points of what a Baton dies, each once;
`DIRECTORY/hits.jsonl` gets a line before each death, and `passed.jsonl` one for every point that was come by.
"""

from __future__ import annotations

import gc
import http.client
import json
import os
import re
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func
from sqlalchemy import select as query

from bot.app import Making, serve
from bot.crew.records import BatchRecord, RunOutcome, TurnRecord
from bot.engine.agent_runs import Work
from bot.engine.database import Database
from bot.engine.durable_steps import DurableSteps
from bot.engine.leasing import Leased
from bot.engine.run_starts import STARTS_IN_VAIN
from bot.engine.tables import run, run_start
from bot.engine.worker import Look
from bot.github.connection import Connection
from bot.github.effects import Effects, Permit
from bot.ports import Journal
from bot.render.markers import read_marker

CHANGES_FROM_LIFE_TO_LIFE = re.compile(r"LE_.*|[0-9a-f]{40}|\d{4,}")
PATIENCE = 20.0
MOST_STARTS = STARTS_IN_VAIN - 1


class Doom:
    """Where this Baton is to die: pairs of patterns, of a name and of a point. Each pair that fits is hit once."""

    def __init__(self, directory: Path) -> None:
        doom = json.loads((directory / "dooms.json").read_text())
        self._patterns: list[tuple[str, str]] = doom["dooms"]
        self._hits, self._identities = directory / "hits.jsonl", directory / "identities.jsonl"
        self._passed = directory / "passed.jsonl"
        self._database = Database(os.environ["BATON_DATABASE_URL"])
        self._done = {(each["name"], each["point"]) for each in read_lines(self._hits)}
        self._done |= {(name, point) for name, point in doom["spared"]}
        self._known: dict[str, list[str]] = {}
        for each in read_lines(self._identities):
            self._known.setdefault(each["name"], []).append(each["identity"])
        self._lock = threading.Lock()

    def is_due(self, name: str, point: str) -> bool:
        return (
            (name, point) not in self._done
            and any(
                fnmatchcase(name, wanted) and fnmatchcase(point, where) for wanted, where in self._patterns
            )
            and self._starts_in_vain() < MOST_STARTS
        )

    def _starts_in_vain(self) -> int:
        """After three starts of a run without a turn Baton rightly asks a person; that is not what is proved here."""
        under_way = query(func.max(run_start.c.in_vain)).join(run, run.c.id == run_start.c.run_id)
        with self._database.reading() as connection:
            return connection.execute(under_way.where(run.c.ended_at.is_(None))).scalar_one() or 0

    def strikes(self, name: str, point: str, **more: object) -> None:
        """The end, if it is due."""
        with self._lock:
            add_line(self._passed, {"name": name, "point": point})
            if self.is_due(name, point):
                add_line(self._hits, {"at": time.time(), "name": name, "point": point, **more})
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(PATIENCE)  # nothing is done any more

    def passes(self, name: str, point: str) -> None:
        """What cannot be struck here any more was come by all the same."""
        with self._lock:
            add_line(self._passed, {"name": name, "point": point})

    def name_of(self, identity: str) -> str:
        """An effect's identity without what differs in another life: ids, SHAs; numbered where several are alike."""
        parts = ("*" if CHANGES_FROM_LIFE_TO_LIFE.fullmatch(part) else part for part in identity.split(":"))
        name = ":".join(parts)
        with self._lock:
            alike = self._known.setdefault(name, [])
            if identity not in alike:
                alike.append(identity)
                add_line(self._identities, {"name": name, "identity": identity})
            nth = alike.index(identity) + 1
        return name if nth == 1 else f"{name} ({nth})"


class Under(threading.local):
    """What the thread is about to do."""

    effect: str = ""
    shown: str = ""


UNDER = Under()


class DyingJournal:
    """A journal before and after whose entries Baton may die."""

    def __init__(self, journal: Journal, doom: Doom) -> None:
        self._journal = journal
        self._doom = doom

    def outcome(self, identity: str) -> Mapping[str, Any] | None:
        return self._journal.outcome(identity)

    def intend(self, identity: str, arguments: Mapping[str, Any]) -> None:
        self._journal.intend(identity, arguments)
        UNDER.effect = identity
        self._doom.strikes(self._doom.name_of(identity), "intent written")

    def record(self, identity: str, result: Mapping[str, Any]) -> None:
        name = self._doom.name_of(identity)
        how = "answered" if UNDER.effect == identity else "found"
        UNDER.effect = ""
        self._doom.strikes(name, f"{how}, unrecorded")
        self._journal.record(identity, result)
        self._doom.strikes(name, "recorded" if how == "answered" else "found, recorded")

    def forget(self, identity: str) -> None:
        UNDER.effect = ""
        self._journal.forget(identity)


class DyingConnection(Connection):
    """A connection that may send a write, wait until GitHub has answered, and die without having read it."""

    def __init__(self, connection: Connection, doom: Doom) -> None:
        self.__dict__ = connection.__dict__  # the same tokens, the same clients
        self._doom: Doom = doom

    def write(self, verb: str, path: str, data: Mapping[str, Any] | None = None) -> Any:
        request = f"{verb} {re.sub('/[0-9]+$', '/*', path).partition('/repos/')[2].split('/', 2)[-1]}"
        name, point = (
            self._doom.name_of(UNDER.effect),
            f"answered, unread: {re.sub('/[0-9]+/', '/*/', request)}",
        )
        if UNDER.effect and self._doom.is_due(name, point):
            self._send_and_die(verb, path, dict(data or {}), name, point)
        self._doom.passes(name, point)
        return super().write(verb, path, data)

    def mutate(self, document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        name = what_is_shown(document, variables)
        self._doom.strikes(name, "about to be sent")
        if self._doom.is_due(name, "answered, unread"):
            data = {"query": document, "variables": dict(variables)}
            self._send_and_die("POST", "/graphql", data, name, "answered, unread")
        self._doom.passes(name, "answered, unread")
        answer = super().mutate(document, variables)
        self._doom.strikes(name, "answered, unrecorded")
        UNDER.shown = name
        return answer

    def _send_and_die(self, verb: str, path: str, data: Mapping[str, Any], name: str, point: str) -> None:
        self._local.path = path
        address = urlsplit(self._api_url)
        line = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE)
        sent = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        line.request(verb, f"{address.path}{path}", json.dumps(data), {**sent, "User-Agent": "baton"})
        assert isinstance(line.sock, socket.socket)
        select.select([line.sock], [], [], PATIENCE)
        # Looked at, not taken: the answer stays unread in the socket.
        status = line.sock.recv(12, socket.MSG_PEEK).decode()
        self._doom.strikes(name, point, status=status)


def what_is_shown(document: str, variables: Mapping[str, Any]) -> str:
    """One request of several mutations, by what they are about."""
    parts = set()
    for alias, mutation in re.findall(r"(m\d+): (\w+)\(", document):
        marker = read_marker(variables[alias].get("body"))
        parts.add(f"{marker['kind']} {marker.get('stage', '')}".strip() if marker else mutation)
    return "show " + " + ".join(sorted(parts))


class DyingSteps(DurableSteps):
    """The durable steps of a run, before and after which Baton may die."""

    def __init__(self, steps: DurableSteps, doom: Doom, run: str) -> None:
        self.__dict__ = steps.__dict__  # one state, whoever looks at it
        self._doom: Doom = doom
        self._run: str = run

    def turn(self, number: int, call: Callable[[], TurnRecord]) -> TurnRecord:
        name = f"turn {number} of {self._run}"

        def paid() -> TurnRecord:
            self._doom.strikes(name, "unasked")
            record = call()
            self._doom.strikes(name, "answered, unrecorded")
            return record

        record = super().turn(number, paid)
        self._doom.strikes(name, "recorded")
        return record

    def batch(self, number: int, call: Callable[[], BatchRecord]) -> BatchRecord:
        name = f"tool batch {number} of {self._run}"

        def done() -> BatchRecord:
            self._doom.strikes(name, "not run")
            record = call()
            self._doom.strikes(name, "run, unrecorded")
            return record

        record = super().batch(number, done)
        self._doom.strikes(name, "recorded")
        return record

    def _step(self, name: str, call: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        record = super()._step(name, call)
        self._doom.strikes(f"{name} of {self._run}", "kept, not yet booked")
        return record


def dying(doom: Doom) -> Making:
    """A composition like the real one, but for the deaths."""

    def effects(
        connection: Connection, full_name: str, journal: Journal, own_login: str, permit: Permit
    ) -> Effects:
        return Effects(
            DyingConnection(connection, doom), full_name, DyingJournal(journal, doom), own_login, permit
        )

    def look(really: Look) -> Look:
        def looked(leased: Leased) -> None:
            UNDER.effect = UNDER.shown = ""
            really(leased)
            if UNDER.shown:
                doom.strikes(UNDER.shown, "recorded")

        return looked

    def work(really: Work) -> Work:
        def worked(run_id: str, request: Mapping[str, Any], steps: DurableSteps) -> RunOutcome:
            return really(run_id, request, DyingSteps(steps, doom, ":".join(run_id.split(":")[3:])))

        return worked

    lease = os.environ.get("CHAOS_LEASE_SECONDS")
    return Making(effects, look, work, **({"lease_seconds": float(lease)} if lease else {}))


# --- the mother ---------------------------------------------------------------------------------


def mother(directory: Path) -> int:
    """One Baton after another, as long as each is killed; the exit code of the one that was not."""
    import anthropic  # noqa: F401 - so that no child has to
    import dbos  # noqa: F401

    import bot.crew.model  # noqa: F401

    assert threading.active_count() == 1, "A process with threads must not fork."
    gc.freeze()
    child = 0
    ending: list[int] = []

    def end(number: int, frame: object) -> None:
        ending.append(number)
        if child:
            os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    while not ending:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            add_line(directory / "starts.jsonl", {"at": time.time(), "pid": os.getpid()})
            serve(making=dying(Doom(directory)))
            sys.exit(0)
        _, status = os.waitpid(child, 0)
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            return os.waitstatus_to_exitcode(status)
    return 0


# --- lines on disk ------------------------------------------------------------------------------


def add_line(file: Path, entry: Mapping[str, object]) -> None:
    with file.open("a") as lines:
        lines.write(json.dumps(entry) + "\n")
        lines.flush()
        os.fsync(lines.fileno())


def read_lines(file: Path) -> Sequence[Mapping[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


if __name__ == "__main__":
    sys.exit(mother(Path(sys.argv[1])))
