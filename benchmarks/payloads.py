"""Webhook payloads of many features, as the playground's GitHub writes them."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.playground.acts import comments, labels
from bot.playground.github.payloads import payload
from bot.playground.hub import Signal
from tests.playground.graphql.world import World, make_world

FEATURES = 30


@dataclass(frozen=True)
class Recorded:
    """One payload, and the event that it tells of."""

    event: str
    body: bytes


def recorded_payloads(features: int = FEATURES) -> tuple[Recorded, ...]:
    """The deliveries of so many features that each get an issue, comments, a pull request and checks."""
    with tempfile.TemporaryDirectory() as directory:
        world = make_world(Path(directory))
        recorded: list[Recorded] = []
        installation = world.inhabitants.installation

        def record(signal: Signal) -> None:
            body = json.dumps(payload(world.hub, signal, installation), separators=(",", ":")).encode()
            recorded.append(Recorded(signal.event, body))

        world.hub.told.append(record)
        for number in range(features):
            _live(world, number)
    return tuple(recorded)


def _live(world: World, number: int) -> None:
    hub, repository = world.hub, world.repository
    issue = world.issue(f"Feature {number}", "As a user I want to be told.\n" * 40)
    labels.add_labels(hub, issue, world.mara, labels.find_or_create(hub, repository, world.mara, ["baton"]))
    comments.create_comment(hub, issue, world.mara, "/approve")
    pull = world.pull(f"baton/{issue.number}-feature/1-database")
    comments.create_comment(hub, pull.issue, world.mara, "Looks good, one question.")
