"""Which agents are stopped when a pull request is closed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.engine.performing.people import close_pull_request
from bot.moves import ClosePullRequest
from bot.plan.stage_kind import StageKind
from tests.world import LABEL, Life, an_approved_plan, commit, sha

DATABASE = StageKind.DATABASE


def stopped_by_closing(number: int, life: Life) -> list[str]:
    """The runs that are stopped when this pull request is closed."""
    stopped: list[str] = []
    done = SimpleNamespace(
        ensure_comment=lambda *_: {"id": 1000}, ensure_pull_request_closed=lambda *_: {"closed": True}
    )
    scene: Any = SimpleNamespace(facts=life.facts, issue=12, generation=LABEL, effects=done)
    means: Any = SimpleNamespace(runs=SimpleNamespace(stop=stopped.append))
    close_pull_request(ClosePullRequest(number, "another pull request took its place"), scene, means)
    return stopped


def two_attempts(chapter: str) -> Life:
    """The second one has #20, and an agent is at work; the first one's #19 was reopened."""
    life = an_approved_plan().in_review(DATABASE).run(chapter, None, start=sha("database head"))
    (one,) = life.remembered.stages[DATABASE].attempts
    life = life.record(DATABASE, attempts=(replace(one, pull=19), replace(one, number=2)))
    return life.pull(19, head=commit("old"))


@pytest.mark.parametrize(
    ("number", "chapter", "stops"),
    [
        (19, "database/2/mend", False),
        (19, "database/2", False),
        (20, "database/2/mend", True),
        (20, "database/2", True),
        (20, "database/20/mend", False),
        (20, "api/2/mend", False),
    ],
)
def test_closing_a_pull_request_stops_the_agents_of_its_own_attempt(
    number: int, chapter: str, stops: bool
) -> None:
    expected = [f"run:{chapter}"] if stops else []
    assert stopped_by_closing(number, two_attempts(chapter)) == expected
