"""The agents as one repository has them: its own files narrow the packaged ones, and it may choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

from bot.plan.agent import ORCHESTRATOR, Agent
from bot.plan.agent_file import AgentsRead, FileRead, agent_of, split
from bot.plan.configuration import FILE, Configuration
from bot.plan.globs import meeting_points, sample
from bot.plan.model_name import ALIASES, is_model, unknown_model
from bot.plan.problem import Problem, did_you_mean, is_error
from bot.plan.stage_kind import StageKind
from bot.plan.yaml_text import Place

WORKFLOWS = ".github/workflows/**"
OWN_AGENTS = ".claude/agents"
OPENAPI = "docs/openapi.yaml"
MIGRATIONS = "supabase/migrations/**"


def agents_here(
    packaged: tuple[Agent, ...],
    own_texts: Mapping[str, str],
    configuration: Configuration,
    line_of: Callable[[Place], int] = lambda place: 1,
) -> AgentsRead:
    """The agents that work in a repository. What its files may not say is told and left out.

    `line_of` says on which line of `.github/baton.yml` a key stands.
    """
    own = with_own_agents(packaged, own_texts)
    chosen = with_choices(own.agents, configuration, line_of)
    return AgentsRead(chosen.agents, (*own.problems, *chosen.problems))


def with_own_agents(packaged: tuple[Agent, ...], texts: Mapping[str, str]) -> AgentsRead:
    """`.claude/agents/*.md` of the default branch: body and model are replaced, files only narrowed.

    A file that cannot be read changes nothing and is told as a warning; files of other names are the
    repository's own business unless they ask for Baton's contract.
    """
    agents = {agent.name: agent for agent in packaged}
    problems: list[Problem] = []
    for file, text in sorted(texts.items()):
        read = split(file, text)
        if not isinstance(read, FileRead):
            problems.extend(_milder(read))
            continue
        name = str(read.front.get("name", ""))
        if name in agents:
            agents[name], found = _replaced(agents[name], read)
            problems.extend(found)
        elif read.has_contract:
            message = f"“{name}” is no agent of Baton's, so its `baton:` counts for nothing. "
            line = read.yaml.line(("baton",))
            problems.append(Problem(file, line, "warning", message + did_you_mean(name, agents)))
    return AgentsRead(tuple(agents.values()), tuple(problems))


def with_choices(
    agents: tuple[Agent, ...],
    configuration: Configuration,
    line_of: Callable[[Place], int] = lambda place: 1,
) -> AgentsRead:
    """What `.github/baton.yml` changes: owners, models, where documents are, who does what."""
    problems = [*_unknown_names(agents, configuration, line_of)]
    if configuration.openapi.path != OPENAPI:
        agents = tuple(_with_document_at(agent, OPENAPI, configuration.openapi.path) for agent in agents)
    agents = tuple(_with_choices(agent, configuration) for agent in agents)
    return AgentsRead(agents, (*problems, *two_owners(agents)))


# --- a repository's own files -------------------------------------------------------------------------


def _replaced(agent: Agent, read: FileRead) -> tuple[Agent, tuple[Problem, ...]]:
    """The packaged agent with the repository's words; its powers can only become less."""
    if not read.has_contract:
        return _with_words(agent, read)
    own, found = agent_of(read, agent)
    if own is None:
        return agent, _milder(found)
    narrowed = replace(
        agent,
        prompt=own.prompt or agent.prompt,
        model=own.model if "model" in read.front else agent.model,
        file=read.file,
        tools=tuple(tool for tool in agent.tools if tool in own.tools)
        if "tools" in read.front
        else agent.tools,
        never=(*agent.never, *own.never),
        narrowed_to=(*agent.narrowed_to, own.owned) if own.owned else agent.narrowed_to,
        reads=tuple(dict.fromkeys((*agent.reads, *own.reads))),
        must_leave=tuple(dict.fromkeys((*agent.must_leave, *own.must_leave))),
    )
    return narrowed, (*found, *_widenings(agent, own, read))


def _with_words(agent: Agent, read: FileRead) -> tuple[Agent, tuple[Problem, ...]]:
    """Without `baton:` a file of that name is Claude Code's: its body and its model count, nothing else."""
    model = str(read.front.get("model") or agent.model).strip()
    model = model.lower() if model.lower() in ALIASES else model
    problems: tuple[Problem, ...] = ()
    if not is_model(model):
        message = f"{unknown_model(model)} {agent.name} keeps “{agent.model}”."
        problems = (Problem(read.file, read.yaml.line(("model",)), "warning", message),)
        model = agent.model
    return replace(agent, prompt=read.body or agent.prompt, model=model, file=read.file), problems


def _widenings(agent: Agent, own: Agent, read: FileRead) -> Iterator[Problem]:
    for index, glob in enumerate(own.owned):
        if not agent.owns(sample(glob)):
            message = (
                f"“{glob}” is not {agent.name}'s and stays so: a file here may narrow, never widen. "
                f"To widen, write it into {FILE}."
            )
            yield Problem(read.file, read.yaml.line(("baton", "owns", index)), "warning", message)


def _milder(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """A repository's broken file stops nothing: the packaged agent works instead."""
    return tuple(
        replace(problem, level="warning", message=f"{problem.message} Until then the packaged agent works.")
        if is_error(problem)
        else problem
        for problem in problems
    )


# --- the configuration --------------------------------------------------------------------------------


def _with_choices(agent: Agent, configuration: Configuration) -> Agent:
    choices = configuration.agents.get(agent.name)
    if choices is not None:
        agent = replace(
            agent,
            owned=agent.owned if choices.owns is None else choices.owns,
            narrowed_to=agent.narrowed_to if choices.owns is None else (),
            never=agent.never if choices.never is None else choices.never,
            model=choices.model or agent.model,
        )
    if configuration.database.migrations != MIGRATIONS:
        agent = _given(agent, StageKind.DATABASE, configuration.database.migrations)
    if configuration.conventions:
        agent = _given(agent, ORCHESTRATOR, configuration.conventions)
    if not configuration.devops.workflows:
        agent = replace(agent, never=(*agent.never, WORKFLOWS))
    return agent


def _given(agent: Agent, kind: object, glob: str) -> Agent:
    """Files that one kind of agent owns and no other."""
    if agent.kind == kind:
        return replace(agent, owned=(*agent.owned, glob))
    return replace(agent, never=(*agent.never, glob))


def _with_document_at(agent: Agent, usual: str, here: str) -> Agent:
    def moved(paths: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(here if path == usual else path for path in paths)

    owned = moved(agent.owned)
    never = agent.never if here in owned else (*agent.never, here)
    return replace(
        agent, owned=owned, never=never, reads=moved(agent.reads), must_leave=moved(agent.must_leave)
    )


def _unknown_names(
    agents: tuple[Agent, ...], configuration: Configuration, line_of: Callable[[Place], int]
) -> Iterator[Problem]:
    names = [agent.name for agent in agents]
    used: list[tuple[Place, str]] = [(("agents", name), name) for name in configuration.agents]
    used += [(("stages", kind.value), name) for kind, name in configuration.stages.items()]
    for place, name in used:
        if name not in names:
            message = f"`{place[0]}` names “{name}”, and there is no such agent. {did_you_mean(name, names)}"
            yield Problem(FILE, line_of(place), "error", message)


def two_owners(agents: tuple[Agent, ...]) -> Iterator[Problem]:
    """Files that two agents would own: each must be one's alone, or stages would undo each other's work."""
    for one, other in combinations(agents, 2):
        shared = _shared(_files_of(one), _files_of(other))
        if shared is not None:
            message = (
                f"{one.name} and {other.name} would both own files such as {shared}; "
                f"give them to one, and list them under `never` of the other."
            )
            yield Problem(other.file or FILE, 1, "error", message)


def _files_of(agent: Agent) -> Agent:
    """The agent by its globs alone."""
    return Agent("", agent.kind, owned=agent.owned, never=agent.never, narrowed_to=agent.narrowed_to)


@lru_cache(maxsize=1000)
def _shared(one: Agent, other: Agent) -> str | None:
    """A file that both would own. Kept, since every repository asks it of much the same agents."""
    points = (
        point
        for left in one.owned
        for right in other.owned
        for point in meeting_points(left, right)
        if one.owns(point) and other.owns(point)
    )
    return next(points, None)
