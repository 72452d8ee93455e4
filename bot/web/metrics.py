"""What Baton counts, as Prometheus text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from bot.engine.counts import Counts, read_counts
from bot.engine.database import Database
from bot.engine.hints import USED_EVENTS

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Counters of this process; what the database knows is read when it is asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._deliveries = Counter(
            "baton_deliveries", "Deliveries by event and answer", ["event", "code"], registry=self.registry
        )
        self._answer_seconds = Histogram(
            "baton_delivery_answer_seconds",
            "Until GitHub had its answer",
            registry=self.registry,
            buckets=QUICK,
        )
        self._secrets = Counter(
            "baton_webhook_secret_used",
            "Deliveries by the place of the secret that signed them",
            ["place"],
            registry=self.registry,
        )
        self._looks = Counter(
            "baton_looks", "Looks by what came of them", ["outcome"], registry=self.registry
        )
        self._look_seconds = Histogram("baton_look_seconds", "Time of one look", registry=self.registry)
        self._moves = Counter("baton_moves", "Moves made, by their name", ["move"], registry=self.registry)
        self._requests = Counter(
            "baton_github_requests", "Requests to GitHub by kind", ["kind"], registry=self.registry
        )

    def delivery_answered(self, code: int, event: str, seconds: float) -> None:
        # The name comes from anybody: only known ones become a label.
        known = event if event in USED_EVENTS or event == "ping" else "other"
        self._deliveries.labels(known, str(code)).inc()
        self._answer_seconds.observe(seconds)

    def secret_used(self, place: int) -> None:
        self._secrets.labels(str(place)).inc()

    def looked(self, outcome: str, seconds: float) -> None:
        self._looks.labels(outcome).inc()
        self._look_seconds.observe(seconds)

    def moved(self, move: str) -> None:
        self._moves.labels(move).inc()

    def requested(self, kind: str) -> None:
        self._requests.labels(kind).inc()


class _Remembered(Collector):
    """What the database knows, true for all processes together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        with self._database.reading() as connection:
            counts = read_counts(connection)
        yield _labelled("baton_features", "Features by state", "state", counts.features)
        yield _labelled("baton_runs", "Agents' runs, ended or under way", "state", counts.runs)
        for name, text, value in _single(counts):
            yield GaugeMetricFamily(name, text, value=value)


def _labelled(name: str, text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, count in sorted(values.items()):
        family.add_metric([value], count)
    return family


def _single(counts: Counts) -> Iterator[tuple[str, str, float]]:
    yield "baton_deliveries_waiting", "Deliveries not yet turned into marks", counts.deliveries_waiting
    yield "baton_features_due", "Features worth a look that nobody looks at yet", counts.features_due
    yield "baton_model_cost_dollars", "Dollars paid for model turns", counts.cost_dollars
    yield "baton_model_turns", "Model turns paid", counts.turns


def metrics_route(metrics: Metrics, database: Database) -> APIRouter:
    """`/metrics`."""
    routes = APIRouter()
    metrics.registry.register(_Remembered(database))

    @routes.get("/metrics")
    def read() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return routes
