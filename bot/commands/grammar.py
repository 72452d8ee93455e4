"""What a comment asks of Baton: its commands, with their notes, and what is wrong with the others.

A command stands at the start of a line of its author's open text, as `/name` or behind a mention of Baton.
At most one command of a comment may change something, one that cannot be read included; where two do, none runs.
Words of other bots are left alone. The cases that this keeps are in `tests/commands/command-cases.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.commands import all_commands
from bot.commands.arguments import is_decoration, without_decoration
from bot.commands.command import Command, Missing, Surface, Unexpected
from bot.commands.mail import own_lines
from bot.commands.markdown import Line, Place, read_lines
from bot.commands.shapes import INVISIBLE
from bot.commands.words import meant_by

Event = Literal["created", "edited", "deleted"]
ErrorCode = Literal[
    "missing_argument", "unexpected_argument", "wrong_surface", "conflicting_commands", "did_you_mean"
]


@dataclass(frozen=True)
class ParsedCommand:
    """A command as it was given; `note` is what stands in the lines below it."""

    name: str
    args: str = ""
    note: str | None = None


@dataclass(frozen=True)
class CommandError:
    """A command that cannot run as it was written. `command` is the one that was used or meant."""

    code: ErrorCode
    text: str
    command: str = ""


@dataclass(frozen=True)
class Parsed:
    """All that a comment asks; `ignored` says why a whole comment is not read."""

    commands: tuple[ParsedCommand, ...] = ()
    errors: tuple[CommandError, ...] = ()
    ignored: str | None = None


def parse(body: str | None, *, surface: Surface, event: Event, author_type: str, login: str) -> Parsed:
    """Reads a comment; `login` is Baton's own."""
    if event != "created":
        return Parsed(ignored=f"event_{event}")
    if author_type == "Bot":
        return Parsed(ignored="bot_author")
    if not may_call(body or "", login):
        return Parsed()
    found = tuple(_found(body or "", _mention(login), surface))
    commands = _once(each for each in found if isinstance(each, ParsedCommand))
    errors = tuple(dict.fromkeys(each for each in found if isinstance(each, CommandError)))
    return _at_most_one_change(commands, errors)


def may_call(body: str, login: str) -> bool:
    """Whether a line might be a call: read in one pass, so that long comments without one cost next to nothing.

    Whatever CommonMark makes of a line, its text is the line's; only HTML comments are taken out of it.
    """
    if "<!--" in body or _mention(login).search(body):
        return True
    words = {found[1] for found in _SLASHES.finditer(body)}
    return any((call := _slash_call(word)) and call.name for word in words)


def to_json(parsed: Parsed) -> dict[str, object]:
    """What `baton parse` prints."""
    data: dict[str, object] = {
        "commands": [_command_json(command) for command in parsed.commands],
        "errors": [{"code": error.code, "text": error.text} for error in parsed.errors],
    }
    return data if parsed.ignored is None else {**data, "ignored": parsed.ignored}


# --- lines ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Call:
    """A line that calls a command: Baton's (`name`), one that was nearly Baton's, or another bot's."""

    word: str
    rest: str
    name: str | None = None
    slip: bool = False


_BLANKS = f" \t\u00a0\u3000\u2007\u202f\f\v{INVISIBLE}"
_SLASHES = re.compile(rf"(?:^|[\r\n])[{_BLANKS}]*/([A-Za-z][A-Za-z0-9_-]*)")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def _found(body: str, mention: re.Pattern[str], surface: Surface) -> Iterator[ParsedCommand | CommandError]:
    lines = own_lines(read_lines(body))
    calls = [(number, call) for number, line in enumerate(lines) if (call := _call(line, mention))]
    ends = [number for number, _ in calls[1:]] + [len(lines)]
    for (number, call), end in zip(calls, ends, strict=False):
        if call.slip:
            yield CommandError("did_you_mean", f"/{call.word}", call.name or "")
        elif call.name:
            yield _read(all_commands()[call.name], call.rest, lines[number + 1 : end], surface)


def _call(line: Line, mention: re.Pattern[str]) -> _Call | None:
    if line.place is not Place.OPEN:
        return None
    text = line.text.strip(_BLANKS)
    if text.startswith("/"):
        return _slash_call(text[1:])
    if not (mentioned := mention.match(text)):
        return None
    said = text[mentioned.end() :]
    return _slash_call(said[1:]) if said.startswith("/") else _word_call(said)


def _slash_call(text: str) -> _Call | None:
    split = _word_and_rest(text)
    if split is None:
        return None
    word, rest = split
    if word in all_commands():
        return _Call(word, rest, name=word)
    slip = meant_by(word, all_commands())
    return _Call(word, rest, name=slip, slip=slip is not None)


def _word_call(text: str) -> _Call | None:
    """Behind a mention a bare word will do; prose that begins like a slip of one stays prose."""
    call = _slash_call(text)
    if call is None or call.name is None:
        return None
    return None if call.slip and without_decoration(call.rest) else call


def _word_and_rest(text: str) -> tuple[str, str] | None:
    """The word at the start and what follows it, if only decoration is glued to it."""
    found = _WORD.match(text)
    if not found:
        return None
    end = found.end()
    while end < len(text) and is_decoration(text[end]) and not text[end].isspace():
        end += 1
    if end < len(text) and not text[end].isspace():
        return None
    return found[0].lower(), text[end:].strip(_BLANKS)


def _mention(login: str) -> re.Pattern[str]:
    name = re.escape(login.removesuffix("[bot]"))
    return re.compile(
        rf"@{name}(?:\[bot\])?(?:[:,][{_BLANKS}]*|[{_BLANKS}]+)" if name else r"(?!)", re.IGNORECASE
    )


# --- one command ------------------------------------------------------------------------------------


def _read(
    command: Command, rest: str, below: Sequence[Line], surface: Surface
) -> ParsedCommand | CommandError:
    if surface not in command.surfaces:
        return CommandError("wrong_surface", f"/{command.name}", command.name)
    args = command.argument(rest)
    if isinstance(args, Unexpected):
        return CommandError("unexpected_argument", args.text, command.name)
    note = _note(below) if command.takes_note else None
    if isinstance(args, Missing) or (command.needs_text and not _says_something(args + (note or ""))):
        return CommandError("missing_argument", f"/{command.name} {rest}".rstrip(), command.name)
    return ParsedCommand(command.name, args, note)


def _note(lines: Sequence[Line]) -> str | None:
    kept = (line.text for line in lines if line.place not in (Place.CODE, Place.HIDDEN))
    return "\n".join(kept).strip() or None


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


# --- the whole comment ------------------------------------------------------------------------------


def _once(commands: Iterator[ParsedCommand]) -> tuple[ParsedCommand, ...]:
    return tuple(dict.fromkeys(commands))


def _at_most_one_change(commands: tuple[ParsedCommand, ...], errors: tuple[CommandError, ...]) -> Parsed:
    """One that cannot be read counts too: of two things that somebody wanted, none is done by halves."""
    changing = [command for command in commands if _changes(command.name)]
    meant = [f"/{each.name}" for each in changing]
    meant += [f"/{error.command}" for error in errors if _changes(error.command)]
    if not changing or len(meant) < 2:
        return Parsed(commands, errors)
    reading = tuple(command for command in commands if command not in changing)
    return Parsed(reading, (*errors, CommandError("conflicting_commands", " ".join(meant))))


def _changes(name: str) -> bool:
    return name in all_commands() and all_commands()[name].changes


def _command_json(command: ParsedCommand) -> Mapping[str, str]:
    data = {"name": command.name, "args": command.args}
    return data if command.note is None else {**data, "note": command.note}
