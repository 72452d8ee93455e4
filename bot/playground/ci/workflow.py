"""A workflow file as values: when it runs, its jobs, their steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.playground.ci.values import Value

Patterns = tuple[str, ...]


@dataclass(frozen=True)
class Trigger:
    """One event under `on:` with its filters; a filter that is not written is None."""

    branches: Patterns | None = None
    branches_ignore: Patterns | None = None
    tags: Patterns | None = None
    tags_ignore: Patterns | None = None
    paths: Patterns | None = None
    paths_ignore: Patterns | None = None
    types: Patterns | None = None


@dataclass(frozen=True)
class Defaults:
    """`defaults.run` of a workflow or a job."""

    shell: str | None = None
    working_directory: str | None = None

    def over(self, wider: Defaults) -> Defaults:
        """These, and where they say nothing the wider ones."""
        return Defaults(self.shell or wider.shell, self.working_directory or wider.working_directory)


@dataclass(frozen=True)
class Step:
    """One step of a job: a script to run or an action to use."""

    number: int
    id: str | None
    name: str | None
    run: str | None
    uses: str | None
    inputs: Mapping[str, Value]
    env: Value
    condition: str
    shell: str | None
    working_directory: str | None
    continue_on_error: Value
    timeout_minutes: Value


@dataclass(frozen=True)
class Job:
    """One job as the file writes it; a matrix makes several of it."""

    id: str
    name: str | None
    needs: tuple[str, ...]
    condition: str
    uses: str | None
    steps: tuple[Step, ...]
    env: Value
    defaults: Defaults
    matrix: Value
    fail_fast: Value
    continue_on_error: Value
    timeout_minutes: Value
    outputs: Mapping[str, Value]
    not_provided: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True)
class Concurrency:
    """`concurrency:` of a workflow; only cancelling what runs is acted on."""

    group: str
    cancel_in_progress: Value


@dataclass(frozen=True)
class Workflow:
    """One file under `.github/workflows` that can be run."""

    path: str
    name: str
    triggers: Mapping[str, Trigger]
    env: Value
    concurrency: Concurrency | None
    jobs: tuple[Job, ...]


@dataclass(frozen=True)
class BrokenWorkflow:
    """A file that GitHub would not start, and why; its triggers as far as they could be read."""

    path: str
    name: str
    why: str
    triggers: Mapping[str, Trigger] | None = None
