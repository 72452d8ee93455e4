"""Moves about people and lives: labels begin and end generations, comments are heard and answered."""

from __future__ import annotations

from bot.engine import recording
from bot.engine.leasing import fenced
from bot.engine.performing.scene import Acts, Means, Scene, on
from bot.facts import identities
from bot.facts.remembered import Ending, Question
from bot.facts.seen import Surface
from bot.moves import (
    Ask,
    BeginGeneration,
    ClosePullRequest,
    End,
    EndGeneration,
    Hear,
    LeaveNote,
    RefuseLabel,
    RemoveTwin,
    Revise,
    Say,
    Settle,
    Strike,
)
from bot.render import reply
from bot.render.presentation import CommentBody, digest
from bot.render.question import question


def settle(move: Settle, scene: Scene, means: Means) -> None:
    arguments = scene.journal.arguments(move.identity)
    if arguments is not None:
        scene.effects.settle(move.identity, arguments)


def begin_generation(move: BeginGeneration, scene: Scene, means: Means) -> None:
    labelling = scene.facts.seen.issue.latest_labelling
    if labelling is None:
        return
    stop_runs(scene, means)
    with fenced(means.database, scene.leased) as connection:
        title = scene.facts.seen.issue.title
        recording.begin_generation(
            connection, scene.leased.feature_id, move.label_event, move.by, labelling.at, title
        )


def refuse_label(move: RefuseLabel, scene: Scene, means: Means) -> None:
    with fenced(means.database, scene.leased) as connection:
        key = identities.label_refusal(move.label_event)
        recording.owe(connection, scene.leased.feature_id, key, move.reply, means.clock())


def hear(move: Hear, scene: Scene, means: Means) -> None:
    with fenced(means.database, scene.leased) as connection:
        recording.hear(connection, scene.leased.feature_id, move, means.clock())
    for decision in move.decisions:  # runs stop after their turn; what is paid is kept
        match decision:
            case End() | Revise() | Strike(new_revision=True):
                stop_runs(scene, means)
            case Strike(kind=kind):
                stop_runs_of(kind, scene, means)


def say(move: Say, scene: Scene, means: Means) -> None:
    where = next(
        (
            each.number
            for each in scene.facts.seen.issue.comments
            if _answers(each.id, each.surface, move.key)
        ),
        scene.issue,
    )
    body = reply.reply(scene.issue, scene.generation, move.key, move.body)
    scene.effects.ensure_comment(identities.reply(move.key), where, body)


def remove_twin(move: RemoveTwin, scene: Scene, means: Means) -> None:
    scene.effects.ensure_comment_deleted(identities.twin_removed(move.comment_id), move.comment_id)


def ask(move: Ask, scene: Scene, means: Means) -> None:
    """One comment a question; its key is its identity."""
    asked = Question(move.key, move.text, 0, move.options, move.recommended)
    body = question(scene.issue, scene.generation, asked, is_open=True)
    identity = identities.question_comment(scene.generation, move.key)
    known = scene.effects.ensure_comment(identity, scene.issue, body)
    with fenced(means.database, scene.leased) as connection:
        recording.ask(connection, scene.leased.feature_id, move, int(known["id"]), means.clock())
        shown = {f"question:{move.key}": digest(CommentBody(identity, body))}
        recording.shown(connection, scene.leased.feature_id, shown, means.clock())


def end_generation(move: EndGeneration, scene: Scene, means: Means) -> None:
    if move.ending is not Ending.COMPLETED:
        stop_runs(scene, means)
    with fenced(means.database, scene.leased) as connection:
        recording.end_generation(connection, scene.leased.feature_id, move.ending, means.clock())


def close_pull_request(move: ClosePullRequest, scene: Scene, means: Means) -> None:
    text = f"Closed by Baton: {move.reason}. The branch is kept."
    key = f"close:{move.number}:{scene.generation}"
    body = reply.notice(scene.issue, scene.generation, key, text)
    scene.effects.ensure_comment(identities.notice(key), move.number, body)
    closed = identities.pull_request_closed(move.number, scene.generation)
    scene.effects.ensure_pull_request_closed(closed, move.number)
    for record, attempt in scene.facts.attempts:
        if attempt.pull == move.number:
            stop_runs_of(f"{record.key}/{attempt.number}", scene, means)


def leave_note(move: LeaveNote, scene: Scene, means: Means) -> None:
    identity = identities.note(move.number, scene.generation)
    body = reply.notice(scene.issue, scene.generation, identity, move.note)
    scene.effects.ensure_comment(identity, move.number, body)


def stop_runs(scene: Scene, means: Means, of: str = "") -> None:
    """Whatever an agent is at work on, or what of it belongs to this part of the story."""
    for run in scene.facts.remembered.runs:
        if run.result is None and f"{run.chapter}/".startswith(of):
            means.runs.stop(run.id)


def stop_runs_of(part: str, scene: Scene, means: Means) -> None:
    """Only of this work, or of this attempt at it: another one that is being done goes on."""
    stop_runs(scene, means, of=f"{part}/")


def _answers(comment_id: int, surface: Surface, key: str) -> bool:
    return str(comment_id) == key and surface is Surface.PULL_REQUEST


MOVES: Acts = dict(
    [
        on(Settle, settle),
        on(BeginGeneration, begin_generation),
        on(RefuseLabel, refuse_label),
        on(Hear, hear),
        on(Say, say),
        on(RemoveTwin, remove_twin),
        on(Ask, ask),
        on(EndGeneration, end_generation),
        on(ClosePullRequest, close_pull_request),
        on(LeaveNote, leave_note),
    ]
)
