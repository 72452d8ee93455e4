"""The history of a text: who changed it when, and what it said before."""

from __future__ import annotations

from bot.playground.hub import Hub
from bot.playground.people import User
from bot.playground.state import Comment, Edit, Issue, Review, ReviewComment


def record_edit(
    hub: Hub, text: Issue | Comment | Review | ReviewComment, by: User, before: str, after: str
) -> Edit:
    _, node = hub.ids.next("edit")
    edit = Edit(node, hub.now(), by, after, before)
    text.edits.append(edit)
    hub.remember(edit)
    return edit
