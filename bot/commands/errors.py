"""What people are told when a command cannot be read, with what was probably meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.commands import all_commands
from bot.commands.grammar import CommandError
from bot.plan.stage_kind import StageKind


def sentence_for(error: CommandError, beside_a_change: bool = False) -> str:
    """One or two whole sentences: what is wrong, what comes of it, and how it is written."""
    return _SENTENCES[error.code](error, "" if beside_a_change else ", so nothing was done")


def _missing_argument(error: CommandError, outcome: str) -> str:
    return f"`{_plain(error.text)}` says too little{outcome}. {_how_it_is_written(error.command)}"


def _unexpected_argument(error: CommandError, outcome: str) -> str:
    kinds = f" The kinds of stages are {', '.join(StageKind)}." if error.command == "skip" else ""
    return (
        f"“{_plain(error.text)}” is not understood behind `/{error.command}`{outcome}. "
        f"{_how_it_is_written(error.command)}{kinds}"
    )


def _how_it_is_written(name: str) -> str:
    command = all_commands()[name]
    if command.usage == f"/{name}":
        return f"Write `/{name}` alone on its line."
    return f"Write `{command.usage}`, for example `{command.examples[-1]}`."


def _conflicting_commands(error: CommandError, outcome: str) -> str:
    names = [f"`{each}`" for each in dict.fromkeys(error.text.split())]
    named = f"are {' and '.join(names)}" if len(names) > 1 else f"is {names[0]} more than once"
    return (
        f"One comment can change one thing, and here {named}{outcome}. "
        "Write the one that you mean in a comment of its own."
    )


def _wrong_surface(error: CommandError, _: str) -> str:
    if error.command == "approve":
        return "On a pull request the merge is the approval; `/approve` belongs on the issue, where it approves the plan."
    return "On a pull request a review asks for changes; `/revise` belongs on the issue, where it changes the plan."


def _did_you_mean(error: CommandError, outcome: str) -> str:
    return (
        f"`{_plain(error.text)}` is no command{outcome}. "
        f"If you meant `/{error.command}`, write it in a new comment."
    )


def _plain(text: str) -> str:
    return text.replace("`", "'").replace("\n", " ")[:200]


_SENTENCES: Mapping[str, Callable[[CommandError, str], str]] = {
    "missing_argument": _missing_argument,
    "unexpected_argument": _unexpected_argument,
    "conflicting_commands": _conflicting_commands,
    "wrong_surface": _wrong_surface,
    "did_you_mean": _did_you_mean,
}
