"""`/proceed` answers the one question that the story stands at."""

from __future__ import annotations

import pytest

from bot.commands.proceed import read_answer
from bot.facts.remembered import Ending, Question, RunEnding, RunResult
from bot.facts.seen import Commit
from bot.moves import Reply
from bot.plan.stage_kind import StageKind
from tests.commands.saying import heard, refusal
from tests.world import ALICE, Life, a_plan, an_approved_plan, sha

ASKED = RunResult(
    RunEnding.ASKED,
    sentence="Which way?",
    options=("Soft deletes", "Hard deletes"),
    recommended="Soft deletes",
)


def a_question(result: RunResult = ASKED) -> Life:
    return an_approved_plan().worked(StageKind.DATABASE, result).asked()


@pytest.mark.parametrize(
    ("said", "choice", "words"),
    [
        ("/proceed", "Soft deletes", ""),
        ("/proceed 2", "Hard deletes", ""),
        ("/proceed B", "Hard deletes", ""),
        ("/proceed hard deletes.", "Hard deletes", ""),
        ("/proceed 1\nBecause the app reads it.", "Soft deletes", "Because the app reads it."),
        ("/proceed 2) because of the law", "Hard deletes", "because of the law"),
        ("/proceed keep them for 30 days", None, "keep them for 30 days"),
        ("/proceed b. because of the law", "Hard deletes", "because of the law"),
        ("/proceed 1.5 seconds later", None, "1.5 seconds later"),
        ("/proceed 2 of them", None, "2 of them"),
        ("/proceed c", None, "c"),
        ("/proceed 2 👍", "Hard deletes", ""),
        ("/proceed `2`", "Hard deletes", ""),
        ("/proceed **Hard deletes**.", "Hard deletes", ""),
        ("/proceed Hard deletes, the law forbids the others", "Hard deletes", "the law forbids the others"),
        ("/proceed hard deletes)", "Hard deletes", ""),
        ("/proceed Hard deletes are forbidden", None, "Hard deletes are forbidden"),
        ("/proceed a, b and c", None, "a, b and c"),
        ("/proceed\n2", "Hard deletes", ""),
        ("/proceed\n\nHard deletes\nBecause of the law.", "Hard deletes", "Because of the law."),
        ("/proceed\nNeither: keep an archive table", None, "Neither: keep an archive table"),
        ("/proceed\n👍", "Soft deletes", ""),
    ],
)
def test_it_takes_a_number_a_letter_an_options_words_or_free_text(
    said: str, choice: str | None, words: str
) -> None:
    life = a_question()
    answer = heard(life, said, id=9000)
    assert answer.decisions == (Reply(next(iter(life.remembered.questions)), ALICE, choice, words),)
    assert answer.reactions == ("EYES", "ROCKET")


def test_of_options_that_begin_alike_the_longer_words_are_meant_and_a_number_is_a_place() -> None:
    question = Question("k", "Which?", 1, ("Yes", "Yes, with an archive", "1"))
    assert read_answer("yes, with an archive", question) == ("Yes, with an archive", "")
    assert read_answer("yes, at once", question) == ("Yes", "at once")
    assert read_answer("1", question) == ("Yes", "")


def test_alone_it_answers_only_what_has_a_recommendation() -> None:
    life = a_question(RunResult(RunEnding.ASKED, sentence="Which way?", options=("left", "right")))
    assert refusal(life, "/proceed", id=9000) == (
        "`/proceed` alone answers nothing here: choose `/proceed 1` (left) or `/proceed 2` (right)."
    )


def test_a_number_that_no_option_has_is_a_slip_unless_numbers_are_asked_for() -> None:
    assert refusal(a_question(), "/proceed 7", id=9000) == (
        "That is none of the options: choose `/proceed 1` (Soft deletes) or `/proceed 2` (Hard deletes)."
    )
    days = RunResult(RunEnding.ASKED, sentence="How long?", options=("30 days", "90 days"))
    (reply,) = heard(a_question(days), "/proceed 7", id=9000).decisions
    assert isinstance(reply, Reply) and (reply.choice, reply.words) == (None, "7")


def test_what_only_an_option_settles_takes_no_other_words() -> None:
    life = an_approved_plan().in_review(StageKind.DATABASE, head=Commit(sha("database head"), "tree")).asked()
    assert refusal(life, "/proceed yes, please", id=9000).startswith("That is none of the options: choose")
    assert heard(life, "/proceed 1", id=9000).decisions


def test_where_nothing_is_asked_there_is_nothing_to_answer() -> None:
    assert refusal(a_plan(), "/proceed 2") == (
        "Nothing is asked, so there is nothing to answer. `/status` tells what Baton waits for."
    )


def test_what_was_written_before_the_question_answers_nothing() -> None:
    assert refusal(a_question(), "/proceed 1", id=1001) == (
        "This was written before the question was asked. Read it, then answer again."
    )


def test_a_paused_feature_keeps_the_answer() -> None:
    answer = heard(a_question().generation(paused=""), "/proceed 2", id=9000)
    assert answer.decisions
    assert answer.reply == "The feature is paused: this is kept, and done at `/resume`."


def test_a_question_without_options_is_answered_by_words_alone() -> None:
    question = Question("k", "What name?", 1)
    assert read_answer("Ada", question) == (None, "Ada")
    assert read_answer("", question) == (None, "")


def test_what_is_over_or_closed_is_told_first() -> None:
    assert refusal(a_plan().ended(Ending.CANCELLED), "/proceed 2").startswith("This feature has ended.")
    assert refusal(a_plan().issue(is_open=False), "/proceed 2").startswith("The issue is closed.")
