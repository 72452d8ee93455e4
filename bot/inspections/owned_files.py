"""Every changed file belongs to the stage's agent."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.diff import Change, ChangedFile, FileStatus, Finding, Level
from bot.inspections.inspection import StageInspected, path_of
from bot.plan.agent import Agent, owner_of
from bot.plan.file_names import shown
from bot.plan.stage_kind import StageKind

NAME = "owned_files"
TITLE = "Every changed file belongs to the stage's agent."

# The seed gives tests to the test-engineer; whoever changes code must still be able to keep them true.
_ADAPTS_TESTS = {StageKind.DATABASE, StageKind.API, StageKind.BACKEND, StageKind.FRONTEND, StageKind.DEVOPS}


def inspect(change: Change, stage: StageInspected) -> Iterator[Finding]:
    """A rename is judged on both its sides: what goes away there, what comes here."""
    for file in change.diff.files:
        if stage.agent.owns(file.path):
            continue
        called = stage.mended.get(file.path)
        if called is not None and called.owns(file.path):
            yield Finding(NAME, Level.NOTICE, path_of(file.path), None, _mended(file.path, called))
        elif _adapts_a_test(file.path, stage, _existed_and_stays(file)):
            yield Finding(NAME, Level.NOTICE, path_of(file.path), None, _adapted(file.path, stage))
        else:
            yield Finding(NAME, Level.ERROR, path_of(file.path), None, _refusal(file, stage))


def refusal_for(path: str, stage: StageInspected, exists: bool) -> str | None:
    """Why the stage's agent may not write this file; None where it may."""
    if stage.agent.owns(path) or _adapts_a_test(path, stage, exists):
        return None
    return _not_yours(path, stage)


def _existed_and_stays(file: ChangedFile) -> bool:
    return file.status is FileStatus.MODIFIED


def _adapts_a_test(path: str, stage: StageInspected, exists: bool) -> bool:
    owner = owner_of(path, stage.agents)
    return exists and owner is not None and owner.kind is StageKind.TESTING and stage.kind in _ADAPTS_TESTS


def _adapted(path: str, stage: StageInspected) -> str:
    owner = owner_of(path, stage.agents)
    return (
        f"{shown(path)} is a test of {owner.name if owner else 'the test-engineer'} that {stage.agent.name} "
        "adapted to its change; look whether it still tests the same."
    )


def _mended(path: str, called: Agent) -> str:
    return f"{shown(path)} is {called.name}'s, which mended it here because a check was red."


def _refusal(file: ChangedFile, stage: StageInspected) -> str:
    owner = owner_of(file.path, stage.agents)
    if file.status is FileStatus.DELETED and owner and owner.kind is StageKind.TESTING:
        return (
            f"{shown(file.path)} is a test of {owner.name}: {stage.agent.name} may adapt it to its change, "
            "but not delete it. Put it back."
        )
    return _not_yours(file.path, stage)


def _not_yours(path: str, stage: StageInspected) -> str:
    owner = owner_of(path, stage.agents)
    me, name = stage.agent.name, shown(path)
    if owner is None:
        return f"{name} belongs to no agent, so {me} may not change it. Leave it as it is, and say if it is needed."
    if owner.kind is StageKind.TESTING and stage.kind in _ADAPTS_TESTS:
        return (
            f"{name} belongs to {owner.name}: {me} may adapt existing tests that its change breaks, "
            "but new ones are written in the testing stage. Leave it out."
        )
    return f"{name} belongs to {owner.name}, so {me} may not change it. {_way_out(owner, stage)}"


def _way_out(owner: Agent, stage: StageInspected) -> str:
    if not stage.agent.owned:
        return "Say in the review what should change."
    return f"Leave it as it is; what it needs is for {owner.name} to do."
