"""ask_maintainer: the agent needs a decision that is not its to take."""

from __future__ import annotations

from pydantic import Field

from bot.crew.endings import Asked
from bot.crew.tools.desk import Desk, ToolError
from bot.crew.tools.tool import Answer, Inputs, Tool


class AskMaintainerInputs(Inputs):
    kind: str = Field(
        min_length=1,
        description="missing_requirement, breaking_change, several_approaches, credentials, schema_conflict, "
        "performance, test_failure, contract (an earlier stage's specification or schema is wrong), "
        "or a word of your own",
    )
    question: str = Field(
        min_length=1, description="One question that can be answered without reading the code"
    )
    options: tuple[str, ...] = Field(
        (), max_length=9, description="Answers to choose from, if there are several"
    )
    recommended: str | None = Field(None, description="The option that you would take, word for word")


def run(call: AskMaintainerInputs, desk: Desk) -> Answer:
    if call.recommended is not None and call.options and call.recommended not in call.options:
        raise ToolError("recommended must be one of the options, word for word; the question was not asked.")
    ending = Asked(call.kind, call.question.strip(), call.options, call.recommended)
    return Answer("The question is with the maintainers.", ending=ending)


ASK_MAINTAINER = Tool(
    "ask_maintainer",
    "Ask the people who maintain the repository, and end this run until they answer. Only for what neither the "
    "plan, the documents nor the code decides: missing or contradictory requirements, breaking changes, "
    "credentials, a choice that they would want to take themselves.",
    AskMaintainerInputs,
    run,
)
