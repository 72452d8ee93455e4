"""The page of commands, from their own declarations."""

from __future__ import annotations

from collections.abc import Iterator

from bot.commands import all_commands
from bot.commands.command import EVERYWHERE, Command
from docs.generating.cells import GENERATED, cell

WHO = {"writers": "people who may command Baton", "everybody": "everybody who can comment"}


def commands_page() -> str:
    """Every command: how it is written, what it does, who may, where."""
    return "\n".join(
        [*_commands_head(), *(line for each in all_commands().values() for line in _command(each))]
    )


def _commands_head() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield GENERATED
    yield ""
    yield (
        "People write these in a comment: on the feature's issue, or on one of Baton's pull requests. A command stands "
        "at the beginning of a line; at most one in a comment changes something; a comment that was edited commands "
        "nothing. Baton acknowledges with a reaction: 👀 read, 🚀 it started something, 👍 done, 😕 refused, with a "
        "reply that says why and what to do instead."
    )
    yield ""
    yield "| Command | What it does | Where |"
    yield "| --- | --- | --- |"
    for command in all_commands().values():
        yield f"| `{cell(command.usage)}` | {cell(command.does)} | {_where(command)} |"
    yield ""


def _command(command: Command) -> Iterator[str]:
    yield f"## /{command.name}"
    yield ""
    yield f"`{command.usage}`: {command.does[:1].lower()}{command.does[1:]}"
    yield ""
    yield f"- Who: {WHO[command.who]}"
    yield f"- Where: {_where(command)}"
    yield f"- Examples: {', '.join(f'`{example}`' for example in command.examples)}"
    yield ""


def _where(command: Command) -> str:
    return "issue and pull request" if command.surfaces == EVERYWHERE else "issue"
