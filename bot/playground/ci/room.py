"""The room a job runs in: its directories, and the environment that its steps find there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.playground.ci.contexts import exported, runner_context
from bot.playground.ci.environment import clean_environment, copy_settings
from bot.playground.ci.files import StepFiles
from bot.playground.ci.functions import Broken
from bot.playground.ci.process import TRACKING, end_leftovers
from bot.playground.ci.values import Value


class Room:
    """A temporary directory with workspace, HOME and scratch space; gone when the job is over."""

    def __init__(
        self,
        parent: Path,
        cache: Path,
        github: Mapping[str, Value],
        job_id: str,
        machine: Mapping[str, str],
    ) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="job-", dir=parent))
        self.workspace = self.root / str(github["repository"]).split("/")[-1]
        self.variables: dict[str, str] = {}  # of workflow and job, and what steps set for later ones
        self.tools: dict[str, str] = {}  # what actions set: needed by tools, not shown
        self.paths: list[str] = []  # what actions and steps put in front of PATH
        for directory in (
            self.workspace,
            *(self.root / name for name in ("home", "temp", "steps")),
        ):
            directory.mkdir()
        home, event_path = self.root / "home", self.root / "event.json"
        event_path.write_text(json.dumps(github["event"]), encoding="utf-8")
        copy_settings(Path(machine.get("HOME") or "/nonexistent"), home)
        self.github: dict[str, Value] = {
            **github,
            "job": job_id,
            "workspace": str(self.workspace),
            "event_path": str(event_path),
        }
        self.runner = runner_context(self.root / "temp", cache / "tools")
        self._tracking = f"playground_{self.root.name}"
        self._environment = {
            **clean_environment(home, cache, machine),
            **exported(self.github),
            **{f"RUNNER_{name.upper()}": str(value) for name, value in self.runner.items() if value},
            TRACKING: self._tracking,
        }

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """What a step begins with; later sources win, except that PATH is always put in front of."""
        merged = {**self._environment, **self.tools, **self.variables, **more}
        merged["PATH"] = os.pathsep.join([*self.paths, merged["PATH"]])
        return merged

    def step_files(self, number: int) -> StepFiles:
        """Fresh files for a step to write to."""
        return StepFiles.fresh(self.root / "steps" / str(number))

    def keep(self, files: StepFiles) -> None:
        """Keeps for later steps what a step wrote."""
        self.variables.update(files.variables())
        for path in reversed(files.paths()):
            self.put_in_front(path)

    def put_in_front(self, path: str) -> None:
        """The directory is looked at first from now on."""
        self.paths = [path, *(each for each in self.paths if each != path)]

    def directory(self, name: str | None) -> Path:
        """A working directory, which must be there and inside the job's own room."""
        path = Path(os.path.realpath(self.workspace / (name or ".")))
        if not path.is_relative_to(os.path.realpath(self.root)):
            raise Broken(f"The working directory '{name}' lies outside the job's own directories")
        if not path.is_dir():
            raise Broken(f"The working directory '{name}' does not exist in the checkout")
        return path

    def close(self) -> None:
        """Ends what steps left running and removes everything."""
        end_leftovers(self._tracking)
        shutil.rmtree(self.root, ignore_errors=True)
