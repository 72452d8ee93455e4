"""From which App a required check has to come (hazard G10), as a repository's rulesets say."""

from __future__ import annotations

from typing import Any

from bot.github.rules import LIFE_SECONDS, Rules
from tests.github.homes import Home

BRANCH = "main"
OTHERS = "Resource not accessible by integration"


def demand(home: Home, *checks: dict[str, Any], name: str = "CI") -> None:
    rule = {"type": "required_status_checks", "parameters": {
        "required_status_checks": list(checks), "strict_required_status_checks_policy": False}}  # fmt: skip
    wish = {"name": name, "target": "branch", "enforcement": "active", "rules": [rule]}
    conditions = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    home.maintainer.post("/rulesets", {**wish, "conditions": conditions})


def apps(home: Home, rules: Rules) -> dict[str, frozenset[int]]:
    return dict(rules.apps_of(home.reads(), home.full_name, home.repository.id, BRANCH))


def test_only_checks_that_are_bound_to_an_app_are_named(home: Home) -> None:
    demand(home, {"context": "tests", "integration_id": 15368}, {"context": "lint"})
    demand(home, {"context": "scan", "integration_id": 7}, name="More")
    demand(
        home,
        {"context": "tests", "integration_id": 8},
        {"context": "any", "integration_id": -1},
        name="Yet more",
    )
    assert apps(home, Rules()) == {"tests": frozenset({15368, 8}), "scan": frozenset({7})}


def test_the_answer_is_remembered_for_ten_minutes(home: Home) -> None:
    now = [0.0]
    rules = Rules(lambda: now[0])
    assert apps(home, rules) == {}
    demand(home, {"context": "tests", "integration_id": 15368})
    assert apps(home, rules) == {}
    now[0] = LIFE_SECONDS + 1
    assert apps(home, rules) == {"tests": frozenset({15368})}


def test_who_may_read_no_rules_knows_of_none_and_asks_again(home: Home) -> None:
    home.town.control(
        "POST",
        "/faults",
        {
            "method": "GET",
            "path": "*/rules/branches/*",
            "fault": "error_before",
            "status": 403,
            "message": OTHERS,
            "headers": {},
        },
    )
    rules = Rules()
    demand(home, {"context": "tests", "integration_id": 15368})
    try:
        assert apps(home, rules) == {}
    finally:
        home.town.calm()
    assert apps(home, rules) == {"tests": frozenset({15368})}
