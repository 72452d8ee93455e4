"""Rulesets: what a repository demands of the branches that fit."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, Literal

from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.refusals import Refused
from bot.playground.state import Repository, Ruleset

Enforcement = Literal["active", "disabled", "evaluate"]
Rule = dict[str, Any]
# Those that this GitHub keeps to; others would be promises.
KEPT = ("required_status_checks", "merge_queue", "non_fast_forward", "deletion")


def create_ruleset(
    hub: Hub,
    repository: Repository,
    by: User,
    name: str,
    enforcement: str,
    include: list[str],
    exclude: list[str],
    rules: list[Rule],
) -> Ruleset:
    if any(each.name == name for each in repository.rulesets):
        raise Refused(422, "Validation Failed", ["Name must be unique"])
    number, node = hub.ids.next("ruleset")
    now = hub.now()
    made = Ruleset(
        number, node, name, known(enforcement), tuple(include), tuple(exclude), checked(rules), now, now
    )
    repository.rulesets.append(made)
    hub.note(by, f"made the ruleset “{name}”")
    return made


def edit_ruleset(hub: Hub, ruleset: Ruleset, by: User, **changes: Any) -> None:
    enforcement = known(changes.get("enforcement", ruleset.enforcement))
    if "rules" in changes:
        ruleset.rules = checked(changes["rules"])
    ruleset.enforcement = enforcement
    ruleset.name = changes.get("name", ruleset.name)
    ruleset.include = tuple(changes.get("include", ruleset.include))
    ruleset.exclude = tuple(changes.get("exclude", ruleset.exclude))
    ruleset.updated_at = hub.now()
    hub.note(by, f"changed the ruleset “{ruleset.name}”")


def delete_ruleset(hub: Hub, repository: Repository, ruleset: Ruleset, by: User) -> None:
    repository.rulesets.remove(ruleset)
    hub.note(by, f"deleted the ruleset “{ruleset.name}”")


def rulesets_of(repository: Repository, branch: str) -> list[Ruleset]:
    """Those in force for that branch."""
    return [
        each
        for each in repository.rulesets
        if each.enforcement == "active"
        and any(fits(repository, branch, pattern) for pattern in each.include)
        and not any(fits(repository, branch, pattern) for pattern in each.exclude)
    ]


def rules_of(repository: Repository, branch: str, kind: str) -> list[Rule]:
    return [rule for each in rulesets_of(repository, branch) for rule in each.rules if rule["type"] == kind]


def fits(repository: Repository, branch: str, pattern: str) -> bool:
    if pattern == "~DEFAULT_BRANCH":
        return branch == repository.default_branch
    return pattern == "~ALL" or fnmatchcase(f"refs/heads/{branch}", pattern)


def known(enforcement: str) -> Enforcement:
    match enforcement:
        case "active" | "disabled" | "evaluate":
            return enforcement
        case _:
            raise Refused(422, "Validation Failed", ["Enforcement is not included in the list"])


def checked(rules: list[Rule]) -> tuple[Rule, ...]:
    """Refuses what this GitHub would not keep to, instead of nodding."""
    for rule in rules:
        kind, given = rule.get("type"), rule.get("parameters") or {}
        if kind not in KEPT:
            raise Refused(
                422, "Validation Failed", [f"This GitHub keeps to {' and '.join(KEPT)} only, not to {kind}"]
            )
        contexts = given.get("required_status_checks") if isinstance(given, dict) else None
        if kind == "required_status_checks" and not (
            isinstance(contexts, list)
            and all(isinstance(each, dict) and each.get("context") for each in contexts)
        ):
            raise Refused(422, "Validation Failed", ["Parameters required_status_checks needs contexts"])
    return tuple(rules)
