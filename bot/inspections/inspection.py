"""What an inspection is, and all of them asked about one change."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import bot.inspections
from bot.facts.diff import Change, Finding, Level
from bot.plan.agent import Agent, AgentKind
from bot.plan.configuration import Configuration
from bot.plan.file_names import shown


@dataclass(frozen=True)
class StageInspected:
    """Whose change it is: the kind of work, its agent, everybody else's files, the repository's wishes.

    A fix or a learning mends what a stage left before, and owes no documents again. `mended`: the files that other
    agents changed on the same branch, since they were called to it because a check was red.
    """

    kind: AgentKind
    agent: Agent
    agents: tuple[Agent, ...]
    configuration: Configuration
    owes_documents: bool = True
    mended: Mapping[str, Agent] = field(default_factory=dict)


@dataclass(frozen=True)
class Inspection:
    """One inspection: its name, the sentence when all is well, and its questions.

    `refusal_for` is the same rule asked before a file is written; an inspection that cannot know has none.
    """

    name: str
    title: str
    inspect: Callable[[Change, StageInspected], Iterable[Finding]]
    applies: Callable[[StageInspected], bool]
    refusal_for: Callable[[str, StageInspected, bool], str | None]


@cache
def inspections() -> tuple[Inspection, ...]:
    """All inspections, by name: every module of this package that has a NAME."""
    names = sorted(module.name for module in pkgutil.iter_modules(bot.inspections.__path__))
    modules = (importlib.import_module(f"bot.inspections.{name}") for name in names)
    return tuple(_inspection(module) for module in modules if hasattr(module, "NAME"))


def _inspection(module: ModuleType) -> Inspection:
    def always(*_: Any) -> bool:
        return True

    def never(*_: Any) -> None:
        return None

    return Inspection(
        name=module.NAME,
        title=module.TITLE,
        inspect=module.inspect,
        applies=getattr(module, "applies", always),
        refusal_for=getattr(module, "refusal_for", never),
    )


def applying(stage: StageInspected) -> tuple[Inspection, ...]:
    """The inspections that have something to ask of this stage."""
    return tuple(inspection for inspection in inspections() if inspection.applies(stage))


def inspect(change: Change, stage: StageInspected) -> tuple[Finding, ...]:
    """What all of them find, the worst first, then by path and line."""
    found = [finding for each in applying(stage) for finding in each.inspect(change, stage)]
    weight = {level: number for number, level in enumerate(Level)}
    return tuple(sorted(found, key=lambda f: (weight[f.level], f.path, f.line or 0, f.inspection)))


def refusal_for(path: str, stage: StageInspected, exists: bool) -> str | None:
    """Why this stage's agent may not write this file, as a whole sentence; None where it may.

    Asked at tool time, so that an agent learns at once what the diff would be refused for.
    """
    refusals = (each.refusal_for(path, stage, exists) for each in applying(stage))
    return next((refusal for refusal in refusals if refusal), None)


def path_of(path: str) -> str:
    """A path as a finding carries it: with nothing in it that cannot be shown or encoded."""
    return shown(path).strip("“”")
