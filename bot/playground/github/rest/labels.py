"""Labels of the repository and on issues."""

from __future__ import annotations

from bot.playground.acts import labels as acts
from bot.playground.github.asking import Answer, Ask, created, gone, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes.repositories import label
from bot.playground.refusals import not_found
from bot.playground.state import Issue, Label, Repository

routes = Routes()
LABELS = "/repos/{owner}/{repo}/labels"
ON_ISSUE = "/repos/{owner}/{repo}/issues/{number}/labels"


@routes.get(LABELS)
def list_labels(ask: Ask) -> Answer:
    repository = ask.reads("issues", "pull_requests")
    return ask.page(repository.labels, lambda each: label(ask.hub, repository, each))


@routes.post(LABELS)
def create_label(ask: Ask) -> Answer:
    repository = ask.writes("issues", "pull_requests")
    made = acts.create_label(
        ask.hub,
        repository,
        ask.actor,
        ask.needed("name"),
        ask.text("color") or "ededed",
        ask.text("description"),
    )
    return created(label(ask.hub, repository, made))


@routes.get(f"{LABELS}/{{name}}")
def get_label(ask: Ask) -> Answer:
    repository = ask.reads("issues", "pull_requests")
    return ok(label(ask.hub, repository, named(repository, ask.names["name"])))


@routes.patch(f"{LABELS}/{{name}}")
def edit_label(ask: Ask) -> Answer:
    repository = ask.writes("issues", "pull_requests")
    found = named(repository, ask.names["name"])
    acts.edit_label(
        ask.hub,
        repository,
        found,
        ask.actor,
        ask.text("new_name"),
        ask.text("color"),
        ask.text("description"),
    )
    return ok(label(ask.hub, repository, found))


@routes.delete(f"{LABELS}/{{name}}")
def delete_label(ask: Ask) -> Answer:
    repository = ask.writes("issues", "pull_requests")
    acts.delete_label(ask.hub, repository, named(repository, ask.names["name"]), ask.actor)
    return gone()


@routes.get(ON_ISSUE)
def list_on_issue(ask: Ask) -> Answer:
    return shown(ask, ask.issue("read"))


@routes.post(ON_ISSUE)
def add_to_issue(ask: Ask) -> Answer:
    issue = ask.issue("write", role="triage")
    acts.add_labels(ask.hub, issue, ask.actor, wished(ask, issue))
    return whole(ask, issue)


@routes.put(ON_ISSUE)
def set_on_issue(ask: Ask) -> Answer:
    issue = ask.issue("write", role="triage")
    acts.set_labels(ask.hub, issue, ask.actor, wished(ask, issue))
    return whole(ask, issue)


@routes.delete(ON_ISSUE)
def clear_issue(ask: Ask) -> Answer:
    issue = ask.issue("write", role="triage")
    acts.set_labels(ask.hub, issue, ask.actor, [])
    return gone()


@routes.delete(f"{ON_ISSUE}/{{name}}")
def take_from_issue(ask: Ask) -> Answer:
    issue = ask.issue("write", role="triage")
    found = issue.repository.label(ask.names["name"])
    if found is None:
        raise acts.not_found_label()
    acts.remove_label(ask.hub, issue, ask.actor, found)
    return whole(ask, issue)


def wished(ask: Ask, issue: Issue) -> list[Label]:
    """The labels that the body names: a list of names, of objects, or an object with such a list."""
    given = ask.body.get("labels", [])
    return acts.find_or_create(ask.hub, issue.repository, ask.actor, label_names(ask, given))


def label_names(ask: Ask, given: object) -> list[str]:
    """Names of labels, given as texts or as objects with a name."""
    given = [given] if isinstance(given, str) else given or []
    if not isinstance(given, list):
        raise ask.wrong("labels", "array", given)
    names = [each.get("name") if isinstance(each, dict) else each for each in given]
    if not all(isinstance(each, str) for each in names):
        raise ask.wrong("labels", "array of names", given)
    return [str(each) for each in names]


def shown(ask: Ask, issue: Issue) -> Answer:
    return ask.page(issue.labels, lambda each: label(ask.hub, issue.repository, each), node=lambda each: "")


def whole(ask: Ask, issue: Issue) -> Answer:
    return ok([label(ask.hub, issue.repository, each) for each in issue.labels])


def named(repository: Repository, name: str) -> Label:
    found = repository.label(name)
    if found is None:
        raise not_found()
    return found
