"""Grep: the files or lines that match a regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic_core import SchemaError, SchemaValidator, core_schema

from bot.crew.tools.cutting import cut, lines_of, short
from bot.crew.tools.desk import Desk, MalformedCall, ToolError
from bot.crew.tools.globbing import path_pattern, under
from bot.crew.tools.tool import Answer, Inputs, Tool

MOST_MATCHES = 500


class GrepInputs(Inputs):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_alias=True, validate_by_name=True)

    pattern: str = Field(
        min_length=1, description="A regular expression as ripgrep reads it, matched line by line"
    )
    path: str | None = Field(
        None, description="The file or directory to search; all of the repository if left out"
    )
    glob: str | None = Field(None, description="Only files whose paths match, like `*.py`")
    output_mode: Literal["content", "files_with_matches", "count"] = Field(
        "files_with_matches",
        description="Matching lines, the paths of matching files, or how many lines match",
    )
    ignore_case: bool = Field(False, alias="-i", description="Upper and lower case are the same")
    numbers: bool = Field(True, alias="-n", description="Line numbers, with output_mode content")
    after: int = Field(0, ge=0, le=50, alias="-A", description="Lines to show after each match")
    before: int = Field(0, ge=0, le=50, alias="-B", description="Lines to show before each match")
    around: int = Field(0, ge=0, le=50, alias="-C", description="Lines to show before and after each match")
    head_limit: int | None = Field(None, ge=1, description="At most so many lines of output")


def run(call: GrepInputs, desk: Desk) -> Answer:
    matches = _matcher(call.pattern, call.ignore_case)
    output: list[str] = []
    most = min(call.head_limit or MOST_MATCHES, MOST_MATCHES)
    for line in _output(call, desk, matches):
        if len(output) == most:
            output.append(f"[Cut after {most} lines of output; narrow the search.]")
            break
        output.append(line)
    return Answer(cut("\n".join(output)) if output else f"Nothing matches `{call.pattern}`.")


def _output(call: GrepInputs, desk: Desk, matches: SchemaValidator) -> Iterator[str]:
    for path in _searched(call, desk):
        try:
            lines = lines_of(desk.read(path))
        except ToolError:
            continue  # binary or too large: nothing to search in
        hits = [number for number, line in enumerate(lines) if matches.isinstance_python(line)]
        if hits:
            yield from _told(call, path, lines, hits)


def _searched(call: GrepInputs, desk: Desk) -> tuple[str, ...]:
    paths = under(desk.paths(), call.path)
    if call.path and not paths:
        raise ToolError(f"There is nothing at {call.path}; look with Glob for what there is.")
    if call.glob is None:
        return paths
    pattern = path_pattern(call.glob)
    return tuple(path for path in paths if pattern.fullmatch(path))


def _told(call: GrepInputs, path: str, lines: list[str], hits: list[int]) -> Iterator[str]:
    if call.output_mode == "files_with_matches":
        yield path
    elif call.output_mode == "count":
        yield f"{path}:{len(hits)}"
    else:
        yield from _content(call, path, lines, hits)


def _content(call: GrepInputs, path: str, lines: list[str], hits: list[int]) -> Iterator[str]:
    before, after = max(call.before, call.around), max(call.after, call.around)
    wanted = {near for hit in hits for near in range(max(0, hit - before), min(len(lines), hit + after + 1))}
    matching = set(hits)
    previous = None
    for number in sorted(wanted):
        if (before or after) and previous is not None and number > previous + 1:
            yield "--"
        mark = ":" if number in matching else "-"
        place = f"{path}{mark}{number + 1}{mark}" if call.numbers else f"{path}{mark}"
        yield place + short(lines[number])
        previous = number


def _matcher(pattern: str, ignore_case: bool) -> SchemaValidator:
    """The pattern in ripgrep's own engine, which pydantic carries: no pattern can make it run for ever.

    Python's `re` would let a model's pattern stop a worker.
    """
    text = f"(?i){pattern}" if ignore_case else pattern
    try:
        return SchemaValidator(core_schema.str_schema(pattern=text, regex_engine="rust-regex", strict=True))
    except SchemaError as error:
        said = re.findall(r"error: (.+)", str(error))
        why = said[-1] if said else "it cannot be read"
        raise MalformedCall(f"`{pattern}` is no regular expression that Grep knows: {why}.") from None


GREP = Tool(
    "Grep",
    "Search the files' text with a regular expression (ripgrep's syntax, no look-around). Gives the paths of the "
    "matching files, or their lines with output_mode content.",
    GrepInputs,
    run,
)
