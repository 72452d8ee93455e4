"""A comment is heard once: who may, what is meant, what it decides, and the one reply (rules 2 and 4)."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from bot.commands import all_commands
from bot.commands.answer import CONFUSED, Answer, refused
from bot.commands.errors import sentence_for
from bot.commands.grammar import Parsed, ParsedCommand, parse
from bot.facts.facts import Facts
from bot.facts.pasted import WHERE_SECRETS_BELONG, holds_a_secret
from bot.facts.seen import Comment, LabelEvent
from bot.moves import Hear, RefuseLabel

Apply = Callable[[ParsedCommand, Comment, Facts], Answer]

NOT_PERMITTED = "refused: may not command"


def speaks_to_baton(comment: Comment, login: str) -> bool:
    """Whether the comment holds a command or an attempt at one; others are never answered."""
    parsed = _parsed(comment, login)
    return not comment.ours and bool(parsed.commands or parsed.errors)


def hear(comment: Comment, facts: Facts) -> Hear:
    """What to do about a comment that speaks to Baton and was not handled yet."""
    answer = _answer(_parsed(comment, facts.house.login), comment, facts)
    return Hear(
        comment_id=comment.id,
        author=comment.author,
        verdict=answer.verdict,
        decisions=answer.decisions,
        reply=answer.reply,
        reactions=answer.reactions,
    )


def refuse_label(labelling: LabelEvent, facts: Facts) -> RefuseLabel:
    """Labelling is a command too: the same permission is asked of who labelled (hazard C13)."""
    asked = facts.house.configuration.commands.permission
    actor = labelling.actor
    lacks = "is no person" if actor.is_bot else f"does not have {asked} permission here"
    who = f"Somebody with {asked} permission" if actor.is_bot else "Somebody who has it"
    why = (
        f"{actor.login} added the label and {lacks}, so nothing was begun. "
        f"{who} can remove the label and add it again."
    )
    return RefuseLabel(labelling.id, actor, why)


def _answer(parsed: Parsed, comment: Comment, facts: Facts) -> Answer:
    open_to_all = all(_is_open_to_all(each.command) for each in parsed.errors) and all(
        _is_open_to_all(each.name) for each in parsed.commands
    )
    if not open_to_all and not facts.may_command(comment.author):
        return _not_permitted(parsed, comment, facts)
    if comment.edited:
        return refused("Edited comments are not commands. Write it as a new comment.")
    if not open_to_all and holds_a_secret(comment.body):
        return refused(WHERE_SECRETS_BELONG)
    answers = [_apply(said)(said, comment, facts) for said in parsed.commands]
    if parsed.errors:
        changes = any(answer.decisions for answer in answers)
        answers.append(refused("\n\n".join(sentence_for(error, changes) for error in parsed.errors)))
    return _together(answers)


def _not_permitted(parsed: Parsed, comment: Comment, facts: Facts) -> Answer:
    """Said once to each person on an issue; the verdict sticks to the comment (hazards C7, C11)."""
    if not parsed.commands and all(error.code == "did_you_mean" for error in parsed.errors):
        return Answer("left alone: a word that is no command, by somebody who may not command", ())
    asked = facts.house.configuration.commands.permission
    told = any(
        each.author_id == comment.author.id and each.verdict == NOT_PERMITTED
        for each in facts.remembered.handled.values()
    )
    why = f"Only people with {asked} permission on this repository can command Baton; ask one of them."
    return Answer(NOT_PERMITTED, (CONFUSED,), (), None if told else why)


def _is_open_to_all(name: str) -> bool:
    return name in all_commands() and all_commands()[name].who == "everybody"


def _apply(said: ParsedCommand) -> Apply:
    """Each command's file says what it does, in a function of this name."""
    apply: Apply = import_module(f"bot.commands.{said.name}").apply
    return apply


def _together(answers: list[Answer]) -> Answer:
    """At most one of a comment's commands changes anything; their answers make one reply."""
    replies = [answer.reply for answer in answers if answer.reply]
    return Answer(
        verdict="; ".join(answer.verdict for answer in answers),
        reactions=tuple(dict.fromkeys(each for answer in answers for each in answer.reactions)),
        decisions=tuple(decision for answer in answers for decision in answer.decisions),
        reply="\n\n".join(replies) or None,
    )


def _parsed(comment: Comment, login: str) -> Parsed:
    author_type = "Bot" if comment.author.is_bot else "User"
    return parse(
        comment.body, surface=comment.surface.value, event="created", author_type=author_type, login=login
    )
