"""The states of a feature in which most commands are refused in the same words."""

from __future__ import annotations

from bot.commands.answer import Answer, refused
from bot.facts.facts import Facts
from bot.facts.seen import Comment

LABEL_AGAIN = "This feature has ended. Remove the label from the issue and add it again to begin anew."
UNLABELLED = "The label was removed from the issue, so this feature ends. Add the label again to begin anew."
REOPEN = "The issue is closed. Reopen it first, then write the command again."


def refused_when_over(comment: Comment, facts: Facts) -> Answer | None:
    """The columns “ended” and “issue closed” of the commands' table; who spoke after the end is told of it."""
    if facts.generation is None or facts.generation.ending:
        return refused(LABEL_AGAIN)
    if _was_unlabelled_before(comment, facts):
        return refused(UNLABELLED)
    return refused(REOPEN) if facts.closed_by_a_person else None


def _was_unlabelled_before(comment: Comment, facts: Facts) -> bool:
    """The label went first: the feature ends as soon as this comment is answered."""
    removals = [event.at for event in facts.seen.issue.label_events if not event.added]
    return not facts.label_is_ours and bool(removals) and removals[-1] <= comment.created_at


def always(facts: Facts) -> bool:
    """Where something is only asked."""
    return True


def under_way(facts: Facts) -> bool:
    """The feature lives, and its issue is open: most commands do nothing elsewhere."""
    return is_alive(facts) and not facts.closed_by_a_person


def is_alive(facts: Facts) -> bool:
    """The feature has begun and not ended, and its label is on."""
    return facts.generation is not None and facts.generation.ending is None and facts.label_is_ours


def is_paused(facts: Facts) -> bool:
    """A person has paused the feature, and nobody has resumed it."""
    return facts.generation is not None and facts.generation.paused is not None


def kept_while_paused(facts: Facts) -> str | None:
    """The column “paused” of the commands that are kept: nothing of them is done before `/resume`."""
    return "The feature is paused: this is kept, and done at `/resume`." if is_paused(facts) else None
