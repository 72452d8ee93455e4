"""Which tools a run is offered, and how one turn's calls are carried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.crew.endings import Asked, Finished
from bot.crew.records import BatchRecord, Block, Ending, ToolResult
from bot.crew.request import Purpose, RunRequest
from bot.crew.tools.ask_maintainer import ASK_MAINTAINER
from bot.crew.tools.cutting import cut
from bot.crew.tools.desk import Desk
from bot.crew.tools.edit import EDIT
from bot.crew.tools.finish_stage import FINISH_STAGE
from bot.crew.tools.glob import GLOB
from bot.crew.tools.grep import GREP
from bot.crew.tools.read import READ
from bot.crew.tools.submit_plan import SUBMIT_PLAN
from bot.crew.tools.submit_review import SUBMIT_REVIEW
from bot.crew.tools.todo_write import TODO_WRITE
from bot.crew.tools.tool import Answer, Offered
from bot.crew.tools.write import WRITE

READING: tuple[Offered, ...] = (READ, GLOB, GREP)
WORKING: tuple[Offered, ...] = (READ, WRITE, EDIT, GLOB, GREP, TODO_WRITE)
ENDING: Mapping[Purpose, tuple[Offered, ...]] = {
    Purpose.DRAFT: (SUBMIT_PLAN,),
    Purpose.WORK: (FINISH_STAGE, ASK_MAINTAINER),
    Purpose.VERDICT: (SUBMIT_REVIEW,),
}


class Toolbox:
    """The tools of one run, in an order that never changes."""

    def __init__(self, request: RunRequest) -> None:
        self._tools = {tool.name: tool for tool in offered(request)}
        self._ending = tuple(tool.name for tool in ENDING[request.purpose])

    def definitions(self) -> tuple[Block, ...]:
        return tuple(tool.definition() for tool in self._tools.values())

    def carry_out(self, calls: Sequence[Block], desk: Desk) -> BatchRecord:
        """Every call of a turn, those that end the run last; the results stand in the order of the calls."""
        answers: dict[int, Answer] = {}
        ends = [index for index, call in enumerate(calls) if call.get("name") in self._ending]
        others = [index for index in range(len(calls)) if index not in ends]
        for index in others:
            answers[index] = self._use(calls[index], desk)
        failed = any(answer.is_error for answer in answers.values())
        for index in ends:
            answers[index] = _too_early() if failed else self._use(calls[index], desk)
        given = [answers[index] for index in range(len(calls))]
        return BatchRecord(
            results=tuple(_result(call, answer) for call, answer in zip(calls, given, strict=True)),
            files=dict(desk.files),
            refusals=tuple(desk.refusals),
            ending=_ending([answer.ending for answer in given if answer.ending is not None]),
            given_back=any(answer.given_back for answer in given),
        )

    def _use(self, call: Block, desk: Desk) -> Answer:
        name = str(call.get("name"))
        tool = self._tools.get(name)
        if tool is None:
            there_are = ", ".join(self._tools)
            return Answer(f"There is no tool `{name}` here; there are: {there_are}.", True, malformed=True)
        return tool.use(call.get("input"), desk)


def offered(request: RunRequest) -> tuple[Offered, ...]:
    """What the purpose allows, as far as the agent lists it, and the tools that end the run."""
    if request.purpose is not Purpose.WORK:
        return (*READING, *ENDING[request.purpose])
    listed = {name.lower() for name in request.tools}
    working = tuple(tool for tool in WORKING if tool.name.lower() in listed)
    return (*working, *ENDING[request.purpose])


def _too_early() -> Answer:
    return Answer(
        "Not done yet: a call beside this one failed. Look at its answer, then call this alone.", True
    )


def _ending(endings: Sequence[Ending]) -> Ending | None:
    """A question goes before the end of the stage: work that still asks is not finished."""
    asked = [each for each in endings if isinstance(each, Asked)]
    done = [each for each in endings if isinstance(each, Finished)]
    return next(iter((*asked, *done, *endings)), None)


def _result(call: Block, answer: Answer) -> ToolResult:
    return ToolResult(
        tool_use_id=str(call.get("id")),
        tool=str(call.get("name")),
        text=cut(answer.text, most=40_000),
        is_error=answer.is_error,
        malformed=answer.malformed,
    )
