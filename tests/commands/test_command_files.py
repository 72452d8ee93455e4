"""Each command is declared in a file of its own, whole, and is found without a list."""

from __future__ import annotations

import pytest

from bot.commands import all_commands
from bot.commands.command import Command, Missing, Unexpected

ALL = tuple(all_commands().values())


def test_the_commands_are_those_of_the_contract() -> None:
    assert set(all_commands()) == {
        "approve", "proceed", "revise", "pause", "resume", "cancel", "retry", "skip", "status", "help",
    }  # fmt: skip


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_a_declaration_is_whole(command: Command) -> None:
    assert command.usage.split()[0] == f"/{command.name}"
    assert command.does.endswith(".") and len(command.does) < 130
    assert command.examples and command.surfaces


def test_only_status_and_help_change_nothing_and_are_open_to_everybody() -> None:
    assert {command.name for command in ALL if not command.changes} == {"status", "help"}
    assert {command.name for command in ALL if command.who == "everybody"} == {"status", "help"}


def test_approve_and_revise_belong_to_the_issue() -> None:
    assert {command.name for command in ALL if command.surfaces == ("issue",)} == {"approve", "revise"}


@pytest.mark.parametrize(
    ("name", "text", "taken"),
    [
        ("approve", "v3", "v3"),
        ("approve", "please", Unexpected("please")),
        ("retry", "3", "3"),
        ("retry", "three", Unexpected("three")),
        ("skip", "frontend: internal", "frontend: internal"),
        ("skip", "frontend", Missing()),
        ("skip", "design: later", Unexpected("design")),
        ("resume", "now", Unexpected("now")),
        ("pause", "until Monday", "until Monday"),
    ],
)
def test_an_argument_is_taken_or_refused(name: str, text: str, taken: object) -> None:
    assert all_commands()[name].argument(text) == taken
