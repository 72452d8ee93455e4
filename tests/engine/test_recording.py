"""What the story learns is written once and read back as it was, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.engine import recording, tables
from bot.engine.database import Database
from bot.engine.remembering import remember
from bot.facts.remembered import (
    Delivered,
    Ending,
    Given,
    Question,
    Remembered,
    ReviewFinding,
    RunEnding,
    RunResult,
)
from bot.facts.seen import Account
from bot.facts.states import FeatureState
from bot.moves import Approve, Ask, End, Hear, Pause, Reply, Resume, Revise, Strike
from bot.plan.reading_openapi import Operation
from bot.plan.stage_kind import StageKind
from tests.engine.lives import PLAN, SHORT

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
MARA, TOMAS = Account(1, "mara"), Account(2, "tomas")


@pytest.fixture
def feature(database: Database) -> int:
    with database.writing() as connection:
        connection.execute(insert(tables.repository).values(id=1, owner="o", name="r", seen_at=NOW))
        row = {"repository_id": 1, "issue": 7, "created_at": NOW}
        return int(
            connection.execute(insert(tables.feature).values(row).returning(tables.feature.c.id)).scalar_one()
        )


def begun(connection: Connection, feature: int, event: str = "LE_1", at: datetime = NOW) -> None:
    recording.begin_generation(connection, feature, event, MARA, at, "Notifications")


def known(database: Database, feature: int) -> Remembered:
    with database.reading() as connection:
        return remember(connection, feature)


def test_nothing_is_remembered_of_what_was_never_looked_at(database: Database, feature: int) -> None:
    assert known(database, feature) == Remembered()


def test_a_life_is_remembered_with_who_began_it(database: Database, feature: int) -> None:
    with database.writing() as connection:
        begun(connection, feature)
    generation = known(database, feature).generation
    assert generation is not None
    assert (generation.id, generation.number, generation.by) == ("LE_1", 1, MARA)
    assert (generation.began_at, generation.title) == (NOW, "Notifications")
    assert (generation.ending, generation.paused) == (None, None)


def test_a_new_life_ends_the_old_one_and_knows_nothing_of_its_plan(database: Database, feature: int) -> None:
    """C14: old approvals are void."""
    with database.writing() as connection:
        begun(connection, feature)
        recording.keep_plan(connection, feature, 1, PLAN, NOW)
        recording.begin_attempt(connection, feature, StageKind.DEVOPS, 1, "baton/7-x/1-devops", "a" * 40, NOW)
        recording.change_attempt(connection, feature, StageKind.DEVOPS, 1, NOW, pull=9)
        begun(connection, feature, "LE_2", LATER)
        begun(connection, feature, "LE_2", LATER)  # again after a crash
    found = known(database, feature)
    assert found.generation is not None and (found.generation.id, found.generation.number) == ("LE_2", 2)
    assert (found.revisions, dict(found.stages), found.older_pulls) == ((), {}, (9,))
    with database.reading() as connection:
        endings = connection.execute(select(tables.generation.c.ending).order_by(tables.generation.c.number))
        assert list(endings.scalars()) == ["unlabelled", None]


def test_a_merged_pull_request_of_an_older_life_is_no_concern_any_more(
    database: Database, feature: int
) -> None:
    with database.writing() as connection:
        begun(connection, feature)
        recording.begin_attempt(connection, feature, StageKind.DEVOPS, 1, "b", "a" * 40, NOW)
        recording.change_attempt(connection, feature, StageKind.DEVOPS, 1, NOW, pull=9, merge_sha="b" * 40)
        begun(connection, feature, "LE_2", LATER)
    assert known(database, feature).older_pulls == ()


def test_a_plan_is_read_back_with_the_same_hash(database: Database, feature: int) -> None:
    with database.writing() as connection:
        begun(connection, feature)
        recording.keep_plan(connection, feature, 1, PLAN, NOW)
        recording.keep_plan(connection, feature, 1, SHORT, NOW)  # a repeated move changes nothing
        recording.plan_shown(connection, feature, 1, 4711, LATER)
    found = known(database, feature)
    assert [(each.number, each.plan.hash, each.shown_at) for each in found.revisions] == [
        (1, PLAN.hash, LATER)
    ]
    assert found.revisions[0].plan == PLAN
    assert found.generation is not None and found.generation.plan_comment == 4711


def test_a_comment_is_heard_once_with_what_it_decided(database: Database, feature: int) -> None:
    """Rule 13."""
    said = Hear(99, TOMAS, "approved", (Approve(1, PLAN.hash, TOMAS),), "Thank you.", ("EYES", "ROCKET"))
    with database.writing() as connection:
        begun(connection, feature)
        recording.hear(connection, feature, said, NOW)
        recording.hear(connection, feature, said, LATER)
    found = known(database, feature)
    assert list(found.handled) == [99]
    assert (found.handled[99].author_id, found.handled[99].verdict) == (2, "approved")
    assert found.handled[99].reactions == ("EYES", "ROCKET")
    assert [(each.revision, each.hash, each.by, each.comment_id) for each in found.approvals] == [
        (1, PLAN.hash, TOMAS, 99)
    ]
    assert [(each.key, each.body) for each in found.owed] == [("99", "Thank you.")]


def test_what_was_said_is_owed_no_more(database: Database, feature: int) -> None:
    with database.writing() as connection:
        begun(connection, feature)
        recording.owe(connection, feature, "99", "Thank you.", NOW)
        recording.owe(connection, feature, "label:LE_0", "You may not.", NOW)
        row = {"feature_id": feature, "identity": "comment:reply:99", "intended_at": NOW}
        connection.execute(insert(tables.effect).values(**row, known_at=NOW, result="{}"))
    found = known(database, feature)
    assert [each.key for each in found.owed] == ["label:LE_0"]
    assert found.refused_labels == frozenset({"LE_0"})
    assert found.effects == {"comment:reply:99": "{}"}


def test_an_effect_of_unknown_outcome_is_unsettled_since_it_was_tried(
    database: Database, feature: int
) -> None:
    with database.writing() as connection:
        row = {"feature_id": feature, "identity": "comment:plan:LE_1", "intended_at": NOW}
        connection.execute(insert(tables.effect).values(row))
    assert [(each.identity, each.since) for each in known(database, feature).unsettled] == [
        ("comment:plan:LE_1", NOW)
    ]


def test_pausing_resuming_and_ending(database: Database, feature: int) -> None:
    with database.writing() as connection:
        begun(connection, feature)
        recording.hear(connection, feature, Hear(1, MARA, "paused", (Pause("lunch"),)), NOW)
    paused = known(database, feature).generation
    assert paused is not None and paused.paused == "lunch"
    with database.writing() as connection:
        recording.hear(connection, feature, Hear(2, MARA, "resumed", (Resume(),)), NOW)
    resumed = known(database, feature).generation
    assert resumed is not None and resumed.paused is None
    with database.writing() as connection:
        recording.hear(connection, feature, Hear(3, MARA, "cancelled", (End(Ending.CANCELLED),)), NOW)
    ended = known(database, feature).generation
    assert ended is not None and ended.ending is Ending.CANCELLED


def test_a_stage_is_remembered_with_its_attempts_and_what_it_brought(
    database: Database, feature: int
) -> None:
    brought = Delivered(("a.sql",), ("b.md",), (), ("cards",), (Operation("GET", "/cards"),))
    with database.writing() as connection:
        begun(connection, feature)
        recording.begin_attempt(
            connection, feature, StageKind.DATABASE, 1, "baton/7-x/1-database", "a" * 40, NOW
        )
        recording.note_on_stage(connection, feature, StageKind.DATABASE, ["One.", "One.", "Two."], NOW)
        recording.change_attempt(
            connection, feature, StageKind.DATABASE, 1, LATER, head="b" * 40, pull=3, merge_sha="c" * 40,
            merged_at=LATER,
        )  # fmt: skip
        recording.stage_delivered(connection, feature, StageKind.DATABASE, brought, LATER)
        recording.finish_stage(connection, feature, StageKind.DATABASE, "Two.", LATER)
    record = known(database, feature).stages[StageKind.DATABASE]
    assert record.merged is not None
    attempt = record.merged
    assert (attempt.branch, attempt.start, attempt.head) == ("baton/7-x/1-database", "a" * 40, "b" * 40)
    assert (attempt.pull, attempt.merge_sha, attempt.merged_at) == (3, "c" * 40, LATER)
    assert (record.begun_at, record.finished_at, record.notes) == (NOW, LATER, ("One.", "Two."))
    assert record.delivered == brought


def test_branch_names_that_were_ever_chosen_are_known(database: Database, feature: int) -> None:
    with database.writing() as connection:
        for number, event in enumerate(("LE_1", "LE_2"), start=1):
            begun(connection, feature, event)
            name = "baton/7-x/1-api" if number == 1 else "baton/7-x/1-api-2"
            recording.begin_attempt(connection, feature, StageKind.API, 1, name, "a" * 40, NOW)
        taken = recording.branches_like(connection, feature, "baton/7-x/1-api")
    assert taken == {"baton/7-x/1-api", "baton/7-x/1-api-2"}


def test_a_runs_result_is_read_back(database: Database, feature: int) -> None:
    result = RunResult(
        RunEnding.REVIEWED, "s", "sum", ("a",), ("b: no",), ("x", "y"), "x", "contract", True, ("c",), ("d",), True,
        (ReviewFinding("a", 1, "high", "m"), ReviewFinding("a", None, "low", "n")),
        {"1": "Done."},
    )  # fmt: skip
    with database.writing() as connection:
        begun(connection, feature)
        row = {
            "id": "r", "generation_id": recording.generation_id(connection, feature), "chapter": "verdict/1/1",
            "number": 1, "agent": "code-reviewer", "purpose": "verdict", "request": "{}", "begun_at": NOW,
            "result": json.dumps(asdict(result)), "turns": 3, "cost_microdollars": 1_250_000,
        }  # fmt: skip
        connection.execute(insert(tables.run).values(row))
    (run,) = known(database, feature).runs
    assert (run.result, run.turns, run.cost, run.chapter) == (result, 3, 1.25, "verdict/1/1")


def test_clocks_begin_once_and_stop(database: Database, feature: int) -> None:
    """Rule 14."""
    with database.writing() as connection:
        recording.start_clocks(connection, feature, ["a", "b", "trouble:x"], NOW)
        recording.start_clocks(connection, feature, ["a"], LATER)
        recording.stop_clocks(connection, feature, ["b"])
        recording.stop_clocks_like(connection, feature, "trouble:")
    assert known(database, feature).clocks == {"a": NOW}


def test_what_was_shown_is_known_by_its_newest_digest(database: Database, feature: int) -> None:
    with database.writing() as connection:
        recording.shown(connection, feature, {"plan": "1", "label": "x"}, NOW)
        recording.shown(connection, feature, {"plan": "2"}, LATER)
    found = known(database, feature)
    assert (found.shown, found.shown_at) == ({"plan": "2", "label": "x"}, LATER)


def test_a_reference_is_kept_once_and_the_state_is_read(database: Database, feature: int) -> None:
    with database.writing() as connection:
        recording.refer(connection, feature, "pull", 3)
        recording.refer(connection, feature, "pull", "3")
        recording.tell(connection, feature, "waits", "For you.", NOW)
        connection.execute(update(tables.feature).values(state="in_review", waiting_for="For you."))
        assert len(connection.execute(select(tables.reference)).all()) == 1
        assert connection.execute(select(tables.event.c.text)).scalar_one() == "For you."
    found = known(database, feature)
    assert (found.state, found.waiting_for) == (FeatureState.IN_REVIEW, "For you.")


def test_a_question_is_asked_once_and_an_answer_that_leaves_it_open_may_be_followed_by_another(
    database: Database, feature: int
) -> None:
    asked = Ask("after:r", "Which way?", ("left", "right"), "left")
    with database.writing() as connection:
        begun(connection, feature)
        recording.ask(connection, feature, asked, 500, NOW)
        recording.ask(connection, feature, asked, 501, LATER)
    (question,) = known(database, feature).questions.values()
    assert question == Question("after:r", "Which way?", 500, ("left", "right"), "left")
    for words, by in (("as always", MARA), ("no", TOMAS)):
        decided = (Reply("after:r", by, "left", words),)
        heard = Hear(600 + len(words), by, "answered", decided)
        with database.writing() as connection:
            recording.hear(connection, feature, heard, LATER)
    (question,) = known(database, feature).questions.values()
    assert question.given == Given(TOMAS, 602, LATER, "left", "no")
    assert known(database, feature).wishes == ()


def test_an_answer_to_the_planner_goes_into_the_next_draft(database: Database, feature: int) -> None:
    with database.writing() as connection:
        begun(connection, feature)
        recording.ask(connection, feature, Ask("planner:1", "Polling?"), 500, NOW)
        reply = Hear(600, MARA, "answered", (Reply("planner:1", MARA, None, "no"),))
        recording.hear(connection, feature, reply, LATER)
        recording.hear(connection, feature, Hear(601, MARA, "wants", (Revise(MARA, "be polite"),)), LATER)
    wishes = known(database, feature).wishes
    assert [wish.text for wish in wishes] == ["You asked: Polling?\nThe answer: no", "be polite"]


def test_a_stage_is_struck_by_another_revision_or_skipped_without_one(
    database: Database, feature: int
) -> None:
    with database.writing() as connection:
        begun(connection, feature)
        recording.keep_plan(connection, feature, 1, PLAN, NOW)
        strike = Strike(StageKind.DEVOPS, MARA, "internal only", new_revision=True)
        recording.hear(connection, feature, Hear(600, MARA, "left out", (strike,)), LATER)
        skip = Strike(StageKind.DEVOPS, MARA, "no time", new_revision=False)
        recording.hear(connection, feature, Hear(601, MARA, "left out", (skip,)), LATER)
    remembered = known(database, feature)
    assert [each.number for each in remembered.revisions] == [1, 2]
    assert StageKind.DEVOPS not in remembered.revisions[1].plan.kinds
    assert remembered.stages[StageKind.DEVOPS].skipped == "mara wrote: no time"
    assert remembered.revisions[1].plan.skipped[-1].reason == "mara wrote: internal only"
    assert remembered.revisions[1].made_at == NOW
    with database.writing() as connection:
        recording.bring_back(connection, feature, [StageKind.DEVOPS])
    assert known(database, feature).stages[StageKind.DEVOPS].skipped is None
