"""Reviews and comments on lines."""

from __future__ import annotations

from typing import Any

from bot.playground.access import Level
from bot.playground.acts import reviews as acts
from bot.playground.github.asking import Answer, Ask, created, gone, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes.pulls import review, review_comment
from bot.playground.github.shapes.times import Json
from bot.playground.refusals import Refused, forbidden, not_found
from bot.playground.state import Draft, PullRequest, Review, ReviewComment

routes = Routes()
PULL = "/repos/{owner}/{repo}/pulls/{number}"
REVIEW = f"{PULL}/reviews/{{review}}"
LINE = "/repos/{owner}/{repo}/pulls/comments/{comment}"


@routes.get(f"{PULL}/reviews")
def list_reviews(ask: Ask) -> Answer:
    found = acts.visible(ask.pull("read"), ask.caller.user)
    return ask.page(found, lambda each: review(ask.hub, each))


@routes.post(f"{PULL}/reviews")
def create_review(ask: Ask) -> Answer:
    pull = ask.pull("write")
    drafts = tuple(draft(pull, each) for each in ask.things("comments"))
    made = acts.submit_review(
        ask.hub, pull, ask.actor, ask.text("event"), ask.text("body") or "", drafts, ask.text("commit_id")
    )
    return ok(review(ask.hub, made))


def draft(pull: PullRequest, each: Json) -> Draft:
    """A comment as the request places it: by line and side, or by its position in the diff."""
    side: Any = "LEFT" if each.get("side") == "LEFT" else "RIGHT"
    line, start, position = each.get("line"), each.get("start_line"), each.get("position")
    subject: Any = "file" if each.get("subject_type") == "file" else "line"
    if not each.get("path") or not each.get("body"):
        raise Refused(422, "Invalid request.\n\nA comment needs path and body.")
    if subject == "line" and line is None and isinstance(position, int):
        line, side = acts.at_position(pull, str(each["path"]), position)
    if subject == "line" and not isinstance(line, int):
        raise Refused(422, "Invalid request.\n\nA comment on a line needs line.")
    if not isinstance(start, int | None):
        raise Refused(422, "Invalid request.\n\nA comment's start_line is a number.")
    return Draft(str(each["path"]), str(each["body"]), line, side, start, subject)


@routes.get(REVIEW)
def get_review(ask: Ask) -> Answer:
    return ok(review(ask.hub, the_review(ask, "read")))


@routes.put(REVIEW)
def edit_review(ask: Ask) -> Answer:
    found = the_review(ask, "write")
    require_own(ask, found)
    acts.edit_review(ask.hub, found, ask.actor, ask.needed("body"))
    return ok(review(ask.hub, found))


@routes.delete(REVIEW)
def delete_review(ask: Ask) -> Answer:
    found = the_review(ask, "write")
    require_own(ask, found)
    acts.delete_pending(ask.hub, found)
    return ok(review(ask.hub, found))


@routes.post(f"{REVIEW}/events")
def submit(ask: Ask) -> Answer:
    found = the_review(ask, "write")
    require_own(ask, found)
    acts.finish_review(ask.hub, found, ask.actor, ask.needed("event"), ask.text("body") or "")
    return ok(review(ask.hub, found))


@routes.put(f"{REVIEW}/dismissals")
def dismiss(ask: Ask) -> Answer:
    ask.pull("write", role="write")
    found = the_review(ask, "write")
    acts.dismiss_review(ask.hub, found, ask.actor, ask.needed("message"))
    return ok(review(ask.hub, found))


@routes.get(f"{REVIEW}/comments")
def list_review_comments(ask: Ask) -> Answer:
    found = the_review(ask, "read")
    return ask.page(acts.comments_in(found), lambda each: review_comment(ask.hub, each))


@routes.get(f"{PULL}/comments")
def list_comments(ask: Ask) -> Answer:
    return ask.page(in_order(ask, comments_of(ask.pull("read"))), lambda each: review_comment(ask.hub, each))


@routes.get("/repos/{owner}/{repo}/pulls/comments")
def list_all_comments(ask: Ask) -> Answer:
    repository = ask.reads("pull_requests")
    found = [each for pull in repository.pulls for each in comments_of(pull)]
    return ask.page(in_order(ask, found), lambda each: review_comment(ask.hub, each))


def in_order(ask: Ask, found: list[ReviewComment]) -> list[ReviewComment]:
    """Those since the wished time; sorted only where the caller names what by."""
    recent = ask.recent(found, lambda each: each.updated_at)
    if ask.query.get("sort") not in ("created", "created_at", "updated"):
        return recent
    key = "updated_at" if ask.query["sort"] == "updated" else "created_at"
    descending = ask.query.get("direction") == "desc"
    return sorted(recent, key=lambda each: (getattr(each, key), each.id), reverse=descending)


@routes.post(f"{PULL}/comments")
def create_comment(ask: Ask) -> Answer:
    pull = ask.pull("write")
    if isinstance(ask.body.get("in_reply_to"), int):
        return reply_to(ask, pull, ask.body["in_reply_to"])
    made = acts.comment_on_line(ask.hub, pull, ask.actor, draft(pull, ask.body), ask.needed("commit_id"))
    return created(review_comment(ask.hub, made))


@routes.post(f"{PULL}/comments/{{comment}}/replies")
def create_reply(ask: Ask) -> Answer:
    return reply_to(ask, ask.pull("write"), ask.number("comment"))


def reply_to(ask: Ask, pull: PullRequest, number: int) -> Answer:
    parent = ask.hub.review_comments.get(number)
    if parent is None or parent.thread.pull is not pull or parent is not parent.thread.comments[0]:
        raise Refused(404, "Parent comment not found")
    made = acts.reply(ask.hub, parent.thread, ask.actor, ask.needed("body"))
    return created(review_comment(ask.hub, made))


@routes.get(LINE)
def get_comment(ask: Ask) -> Answer:
    return ok(review_comment(ask.hub, the_comment(ask, "read")))


@routes.patch(LINE)
def edit_comment(ask: Ask) -> Answer:
    found = own_comment(ask)
    acts.edit_review_comment(ask.hub, found, ask.actor, ask.needed("body"))
    return ok(review_comment(ask.hub, found))


@routes.delete(LINE)
def delete_comment(ask: Ask) -> Answer:
    acts.delete_review_comment(ask.hub, own_comment(ask), ask.actor)
    return gone()


def comments_of(pull: PullRequest) -> list[ReviewComment]:
    return sorted((each for thread in pull.threads for each in thread.comments), key=lambda each: each.id)


def the_review(ask: Ask, level: Level) -> Review:
    pull = ask.pull(level)
    number = ask.number("review")
    for each in acts.visible(pull, ask.caller.user):
        if each.id == number:
            return each
    raise not_found()


def require_own(ask: Ask, found: Review) -> None:
    if found.author is not ask.actor:
        raise forbidden("Must be the review's author.")


def the_comment(ask: Ask, level: Level) -> ReviewComment:
    repository = ask.writes("pull_requests", role="read") if level == "write" else ask.reads("pull_requests")
    found = ask.hub.review_comments.get(ask.number("comment"))
    if found is None or found.thread.pull.repository is not repository:
        raise not_found()
    return found


def own_comment(ask: Ask) -> ReviewComment:
    found = the_comment(ask, "write")
    if found.author is not ask.actor and not ask.caller.at_least(found.thread.pull.repository, "write"):
        raise forbidden()
    return found
