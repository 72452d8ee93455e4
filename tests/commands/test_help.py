"""`/help` is made from the commands' own declarations."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from bot.commands import all_commands
from bot.facts.remembered import Ending
from tests.commands.saying import ON_A_PULL_REQUEST, heard
from tests.commands.test_table import AFTER_ALL, COLUMNS, TABLE
from tests.world import OSCAR, Life, a_plan, an_approved_plan, an_issue


def test_it_lists_what_can_be_written_on_the_issue() -> None:
    assert heard(a_plan(), "/help", OSCAR).reply == snapshot("""\
What you can write here now:

- `/approve [vN]`: Approves the plan that is shown, or says which revision it means; the first stage starts.
- `/cancel [reason]`: Ends the feature and closes its open pull requests; what is merged stays and is listed.
- `/help`: Tells which commands apply now and who may use them.
- `/pause [reason]`: Stops before the next effect and keeps everything as it is.
- `/retry [stage number]`: Starts the current stage's run again, on top of its branch as it is.
- `/revise <text>`: Voids the approval and has the plan drawn up again with what the text asks; what is merged stays.
- `/skip <kind>: <reason>`: Leaves the stage of that kind out, where the rules allow it; the reason stands in the report.
- `/status`: Tells where the feature stands and what it waits for.

`/help` and `/status` answer everybody; all others listen to people with write permission on this repository.\
""")


def test_on_a_pull_request_it_lists_only_what_works_there() -> None:
    reply = heard(a_plan(), "/help", **ON_A_PULL_REQUEST).reply
    assert reply and "`/pause [reason]`" in reply
    assert "`/approve" not in reply and "`/revise" not in reply


def test_it_says_which_permission_commands_need_here() -> None:
    reply = heard(a_plan().configured(commands={"permission": "maintain"}), "/help").reply
    assert reply and reply.endswith("listen to people with maintain permission on this repository.")


@pytest.mark.parametrize("column", COLUMNS)
def test_it_lists_what_would_change_something_now_and_nothing_else(column: str) -> None:
    """In every state of the commands' table."""
    reply = heard(COLUMNS[column], "/help", id=AFTER_ALL).reply
    for said, row in TABLE.items():
        command = all_commands()[said.split()[0].removeprefix("/")]
        applies = not command.changes or isinstance(row[column], type)
        assert reply and (f"- `{command.usage}`" in reply) == applies, said


@pytest.mark.parametrize(
    "over", [an_issue(), a_plan().ended(Ending.CANCELLED), a_plan().issue(labelled=False)]
)
def test_where_nothing_is_under_way_only_questions_are_left(over: Life) -> None:
    assert heard(over, "/help").reply == (
        "What you can write here now:\n\n"
        "- `/help`: Tells which commands apply now and who may use them.\n"
        "- `/status`: Tells where the feature stands and what it waits for.\n\n"
        "`/help` and `/status` answer everybody."
    )


def test_without_money_nothing_is_tried_again() -> None:
    assert "`/retry" not in str(heard(an_approved_plan().remember(cost=99.0), "/help").reply)


def test_every_command_is_listed_somewhere() -> None:
    replies = "".join(str(heard(life, "/help", id=AFTER_ALL).reply) for life in COLUMNS.values())
    assert all(f"- `{command.usage}`" in replies for command in all_commands().values())
