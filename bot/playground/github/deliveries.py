"""Webhooks on their way to the App: signed, in order, in the background, logged, sent again on wish."""

from __future__ import annotations

import hmac
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

import httpx2

from bot.playground.github.faults import number
from bot.playground.github.payloads import ALWAYS, payload
from bot.playground.github.shapes.times import Json
from bot.playground.hub import Hub, Signal
from bot.playground.people import App, Installation
from bot.playground.state import Delivery

ANSWER_WITHIN = 10.0
AGENT = "GitHub-Hookshot/playground"


@dataclass(frozen=True, slots=True)
class Weather:
    """How badly the deliveries travel: shares of all, and a range of seconds."""

    drop: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    delay: tuple[float, float] = (0.0, 0.0)


@dataclass(slots=True)
class Sending:
    """One sending that waits for its time."""

    delivery: Delivery
    app: App
    due: float
    order: float


class Deliveries:
    """Listens to every change and delivers what the App is subscribed to."""

    def __init__(self, hub: Hub, seed: int = 0) -> None:
        self._hub = hub
        self._chance = random.Random(seed)
        self._waiting: list[Sending] = []
        self._under_way = 0
        self._wake = threading.Condition()
        self._ended = False
        self._count = 0
        self.weather = Weather()
        self.log: dict[int, Delivery] = {}
        self._thread = threading.Thread(target=self._send_for_ever, name="webhooks", daemon=True)
        hub.told.append(self.hear)
        self._thread.start()

    # -- what is sent
    def hear(self, signal: Signal) -> None:
        """Makes the deliveries of a change, as things are now; called under the hub's lock."""
        if signal.event in ALWAYS:
            self._address(signal, signal.about.get("app") or signal.about["installation"].app)
            return
        repository = signal.repository
        installation = self._hub.installation_of(repository) if repository is not None else None
        if installation is None or installation.suspended_at is not None:
            return
        if signal.event in installation.events and self._concerns(signal, installation):
            self._post(signal, installation.app, installation)

    def _concerns(self, signal: Signal, installation: Installation) -> bool:
        """A requested or asked-again check concerns only the App whose check it is."""
        if signal.action not in ("requested", "rerequested"):
            return True
        about = signal.about
        app = about["suite"].app if "suite" in about else about["run"].suite.app
        return app is installation.app

    def _address(self, signal: Signal, app: App) -> None:
        self._post(signal, app, signal.about.get("installation"))

    def _post(self, signal: Signal, app: App, installation: Installation | None) -> None:
        if not app.webhook_url:
            return
        body = json.dumps(payload(self._hub, signal, installation), separators=(",", ":")).encode()
        number, _ = self._hub.ids.next("delivery")
        delivery = Delivery(
            number, str(uuid.uuid4()), signal.event, signal.action, body, self._hub.now(),
            installation.id if installation else None, signal.repository.id if signal.repository else None,
        )  # fmt: skip
        self.log[number] = delivery
        self._let_go(delivery, app)

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Sends it again, with the same guid."""
        number, _ = self._hub.ids.next("delivery")
        again = replace(
            delivery, id=number, redelivery=True, created_at=self._hub.now(), delivered_at=None,
            status="pending",
            status_code=0, request_headers={}, response_headers={}, response_body="",
        )  # fmt: skip
        self.log[number] = again
        app = next(app for app in self._hub.apps.values() if app.webhook_url)
        self._queue(again, app, 0.0, 0.0)
        return again

    # -- the way
    def _let_go(self, delivery: Delivery, app: App) -> None:
        """Queues a delivery as the weather is: lost, twice, late, or after those behind it."""
        weather, chance = self.weather, self._chance
        if chance.random() < weather.drop:
            delivery.delivered_at, delivery.status, delivery.status_code = self._hub.now(), "timed out", 0
            return
        late = chance.uniform(*weather.delay)
        behind = chance.uniform(1, 5) if chance.random() < weather.reorder else 0.0
        self._queue(delivery, app, late, behind)
        if chance.random() < weather.duplicate:
            self._queue(delivery, app, late + chance.uniform(0, 0.5), behind)

    def _queue(self, delivery: Delivery, app: App, late: float, behind: float) -> None:
        with self._wake:
            self._count += 1
            # One that is reordered waits a moment, so that there is something that can overtake it.
            due = time.monotonic() + late + (0.05 * behind)
            self._waiting.append(Sending(delivery, app, due, self._count + behind))
            self._wake.notify_all()

    def idle(self, timeout: float) -> bool:
        """Waits until nothing is under way."""
        end = time.monotonic() + timeout
        with self._wake:
            while self._waiting or self._under_way:
                if not self._wake.wait(max(0.0, end - time.monotonic())) and time.monotonic() >= end:
                    return False
            return True

    def stop(self) -> None:
        with self._wake:
            self._ended = True
            self._wake.notify_all()
        self._thread.join(timeout=ANSWER_WITHIN)

    def _send_for_ever(self) -> None:
        with httpx2.Client(timeout=ANSWER_WITHIN, trust_env=False) as client:
            while (sending := self._next()) is not None:
                self._send(client, sending)
                with self._wake:
                    self._under_way -= 1
                    self._wake.notify_all()

    def _next(self) -> Sending | None:
        with self._wake:
            while not self._ended:
                now = time.monotonic()
                due = [each for each in self._waiting if each.due <= now]
                if due:
                    first = min(due, key=lambda each: each.order)
                    self._waiting.remove(first)
                    self._under_way += 1
                    return first
                soonest = min((each.due for each in self._waiting), default=now + 60)
                self._wake.wait(max(0.001, soonest - now))
            return None

    def _send(self, client: httpx2.Client, sending: Sending) -> None:
        delivery, app = sending.delivery, sending.app
        sent = headers(delivery, app)
        began = time.monotonic()
        at = self._hub.now()
        try:
            answer = client.post(app.webhook_url or "", content=delivery.body, headers=sent)
            self._settle(delivery, sent, at, began, answer)
        except httpx2.TimeoutException:
            self._settle(delivery, sent, at, began, None, "timed out")
        except (httpx2.HTTPError, httpx2.InvalidURL):
            self._settle(delivery, sent, at, began, None, "failed to connect to host")

    def _settle(
        self,
        delivery: Delivery,
        sent: dict[str, str],
        at: datetime,
        began: float,
        answer: httpx2.Response | None,
        trouble: str = "",
    ) -> None:
        with self._hub.lock:
            delivery.request_headers = sent
            delivery.delivered_at, delivery.duration = at, time.monotonic() - began
            if answer is None:
                delivery.status, delivery.status_code = trouble, 0
            else:
                delivery.status = (
                    "OK" if answer.is_success else f"Invalid HTTP Response: {answer.status_code}"
                )
                delivery.status_code = answer.status_code
                delivery.response_headers, delivery.response_body = dict(answer.headers), answer.text[:10_000]
            self._hub.wake()


def headers(delivery: Delivery, app: App) -> dict[str, str]:
    secret = app.webhook_secret.encode()
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Hook-ID": str(app.hook_id),
        "X-GitHub-Hook-Installation-Target-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature": f"sha1={hmac.new(secret, delivery.body, 'sha1').hexdigest()}",
        "X-Hub-Signature-256": f"sha256={hmac.new(secret, delivery.body, 'sha256').hexdigest()}",
    }


def weather_of(wish: Json, now: Weather) -> Weather:
    """The weather that somebody wishes; ValueError says what is wrong with it."""
    unknown = set(wish) - {"drop", "duplicate", "reorder", "delay"}
    if unknown:
        raise ValueError(f"Deliveries have no {', '.join(sorted(unknown))}: drop, duplicate, reorder, delay.")
    drop, duplicate, reorder = (
        number(wish.get(name, 0.0), name, 1) for name in ("drop", "duplicate", "reorder")
    )
    return Weather(drop, duplicate, reorder, range_of(wish["delay"]) if "delay" in wish else now.delay)


def range_of(delay: object) -> tuple[float, float]:
    """From the least to the most seconds; one number is the most."""
    ends = delay if isinstance(delay, list) else [0, delay]
    if len(ends) != 2:
        raise ValueError("“delay” is a range of seconds: [0, 2].")
    least, most = (number(each, "delay") for each in ends)
    if least > most:
        raise ValueError("“delay” is a range of seconds, the lower first: [0, 2].")
    return least, most
