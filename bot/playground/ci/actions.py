"""What `uses:` does here: the checkout, the machine's tools; everything else is skipped and says so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.playground.ci.caches import Slot, take_slot
from bot.playground.ci.event import Event
from bot.playground.ci.node import node_version, provide_npm
from bot.playground.ci.process import Exited
from bot.playground.ci.python import Interpreter, environment_key, find_interpreter
from bot.playground.ci.source import GitRefused, Source, git
from bot.playground.ci.uv import Run, fetch_uv, known_uv

Say = Callable[[str], None]
_TOOLS = {
    "go": "go",
    "java": "java",
    "dotnet": "dotnet",
    "ruby": "ruby",
    "node": "node",
}


@dataclass(frozen=True)
class Provided:
    """The action did its part: directories for PATH, variables, outputs."""

    path: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotRun:
    """The action is not one that the playground knows; nothing was done."""

    why: str


@dataclass(frozen=True)
class ToolMissing:
    """The machine has no such tool: the whole job is reported as skipped."""

    why: str


@dataclass(frozen=True)
class Failed:
    """The action could not do what it is for."""

    why: str


Outcome = Provided | NotRun | ToolMissing | Failed


class Toolbox:
    """The actions of one job, and the environments that it holds until it ends."""

    def __init__(
        self,
        source: Source,
        event: Event,
        fingerprint: str,
        workspace: Path,
        cache: Path,
        say: Say,
        run: Run,
    ) -> None:
        self._source = source
        self._event = event
        self._fingerprint = fingerprint
        self._workspace = workspace
        self._cache = cache
        self._say = say
        self._run = run
        self._slots: dict[Path, Slot] = {}

    def use(self, action: str, inputs: Mapping[str, str], environment: Mapping[str, str]) -> Outcome:
        """Does what the action does here."""
        name = action.partition("@")[0].lower()
        match name.split("/"):
            case ["actions", "checkout"]:
                return self._check_out(inputs, environment)
            case ["actions", "setup-python"]:
                return self._set_up_python(inputs, environment)
            case ["astral-sh", "setup-uv"]:
                return self._set_up_uv(inputs, environment)
            case ["actions", setup] if setup.startswith("setup-"):
                return self._set_up(setup.removeprefix("setup-"), inputs, environment)
            case ["actions", "upload-artifact"]:
                return NotRun(f"{action} is skipped: the playground keeps no artifacts")
        return NotRun(f"{action} is skipped: the playground's CI runs no actions but checkout and setup")

    def give_back(self, whole: bool) -> None:
        """Lets other jobs have the environments."""
        for slot in self._slots.values():
            slot.give_back(whole)
        self._slots.clear()

    def _check_out(self, inputs: Mapping[str, str], environment: Mapping[str, str]) -> Outcome:
        repository = inputs.get("repository") or self._event.repository
        if repository != self._event.repository:
            return NotRun(
                f"the checkout of {repository} is skipped: the playground holds only this repository"
            )
        into = Path(os.path.normpath(self._workspace / inputs.get("path", "")))
        if not into.is_relative_to(self._workspace):
            return Failed(f"Repository path '{inputs['path']}' is not under the workspace")
        try:
            _empty(into)
            sha = self._source.check_out(into, self._event, inputs.get("ref") or None)
        except GitRefused as refused:
            return Failed(str(refused))
        self._say(f"HEAD is now at {sha}")
        has_packages = any(name.endswith("package-lock.json") for name in self._files())
        variables = provide_npm(self._tools, self._cache, environment) if has_packages else {}
        return Provided((self._tools,) if variables else (), variables)

    def _set_up_python(self, inputs: Mapping[str, str], environment: Mapping[str, str]) -> Outcome:
        interpreter = self._interpreter(inputs, environment)
        key = environment_key(self._workspace, self._files(), interpreter, self._fingerprint)
        directory = self._cache / "python" / key
        if directory not in self._slots:
            self._slots[directory] = take_slot(directory)
        return self._python(self._slots[directory], interpreter, environment)

    def _interpreter(self, inputs: Mapping[str, str], environment: Mapping[str, str]) -> Interpreter:
        interpreter = find_interpreter(inputs.get("python-version", ""), environment)
        if interpreter.instead_of:
            wanted = interpreter.instead_of
            self._say(f"Python {wanted} is not on this machine; {interpreter.version} is used instead")
        return interpreter

    def _python(self, slot: Slot, interpreter: Interpreter, environment: Mapping[str, str]) -> Outcome:
        python = slot.directory / "bin" / "python"
        if not python.exists() and not self._made(slot.directory, interpreter.path, environment):
            return Failed(
                f"{interpreter.path} -m venv did not make a virtual environment;"
                " on Debian: apt-get install python3-venv"
            )
        state = "kept from an earlier run" if slot.warm else "made for this job"
        self._say(f"Python {interpreter.version} in a virtual environment {state}: {slot.directory}")
        outputs = {
            "python-version": interpreter.version,
            "python-path": str(python),
            "cache-hit": "true" if slot.warm else "false",
        }
        # uv would else choose among this machine's own interpreters, and install into them with --system.
        variables = {"pythonLocation": str(slot.directory), "UV_PYTHON": str(python)}
        return Provided((slot.directory / "bin",), variables, outputs)

    def _made(self, directory: Path, interpreter: str, environment: Mapping[str, str]) -> bool:
        uv = known_uv(self._cache, environment)
        if uv is not None:
            quick = [str(uv), "venv", "-q", "--seed", "--python", interpreter, str(directory)]
            if self._run(quick, self._workspace, environment) == Exited(0):
                return True
            shutil.rmtree(directory, ignore_errors=True)
        made = self._run([interpreter, "-m", "venv", str(directory)], self._workspace, environment)
        return made == Exited(0)

    def _set_up_uv(self, inputs: Mapping[str, str], environment: Mapping[str, str]) -> Outcome:
        uv = known_uv(self._cache, environment)
        if uv is None:
            base = find_interpreter("", environment).path
            uv = fetch_uv(self._cache, self._workspace.parent / "temp", base, environment, self._run)
        if uv is None:
            return Failed(
                "This machine has no uv and `pip install uv` failed; install uv or mend pip's index"
            )
        self._say(f"uv of this machine: {uv}")
        provided = self._set_up_python(inputs, environment)
        if not isinstance(provided, Provided):
            return provided
        variables = dict(provided.variables)
        if inputs.get("activate-environment") == "true":
            variables["VIRTUAL_ENV"] = variables["pythonLocation"]
        self._link(uv)
        return Provided((*provided.path, self._tools), variables, provided.outputs)

    def _link(self, tool: Path) -> None:
        # Linked one by one: its own directory may hold a Python that is not the job's.
        self._tools.mkdir(exist_ok=True)
        for name in ("uv", "uvx"):
            if (tool.parent / name).exists() and not (self._tools / name).is_symlink():
                (self._tools / name).symlink_to(tool.parent / name)

    def _set_up(self, what: str, inputs: Mapping[str, str], environment: Mapping[str, str]) -> Outcome:
        tool = _TOOLS.get(what, what)
        found = shutil.which(tool, path=environment["PATH"])
        if found is None:
            return ToolMissing(f"{tool} is not on this machine, so this job is reported as skipped")
        version = node_version(environment).lstrip("v") if tool == "node" else ""
        self._say(f"{tool} of this machine: {found} {version}".rstrip())
        wanted = inputs.get(f"{what}-version", "")
        if version and wanted[:1].isdigit() and wanted.split(".")[0] != version.split(".")[0]:
            self._say(f"{tool} {wanted} is not on this machine; {version} is used instead")
        return Provided(outputs={f"{what}-version": version} if version else {})

    def _files(self) -> list[str]:
        try:
            return git(self._workspace, "ls-files", "-z").split("\0")[:-1]
        except GitRefused:
            return []

    @property
    def _tools(self) -> Path:
        return self._workspace.parent / "tools"


def _empty(directory: Path) -> None:
    if directory.exists():
        shutil.rmtree(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
