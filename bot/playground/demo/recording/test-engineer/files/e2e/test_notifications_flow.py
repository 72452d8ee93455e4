"""Critical flow: somebody is pinged by a colleague and sees it in their open tab without a reload."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest


class Tab:
    """An open tab that follows its user's notifications."""

    def __init__(self, response):
        self._lines = response.iter_lines()
        assert next(self._lines).startswith("retry: ")

    def next_notification(self):
        for line in self._lines:
            if line.startswith("data: "):
                return json.loads(line.removeprefix("data: "))
        raise AssertionError("The stream ended.")


@contextmanager
def open_tab(browser, **headers):
    with browser.stream("GET", "/stream/notifications", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield Tab(response)


@pytest.fixture
def team(sign_in):
    ada, grace = sign_in(), sign_in()
    board = ada.post("/boards", json={"name": "Launch"}).json()
    ada.post(f"/boards/{board['id']}/members", json={"user_id": grace.headers["X-Test-User"]})
    return ada, grace, board


def ping(sender, recipient, board, message):
    body = {"recipient_id": recipient.headers["X-Test-User"], "board_id": board["id"], "message": message}
    return sender.post("/notifications", json=body).json()


def test_a_ping_appears_in_an_open_tab(team):
    ada, grace, board = team
    with open_tab(grace) as tab:
        sent = ping(ada, grace, board, "Can you look at this today?")
        assert tab.next_notification() == sent


def test_a_card_that_is_assigned_appears_too(team):
    ada, grace, board = team
    with open_tab(grace) as tab:
        content = {"title": "Write the announcement", "assignee_id": grace.headers["X-Test-User"]}
        ada.post(f"/boards/{board['id']}/cards", json=content)
        assert tab.next_notification()["kind"] == "assigned"


def test_after_a_lost_connection_the_ones_in_between_arrive(team):
    ada, grace, board = team
    with open_tab(grace) as tab:
        ping(ada, grace, board, "Before")
        last = tab.next_notification()["id"]
    ping(ada, grace, board, "In between")
    with open_tab(grace, **{"Last-Event-ID": str(last)}) as tab:
        assert tab.next_notification()["message"] == "In between"
        ping(ada, grace, board, "After")
        assert tab.next_notification()["message"] == "After"
