"""The names of models that agents' files may use: aliases that the settings map, and full names."""

from __future__ import annotations

import re

from bot.plan.problem import did_you_mean

ALIASES = ("sonnet", "opus", "haiku", "inherit")

_FULL = re.compile(r"(?:[a-z]+[./])*claude-[a-z0-9][a-z0-9.@:-]*")


def is_model(name: str) -> bool:
    """Whether this is an alias or looks like a full name, which is passed on as it is."""
    return name in ALIASES or bool(_FULL.fullmatch(name))


def unknown_model(name: str) -> str:
    """The sentence about a name that is neither."""
    return f"the model “{name}” is unknown. {did_you_mean(name, ALIASES)} Full names begin with “claude-”."
