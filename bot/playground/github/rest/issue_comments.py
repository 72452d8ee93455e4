"""Comments on issues and pull requests."""

from __future__ import annotations

from bot.playground.access import Level, Scope
from bot.playground.acts import comments as acts
from bot.playground.github.asking import Answer, Ask, created, gone, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes.issues import comment
from bot.playground.refusals import Refused, forbidden, not_found
from bot.playground.state import Comment

routes = Routes()
COMMENTS = "/repos/{owner}/{repo}/issues/{number}/comments"
COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment}"


@routes.get(COMMENTS)
def list_comments(ask: Ask) -> Answer:
    return ask.page(recent(ask, ask.issue("read").comments), lambda each: comment(ask.hub, each))


@routes.get("/repos/{owner}/{repo}/issues/comments")
def list_all_comments(ask: Ask) -> Answer:
    repository = ask.reads("issues", "pull_requests")
    found = sorted(
        (each for issue in repository.issues.values() for each in issue.comments), key=lambda each: each.id
    )
    return ask.page(recent(ask, found), lambda each: comment(ask.hub, each))


@routes.post(COMMENTS)
def create_comment(ask: Ask) -> Answer:
    issue = ask.issue("write")
    if (
        issue.locked
        and ask.caller.installation is None
        and not ask.caller.at_least(issue.repository, "write")
    ):
        raise Refused(403, "Unable to create comment because issue is locked.")
    made = acts.create_comment(ask.hub, issue, ask.actor, ask.needed("body"))
    return created(comment(ask.hub, made))


@routes.get(COMMENT)
def get_comment(ask: Ask) -> Answer:
    return ok(comment(ask.hub, the_comment(ask, "read")))


@routes.patch(COMMENT)
def edit_comment(ask: Ask) -> Answer:
    found = own_comment(ask)
    acts.edit_comment(ask.hub, found, ask.actor, ask.needed("body"))
    return ok(comment(ask.hub, found))


@routes.delete(COMMENT)
def delete_comment(ask: Ask) -> Answer:
    acts.delete_comment(ask.hub, own_comment(ask), ask.actor)
    return gone()


def the_comment(ask: Ask, level: Level) -> Comment:
    found = ask.hub.comments.get(ask.number("comment"))
    if found is None or found.issue.repository is not ask.repository:
        raise not_found()
    scopes: tuple[Scope, ...] = ("issues",) if found.issue.pull is None else ("issues", "pull_requests")
    if level == "write":
        ask.writes(*scopes, role="read")
    else:
        ask.reads(*scopes)
    return found


def own_comment(ask: Ask) -> Comment:
    """A comment that the caller may change: an own one, or any with write permission."""
    found = the_comment(ask, "write")
    if found.author is ask.actor or ask.caller.installation is not None:
        return found
    if not ask.caller.at_least(found.issue.repository, "write"):
        raise forbidden("Must have admin rights to Repository.")
    return found


def recent(ask: Ask, found: list[Comment]) -> list[Comment]:
    return ask.recent(found, lambda each: each.updated_at)
