"""`baton validate` names everything that is wrong, with file and line."""

from __future__ import annotations

from bot.plan.agent_file import read_agents
from bot.plan.validation import validate_agents, validate_repository

BODY = "\n---\nYou are.\n"
ALL = {
    f"agents/{kind}.md": f"---\nname: {kind}\ndescription: D.\nbaton: {{kind: {kind}, owns: [{kind}]}}{BODY}"
    for kind in ("orchestrator", "database", "api", "backend", "frontend", "devops", "testing")
} | {"agents/review.md": f"---\nname: review\ndescription: D.\nbaton: {{kind: review}}{BODY}"}


def test_a_whole_set_of_agents_is_valid() -> None:
    assert validate_agents(ALL) == ()


def test_a_kind_without_an_agent_is_told() -> None:
    texts = {file: text for file, text in ALL.items() if "frontend" not in file}
    assert [str(problem) for problem in validate_agents(texts)] == [
        "agents/api.md:1: error: no file here is the frontend agent; add one with `kind: frontend`."
    ]


def test_no_agents_at_all_are_told_for_each_kind() -> None:
    assert len(validate_agents({})) == 8


def test_two_owners_of_one_file_are_told() -> None:
    texts = ALL | {"agents/api.md": ALL["agents/api.md"].replace("[api]", "[backend/api]")}
    problems = validate_agents(texts)
    assert len(problems) == 1 and "would both own files such as backend/api" in problems[0].message


def test_a_second_agent_of_a_kind_is_a_warning() -> None:
    second = "---\nname: second\ndescription: D.\nbaton: {kind: backend, owns: [second/**]}" + BODY
    problems = validate_agents(ALL | {"agents/second.md": second})
    assert [(problem.level, problem.file) for problem in problems] == [("warning", "agents/second.md")]


def test_with_a_broken_file_only_that_is_told() -> None:
    problems = validate_agents(ALL | {"agents/api.md": "nothing"})
    assert [(problem.file, problem.line) for problem in problems] == [("agents/api.md", 1)]


def test_a_repository_is_told_what_is_wrong_on_its_line() -> None:
    packaged = read_agents(ALL).agents
    text = "# ours\nstages:\n  backend: nobody\nagents:\n  bakend: {model: opus}\n"
    assert [(problem.line, problem.level) for problem in validate_repository(text, {}, packaged)] == [
        (5, "error"),
        (3, "error"),
    ]


def test_a_configuration_that_cannot_be_read_is_told_alone() -> None:
    packaged = read_agents(ALL).agents
    assert [problem.line for problem in validate_repository("ci: x\n", {"a.md": "no"}, packaged)] == [1]


def test_a_repository_without_anything_of_its_own_is_valid() -> None:
    assert validate_repository(None, {}, read_agents(ALL).agents) == ()
