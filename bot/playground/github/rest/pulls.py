"""Pull requests: opened, listed, edited, merged, and who shall review them."""

from __future__ import annotations

from bot.playground.access import Level
from bot.playground.acts import merges
from bot.playground.acts import pulls as acts
from bot.playground.github.asking import Answer, Ask, created, ok
from bot.playground.github.rest.commits import as_text, wanted_form
from bot.playground.github.rest.issues import require_author_or
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import commits, pulls
from bot.playground.people import User
from bot.playground.refusals import Refused, invalid, not_found
from bot.playground.state import PullRequest

routes = Routes()
PULLS = "/repos/{owner}/{repo}/pulls"
PULL = f"{PULLS}/{{number}}"


@routes.get(PULLS)
def list_pulls(ask: Ask) -> Answer:
    repository = ask.reads("pull_requests")
    found = [each for each in repository.pulls if wanted(ask, each)]
    key = "updated_at" if ask.query.get("sort") == "updated" else "created_at"
    descending = ask.query.get("direction", "desc" if key == "created_at" else "asc") != "asc"
    found.sort(key=lambda each: (getattr(each.issue, key), each.number), reverse=descending)
    return ask.page(found, lambda each: pulls.pull(ask.hub, each))


def wanted(ask: Ask, pull: PullRequest) -> bool:
    query = ask.query
    head = query.get("head", "")
    return (
        query.get("state", "open") in ("all", pull.issue.state)
        and (":" not in head or head == f"{pull.repository.owner.login}:{pull.head_ref}")
        and query.get("base", pull.base_ref) == pull.base_ref
    )


@routes.post(PULLS)
def create_pull(ask: Ask) -> Answer:
    repository = ask.writes("pull_requests", role="read")
    head, base = ask.needed("head"), ask.needed("base")
    made = acts.open_pull(
        ask.hub, repository, ask.actor, head, base, ask.needed("title"), ask.text("body"), ask.flag("draft")
    )
    return created(pulls.full_pull(ask.hub, made))


@routes.get(PULL)
def get_pull(ask: Ask) -> Answer:
    pull = ask.pull("read")
    form = wanted_form(ask)
    if form is not None:
        return as_text(form, pull.repository, acts.fork_point(pull), pull.head_sha)
    known = merges.mergeability(ask.hub, pull)
    return ok(pulls.full_pull(ask.hub, pull, known))


@routes.patch(PULL)
def edit_pull(ask: Ask) -> Answer:
    pull = ask.pull("write")
    require_author_or(ask, pull.issue, "write")
    title, body, base, state = (ask.text(name) for name in ("title", "body", "base", "state"))
    if state not in (None, "open", "closed"):
        raise invalid("PullRequest", "state")
    if state == "open":
        acts.check_reopening(pull)
    acts.edit_pull(ask.hub, pull, ask.actor, title, body, base)
    if state == "closed":
        acts.close_pull(ask.hub, pull, ask.actor)
    if state == "open":
        acts.reopen_pull(ask.hub, pull, ask.actor)
    return ok(pulls.full_pull(ask.hub, pull))


@routes.get(f"{PULL}/files")
def list_files(ask: Ask) -> Answer:
    pull = ask.pull("read")
    return ask.page(
        acts.files(pull)[: commits.MOST_FILES],
        lambda each: commits.file(ask.hub, pull.repository, pull.head_sha, each),
        node=lambda _: "",
    )


@routes.get(f"{PULL}/commits")
def list_commits(ask: Ask) -> Answer:
    pull = ask.pull("read")
    return ask.page(
        acts.commits(pull)[: commits.MOST_COMMITS],
        lambda each: commits.commit(ask.hub, pull.repository, each),
        node=lambda _: "",
    )


@routes.get(f"{PULL}/merge")
def is_merged(ask: Ask) -> Answer:
    if not ask.pull("read").merged:
        raise not_found()
    return Answer(204)


@routes.put(f"{PULL}/merge")
def merge(ask: Ask) -> Answer:
    pull = the_pull(ask, "read")
    ask.writes("contents")
    sha = merges.merge_pull(
        ask.hub, pull, ask.actor, ask.text("merge_method") or "merge",
        ask.text("commit_title"), ask.text("commit_message"), ask.text("sha"),
    )  # fmt: skip
    return ok({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


@routes.put(f"{PULL}/update-branch")
def update_branch(ask: Ask) -> Answer:
    """Merges the base into the branch."""
    pull = ask.pull("write", role="write")
    ask.writes("contents")
    expected = ask.text("expected_head_sha")
    if expected is not None and expected != pull.head_sha:
        raise Refused(422, "expected head sha didn’t match current head ref.")
    merges.merge_base_in(ask.hub, pull, ask.actor)
    return Answer(202, {"message": "Updating pull request branch.", "url": f"{ask.hub.url}{ask.path}"})


@routes.get(f"{PULL}/requested_reviewers")
def list_requested(ask: Ask) -> Answer:
    return ok(pulls.requested(ask.hub, ask.pull("read").requested_reviewers))


@routes.post(f"{PULL}/requested_reviewers")
def request_reviewers(ask: Ask) -> Answer:
    pull = ask.pull("write", role="triage")
    if ask.body.get("reviewers") is None and ask.body.get("team_reviewers") is None:
        raise Refused(
            422, 'Invalid request.\n\n"reviewers" wasn\'t supplied.\n"team_reviewers" wasn\'t supplied.'
        )
    wished = reviewers(ask)
    if ask.texts("team_reviewers"):
        raise acts.no_collaborator(pull)  # this GitHub has no teams
    acts.request_reviewers(ask.hub, pull, ask.actor, wished)
    return created(pulls.pull(ask.hub, pull))


@routes.delete(f"{PULL}/requested_reviewers")
def remove_reviewers(ask: Ask) -> Answer:
    pull = ask.pull("write", role="triage")
    acts.remove_reviewers(ask.hub, pull, ask.actor, reviewers(ask))
    return ok(pulls.pull(ask.hub, pull))


def reviewers(ask: Ask) -> list[User]:
    found = []
    for login in ask.texts("reviewers"):
        try:
            found.append(ask.hub.user(login))
        except Refused as refused:
            raise Refused(422, f"Could not resolve to a User with the login of '{login}'.") from refused
    return found


def the_pull(ask: Ask, level: Level) -> PullRequest:
    found = ask.repository.issues.get(ask.number("number"))
    if found is None or found.pull is None:
        raise not_found()
    return found.pull
