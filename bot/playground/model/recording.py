"""A recording as it lies on disk: one folder per agent, with the turns in `script.yaml` and the files beside it.

A recording may build on another one: it then says only what is different. Any other YAML file of an agent's folder is
a part: the turns that this agent plays instead when its task says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

FROM = "_from"
DEMO = Path(__file__).resolve().parents[1] / "demo"
DEFAULT = DEMO / "recording"
FULL = DEMO / "full_recording"


class RecordingError(Exception):
    """The recording on disk cannot be played; says which file and why."""


@dataclass(frozen=True)
class Call:
    """One use of a tool."""

    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """What the model thinks, says and asks for in one answer."""

    thinks: str = ""
    says: str = ""
    calls: tuple[Call, ...] = ()
    after_error: Turn | None = None  # played instead, when a tool has just answered with an error


@dataclass(frozen=True)
class Part:
    """What an agent plays instead of its script, when its task contains these words."""

    name: str
    when: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Recording:
    """The feature that is known, and each agent's turns."""

    title: str
    names: tuple[str, ...]
    sentences: tuple[str, ...]
    scripts: Mapping[str, tuple[Turn, ...]] = field(default_factory=dict)
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)

    @property
    def agents(self) -> tuple[str, ...]:
        """Who has a part."""
        return tuple(self.scripts)


def load_recording(folder: Path = DEFAULT) -> Recording:
    """Read it whole, so that a mistake in it shows at the start and not in the middle of a demo."""
    about = read_yaml(folder / "recording.yaml")
    if "builds_on" in about:
        below = load_recording(folder / about["builds_on"])
    else:
        below = Recording(about["title"], tuple(about["names"]), tuple(about["sentences"]))
    scripts, parts = dict(below.scripts), dict(below.parts)
    for path in sorted(folder.glob("*/*.yaml")):
        agent = path.parent.name
        written = read_yaml(path)
        turns = tuple(read_turns(written.get("turns", ()), path, below.scripts.get(agent, ())))
        if path.name == "script.yaml":
            scripts[agent] = turns
        elif "when" not in written:
            raise RecordingError(f"{path}: a part says `when` it is played.")
        else:
            parts[agent] = (*parts.get(agent, ()), Part(path.stem, written["when"], turns))
    return replace(below, scripts=scripts, parts=parts)


def read_turns(written: Sequence[Mapping[str, Any]], path: Path, below: Sequence[Turn]) -> Iterator[Turn]:
    """New turns, and `recorded: 1-4`: those of the recording that this one builds on, by number."""
    for each in written:
        if "recorded" in each:
            yield from recorded_turns(each, path, below)
        else:
            yield read_turn(each, path)


def recorded_turns(written: Mapping[str, Any], path: Path, below: Sequence[Turn]) -> Iterator[Turn]:
    """As they are there, but for what is thought and said anew, and for the calls that contain `leaves_out`."""
    known = {"recorded", "thinks", "says", "leaves_out"}
    if unknown := written.keys() - known:
        raise RecordingError(f"{path}: a recorded turn has no {', '.join(sorted(unknown))}.")
    first, _, last = str(written["recorded"]).partition("-")
    taken = below[int(first) - 1 : int(last or first)]
    if len(taken) != int(last or first) - int(first) + 1:
        raise RecordingError(f"{path}: there is no recorded turn {written['recorded']}.")
    anew = {name: written[name].strip() for name in ("thinks", "says") if name in written}
    for turn in taken:
        yield replace(turn, **anew, calls=tuple(kept(turn.calls, written.get("leaves_out"), path)))


def kept(calls: Sequence[Call], left_out: str | None, path: Path) -> Iterator[Call]:
    """The calls without those that contain this text."""
    found = [call for call in calls if left_out and left_out in str(call.arguments)]
    if left_out and not found:
        raise RecordingError(f"{path}: no recorded call contains “{left_out}”.")
    yield from (call for call in calls if call not in found)


def read_turn(written: Mapping[str, Any], path: Path) -> Turn:
    """One turn; an unknown key is a mistake, not a remark."""
    unknown = written.keys() - {"thinks", "says", "calls", "after_error"}
    if unknown:
        raise RecordingError(f"{path}: a turn has no {', '.join(sorted(unknown))}.")
    return Turn(
        thinks=written.get("thinks", "").strip(),
        says=written.get("says", "").strip(),
        calls=tuple(read_call(call, path) for call in written.get("calls", ())),
        after_error=read_turn(written["after_error"], path) if "after_error" in written else None,
    )


def read_call(written: Mapping[str, Any], path: Path) -> Call:
    """`- Read: {file_path: CLAUDE.md}`; an argument ending in `_from` holds the path of a file beside the script."""
    if len(written) != 1:
        raise RecordingError(f"{path}: a call names one tool, this one names {', '.join(written) or 'none'}.")
    ((tool, arguments),) = written.items()
    return Call(
        tool, {name.removesuffix(FROM): argument(name, value, path) for name, value in arguments.items()}
    )


def argument(name: str, value: Any, path: Path) -> Any:
    """The value itself, or the text of the file it points to."""
    return (path.parent / value).read_text(encoding="utf-8") if name.endswith(FROM) else value


def read_yaml(path: Path) -> dict[str, Any]:
    """A mapping from a YAML file."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise RecordingError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise RecordingError(f"{path} must hold a mapping.")
    return content
