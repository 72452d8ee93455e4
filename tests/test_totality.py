"""The story has an answer to everything: one move, one wait with a sentence, or the end."""

from __future__ import annotations

from itertools import islice

from hypothesis import HealthCheck, given, settings

from bot.facts.states import FeatureState
from bot.facts.tasks import Task
from bot.facts.verdict import Wait
from bot.feature import next_move
from bot.moves import Ask, BeginAttempt, OpenPullRequest, Push, Skip, StartRun
from tests.lives import lives
from tests.space import fact_sets
from tests.totality import is_a_whole_answer
from tests.world import Life

QUICK = settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


@QUICK
@given(lives())
def test_every_state_has_exactly_one_answer_and_every_wait_a_sentence_and_a_time(life: Life) -> None:
    answer = next_move(life.facts)
    assert next_move(life.facts) == answer
    is_a_whole_answer(answer, life)


def test_wherever_the_story_stands_its_answer_is_whole() -> None:
    """A sample of the space that `make chaos` goes through."""
    for life in islice(fact_sets(7), 3_000):
        is_a_whole_answer(next_move(life.facts), life)


@QUICK
@given(lives())
def test_nothing_is_built_without_an_approval_of_just_this_plan(life: Life) -> None:
    """R070, rule 4: whatever else is true."""
    answer = next_move(life.facts)
    builds = isinstance(answer, Push | OpenPullRequest) or (
        isinstance(answer, StartRun) and answer.task is not Task.DRAFT
    )
    if builds:
        assert life.facts.approval is not None
        assert life.seen.issue.labelled and life.remembered.generation
        assert not life.remembered.generation.ending and life.remembered.generation.paused is None
        assert not life.facts.closed_by_a_person


@QUICK
@given(lives())
def test_a_persons_turn_is_never_silent(life: Life) -> None:
    """While no plan comment can say it, a comment of its own has said it before the story waits. R127."""
    answer, generation = next_move(life.facts), life.remembered.generation
    if not isinstance(answer, Wait) or not answer.state.is_a_persons_turn or life.seen.trouble:
        return
    assert generation is not None
    said = any(identity.startswith("comment:reply:stands:") for identity in life.remembered.effects)
    assert generation.plan_comment is not None or said or answer.asks  # a question has a comment of its own
    assert answer.state is not FeatureState.PLANNING


@QUICK
@given(lives())
def test_a_question_is_asked_once_and_a_wait_for_an_answer_says_how_it_is_given(life: Life) -> None:
    answer, questions = next_move(life.facts), life.remembered.questions
    if isinstance(answer, Ask):
        assert answer.key not in questions and len(answer.key) <= 200
        assert answer.recommended is None or answer.recommended in answer.options
    if isinstance(answer, Wait) and answer.asks:
        assert questions[answer.asks].given is None
        assert answer.why.endswith("Answer with `/proceed`.")
        assert answer.state is FeatureState.WAITING_FOR_ANSWER


@QUICK
@given(lives())
def test_no_stage_is_built_while_somebody_wants_another_plan(life: Life) -> None:
    """Rule 4: `/revise` voids the approval at once, whatever was agreed on before."""
    if life.facts.unmet_wishes:
        answer = next_move(life.facts)
        assert life.facts.approval is None
        assert not isinstance(answer, Push | OpenPullRequest | BeginAttempt | Skip)
