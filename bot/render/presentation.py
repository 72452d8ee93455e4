"""What people should see of a feature now; only what differs from what they were last shown is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from bot.facts import identities
from bot.facts.facts import Facts
from bot.facts.remembered import LEFT_TO_PEOPLE
from bot.facts.seen import Comment, PullState
from bot.facts.states import STATE_LABELS, FeatureState
from bot.facts.verdict import Done, Wait
from bot.render.plan_comment import plan_comment
from bot.render.question import question
from bot.render.stage_comment import stage_comment


@dataclass(frozen=True)
class CommentBody:
    """A comment of ours should say this. `effect` is the identity under which the journal knows the comment."""

    effect: str
    body: str


@dataclass(frozen=True)
class StateLabel:
    """The issue carries exactly this state label, or none."""

    name: str | None
    remove: tuple[str, ...]


@dataclass(frozen=True)
class Reactions:
    """A person's comment is acknowledged; GraphQL's names for the reactions."""

    comment_node: str
    contents: tuple[str, ...]


@dataclass(frozen=True)
class Minimized:
    """A comment of ours is folded away; GraphQL's name for the reason."""

    effect: str
    reason: str


@dataclass(frozen=True)
class ReviewRequest:
    """Somebody is asked for a review of a pull request."""

    pull_node: str
    number: int
    login: str


Wanted = CommentBody | StateLabel | Reactions | ReviewRequest | Minimized


@dataclass(frozen=True)
class Item:
    """One thing to show, under the key by which it is remembered."""

    key: str
    wanted: Wanted

    @property
    def digest(self) -> str:
        return digest(self.wanted)


def digest(wanted: Wanted) -> str:
    return hashlib.sha256(repr(wanted).encode()).hexdigest()


def present(facts: Facts, answer: Wait | Done) -> tuple[Item, ...]:
    """Everything that is out of date on GitHub, seen from this answer of the story."""
    return tuple(
        item
        for item in _wanted(facts, answer)
        if facts.remembered.shown.get(item.key) != item.digest or _was_changed_by_others(item, facts)
    )


def _was_changed_by_others(item: Item, facts: Facts) -> bool:
    """Whoever edits Baton's comments has not steered anything: they are put back (design, section 2)."""
    if not isinstance(item.wanted, CommentBody):
        return False
    known = facts.outcome(item.wanted.effect).get("id")
    comment = next((each for each in facts.seen.issue.comments if each.id == known), None)
    return (
        comment is not None and comment.editor not in (None, facts.house.login) and not _says(comment, item)
    )


def _says(comment: Comment, item: Item) -> bool:
    return isinstance(item.wanted, CommentBody) and comment.body.strip() == item.wanted.body.strip()


def is_urgent(items: tuple[Item, ...], facts: Facts, answer: Wait | Done) -> bool:
    """At once when it becomes a person's turn or somebody is acknowledged; else every ten seconds a feature."""
    speaks_to_somebody = any(isinstance(item.wanted, Reactions | ReviewRequest) for item in items)
    return speaks_to_somebody or _becomes_a_persons_turn(facts, answer)


def _becomes_a_persons_turn(facts: Facts, answer: Wait | Done) -> bool:
    """Another state, or another question in the same; while CI runs a review only waits for its sentence."""
    if not (answer.state.is_a_persons_turn or isinstance(answer, Done)):
        return False
    asks = answer.state is not FeatureState.IN_REVIEW and answer.why != facts.remembered.waiting_for
    return asks or answer.state is not facts.remembered.state


def _wanted(facts: Facts, answer: Wait | Done) -> Iterator[Item]:
    generation = facts.generation
    yield from _reactions(facts)
    if generation is None or facts.seen.trouble:
        return
    yield from _label(facts, answer)
    plan_effect = identities.plan_comment(generation.id)
    if facts.plan and facts.done(plan_effect):
        yield Item("plan", CommentBody(plan_effect, plan_comment(facts, answer)))
    for work in facts.works:
        effect = identities.stage_comment(generation.id, work.kind)
        if facts.done(effect):
            yield Item(f"stage:{work.kind}", CommentBody(effect, stage_comment(work, facts)))
    yield from _questions(facts, answer)
    yield from _stale(facts, answer)
    yield from _review_requests(facts)


def _open_key(answer: Wait | Done) -> str | None:
    return answer.asks if isinstance(answer, Wait) else None


def _questions(facts: Facts, answer: Wait | Done) -> Iterator[Item]:
    """Open while the story stands at it, answered, or no longer asked."""
    for asked in facts.remembered.questions.values():
        is_open = asked.key == _open_key(answer)
        body = question(facts.seen.issue.number, facts.generation_id, asked, is_open)
        effect = identities.question_comment(facts.generation_id, asked.key)
        yield Item(f"question:{asked.key}", CommentBody(effect, body))


def _stale(facts: Facts, answer: Wait | Done) -> Iterator[Item]:
    """Answered questions, and what an earlier life of the feature has left, are folded away."""
    for asked in facts.remembered.questions.values():
        stands = asked.key == _open_key(answer) or (asked.given and asked.given.choice in LEFT_TO_PEOPLE)
        if asked.given and not stands:
            effect = identities.question_comment(facts.generation_id, asked.key)
            yield Item(f"folded:{effect}", Minimized(effect, "RESOLVED"))
    for effect in facts.remembered.effects:
        if effect.startswith(identities.OF_GENERATIONS) and facts.generation_id not in effect:
            yield Item(f"folded:{effect}", Minimized(effect, "OUTDATED"))


def _label(facts: Facts, answer: Wait | Done) -> Iterator[Item]:
    label = answer.state.label if facts.seen.issue.labelled or isinstance(answer, Done) else None
    stale = tuple(name for name in STATE_LABELS if name in facts.seen.issue.labels and name != label)
    wanted = Item("label", StateLabel(label, tuple(name for name in STATE_LABELS if name != label)))
    if stale or (label and label not in facts.seen.issue.labels):
        yield wanted


def _reactions(facts: Facts) -> Iterator[Item]:
    for comment in facts.seen.issue.comments:
        handled = facts.remembered.handled.get(comment.id)
        if handled and handled.reactions:
            yield Item(f"reaction:{comment.id}", Reactions(comment.node_id, handled.reactions))


def _review_requests(facts: Facts) -> Iterator[Item]:
    """Nobody else would be told: who approved the plan is asked, else who labelled."""
    pull = facts.pull_of(facts.current.attempt) if facts.current else None
    if pull and pull.state is PullState.OPEN and facts.reviewer:
        yield Item(f"review:{pull.number}", ReviewRequest(pull.node_id, pull.number, facts.reviewer.login))
