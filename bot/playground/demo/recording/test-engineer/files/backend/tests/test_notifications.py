"""Notifications: when one is made, for whom, and what can be done with it."""

from __future__ import annotations

import pytest


@pytest.fixture
def card(board, ada, grace):
    """A card of Ada's board that is Grace's, with what that told her read and gone."""
    content = {"title": "Write the announcement", "assignee_id": grace.id}
    card = ada.post(f"/boards/{board['id']}/cards", json=content).json()
    for notification in grace.get("/notifications").json():
        grace.delete(f"/notifications/{notification['id']}")
    return card


def ping(sender, recipient, board, message="Can you look at this today?", **more):
    body = {"recipient_id": recipient.id, "board_id": board["id"], "message": message, **more}
    return sender.post("/notifications", json=body)


def kinds(person):
    return [notification["kind"] for notification in person.get("/notifications").json()]


class TestCards:
    def test_assigning_a_card_to_somebody_tells_them_once(self, board, ada, grace):
        card = ada.post(f"/boards/{board['id']}/cards", json={"title": "Write the announcement"}).json()
        ada.patch(f"/cards/{card['id']}", json={"assignee_id": grace.id})
        ada.patch(f"/cards/{card['id']}", json={"assignee_id": grace.id})
        [notification] = grace.get("/notifications").json()
        assert notification["kind"] == "assigned"
        assert notification["message"] == "“Write the announcement” was assigned to you."
        assert (notification["actor_id"], notification["card_id"]) == (ada.id, card["id"])
        assert notification["read_at"] is None

    def test_a_card_that_is_created_for_somebody_tells_them_too(self, board, ada, grace):
        ada.post(f"/boards/{board['id']}/cards", json={"title": "Plan", "assignee_id": grace.id})
        assert kinds(grace) == ["assigned"]

    def test_taking_a_card_oneself_tells_nobody(self, board, ada, grace):
        ada.post(f"/boards/{board['id']}/cards", json={"title": "Plan", "assignee_id": ada.id})
        assert kinds(ada) == kinds(grace) == []

    def test_moving_somebody_elses_card_tells_them_where_to(self, card, ada, grace):
        ada.patch(f"/cards/{card['id']}", json={"status": "doing"})
        [notification] = grace.get("/notifications").json()
        assert notification["message"] == "“Write the announcement” was moved to Doing."

    def test_moving_ones_own_card_tells_nobody(self, card, ada, grace):
        grace.patch(f"/cards/{card['id']}", json={"status": "done"})
        assert kinds(ada) == kinds(grace) == []

    @pytest.mark.parametrize("changes", [{"title": "Rewrite it"}, {"status": "todo"}, {"body": "Soon."}])
    def test_a_change_that_moves_nothing_tells_nobody(self, card, ada, grace, changes):
        ada.patch(f"/cards/{card['id']}", json=changes)
        assert kinds(grace) == []

    def test_moving_and_assigning_at_once_is_one_notification(self, card, ada, grace):
        grace.patch(f"/cards/{card['id']}", json={"status": "doing", "assignee_id": ada.id})
        assert kinds(ada) == ["assigned"]

    def test_a_removed_card_takes_its_notifications_with_it(self, card, ada, grace):
        ada.patch(f"/cards/{card['id']}", json={"status": "doing"})
        ada.delete(f"/cards/{card['id']}")
        assert kinds(grace) == []


class TestPings:
    def test_a_member_pings_another_about_a_card(self, board, card, ada, grace):
        response = ping(ada, grace, board, card_id=card["id"])
        assert response.status_code == 201
        assert grace.get("/notifications").json() == [response.json()]
        assert kinds(ada) == []

    def test_a_stranger_can_neither_ping_nor_be_pinged(self, board, ada, grace, stranger):
        assert ping(stranger, grace, board).status_code == 404
        assert ping(ada, stranger, board).status_code == 403
        assert kinds(grace) == kinds(stranger) == []

    def test_nobody_pings_themselves(self, board, ada):
        assert ping(ada, ada, board).status_code == 403

    def test_a_ping_is_not_about_another_boards_card(self, card, ada, grace):
        other = ada.post("/boards", json={"name": "Elsewhere"}).json()
        ada.post(f"/boards/{other['id']}/members", json={"user_id": grace.id})
        assert ping(ada, grace, other, card_id=card["id"]).status_code == 404

    @pytest.mark.parametrize("message", ["", "x" * 501], ids=["empty", "too long"])
    def test_a_message_has_between_1_and_500_characters(self, board, ada, grace, message):
        assert ping(ada, grace, board, message).status_code == 422
        assert ping(ada, grace, board, "x" * 500).status_code == 201


class TestList:
    @pytest.fixture(autouse=True)
    def five(self, board, ada, grace):
        for number in range(5):
            ping(ada, grace, board, f"Number {number}")

    def messages(self, person, query=""):
        return [n["message"][-1] for n in person.get(f"/notifications{query}").json()]

    def test_it_is_newest_first(self, grace):
        assert self.messages(grace) == ["4", "3", "2", "1", "0"]

    def test_it_is_read_page_by_page(self, grace):
        page = grace.get("/notifications?limit=2").json()
        assert [n["message"][-1] for n in page] == ["4", "3"]
        assert self.messages(grace, f"?limit=2&before={page[-1]['id']}") == ["2", "1"]

    def test_it_can_be_limited_to_unread_ones(self, grace):
        newest = grace.get("/notifications?limit=1").json()[0]
        grace.patch(f"/notifications/{newest['id']}", json={"read": True})
        assert self.messages(grace, "?unread=true") == ["3", "2", "1", "0"]

    @pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?before=0", "?unread=perhaps"])
    def test_a_page_that_makes_no_sense_is_refused(self, grace, query):
        assert grace.get(f"/notifications{query}").status_code == 422


class TestOne:
    @pytest.fixture
    def path(self, board, ada, grace):
        return f"/notifications/{ping(ada, grace, board).json()['id']}"

    def test_it_is_marked_read_and_unread_again(self, path, grace):
        read = grace.patch(path, json={"read": True}).json()
        assert read["read_at"] is not None
        assert grace.patch(path, json={"read": False}).json()["read_at"] is None

    def test_when_it_was_first_read_is_kept(self, path, grace):
        first = grace.patch(path, json={"read": True}).json()
        assert grace.patch(path, json={"read": True}).json() == first

    def test_nothing_else_about_it_changes(self, path, grace):
        before = grace.get("/notifications").json()[0]
        after = grace.patch(path, json={"read": True, "message": "Something else"}).json()
        assert {**after, "read_at": None} == before

    def test_it_is_deleted(self, path, grace):
        assert grace.delete(path).status_code == 204
        assert kinds(grace) == []
        assert grace.delete(path).status_code == 404

    def test_for_everybody_else_it_does_not_exist(self, path, ada, grace, stranger):
        for other in (ada, stranger):
            assert other.patch(path, json={"read": True}).status_code == 404
            assert other.delete(path).status_code == 404
        assert grace.get("/notifications?unread=true").json() != []

    @pytest.mark.parametrize("number", ["0", "first", str(2**63)])
    def test_what_cannot_be_an_id_is_refused(self, grace, number):
        assert grace.patch(f"/notifications/{number}", json={"read": True}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/notifications"),
        ("POST", "/notifications"),
        ("PATCH", "/notifications/1"),
        ("DELETE", "/notifications/1"),
        ("GET", "/stream/notifications"),
    ],
)
def test_without_a_token_there_are_no_notifications(client, method, path):
    assert client.request(method, f"/api/v1{path}", json={"read": True}).status_code == 401
