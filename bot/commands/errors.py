"""What people are told when a command cannot be read, with what was probably meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from bot.commands import all_commands
from bot.commands.grammar import CommandError
from bot.plan.stage_kind import StageKind


def sentence_for(error: CommandError) -> str:
    """One or two whole sentences: what is wrong, and how it is written."""
    return _SENTENCES[error.code](error.text)


def _missing_argument(text: str) -> str:
    name = text.removeprefix("/").split()[0]
    command = all_commands()[name]
    return f"`{text}` says too little: write `{command.usage}`, for example `{command.examples[0]}`."


def _unexpected_argument(text: str) -> str:
    kinds = ", ".join(StageKind)
    return (
        f"“{_plain(text)}” is not understood there, so nothing was done. A command takes only what `/help` shows "
        f"(stage kinds are {kinds})."
    )


def _conflicting_commands(text: str) -> str:
    named = " and ".join(f"`{each}`" for each in dict.fromkeys(text.split()))
    return f"One comment can change one thing, so nothing was done: {named} contradict each other."


def _wrong_surface(text: str) -> str:
    if text.startswith("/approve"):
        return "On a pull request the merge is the approval; `/approve` belongs on the issue, where it approves the plan."
    return "On a pull request a review asks for changes; `/revise` belongs on the issue, where it changes the plan."


def _did_you_mean(text: str) -> str:
    near = get_close_matches(text.removeprefix("/"), list(all_commands()), n=1, cutoff=0.0)
    return f"`{text}` is no command; did you mean `/{near[0]}`? Nothing was done."


def _plain(text: str) -> str:
    return text.replace("`", "'").replace("\n", " ")[:200]


_SENTENCES: Mapping[str, Callable[[str], str]] = {
    "missing_argument": _missing_argument,
    "unexpected_argument": _unexpected_argument,
    "conflicting_commands": _conflicting_commands,
    "wrong_surface": _wrong_surface,
    "did_you_mean": _did_you_mean,
}
