"""`/help` is made from the commands' own declarations."""

from __future__ import annotations

from inline_snapshot import snapshot

from bot.commands import all_commands
from tests.commands.saying import ON_A_PULL_REQUEST, heard
from tests.world import OSCAR, a_plan


def test_it_lists_what_can_be_written_on_the_issue() -> None:
    assert heard(a_plan(), "/help", OSCAR).reply == snapshot("""\
What you can write here:

- `/approve [vN]`: Approves the plan that is shown, or says which revision it means; the first stage starts.
- `/cancel [reason]`: Ends the feature and closes its open pull requests; what is merged stays and is listed.
- `/help`: Tells which commands there are and who may use them.
- `/pause [reason]`: Stops before the next effect and keeps everything as it is.
- `/proceed [text]`: Answers the open question with a number, a letter, an option's words or free text; alone it takes the recommended option.
- `/resume`: Goes on where the feature was paused, after a fresh look at what has happened since.
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


def test_every_command_is_listed() -> None:
    reply = heard(a_plan(), "/help").reply
    assert reply and all(f"- `{command.usage}`" in reply for command in all_commands().values())
