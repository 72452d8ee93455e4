"""The base branch is green with what was merged; only then does the next stage begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.facts.facts import GREEN_BASE, RED_BASE, Facts
from bot.facts.remembered import GO_ON, I_MEND_IT, OF_BASE, Attempt
from bot.facts.seen import Check, Commit
from bot.facts.states import FeatureState
from bot.facts.verdict import Block, Pass, Verdict, Wait
from bot.facts.works import Work
from bot.gates.checks import Colour, Judgement, judge, pending
from bot.gates.ci_green import judged, nothing_reported

STATE = FeatureState.AWAITING_BASE_CHECKS


def base_green(work: Work, facts: Facts) -> Verdict:
    """R020, R106: green on the merge commit, or on any later base head that contains it."""
    attempt = work.merged
    merge_sha = attempt.merge_sha if attempt and attempt.merge_sha else ""
    merge = facts.seen.merges.get(merge_sha)
    if attempt is None or merge is None:
        return Wait(f"GitHub does not show the merge commit {merge_sha[:7]} yet.", STATE, facts.later(5))
    commit, judgement = _told_of(merge, facts)
    if judgement.colour is Colour.GREEN:
        return Pass()
    return _verdict(commit, judgement, work, attempt, merge, facts)


def interrupted_on_base(work: Work, facts: Facts) -> tuple[str, tuple[Check, ...]]:
    """What was cancelled or timed out on base and holds this work up, with the commit that it ran on."""
    attempt = work.merged
    merge = facts.seen.merges.get(attempt.merge_sha or "") if attempt else None
    if merge is None:
        return "", ()
    commit, judgement = _told_of(merge, facts)
    holds_up = judgement.colour in (Colour.RED, Colour.CANCELLED)
    return commit.sha, tuple(each for each in judgement.checks if holds_up and each.interrupted)


def _told_of(merge: Commit, facts: Facts) -> tuple[Commit, Judgement]:
    """The commit by which the merge is judged: a green one, else the newest that CI said anything of."""
    judgements = [(commit, judge(commit, facts, counts=runs_on_base)) for commit in _candidates(merge, facts)]
    green = [each for each in judgements if each[1].colour is Colour.GREEN]
    # A later commit that no CI ran on must not hide what CI said of the merge.
    told = [each for each in judgements if each[1].colour is not Colour.NONE]
    return (green or told or judgements)[-1]


def base_not_red(work: Work, facts: Facts) -> Verdict:
    """G4, R092: nothing new is begun on a red base, unless a person has said to go on all the same (rule 9)."""
    head = facts.seen.base.head
    red = red_on_base(facts)
    if head is None or not red or facts.accepts_red_base:
        return Pass()
    listed, branch = ", ".join(f"`{name}`" for name in red), facts.seen.base.branch
    return Block(
        f"{listed} is red on {branch} at {head.sha[:7]}; the {work.name} waits until {branch} is green.",
        f"Mend {branch} or re-run the check; the {work.name} begins by itself once {branch} is green.",
        key=_question_of_the_episode(head.sha, facts),
        options=(GO_ON, I_MEND_IT),
    )


def _question_of_the_episode(commit: str, facts: Facts) -> str:
    """One red base is one question, however many commits are pushed to it until it is green again."""
    own, green = f"{OF_BASE}{commit}", facts.base_was_green_at
    asked = [
        each
        for key, each in sorted(facts.remembered.questions.items(), key=lambda item: item[1].comment_id)
        if key.startswith(OF_BASE)
        and (key == own or green is None or _red_at(key.removeprefix(OF_BASE), facts) > green)
    ]
    accepted = [each.key for each in asked if each.given and each.given.choice == GO_ON]
    known = [each.key for each in asked]
    return next(iter(accepted), own if own in known else next(iter(known), own))


def _red_at(commit: str, facts: Facts) -> datetime:
    """When a commit of base was first seen red; of one that nobody remembers it was before all green ones."""
    clocks = facts.remembered.clocks
    began = facts.generation.began_at if facts.generation else facts.now
    return clocks.get(f"{commit}{RED_BASE}", clocks.get(commit, began))


def red_on_base(facts: Facts) -> tuple[str, ...]:
    """The checks that are red on base's newest commit, by name: no pull request is to blame for these."""
    head = facts.seen.base.head
    if head is None:
        return ()
    judgement = judge(head, facts, counts=runs_on_base)
    return tuple(dict.fromkeys(judgement.names)) if judgement.colour is Colour.RED else ()


def was_red_before(at: datetime, facts: Facts) -> bool:
    """Whether who wrote at this moment could know that base is red: it was, or the plan had said it (rule 9)."""
    head = facts.seen.base.head
    judgement = judge(head, facts, counts=runs_on_base) if head else None
    if judgement is None or judgement.colour is not Colour.RED:
        return False
    since = facts.base_is_red_since
    was_shown = since is not None and since <= at
    return was_shown or any(check.at is None or check.at <= at for check in judgement.checks)


def red_base(facts: Facts) -> Iterator[str]:
    """The clocks of what is red on base now: the first of them after a green one begins the episode."""
    for commit in (facts.seen.base.head, *facts.seen.merges.values()):
        if commit is not None and judge(commit, facts, counts=runs_on_base).colour is Colour.RED:
            yield f"{commit.sha}{RED_BASE}"


def green_base(facts: Facts) -> tuple[str, ...]:
    """The clock of base's newest commit where CI is green on it: from then on nobody accepts a red one any more.

    A commit that was green, red, and is green again has another clock, for this ends another episode.
    """
    head = facts.seen.base.head
    if head is None or judge(head, facts, counts=runs_on_base).colour is not Colour.GREEN:
        return ()
    red = facts.base_is_red_since
    return (f"{head.sha}{f'@{red.isoformat()}' if red else ''}{GREEN_BASE}",)


def _candidates(merge: Commit, facts: Facts) -> list[Commit]:
    """The merge commit, and base's head where it has moved on and still contains it."""
    head = facts.seen.base.head
    moved_on = head is not None and head.sha != merge.sha and merge.sha in facts.seen.base.contains
    return [merge, head] if head is not None and moved_on else [merge]


def runs_on_base(check: Check) -> bool:
    """Only what runs on base is judged there; names required of pull requests are not awaited."""
    return check.event not in ("pull_request", "pull_request_target", "merge_group")


def _verdict(
    commit: Commit, judgement: Judgement, work: Work, attempt: Attempt, merge: Commit, facts: Facts
) -> Verdict:
    where = f"{facts.seen.base.branch} at {commit.sha[:7]}"
    match judgement.colour:
        case Colour.PENDING:
            why = pending(judgement, where)
            return Wait(why, STATE, judgement.look_again_at or facts.later(30))
        case Colour.RED:
            return Block(
                f"{judgement.listed} is red on {where}, after the {work.kind} stage was merged; "
                f"the next stage waits until {facts.seen.base.branch} is green.",
                f"Mend {facts.seen.base.branch} or re-run the check; the next stage begins by itself once "
                f"{facts.seen.base.branch} is green.",
                key=_question_of_the_episode(merge.sha, facts),
                options=(GO_ON, I_MEND_IT),
            )
        case Colour.CANCELLED | Colour.ACTION_REQUIRED:
            return Block(f"{judgement.listed} did not finish on {where}.", "Re-run it on GitHub.")
        case _:
            return _by_equal_tree(commit, work, attempt, merge, facts)


def _by_equal_tree(commit: Commit, work: Work, attempt: Attempt, merge: Commit, facts: Facts) -> Verdict:
    """Nothing reported on base: if its tree is the pull request's, that verdict stands (design, "CI").

    Until base has other files: then nobody knows whether what was red is mended, and nothing waits for it for ever.
    """
    where = f"{facts.seen.base.branch} at {commit.sha[:7]}"
    pull = facts.pull_of(attempt)
    if pull is None or not merge.tree or pull.head.tree != merge.tree:
        return nothing_reported(facts, where)
    judgement = judged(pull, facts)
    match judgement.colour:
        case Colour.GREEN:
            return Pass(
                f"No CI ran on {where}; its files equal those of #{pull.number}, which was green, "
                f"so that verdict stands for the {work.kind} stage."
            )
        case Colour.PENDING:
            why = f"No CI ran on {where}; waiting for the checks of #{pull.number}, which has the same files."
            return Wait(why, STATE, judgement.look_again_at or facts.later(30))
        case Colour.NONE:
            return nothing_reported(facts, where)
        case _ if commit.tree != merge.tree:
            return Pass(
                f"No CI ran on {where}; it has moved on since #{pull.number} was merged, "
                f"which was not green: {judgement.listed}."
            )
        case _:
            return Block(
                f"No CI ran on {where}, and #{pull.number}, which has the same files, is not green: "
                f"{judgement.listed}.",
                f"Mend {facts.seen.base.branch}, or re-run the checks of #{pull.number}.",
                key=f"{OF_BASE}{merge.sha}",
                options=(GO_ON, I_MEND_IT),
            )
