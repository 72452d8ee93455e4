"""One agent at work, against a Messages API on loopback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.crew.endings import Asked, Finished, GaveUp, Planned, Reviewed
from bot.crew.loop import run_agent
from bot.crew.model import AnthropicModel
from bot.crew.records import Refusal
from bot.crew.request import Limits, Purpose
from bot.crew.steps import Unrecorded
from bot.facts.diff import Diff
from bot.plan.plan import Plan
from bot.plan.stage_kind import StageKind
from bot.settings import DEFAULT_PRICES
from tests.crew.folder import Folder
from tests.crew.messages_server import call, fails, messages_server, says, text, thought
from tests.crew.runs import may_change, request, run

DONE = call("finish_stage", summary="Did it.", documents_used=["docs/openapi.yaml"], learnings=["Use UTC."])


@pytest.fixture
def files(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "work", {"backend/app.py": "a = 1\nb = 2\n", "frontend/app.ts": "let a;\n"})


def test_an_agent_reads_writes_and_finishes(files: Folder) -> None:
    ran = run(
        files,
        says(thought("First look."), text("I look."), call("Read", file_path="backend/app.py")),
        says(call("Edit", file_path="backend/app.py", old_string="b = 2", new_string="b = 3")),
        says(call("Write", file_path="backend/new.py", content="c = 4\n")),
        says(DONE),
    )
    assert ran.outcome.ending == Finished(
        "Did it.", ("docs/openapi.yaml",), ("Use UTC.",), ("backend/app.py", "backend/new.py")
    )
    assert ran.results(1)[0]["content"] == "     1\ta = 1\n     2\tb = 2"
    assert ran.outcome.turns == 4
    assert files.read("backend/app.py") == "a = 1\nb = 3\n"


def test_the_assistants_turn_goes_back_byte_for_byte(files: Folder) -> None:
    strange = {"type": "text", "text": "Hé\u2028 😀", "citations": None, "new_field": {"z": 1.0, "a": [1]}}
    redacted = {"type": "redacted_thinking", "data": "AAEC"}
    ran = run(files, says(thought("Hm."), redacted, strange, call("Glob", pattern="*.py")), says(DONE))
    sent = ran.server.requests[1]["messages"][1]["content"]
    assert sent[:3] == [thought("Hm."), redacted, strange]
    assert sent[3] == {**call("Glob", pattern="*.py"), "id": "toolu_1_3"}


def test_a_file_of_another_agent_is_refused_with_the_owners_name_and_remembered(files: Folder) -> None:
    ran = run(
        files,
        says(call("Write", file_path="frontend/app.ts", content="x")),
        says(call("Edit", file_path="./frontend/app.ts", old_string="let a;", new_string="x")),
        says(DONE),
    )
    sentence = "frontend/app.ts belongs to frontend-developer; ask for it there."
    assert ran.results(1)[0]["content"] == sentence
    assert ran.results(1)[0]["is_error"] is True
    assert ran.outcome.refusals == (Refusal("frontend/app.ts", sentence),)
    assert files.read("frontend/app.ts") == "let a;\n"


def test_finishing_beside_other_calls_comes_after_them(files: Folder) -> None:
    ran = run(files, says(DONE, call("Write", file_path="backend/late.py", content="x\n")))
    assert isinstance(ran.outcome.ending, Finished)
    assert ran.outcome.ending.changed == ("backend/late.py",)


def test_finishing_beside_a_call_that_fails_is_too_early(files: Folder) -> None:
    ran = run(
        files,
        says(call("Edit", file_path="backend/app.py", old_string="zz", new_string="y"), DONE),
        says(DONE),
    )
    assert [result.get("is_error") for result in ran.results(1)] == [True, True]
    assert "failed" in ran.results(1)[1]["content"]
    assert isinstance(ran.outcome.ending, Finished)


def test_a_stage_may_finish_without_any_change_and_says_so(files: Folder) -> None:
    ran = run(files, says(DONE))
    assert isinstance(ran.outcome.ending, Finished)
    assert ran.outcome.ending.changed == ()


def test_a_question_ends_the_run(files: Folder) -> None:
    asks = call(
        "ask_maintainer", kind="breaking_change", question="Drop it?", options=["yes", "no"], recommended="no"
    )
    ran = run(files, says(asks, DONE))
    assert ran.outcome.ending == Asked("breaking_change", "Drop it?", ("yes", "no"), "no")


def test_a_turn_without_a_tool_call_is_reminded_once_and_then_given_up(files: Folder) -> None:
    ran = run(files, says(text("Done, I think.")), says(text("Really.")))
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.outcome.ending.why == "no_tool_call"
    assert ran.outcome.ending.sentence.endswith("It said: “Really.”")
    assert "finish_stage" in ran.last_words()


def test_an_empty_turn_is_reminded_too(files: Folder) -> None:
    ran = run(files, says(), says(DONE))
    assert isinstance(ran.outcome.ending, Finished)


def test_an_unknown_tool_is_answered_with_the_ones_there_are(files: Folder) -> None:
    ran = run(files, says(call("Bash", command="rm -rf /")), says(DONE))
    assert "There is no tool `Bash` here; there are: Read, Write, Edit" in ran.results(1)[0]["content"]


def test_five_turns_of_wrong_calls_in_a_row_end_the_run(files: Folder) -> None:
    wrong = [
        call("Nothing"),
        call("Read", file="x"),
        call("Read", file_path="../x"),
        call("Grep", pattern="("),
        {"type": "tool_use", "name": "Read", "input": "{not json"},
    ]
    ran = run(files, *(says(each) for each in wrong))
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.outcome.ending.why == "malformed_calls"
    assert "not valid JSON" in ran.outcome.ending.sentence


def test_a_good_call_between_wrong_ones_forgives_them(files: Folder) -> None:
    wrong = [says(call("Nothing"))] * 4
    ran = run(files, *wrong, says(call("Glob", pattern="*")), *wrong, says(DONE))
    assert isinstance(ran.outcome.ending, Finished)


def test_a_turn_cut_at_the_output_limit_runs_nothing_and_goes_on(files: Folder) -> None:
    half = call("Write", file_path="backend/half.py", content="def f(")
    ran = run(files, says(text("Writing."), half, stop="max_tokens"), says(DONE))
    assert isinstance(ran.outcome.ending, Finished)
    assert ran.outcome.ending.changed == ()
    assert "Not run" in ran.server.requests[1]["messages"][2]["content"][0]["content"]


def test_thinking_cut_before_its_signature_does_not_go_back(files: Folder) -> None:
    cut = {"type": "thinking", "thinking": "So", "signature": ""}
    ran = run(files, says(cut, stop="max_tokens"), says(DONE))
    assert [message["role"] for message in ran.server.requests[1]["messages"]] == ["user", "user"]


def test_being_cut_again_and_again_ends_the_run(files: Folder) -> None:
    ran = run(files, *[says(text("…"), stop="max_tokens")] * 4)
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.outcome.ending.why == "max_tokens"


@pytest.mark.parametrize("reason", ["refusal", "model_context_window_exceeded", "something_new"])
def test_reasons_that_nothing_helps_against_end_the_run_at_once(files: Folder, reason: str) -> None:
    ran = run(files, says(text("No."), stop=reason))
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.outcome.ending.why == reason
    assert ran.outcome.turns == 1


def test_an_overloaded_model_is_waited_for_and_the_waits_double(files: Folder) -> None:
    overloaded = fails(529, "overloaded_error", "Overloaded")
    ran = run(files, overloaded, overloaded, says(DONE))
    assert ran.slept == [2.0, 4.0]
    assert (ran.outcome.turns, ran.outcome.waits) == (1, 2)
    assert isinstance(ran.outcome.ending, Finished)


def test_a_retry_after_is_obeyed(files: Folder) -> None:
    limited = fails(429, "rate_limit_error", retry_after="77")
    ran = run(files, limited, says(DONE))
    assert ran.slept == [77.0]


def test_waiting_has_an_end_with_an_honest_sentence(files: Folder) -> None:
    limited = fails(429, "rate_limit_error", retry_after="40")
    ran = run(files, limited, limited, limited, asked=request(limits=Limits(patience_seconds=100)))
    assert ran.slept == [40.0, 40.0]
    assert ran.outcome.ending == GaveUp(
        "rate_limited",
        "The model's account has reached its rate limit. (It says: no.) Baton tried 3 times over 80 seconds, "
        "and the next try would be 40 seconds later. Retry later.",
    )


def test_an_invalid_request_is_not_tried_again(files: Folder) -> None:
    ran = run(files, fails(400, "invalid_request_error", "messages: bad"))
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.outcome.ending.why == "invalid_request"
    assert "messages: bad" in ran.outcome.ending.sentence


def test_the_turns_of_a_run_are_capped(files: Folder) -> None:
    looks = [says(call("Glob", pattern="*"))] * 3
    ran = run(files, *looks, asked=request(limits=Limits(turns=3)))
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.outcome.ending.why == "turns"


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(run_usd=0.36), "run_budget"),
        (Limits(feature_usd_left=0.36), "feature_budget"),
        (Limits(month_usd_left=0.36), "month_budget"),
    ],
)
def test_a_budget_stops_the_run_before_it_is_exceeded(files: Folder, limits: Limits, why: str) -> None:
    much = text("word " * 4000)
    ran = run(files, says(much, call("Glob", pattern="*")), asked=request(limits=limits))
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.outcome.ending.why == why
    assert 0 < ran.outcome.cost_usd < 0.36


def test_nothing_is_paid_when_nothing_is_left(files: Folder) -> None:
    ran = run(files, asked=request(limits=Limits(month_usd_left=0.0)))
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.server.requests == []


def test_a_long_run_costs_what_an_append_only_history_costs(files: Folder) -> None:
    ran = run(files, *[says(call("Read", file_path="backend/app.py"))] * 12, says(DONE))
    assert ran.outcome.cost_ratio == pytest.approx(1.0, abs=0.01)


def test_thirty_calls_in_one_turn_do_not_lose_the_cache(files: Folder) -> None:
    many = says(*[call("Read", file_path="backend/app.py")] * 30)
    ran = run(files, many, many, says(DONE))
    marked = [
        index
        for index, message in enumerate(ran.server.requests[-1]["messages"])
        if any("cache_control" in block for block in message["content"])
    ]
    assert marked == [2, 4]


def test_two_runs_of_an_agent_share_the_cached_beginning(files: Folder) -> None:
    with messages_server(says(DONE), says(DONE)) as server:
        outcomes = [
            run_agent(
                request(brief=brief),
                files,
                Unrecorded(),
                AnthropicModel(api_key="k", base_url=server.url),
                prices=DEFAULT_PRICES,
                may_change=may_change,
                sleep=lambda _: None,
            )
            for brief in ("Build this.", "Build that.")
        ]
    assert [outcome.usage.cache_read_tokens > 0 for outcome in outcomes] == [False, True]


def test_the_loop_can_be_imported_without_the_client() -> None:
    code = "import sys, bot.crew.loop, bot.crew.briefs.rendering; assert 'anthropic' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


PLAN = Plan("Notify", ())


def test_a_plan_is_accepted_as_validated_data(files: Folder) -> None:
    """R068."""

    def judge(data: Any) -> Plan:
        return Plan(data["feature"], ())

    ran = run(
        files,
        says(call("submit_plan", feature="Notify", stages=[])),
        asked=request(Purpose.DRAFT),
        judge_plan=judge,
    )
    assert isinstance(ran.outcome.ending, Planned)
    assert Plan.from_data(ran.outcome.ending.plan) == PLAN


def test_a_refused_plan_goes_back_with_all_reasons_three_times(files: Folder) -> None:
    """R068."""
    ran = run(
        files,
        *[says(call("submit_plan", feature="", stages=[]))] * 4,
        asked=request(Purpose.DRAFT),
        judge_plan=lambda _: ("It has no name.", "It has no stages."),
    )
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.outcome.ending.why == "plan_refused"
    assert "- It has no name.\n- It has no stages." in ran.results(1)[0]["content"]


def test_work_that_an_inspection_objects_to_goes_back_until_it_is_mended(files: Folder) -> None:
    def judge(diff: Diff) -> tuple[str, ...]:
        return () if "backend/b.py" in diff.paths else ("backend/b.py is missing.",)

    ran = run(
        files,
        says(call("Write", file_path="backend/a.py", content="a\n")),
        says(call("finish_stage", summary="Done.")),
        says(call("Write", file_path="backend/b.py", content="b\n")),
        says(call("finish_stage", summary="Done now.")),
        judge_work=judge,
    )
    assert isinstance(ran.outcome.ending, Finished)
    assert ran.outcome.ending.summary == "Done now."
    assert "- backend/b.py is missing." in ran.results(2)[0]["content"]


def test_work_that_is_objected_to_again_and_again_ends_with_the_reasons(files: Folder) -> None:
    ran = run(
        files,
        *[says(call("finish_stage", summary="Done."))] * 4,
        judge_work=lambda _: ("There is no README.",),
    )
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.outcome.ending.why == "work_refused"
    assert "There is no README." in ran.outcome.ending.sentence


def test_a_planner_without_a_tool_call_is_reminded_and_then_counted_as_refused(files: Folder) -> None:
    ran = run(files, *[says(text("Here is my plan."))] * 5, asked=request(Purpose.DRAFT))
    assert isinstance(ran.outcome.ending, GaveUp)
    assert ran.outcome.ending.why == "plan_refused"


@pytest.mark.parametrize("purpose", [Purpose.DRAFT, Purpose.VERDICT])
def test_planner_and_reviewer_have_no_tool_that_writes(files: Folder, purpose: Purpose) -> None:
    """R011, R047: neither writes."""
    ran = (
        run(
            files,
            says(call("Write", file_path="backend/x.py", content="")),
            says(),
            says(),
            asked=request(purpose),
        )
        if purpose is Purpose.VERDICT
        else run(
            files,
            says(call("Write", file_path="backend/x.py", content="")),
            *[says()] * 5,
            asked=request(purpose),
        )
    )
    names = [tool["name"] for tool in ran.server.requests[0]["tools"]]
    assert names[:3] == ["Read", "Glob", "Grep"]
    assert len(names) == 4
    assert "There is no tool `Write` here" in ran.results(1)[0]["content"]


def test_a_verdict_is_recorded(files: Folder) -> None:
    finding = {"path": "backend/app.py", "line": 2, "severity": "major", "message": "b is unused."}
    empty = call("submit_review", verdict="changes", findings=[])
    ran = run(
        files,
        says(empty),
        says(call("submit_review", verdict="changes", findings=[finding])),
        asked=request(Purpose.VERDICT, agent="code-reviewer"),
    )
    assert "at least one finding" in ran.results(1)[0]["content"]
    assert isinstance(ran.outcome.ending, Reviewed)
    assert ran.outcome.ending.findings[0].message == "b is unused."


def test_an_agent_gets_only_the_tools_that_its_file_lists(files: Folder) -> None:
    """R005."""
    ran = run(files, says(DONE), asked=request(tools=("read", "Glob", "Bash")))
    names = [tool["name"] for tool in ran.server.requests[0]["tools"]]
    assert names == ["Read", "Glob", "finish_stage", "ask_maintainer"]


def test_the_schema_of_a_plan_names_the_kinds_of_stages(files: Folder) -> None:
    ran = run(files, *[says()] * 5, asked=request(Purpose.DRAFT))
    schema = str(ran.server.requests[0]["tools"][-1]["input_schema"])
    assert all(kind in schema for kind in StageKind)
