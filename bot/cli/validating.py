"""What `baton validate` looks at: which files a path means, and all that is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.cli.ending import Stop
from bot.plan.agent_file import read_agents
from bot.plan.agents_here import OWN_AGENTS
from bot.plan.configuration import FILE
from bot.plan.problem import Problem
from bot.plan.validation import validate_agents, validate_repository
from bot.settings import PACKAGED_AGENTS

CONFIGURATIONS = (".yml", ".yaml")


@dataclass(frozen=True)
class Checked:
    """What was looked at, in words, and what is wrong with it."""

    what: str
    problems: tuple[Problem, ...]


def checked_at(path: Path | None) -> Checked:
    """Everything at this path; without one everything here, or Baton's own agents where nothing is."""
    if path is None:
        return _directory(Path()) or _agents(PACKAGED_AGENTS)
    if path.is_file():
        return _file(path)
    if not path.is_dir():
        raise Stop(
            f"There is no file or directory {path}. Name a repository, a directory of agents, or a file.", 2
        )
    checked = _directory(path)
    if checked is None:
        raise Stop(
            f"There is nothing to validate in {path}: no `agents/*.md`, no `{FILE}`, no `{OWN_AGENTS}/*.md`, "
            "and no agents' files of its own. Name a repository, a directory of agents, or a file.",
            2,
        )
    return checked


def _file(path: Path) -> Checked:
    if path.suffix == ".md":
        return Checked(str(path), read_agents({str(path): _text(path)}).problems)
    if path.suffix in CONFIGURATIONS:
        return Checked(str(path), _renamed(_repository(_text(path), {}), {FILE: str(path)}))
    raise Stop(f"{path} is neither an agent's file (`.md`) nor a configuration (`.yml`).", 2)


def _directory(path: Path) -> Checked | None:
    """A directory of agents' files is one set; a repository has a set, a configuration, or both."""
    found = []
    if _markdown(path / "agents"):
        found.append(_agents(path / "agents"))
    configuration, own = path / FILE, _markdown(path / OWN_AGENTS)
    if configuration.is_file() or own:
        text = _text(configuration) if configuration.is_file() else None
        problems = _repository(text, {str(each): _text(each) for each in own})
        named = [str(each) for each in ([configuration] if text is not None else [])]
        named += [f"{path / OWN_AGENTS} ({len(own)} files)"] if own else []
        found.append(Checked(" and ".join(named), _renamed(problems, {FILE: str(configuration)})))
    if not found and any(_looks_like_an_agent(each) for each in _markdown(path)):
        found.append(_agents(path))
    if not found:
        return None
    return Checked(", ".join(each.what for each in found), tuple(p for each in found for p in each.problems))


def _agents(directory: Path) -> Checked:
    texts = {str(each): _text(each) for each in _markdown(directory)}
    return Checked(f"{directory} ({len(texts)} files)", validate_agents(texts))


def _repository(configuration: str | None, own: Mapping[str, str]) -> tuple[Problem, ...]:
    packaged = read_agents({str(each): _text(each) for each in _markdown(PACKAGED_AGENTS)})
    return validate_repository(configuration, own, packaged.agents)


def _renamed(problems: Iterable[Problem], names: Mapping[str, str]) -> tuple[Problem, ...]:
    """The place as it is reached from here, so that an editor can open it."""
    return tuple(replace(problem, file=names.get(problem.file, problem.file)) for problem in problems)


def _markdown(directory: Path) -> list[Path]:
    return sorted(each for each in directory.glob("*.md") if each.is_file())


def _looks_like_an_agent(path: Path) -> bool:
    return _text(path).lstrip("\ufeff").startswith("---")


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")
