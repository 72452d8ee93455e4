"""submit_review: the code reviewer's verdict over the whole feature."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.crew.endings import Reviewed, ReviewFinding
from bot.crew.tools.desk import Desk, ToolError
from bot.crew.tools.tool import Answer, Inputs, Tool


class FindingInputs(Inputs):
    path: str = Field(min_length=1, description="The file, relative to the repository's root")
    line: int | None = Field(None, ge=1, description="The line, where there is one")
    severity: str = Field(min_length=1, description="blocker, major, minor or note")
    message: str = Field(min_length=1, description="What is wrong, why it matters, and what to do instead")


class SubmitReviewInputs(Inputs):
    verdict: Literal["approved", "changes"] = Field(description="changes if anything must be mended first")
    findings: tuple[FindingInputs, ...] = Field(())


def run(call: SubmitReviewInputs, desk: Desk) -> Answer:
    if call.verdict == "changes" and not call.findings:
        raise ToolError("The verdict `changes` needs at least one finding that says what to mend.")
    findings = tuple(
        ReviewFinding(each.path, each.line, each.severity, each.message) for each in call.findings
    )
    return Answer("The verdict is recorded.", ending=Reviewed(call.verdict, findings))


SUBMIT_REVIEW = Tool(
    "submit_review", "Give your verdict over the whole feature and end the review.", SubmitReviewInputs, run
)
