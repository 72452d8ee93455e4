"""Two people share a board."""

from __future__ import annotations


def test_a_card_goes_over_the_board_from_hand_to_hand(sign_in):
    ada, grace = sign_in(), sign_in()
    board = ada.post("/boards", json={"name": "Launch"}).json()
    ada.post(f"/boards/{board['id']}/members", json={"user_id": grace.headers["X-Test-User"]})
    card = ada.post(f"/boards/{board['id']}/cards", json={"title": "Write the announcement"}).json()
    grace.patch(f"/cards/{card['id']}", json={"status": "done"})
    assert [c["status"] for c in ada.get(f"/boards/{board['id']}/cards").json()] == ["done"]
