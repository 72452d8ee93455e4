"""What a branch's protection and rules forbid to those who move it by hand: no merge, and no queue, asks here."""

from __future__ import annotations

from dataclasses import dataclass

from bot.playground.acts.checks import unmet_on
from bot.playground.acts.rulesets import rules_of
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.refusals import Refused
from bot.playground.state import Repository

HEADS = "refs/heads/"
RULES = "Repository rule violations found"


@dataclass(frozen=True, slots=True)
class Violation:
    """Why GitHub leaves a branch where it is, and whether a ruleset says so or protection of the older kind."""

    why: str
    ruled: bool

    def said(self, act: str = "") -> str:
        """The sentence of the API; the older kind puts before it what could not be done."""
        return f"{RULES}\n\n{self.why}\n\n" if self.ruled else f"{act}{self.why}"


def violation(
    hub: Hub, repository: Repository, by: User | None, ref: str, old: str | None, new: str | None
) -> Violation | None:
    """What a move of that ref by hand would violate; a branch that is new violates nothing."""
    branch = ref.removeprefix(HEADS)
    if branch == ref or old is None or old == new:
        return None
    overrides = by is not None and hub.role(repository, by) == "admin"
    why = forbidden_move(repository, branch, old, new, overrides)
    return Violation(why, branch not in repository.required_checks) if why is not None else None


def forbidden_move(
    repository: Repository, branch: str, old: str, new: str | None, overrides: bool
) -> str | None:
    """`overrides`: by an administrator, whom the older kind's checks do not hold unless it says so."""
    if new is None:
        return "Cannot delete this branch" if forbids(repository, branch, "deletion") else None
    forced = not repository.git.is_ancestor(old, new)
    if forced and forbids(repository, branch, "non_fast_forward"):
        return "Cannot force-push to this branch"
    if rules_of(repository, branch, "merge_queue"):
        return "Changes must be made through the merge queue"
    is_let_through = overrides and branch in repository.required_checks
    return None if is_let_through else unmet_on(repository, new, branch)


def forbids(repository: Repository, branch: str, kind: str) -> bool:
    """Whether a rule of that kind is in force; protection of the older kind forbids deletion and force by itself."""
    return branch in repository.required_checks or bool(rules_of(repository, branch, kind))


def refuse_protected(
    hub: Hub,
    repository: Repository,
    by: User,
    ref: str,
    old: str | None,
    new: str | None,
    status: int = 422,
    act: str = "",
) -> None:
    """Refuses a move by hand that the branch's rules forbid, before anything moves."""
    found = violation(hub, repository, by, ref, old, new)
    if found is not None:
        raise Refused(status, found.said(act))
