"""How tests run an agent against a scripted Messages API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.crew.loop import run_agent
from bot.crew.model import AnthropicModel
from bot.crew.records import BatchRecord, RunOutcome, TurnRecord
from bot.crew.request import Limits, Purpose, RunRequest
from bot.crew.steps import Steps, Unrecorded
from bot.facts.diff import Diff
from bot.plan.plan import Plan
from bot.ports import Workspace
from bot.settings import DEFAULT_PRICES
from tests.crew.messages_server import MessagesServer, Reply, messages_server

TOOLS = ("Read", "Write", "Edit", "Glob", "Grep", "TodoWrite")


class Killed(Exception):
    """The process died here."""


@dataclass
class Journal:
    """Durable steps in memory, through the JSON in which the engine keeps them; they can be killed."""

    rows: dict[str, Any] = field(default_factory=dict)
    dies_after: int | None = None
    made: int = 0

    def turn(self, number: int, call: Callable[[], TurnRecord]) -> TurnRecord:
        return TurnRecord.from_json(self._row(f"turn {number}", lambda: call().to_json()))

    def batch(self, number: int, call: Callable[[], BatchRecord]) -> BatchRecord:
        return BatchRecord.from_json(self._row(f"batch {number}", lambda: call().to_json()))

    def _row(self, name: str, make: Callable[[], dict[str, Any]]) -> Any:
        import json

        if name not in self.rows:
            if self.made == self.dies_after:
                raise Killed
            self.rows[name] = json.dumps(make())
            self.made += 1
        return json.loads(self.rows[name])


def request(purpose: Purpose = Purpose.WORK, limits: Limits | None = None, **given: Any) -> RunRequest:
    values: dict[str, Any] = {
        "agent": "backend-developer",
        "model": "claude-sonnet-5-5",
        "system": "You are backend-developer.",
        "brief": "Build the thing.",
        "tools": TOOLS,
        **given,
    }
    return RunRequest(purpose=purpose, limits=limits or Limits(), **values)


@dataclass
class Ran:
    """A run and all that was seen of it."""

    outcome: RunOutcome
    server: MessagesServer
    slept: list[float]

    def results(self, number: int) -> list[dict[str, Any]]:
        """The tool results that the model got with this call, counted from 1."""
        content = self.server.requests[number]["messages"][-1]["content"]
        return [block for block in content if block["type"] == "tool_result"]

    def last_words(self) -> str:
        return str(self.server.requests[-1]["messages"][-1]["content"][-1].get("text"))


def may_change(path: str) -> str | None:
    """The backend's files may be changed, the frontend's have an owner."""
    return None if path.startswith("backend/") else f"{path} belongs to frontend-developer; ask for it there."


def run(
    workspace: Workspace,
    *script: Reply,
    asked: RunRequest | None = None,
    steps: Steps | None = None,
    judge_plan: Callable[[Mapping[str, Any]], Plan | tuple[str, ...]] = lambda _: ("never",),
    judge_work: Callable[[Diff], tuple[str, ...]] = lambda _: (),
) -> Ran:
    slept: list[float] = []
    with messages_server(*script) as server:
        outcome = run_agent(
            asked or request(),
            workspace,
            steps or Unrecorded(),
            AnthropicModel(api_key="k", base_url=server.url, seconds=5),
            prices=DEFAULT_PRICES,
            may_change=may_change,
            judge_plan=judge_plan,
            judge_work=judge_work,
            sleep=slept.append,
        )
    assert server.problems == []
    return Ran(outcome, server, slept)
