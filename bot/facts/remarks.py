"""What people who may command have said in reviews of a pull request and nobody has answered yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.facts import identities
from bot.facts.facts import Facts
from bot.facts.seen import Account, PullRequest, Review, ReviewState, Thread


@dataclass(frozen=True)
class Remark:
    """One thing that a reviewer wants: a thread on a line, or the body of a review.

    `key` names its newest word, so that each word is answered once. `thread` is what it stands in, if in any.
    """

    key: str
    author: Account
    at: datetime
    text: str
    thread: Thread | None = None

    @property
    def place(self) -> str:
        """`path:line`, where it is about a line."""
        if self.thread is None:
            return ""
        return f"{self.thread.path}:{self.thread.line}" if self.thread.line else self.thread.path


def unanswered(pull: PullRequest, facts: Facts) -> tuple[Remark, ...]:
    """Remarks in open threads and in reviews' bodies, oldest first. An approval asks for nothing."""
    open_ones = (each for each in remarks(pull, facts) if not facts.done(identities.reply(each.key)))
    return tuple(sorted(open_ones, key=lambda each: each.at))


def remarks(pull: PullRequest, facts: Facts) -> Iterator[Remark]:
    """Every remark that counts, answered or not."""
    for thread in pull.threads:
        remark = None if thread.resolved else _in_thread(thread, facts)
        if remark:
            yield remark
    for review in pull.reviews:
        if _asks_for_something(review) and facts.may_command(review.author):
            yield Remark(f"review:{review.id}", review.author, review.at, review.body)


def _in_thread(thread: Thread, facts: Facts) -> Remark | None:
    """The newest word of somebody who may command, unless Baton has had the last word after it."""
    for comment in reversed(thread.comments):
        if comment.ours:
            return None
        if facts.may_command(comment.author):
            return Remark(f"thread:{comment.id}", comment.author, comment.at, comment.body, thread)
    return None


def _asks_for_something(review: Review) -> bool:
    asking = (ReviewState.CHANGES_REQUESTED, ReviewState.COMMENTED)
    return review.state in asking and bool(review.body.strip())


def who_wants_changes(pull: PullRequest, facts: Facts) -> tuple[str, ...]:
    """Whose latest word was a request for changes, of those who may command: other people's hold nothing up."""
    may = {review.author.login for review in pull.reviews if facts.may_command(review.author)}
    return tuple(login for login in pull.changes_requested_by if login in may)


def wants_changes_without_a_word(pull: PullRequest, facts: Facts) -> tuple[str, ...]:
    """Who asks for changes and has not said which: no word of theirs was ever there to answer."""
    said = {each.author.login for each in remarks(pull, facts)}
    said |= {comment.author.login for thread in pull.threads for comment in thread.comments}
    said |= {review.author.login for review in pull.reviews if review.body.strip()}
    return tuple(login for login in who_wants_changes(pull, facts) if login not in said)
