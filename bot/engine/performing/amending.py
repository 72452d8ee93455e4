"""Moves on the branch of an open pull request: further commits, answers to its review, a check once more."""

from __future__ import annotations

from dataclasses import replace

from bot.engine import recording, tables
from bot.engine.judging import diff_of, diff_on_top, findings_of_a_further_commit, stage_inspected
from bot.engine.leasing import fenced
from bot.engine.performing.changes import keep_result, of_run, refuse
from bot.engine.performing.scene import Acts, Means, Scene, on
from bot.facts import identities
from bot.facts.diff import Diff, FileStatus, Level
from bot.facts.remarks import remarks
from bot.facts.remembered import Run, RunEnding, RunResult
from bot.facts.tasks import Task
from bot.github.effects import BranchMoved
from bot.moves import Amend, AnswerRemark, AskForReview, Drop, MergeBase, Rerun
from bot.render import names, reply


def drop(move: Drop, scene: Scene, means: Means) -> None:
    means.runs.stop(move.run)
    with fenced(means.database, scene.leased) as connection:
        recording.drop_run(connection, move.run)


def amend(move: Amend, scene: Scene, means: Means) -> None:
    """On top of the head that the run began at. Where somebody has pushed meanwhile nothing is forced: we look again."""
    work, attempt, run = scene.work(move.work), scene.attempt(move.work), _run(move.run, scene)
    mirror, result = scene.place.mirror, run.result or RunResult(RunEnding.FINISHED)
    task = Task(run.chapter.rpartition("/")[2])
    mirror.fetch(run.start)
    files = of_run(run.id, tables.run.c.files, means)
    parents: tuple[str, ...]
    if task is Task.RESOLVE:
        base = run.about[0]
        below, parents = mirror.merged(run.start, base).sha, (run.start, base)
        diff = diff_on_top(mirror, base, below, files)
        tree = mirror.tree_of(base)
    else:
        base, parents = _fork(run.start, scene), (run.start,)
        diff = diff_of(mirror, run.start, files)
        below, tree = run.start, mirror.tree_of(run.start)
    house = scene.facts.house
    stage = stage_inspected(house.kind_of(run.agent) or work.kind, house.agent(run.agent), house)
    findings = findings_of_a_further_commit(mirror, base, below, files, stage, house)
    errors = [f"{each.path}: {each.message}" for each in findings if each.level is Level.ERROR]
    errors += [f"{path} is not text, so Baton cannot commit it." for path in _unwritable(diff)]
    if errors:
        refuse(run.id, result, errors, scene, means)
        return
    if not diff.files and task is not Task.RESOLVE:
        # What it wrote is what stands on the branch already.
        keep_result(run.id, replace(result, changed=()), scene, means)
        return
    feature = scene.facts.plan.feature if scene.facts.plan else scene.facts.seen.issue.title
    subject = names.further_subject(task, work, scene.facts.seen.base.branch, run.about)
    message = names.commit_message(feature, scene.issue, work, result.summary, subject=subject)
    commit = scene.effects.ensure_commit(
        identities.amending_commit(run.id), parents, tree, diff.files, message
    )
    sha = str(commit["sha"])
    try:
        scene.effects.ensure_branch_moved(identities.amended(run.id), attempt.branch, run.start, sha)
    except BranchMoved:
        with fenced(means.database, scene.leased) as connection:
            recording.drop_run(connection, run.id)
        return
    _head_is(sha, move.work, scene, means)


def merge_base(move: MergeBase, scene: Scene, means: Means) -> None:
    attempt, branch = scene.attempt(move.work), scene.facts.seen.base.branch
    message = f"Merge {branch} into {attempt.branch}"
    merged = scene.effects.ensure_base_merged(
        identities.base_merged(move.head, move.base), attempt.branch, move.base, message
    )
    if merged.get("sha"):
        _head_is(str(merged["sha"]), move.work, scene, means)


def _head_is(sha: str, work: str, scene: Scene, means: Means) -> None:
    attempt = scene.attempt(work)
    with fenced(means.database, scene.leased) as connection:
        recording.change_attempt(
            connection, scene.leased.feature_id, work, attempt.number, means.clock(), head=sha
        )
        recording.refer(connection, scene.leased.feature_id, "sha", sha)


def _fork(head: str, scene: Scene) -> str:
    """Where the branch left base."""
    base = scene.facts.seen.base.head
    return scene.place.mirror.merge_base(base.sha, head) if base else head


def _unwritable(diff: Diff) -> list[str]:
    return [file.path for file in diff.files if file.text is None and file.status is not FileStatus.DELETED]


def answer_remark(move: AnswerRemark, scene: Scene, means: Means) -> None:
    """In its thread, or in the conversation where it was the body of a review."""
    pull = scene.facts.pull_of(scene.attempt(move.work))
    remark = (
        next((each for each in remarks(pull, scene.facts) if each.key == move.remark), None) if pull else None
    )
    if pull is None or remark is None:
        return
    run = _run(move.run, scene)
    sha = str(scene.facts.outcome(identities.amended(run.id)).get("sha") or "")
    result = run.result or RunResult(RunEnding.FINISHED)
    words = result.answers.get(str(run.about.index(move.remark) + 1), "")
    quoted = "" if remark.thread else remark.text
    text = reply.to_remark(words or result.summary, sha, quoted)
    body = reply.reply(scene.issue, scene.generation, remark.key, text)
    identity = identities.reply(remark.key)
    if remark.thread:
        scene.effects.ensure_thread_reply(identity, pull.number, remark.thread.first, body)
    else:
        scene.effects.ensure_comment(identity, pull.number, body)


def ask_for_review(move: AskForReview, scene: Scene, means: Means) -> None:
    scene.effects.ensure_review_requested(identities.review_request(move.run), move.pull, move.logins)


def rerun(move: Rerun, scene: Scene, means: Means) -> None:
    identity = identities.rerun(move.head, move.source, move.name)
    scene.effects.ensure_check_rerun(identity, move.check, means.clock().isoformat())


def _run(run_id: str, scene: Scene) -> Run:
    return next(run for run in scene.facts.remembered.runs if run.id == run_id)


MOVES: Acts = dict(
    [
        on(Drop, drop),
        on(Amend, amend),
        on(MergeBase, merge_base),
        on(AnswerRemark, answer_remark),
        on(AskForReview, ask_for_review),
        on(Rerun, rerun),
    ]
)
