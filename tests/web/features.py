"""Features in a database, written as the engine writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, update

from bot.crew.records import TurnRecord, Usage
from bot.engine import recording, tables
from bot.engine.database import Database
from bot.engine.ledger import book_turn
from bot.facts.remembered import Ending
from bot.facts.seen import Account
from bot.facts.states import FeatureState
from bot.moves import Approve, Hear
from bot.plan.plan import Plan, PlannedStage, SkippedStage
from bot.plan.stage_kind import StageKind
from bot.settings import DEFAULT_PRICES

ALICE = Account(5, "alice")
NOW = datetime.now(UTC).replace(microsecond=0)

AGENTS = {
    StageKind.DATABASE: "supabase-architect",
    StageKind.API: "api-designer",
    StageKind.BACKEND: "backend-developer",
    StageKind.FRONTEND: "frontend-developer",
    StageKind.DEVOPS: "devops-engineer",
    StageKind.TESTING: "test-engineer",
    StageKind.REVIEW: "code-reviewer",
}
TITLES = {
    StageKind.DATABASE: "Notifications table with RLS and an index on unread ones",
    StageKind.API: "REST and SSE endpoints for notifications",
    StageKind.BACKEND: "Serve, create and stream notifications",
    StageKind.FRONTEND: "Notification bell with a live list",
    StageKind.DEVOPS: "Deploy the stream",
    StageKind.TESTING: "Backend, component and end-to-end tests",
    StageKind.REVIEW: "Review of the whole feature",
}


def a_plan(
    *kinds: StageKind, feature: str = "Notifications", agent: str | None = None, title: str | None = None
) -> Plan:
    """A plan of these stages; every other kind is skipped."""
    chosen = kinds or tuple(kind for kind in StageKind if kind is not StageKind.DEVOPS)
    return Plan(
        feature=feature,
        stages=tuple(PlannedStage(kind, title or TITLES[kind], agent or AGENTS[kind]) for kind in chosen),
        skipped=tuple(
            SkippedStage(kind, f"Nothing changes for {kind}.") for kind in StageKind if kind not in chosen
        ),
        acceptance_criteria=("A new comment shows within a second.", "Reading one lowers the count."),
    )


class Features:
    """Fills a database the way looks and runs do."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def begin(
        self,
        number: int,
        title: str,
        state: FeatureState | None,
        waiting_for: str,
        repository: tuple[int, str, str] = (100, "acme", "shop"),
        minutes_ago: int = 60,
        by: Account = ALICE,
    ) -> int:
        """A labelled issue; its id."""
        began = NOW - timedelta(minutes=minutes_ago)
        with self.database.writing() as connection:
            known, owner, name = repository
            there = connection.execute(
                select(tables.repository.c.id).where(tables.repository.c.id == known)
            ).scalar()
            if there is None:
                row = {"id": known, "owner": owner, "name": name, "installation_id": 7, "seen_at": began}
                connection.execute(insert(tables.repository).values(row))
            row = {
                "repository_id": known,
                "issue": number,
                "title": title,
                "state": state,
                "waiting_for": waiting_for,
                "live": state is not None and not state.is_over,
                "created_at": began,
                "looked_at": NOW,
                "look_again_at": NOW + timedelta(seconds=60),
            }
            feature = connection.execute(insert(tables.feature).values(row)).inserted_primary_key
            assert feature is not None
            feature_id = int(feature[0])
            if state is not None:
                recording.begin_generation(connection, feature_id, f"LE_{number}", by, began, title)
                told = f"{by.login} labelled the issue: planning begins"
                recording.tell(connection, feature_id, "begin_generation", told, began)
        return feature_id

    def plan(self, feature: int, plan: Plan, approved_by: Account | None = ALICE, revision: int = 1) -> None:
        with self.database.writing() as connection:
            recording.keep_plan(connection, feature, revision, plan, NOW)
            if approved_by is not None:
                decision = Approve(revision, plan.hash, approved_by)
                heard = Hear(900 + feature, approved_by, "approved the plan", (decision,))
                recording.hear(connection, feature, heard, NOW)

    def stage(
        self,
        feature: int,
        kind: StageKind,
        *,
        pull: int | None = None,
        merge_sha: str | None = None,
        done: bool = False,
        attempt: int = 1,
    ) -> None:
        """How far a stage has come."""
        with self.database.writing() as connection:
            recording.begin_attempt(
                connection, feature, kind, attempt, f"baton/12-n/{kind}-{attempt}", "a" * 40, NOW
            )
            if pull is not None:
                recording.change_attempt(connection, feature, kind, attempt, NOW, pull=pull)
            if merge_sha is not None:
                recording.change_attempt(
                    connection, feature, kind, attempt, NOW, merge_sha=merge_sha, merged_at=NOW
                )
            if done:
                recording.finish_stage(connection, feature, kind, None, NOW)

    def tell(self, feature: int, *lines: tuple[int, str, str]) -> None:
        """Lines of the timeline: minutes ago, event, text."""
        with self.database.writing() as connection:
            for minutes, event, text in lines:
                recording.tell(connection, feature, event, text, NOW - timedelta(minutes=minutes))

    def paid(self, feature: int, chapter: str, agent: str, turns: Sequence[Usage]) -> None:
        """A run with its turns in the ledger."""
        run_id = f"{feature}:{chapter}:1"
        with self.database.writing() as connection:
            row = {
                "id": run_id,
                "generation_id": recording.generation_id(connection, feature),
                "chapter": chapter,
                "number": 1,
                "agent": agent,
                "purpose": "work",
                "request": "{}",
                "begun_at": NOW,
            }
            connection.execute(insert(tables.run).values(row))
            price = DEFAULT_PRICES["claude-sonnet-5-5"]
            for number, usage in enumerate(turns, start=1):
                turn = TurnRecord(usage=usage, model="claude-sonnet-5-5")
                book_turn(connection, feature, run_id, number, turn, price)

    def ended(self, feature: int, ending: Ending) -> None:
        with self.database.writing() as connection:
            recording.end_generation(connection, feature, ending, NOW)

    def renamed(self, repository: int, owner: str, name: str) -> None:
        with self.database.writing() as connection:
            known = tables.repository.c.id == repository
            connection.execute(update(tables.repository).where(known).values(owner=owner, name=name))

    def label_again(self, feature: int) -> None:
        with self.database.writing() as connection:
            recording.begin_generation(connection, feature, f"LE_{feature}_again", ALICE, NOW, "Again")
