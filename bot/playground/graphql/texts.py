"""What issues, pull requests, comments and reviews share: an author, a text, its edits, reactions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.playground.github.shapes.accounts import association
from bot.playground.graphql.addresses import ADDRESSES
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.connections import Page
from bot.playground.graphql.fields import Fields, always, attribute, listed, ordered, text_of
from bot.playground.graphql.homes import home_of
from bot.playground.graphql.objects import Reactable, ReactionOn
from bot.playground.ids import object_node_id
from bot.playground.people import User
from bot.playground.state import (
    Comment,
    Edit,
    Issue,
    PullRequest,
    Reaction,
    Repository,
    Review,
    ReviewComment,
)

CONTENTS = {
    "+1": "THUMBS_UP", "-1": "THUMBS_DOWN", "laugh": "LAUGH", "confused": "CONFUSED", "heart": "HEART",
    "hooray": "HOORAY", "rocket": "ROCKET", "eyes": "EYES",
}  # fmt: skip
NAMES = {shown: content for content, shown in CONTENTS.items()}
Written = Issue | Comment | Review | ReviewComment


@dataclass(frozen=True, slots=True)
class ShownEdit:
    """An edit as the history lists it; the first entry is the text's creation."""

    node_id: str
    at: datetime
    editor: User
    body: str


@dataclass(frozen=True, slots=True)
class ReactionGroup:
    subject: Reactable
    content: str


def written(thing: Any) -> Written:
    """The thing that carries the text: a pull request's is its issue."""
    found = thing.issue if isinstance(thing, PullRequest) else thing
    assert isinstance(found, Issue | Comment | Review | ReviewComment)
    return found


def repository_of(thing: object) -> Repository:
    home = home_of(thing)
    assert isinstance(home, Repository)
    return home


# -- the text and its history
def last_edit(thing: Any) -> Edit | None:
    edits = written(thing).edits
    return edits[-1] if edits else None


def edited_at(thing: Any, asking: Asking) -> datetime | None:
    edit = last_edit(thing)
    return edit.at if edit else None


def editor(thing: Any, asking: Asking) -> User | None:
    edit = last_edit(thing)
    return edit.editor if edit else None


def history(thing: Any, asking: Asking) -> list[ShownEdit]:
    """Newest first, down to the creation; empty for what was never edited."""
    text = written(thing)
    shown = [ShownEdit(each.node_id, each.at, each.editor, each.body) for each in reversed(text.edits)]
    if shown:
        identity = object_node_id("UCE", repository_of(text).id, text.node_id)
        shown.append(ShownEdit(identity, text.created_at, text.author, text.edits[0].before))
    return shown


def updated_at(thing: Any, asking: Asking) -> datetime:
    text = written(thing)
    if not isinstance(text, Review):
        return text.updated_at
    edit = last_edit(text)
    return edit.at if edit else text.submitted_at or text.created_at


def published_at(thing: Any, asking: Asking) -> datetime | None:
    text = written(thing)
    return text.submitted_at if isinstance(text, Review) else text.created_at


# -- reactions
def reactions_to(subject: Any) -> list[Reaction]:
    text = written(subject)
    return [] if isinstance(text, Review) else text.reactions


def reactions(
    thing: Any,
    asking: Asking,
    content: str | None = None,
    orderBy: dict[str, str] | None = None,
    **arguments: Any,
) -> Page[ReactionOn]:
    wanted = [each for each in reactions_to(thing) if content is None or CONTENTS[each.content] == content]
    sorted_ = ordered(wanted, orderBy, {"CREATED_AT": lambda each: (each.created_at, each.id)})
    return asking.page(
        "reactions", [ReactionOn(thing, each) for each in sorted_], lambda each: each.reaction.id, arguments
    )


def reaction_groups(thing: Any, asking: Asking) -> list[ReactionGroup]:
    return [ReactionGroup(thing, content) for content in CONTENTS]


def of_group(group: ReactionGroup) -> list[Reaction]:
    return [each for each in reactions_to(group.subject) if each.content == group.content]


def viewer_reacted(group: ReactionGroup, asking: Asking) -> bool:
    return any(each.user is asking.viewer for each in of_group(group))


def first_reacted(group: ReactionGroup, asking: Asking) -> datetime | None:
    return min((each.created_at for each in of_group(group)), default=None)


TEXT: Fields = {
    **ADDRESSES,
    "author": lambda thing, asking: written(thing).author,
    "authorAssociation": lambda thing, asking: association(
        asking.hub, repository_of(thing), written(thing).author
    ),
    "body": lambda thing, asking: written(thing).body or "",
    "createdAt": lambda thing, asking: written(thing).created_at,
    "createdViaEmail": always(False),
    "databaseId": attribute("id"),
    "editor": editor,
    "fullDatabaseId": text_of("id"),
    "id": attribute("node_id"),
    "includesCreatedEdit": lambda thing, asking: bool(written(thing).edits),
    "lastEditedAt": edited_at,
    "publishedAt": published_at,
    "reactionGroups": reaction_groups,
    "reactions": reactions,
    "repository": lambda thing, asking: repository_of(thing),
    "updatedAt": updated_at,
    "userContentEdits": listed("userContentEdits", history, lambda edit: edit.node_id),
    "viewerDidAuthor": lambda thing, asking: written(thing).author is asking.viewer,
}
MINIMIZABLE: Fields = {
    "isMinimized": lambda thing, asking: thing.minimized_reason is not None,
    "minimizedReason": attribute("minimized_reason"),
}

FIELDS: dict[str, Fields] = {
    "IssueComment": {
        **TEXT,
        **MINIMIZABLE,
        "issue": attribute("issue"),
        "pullRequest": attribute("issue.pull"),
    },
    "UserContentEdit": {
        "createdAt": attribute("at"),
        "deletedAt": always(None),
        "deletedBy": always(None),
        "diff": attribute("body"),
        "editedAt": attribute("at"),
        "editor": attribute("editor"),
        "id": attribute("node_id"),
        "updatedAt": attribute("at"),
    },
    "Reaction": {
        "content": lambda each, asking: CONTENTS[each.reaction.content],
        "createdAt": attribute("reaction.created_at"),
        "databaseId": attribute("reaction.id"),
        "id": attribute("reaction.node_id"),
        "reactable": attribute("subject"),
        "user": attribute("reaction.user"),
    },
    "ReactionConnection": {
        "viewerHasReacted": lambda shown, asking: any(
            each.reaction.user is asking.viewer for each in shown.everything
        ),
    },
    "ReactionGroup": {
        "content": lambda group, asking: CONTENTS[group.content],
        "createdAt": first_reacted,
        "subject": attribute("subject"),
        "viewerHasReacted": viewer_reacted,
    },
}
