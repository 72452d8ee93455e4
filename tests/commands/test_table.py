"""The commands' table (design, section 2): what each command does in each state; every cell."""

from __future__ import annotations

import pytest

from bot.facts.remembered import Ending, RunEnding, RunResult
from bot.moves import Approve, End, Pause, Reply, Resume, Revise, RunAgain, Strike
from bot.plan.stage_kind import StageKind
from tests.commands.saying import heard
from tests.world import Life, a_plan, an_approved_plan

DATABASE = StageKind.DATABASE
AFTER_ALL = 9000


def asking() -> Life:
    gave_up = RunResult(RunEnding.GAVE_UP, "Too many turns.")
    return an_approved_plan().attempt(DATABASE).announced(DATABASE).run("database/1", gave_up).asked()


def at_work() -> Life:
    return an_approved_plan().attempt(DATABASE).announced(DATABASE).run("database/1")


COLUMNS = {
    "ended": an_approved_plan().ended(Ending.COMPLETED),
    "closed": an_approved_plan().issue(is_open=False),
    "paused": an_approved_plan().generation(paused=""),
    "question": asking(),
    "plan": a_plan(),
    "not begun": an_approved_plan(),
    "at work": at_work(),
    "in review": an_approved_plan().in_review(DATABASE),
    "base": an_approved_plan().merged(DATABASE),
    "verdict": an_approved_plan().built().run("verdict/1/1"),
}
LABEL_AGAIN, REOPEN = "Remove the label", "Reopen it first"

# A decision by its type, or the words of the refusal or of the reply; "" where it is only noted.
TABLE: dict[str, dict[str, type | str]] = {
    "/approve": {
        "ended": LABEL_AGAIN, "closed": REOPEN, "paused": "Write `/resume`", "question": "", "plan": Approve,
        "not begun": "", "at work": "", "in review": "", "base": "", "verdict": "",
    },
    "/revise make it shorter": {
        "ended": LABEL_AGAIN, "closed": REOPEN, "paused": Revise, "question": Revise, "plan": Revise,
        "not begun": Revise, "at work": Revise, "in review": Revise, "base": Revise, "verdict": Revise,
    },
    "/proceed 1": {
        "ended": LABEL_AGAIN, "closed": REOPEN, "paused": "Nothing is asked", "question": Reply, "plan": "Nothing is asked",
        "not begun": "Nothing is asked", "at work": "Nothing is asked", "in review": "Nothing is asked",
        "base": "Nothing is asked", "verdict": "Nothing is asked",
    },
    "/retry": {
        "ended": LABEL_AGAIN, "closed": REOPEN, "paused": "Write `/resume`", "question": Reply, "plan": Revise,
        "not begun": RunAgain, "at work": RunAgain, "in review": RunAgain,
        "base": "Baton has looked again", "verdict": "Baton has looked again",
    },
    "/skip frontend: the API is internal": {
        "ended": LABEL_AGAIN, "closed": REOPEN, "paused": Strike, "question": Strike, "plan": Strike,
        "not begun": Strike, "at work": Strike, "in review": Strike, "base": Strike,
        "verdict": "is over already",
    },
    "/pause": {
        "ended": LABEL_AGAIN, "closed": REOPEN, "paused": "already paused", "question": Pause, "plan": Pause,
        "not begun": Pause, "at work": Pause, "in review": Pause, "base": Pause, "verdict": Pause,
    },
    "/cancel": {
        "ended": LABEL_AGAIN, "closed": End, "paused": End, "question": End, "plan": End,
        "not begun": End, "at work": End, "in review": End, "base": End, "verdict": End,
    },
    "/resume": {
        "ended": LABEL_AGAIN, "closed": "Reopen it", "paused": Resume, "question": "not paused", "plan": "not paused",
        "not begun": "not paused", "at work": "not paused", "in review": "not paused", "base": "not paused",
        "verdict": "not paused",
    },
    "/status": dict.fromkeys(COLUMNS, "1/6"),
    "/help": dict.fromkeys(COLUMNS, "What you can write here"),
}  # fmt: skip


def test_every_cell_is_there() -> None:
    assert all(set(row) == set(COLUMNS) for row in TABLE.values())


@pytest.mark.parametrize(
    ("command", "column"), [(command, column) for command in TABLE for column in COLUMNS], ids=str
)
def test_a_command_does_what_its_cell_says(command: str, column: str) -> None:
    expected = TABLE[command][column]
    move = heard(COLUMNS[column], command, id=AFTER_ALL)
    if isinstance(expected, str):
        assert expected.casefold() in f"{move.reply} {move.verdict}".casefold()
        assert move.decisions == ()
    else:
        assert any(isinstance(each, expected) for each in move.decisions), (move.verdict, move.reply)


def test_an_answer_while_paused_is_kept_for_the_question_that_stands() -> None:
    move = heard(asking().generation(paused=""), "/proceed 1", id=AFTER_ALL)
    assert any(isinstance(each, Reply) for each in move.decisions)
    assert move.reply == "The feature is paused: this is kept, and done at `/resume`."
