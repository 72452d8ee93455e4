"""Agents' files: Claude Code's sub-agent format with Baton's contract under the one key `baton:`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import cast

from bot.plan.agent import ORCHESTRATOR, PACKAGED_NAMES, Agent, AgentKind
from bot.plan.globs import fault, matches, stays_inside
from bot.plan.model_name import ALIASES, is_model, unknown_model
from bot.plan.problem import Problem, ProblemLevel, did_you_mean, is_error
from bot.plan.stage_kind import StageKind
from bot.plan.yaml_text import Place, YamlRead, read_yaml

TOOLS = ("Read", "Write", "Edit", "Glob", "Grep", "TodoWrite", "Bash")
KEYS = ("name", "description", "model", "tools", "color", "baton")
CONTRACT_KEYS = ("kind", "owns", "reads", "must_leave", "never")
KINDS: tuple[AgentKind, ...] = (ORCHESTRATOR, *StageKind)

_READ_ONLY = ("Read", "Glob", "Grep", "TodoWrite")
_WORKING = ("Read", "Write", "Edit", "Glob", "Grep", "TodoWrite")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class AgentsRead:
    """The agents that could be read, and what is wrong with the files."""

    agents: tuple[Agent, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if is_error(problem))


@dataclass(frozen=True)
class FileRead:
    """One file: its front matter and its body, before anything is asked of them."""

    file: str
    front: Mapping[str, object]
    body: str
    yaml: YamlRead

    @property
    def has_contract(self) -> bool:
        return "baton" in self.front


def default_tools(kind: AgentKind) -> tuple[str, ...]:
    """What an agent gets whose file lists no tools: its role's, never all (R005)."""
    return _READ_ONLY if kind in (ORCHESTRATOR, StageKind.REVIEW) else _WORKING


def read_agents(texts: Mapping[str, str]) -> AgentsRead:
    """Reads the texts of agents' files, by file name; a file with an error gives no agent."""
    agents: list[Agent] = []
    problems: list[Problem] = []
    for file, text in sorted(texts.items()):
        agent, found = read_agent(file, text)
        problems.extend(found)
        if agent is None:
            continue
        twin = next((each for each in agents if each.name == agent.name), None)
        if twin is None:
            agents.append(agent)
        else:
            line = next(
                (n for n, text_line in enumerate(text.splitlines(), 1) if text_line.startswith("name")), 1
            )
            message = f"the name “{agent.name}” is already taken by {twin.file}; names are unique."
            problems.append(Problem(file, line, "error", message))
    return AgentsRead(tuple(agents), tuple(problems))


def read_agent(file: str, text: str) -> tuple[Agent | None, tuple[Problem, ...]]:
    """One agent, or None, with everything that is wrong with its file."""
    read = split(file, text)
    return agent_of(read) if isinstance(read, FileRead) else (None, read)


def agent_of(read: FileRead, packaged: Agent | None = None) -> tuple[Agent | None, tuple[Problem, ...]]:
    """The agent of a file; where a repository speaks of a packaged one, what it leaves out is as packaged."""
    asked = _Asked(read, packaged)
    agent = asked.agent()
    return (None if any(map(is_error, asked.problems)) else agent), tuple(asked.problems)


def split(file: str, text: str) -> FileRead | tuple[Problem, ...]:
    """Front matter and body (R001): two `---` lines, whatever the line ends and the byte order mark."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != "---":
        return (Problem(file, 1, "error", "the file must begin with a line `---` and its front matter."),)
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == "---"), None)
    if end is None:
        return (
            Problem(file, len(lines), "error", "the front matter has no end: add a line `---` below it."),
        )
    yaml = read_yaml("\n".join(lines[1:end]), file, first_line=2)
    if any(is_error(problem) for problem in yaml.problems):
        return yaml.problems
    if not isinstance(yaml.value, dict):
        return (Problem(file, 2, "error", "the front matter must be keys with values, as in `name: …`."),)
    return FileRead(file, yaml.value, "\n".join(lines[end + 1 :]).strip(), yaml)


@dataclass
class _Asked:
    """Asks a file for everything an agent needs and notes what is wrong on the way."""

    read: FileRead
    packaged: Agent | None = None
    problems: list[Problem] = field(default_factory=list)

    def agent(self) -> Agent:
        self._keys()
        name = self._name()
        kind = self._kind(name)
        agent = Agent(
            name=name,
            kind=kind,
            description=self._description(),
            model=self._model(),
            tools=self._tools(kind),
            owned=self._globs("owns"),
            never=self._globs("never"),
            reads=self._paths("reads"),
            must_leave=self._paths("must_leave"),
            prompt=self._prompt(),
            color=str(self.read.front.get("color") or ""),
            file=self.read.file,
        )
        self._fits_together(agent)
        return agent

    # --- Claude Code's keys ---

    def _keys(self) -> None:
        for key in self.read.front:
            if key not in KEYS:
                self._warn((key,), f"Baton does not use the key `{key}`. {did_you_mean(key, KEYS)}")

    def _name(self) -> str:
        name = self.read.front.get("name")
        stem = PurePosixPath(self.read.file).stem
        if not isinstance(name, str) or not name:
            self._wrong(("name",), f"the agent has no name; write `name: {stem}`.")
            return stem
        if not _NAME.fullmatch(name):
            self._wrong(
                ("name",),
                f"“{name}” is no name: use letters, digits, “-”, “_” and “.”, and begin with a letter.",
            )
        elif name != stem:
            self._warn(("name",), f"the agent is called “{name}”, so its file should be called {name}.md.")
        return name

    def _description(self) -> str:
        description = self.read.front.get("description", self.packaged.description if self.packaged else None)
        if isinstance(description, str) and description.strip():
            return description.strip()
        self._wrong(("description",), "the agent has no description; say in a sentence when it acts.")
        return ""

    def _model(self) -> str:
        model = self.read.front.get("model")
        if model is None:
            return "inherit"
        name = str(model).strip()
        name = name.lower() if name.lower() in ALIASES else name
        if not is_model(name):
            self._wrong(("model",), unknown_model(name))
        return name

    def _tools(self, kind: AgentKind) -> tuple[str, ...]:
        listed = self.read.front.get("tools")
        if listed is None or listed == "":
            return default_tools(kind)
        names = listed.split(",") if isinstance(listed, str) else listed
        if not isinstance(names, list):
            self._wrong(("tools",), "`tools` must be a list, as in `Read, Grep, Glob`.")
            return ()
        found = (self._tool(str(name).strip()) for name in names)
        return tuple(dict.fromkeys(tool for tool in found if tool))

    def _tool(self, name: str) -> str:
        offered = {tool.lower(): tool for tool in TOOLS}
        if name and name.lower() not in offered:
            self._warn(("tools",), f"Baton offers no tool “{name}”. {did_you_mean(name, TOOLS)}")
        return offered.get(name.lower(), "")

    def _prompt(self) -> str:
        if not self.read.body and self.packaged is None:
            self._wrong((), "below the front matter stands nothing; write what the agent is to do.")
        return self.read.body

    # --- the contract ---

    @property
    def _contract(self) -> Mapping[str, object]:
        contract = self.read.front.get("baton")
        return cast("Mapping[str, object]", contract) if isinstance(contract, dict) else {}

    def _kind(self, name: str) -> AgentKind:
        kinds = {packaged: kind for kind, packaged in PACKAGED_NAMES.items()}
        if not self.read.has_contract and name in kinds:
            self._warn(
                (), f"without the key `baton:` {name} is taken for the {kinds[name]} agent and owns no files."
            )
            return kinds[name]
        if not self.read.has_contract or not isinstance(self.read.front["baton"], dict):
            self._wrong(
                ("baton",), f"the key `baton:` must say what the agent is: {', '.join(CONTRACT_KEYS)}."
            )
            return kinds.get(name, ORCHESTRATOR)
        for key in self._contract:
            if key not in CONTRACT_KEYS:
                self._wrong(
                    ("baton", key), f"there is no key `baton.{key}`. {did_you_mean(key, CONTRACT_KEYS)}"
                )
        if self.packaged and self._contract.get("kind", self.packaged.kind) == self.packaged.kind:
            return self.packaged.kind
        kind = str(self._contract.get("kind", ""))
        found = next((each for each in KINDS if each == kind), None)
        if found and self.packaged:
            message = f"{name} is the {self.packaged.kind} agent and stays it; remove `kind`."
            self._wrong(("baton", "kind"), message)
        if found is None:
            self._wrong(("baton", "kind"), f"“{kind}” is no kind of agent. {did_you_mean(kind, KINDS)}")
        return found or kinds.get(name, ORCHESTRATOR)

    def _globs(self, key: str) -> tuple[str, ...]:
        entries = tuple(self._entries(key))
        for place, glob in entries:
            if wrong := fault(glob):
                self._wrong(place, wrong)
        return tuple(glob for _, glob in entries)

    def _paths(self, key: str) -> tuple[str, ...]:
        entries = tuple(self._entries(key))
        for place, path in entries:
            if not stays_inside(path) or "*" in path:
                self._wrong(place, f"“{path}” under `{key}` must be the path of one file, from the root.")
        return tuple(path for _, path in entries)

    def _entries(self, key: str) -> Iterator[tuple[Place, str]]:
        value = self._contract.get(key)
        entries = value if isinstance(value, list) else [] if value is None else [value]
        for index, entry in enumerate(entries):
            place: Place = ("baton", key, index)
            if isinstance(entry, str):
                yield place, entry
            else:
                self._wrong(place, f"`baton.{key}` must be a list of paths, as in `- docs/openapi.yaml`.")

    def _fits_together(self, agent: Agent) -> None:
        if agent.kind == StageKind.REVIEW and agent.owned:
            self._wrong(("baton", "owns"), "a reviewer reads everything and owns nothing; remove `owns`.")
        for index, path in enumerate(agent.must_leave):
            owner = self.packaged if self.packaged and not agent.owned else agent
            if stays_inside(path) and (not matches(path, owner.owned) or matches(path, agent.never)):
                message = f"{agent.name} must leave {path}, but does not own it; add it to `owns`."
                self._wrong(("baton", "must_leave", index), message)

    def _wrong(self, place: Place, message: str) -> None:
        self._say("error", place, message)

    def _warn(self, place: Place, message: str) -> None:
        self._say("warning", place, message)

    def _say(self, level: ProblemLevel, place: Place, message: str) -> None:
        self.problems.append(Problem(self.read.file, self.read.yaml.line(place), level, message))
