"""Shows people what is out of date, as one request; the story never waits for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.engine import recording
from bot.engine.database import Database
from bot.engine.performing import Scene
from bot.facts import identities
from bot.facts.verdict import Done, Wait
from bot.github.showing import (
    Request,
    add_labels,
    ask_for_review,
    minimize_comment,
    react,
    remove_labels,
    update_comment,
)
from bot.render.presentation import (
    CommentBody,
    Item,
    Minimized,
    Reactions,
    ReviewRequest,
    StateLabel,
    is_urgent,
    present,
)

log = structlog.get_logger()

QUIET = timedelta(seconds=10)

LABELS = {
    "baton: planning": ("c5def5", "Baton drafts a plan"),
    "baton: your turn": ("fbca04", "Baton waits for a person"),
    "baton: working": ("1d76db", "Baton is at work"),
    "baton: paused": ("d4c5f9", "Baton stands still until somebody resumes"),
    "baton: blocked": ("b60205", "Something stands in Baton's way"),
    "baton: done": ("0e8a16", "Baton has completed the feature"),
}


class Presenting:
    """At most one request every ten seconds a feature, at once when it becomes a person's turn."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def show(self, scene: Scene, answer: Wait | Done) -> datetime | None:
        """Send what differs. Gives the time at which to try again where it is too early."""
        items = present(scene.facts, answer)
        if not items:
            return None
        shown_at = scene.facts.remembered.shown_at
        due = shown_at + QUIET if shown_at else self._clock()
        if due > self._clock() and not is_urgent(items, scene.facts, answer):
            return due
        request = Request()
        placed: dict[str, list[str]] = {}
        sent: list[Item] = []
        for item in items:
            before = len(request.fields)
            if self._add(request, item, scene):
                sent.append(item)
                placed[item.key] = request.names[before:]
        if request:
            refused = scene.effects.show(request.document, request.variables)
            for name, why in refused.items():
                # Asked for again only when there is something else to show: the comment may be deleted.
                key = next(key for key, names in placed.items() if name in names)
                log.warning("not_shown", feature=scene.leased.feature_id, item=key, why=why)
        with self._database.writing() as connection:
            digests = {item.key: item.digest for item in sent}
            recording.shown(connection, scene.leased.feature_id, digests, self._clock())
        return None

    def _add(self, request: Request, item: Item, scene: Scene) -> bool:
        """Put one thing into the request; False where what it needs is not known yet."""
        match item.wanted:
            case CommentBody(effect, body):
                known = json.loads(scene.facts.remembered.effects[effect])
                update_comment(request, str(known["node_id"]), body)
            case StateLabel(name, remove):
                self._label(request, name, remove, scene)
            case Reactions(comment_node, contents):
                for content in contents:
                    react(request, comment_node, content)
            case Minimized(effect, reason):
                known = json.loads(scene.facts.remembered.effects[effect])
                minimize_comment(request, str(known["node_id"]), reason)
            case ReviewRequest(pull_node, _, login):
                node = scene.facts.seen.reviewer_node
                if node is None or scene.facts.seen.reviewer_login != login:
                    return False
                ask_for_review(request, pull_node, node)
        return True

    @staticmethod
    def _label(request: Request, name: str | None, remove: tuple[str, ...], scene: Scene) -> None:
        issue, nodes = scene.facts.seen.issue, scene.facts.seen.label_nodes
        stale = [nodes[each] for each in remove if each in issue.labels and each in nodes]
        if stale:
            remove_labels(request, issue.node_id, stale)
        if name and name not in issue.labels:
            node = nodes.get(name)
            if node is None:
                color, description = LABELS[name]
                node = str(
                    scene.effects.ensure_label(identities.label(name), name, color, description)["node_id"]
                )
            add_labels(request, issue.node_id, [node])
