"""The base branch is green with what was merged; only then does the next stage begin."""

from __future__ import annotations

from bot.facts.facts import GREEN_BASE, Facts
from bot.facts.remembered import I_MEND_IT, Attempt
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
    judgements = [(commit, judge(commit, facts, counts=runs_on_base)) for commit in _candidates(merge, facts)]
    if any(judgement.colour is Colour.GREEN for _, judgement in judgements):
        return Pass()
    # A later commit that no CI ran on must not hide what CI said of the merge.
    told = [each for each in judgements if each[1].colour is not Colour.NONE] or judgements
    return _verdict(*told[-1], work, attempt, merge, facts)


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
        key=f"base-red:{head.sha}",
        options=("Go on all the same", I_MEND_IT),
    )


def red_on_base(facts: Facts) -> tuple[str, ...]:
    """The checks that are red on base's newest commit, by name: no pull request is to blame for these."""
    head = facts.seen.base.head
    if head is None:
        return ()
    judgement = judge(head, facts, counts=runs_on_base)
    return tuple(dict.fromkeys(judgement.names)) if judgement.colour is Colour.RED else ()


def green_base(facts: Facts) -> tuple[str, ...]:
    """The clock of base's newest commit where CI is green on it: from then on nobody accepts a red one any more."""
    head = facts.seen.base.head
    if head is None or judge(head, facts, counts=runs_on_base).colour is not Colour.GREEN:
        return ()
    return (f"{head.sha}{GREEN_BASE}",)


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
                key=f"base-red:{merge.sha}",
                options=("Go on all the same", I_MEND_IT),
            )
        case Colour.CANCELLED | Colour.ACTION_REQUIRED:
            return Block(f"{judgement.listed} did not finish on {where}.", "Re-run it on GitHub.")
        case _:
            return _by_equal_tree(work, attempt, merge, facts, where)


def _by_equal_tree(work: Work, attempt: Attempt, merge: Commit, facts: Facts, where: str) -> Verdict:
    """Nothing reported on base: if its tree is the pull request's, that verdict stands (design, "CI")."""
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
        case _:
            return Block(
                f"No CI ran on {where}, and #{pull.number}, which has the same files, is not green: "
                f"{judgement.listed}.",
                f"Mend {facts.seen.base.branch}, or re-run the checks of #{pull.number}.",
            )
