"""How fast deliveries are answered while another connection keeps the database busy.

Baton's webhook runs in a process of its own, with the inbox's writer and the marker, as in `baton serve`; a
second process keeps the database busy; this one is GitHub: it sends at a steady rate, whether or not earlier
deliveries are answered, and counts each from the moment when it was due.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from typing import Any

from benchmarks.payloads import Recorded, recorded_payloads
from bot.web.signature import signature
from tests.postgres import running_cluster

SECRET = b"a-secret-for-measuring-of-32-bytes"
STEADY_RATE, TARGET_MS = 50, 100.0
SECONDS = 6.0
RATES = (100, 200, 300, 400, 600, 800, 1200)
CONNECTIONS = 64
spawn = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Answers:
    """Milliseconds until each answer, and how many were not 202."""

    rate: int
    milliseconds: list[float]
    refused: int

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.milliseconds, n=100)[percent - 1]

    @property
    def holds(self) -> bool:
        return self.refused == 0 and self.percentile(99) < TARGET_MS


def measure(say: Callable[[str], None] = print) -> dict[str, Any]:
    """Everything, on SQLite and on PostgreSQL."""
    payloads = recorded_payloads()
    results: dict[str, Any] = {"payloads": len(payloads), "mean_bytes": _mean(payloads)}
    with tempfile.TemporaryDirectory() as directory:
        results["sqlite"] = _measure_on(f"sqlite:///{directory}/baton.db", payloads)
    with running_cluster(durable=True) as cluster:
        results["postgresql"] = _measure_on(cluster.fresh_database(), payloads)
    for line in _told(results):
        say(line)
    return results


def _measure_on(url: str, payloads: tuple[Recorded, ...]) -> dict[str, Any]:
    with _serving(url) as port:
        idle = _send(port, payloads, STEADY_RATE)
        with _busy(url) as transactions:
            busy = _send(port, payloads, STEADY_RATE)
            highest = _highest(port, payloads, busy)
            done = transactions()
    return {
        "idle": _figures(idle),
        "busy": _figures(busy),
        "busy_transactions_a_second": round(done),
        "highest_rate_with_p99_under_100_ms": highest,
    }


def _highest(port: int, payloads: tuple[Recorded, ...], steady: Answers) -> int:
    highest = STEADY_RATE if steady.holds else 0
    for rate in RATES if highest else ():
        if not _send(port, payloads, rate, SECONDS / 2).holds:
            break
        highest = rate
    return highest


def _figures(answers: Answers) -> dict[str, float]:
    return {
        "rate": answers.rate,
        "deliveries": len(answers.milliseconds),
        "refused": answers.refused,
        "p50_ms": round(answers.percentile(50), 1),
        "p99_ms": round(answers.percentile(99), 1),
        "max_ms": round(max(answers.milliseconds), 1),
    }


def _told(results: dict[str, Any]) -> Iterator[str]:
    count, size = results["payloads"], results["mean_bytes"]
    yield f"{count} payloads of {size} bytes on average, {STEADY_RATE} a second"
    yield f"{'':12}{'idle p50':>9}{'p99':>8}{'busy p50':>11}{'p99':>8}{'ratio p99':>11}{'highest rate':>14}"
    for name in ("sqlite", "postgresql"):
        idle, busy = results[name]["idle"], results[name]["busy"]
        ratio = f"{busy['p99_ms'] / idle['p99_ms']:.1f}"
        times = f"{idle['p50_ms']:>9}{idle['p99_ms']:>8}{busy['p50_ms']:>11}{busy['p99_ms']:>8}"
        highest = results[name]["highest_rate_with_p99_under_100_ms"]
        met = "met" if busy["p99_ms"] < TARGET_MS and not busy["refused"] else "MISSED"
        yield f"{name:12}{times}{ratio:>11}{highest:>12}/s   target p99 under {TARGET_MS:.0f} ms: {met}"


def _mean(payloads: tuple[Recorded, ...]) -> int:
    return round(statistics.mean(len(payload.body) for payload in payloads))


# --- GitHub


def _send(port: int, payloads: tuple[Recorded, ...], rate: int, seconds: float = SECONDS) -> Answers:
    return asyncio.run(_sent(port, payloads, rate, round(rate * seconds)))


async def _sent(port: int, payloads: tuple[Recorded, ...], rate: int, count: int) -> Answers:
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    times: list[float] = []
    codes: list[int] = []
    requests = [
        _request(payloads[number % len(payloads)], f"{time.time_ns()}-{number}") for number in range(count)
    ]
    began = time.perf_counter() + 0.1

    async def deliver(number: int) -> None:
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        reader, writer = await free.get()
        writer.write(requests[number])
        codes.append(await _code(reader))
        times.append((time.perf_counter() - due) * 1000)
        free.put_nowait((reader, writer))

    await asyncio.gather(*(deliver(number) for number in range(count)))
    while not free.empty():
        free.get_nowait()[1].close()
    return Answers(rate, times, sum(code != 202 for code in codes))


def _request(payload: Recorded, guid: str) -> bytes:
    head = (
        "POST /webhook HTTP/1.1",
        "Host: localhost",
        f"X-GitHub-Event: {payload.event}",
        f"X-GitHub-Delivery: {guid}",
        f"X-Hub-Signature-256: {signature(payload.body, SECRET).decode()}",
        "Content-Type: application/json",
        f"Content-Length: {len(payload.body)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + payload.body


async def _code(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    await reader.readexactly(int(length.split(b":")[1]))
    return int(head.split(b" ", 2)[1])


# --- Baton


@contextmanager
def _serving(url: str) -> Iterator[int]:
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(url, theirs), daemon=True)
    process.start()
    yield int(ours.recv())
    ours.send("enough")
    process.join(20)


def _serve(url: str, pipe: Pipe) -> None:
    from bot.engine.bell import Bell
    from bot.engine.database import Database
    from bot.engine.inbox import Inbox
    from bot.engine.marker import Marker
    from bot.engine.migrating import migrate
    from bot.web.webhook import Webhook
    from tests.web.site import serving

    database, arrived, marked = Database(url), Bell(), Bell()
    migrate(database)
    inbox, marker = Inbox(database, arrived.ring), Marker(database, arrived, marked)
    inbox.start()
    marker.start()
    with serving(Webhook(_nothing, inbox, [SECRET])) as port:
        pipe.send(port)
        pipe.recv()
    marker.stop()
    inbox.stop()


async def _nothing(*_: Any) -> None:
    raise AssertionError("only deliveries are sent here")


# --- somebody else


@contextmanager
def _busy(url: str) -> Iterator[Callable[[], float]]:
    """A process that writes all the time; gives how many transactions a second it has made."""
    over, made = spawn.Event(), spawn.Value("i", 0)
    process = spawn.Process(target=_write_all_the_time, args=(url, over, made), daemon=True)
    process.start()
    while not made.value:
        time.sleep(0.01)
    began = time.monotonic()
    yield lambda: made.value / (time.monotonic() - began)
    over.set()
    process.join(20)


def _write_all_the_time(url: str, over: threading.Event, made: Any) -> None:
    from datetime import UTC, datetime

    from sqlalchemy import insert

    from bot.engine.database import Database, insert_or_leave
    from bot.engine.marking import ensure_feature
    from bot.engine.tables import event, repository

    database, now = Database(url), datetime.now(UTC)
    with database.writing() as connection:
        row = {"id": 1, "owner": "o", "name": "r", "seen_at": now}
        connection.execute(insert_or_leave(connection, repository, "id"), row)
        feature_id = ensure_feature(connection, 1, 1, now)
    rows = [{"feature_id": feature_id, "at": now, "event": "busy", "text": "x" * 200}] * 20
    while not over.is_set():
        with database.writing() as connection:
            connection.execute(insert(event), rows)
        made.value += 1


if __name__ == "__main__":
    measure()
