"""The scripted model plays its recording by the conversation alone."""

from __future__ import annotations

import pytest

from bot.playground.model.recording import FULL, load_recording
from bot.playground.model.run import running_model
from tests.playground.model.talk import (
    MODEL,
    TITLE,
    WORKING_TOOLS,
    Conversation,
    client,
    http,
    tools_used,
    words,
)

PLANNER = "implementation-orchestrator"
PLANNING_TOOLS = ("Read", "Glob", "Grep", "submit_plan")


def test_the_planner_reads_first_and_then_submits_six_stages(url: str) -> None:
    talk = Conversation(url, PLANNER, tools=PLANNING_TOOLS)
    assert tools_used(talk.next()) == ["Glob", "Read", "Read"]
    talk.answer()
    talk.next()
    talk.answer()
    [plan] = [block for block in talk.next().content if block.type == "tool_use"]
    assert plan.name == "submit_plan"
    stages = plan.input["stages"]
    assert isinstance(stages, list)
    assert [stage["kind"] for stage in stages] == [
        "database",
        "api",
        "backend",
        "frontend",
        "testing",
        "review",
    ]


def test_the_turn_follows_from_the_history_and_not_from_what_was_asked_before(url: str) -> None:
    one, other = Conversation(url), Conversation(url)
    first = one.next()
    assert other.next() == first
    one.answer()
    other.answer()
    assert one.next().content == other.next().content != first.content


def test_two_processes_answer_alike(url: str) -> None:
    with running_model() as second:
        assert Conversation(url).next().content == Conversation(second).next().content


@pytest.mark.parametrize(
    ("system", "tools", "expected"),
    [
        (
            "You are the **test-engineer**. Tests of supabase-architect too.",
            WORKING_TOOLS,
            "I read the contract",
        ),
        (
            "name: api-designer. The others: backend-developer, test-engineer.",
            WORKING_TOOLS,
            "the schema and",
        ),
        ("The crew: supabase-architect, api-designer.", ("Read", "submit_plan"), "before I plan"),
        ("The crew: supabase-architect, api-designer.", ("Read", "submit_review"), "who may see"),
    ],
    ids=["introduced", "named", "planner by its tool", "reviewer by its tool"],
)
def test_the_agent_is_found_among_the_others_that_are_named(
    url: str, system: str, tools: tuple[str, ...], expected: str
) -> None:
    talk = Conversation(url, tools=tools)
    talk.request["system"] = system
    assert expected in words(talk.next())


def test_another_feature_is_declined_in_plain_words(url: str) -> None:
    talk = Conversation(url, PLANNER, "# Dark mode\n\nAs a user.", PLANNING_TOOLS)
    message = talk.next()
    assert message.stop_reason == "end_turn"
    assert "knows the demo's feature only" in words(message)
    assert "ANTHROPIC_API_KEY" in words(message)


def test_conventions_that_mention_the_feature_do_not_make_another_issue_known(url: str) -> None:
    brief = "# Dark mode\n\nCLAUDE.md: learned from Notification system with real-time updates (#1)"
    assert "another one" in words(Conversation(url, PLANNER, brief, PLANNING_TOOLS).next())


def test_an_agent_without_a_part_is_told_so(url: str) -> None:
    assert "has no part" in words(Conversation(url, "devops-engineer").next())


def test_a_refused_tool_leads_to_the_other_half_of_the_turn(url: str) -> None:
    def after_the_attempt(errors: dict[str, str]) -> str:
        talk = Conversation(url)
        for _ in range(2):
            talk.next()
            talk.answer()
        attempt = [block for block in talk.next().content if block.type == "tool_use"]
        assert attempt[-1].input["file_path"] == "docs/openapi.yaml"
        talk.answer(errors)
        return words(talk.next())

    assert "not mine to change" in after_the_attempt({"Edit": "docs/openapi.yaml belongs to api-designer."})
    assert "not mine to change" not in after_the_attempt({})


def test_tools_that_were_not_offered_are_not_used(url: str) -> None:
    message = Conversation(url, tools=("Glob",)).next()
    assert tools_used(message) == ["Glob"]
    assert "I would use Read now" in words(
        Conversation(url, "code-reviewer", tools=("submit_review",)).next()
    )


def test_when_the_recording_is_over_it_says_so(url: str) -> None:
    talk = Conversation(url, PLANNER, tools=PLANNING_TOOLS)
    for _ in range(3):
        talk.next()
        talk.answer()
    assert "recording ends here" in words(talk.next())


def test_an_answer_that_does_not_fit_is_cut_and_does_not_count_as_a_turn(url: str) -> None:
    talk = Conversation(url)
    whole = Conversation(url).next()
    cut = talk.next(max_tokens=10)
    assert cut.stop_reason == "max_tokens"
    assert cut.usage.output_tokens == 10
    talk.messages.append({"role": "user", "content": "Go on."})
    assert tools_used(talk.next()) == tools_used(whole)


def test_a_stream_carries_the_same_message(url: str) -> None:
    talk = Conversation(url)
    with client(url).messages.stream(**talk.request) as stream:
        streamed = stream.get_final_message()
    whole = talk.next()
    assert [block.model_dump(exclude_none=True, include={"type", "text", "thinking", "signature", "input", "id"})
            for block in streamed.content] == [
        block.model_dump(exclude_none=True, include={"type", "text", "thinking", "signature", "input", "id"})
        for block in whole.content
    ]  # fmt: skip
    assert streamed.stop_reason == whole.stop_reason == "tool_use"
    assert streamed.usage.output_tokens == whole.usage.output_tokens


def test_tokens_are_counted_as_they_are_billed(url: str) -> None:
    talk = Conversation(url)
    counted = client(url).messages.count_tokens(
        model=MODEL,
        system=talk.request["system"],
        tools=talk.request["tools"],
        messages=talk.messages,
    )
    usage = talk.next().usage
    assert counted.input_tokens == usage.input_tokens > 500


def test_a_part_is_played_for_the_task_that_it_is_for_and_is_named_in_the_log() -> None:
    red = f"{TITLE}\n\nCI is red on it: `Backend tests`."
    with running_model(recording=load_recording(FULL)) as url:
        assert "no notification feed" in words(Conversation(url, brief=red).next())
        assert "no notification feed" not in words(Conversation(url).next())
        calls = http().get(f"{url}/_model/calls").json()
    assert [(call["agent"], call["part"]) for call in calls] == [
        ("backend-developer", "red_check"),
        ("backend-developer", None),
    ]
