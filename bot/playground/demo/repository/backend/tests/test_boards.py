"""Boards and who is on them."""

from __future__ import annotations


def test_a_new_board_belongs_to_who_made_it(ada):
    board = ada.post("/boards", json={"name": "Launch"}).json()
    assert board["owner_id"] == ada.id
    assert [b["name"] for b in ada.get("/boards").json()] == ["Launch"]


def test_people_see_only_boards_they_are_on(board, grace, stranger):
    assert len(grace.get("/boards").json()) == 1
    assert stranger.get("/boards").json() == []
    assert stranger.get(f"/boards/{board['id']}").status_code == 404


def test_a_board_names_its_members(board, ada, grace):
    members = ada.get(f"/boards/{board['id']}").json()["members"]
    assert members == [
        {"user_id": ada.id, "display_name": "Ada", "role": "owner"},
        {"user_id": grace.id, "display_name": "Grace", "role": "member"},
    ]


def test_only_the_owner_adds_people(board, grace, stranger):
    response = grace.post(f"/boards/{board['id']}/members", json={"user_id": stranger.id})
    assert response.status_code == 403


def test_adding_somebody_twice_changes_nothing(board, ada, grace):
    ada.post(f"/boards/{board['id']}/members", json={"user_id": grace.id})
    assert len(ada.get(f"/boards/{board['id']}").json()["members"]) == 2


def test_a_board_needs_a_name(ada):
    assert ada.post("/boards", json={"name": ""}).status_code == 422
