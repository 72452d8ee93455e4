"""The world of the CI's tests: a real repository, and a reporter that remembers what it was told."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

from bot.playground.ci.ports import Annotation, ContinuousIntegration, StepResult
from bot.playground.ci.runner import WorkflowRunner

_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\S+Z ", re.MULTILINE)


@dataclass
class SeenJob:
    """A check run as the reporter saw it."""

    run_id: int
    name: str
    states: list[str] = field(default_factory=lambda: ["queued"])
    conclusion: str | None = None
    raw_log: str = ""
    steps: tuple[StepResult, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    @property
    def log(self) -> str:
        """The log without its times."""
        return _TIME.sub("", self.raw_log)

    @property
    def step_conclusions(self) -> dict[str, str]:
        """The conclusions by the step's name, without GitHub's own first and last."""
        return {step.name: step.conclusion for step in self.steps[1:-1]}


@dataclass
class SeenRun:
    """A workflow run as the reporter saw it."""

    repository: str
    sha: str
    event: str
    workflow_name: str
    workflow_path: str
    branch: str
    number: int | None
    conclusion: str | None = None


class Recorder:
    """A Reporter that remembers everything."""

    def __init__(self) -> None:
        self.runs: dict[int, SeenRun] = {}
        self.all_jobs: dict[int, SeenJob] = {}
        self.order: list[str] = []
        self._lock = threading.Lock()

    def run_started(
        self,
        repository: str,
        sha: str,
        event: str,
        workflow_name: str,
        workflow_path: str,
        branch: str,
        number: int | None,
    ) -> int:
        with self._lock:
            run_id = len(self.runs) + 1
            self.runs[run_id] = SeenRun(repository, sha, event, workflow_name, workflow_path, branch, number)
            return run_id

    def job_queued(self, run_id: int, name: str) -> int:
        with self._lock:
            job_id = 1000 + len(self.all_jobs)
            self.all_jobs[job_id] = SeenJob(run_id, name)
            self.order.append(f"{name} queued")
            return job_id

    def job_started(self, job_id: int) -> None:
        with self._lock:
            self.all_jobs[job_id].states.append("in_progress")
            self.order.append(f"{self.all_jobs[job_id].name} started")

    def job_finished(
        self,
        job_id: int,
        conclusion: str,
        log: str,
        steps: tuple[StepResult, ...],
        annotations: tuple[Annotation, ...],
    ) -> None:
        with self._lock:
            job = self.all_jobs[job_id]
            job.states.append("completed")
            job.conclusion, job.raw_log, job.steps, job.annotations = (
                conclusion,
                log,
                steps,
                annotations,
            )
            self.order.append(f"{job.name} finished")

    def run_finished(self, run_id: int, conclusion: str) -> None:
        with self._lock:
            self.runs[run_id].conclusion = conclusion

    @property
    def conclusions(self) -> dict[str, str | None]:
        """How each job ended, by name."""
        return {job.name: job.conclusion for job in self.all_jobs.values()}

    @property
    def run_conclusions(self) -> list[str | None]:
        """How each run ended, in order of their beginnings."""
        return [run.conclusion for run in self.runs.values()]

    def job(self, name: str) -> SeenJob:
        """The newest job of that name."""
        return [job for job in self.all_jobs.values() if job.name == name][-1]

    @property
    def only_job(self) -> SeenJob:
        """The one job there is."""
        (job,) = self.all_jobs.values()
        return job


class Repository:
    """A bare repository, written by plumbing, as GitHub's side keeps it."""

    def __init__(self, directory: Path) -> None:
        self.git_dir = directory / "product.git"
        self._index = directory / "index"
        self.git("init", "-q", "--bare", "-b", "main", str(self.git_dir))

    def git(self, *arguments: str, text: str | None = None) -> str:
        alone = {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "PATH": os.environ["PATH"],
        }
        names = {
            f"GIT_{who}_{what}": "t@example.org"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        place = {"GIT_DIR": str(self.git_dir), "GIT_INDEX_FILE": str(self._index)}
        environment = {**alone, **names, **place}
        done = subprocess.run(
            ["git", *arguments],
            env=environment,
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def commit(
        self,
        files: dict[str, str],
        branch: str = "main",
        parent: str | None = None,
        message: str = "Change",
    ) -> str:
        """Writes files on top of a branch (or of the parent) and moves the branch there."""
        parent = parent or self.head(branch)
        self.git("read-tree", *([parent] if parent else ["--empty"]))
        for path, text in files.items():
            blob = self.git("hash-object", "-w", "--stdin", text=dedent(text))
            self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        tree = self.git("write-tree")
        parents = ["-p", parent] if parent else []
        sha = self.git("commit-tree", tree, *parents, "-m", message)
        self.git("update-ref", f"refs/heads/{branch}", sha)
        return sha

    def head(self, branch: str) -> str | None:
        found = self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
        return found or None


class World:
    """A repository whose pushes and pull requests meet the CI."""

    def __init__(self, directory: Path, cache: Path) -> None:
        self.repository = Repository(directory)
        self.seen = Recorder()
        self.directory = directory
        self.cache = cache
        self._runner: ContinuousIntegration | None = None

    @property
    def ci(self) -> ContinuousIntegration:
        """The CI, started at its first use."""
        return self._runner or self.start()

    def start(self, **settings: object) -> ContinuousIntegration:
        self._runner = WorkflowRunner(self.seen, cache=self.cache, **settings)  # type: ignore[arg-type]
        return self._runner

    def close(self) -> None:
        if self._runner is not None:
            self._runner.close()

    def pushes(
        self,
        files: dict[str, str],
        branch: str = "main",
        message: str = "Change",
        wait: bool = True,
    ) -> str:
        """Somebody pushes files to a branch."""
        sha = self.repository.commit(files, branch, message=message)
        self.ci.happened(
            "push",
            "octo/product",
            self.repository.git_dir,
            sha,
            branch,
            None,
            None,
            frozenset(files),
        )
        if wait:
            self.waits()
        return sha

    def opens_a_pull_request(
        self, files: dict[str, str], branch: str = "topic", action: str | None = None
    ) -> str:
        """Somebody opens a pull request with files on top of main's first commit."""
        root = self.repository.git("rev-list", "--max-parents=0", "main")
        sha = self.repository.commit(files, branch, parent=root)
        self.ci.happened(
            "pull_request",
            "octo/product",
            self.repository.git_dir,
            sha,
            branch,
            "main",
            7,
            frozenset(files),
            action,
        )
        self.waits()
        return sha

    def waits(self) -> None:
        assert self.ci.idle(timeout=60), "the CI did not come to rest"

    def runs(self, workflow: str, **more: str) -> SeenJob:
        """Pushes one workflow file and gives its one job."""
        self.pushes({".github/workflows/ci.yml": workflow, **more})
        return self.seen.only_job

    def runs_steps(self, steps: str, **more: str) -> SeenJob:
        """Pushes a workflow of one job with these steps."""
        self.pushes({".github/workflows/ci.yml": job_of(steps), **more})
        return self.seen.only_job


def job_of(steps: str, on: str = "push") -> str:
    """A workflow file with one job, called test."""
    indented = "\n".join(f"      {line}" for line in dedent(steps).strip().split("\n"))
    return f"on: {on}\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n{indented}\n"
