"""Reactions on issues, comments and review comments."""

from __future__ import annotations

from bot.playground.access import Level, Scope
from bot.playground.acts import reactions as acts
from bot.playground.github.asking import Answer, Ask, gone
from bot.playground.github.routes import Routes
from bot.playground.github.shapes.issues import reaction
from bot.playground.refusals import forbidden, not_found
from bot.playground.state import Comment, Issue, ReviewComment

routes = Routes()
ISSUE = "/repos/{owner}/{repo}/issues/{number}/reactions"
COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment}/reactions"
LINE = "/repos/{owner}/{repo}/pulls/comments/{comment}/reactions"


@routes.get(ISSUE)
@routes.get(COMMENT)
@routes.get(LINE)
def list_reactions(ask: Ask) -> Answer:
    wanted = ask.query.get("content")
    found = [each for each in subject(ask, "read").reactions if wanted in (None, each.content)]
    return ask.page(found, lambda each: reaction(ask.hub, each))


@routes.post(ISSUE)
@routes.post(COMMENT)
@routes.post(LINE)
def create_reaction(ask: Ask) -> Answer:
    made, fresh = acts.react(ask.hub, subject(ask, "write"), ask.actor, ask.needed("content"))
    return Answer(201 if fresh else 200, reaction(ask.hub, made))


@routes.delete(f"{ISSUE}/{{reaction}}")
@routes.delete(f"{COMMENT}/{{reaction}}")
@routes.delete(f"{LINE}/{{reaction}}")
def delete_reaction(ask: Ask) -> Answer:
    on = subject(ask, "write")
    found = next((each for each in on.reactions if each.id == ask.number("reaction")), None)
    if found is None:
        raise not_found()
    if found.user is not ask.actor:
        raise forbidden("Must be the reaction's author.")
    acts.unreact(ask.hub, on, found)
    return gone()


def subject(ask: Ask, level: Level) -> Issue | Comment | ReviewComment:
    if "comment" not in ask.names:
        return ask.issue(level)
    number = ask.number("comment")
    on_line = "/pulls/comments/" in ask.path
    found = ask.hub.review_comments.get(number) if on_line else ask.hub.comments.get(number)
    if found is None:
        raise not_found()
    issue = found.thread.pull.issue if isinstance(found, ReviewComment) else found.issue
    if issue.repository is not ask.repository:
        raise not_found()
    scopes: tuple[Scope, ...] = ("pull_requests",) if on_line else ("issues", "pull_requests")
    if level == "write":
        ask.writes(*scopes, role="read")
    else:
        ask.reads(*scopes)
    return found
