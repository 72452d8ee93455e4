"""The agents of one repository: narrowed by its own files, changed by its configuration, never widened."""

from __future__ import annotations

import pytest

from bot.plan.agent import Agent, agent_for, named, owner_of
from bot.plan.agents_here import agents_here, with_choices, with_own_agents
from bot.plan.configuration import Configuration, read_configuration
from bot.plan.stage_kind import StageKind

BACKEND = Agent(
    name="backend-developer",
    kind=StageKind.BACKEND,
    description="Writes the backend.",
    model="sonnet",
    tools=("Read", "Write", "Grep"),
    owned=("backend/**",),
    never=("**/tests/**",),
    reads=("docs/openapi.yaml",),
    prompt="Packaged.",
)
API = Agent(
    name="api-designer",
    kind=StageKind.API,
    owned=("docs/openapi.yaml", "docs/paths/**"),
    must_leave=("docs/openapi.yaml",),
)
DATABASE = Agent(name="supabase-architect", kind=StageKind.DATABASE, owned=("supabase/**",))
TESTS = Agent(name="test-engineer", kind=StageKind.TESTING, owned=("backend/tests/**", "tests/**"))
DEVOPS = Agent(name="devops-engineer", kind=StageKind.DEVOPS, owned=(".github/workflows/**", "Makefile"))
LEADER = Agent(name="implementation-orchestrator", kind="orchestrator", owned=("specs/**", "CLAUDE.md"))
PACKAGED = (API, BACKEND, DATABASE, DEVOPS, LEADER, TESTS)
FILE = ".claude/agents/backend-developer.md"


def own(front: str, body: str = "Ours.") -> tuple[Agent, list[str]]:
    read = with_own_agents(PACKAGED, {FILE: f"---\nname: backend-developer\n{front}---\n{body}\n"})
    agent = named("backend-developer", read.agents)
    assert agent is not None and len(read.agents) == len(PACKAGED)
    return agent, [str(problem) for problem in read.problems]


def here(text: str) -> tuple[tuple[Agent, ...], list[str]]:
    configuration = read_configuration(text)
    assert isinstance(configuration, Configuration), configuration
    read = with_choices(PACKAGED, configuration)
    return read.agents, [problem.message for problem in read.problems]


def owner(path: str, text: str) -> str | None:
    found = owner_of(path, here(text)[0])
    return found.name if found else None


# --- the repository's own files ---


def test_without_a_contract_body_and_model_are_replaced_and_nothing_else() -> None:
    agent, problems = own(
        "description: Use when: no YAML here\n".replace(": no", " no") + "model: Opus\ntools: Bash\n"
    )
    assert (agent.prompt, agent.model) == ("Ours.", "opus")
    assert (agent.tools, agent.owned, agent.never) == (BACKEND.tools, BACKEND.owned, BACKEND.never)
    assert problems == []


def test_without_a_body_or_a_model_the_packaged_ones_stay() -> None:
    agent, _ = own("", body="")
    assert (agent.prompt, agent.model) == ("Packaged.", "sonnet")


def test_with_a_contract_files_tools_and_refusals_become_less() -> None:
    agent, problems = own(
        "tools: Read, Bash\nbaton:\n  owns: [backend/app/**]\n  never: [backend/app/secret/**]\n"
    )
    assert problems == []
    assert agent.tools == ("Read",)
    assert agent.owns("backend/app/main.py")
    assert not agent.owns("backend/scripts/x.py")
    assert not agent.owns("backend/app/secret/x.py")
    assert not agent.owns("backend/app/tests/test_x.py")


@pytest.mark.parametrize("glob", ["frontend/**", '"**"', "docs/openapi.yaml"])
def test_a_file_never_widens_and_says_where_widening_is_done(glob: str) -> None:
    """L15."""
    agent, problems = own(f"baton:\n  owns: [backend/**, {glob}]\n")
    assert not agent.owns("frontend/x.ts") and not agent.owns("docs/openapi.yaml")
    assert agent.owns("backend/main.py")
    assert (
        len(problems) == 1
        and ".github/baton.yml" in problems[0]
        and problems[0].startswith(f"{FILE}:4: warning")
    )


def test_a_file_cannot_change_what_kind_an_agent_is() -> None:
    agent, problems = own("baton:\n  kind: devops\n")
    assert agent == BACKEND
    assert "stays it" in problems[0] and "Until then the packaged agent works." in problems[0]


def test_what_the_repository_wants_read_and_left_is_added() -> None:
    agent, problems = own("baton:\n  reads: [docs/style.md]\n  must_leave: [backend/CHANGES.md]\n")
    assert agent.reads == ("docs/openapi.yaml", "docs/style.md")
    assert agent.must_leave == ("backend/CHANGES.md",)
    assert problems == []


def test_a_broken_file_changes_nothing_and_is_told_as_a_warning() -> None:
    agent, problems = own("description: Use it when: asked\n")
    assert agent == BACKEND
    assert problems[0].startswith(f"{FILE}:3: warning: a colon in a value needs quotes")


def test_an_unknown_model_is_told_and_the_packaged_one_works() -> None:
    """R004."""
    agent, problems = own("model: gpt\n")
    assert (agent.model, agent.prompt) == ("sonnet", "Ours.")
    assert "keeps “sonnet”" in problems[0]


def test_agents_of_other_names_are_the_repositorys_own_business() -> None:
    text = "---\nname: poet\ndescription: Writes poems.\n---\nSing."
    assert with_own_agents(PACKAGED, {".claude/agents/poet.md": text}).agents == PACKAGED
    assert with_own_agents(PACKAGED, {".claude/agents/poet.md": text}).problems == ()


def test_a_stranger_with_a_contract_is_told_that_it_counts_for_nothing() -> None:
    text = "---\nname: backend-develper\nbaton: {owns: ['**']}\n---\nMine."
    read = with_own_agents(PACKAGED, {".claude/agents/x.md": text})
    assert read.agents == PACKAGED
    assert "Did you mean “backend-developer”?" in read.problems[0].message


# --- the configuration ---


def test_the_configuration_may_widen() -> None:
    text = "agents: {backend-developer: {owns: [app/**, pyproject.toml], model: opus}}"
    assert owner("app/main.py", text) == owner("pyproject.toml", text) == "backend-developer"
    assert owner("backend/main.py", text) is None
    agents, problems = here(text)
    assert problems == [] and agents[1].model == "opus"


def test_the_configuration_has_the_last_word_over_a_repositorys_own_file() -> None:
    configuration = read_configuration("agents: {backend-developer: {owns: [app/**]}}")
    assert isinstance(configuration, Configuration)
    own_text = "---\nname: backend-developer\nbaton: {owns: [backend/app/**]}\n---\nOurs."
    read = agents_here(PACKAGED, {FILE: own_text}, configuration)
    found = owner_of("app/main.py", read.agents)
    assert found is not None and found.prompt == "Ours."


def test_a_file_that_would_have_two_owners_is_told() -> None:
    _, problems = here("agents: {backend-developer: {owns: [backend/**], never: []}}")
    assert problems == [
        (
            "backend-developer and test-engineer would both own files such as backend/tests/x; "
            "give them to one, and list them under `never` of the other."
        )
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "agents: {backend-develper: {model: opus}}",
            (
                "`agents` names “backend-develper”, and there is no such agent. "
                "Did you mean “backend-developer”?"
            ),
        ),
        ("stages: {backend: nobody}", "`stages` names “nobody”, and there is no such agent."),
    ],
)
def test_an_agent_that_does_not_exist_is_told(text: str, message: str) -> None:
    assert here(text)[1][0].startswith(message)


def test_the_repository_chooses_who_does_a_kind_of_stage() -> None:
    """R017."""
    configuration = read_configuration("stages: {backend: test-engineer}")
    assert isinstance(configuration, Configuration)
    chosen = agent_for(PACKAGED, configuration.stages)
    assert (chosen[StageKind.BACKEND], chosen[StageKind.API]) == ("test-engineer", "api-designer")


def test_the_specification_may_lie_elsewhere_and_everybody_knows() -> None:
    text = "openapi: {path: backend/openapi.yaml}"
    agents, problems = here(text)
    designer, developer = agents[0], agents[1]
    assert problems == []
    assert designer.must_leave == developer.reads == ("backend/openapi.yaml",)
    assert owner("backend/openapi.yaml", text) == "api-designer"
    assert owner("docs/openapi.yaml", text) is None


def test_migrations_elsewhere_belong_to_the_architect_alone() -> None:
    text = "database: {migrations: backend/alembic/versions/**}"
    assert owner("backend/alembic/versions/1.py", text) == "supabase-architect"
    assert owner("backend/main.py", text) == "backend-developer"
    assert here(text)[1] == []


def test_the_conventions_file_belongs_to_the_orchestrator_wherever_it_is() -> None:
    assert (
        owner("backend/CONVENTIONS.md", "conventions: backend/CONVENTIONS.md")
        == "implementation-orchestrator"
    )


def test_workflows_stay_closed_until_they_are_opened() -> None:
    assert owner(".github/workflows/ci.yml", "") is None
    assert owner(".github/workflows/ci.yml", "devops: {workflows: true}") == "devops-engineer"
    assert owner("Makefile", "") == "devops-engineer"
