"""A recording as it lies on disk: one folder per agent, with the turns in `script.yaml` and the files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FROM = "_from"
DEFAULT = Path(__file__).resolve().parents[1] / "demo" / "recording"


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
class Recording:
    """The feature that is known, and each agent's turns."""

    title: str
    names: tuple[str, ...]
    sentences: tuple[str, ...]
    scripts: Mapping[str, tuple[Turn, ...]] = field(default_factory=dict)

    @property
    def agents(self) -> tuple[str, ...]:
        """Who has a part."""
        return tuple(self.scripts)


def load_recording(folder: Path = DEFAULT) -> Recording:
    """Read it whole, so that a mistake in it shows at the start and not in the middle of a demo."""
    about = read_yaml(folder / "recording.yaml")
    scripts = {path.parent.name: read_script(path) for path in sorted(folder.glob("*/script.yaml"))}
    return Recording(about["title"], tuple(about["names"]), tuple(about["sentences"]), scripts)


def read_script(path: Path) -> tuple[Turn, ...]:
    """The turns of one agent."""
    return tuple(read_turn(turn, path) for turn in read_yaml(path)["turns"])


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
