"""Reviews, their comments on lines, and the threads that these become."""

from __future__ import annotations

from typing import Literal

from bot.playground.acts import pulls
from bot.playground.acts.comments import gist
from bot.playground.acts.edits import record_edit
from bot.playground.acts.history import add_event
from bot.playground.acts.issues import check_body
from bot.playground.git.hunks import hunk_at
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.refusals import Refused, invalid
from bot.playground.state import Draft, PullRequest, Review, ReviewComment, ReviewState, Thread

Event = Literal["APPROVE", "REQUEST_CHANGES", "COMMENT"]
STATES: dict[str, ReviewState] = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
}


def submit_review(
    hub: Hub,
    pull: PullRequest,
    by: User,
    event: str | None,
    body: str = "",
    comments: tuple[Draft, ...] = (),
    commit_sha: str | None = None,
) -> Review:
    """Submits a review; without an event it stays pending, seen by its author only."""
    check_event(pull, by, event, body, bool(comments))
    commit_sha = checked_commit(pull, commit_sha)
    for draft in comments:
        hunk_of(pull, draft)
    if any(each.author is by and each.state == "PENDING" for each in pull.reviews):
        raise Refused(422, "User can only have one pending review per pull request")
    number, node = hub.ids.next("review")
    review = Review(number, node, pull, by, "PENDING", body, commit_sha, hub.now(), None, list(comments))
    pull.reviews.append(review)
    hub.remember(review)
    if event is not None:
        publish(hub, review, by, event)
    return review


def add_draft(hub: Hub, review: Review, draft: Draft) -> None:
    """One more comment on a line, in a review that is not submitted yet."""
    check_text(draft.body)
    hunk_of(review.pull, draft)
    review.drafts.append(draft)
    hub.wake()


def finish_review(hub: Hub, review: Review, by: User, event: str, body: str = "") -> None:
    """Submits a pending review."""
    if review.state != "PENDING":
        raise Refused(422, "Can not submit a review that was submitted already")
    check_event(review.pull, by, event, body or review.body, bool(review.drafts))
    review.body = body or review.body
    publish(hub, review, by, event)


def publish(hub: Hub, review: Review, by: User, event: str) -> None:
    pull = review.pull
    review.state, review.submitted_at = STATES[event], hub.now()
    pull.issue.updated_at = hub.now()
    if by in pull.requested_reviewers:
        pull.requested_reviewers.remove(by)
    what = {"APPROVE": "approved", "REQUEST_CHANGES": "requested changes on", "COMMENT": "reviewed"}[event]
    hub.note(by, f"{what} pull request #{pull.number}{': ' + gist(review.body) if review.body else ''}")
    hub.tell("pull_request_review", "submitted", pull.repository, by, pull=pull, review=review)
    drafts, review.drafts = review.drafts, []
    for draft in drafts:
        begin_thread(hub, review, by, draft)


def begin_thread(hub: Hub, review: Review, by: User, draft: Draft) -> ReviewComment:
    number, node = hub.ids.next("thread")
    thread = Thread(
        number, node, review.pull, draft.path, draft.line, draft.line, draft.start_line, draft.side,
        draft.subject_type,
    )  # fmt: skip
    review.pull.threads.append(thread)
    hub.remember(thread)
    return add_to_thread(hub, thread, review, by, draft.body, hunk_of(review.pull, draft), None)


def comment_on_line(
    hub: Hub, pull: PullRequest, by: User, draft: Draft, commit_sha: str | None = None
) -> ReviewComment:
    """A single comment on a line: a review of its own, as on GitHub."""
    review = submit_review(hub, pull, by, "COMMENT", "", (draft,), commit_sha)
    return next(comment for thread in pull.threads for comment in thread.comments if comment.review is review)


def reply(hub: Hub, thread: Thread, by: User, body: str) -> ReviewComment:
    first = thread.comments[0]
    number, node = hub.ids.next("review")
    now = hub.now()
    review = Review(number, node, thread.pull, by, "COMMENTED", "", thread.pull.head_sha, now, now)
    thread.pull.reviews.append(review)
    hub.remember(review)
    hub.tell("pull_request_review", "submitted", thread.pull.repository, by, pull=thread.pull, review=review)
    return add_to_thread(hub, thread, review, by, body, first.diff_hunk, first)


def add_to_thread(
    hub: Hub,
    thread: Thread,
    review: Review,
    by: User,
    body: str,
    hunk: str,
    in_reply_to: ReviewComment | None,
) -> ReviewComment:
    check_text(body)
    number, node = hub.ids.next("review_comment")
    now = hub.now()
    comment = ReviewComment(
        number,
        node,
        thread,
        review,
        by,
        body,
        review.commit_sha,
        review.commit_sha,
        hunk,
        now,
        now,
        in_reply_to,
    )
    thread.comments.append(comment)
    hub.remember(comment)
    where = f"{thread.path}:{thread.line}" if thread.line else thread.path
    hub.note(by, f"commented on {where} of pull request #{thread.pull.number}: {gist(body)}")
    hub.tell(
        "pull_request_review_comment",
        "created",
        thread.pull.repository,
        by,
        pull=thread.pull,
        comment=comment,
    )
    return comment


def edit_review(hub: Hub, review: Review, by: User, body: str) -> None:
    changes = {"body": {"from": review.body}}
    record_edit(hub, review, by, review.body, body)
    review.body = body
    hub.tell(
        "pull_request_review", "edited", review.pull.repository, by,
        pull=review.pull, review=review, changes=changes,
    )  # fmt: skip


def dismiss_review(hub: Hub, review: Review, by: User, message: str) -> None:
    if not message.strip():
        raise invalid("PullRequestReview", "message", "missing_field")
    if review.state not in ("APPROVED", "CHANGES_REQUESTED"):
        raise Refused(422, f"Can not dismiss a {review.state.lower().replace('_', ' ')} pull request review")
    review.state = "DISMISSED"
    add_event(hub, review.pull.issue, "review_dismissed", by, review=review, after=message)
    hub.note(by, f"dismissed a review of pull request #{review.pull.number}: {message}")
    hub.tell("pull_request_review", "dismissed", review.pull.repository, by, pull=review.pull, review=review)


def delete_pending(hub: Hub, review: Review) -> None:
    if review.state != "PENDING":
        raise Refused(422, "Can not delete a non-pending pull request review")
    review.pull.reviews.remove(review)
    hub.forget(review)


def edit_review_comment(hub: Hub, comment: ReviewComment, by: User, body: str) -> None:
    check_text(body)
    changes = {"body": {"from": comment.body}}
    record_edit(hub, comment, by, comment.body, body)
    comment.body, comment.updated_at = body, hub.now()
    pull = comment.thread.pull
    hub.tell(
        "pull_request_review_comment",
        "edited",
        pull.repository,
        by,
        pull=pull,
        comment=comment,
        changes=changes,
    )


def delete_review_comment(hub: Hub, comment: ReviewComment, by: User) -> None:
    pull = comment.thread.pull
    comment.thread.comments.remove(comment)
    if not comment.thread.comments:
        pull.threads.remove(comment.thread)
        hub.forget(comment.thread)
    hub.forget(comment)
    hub.tell("pull_request_review_comment", "deleted", pull.repository, by, pull=pull, comment=comment)


def resolve_thread(hub: Hub, thread: Thread, by: User, resolved: bool = True) -> None:
    if (thread.resolved_by is not None) == resolved:
        return
    thread.resolved_by = by if resolved else None
    action = "resolved" if resolved else "unresolved"
    hub.note(by, f"{action} a conversation on pull request #{thread.pull.number}")
    hub.tell(
        "pull_request_review_thread", action, thread.pull.repository, by, pull=thread.pull, thread=thread
    )


def visible(pull: PullRequest, to: User | None) -> list[Review]:
    """The submitted reviews, and one's own pending one."""
    return [review for review in pull.reviews if review.state != "PENDING" or review.author is to]


def hunk_of(pull: PullRequest, draft: Draft) -> str:
    """The diff above the commented line, or 422 where the line is not in the diff."""
    change = next((each for each in pulls.files(pull) if each.path == draft.path), None)
    if change is None:
        raise Refused(422, "Unprocessable Entity", ["Path could not be resolved"])
    if draft.subject_type == "file":
        return change.patch or ""
    hunk = hunk_at(change.patch or "", draft.line or 0, draft.side)
    if hunk is None:
        raise Refused(422, "Unprocessable Entity", ["Line could not be resolved"])
    return hunk


def checked_commit(pull: PullRequest, commit_sha: str | None) -> str:
    if commit_sha is not None and commit_sha not in pulls.commits(pull):
        raise Refused(422, "Unprocessable Entity", ["No commit found for SHA: " + commit_sha])
    return commit_sha or pull.head_sha


def check_event(pull: PullRequest, by: User, event: str | None, body: str, has_comments: bool) -> None:
    check_body("PullRequestReview", body)
    if event is None:
        return
    if event not in STATES:
        raise invalid("PullRequestReview", "event")
    if by is pull.issue.author and event != "COMMENT":
        verb = "approve" if event == "APPROVE" else "request changes on"
        raise Refused(422, "Unprocessable Entity", [f"Can not {verb} your own pull request"])
    if event != "APPROVE" and not body.strip() and not has_comments:
        raise Refused(422, "Unprocessable Entity", ["Body can't be blank"])


def check_text(body: str) -> None:
    if not body.strip():
        raise invalid("PullRequestReviewComment", "body", "missing_field")
    check_body("PullRequestReviewComment", body)
