"""The cards on a board."""

from __future__ import annotations

import pytest


@pytest.fixture
def card(board, ada):
    return ada.post(f"/boards/{board['id']}/cards", json={"title": "Write the announcement"}).json()


def test_a_new_card_waits_to_be_done(card, ada):
    assert card["status"] == "todo"
    assert card["created_by"] == ada.id
    assert card["assignee_id"] is None


def test_everybody_on_the_board_sees_its_cards(board, card, grace):
    assert [c["id"] for c in grace.get(f"/boards/{board['id']}/cards").json()] == [card["id"]]


def test_a_card_moves_and_what_is_left_out_stays(card, grace):
    moved = grace.patch(f"/cards/{card['id']}", json={"status": "doing"}).json()
    assert (moved["status"], moved["title"]) == ("doing", "Write the announcement")
    assert moved["updated_at"] > card["updated_at"]


def test_a_card_is_assigned_to_people_on_the_board_only(card, ada, grace, stranger):
    assert ada.patch(f"/cards/{card['id']}", json={"assignee_id": grace.id}).json()["assignee_id"] == grace.id
    assert ada.patch(f"/cards/{card['id']}", json={"assignee_id": stranger.id}).status_code == 403


def test_strangers_neither_see_nor_change_a_card(board, card, stranger):
    assert stranger.get(f"/boards/{board['id']}/cards").status_code == 404
    assert stranger.patch(f"/cards/{card['id']}", json={"status": "done"}).status_code == 404
    assert stranger.delete(f"/cards/{card['id']}").status_code == 404


def test_a_removed_card_is_gone(board, card, ada, grace):
    assert grace.delete(f"/cards/{card['id']}").status_code == 204
    assert ada.get(f"/boards/{board['id']}/cards").json() == []
