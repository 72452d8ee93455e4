"""Moves of one piece of work: its branch, its commit, its pull request, its merge."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from sqlalchemy import update

from bot.engine import recording, tables
from bot.engine.judging import delivered_by, findings_in
from bot.engine.leasing import fenced
from bot.engine.observing import web_address
from bot.engine.performing.changes import change, refuse
from bot.engine.performing.people import stop_runs_of
from bot.engine.performing.scene import Acts, Means, Scene, on
from bot.facts import identities
from bot.facts.diff import Diff, Finding, Level
from bot.facts.facts import Facts
from bot.facts.remembered import Attempt
from bot.facts.tasks import Task
from bot.facts.works import Work
from bot.github.effects import BranchTaken, NameBlocked
from bot.moves import (
    AnnounceStage,
    BeginAttempt,
    Finish,
    GoWithoutCi,
    OpenPullRequest,
    PostStageGate,
    Push,
    RememberMerge,
    Skip,
)
from bot.plan.agent import Agent
from bot.plan.stage_kind import StageKind
from bot.render import names, pull_request, stage_gate
from bot.render.presentation import CommentBody, digest
from bot.render.stage_comment import stage_comment

MOST_SUFFIXES = 50


def begin_attempt(move: BeginAttempt, scene: Scene, means: Means) -> None:
    plan, work = scene.facts.plan, scene.work(move.work)
    feature = plan.feature if plan else scene.facts.seen.issue.title
    with fenced(means.database, scene.leased) as connection:
        stem = names.branch(scene.issue, feature, work.number, work.kind, 1)
        taken = recording.branches_like(connection, scene.leased.feature_id, stem)
        nth = next(n for n in range(1, 1000) if _nth(stem, n) not in taken)
        recording.begin_attempt(
            connection,
            scene.leased.feature_id,
            move.work,
            move.number,
            _nth(stem, nth),
            move.start,
            means.clock(),
        )
        notes = [move.note] if move.note else []
        recording.note_on_stage(connection, scene.leased.feature_id, move.work, notes, means.clock())


def announce_stage(move: AnnounceStage, scene: Scene, means: Means) -> None:
    work = scene.work(move.work)
    identity = identities.stage_comment(scene.generation, work.kind)
    body = stage_comment(work, scene.facts)
    scene.effects.ensure_comment(identity, scene.issue, body)
    with fenced(means.database, scene.leased) as connection:
        if work.kind is StageKind.REVIEW:
            recording.stage_id(connection, scene.leased.feature_id, move.work, means.clock())
        shown = {f"stage:{work.kind}": digest(CommentBody(identity, body))}
        recording.shown(connection, scene.leased.feature_id, shown, means.clock())


def push(move: Push, scene: Scene, means: Means) -> None:
    work, attempt = scene.work(move.work), scene.attempt(move.work)
    diff, findings, result = change(work, attempt, move.run, scene, means)
    errors = [f"{each.path}: {each.message}" for each in findings if each.level is Level.ERROR]
    if errors and move.run:
        refuse(move.run, result, errors, scene, means)
        return
    named = (scene.generation, move.work, attempt.number)
    feature = scene.facts.plan.feature if scene.facts.plan else scene.facts.seen.issue.title
    message = names.commit_message(feature, scene.issue, work, result.summary)
    tree = scene.place.mirror.tree_of(attempt.start)
    commit = scene.effects.ensure_commit(
        identities.commit(*named), (attempt.start,), tree, diff.files, message
    )
    branch = _branch(identities.branch(*named), attempt, str(commit["sha"]), move.work, scene, means)
    with fenced(means.database, scene.leased) as connection:
        now = means.clock()
        changed = {"head": commit["sha"], "branch": branch}
        recording.change_attempt(
            connection, scene.leased.feature_id, move.work, attempt.number, now, **changed
        )
        recording.refer(connection, scene.leased.feature_id, "sha", str(commit["sha"]))
        recording.refer(connection, scene.leased.feature_id, "branch", branch)


def _branch(identity: str, attempt: Attempt, sha: str, work: str, scene: Scene, means: Means) -> str:
    """The chosen name; where a foreign branch stands in its place, the next suffix (rule 12).

    Where one stands in the place of its folder, the folder's name becomes part of the next name (P4).
    """
    name = stem = attempt.branch
    for _ in range(MOST_SUFFIXES):
        try:
            scene.effects.ensure_branch(identity, name, sha)
            return name
        except NameBlocked:
            name = stem = stem.replace("/", "-", 1)
        except BranchTaken:
            # A name of ours whose branch was deleted is free on GitHub, and leads to an older pull request.
            with means.database.reading() as connection:
                ours = recording.branches_like(connection, scene.leased.feature_id, stem)
            taken = {*ours, name}
            name = next(each for n in itertools.count(2) if (each := _nth(stem, n)) not in taken)
        with fenced(means.database, scene.leased) as connection:
            now = means.clock()
            recording.change_attempt(
                connection, scene.leased.feature_id, work, attempt.number, now, branch=name
            )
    raise BranchTaken(f"{attempt.branch} and {MOST_SUFFIXES} names after it are taken. Delete some of them.")


def open_pull_request(move: OpenPullRequest, scene: Scene, means: Means) -> None:
    work, attempt = scene.work(move.work), scene.attempt(move.work)
    run = scene.facts.latest_run(work.chapter)
    diff, findings, result = change(work, attempt, run.id if run else None, scene, means)
    body = pull_request.body(
        scene.facts, work, result, diff, findings, web_address(scene.api_url), attempt.start
    )
    opened = scene.effects.ensure_pull_request(
        identities.pull_request(scene.generation, move.work, attempt.number),
        attempt.branch,
        scene.facts.seen.base.branch,
        pull_request.title(scene.facts, work),
        body,
    )
    with fenced(means.database, scene.leased) as connection:
        recording.change_attempt(
            connection,
            scene.leased.feature_id,
            move.work,
            attempt.number,
            means.clock(),
            pull=opened["number"],
        )
        recording.refer(connection, scene.leased.feature_id, "pull", int(opened["number"]))


def post_stage_gate(move: PostStageGate, scene: Scene, means: Means) -> None:
    work, attempt = scene.work(move.work), scene.attempt(move.work)
    first = scene.facts.outcome(identities.commit(scene.generation, move.work, attempt.number)).get("sha")
    if move.head == first:
        run = scene.facts.latest_run(work.chapter)
        diff, findings, _ = change(work, attempt, run.id if run else None, scene, means)
    else:
        diff, findings = _as_it_stands(move.head, work, attempt, scene)
    check = stage_gate.stage_gate(work, findings, len(diff.files))
    external = f"{scene.generation}:{move.work}"
    scene.effects.ensure_check_run(
        identities.stage_gate(move.head), move.head, stage_gate.NAME, external, check
    )


def _as_it_stands(head: str, work: Work, attempt: Attempt, scene: Scene) -> tuple[Diff, tuple[Finding, ...]]:
    """What the pull request changes as it stands, whoever pushed to it."""
    mirror, base = scene.place.mirror, scene.facts.seen.base.head
    mirror.fetch(head)
    start = mirror.merge_base(base.sha, head) if base else attempt.start
    diff = mirror.diff(start, head)
    return diff, findings_in(mirror, start, diff, work, scene.facts, mended_in(work, scene.facts))


def mended_in(work: Work, facts: Facts) -> Mapping[str, Agent]:
    """What agents beside the stage's own have changed on its branch, since a red check was theirs to mend (R046)."""
    return {
        path: facts.house.agent(run.agent)
        for run in facts.runs_of(f"{work.chapter}/{Task.MEND}")
        if run.agent != work.stage.agent and facts.done(identities.amended(run.id)) and run.result
        for path in run.result.changed
    }


def remember_merge(move: RememberMerge, scene: Scene, means: Means) -> None:
    """From now on the stage is frozen; what it brought is read from git."""
    record = scene.facts.remembered.stages[move.work]
    attempt = next(each for each in record.attempts if each.number == move.attempt)
    mirror = scene.place.mirror
    mirror.fetch(move.merge_sha)
    pull = scene.facts.pull_of(attempt)
    head = pull.head.sha if pull else attempt.head
    if head:
        mirror.fetch(head)
    diff = mirror.diff(_left_base_at(head, move.merge_sha, attempt, scene), head) if head else Diff()
    with fenced(means.database, scene.leased) as connection:
        now = means.clock()
        merged = {
            "merge_sha": move.merge_sha,
            "merged_at": (pull.merged_at if pull else None) or now,
            "merged_by": move.by.login if move.by else None,
        }
        recording.change_attempt(connection, scene.leased.feature_id, move.work, move.attempt, now, **merged)
        delivered = delivered_by(diff, scene.facts.house)
        recording.stage_delivered(connection, scene.leased.feature_id, move.work, delivered, now)
        recording.refer(connection, scene.leased.feature_id, "sha", move.merge_sha)


def _left_base_at(head: str, merge_sha: str, attempt: Attempt, scene: Scene) -> str:
    """Where the branch left base, also where base was merged into it since: what came from base is not its own."""
    mirror = scene.place.mirror
    if merge_sha == head:  # pushed to base by hand, so that what is before it is the branch's own
        return mirror.last_merged_in(attempt.start, head) or attempt.start
    before = mirror.first_parent(merge_sha) or attempt.start
    return mirror.merge_base(before, head)


def finish(move: Finish, scene: Scene, means: Means) -> None:
    with fenced(means.database, scene.leased) as connection:
        recording.finish_stage(connection, scene.leased.feature_id, move.work, move.note, means.clock())


def _nth(stem: str, nth: int) -> str:
    return stem if nth == 1 else f"{stem}-{nth}"


def skip(move: Skip, scene: Scene, means: Means) -> None:
    stop_runs_of(move.work, scene, means)
    with fenced(means.database, scene.leased) as connection:
        recording.skip_stage(connection, scene.leased.feature_id, move.work, move.reason, means.clock())


def go_without_ci(move: GoWithoutCi, scene: Scene, means: Means) -> None:
    with fenced(means.database, scene.leased) as connection:
        known = tables.repository.c.id == scene.place.repository_id
        connection.execute(update(tables.repository).where(known).values(goes_without_ci=True))


MOVES: Acts = dict(
    [
        on(Skip, skip),
        on(GoWithoutCi, go_without_ci),
        on(BeginAttempt, begin_attempt),
        on(AnnounceStage, announce_stage),
        on(Push, push),
        on(OpenPullRequest, open_pull_request),
        on(PostStageGate, post_stage_gate),
        on(RememberMerge, remember_merge),
        on(Finish, finish),
    ]
)
