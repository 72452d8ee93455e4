"""Pages by cursor: forwards, backwards, refused when they are asked for wrongly, steady under change."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.acts import comments
from bot.playground.graphql.connections import cursor, page
from bot.playground.graphql.failures import Failure
from tests.playground.graphql.world import World

ITEMS = [10, 20, 30, 40, 50]


def shown(items: list[int] = ITEMS, **arguments: Any) -> tuple[list[int], bool, bool]:
    made = page("things", items, lambda item: item, arguments)
    return made.nodes, made.has_previous, made.has_next


def test_the_first_page_says_that_there_is_more() -> None:
    assert shown(first=2) == ([10, 20], False, True)


def test_the_next_page_begins_behind_the_cursor() -> None:
    assert shown(first=2, after=cursor(20)) == ([30, 40], True, True)
    assert shown(first=2, after=cursor(40)) == ([50], True, False)
    assert shown(first=2, after=cursor(50)) == ([], True, False)


def test_pages_from_the_end_go_backwards() -> None:
    assert shown(last=2) == ([40, 50], True, False)
    assert shown(last=2, before=cursor(40)) == ([20, 30], True, True)
    assert shown(last=9, before=cursor(20)) == ([10], False, True)


def test_everything_between_two_cursors() -> None:
    assert shown(first=9, after=cursor(10), before=cursor(40)) == ([20, 30], True, True)


@pytest.mark.parametrize("gone", [10, 20, 30, 40, 50])
def test_a_cursor_holds_its_place_when_its_item_is_gone(gone: int) -> None:
    left = [item for item in ITEMS if item != gone]
    assert shown(left, first=9, after=cursor(gone))[0] == [item for item in ITEMS if item > gone]
    assert shown(left, last=9, before=cursor(gone))[0] == [item for item in ITEMS if item < gone]


def test_an_empty_list_has_an_empty_page() -> None:
    assert shown([], first=5) == ([], False, False)
    assert shown([], first=5, after=cursor(7)) == ([], False, False)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({}, "MISSING_PAGINATION_BOUNDARIES"),
        ({"first": 101}, "EXCESSIVE_PAGINATION"),
        ({"last": 200}, "EXCESSIVE_PAGINATION"),
        ({"first": -1}, "ARGUMENT_LIMIT"),
        ({"first": 1, "after": "nonsense"}, "INVALID_CURSOR_ARGUMENTS"),
        ({"first": 1, "after": "bm9uc2Vuc2U="}, "INVALID_CURSOR_ARGUMENTS"),
    ],
)
def test_what_github_refuses_is_refused_with_its_type(arguments: dict[str, Any], kind: str) -> None:
    with pytest.raises(Failure) as refused:
        shown(**arguments)
    assert refused.value.type == kind


def test_a_whole_conversation_is_read_page_by_page_while_others_write(world: World) -> None:
    issue = world.issue()
    for number in range(5):
        comments.create_comment(world.hub, issue, world.mara, f"{number}")
    read: list[str] = []
    after = None
    while True:
        shown_ = world.data(
            'query($after: String) { repository(owner: "acme", name: "shop") { issue(number: 1) {'
            " comments(first: 2, after: $after) { totalCount nodes { body }"
            " pageInfo { hasNextPage endCursor } } } } }",
            after=after,
        )["repository"]["issue"]["comments"]
        read += [each["body"] for each in shown_["nodes"]]
        if len(read) == 2:
            comments.create_comment(world.hub, issue, world.mara, "late")
        if not shown_["pageInfo"]["hasNextPage"]:
            break
        after = shown_["pageInfo"]["endCursor"]
    assert read == ["0", "1", "2", "3", "4", "late"]
    assert shown_["totalCount"] == 6


def test_a_lagging_replica_leaves_new_items_out_of_lists_but_knows_them_by_id(world: World) -> None:
    from bot.playground.graphql.endpoint import answered

    issue = world.issue()
    comment = comments.create_comment(world.hub, issue, world.mara, "fresh")
    query = (
        'query($id: ID!) { repository(owner: "acme", name: "shop") { issue(number: 1) {'
        " comments(first: 9) { totalCount nodes { body } } } } node(id: $id) { id } }"
    )
    request = {"query": query, "variables": {"id": comment.node_id}}
    body = answered(world.hub, world.app(), request, hides=lambda node: node == comment.node_id)
    assert body["data"]["repository"]["issue"]["comments"] == {"totalCount": 0, "nodes": []}
    assert body["data"]["node"] == {"id": comment.node_id}
