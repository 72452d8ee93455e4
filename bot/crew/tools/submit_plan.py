"""submit_plan: the planner's plan, accepted only if it keeps every rule."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.crew.endings import Planned
from bot.crew.records import Block
from bot.crew.tools.desk import Desk, MalformedCall
from bot.crew.tools.tool import Answer, as_object, definition
from bot.plan.plan import Plan
from bot.plan.submission import SubmittedPlan

DESCRIPTION = (
    "Submit the plan of the feature. It is checked at once against the rules; if any is broken all reasons come "
    "back together, and you submit the whole plan again. `needs` are kinds of earlier stages, `outputs` paths or "
    "globs that the stage will leave, `skipped` the kinds that this feature does not need, `critical_flows` what a "
    "person does that needs an end-to-end test."
)


@dataclass(frozen=True)
class SubmitPlan:
    """The tool that ends planning."""

    name: str = "submit_plan"

    def definition(self) -> Block:
        return definition(self.name, DESCRIPTION, SubmittedPlan)

    def use(self, data: object, desk: Desk) -> Answer:
        try:
            judged = desk.judge_plan(as_object(data))
        except MalformedCall as error:
            judged = (str(error),)
        if isinstance(judged, Plan):
            return Answer("The plan is accepted.", ending=Planned(_plain(judged)))
        reasons = "\n".join(f"- {reason}" for reason in judged)
        text = f"The plan is refused. Mend all of this, then submit the whole plan again:\n{reasons}"
        return Answer(text, is_error=True, given_back=True)


def _plain(plan: Plan) -> dict[str, Any]:
    """The plan as it will be read back from the journal, so that a replayed run ends with the same value."""
    data: dict[str, Any] = json.loads(json.dumps(plan.to_data()))
    return data


SUBMIT_PLAN = SubmitPlan()
