"""The identities of effects: what the story asks the journal for, and what the engine does under that name.

They stand in databases, so their spelling does not change.
"""

from __future__ import annotations

from hashlib import sha256

from bot.plan.stage_kind import StageKind

# What a request creates is told from how its identity begins: people's answers go before the rest.
ANSWERS = ("comment:reply", "comment:question")
# The comments that belong to one life of a feature.
OF_GENERATIONS = ("comment:plan:", "comment:stage:", "comment:question:")
OF_PULL_REQUESTS = ("commit:", "branch:", "pull:")
PULLS = "pull:"
BASE_MERGED = "branch:base:"
AMENDED = "branch:amend:"

# Of replies to people who labelled and may not command.
REFUSED_LABEL = "label:"


def plan_comment(generation: str) -> str:
    return f"comment:plan:{generation}"


def stage_comment(generation: str, kind: StageKind) -> str:
    return f"comment:stage:{generation}:{kind}"


def question_comment(generation: str, key: str) -> str:
    return f"comment:question:{generation}:{key}"


def report_comment(generation: str) -> str:
    return f"comment:report:{generation}"


def reply(key: str) -> str:
    return f"comment:reply:{key}"


def label_refusal(label_event: str) -> str:
    """The key of the reply to a refused labelling."""
    return f"{REFUSED_LABEL}{label_event}"


def notice(key: str) -> str:
    return f"comment:notice:{key}"


def note(pull: int, generation: str) -> str:
    """Said on a pull request that stays open."""
    return f"note:{pull}:{generation}"


def pull_request_closed(pull: int, generation: str) -> str:
    return f"close-pull:{pull}:{generation}"


def issue_closed(generation: str) -> str:
    return f"close:{generation}"


def twin_removed(comment: int) -> str:
    return f"twin:{comment}"


def stage_gate(head: str) -> str:
    return f"gate:{head}"


def commit(generation: str, work: str, attempt: int) -> str:
    return f"commit:{generation}:{work}:{attempt}"


def branch(generation: str, work: str, attempt: int) -> str:
    return f"branch:{generation}:{work}:{attempt}"


def amending_commit(run: str) -> str:
    return f"commit:amend:{run}"


def amended(run: str) -> str:
    """A run's further commit stands on its pull request's branch."""
    return f"{AMENDED}{run}"


def base_merged(head: str, base: str) -> str:
    return f"{BASE_MERGED}{head}:{base}"


def rerun(head: str, source: str, name: str) -> str:
    """One check on one commit, whatever ids its runs have."""
    return f"rerun:{head}:{sha256(f'{source}/{name}'.encode()).hexdigest()[:16]}"


def review_request(run: str) -> str:
    return f"review-request:{run}"


def pull_request(generation: str, work: str, attempt: int) -> str:
    return f"{PULLS}{generation}:{work}:{attempt}"


def label(name: str) -> str:
    return f"label:{name}"
