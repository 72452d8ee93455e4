"""A person has merged the pull request."""

from __future__ import annotations

from bot.facts.facts import Facts
from bot.facts.seen import CheckState, PullRequest
from bot.facts.states import FeatureState
from bot.facts.verdict import Block, Pass, Verdict, Wait
from bot.facts.works import Work

STATE = FeatureState.IN_REVIEW


def merged(work: Work, pull: PullRequest, facts: Facts) -> Verdict:
    """R016, R088: Baton never merges; it says what stands between the pull request and a person's merge."""
    if work.merged:
        return Pass()
    if pull.in_merge_queue:
        return Wait(f"#{pull.number} is in the merge queue.", STATE, facts.later(60))
    if pull.conflicting:
        return Block(
            f"#{pull.number} conflicts with {facts.seen.base.branch}.",
            "Resolve the conflict on the branch, or press “Update branch” on the pull request.",
        )
    if pull.draft:
        return Wait(f"#{pull.number} is a draft: mark it ready for review.", STATE, facts.later(300))
    return Wait(f"#{pull.number} is {_how_ready(pull)}: {_left_to_do(pull)}.", STATE, facts.later(60))


def _how_ready(pull: PullRequest) -> str:
    """What is red and not required holds nothing up, and who merges should know of it (G6)."""
    red = dict.fromkeys(f"`{check.name}`" for check in pull.head.checks if check.state is CheckState.RED)
    if red:
        return f"ready, though {', '.join(red)} is red, which is not required"
    return "green and ready" if pull.head.checks else "ready"


def _left_to_do(pull: PullRequest) -> str:
    open_threads = pull.unresolved_threads
    if not open_threads:
        return "review and merge it"
    threads = "one review thread is" if open_threads == 1 else f"{open_threads} review threads are"
    return f"{threads} still open; resolve what is settled, then merge it"
