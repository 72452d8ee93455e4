"""The pull request's own checks are green."""

from __future__ import annotations

from bot.facts.facts import Facts
from bot.facts.remembered import I_ADD_A_WORKFLOW
from bot.facts.seen import PullRequest
from bot.facts.states import FeatureState
from bot.facts.verdict import Block, Pass, Verdict, Wait
from bot.gates.checks import Colour, Judgement, judge, never_started, pending


def judged(pull: PullRequest, facts: Facts) -> Judgement:
    """CI's word on the pull request's head, by what GitHub requires; if nothing is required, all count."""
    return judge(pull.head, facts, required=facts.seen.base.demanded)


def ci_green(pull: PullRequest, facts: Facts) -> Verdict:
    """R020, R090: the checks of the pull request's head."""
    judgement = judged(pull, facts)
    where = f"#{pull.number} at {pull.head.sha[:7]}"
    if pull.conflicting and judgement.colour is not Colour.RED:
        # GitHub starts no checks during a conflict, so neither is "none" concluded nor anything awaited (rule 10).
        return Pass()
    match judgement.colour:
        case Colour.GREEN:
            return Pass()
        case Colour.PENDING:
            why = never_started(judgement, pull.head, facts) or pending(judgement, where)
            return Wait(why, FeatureState.IN_REVIEW, judgement.look_again_at or facts.later(30))
        case Colour.RED:
            return Block(
                f"CI is red on {where}: {judgement.listed}.",
                "Push a commit that mends it to the branch, or re-run the check.",
            )
        case Colour.ACTION_REQUIRED:
            return Block(
                f"{judgement.listed} on {where} waits for a person's action on GitHub.",
                "Open the check and do what it asks for.",
            )
        case Colour.CANCELLED:
            return Block(f"{judgement.listed} on {where} was cancelled.", "Re-run it on GitHub.")
        case Colour.NONE:
            return nothing_reported(facts, where)


def nothing_reported(facts: Facts, where: str) -> Pass | Block:
    """No CI at all: only the repository's configuration can say that this is meant (G1)."""
    if facts.house.configuration.ci == "optional":
        return Pass(f"No CI reported on {where}; `.github/baton.yml` says that CI is optional here.")
    if facts.remembered.goes_without_ci:
        return Pass(f"No CI reported on {where}; a person answered that this repository goes on without.")
    return Block(
        f"No CI reported on {where}, so nothing shows that it works.",
        "Add a workflow that runs on pull requests, or write `ci: optional` into `.github/baton.yml` "
        "on the default branch to go on without CI.",
        key=no_ci(facts),
        options=("Go on without CI in this repository", I_ADD_A_WORKFLOW),
    )


def no_ci(facts: Facts) -> str:
    """The question whether there is CI to wait for; asked once a repository, and the answer covers base too."""
    return f"no-ci:{facts.seen.repository.id}"
