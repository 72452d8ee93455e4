"""What is sent when, and that nothing is sent twice."""

from __future__ import annotations

from bot.facts.remembered import Ending, Handled
from bot.facts.states import STATE_LABELS, FeatureState
from bot.facts.verdict import Done, Wait
from bot.plan.stage_kind import StageKind
from bot.render.presentation import (
    CommentBody,
    Item,
    Reactions,
    ReviewRequest,
    StateLabel,
    is_urgent,
    present,
)
from tests.world import ALICE, BOB, LABEL, Life, a_feature, a_plan, an_approved_plan, an_issue

DATABASE = StageKind.DATABASE


def answer(life: Life) -> Wait | Done:
    found = life.next
    assert isinstance(found, Wait | Done), found
    return found


def items(life: Life) -> dict[str, Item]:
    return {item.key: item for item in present(life.facts, answer(life))}


def shown(life: Life) -> Life:
    """After everything that was out of date has been sent, and GitHub shows it."""
    found = items(life)
    label = found["label"].wanted if "label" in found else None
    labels = (
        frozenset({label.name}) if isinstance(label, StateLabel) and label.name else life.seen.issue.labels
    )
    digests = {key: item.digest for key, item in found.items()}
    return life.issue(labels=labels).remember(shown={**life.remembered.shown, **digests})


def test_a_plan_for_approval_shows_its_comment_and_whose_turn_it_is() -> None:
    found = items(a_plan())
    assert list(found) == ["label", "plan"]
    label, plan = found["label"].wanted, found["plan"].wanted
    assert isinstance(label, StateLabel) and label.name == "baton: your turn"
    assert set(label.remove) == set(STATE_LABELS) - {"baton: your turn"}
    assert isinstance(plan, CommentBody) and plan.effect == f"comment:plan:{LABEL}"
    assert "Ready to proceed?" in plan.body


def test_nothing_is_sent_twice() -> None:
    for life in (
        a_plan(),
        an_approved_plan().in_review(DATABASE),
        an_approved_plan().merged_on_github(DATABASE),
    ):
        if isinstance(life.next, Wait | Done):
            assert items(life) and items(shown(life)) == {}


def test_only_what_changed_is_sent_again() -> None:
    life = shown(an_approved_plan().attempt(DATABASE).announced(DATABASE).run("database/1"))
    later = life.remember(cost=2.5)
    assert list(items(later)) == ["plan"]


def test_a_comment_that_was_never_posted_is_not_edited() -> None:
    assert "plan" not in items(a_feature().run("plan/1"))
    begun = an_approved_plan().attempt(DATABASE).run("database/1")
    assert f"stage:{DATABASE}" in items(begun.announced(DATABASE))


def test_every_stage_that_was_announced_has_its_comment() -> None:
    found = items(an_approved_plan().finished(DATABASE).in_review(StageKind.API))
    assert [key for key in found if key.startswith("stage:")] == ["stage:database", "stage:api"]


def test_the_person_who_approved_is_asked_for_a_review_once() -> None:
    life = a_plan().approved(BOB).in_review(DATABASE)
    assert items(life)["review:20"].wanted == ReviewRequest("PR_20", 20, "bob")
    assert "review:20" not in items(shown(life))


def test_the_state_is_one_label_and_old_ones_are_taken_away() -> None:
    life = a_plan().issue(labels=frozenset({"baton", "baton: working"}))
    label = items(life)["label"].wanted
    assert isinstance(label, StateLabel) and label.name == "baton: your turn"
    assert "baton: working" in label.remove and "baton" not in label.remove


def test_a_label_that_is_already_right_is_left_alone() -> None:
    assert "label" not in items(a_plan().issue(labels=frozenset({"baton", "baton: your turn"})))


def test_a_state_that_returns_is_shown_again() -> None:
    working = an_approved_plan().attempt(DATABASE).announced(DATABASE).run("database/1")
    again = shown(shown(working).generation(paused="")).generation(paused=None)
    label = items(again)["label"].wanted
    assert isinstance(label, StateLabel) and label.name == "baton: working"


def test_a_cancelled_or_unlabelled_feature_shows_no_state() -> None:
    for ending in (Ending.CANCELLED, Ending.UNLABELLED):
        life = a_plan().ended(ending).issue(labelled=False, labels=frozenset({"baton: working"}))
        label = items(life)["label"].wanted
        assert isinstance(label, StateLabel) and label.name is None and "baton: working" in label.remove


def test_a_completed_feature_shows_that_it_is_done() -> None:
    life = an_approved_plan().built().finished(StageKind.REVIEW).ended(Ending.COMPLETED)
    label = items(life)["label"].wanted
    assert isinstance(label, StateLabel) and label.name == "baton: done"


def test_a_handled_comment_is_acknowledged_once() -> None:
    life = a_plan().says(ALICE, "/pause", 1001)
    life = life.remember(handled={1001: Handled(1001, 1, "paused", ("EYES", "THUMBS_UP"))})
    assert items(life)["reaction:1001"].wanted == Reactions("IC_1001", ("EYES", "THUMBS_UP"))
    assert "reaction:1001" not in items(shown(life))


def test_without_a_generation_or_with_trouble_nothing_but_reactions_is_shown() -> None:
    assert items(an_issue()) == {}
    assert items(a_plan().see(trouble="The repository is archived.")) == {}


# --- how soon -------------------------------------------------------------------------------------


def urgent(life: Life) -> bool:
    said = answer(life)
    return is_urgent(present(life.facts, said), life.facts, said)


def test_when_it_becomes_a_persons_turn_it_is_shown_at_once() -> None:
    assert urgent(a_plan().remember(state=FeatureState.PLANNING))
    known = a_plan().remember(state=FeatureState.AWAITING_APPROVAL, waiting_for=answer(a_plan()).why)
    assert not urgent(known)


def test_another_question_in_the_same_state_is_shown_at_once() -> None:
    life = an_approved_plan().built().reviewed(approved=False).asked()
    assert urgent(life.remember(state=FeatureState.WAITING_FOR_ANSWER, waiting_for="Something else."))


def test_the_next_pull_request_asks_for_its_review_at_once() -> None:
    life = an_approved_plan().finished(DATABASE).in_review(StageKind.API)
    assert urgent(life.remember(state=FeatureState.IN_REVIEW))


def test_a_review_that_still_waits_for_ci_can_wait_for_its_ten_seconds() -> None:
    life = shown(an_approved_plan().in_review(DATABASE)).remember(cost=2.0)
    assert not urgent(life.remember(state=FeatureState.IN_REVIEW, waiting_for="CI is running."))


def test_the_end_is_shown_at_once() -> None:
    assert urgent(a_plan().ended(Ending.CANCELLED).remember(state=FeatureState.WORKING))


def test_a_reaction_is_shown_at_once() -> None:
    life = (
        a_plan()
        .says(ALICE, "/status", 1001)
        .remember(state=FeatureState.AWAITING_APPROVAL, waiting_for=answer(a_plan()).why)
    )
    assert urgent(life.remember(handled={1001: Handled(1001, 1, "asked", ("EYES",))}))


def test_work_going_on_can_wait_for_its_ten_seconds() -> None:
    working = an_approved_plan().attempt(DATABASE).announced(DATABASE).run("database/1")
    assert not urgent(working.remember(state=FeatureState.AWAITING_APPROVAL))
