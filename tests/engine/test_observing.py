"""What one look asks GitHub about, as the rows and the story tell it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from bot.engine.looking import CLOCK_KEPT, forgotten
from bot.engine.observing import Current, Observing, Place, _speakers, _unfinished_pulls
from bot.facts.facts import GREEN_BASE, RED_BASE, House
from bot.facts.identities import amended, base_merged, pull_request
from bot.facts.remembered import Attempt, Remembered, RunEnding, RunResult, Wish
from bot.facts.seen import PullState, Seen
from bot.facts.works import amendment_key
from bot.github.observe import Look
from bot.plan.stage_kind import StageKind
from tests.test_fixes import FIX, wanting
from tests.world import BOB, LABEL, NOW, PLAN, Life, a_feature, an_approved_plan, sha

DATABASE, API, REVIEW = StageKind.DATABASE, StageKind.API, StageKind.REVIEW
PLACE: Any = SimpleNamespace(full_name="acme/board", branch="main", trigger=None)
LEASED: Any = SimpleNamespace(issue=12)


@dataclass
class Eye(Observing):
    """Sees what a life shows, and keeps what it was asked for."""

    life: Life
    asked: list[Current] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._houses: Any = SimpleNamespace(label="baton")
        self._app: Any = SimpleNamespace(id=1)
        self._login = "baton-app"

    def question(self) -> Look:
        return self._question(LEASED, PLACE, self.life.remembered)

    def _look_at(
        self, current: Current, leased: Any, place: Place, remembered: Remembered
    ) -> tuple[Seen, House, Place]:
        self.asked.append(current)
        return self.life.seen, self.life.house, place

    def _asked(self, *_: Any) -> Any:
        return {}


def left_over() -> Life:
    """A fix is merged and not green on base yet; then the plan is revised, and knows nothing of it."""
    life = wanting("backend/app/x.py").record(REVIEW)
    life = life.attempt(FIX, head=sha("fix"), pull=40, merge_sha=sha("fix merge"), merged_at=NOW)
    life = life.with_plan(replace(PLAN, feature="v2"), number=2).approved()
    return life.run("verdict/2/1", RunResult(RunEnding.REVIEWED, approved=True))


def test_the_merge_that_the_story_waits_for_is_looked_at_and_not_an_older_plans() -> None:
    assert Eye(left_over().merged(REVIEW)).question().merge_sha == sha("review merge")


def test_the_pull_request_that_the_story_stands_at_is_read_to_its_end() -> None:
    life = left_over().attempt(FIX, merge_sha=None, merged_at=None)
    life = life.attempt(REVIEW, head=sha("r"), pull=26).pull(26, REVIEW)
    assert life.facts.current and life.facts.current.attempt
    assert Eye(life).question().current_pull == life.facts.current.attempt.pull == 26


def test_an_amendment_comes_before_the_stage_that_waits_for_it() -> None:
    life = an_approved_plan().finished(DATABASE).in_review(API, 21)
    life = life.attempt(amendment_key(DATABASE, 1), head=sha("amendment"), pull=30)
    assert Eye(life).question().current_pull == 30


def test_where_the_story_stands_elsewhere_than_the_rows_told_github_is_asked_again() -> None:
    """Whose files are whose is known only with the set-up: nobody owns what this fix was to mend any more."""
    life = wanting("nobody/owns/this").attempt(FIX, head=sha("fix"), pull=40)
    eye = Eye(life.attempt(REVIEW, head=sha("r"), pull=26).pull(26, REVIEW))
    eye.look(LEASED, PLACE, eye.life.remembered)
    assert [each.pull for each in eye.asked] == [40, 26]


def test_where_the_rows_told_rightly_one_look_is_enough() -> None:
    eye = Eye(an_approved_plan().finished(DATABASE).in_review(API, 21))
    eye.look(LEASED, PLACE, eye.life.remembered)
    assert [each.pull for each in eye.asked] == [21]


def test_a_reopened_one_is_read_in_place_of_the_attempt_that_has_none_yet() -> None:
    life = an_approved_plan().in_review(DATABASE, state=PullState.CLOSED, closing="CE_1").asked()
    (one,) = life.remembered.stages[DATABASE].attempts
    life = life.record(DATABASE, attempts=(one, Attempt(2, "b-2", sha("base"))))
    assert Eye(life.pull(20, state=PullState.OPEN)).question().current_pull == 20


def test_what_somebody_may_still_reopen_is_watched_also_beside_a_finished_stage() -> None:
    life = an_approved_plan().finished(DATABASE)
    (one,) = life.remembered.stages[DATABASE].attempts
    life = life.record(DATABASE, attempts=(replace(one, pull=19, merge_sha=None), replace(one, number=2)))
    assert _unfinished_pulls(life.remembered) == [19]
    opened = life.done(pull_request(LABEL, DATABASE, 1), number=19, node_id="PR_19")
    assert Eye(opened).question().pulls == ("PR_19",)


def test_maintainers_words_count_in_every_draft_and_not_beside_one() -> None:
    life = a_feature().says(BOB, "Use UUIDs everywhere.", id=900, created_at=NOW - timedelta(hours=3))
    assert BOB in _speakers(life.seen, life.remembered, life.house)
    again = life.run("plan/1", RunResult(RunEnding.GAVE_UP, "no."))
    assert BOB in _speakers(again.seen, again.remembered, again.house)
    drafted = again.with_plan()
    assert BOB not in _speakers(drafted.seen, drafted.remembered, drafted.house)
    wished = drafted.remember(wishes=(Wish(2000, BOB, NOW, "be polite"),))
    assert BOB in _speakers(wished.seen, wished.remembered, wished.house)


def test_what_the_story_decides_by_for_good_is_never_forgotten() -> None:
    """When base was green or red, and that a commit of ours was seen (rule 13)."""
    life = an_approved_plan().done(amended("run:database/1/again"), sha=sha("revised"))
    life = life.done(base_merged(sha("head"), sha("base")), sha=sha("with base"))
    kept = {f"{sha('x')}{GREEN_BASE}", f"{sha('y')}{RED_BASE}", sha("revised"), sha("with base")}
    old = {sha("x"), f"{sha('revised')}+1"}
    life = life.remember(clocks=dict.fromkeys(kept | old, NOW))
    assert forgotten(life.remembered, NOW + CLOCK_KEPT) == set()
    assert forgotten(life.remembered, NOW + CLOCK_KEPT + timedelta(seconds=1)) == old
