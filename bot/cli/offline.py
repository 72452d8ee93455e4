"""A feature without a GitHub: an issue from a file, as if somebody had just labelled it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli.ending import Stop
from bot.cli.issue_file import read_issue_file
from bot.cli.local_repository import LocalRepository
from bot.crew.request import RunRequest
from bot.engine.briefing import Briefing
from bot.engine.observing import Place
from bot.facts.facts import Facts, House
from bot.facts.remembered import Generation, Remembered, Revision
from bot.facts.seen import Account, Base, Commit, Issue, Permission, Repository, Seen
from bot.facts.tasks import Task
from bot.github.connection import Connection
from bot.github.errors import Unreachable
from bot.moves import StartRun
from bot.plan.plan import Plan, PlannedStage
from bot.plan.stage_kind import StageKind
from bot.settings import Settings

YOU = Account(1, "you")
NUMBER = 1
PATIENCE_SECONDS = 120.0


class NoGitHub(Connection):
    """Where GitHub would be asked; there is none here."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1", token=lambda: "")

    def get(self, path: str, **parameters: Any) -> Any:
        raise Unreachable(f"There is no GitHub here to ask for {path}.")


def read_issue(file: Path) -> Issue:
    """An issue's text, its title in the first line. Raises Stop."""
    text = read_issue_file(file).lstrip()
    first, _, body = text.partition("\n")
    title = first.removeprefix("# ").strip()
    if not first.startswith("# ") or not title:
        raise Stop(
            f"The first line of {file} must be the issue's title, as in `# Export of orders as CSV`.", 2
        )
    return Issue(NUMBER, "", title, body.strip(), YOU)


def facts_of(issue: Issue, repository: LocalRepository, start: str, house: House, plan: Plan | None) -> Facts:
    """What Baton would know at the first look after the labelling, or once this plan was approved."""
    now = datetime.now(UTC)
    name = f"local/{repository.path.absolute().name}"
    seen = Seen(
        repository=Repository(0, name, "main"),
        issue=issue,
        base=Base("main", Commit(start)),
        permissions={YOU.login: Permission.ADMIN},
    )
    life = Generation("local", 1, YOU, now, issue.title)
    revisions = (Revision(1, plan),) if plan else ()
    return Facts(seen, Remembered(generation=life, revisions=revisions), house, now)


def drafting(house: House) -> StartRun:
    return StartRun("plan/1", 1, house.orchestrator.name, Task.DRAFT)


def working(kind: StageKind, house: House) -> StartRun:
    task = Task.VERDICT if kind is StageKind.REVIEW else Task.WORK
    return StartRun(f"{kind}/1", 1, house.agent_for[kind], task, kind)


def smallest_plan(kind: StageKind, issue: Issue, house: House) -> Plan:
    """A plan of this one stage and the review: what the real one says is not known before it is made."""
    kinds = dict.fromkeys((kind, StageKind.REVIEW))
    return Plan(
        feature=issue.title,
        stages=tuple(
            PlannedStage(
                kind=each,
                title=issue.title if each is not StageKind.REVIEW else "Review of the whole feature",
                agent=house.agent_for[each],
                outputs=house.agent(house.agent_for[each]).must_leave,
            )
            for each in kinds
        ),
    )


def request_for(
    move: StartRun, facts: Facts, repository: LocalRepository, start: str, settings: Settings
) -> RunRequest:
    """The request that the engine would make; only the patience is a terminal's."""
    name, nobody = facts.seen.repository.full_name, NoGitHub()
    place = Place(0, 0, name, "main", None, nobody, nobody, repository.mirror)
    request = Briefing(settings, lambda _: 0.0).request(move, facts, place, start)
    return replace(request, limits=replace(request.limits, patience_seconds=PATIENCE_SECONDS))
