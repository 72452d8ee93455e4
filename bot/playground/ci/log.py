"""A job's log as GitHub shows it: a time before each line, groups, errors, masked secrets."""

from __future__ import annotations

import re
from collections import deque
from datetime import UTC, datetime

from bot.playground.ci.ports import Annotation, AnnotationLevel

STEP_LIMIT = 1_000_000
ANNOTATION_LIMIT = 50  # of a job, as on GitHub
_COMMAND = re.compile(r"^\s*::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$", re.DOTALL)
_LEVELS: dict[str, AnnotationLevel] = {
    "error": "failure",
    "warning": "warning",
    "notice": "notice",
}


class Section:
    """The lines of one step; of a long output the beginning and the end are kept."""

    def __init__(self, limit: int = STEP_LIMIT) -> None:
        self._half = limit // 2
        self._head: list[str] = []
        self._tail: deque[str] = deque()
        self._head_size = self._tail_size = self._dropped = 0

    def add(self, line: str) -> None:
        """Adds a line; drops one from the middle where there is no room."""
        if self._head_size + len(line) <= self._half and not self._tail:
            self._head.append(line)
            self._head_size += len(line) + 1
            return
        line = line[-self._half :]
        self._tail.append(line)
        self._tail_size += len(line) + 1
        while self._tail_size > self._half + 1:
            self._tail_size -= len(self._tail.popleft()) + 1
            self._dropped += 1

    def lines(self) -> list[str]:
        """What is kept, with a word about what is not."""
        gap = [f"… {self._dropped} lines left out: the output was too long …"] if self._dropped else []
        return [*self._head, *gap, *self._tail]


class JobLog:
    """Everything a job wrote, and the annotations that its output asked for."""

    def __init__(self) -> None:
        self.annotations: list[Annotation] = []
        self._sections: list[Section] = [Section()]
        self._masks: list[str] = []
        self._stopped_until: str | None = None

    def begin_step(self) -> None:
        """What follows belongs to the next step and has its own room."""
        self._sections.append(Section())
        self._stopped_until = None

    def say(self, line: str) -> None:
        """A line of the CI's own."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
        for each in self.masked(line).split("\n"):
            self._sections[-1].add(f"{now} {each}")

    def group(self, title: str, *lines: str) -> None:
        """A folded group."""
        self.say(f"##[group]{title}")
        for line in lines:
            self.say(line)
        self.say("##[endgroup]")

    def error(self, message: str, path: str = ".github", line: int = 1) -> None:
        """An error of the CI's own: a red line and an annotation, as GitHub makes of both."""
        self.say(f"##[error]{message}")
        self._annotate(Annotation(path, line, line, "failure", self.masked(message)))

    def heard(self, line: str) -> None:
        """A line that a step printed: a workflow command is obeyed, all else is kept."""
        found = _COMMAND.match(line)
        if self._stopped_until is not None:
            if found and found.group(1) == self._stopped_until:
                self._stopped_until = None
            self.say(line)
        elif found:
            self._obey(
                found.group(1).lower(),
                _properties(found.group(2) or ""),
                found.group(3),
                line,
            )
        else:
            self.say(line)

    def masked(self, text: str) -> str:
        """The text without what was declared secret."""
        for secret in self._masks:
            text = text.replace(secret, "***")
        return text

    def text(self) -> str:
        """The whole log."""
        return "".join(f"{line}\n" for section in self._sections for line in section.lines())

    def _obey(self, command: str, properties: dict[str, str], raw: str, line: str) -> None:
        value = _unescaped(raw)
        match command:
            case "error" | "warning" | "notice":
                self.say(f"##[{command}]{value}")
                self._annotate(self._annotation(_LEVELS[command], properties, value))
            case "add-mask":
                if value.strip():
                    self._masks = sorted({*self._masks, *value.split("\n")} - {""}, key=len, reverse=True)
                self.say("::add-mask::***")
            case "group" | "endgroup":
                self.say(f"##[{command}]{value}")
            case "debug":
                pass
            case "stop-commands":
                self._stopped_until = value
                self.say(line)
            case _:
                self.say(line)

    def _annotate(self, annotation: Annotation) -> None:
        if len(self.annotations) < ANNOTATION_LIMIT:
            self.annotations.append(annotation)

    def _annotation(self, level: AnnotationLevel, properties: dict[str, str], message: str) -> Annotation:
        start = _line_number(properties.get("line"), 1)
        return Annotation(
            path=properties.get("file", ".github"),
            start_line=start,
            end_line=_line_number(properties.get("endLine"), start),
            level=level,
            message=self.masked(message),
            title=properties.get("title"),
        )


def _properties(text: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in text.split(",") if "=" in pair)
    return {
        name.strip(): _unescaped(value).replace("%3A", ":").replace("%2C", ",") for name, _, value in pairs
    }


def _unescaped(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _line_number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdigit() and int(text) > 0 else otherwise
