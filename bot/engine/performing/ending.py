"""Moves at the end: the report, and the issue is closed."""

from __future__ import annotations

from bot.engine.performing.scene import Acts, Means, Scene, on
from bot.facts import identities
from bot.moves import CloseIssue, PostReport
from bot.render import report


def post_report(move: PostReport, scene: Scene, means: Means) -> None:
    scene.effects.ensure_comment(
        identities.report_comment(scene.generation), scene.issue, report.report(scene.facts, {})
    )


def close_issue(move: CloseIssue, scene: Scene, means: Means) -> None:
    scene.effects.ensure_issue_closed(identities.issue_closed(scene.generation), scene.issue)


MOVES: Acts = dict(
    [
        on(PostReport, post_report),
        on(CloseIssue, close_issue),
    ]
)
