"""finish_stage: the agent says that its stage is done."""

from __future__ import annotations

from pydantic import Field

from bot.crew.endings import Finished
from bot.crew.tools.desk import Desk
from bot.crew.tools.tool import Answer, Inputs, Tool


class RemarkAnswer(Inputs):
    remark: int = Field(ge=1, description="The number of the remark in the task")
    answer: str = Field(min_length=1, description="What was changed for it, or why nothing was")


class FinishStageInputs(Inputs):
    summary: str = Field(
        min_length=1, description="What was done and why, in a few sentences for the reviewer"
    )
    documents_used: tuple[str, ...] = Field((), description="Paths of the documents that the work follows")
    learnings: tuple[str, ...] = Field(
        (),
        description="Patterns or decisions that later work in this repository should know, one sentence each",
    )
    answers: tuple[RemarkAnswer, ...] = Field(
        (), description="Only where the task lists reviewers' remarks: one answer to each, by its number"
    )


def run(call: FinishStageInputs, desk: Desk) -> Answer:
    if objections := desk.objections():
        reasons = "\n".join(f"- {objection}" for objection in objections)
        text = f"The stage is not finished. Mend all of this, then call finish_stage again:\n{reasons}"
        return Answer(text, is_error=True, given_back=True)
    changed = desk.changed_paths()
    answers = {str(each.remark): each.answer.strip() for each in call.answers}
    ending = Finished(call.summary.strip(), call.documents_used, call.learnings, changed, answers)
    return Answer(f"The stage is finished; {len(changed)} files differ from where it began.", ending=ending)


FINISH_STAGE = Tool(
    "finish_stage",
    "End the stage when all of its work is done. Call it alone, after everything else has succeeded. "
    "If nothing had to change, finish all the same and say why in the summary.",
    FinishStageInputs,
    run,
)
