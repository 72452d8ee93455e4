"""`/revise <text>` asks for another plan."""

from __future__ import annotations

from bot.commands.answer import Answer, started
from bot.commands.arguments import free_text
from bot.commands.command import ISSUE_ONLY, Command
from bot.commands.grammar import ParsedCommand
from bot.commands.standing import kept_while_paused, refused_when_over, under_way
from bot.facts.facts import Facts
from bot.facts.seen import Comment
from bot.moves import Reply, Revise

COMMAND = Command(
    name="revise",
    usage="/revise <text>",
    does="Voids the approval and has the plan drawn up again with what the text asks; what is merged stays.",
    who="writers",
    surfaces=ISSUE_ONLY,
    examples=("/revise split the API stage into read and write",),
    changes=True,
    argument=free_text,
    applies=under_way,
    takes_note=True,
    needs_text=True,
)


def apply(said: ParsedCommand, comment: Comment, facts: Facts) -> Answer:
    """The approval is void at once; several wishes before the next draft ends make one draft (rule 4).

    While a question is open it is the answer to it too: “change the plan”.
    """
    if over := refused_when_over(comment, facts):
        return over
    text = "\n".join(part for part in (said.args, said.note) if part)
    question = facts.open_question
    answers = question is not None and comment.id > question.comment_id and not question.wants_an_option
    reply = (Reply(question.key, comment.author, None, text),) if question and answers else ()
    kept = kept_while_paused(facts)
    return started("wants another plan", *reply, Revise(comment.author, text), reply=kept)
