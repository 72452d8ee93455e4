"""Agents' files are read strictly, and what is wrong is told with its line and what was meant."""

from __future__ import annotations

import pytest

from bot.plan.agent import Agent
from bot.plan.agent_file import read_agent, read_agents
from bot.plan.stage_kind import StageKind

GOOD = """---
name: writer
description: Writes the backend.
model: sonnet
tools: Read, Write
color: red
baton:
  kind: backend
  owns: [backend/**]
---

You are the writer.
"""


def agent(text: str, file: str = "agents/writer.md") -> Agent:
    found, problems = read_agent(file, text)
    assert found is not None, problems
    return found


def told(text: str, file: str = "agents/writer.md") -> list[str]:
    return [str(problem) for problem in read_agent(file, text)[1]]


def test_a_good_file_is_an_agent() -> None:
    """R001, R003."""
    found = agent(GOOD)
    assert (found.name, found.kind, found.model, found.color) == (
        "writer",
        StageKind.BACKEND,
        "sonnet",
        "red",
    )
    assert found.prompt == "You are the writer."
    assert found.owns("backend/main.py") and not found.owns("frontend/main.ts")


@pytest.mark.parametrize(
    "written", ["\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), GOOD.replace("---\n", "---  \n")]
)
def test_byte_order_mark_line_ends_and_trailing_blanks_do_not_matter(written: str) -> None:
    """R001."""
    assert agent(written) == agent(GOOD)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "You are.",
            "@:1: error: the file must begin with a line `---` and its front matter.",
        ),
        ("", "@:1: error: the file must begin with a line `---` and its front matter."),
        (
            "---\nname: x",
            "@:2: error: the front matter has no end: add a line `---` below it.",
        ),
        (
            "---\n- x\n---\nY",
            "@:2: error: the front matter must be keys with values, as in `name: …`.",
        ),
        (
            GOOD.replace("Writes the", "Writes: the"),
            (
                "@:3: error: a colon in a value needs quotes around the value, as in "
                '`description: "Use it when: …"`.'
            ),
        ),
        (
            GOOD.replace("model: sonnet", "name: other"),
            "@:4: error: `name` stands here a second time (first on line 2); keep one.",
        ),
        (
            GOOD.replace("sonnet", "sonet"),
            (
                "@:4: error: the model “sonet” is unknown. Did you mean “sonnet”? "
                "Full names begin with “claude-”."
            ),
        ),
        (
            GOOD.replace("kind: backend", "kind: backnd"),
            "@:8: error: “backnd” is no kind of agent. Did you mean “backend”?",
        ),
        (
            GOOD.replace("owns:", "own:"),
            "@:9: error: there is no key `baton.own`. Did you mean “owns”?",
        ),
        (
            GOOD.replace("backend/**", '"!backend/x"'),
            "@:9: error: “!backend/x” takes paths away again; write “backend/x” under `never:` instead.",
        ),
        (
            GOOD.replace("backend/**", "../x"),
            (
                "@:9: error: “../x” is no path inside the repository; write it from the root, "
                "without “..” and “//”."
            ),
        ),
        (
            GOOD.replace("  owns: [backend/**]", "  must_leave: [docs/x.md]"),
            "@:9: error: writer must leave docs/x.md, but does not own it; add it to `owns`.",
        ),
        (
            GOOD.replace("kind: backend", "kind: review"),
            "@:9: error: a reviewer reads everything and owns nothing; remove `owns`.",
        ),
        (
            GOOD.replace("You are the writer.\n", ""),
            "@:2: error: below the front matter stands nothing; write what the agent is to do.",
        ),
        (
            GOOD.replace("description: Writes the backend.\n", ""),
            "@:2: error: the agent has no description; say in a sentence when it acts.",
        ),
        (
            GOOD.replace("[backend/**]", "[*.py]"),
            '@:9: error: a value that begins with “*” or “&” needs quotes, as in `"**/Dockerfile"`.',
        ),
    ],
)
def test_a_broken_file_gives_no_agent_and_says_where_and_what_was_meant(text: str, message: str) -> None:
    found, _ = read_agent("agents/writer.md", text)
    assert found is None
    assert message.replace("@", "agents/writer.md", 1) in told(text)


@pytest.mark.parametrize("name", ["-x", "a:b", "", "a b", "x/y", "é", "a" * 65])
def test_a_name_that_could_be_mistaken_is_refused(name: str) -> None:
    """R002."""
    found, _ = read_agent("agents/writer.md", GOOD.replace("name: writer", f'name: "{name}"'))
    assert found is None


def test_without_a_name_the_file_says_which_line_to_write() -> None:
    assert "the agent has no name; write `name: writer`." in told(GOOD.replace("name: writer\n", ""))[0]


def test_a_file_called_otherwise_is_only_a_warning() -> None:
    """R002."""
    assert agent(GOOD, "agents/other.md").name == "writer"
    assert told(GOOD, "agents/other.md") == [
        "agents/other.md:2: warning: the agent is called “writer”, so its file should be called writer.md."
    ]


@pytest.mark.parametrize(
    ("tools", "given"),
    [
        ("tools: read, WRITE,  grep", ("Read", "Write", "Grep")),
        ("tools: [Read, Glob]", ("Read", "Glob")),
        ("tools:\n  - edit\n  - Edit", ("Edit",)),
        ("tools: []", ()),
        ("tools:", ("Read", "Write", "Edit", "Glob", "Grep", "TodoWrite")),
        ("color: red", ("Read", "Write", "Edit", "Glob", "Grep", "TodoWrite")),
        ("tools: Read, Wrote", ("Read",)),
    ],
)
def test_tools_are_listed_in_any_way_and_absent_means_the_roles_own(
    tools: str, given: tuple[str, ...]
) -> None:
    """R005."""
    assert agent(GOOD.replace("tools: Read, Write\ncolor: red", tools)).tools == given


def test_an_unknown_tool_is_a_warning_with_the_one_that_was_meant() -> None:
    """R005."""
    assert told(GOOD.replace("Read, Write", "Read, Wrote")) == [
        "agents/writer.md:5: warning: Baton offers no tool “Wrote”. Did you mean “Write”?"
    ]


@pytest.mark.parametrize("color", ["Red", "chartreuse", "'#ff00ff'", "7"])
def test_no_colour_is_fatal_and_each_is_kept(color: str) -> None:
    """R006."""
    assert agent(GOOD.replace("color: red", f"color: {color}")).color == color.strip("'")


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("model: Opus\n", "opus"),
        ("model: inherit\n", "inherit"),
        ("", "inherit"),
        ("model: claude-sonnet-5-5\n", "claude-sonnet-5-5"),
        ("model: eu.anthropic.claude-x-1:0\n", "eu.anthropic.claude-x-1:0"),
    ],
)
def test_models_are_aliases_or_full_names(written: str, model: str) -> None:
    """R004."""
    assert agent(GOOD.replace("model: sonnet\n", written)).model == model


def test_an_agent_without_contract_is_known_by_its_packaged_name_and_owns_nothing() -> None:
    seed = (
        "---\nname: implementation-orchestrator\ndescription: Coordinates.\ntools: Read, Bash\n---\nYou are."
    )
    found = agent(seed, "agents/implementation-orchestrator.md")
    assert (found.kind, found.owned) == ("orchestrator", ())
    assert "owns no files" in told(seed, "agents/implementation-orchestrator.md")[0]


def test_a_stranger_without_contract_is_refused() -> None:
    text = "---\nname: writer\ndescription: Writes.\n---\nYou are."
    assert told(text) == [
        (
            "agents/writer.md:2: error: the key `baton:` must say what the agent is: "
            "kind, owns, reads, must_leave, never."
        )
    ]


def test_a_second_agent_of_the_same_name_is_refused_with_the_file_of_the_first() -> None:
    """R002."""
    read = read_agents({"agents/a.md": GOOD, "agents/writer.md": GOOD})
    assert [each.file for each in read.agents] == ["agents/a.md"]
    assert str(read.errors[0]) == (
        "agents/writer.md:2: error: the name “writer” is already taken by agents/a.md; names are unique."
    )


def test_one_broken_file_does_not_hide_the_others() -> None:
    read = read_agents({"agents/b.md": "nothing", "agents/writer.md": GOOD})
    assert [each.name for each in read.agents] == ["writer"]
    assert [problem.file for problem in read.errors] == ["agents/b.md"]
