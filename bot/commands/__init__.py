"""What people can write to Baton in a comment: one file per slash command, found here without a list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bot.commands.command import Command


@cache
def all_commands() -> Mapping[str, Command]:
    """Every command by its name, in the order of the names: each module here that has a `COMMAND` is one."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    commands = (getattr(module, "COMMAND", None) for module in modules)
    return {command.name: command for command in commands if isinstance(command, Command)}
