"""A repository on this machine, set up as Baton would find it on GitHub, and only read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.cli.ending import Stop
from bot.engine.furnishing import furnished
from bot.engine.installed_agents import load_agents
from bot.facts.facts import House
from bot.plan.agent import Agent
from bot.plan.agents_here import OWN_AGENTS, agents_here
from bot.plan.configuration import FILE, Configuration, read_configuration
from bot.plan.problem import Problem, did_you_mean, is_error
from bot.plan.yaml_text import read_yaml
from bot.settings import Settings, load_settings
from bot.workspace.local import commit_named, git_directory
from bot.workspace.mirror import Mirror, Mirrors

LOGIN = "baton-app"


@dataclass(frozen=True)
class LocalRepository:
    """The repository through a mirror of its own, which is gone afterwards."""

    path: Path
    mirror: Mirror

    def commit(self, revision: str) -> str:
        """The SHA that a revision names, brought into the mirror. Raises RevisionUnknown."""
        sha = commit_named(self.path, revision)
        self.mirror.fetch(sha)
        return sha


@contextmanager
def opened(path: Path) -> Iterator[LocalRepository]:
    """Raises RevisionUnknown where the path is no git repository."""
    origin = git_directory(path.absolute())
    with tempfile.TemporaryDirectory(prefix="baton-") as directory:
        mirror = Mirrors(Path(directory)).of("local", str(origin), lambda: "")
        yield LocalRepository(path, mirror)


def local_settings() -> Settings:
    """The environment, of which an App is not asked here."""
    return load_settings(app_required=False)


def house_at(mirror: Mirror, sha: str, settings: Settings) -> House:
    """How the repository is set up at this commit: the installation's agents, narrowed and chosen there.

    Raises Stop with every problem where its files cannot be used (Baton would ask on the issue), AgentsInvalid
    for those of the installation.
    """
    own = [path for path in mirror.paths(sha) if path.startswith(f"{OWN_AGENTS}/") and path.endswith(".md")]
    texts = mirror.read_many(sha, [FILE, *own])
    text = texts.pop(FILE, "")
    configuration = read_configuration(text)
    if not isinstance(configuration, Configuration):
        raise Stop(_unusable(configuration))
    read = agents_here(load_agents(settings.agents_dir), texts, configuration, read_yaml(text, FILE).line)
    if read.errors:
        raise Stop(_unusable(read.errors))
    return furnished(configuration, read.agents, LOGIN, settings)


def agent_called(name: str, house: House) -> Agent:
    """Raises Stop with the names there are."""
    found = next((agent for agent in house.agents if agent.name == name), None)
    if found is None:
        names = [agent.name for agent in house.agents]
        raise Stop(f"There is no agent “{name}”. {did_you_mean(name, names)}", 2)
    return found


def _unusable(problems: tuple[Problem, ...]) -> str:
    listed = "\n".join(f"  - {problem}" for problem in problems if is_error(problem))
    return f"These files cannot be used as they are:\n{listed}"
