"""Which workflow files hand the repository's secrets to code that nobody has looked at yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

# A branch of Baton's own: what a filter of a push must match to run agents' code.
BRANCH = "baton/12-notifications/1-database"
# Every run has this one, and what it may do is the workflow's `permissions`.
EVERYBODYS = frozenset({"github_token"})
_SECRET = re.compile(
    r"\bsecrets\s*(?:\.\s*([\w-]+)|\[\s*['\"]([\w-]+)['\"]\s*\]|(?=[\s)}\[]))", re.IGNORECASE
)
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


def handed_out(text: str) -> str | None:
    """Why agents' code would meet secrets here, as a half sentence; None where it does not."""
    try:
        workflow = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError):
        return None  # GitHub does not run it either
    if not isinstance(workflow, dict):
        return None
    # YAML 1.1 reads the key `on` as a truth value.
    triggers = workflow.get("on", workflow.get(True))
    events = sorted(_events(triggers))
    secrets = sorted(set(_secrets(workflow)))
    if not events or not secrets:
        return None
    return f"it runs on {' and '.join(events)} with {', '.join(secrets)}"


def _events(triggers: Any) -> Iterator[str]:
    """Those that run the code of a branch which was just pushed."""
    named = _by_name(triggers)
    for event in ("pull_request", "pull_request_target"):
        if event in named:
            yield event
    if "push" in named and _reaches_our_branches(named["push"]):
        yield "pushes to any branch"


def _by_name(triggers: Any) -> Mapping[str, Any]:
    if isinstance(triggers, str):
        return {triggers: None}
    if isinstance(triggers, list):
        return dict.fromkeys(str(each) for each in triggers)
    return triggers if isinstance(triggers, dict) else {}


def _reaches_our_branches(push: Any) -> bool:
    filters = push if isinstance(push, dict) else {}
    if "branches" in filters:
        return _matches(filters["branches"])
    if "branches-ignore" in filters:
        return not _matches(filters["branches-ignore"])
    return "tags" not in filters and "tags-ignore" not in filters


def _matches(patterns: Any) -> bool:
    """The last pattern that fits decides, and `!` takes away (GitHub, "Workflow syntax")."""
    fits = False
    for each in patterns if isinstance(patterns, list) else [patterns]:
        pattern = str(each)
        wanted = not pattern.startswith("!")
        if re.fullmatch(_as_expression(pattern.removeprefix("!")), BRANCH):
            fits = wanted
    return fits


def _as_expression(pattern: str) -> str:
    special = {"**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    parts = re.split(r"(\*\*|\*|\?|\+|\[[^\]]*\])", pattern)
    return "".join(special.get(part, part if part.startswith("[") else re.escape(part)) for part in parts)


def _secrets(node: Any) -> Iterator[str]:
    """Names of secrets anywhere in the workflow; `all secrets` where none is named."""
    if isinstance(node, dict):
        if node.get("secrets") == "inherit":
            yield "all secrets"
        for key, value in node.items():
            # `if:` is an expression without braces.
            yield from _named(str(value)) if key == "if" else _secrets(value)
    elif isinstance(node, list):
        for each in node:
            yield from _secrets(each)
    elif isinstance(node, str):
        for expression in _EXPRESSION.findall(node):
            yield from _named(expression)


def _named(expression: str) -> Iterator[str]:
    for found in _SECRET.finditer(expression):
        name = found[1] or found[2]
        if name is None:
            yield "all secrets"
        elif name.lower() not in EVERYBODYS:
            yield f"secrets.{name}"
