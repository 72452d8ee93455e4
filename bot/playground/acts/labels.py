"""Labels of a repository, put on issues and taken off."""

from __future__ import annotations

import re
from typing import Any

from bot.playground.acts.history import add_event, tell_issue
from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.refusals import invalid, not_found
from bot.playground.state import Issue, Label, Repository

COLOR = re.compile(r"[0-9a-fA-F]{6}")


def create_label(
    hub: Hub,
    repository: Repository,
    by: User,
    name: str,
    color: str = "ededed",
    description: str | None = None,
) -> Label:
    check_label(name, description, color)
    if repository.label(name) is not None:
        raise invalid("Label", "name", "already_exists")
    number, node = hub.ids.next("label")
    label = Label(number, node, name, color.lower(), description)
    repository.labels.append(label)
    hub.remember(label)
    hub.tell("label", "created", repository, by, label=label)
    return label


def edit_label(
    hub: Hub,
    repository: Repository,
    label: Label,
    by: User,
    name: str | None = None,
    color: str | None = None,
    description: str | None = None,
) -> None:
    changes: dict[str, Any] = {}
    check_label(label.name if name is None else name, description, color)
    if name is not None and repository.label(name) not in (None, label):
        raise invalid("Label", "name", "already_exists")
    if name is not None and name != label.name:
        changes["name"] = {"from": label.name}
        label.name = name
    if color is not None and color.lower() != label.color:
        changes["color"] = {"from": label.color}
        label.color = color.lower()
    if description is not None and description != label.description:
        changes["description"] = {"from": label.description}
        label.description = description
    if changes:
        hub.tell("label", "edited", repository, by, label=label, changes=changes)


def delete_label(hub: Hub, repository: Repository, label: Label, by: User) -> None:
    for issue in repository.issues.values():
        if label in issue.labels:
            issue.labels.remove(label)
    repository.labels.remove(label)
    hub.forget(label)
    hub.tell("label", "deleted", repository, by, label=label)


def find_or_create(hub: Hub, repository: Repository, by: User, names: list[str]) -> list[Label]:
    """The labels of these names; REST creates the ones that are missing when it puts them on an issue."""
    check_names(names)
    return [repository.label(name) or create_label(hub, repository, by, name) for name in names]


def add_labels(hub: Hub, issue: Issue, by: User, labels: list[Label]) -> None:
    for label in labels:
        if label in issue.labels:
            continue
        issue.labels.append(label)
        issue.updated_at = hub.now()
        add_event(hub, issue, "labeled", by, label=label)
        hub.note(by, f"labelled #{issue.number} “{label.name}”")
        tell_issue(hub, issue, "labeled", by, label=label)


def remove_label(hub: Hub, issue: Issue, by: User, label: Label) -> None:
    if label not in issue.labels:
        raise not_found_label()
    issue.labels.remove(label)
    issue.updated_at = hub.now()
    add_event(hub, issue, "unlabeled", by, label=label)
    hub.note(by, f"took the label “{label.name}” from #{issue.number}")
    tell_issue(hub, issue, "unlabeled", by, label=label)


def set_labels(hub: Hub, issue: Issue, by: User, labels: list[Label]) -> None:
    for label in list(issue.labels):
        if label not in labels:
            remove_label(hub, issue, by, label)
    add_labels(hub, issue, by, labels)


def not_found_label() -> Exception:
    refused = not_found()
    refused.message = "Label does not exist"
    return refused


def check_names(names: list[str]) -> None:
    """Refuses names of which one can be no label's, before any label is made."""
    for name in names:
        check_label(name)


def check_label(name: str, description: str | None = None, color: str | None = None) -> None:
    if not name.strip():
        raise invalid("Label", "name", "missing_field")
    if len(name) > 50:
        raise invalid("Label", "name", "custom", "name is too long (maximum is 50 characters)")
    if description is not None and len(description) > 100:
        raise invalid("Label", "description", "custom", "description is too long (maximum is 100 characters)")
    if color is not None and COLOR.fullmatch(color) is None:
        raise invalid("Label", "color")
