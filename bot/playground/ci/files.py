"""The files by which a step tells the job something: GITHUB_ENV, GITHUB_OUTPUT, GITHUB_PATH, the summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.playground.ci.functions import Broken

# As on GitHub, a step may not change these for the steps behind it.
_NOT_TO_SET = ("GITHUB_", "RUNNER_", "CI", "NODE_OPTIONS", "PIP_REQUIRE_VIRTUALENV")


@dataclass(frozen=True)
class StepFiles:
    """The four files of one step, empty when it begins."""

    directory: Path

    @classmethod
    def fresh(cls, directory: Path) -> StepFiles:
        directory.mkdir(parents=True)
        files = cls(directory)
        for path in files.environment().values():
            Path(path).touch()
        return files

    def environment(self) -> dict[str, str]:
        """Where the step finds them."""
        return {
            "GITHUB_ENV": str(self.directory / "env"),
            "GITHUB_OUTPUT": str(self.directory / "output"),
            "GITHUB_PATH": str(self.directory / "path"),
            "GITHUB_STEP_SUMMARY": str(self.directory / "summary"),
        }

    def outputs(self) -> Mapping[str, str]:
        """What the step said its outputs are."""
        return read_pairs(self._text("output"))

    def variables(self) -> Mapping[str, str]:
        """What it sets in the environment of the steps behind it."""
        pairs = read_pairs(self._text("env"))
        return {name: value for name, value in pairs.items() if not name.startswith(_NOT_TO_SET)}

    def paths(self) -> list[str]:
        """What it puts in front of PATH, the last line first."""
        return [line.strip() for line in reversed(self._text("path").splitlines()) if line.strip()]

    def _text(self, name: str) -> str:
        try:
            return (self.directory / name).read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            return ""


def read_pairs(text: str) -> dict[str, str]:
    """`name=value` lines, and `name<<END` blocks up to a line that is END."""
    pairs: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if not line:
            continue
        name, sign, rest = _split(line)
        if sign == "<<":
            pairs[name] = _block(name, rest, lines)
        else:
            pairs[name] = rest
    return pairs


def _split(line: str) -> tuple[str, str, str]:
    single, block = line.find("="), line.find("<<")
    if block > 0 and (single < 0 or block < single):
        return line[:block], "<<", line[block + 2 :]
    if single > 0:
        return line[:single], "=", line[single + 1 :]
    raise Broken(f"Invalid format '{line}'; write `name=value` or `name<<END`")


def _block(name: str, end: str, lines: Iterator[str]) -> str:
    found: list[str] = []
    for line in lines:
        if line == end:
            return "\n".join(found)
        found.append(line)
    raise Broken(f"Invalid value for '{name}': the closing line '{end}' is missing")
