"""One agent at work: the model speaks, its tool calls are carried out, until the run has an end.

The loop decides from the records alone, so that it takes the same way again when a crash makes it start over
and the recorded turns and batches come back from `steps`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.crew.conversation import Conversation, Model
from bot.crew.endings import GaveUp
from bot.crew.hygiene import visible_text
from bot.crew.ledger import Ledger, price_of
from bot.crew.patience import Patience
from bot.crew.records import BatchRecord, Ending, Refusal, RunOutcome, ToolResult, TurnRecord
from bot.crew.request import Purpose, RunRequest
from bot.crew.steps import Steps
from bot.crew.tools.cutting import cut
from bot.crew.tools.desk import Desk, JudgePlan, JudgeWork, MayChange, content_with_anything
from bot.crew.tools.toolbox import ENDING, Toolbox
from bot.crew.troubles import Then, after
from bot.ports import Workspace
from bot.settings import Price

NOT_RUN = "Not run: your turn ended before it was whole, so this call may be incomplete."
GO_ON = "Your turn ended before it was whole. Go on where it stopped, in smaller pieces."


def run_agent(
    request: RunRequest,
    workspace: Workspace,
    steps: Steps,
    model: Model,
    *,
    prices: Mapping[str, Price],
    may_change: MayChange,
    judge_plan: JudgePlan = lambda _: ("This run submits no plan.",),
    judge_work: JudgeWork = content_with_anything,
    sleep: Callable[[float], None],
) -> RunOutcome:
    """Run an agent to its end. `sleep` is called between tries of a model that cannot answer now."""
    desk = Desk(workspace, may_change, judge_plan, judge_work)
    ledger = Ledger(request.limits, price_of(request.model, prices))
    return _Run(request, desk, steps, model, ledger, sleep).to_its_end()


class _Run:
    def __init__(
        self,
        request: RunRequest,
        desk: Desk,
        steps: Steps,
        model: Model,
        ledger: Ledger,
        sleep: Callable[[float], None],
    ) -> None:
        self.request, self.limits = request, request.limits
        self.desk, self.steps, self.model, self.ledger, self.sleep = desk, steps, model, ledger, sleep
        self.toolbox = Toolbox(request)
        self.conversation = Conversation(
            request.model,
            request.system,
            self.toolbox.definitions(),
            request.brief,
            request.limits.output_tokens,
        )
        self.patience = Patience(request.limits.patience_seconds)
        self.refusals: list[Refusal] = []
        self.calls = self.waits = self.cut_short = self.silences = self.malformed = self.given_back = 0

    def to_its_end(self) -> RunOutcome:
        ending: Ending | None = None
        while ending is None:
            ending = self.ledger.reserve(self.conversation.unseen_bytes) or self.take_a_turn()
        return RunOutcome(
            ending=ending,
            turns=self.ledger.turns,
            waits=self.waits,
            usage=self.ledger.usage,
            cost_usd=self.ledger.cost_usd,
            input_usd=self.ledger.input_usd,
            optimal_input_usd=self.ledger.optimal_input_usd,
            refusals=tuple(dict.fromkeys(self.refusals)),
        )

    def take_a_turn(self) -> Ending | None:
        self.calls += 1
        turn = self.steps.turn(self.calls, lambda: self.model.reply(self.conversation.next_call()))
        self.ledger.settle(turn)
        if turn.trouble is not None:
            return self.wait_or_give_up(turn)
        self.patience.answered()
        self.conversation.heard(turn)
        row = after(turn.stop_reason)
        if row.then is Then.GIVE_UP:
            return GaveUp(turn.stop_reason or "unknown", row.sentence)
        if row.then is Then.CONTINUE:
            return self.go_on(turn, row.sentence)
        self.cut_short = 0
        return self.act(turn) if turn.tool_calls else self.remind(turn)

    def wait_or_give_up(self, turn: TurnRecord) -> Ending | None:
        trouble = turn.trouble
        assert trouble is not None
        if not trouble.may_pass:
            return GaveUp(trouble.kind, trouble.sentence)
        wait = self.patience.next_wait(trouble)
        if isinstance(wait, GaveUp):
            return wait
        self.waits += 1
        self.sleep(wait)
        return None

    def go_on(self, turn: TurnRecord, sentence: str) -> Ending | None:
        """A turn that was cut: none of its tool calls is run, for half a file is worse than none."""
        self.cut_short += 1
        if self.cut_short > self.limits.continuations:
            return GaveUp(turn.stop_reason or "unknown", sentence)
        if turn.tool_calls:
            results = tuple(
                ToolResult(str(call.get("id")), str(call.get("name")), NOT_RUN, is_error=True)
                for call in turn.tool_calls
            )
            self.conversation.answered(BatchRecord(results))
        self.conversation.say(GO_ON)
        return None

    def act(self, turn: TurnRecord) -> Ending | None:
        batch = self.carry_out(turn)
        self.silences = 0
        self.refusals.extend(batch.refusals)
        self.conversation.answered(batch)
        self.given_back += batch.given_back
        self.malformed = self.malformed + 1 if all(each.malformed for each in batch.results) else 0
        if self.malformed >= self.limits.malformed_calls:
            return _lost(self.malformed, batch.results[-1])
        refused = next((result.text for result in batch.results if result.is_error), "")
        return batch.ending or self.given_back_too_often(f" {refused}")

    def carry_out(self, turn: TurnRecord) -> BatchRecord:
        """Run the turn's calls, or put the files back as they were when they had been run."""
        ran: list[BatchRecord] = []

        def run() -> BatchRecord:
            ran.append(self.toolbox.carry_out(turn.tool_calls, self.desk.fresh()))
            return ran[0]

        batch = self.steps.batch(self.calls, run)
        if not ran:
            self.desk.put_back(batch.files)
        return batch

    def remind(self, turn: TurnRecord) -> Ending | None:
        """A turn without a tool call gets one reminder; the next one counts."""
        self.silences += 1
        tools = " or ".join(f"`{tool.name}`" for tool in ENDING[self.request.purpose])
        if self.silences > 1 and self.request.purpose is not Purpose.DRAFT:
            sentence = (
                f"The agent stopped without calling {tools}, and did so again when reminded; try again."
            )
            return GaveUp("no_tool_call", f"{sentence}{_said(turn)}")
        self.given_back += self.silences > 1
        self.conversation.say(f"You have called no tool. Go on with the task; when it is done call {tools}.")
        return self.given_back_too_often(_said(turn))

    def given_back_too_often(self, last: str) -> Ending | None:
        if self.given_back <= self.limits.returns:
            return None
        if self.request.purpose is not Purpose.DRAFT:
            sentence = f"The work was given back {self.given_back} times and still does not pass."
            return GaveUp("work_refused", f"{sentence} {last}".strip())
        sentence = f"The planner gave no plan that keeps the rules in {self.given_back} tries"
        return GaveUp(
            "plan_refused", f"{sentence}, so a person must help: reword the issue, or try again.{last}"
        )


def _said(turn: TurnRecord) -> str:
    """What the model said last, for the people who must find out why."""
    texts = [str(block.get("text", "")) for block in turn.content if block.get("type") == "text"]
    words = visible_text(cut(" ".join(texts), 600))
    return f" It said: “{words}”" if words else ""


def _lost(times: int, result: ToolResult) -> GaveUp:
    sentence = f"The agent called its tools wrongly in {times} turns in a row; the last answer was: {cut(result.text, 600)}"
    return GaveUp("malformed_calls", f"{sentence} Retry, or use another model for this agent.")
