"""The identities of effects: what the story asks the journal for, and what the engine does under that name.

They stand in databases, so their spelling does not change.
"""

from __future__ import annotations

from bot.plan.stage_kind import StageKind

# What a request creates is told from how its identity begins: people's answers go before the rest.
ANSWERS = ("comment:reply", "comment:question")
OF_PULL_REQUESTS = ("commit:", "branch:", "pull:")
PULLS = "pull:"

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


def stage_gate(head: str) -> str:
    return f"gate:{head}"


def commit(generation: str, kind: StageKind, attempt: int) -> str:
    return f"commit:{generation}:{kind}:{attempt}"


def branch(generation: str, kind: StageKind, attempt: int) -> str:
    return f"branch:{generation}:{kind}:{attempt}"


def pull_request(generation: str, kind: StageKind, attempt: int) -> str:
    return f"{PULLS}{generation}:{kind}:{attempt}"


def label(name: str) -> str:
    return f"label:{name}"
