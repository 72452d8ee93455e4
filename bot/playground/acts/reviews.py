"""Reviews, their comments on lines, and the threads that these become."""

from __future__ import annotations

from typing import Literal

from bot.playground.acts import pulls
from bot.playground.acts.comments import gist
from bot.playground.acts.edits import record_edit
from bot.playground.acts.history import add_event
from bot.playground.acts.issues import check_body
from bot.playground.git.hunks import hunk_at, line_at
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
    if any(each.author is by and each.state == "PENDING" for each in pull.reviews):
        raise Refused(422, "User can only have one pending review per pull request")
    number, node = hub.ids.next("review")
    review = Review(number, node, pull, by, "PENDING", body, commit_sha, hub.now(), None)
    review.drafts = [begin_thread(hub, review, draft) for draft in comments]
    pull.reviews.append(review)
    hub.remember(review)
    if event is not None:
        publish(hub, review, by, event)
    return review


def add_draft(hub: Hub, review: Review, draft: Draft) -> None:
    """One more comment on a line, in a review that is not submitted yet."""
    review.drafts.append(begin_thread(hub, review, draft))
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
    for comment in drafts:
        pull.threads.append(comment.thread)
        hub.remember(comment.thread)
        show(hub, comment)


def begin_thread(hub: Hub, review: Review, draft: Draft) -> ReviewComment:
    """The first comment of a thread that only its author knows until the review is submitted."""
    hunk, position = place_of(review.pull, draft)
    number, node = hub.ids.next("thread")
    thread = Thread(
        number, node, review.pull, draft.path, draft.line, draft.line, draft.start_line, draft.side,
        draft.subject_type,
    )  # fmt: skip
    return add_to_thread(hub, thread, review, draft.body, hunk, position)


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
    comment = add_to_thread(hub, thread, review, body, first.diff_hunk, first.position, first)
    show(hub, comment)
    return comment


def add_to_thread(
    hub: Hub,
    thread: Thread,
    review: Review,
    body: str,
    hunk: str,
    position: int,
    in_reply_to: ReviewComment | None = None,
) -> ReviewComment:
    check_text(body)
    number, node = hub.ids.next("review_comment")
    now = hub.now()
    comment = ReviewComment(
        number,
        node,
        thread,
        review,
        review.author,
        body,
        review.commit_sha,
        review.commit_sha,
        hunk,
        position,
        now,
        now,
        in_reply_to,
    )
    thread.comments.append(comment)
    return comment


def show(hub: Hub, comment: ReviewComment) -> None:
    """From now on everybody sees it."""
    thread, by = comment.thread, comment.author
    hub.remember(comment)
    where = f"{thread.path}:{thread.line}" if thread.line else thread.path
    hub.note(by, f"commented on {where} of pull request #{thread.pull.number}: {gist(comment.body)}")
    hub.tell(
        "pull_request_review_comment",
        "created",
        thread.pull.repository,
        by,
        pull=thread.pull,
        comment=comment,
    )


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


def comments_in(review: Review) -> list[ReviewComment]:
    """Those of a submitted review, or those that its author has written so far."""
    shown = [each for thread in review.pull.threads for each in thread.comments if each.review is review]
    return [*review.drafts, *shown]


def place_of(pull: PullRequest, draft: Draft) -> tuple[str, int]:
    """The diff above the commented line and the line's position, or 422 where the line is not in the diff."""
    patch = patch_of(pull, draft.path)
    if draft.subject_type == "file":
        return patch, 1
    hunk = hunk_at(patch, draft.line or 0, draft.side)
    if hunk is None:
        raise unplaceable("Line could not be resolved")
    if draft.start_line is not None:
        if draft.line is None or draft.start_line >= draft.line:
            raise unplaceable("Pull request review thread start line must precede the end line.")
        above = hunk_at(patch, draft.start_line, draft.side)
        if above is None or not hunk.startswith(above):
            raise unplaceable(
                "Pull request review thread start line must be part of the same hunk as the line."
            )
    return hunk, patch[: patch.index(hunk)].count("\n") + hunk.count("\n")


def at_position(pull: PullRequest, path: str, position: int) -> tuple[int, Literal["LEFT", "RIGHT"]]:
    """The line and the side that the older way of placing a comment means."""
    found = line_at(patch_of(pull, path), position)
    if found is None:
        raise unplaceable("Pull request review thread position is invalid")
    return found


def patch_of(pull: PullRequest, path: str) -> str:
    change = next((each for each in pulls.files(pull) if each.path == path), None)
    if change is None:
        raise unplaceable("Path could not be resolved")
    return change.patch or ""


def unplaceable(why: str) -> Refused:
    return Refused(422, "Unprocessable Entity", [why])


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
