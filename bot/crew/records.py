"""What is written down of a run, turn by turn: enough to go on after a crash without paying a turn again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Discriminator, JsonValue, TypeAdapter

from bot.crew.endings import Asked, Finished, GaveUp, Planned, Reviewed

Block = dict[str, JsonValue]
Ending = Annotated[Finished | Planned | Reviewed | Asked | GaveUp, Discriminator("kind")]


@dataclass(frozen=True)
class Usage:
    """Tokens of one turn, or of a whole run, as the API bills them."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    @property
    def whole_input(self) -> int:
        """All tokens that the model read, cached or not."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
        )


@dataclass(frozen=True)
class Trouble:
    """Why a turn did not come about. `may_pass`: the same call may succeed after a wait."""

    kind: str
    sentence: str
    retry_after: float | None = None
    may_pass: bool = False


@dataclass(frozen=True)
class TurnRecord:
    """One call of the model: the assistant's content blocks exactly as they came, or the trouble.

    Thinking blocks carry signatures that must go back unchanged, hence blocks are stored whole.
    """

    content: tuple[Block, ...] = ()
    stop_reason: str | None = None
    usage: Usage = Usage()
    trouble: Trouble | None = None
    model: str = ""
    message_id: str = ""

    @property
    def tool_calls(self) -> tuple[Block, ...]:
        return tuple(block for block in self.content if block.get("type") == "tool_use")

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = _TURN.dump_python(self)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TurnRecord:
        return _TURN.validate_python(data)


@dataclass(frozen=True)
class ToolResult:
    """What one tool call answered. `malformed`: the call itself was wrong, whatever the files say."""

    tool_use_id: str
    tool: str
    text: str
    is_error: bool = False
    malformed: bool = False


@dataclass(frozen=True)
class Refusal:
    """A path that an agent wanted to change and may not, with the sentence that it was told."""

    path: str
    sentence: str


@dataclass(frozen=True)
class BatchRecord:
    """One turn's tool calls: their results, and the text of every file they changed (None: deleted)."""

    results: tuple[ToolResult, ...] = ()
    files: dict[str, str | None] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    ending: Ending | None = None
    given_back: bool = False

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = _BATCH.dump_python(self)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> BatchRecord:
        return _BATCH.validate_python(data)


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended and what it took. Costs are in dollars.

    `optimal_input_usd` is what the input would have cost with an append-only history and one moving
    breakpoint; add both input figures up over runs before dividing them.
    """

    ending: Ending
    turns: int = 0
    waits: int = 0
    usage: Usage = Usage()
    cost_usd: float = 0.0
    input_usd: float = 0.0
    optimal_input_usd: float = 0.0
    refusals: tuple[Refusal, ...] = ()

    @property
    def cost_ratio(self) -> float | None:
        """Billed input cost against the append-only optimum; None before anything was billed."""
        return self.input_usd / self.optimal_input_usd if self.optimal_input_usd else None

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = _OUTCOME.dump_python(self)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RunOutcome:
        return _OUTCOME.validate_python(data)


_TURN = TypeAdapter(TurnRecord)
_BATCH = TypeAdapter(BatchRecord)
_OUTCOME = TypeAdapter(RunOutcome)
