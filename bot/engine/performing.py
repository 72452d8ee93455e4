"""Each move, made to happen: our rows under the lease's fence, GitHub through effects that exist once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Column, select, update

from bot.crew.records import RunOutcome
from bot.engine import recording, tables
from bot.engine.agent_work import Assignment, plan_in
from bot.engine.briefing import Briefing, conventions_path
from bot.engine.database import Database, insert_or_leave
from bot.engine.journal import DatabaseJournal
from bot.engine.judging import Files, delivered_by, diff_of, findings_in
from bot.engine.leasing import Leased, fenced
from bot.engine.observing import Place, web_address
from bot.facts.diff import Diff, Finding, Level
from bot.facts.facts import Facts, Work
from bot.facts.remembered import Attempt, Ending, RunEnding, RunResult
from bot.facts.seen import Surface
from bot.feature import stage_comment as stage_comment_identity
from bot.github.effects import BranchTaken, Effects
from bot.github.reading import instant
from bot.moves import (
    AnnounceStage,
    BeginAttempt,
    BeginGeneration,
    CloseIssue,
    ClosePullRequest,
    EndGeneration,
    Finish,
    Hear,
    KeepPlan,
    LeaveNote,
    Move,
    OpenPullRequest,
    PostReport,
    PostStageGate,
    Push,
    RefuseLabel,
    RememberMerge,
    Say,
    Settle,
    ShowPlan,
    StartRun,
)
from bot.plan.stage_kind import StageKind
from bot.render import learned, names, pull_request, reply, report, stage_gate
from bot.render.plan_comment import plan_comment
from bot.render.presentation import CommentBody, digest
from bot.render.stage_comment import stage_comment

MOST_SUFFIXES = 50


class Runs(Protocol):
    """Who runs agents: durably, in the background."""

    def start(
        self, run_id: str, feature_id: int, repository_id: int, model: str, request: Mapping[str, Any]
    ) -> None:
        """Set the run to work; doing so twice changes nothing."""

    def stop(self, run_id: str) -> None:
        """End the run after the turn that it is in."""


@dataclass(frozen=True)
class Scene:
    """One look's surroundings: the lease, the place, the facts, and the effects that may be asked for."""

    leased: Leased
    place: Place
    facts: Facts
    effects: Effects
    journal: DatabaseJournal
    api_url: str

    @property
    def generation(self) -> str:
        return self.facts.generation.id if self.facts.generation else ""

    @property
    def issue(self) -> int:
        return self.facts.seen.issue.number

    def work(self, kind: StageKind) -> Work:
        return next(work for work in self.facts.works if work.kind is kind)

    def attempt(self, kind: StageKind) -> Attempt:
        attempt = self.work(kind).attempt
        if attempt is None:
            raise ValueError(f"The {kind} stage has no attempt yet.")
        return attempt


class Performing:
    """Does one move. Doing it again after a crash changes nothing: that is what identities are for."""

    def __init__(
        self, database: Database, runs: Runs, briefing: Briefing, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._runs = runs
        self._briefing = briefing
        self._clock = clock

    def do(self, move: Move, scene: Scene) -> None:
        """Raises LeaseLost, and whatever GitHub says no with."""
        act: Callable[[Any, Scene], None] = getattr(self, _METHODS[type(move)])
        act(move, scene)

    # --- people and generations ---

    def _settle(self, move: Settle, scene: Scene) -> None:
        arguments = scene.journal.arguments(move.identity)
        if arguments is not None:
            scene.effects.settle(move.identity, arguments)

    def _begin_generation(self, move: BeginGeneration, scene: Scene) -> None:
        labelling = scene.facts.seen.issue.latest_labelling
        if labelling is None:
            return
        self._stop_runs(scene)
        with fenced(self._database, scene.leased) as connection:
            title = scene.facts.seen.issue.title
            recording.begin_generation(
                connection, scene.leased.feature_id, move.label_event, move.by, labelling.at, title
            )

    def _refuse_label(self, move: RefuseLabel, scene: Scene) -> None:
        with fenced(self._database, scene.leased) as connection:
            key = f"label:{move.label_event}"
            recording.owe(connection, scene.leased.feature_id, key, move.reply, self._clock())

    def _hear(self, move: Hear, scene: Scene) -> None:
        with fenced(self._database, scene.leased) as connection:
            recording.hear(connection, scene.leased.feature_id, move, self._clock())

    def _say(self, move: Say, scene: Scene) -> None:
        where = next(
            (
                each.number
                for each in scene.facts.seen.issue.comments
                if _answers(each.id, each.surface, move.key)
            ),
            scene.issue,
        )
        body = reply.reply(scene.issue, scene.generation, move.key, move.body)
        scene.effects.ensure_comment(f"comment:reply:{move.key}", where, body)

    def _end_generation(self, move: EndGeneration, scene: Scene) -> None:
        if move.ending is not Ending.COMPLETED:
            self._stop_runs(scene)
        with fenced(self._database, scene.leased) as connection:
            recording.end_generation(connection, scene.leased.feature_id, move.ending, self._clock())

    def _close_pull_request(self, move: ClosePullRequest, scene: Scene) -> None:
        text = f"Closed by Baton: {move.reason}. The branch is kept."
        key = f"close:{move.number}:{scene.generation}"
        body = reply.notice(scene.issue, scene.generation, key, text)
        scene.effects.ensure_comment(f"comment:notice:{key}", move.number, body)
        scene.effects.ensure_pull_request_closed(f"close-pull:{move.number}:{scene.generation}", move.number)
        self._stop_runs(scene)

    def _leave_note(self, move: LeaveNote, scene: Scene) -> None:
        identity = f"note:{move.number}:{scene.generation}"
        body = reply.notice(scene.issue, scene.generation, identity, move.note)
        scene.effects.ensure_comment(identity, move.number, body)

    def _stop_runs(self, scene: Scene) -> None:
        for run in scene.facts.remembered.runs:
            if run.result is None:
                self._runs.stop(run.id)

    # --- the plan ---

    def _start_run(self, move: StartRun, scene: Scene) -> None:
        """The row first: it holds all that the run needs, and a run without a workflow is started at the next look."""
        facts = scene.facts
        run_id = ":".join(
            [
                str(scene.place.repository_id),
                str(scene.issue),
                scene.generation,
                move.chapter,
                str(move.number),
            ]
        )
        start = self._start_of(move, scene)
        request = self._briefing.request(move, facts, scene.place, start)
        assignment = Assignment(scene.leased.feature_id, scene.place.repository_id, start, move.kind, request)
        with fenced(self._database, scene.leased) as connection:
            row = {
                "id": run_id,
                "generation_id": recording.generation_id(connection, scene.leased.feature_id),
                "chapter": move.chapter,
                "number": move.number,
                "agent": move.agent,
                "purpose": move.purpose,
                "request": assignment.to_json(),
                "begun_at": self._clock(),
            }
            connection.execute(insert_or_leave(connection, tables.run, "id"), row)
        self.start(run_id, assignment)

    def start(self, run_id: str, assignment: Assignment) -> None:
        """Hand the run to those who run agents; what it is about stands in its row."""
        model = assignment.request.model
        self._runs.start(run_id, assignment.feature_id, assignment.repository_id, model, {})

    @staticmethod
    def _start_of(move: StartRun, scene: Scene) -> str:
        """A stage's agent starts where its branch does; planner and reviewer read the base branch's head."""
        if move.purpose == "work" and move.kind is not None:
            return scene.attempt(move.kind).start
        head = scene.facts.seen.base.head
        if head is None:
            raise ValueError("There is no commit to start from.")
        return head.sha

    def _keep_plan(self, move: KeepPlan, scene: Scene) -> None:
        plan = plan_in(RunOutcome.from_json(self._of_run(move.run, tables.run.c.outcome)))
        with fenced(self._database, scene.leased) as connection:
            recording.keep_plan(connection, scene.leased.feature_id, move.revision, plan, self._clock())

    def _show_plan(self, move: ShowPlan, scene: Scene) -> None:
        """The write that shows a revision is a move of its own: approvals are measured by its time (rule 4)."""
        identity = f"comment:plan:{scene.generation}"
        body = plan_comment(scene.facts, None)
        known = scene.effects.ensure_comment(identity, scene.issue, body)
        with fenced(self._database, scene.leased) as connection:
            recording.plan_shown(
                connection,
                scene.leased.feature_id,
                move.revision,
                int(known["id"]),
                instant(str(known["at"])),
            )
            shown = {"plan": digest(CommentBody(identity, body))}
            recording.shown(connection, scene.leased.feature_id, shown, self._clock())

    # --- one piece of work ---

    def _begin_attempt(self, move: BeginAttempt, scene: Scene) -> None:
        plan, number = scene.facts.plan, scene.work(move.kind).number
        feature = plan.feature if plan else scene.facts.seen.issue.title
        with fenced(self._database, scene.leased) as connection:
            stem = names.branch(scene.issue, feature, number, move.kind, 1)
            taken = recording.branches_like(connection, scene.leased.feature_id, stem)
            nth = next(n for n in range(1, 1000) if _nth(stem, n) not in taken)
            recording.begin_attempt(
                connection,
                scene.leased.feature_id,
                move.kind,
                move.number,
                _nth(stem, nth),
                move.start,
                self._clock(),
            )
            notes = [move.note] if move.note else []
            recording.note_on_stage(connection, scene.leased.feature_id, move.kind, notes, self._clock())

    def _announce_stage(self, move: AnnounceStage, scene: Scene) -> None:
        work = scene.work(move.kind)
        identity = stage_comment_identity(work, scene.facts)
        body = stage_comment(work, scene.facts)
        scene.effects.ensure_comment(identity, scene.issue, body)
        with fenced(self._database, scene.leased) as connection:
            if move.kind is StageKind.REVIEW:
                recording.stage_id(connection, scene.leased.feature_id, move.kind, self._clock())
            shown = {f"stage:{move.kind}": digest(CommentBody(identity, body))}
            recording.shown(connection, scene.leased.feature_id, shown, self._clock())

    def _push(self, move: Push, scene: Scene) -> None:
        work, attempt = scene.work(move.kind), scene.attempt(move.kind)
        diff, findings, result = self._change(work, attempt, move.run, scene)
        errors = [finding for finding in findings if finding.level is Level.ERROR]
        if errors and move.run:
            self._refuse(move.run, result, errors, scene)
            return
        key = f"{scene.generation}:{move.kind}:{attempt.number}"
        feature = scene.facts.plan.feature if scene.facts.plan else scene.facts.seen.issue.title
        message = names.commit_message(feature, scene.issue, work, result.summary)
        tree = scene.place.mirror.tree_of(attempt.start)
        commit = scene.effects.ensure_commit(f"commit:{key}", attempt.start, tree, diff.files, message)
        branch = self._branch(f"branch:{key}", attempt, str(commit["sha"]), move.kind, scene)
        with fenced(self._database, scene.leased) as connection:
            now = self._clock()
            changed = {"head": commit["sha"], "branch": branch}
            recording.change_attempt(
                connection, scene.leased.feature_id, move.kind, attempt.number, now, **changed
            )
            recording.refer(connection, scene.leased.feature_id, "sha", str(commit["sha"]))
            recording.refer(connection, scene.leased.feature_id, "branch", branch)

    def _branch(self, identity: str, attempt: Attempt, sha: str, kind: StageKind, scene: Scene) -> str:
        """The chosen name; where a foreign branch stands in its place, the next suffix (rule 12)."""
        name = attempt.branch
        for nth in range(2, MOST_SUFFIXES):
            try:
                scene.effects.ensure_branch(identity, name, sha)
                return name
            except BranchTaken:
                name = _nth(attempt.branch, nth)
                with fenced(self._database, scene.leased) as connection:
                    now = self._clock()
                    recording.change_attempt(
                        connection, scene.leased.feature_id, kind, attempt.number, now, branch=name
                    )
        raise BranchTaken(
            f"{attempt.branch} and {MOST_SUFFIXES} names after it are taken. Delete some of them."
        )

    def _open_pull_request(self, move: OpenPullRequest, scene: Scene) -> None:
        work, attempt = scene.work(move.kind), scene.attempt(move.kind)
        run = scene.facts.latest_run(work.chapter)
        diff, findings, result = self._change(work, attempt, run.id if run else None, scene)
        body = pull_request.body(
            scene.facts, work, result, diff, findings, web_address(scene.api_url), attempt.start
        )
        opened = scene.effects.ensure_pull_request(
            f"pull:{scene.generation}:{move.kind}:{attempt.number}",
            attempt.branch,
            scene.facts.seen.base.branch,
            pull_request.title(scene.facts, work),
            body,
        )
        with fenced(self._database, scene.leased) as connection:
            recording.change_attempt(
                connection,
                scene.leased.feature_id,
                move.kind,
                attempt.number,
                self._clock(),
                pull=opened["number"],
            )
            recording.refer(connection, scene.leased.feature_id, "pull", int(opened["number"]))

    def _post_stage_gate(self, move: PostStageGate, scene: Scene) -> None:
        work, attempt = scene.work(move.kind), scene.attempt(move.kind)
        if move.head == attempt.head:
            run = scene.facts.latest_run(work.chapter)
            diff, findings, _ = self._change(work, attempt, run.id if run else None, scene)
        else:
            diff, findings = self._pushed_by_people(move.head, work, attempt, scene)
        check = stage_gate.stage_gate(work, findings, len(diff.files))
        external = f"{scene.generation}:{move.kind}"
        scene.effects.ensure_check_run(f"gate:{move.head}", move.head, stage_gate.NAME, external, check)

    @staticmethod
    def _pushed_by_people(
        head: str, work: Work, attempt: Attempt, scene: Scene
    ) -> tuple[Diff, tuple[Finding, ...]]:
        """What the pull request changes as it stands, whoever pushed to it."""
        mirror, base = scene.place.mirror, scene.facts.seen.base.head
        mirror.fetch(head)
        start = mirror.merge_base(base.sha, head) if base else attempt.start
        diff = mirror.diff(start, head)
        return diff, findings_in(mirror, start, diff, work, scene.facts)

    def _remember_merge(self, move: RememberMerge, scene: Scene) -> None:
        """From now on the stage is frozen; what it brought is read from git."""
        record = scene.facts.remembered.stages[move.kind]
        attempt = next(each for each in record.attempts if each.number == move.attempt)
        mirror = scene.place.mirror
        mirror.fetch(move.merge_sha)
        pull = scene.facts.pull_of(attempt)
        head = pull.head.sha if pull else attempt.head
        if head:
            mirror.fetch(head)
        diff = mirror.diff(mirror.merge_base(attempt.start, head), head) if head else Diff()
        with fenced(self._database, scene.leased) as connection:
            now = self._clock()
            merged = {
                "merge_sha": move.merge_sha,
                "merged_at": pull.merged_at if pull else now,
                "merged_by": move.by.login if move.by else None,
            }
            recording.change_attempt(
                connection, scene.leased.feature_id, move.kind, move.attempt, now, **merged
            )
            delivered = delivered_by(diff, scene.facts.house)
            recording.stage_delivered(connection, scene.leased.feature_id, move.kind, delivered, now)
            recording.refer(connection, scene.leased.feature_id, "sha", move.merge_sha)

    def _finish(self, move: Finish, scene: Scene) -> None:
        with fenced(self._database, scene.leased) as connection:
            recording.finish_stage(connection, scene.leased.feature_id, move.kind, move.note, self._clock())

    # --- the end ---

    def _post_report(self, move: PostReport, scene: Scene) -> None:
        scene.effects.ensure_comment(
            f"comment:report:{scene.generation}", scene.issue, report.report(scene.facts, {})
        )

    def _close_issue(self, move: CloseIssue, scene: Scene) -> None:
        scene.effects.ensure_issue_closed(f"close:{scene.generation}", scene.issue)

    # --- what an agent changed ---

    def _change(
        self, work: Work, attempt: Attempt, run_id: str | None, scene: Scene
    ) -> tuple[Diff, tuple[Finding, ...], RunResult]:
        """The diff of a run, or of what was learned, with what the inspections say of it."""
        mirror = scene.place.mirror
        if run_id is None or work.kind is StageKind.REVIEW:
            files, result = self._learned(attempt, scene)
        else:
            run = next(run for run in scene.facts.remembered.runs if run.id == run_id)
            files = self._of_run(run_id, tables.run.c.files)
            result = run.result or RunResult(RunEnding.FINISHED)
        diff = diff_of(mirror, attempt.start, files)
        return diff, findings_in(mirror, attempt.start, diff, work, scene.facts), result

    @staticmethod
    def _learned(attempt: Attempt, scene: Scene) -> tuple[Files, RunResult]:
        """What was learned, in the conventions file. No model writes here (design, R107)."""
        mirror, facts = scene.place.mirror, scene.facts
        path = conventions_path(mirror, attempt.start, facts)
        today: date = (facts.generation.began_at if facts.generation else facts.now).date()
        text = learned.with_learnings(mirror.read(attempt.start, path) or "", facts, today)
        count = len(facts.learnings)
        summary = (
            f"Writes down {count} thing{'' if count == 1 else 's'} that the agents of this feature learned, "
            f"in the section of {path} that Baton keeps. Nothing else in it is touched."
        )
        return {path: text}, RunResult(RunEnding.FINISHED, summary=summary, documents_used=(path,))

    def _of_run(self, run_id: str, column: Column[Any]) -> Mapping[str, Any]:
        with self._database.reading() as connection:
            text = connection.execute(select(column).where(tables.run.c.id == run_id)).scalar_one()
        return dict(json.loads(text or "{}"))

    def _refuse(self, run_id: str, result: RunResult, errors: list[Finding], scene: Scene) -> None:
        """The second judge of the same diff says no: nothing is pushed, and a person reads why."""
        said = " ".join(f"{each.path}: {each.message}" for each in errors[:5])
        refused = replace(result, ending=RunEnding.GAVE_UP, sentence=f"its change was refused. {said}")
        data = json.dumps(asdict(refused))
        with fenced(self._database, scene.leased) as connection:
            connection.execute(update(tables.run).where(tables.run.c.id == run_id).values(result=data))


def _answers(comment_id: int, surface: Surface, key: str) -> bool:
    return str(comment_id) == key and surface is Surface.PULL_REQUEST


def _nth(stem: str, nth: int) -> str:
    return stem if nth == 1 else f"{stem}-{nth}"


_METHODS: Mapping[type[Move], str] = {
    Settle: "_settle",
    BeginGeneration: "_begin_generation",
    RefuseLabel: "_refuse_label",
    Hear: "_hear",
    Say: "_say",
    EndGeneration: "_end_generation",
    ClosePullRequest: "_close_pull_request",
    LeaveNote: "_leave_note",
    StartRun: "_start_run",
    KeepPlan: "_keep_plan",
    ShowPlan: "_show_plan",
    BeginAttempt: "_begin_attempt",
    AnnounceStage: "_announce_stage",
    Push: "_push",
    OpenPullRequest: "_open_pull_request",
    PostStageGate: "_post_stage_gate",
    RememberMerge: "_remember_merge",
    Finish: "_finish",
    PostReport: "_post_report",
    CloseIssue: "_close_issue",
}
