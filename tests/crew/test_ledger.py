"""What runs cost, and how waiting for a model ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.crew.endings import GaveUp
from bot.crew.ledger import Ledger, cost_of, price_of
from bot.crew.patience import Patience
from bot.crew.records import Trouble, TurnRecord, Usage
from bot.crew.request import Limits, model_id
from bot.settings import DEFAULT_PRICES, Price
from tests.crew.folder import Folder
from tests.crew.messages_server import Reply, breaks_off, says, text
from tests.crew.runs import run

PRICE = Price(input=3, output=15, cache_read=0.3, cache_write=3.75)


def test_each_kind_of_token_has_its_price() -> None:
    assert cost_of(Usage(1_000_000, 100_000, 2_000_000, 400_000), PRICE) == pytest.approx(3 + 1.5 + 0.6 + 1.5)


def test_a_model_without_a_price_is_reckoned_at_the_dearest() -> None:
    assert price_of("claude-new", DEFAULT_PRICES) == DEFAULT_PRICES["claude-opus-5-5"]


def test_without_any_cache_the_ratio_tells() -> None:
    ledger = Ledger(Limits(), PRICE)
    for total in range(10_000, 110_000, 2_000):
        ledger.settle(TurnRecord(usage=Usage(input_tokens=total)))
    assert ledger.input_usd / ledger.optimal_input_usd > 5


def test_a_cut_answer_counts_its_money_and_no_turn() -> None:
    ledger = Ledger(Limits(), PRICE)
    trouble = Trouble("truncated", "It broke off.", may_pass=True)
    ledger.settle(TurnRecord(usage=Usage(1000, 10), trouble=trouble))
    assert ledger.turns == 0
    assert ledger.cost_usd > 0


def test_the_next_call_is_reserved_at_its_worst() -> None:
    ledger = Ledger(Limits(output_tokens=20_000), PRICE)
    assert ledger.worst_of_next(unseen_bytes=200_000) == pytest.approx(0.1 * 3.75 + 0.02 * 15)


def test_waits_double_up_to_ten_minutes_and_an_answer_forgets_them() -> None:
    patience = Patience(seconds=10_000)
    busy = Trouble("overloaded", "Busy.", may_pass=True)
    waits = [patience.next_wait(busy) for _ in range(11)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    patience.answered()
    assert patience.next_wait(busy) == 2


def test_a_retry_after_beyond_all_patience_ends_the_run_at_once() -> None:
    ending = Patience(seconds=100).next_wait(
        Trouble("rate_limited", "Full.", retry_after=3600, may_pass=True)
    )
    assert ending == GaveUp(
        "rate_limited",
        "Full. Baton tried 1 time over 0 seconds, and the next try would be 60 minutes later. Retry later.",
    )


@pytest.mark.parametrize("line", [breaks_off, says(text("Half"), stop=None)])
def test_answers_that_may_have_been_paid_are_tried_six_times_at_most(tmp_path: Path, line: Reply) -> None:
    ran = run(Folder(tmp_path / "work"), *[line] * 6)
    assert isinstance(ran.outcome.ending, GaveUp)
    assert len(ran.server.requests) == 6
    assert len(ran.slept) == 5


def test_an_alias_stands_for_a_model_and_a_full_id_for_itself() -> None:
    models = {"sonnet": "claude-sonnet-5-5", "inherit": "claude-sonnet-5-5"}
    assert model_id(" Sonnet ", models) == model_id("inherit", models) == "claude-sonnet-5-5"
    assert model_id("claude-opus-4-6", models) == "claude-opus-4-6"
