"""Webhooks: signed, in order, logged, sent again, and lost or doubled on wish."""

from __future__ import annotations

import hashlib
import hmac
import json

from bot.playground.acts import installations
from bot.playground.acts.reviews import resolve_thread
from bot.playground.official.checking import Checker
from tests.playground.github.town import Receiver, Town

SENT = 20.0


def settle(town: Town) -> None:
    assert town.playground.site.deliveries.idle(SENT)


def test_a_webhook_is_signed_over_its_bytes_and_says_who_it_is(hooked: Town, receiver: Receiver) -> None:
    hooked.maintainer.post("/issues/1/labels", {"labels": ["baton"]})
    settle(hooked)
    labelled = next(each for each in receiver.received if each.payload.get("action") == "labeled")
    secret = hooked.state["webhook_secret"].encode()
    expected = "sha256=" + hmac.new(secret, labelled.body, hashlib.sha256).hexdigest()
    assert labelled.headers["x-hub-signature-256"] == expected
    assert labelled.headers["x-github-event"] == "issues"
    assert labelled.headers["x-github-hook-installation-target-id"] == str(hooked.state["app"]["id"])
    assert labelled.payload["installation"]["id"] == hooked.installation
    assert (labelled.payload["label"]["name"], labelled.payload["sender"]["login"]) == ("baton", "mara")


def test_webhooks_come_in_the_order_in_which_things_happened(hooked: Town, receiver: Receiver) -> None:
    bot = hooked.bot()
    number = hooked.pull(bot, "topic", {"new.txt": "x\n"})["number"]
    hooked.maintainer.post(f"/pulls/{number}/reviews", {"event": "COMMENT", "body": "ok"})
    hooked.maintainer.put(f"/pulls/{number}/merge")
    settle(hooked)
    wanted = [
        "push",
        "check_suite.requested",
        "pull_request.opened",
        "pull_request_review.submitted",
        "push",
        "check_suite.requested",
        "pull_request.closed",
    ]
    assert [name for name in receiver.names() if name in wanted] == wanted


def test_every_webhook_is_as_github_describes_it(hooked: Town, receiver: Receiver) -> None:
    live_a_little(hooked)
    settle(hooked)
    checker = Checker()
    assert [str(each) for got in receiver.received for each in checker.webhook(got.event, got.payload)] == []
    assert {
        "issues.labeled",
        "issues.unlabeled",
        "issues.closed",
        "issues.reopened",
        "issues.edited",
        "issue_comment.created",
        "issue_comment.edited",
        "issue_comment.deleted",
        "label.created",
        "push",
        "status",
        "pull_request.opened",
        "pull_request.synchronize",
        "pull_request.review_requested",
        "pull_request.closed",
        "pull_request.reopened",
        "pull_request.edited",
        "pull_request.converted_to_draft",
        "pull_request.ready_for_review",
        "pull_request_review.submitted",
        "pull_request_review.dismissed",
        "pull_request_review_comment.created",
        "pull_request_review_thread.resolved",
        "check_suite.requested",
        "check_suite.completed",
        "check_run.created",
        "check_run.completed",
        "installation.suspend",
        "installation.unsuspend",
        "installation_repositories.removed",
        "installation_repositories.added",
        "repository.edited",
        "ping",
    } <= set(receiver.names())


def live_a_little(town: Town) -> None:
    """One of everything."""
    from bot.playground.acts.pulls import set_draft

    people, bot, hub = town.maintainer, town.bot(), town.playground.hub
    owner = town.playground.inhabitants.owner
    with hub.lock:
        hub.tell("ping", None, None, owner, app=town.playground.inhabitants.app)
    people.post("/issues/1/labels", {"labels": ["baton"]})
    people.delete("/issues/1/labels/baton")
    for change in ({"title": "New"}, {"state": "closed"}, {"state": "open"}):
        people.patch("/issues/1", change)
    comment = bot.post("/issues/1/comments", {"body": "one"})
    bot.patch(f"/issues/comments/{comment['id']}", {"body": "two"})
    bot.delete(f"/issues/comments/{comment['id']}")
    number = town.pull(bot, "topic", {"src/a.txt": "one\n2\nthree\nfour\nfive\n"}, body="Part of #1")[
        "number"
    ]
    bot.post(f"/pulls/{number}/requested_reviewers", {"reviewers": ["mara"]})
    bot.patch(f"/pulls/{number}", {"title": "Other"})
    line = {"path": "src/a.txt", "line": 2, "body": "hm"}
    people.post(f"/pulls/{number}/reviews", {"event": "REQUEST_CHANGES", "body": "no", "comments": [line]})
    approval = people.post(f"/pulls/{number}/reviews", {"event": "APPROVE"})
    people.put(f"/pulls/{number}/reviews/{approval['id']}/dismissals", {"message": "old"})
    pull = town.playground.repository.pulls[0]
    with hub.lock:
        resolve_thread(hub, pull.threads[0], people_user(town))
        for draft in (True, False):
            set_draft(hub, pull, people_user(town), draft)
    bot.patch("/git/refs/heads/topic", {"sha": town.commit(bot, {"b.txt": "b\n"}, parent=town.sha("topic"))})
    bot.post("/check-runs", {"name": "gate", "head_sha": town.sha("topic"), "conclusion": "success"})
    people.post(f"/statuses/{town.sha('topic')}", {"state": "success", "context": "ci"})
    for change in ({"state": "closed"}, {"state": "open"}):
        people.patch(f"/pulls/{number}", change)
    people.patch("//repos/" + town.playground.repository.full_name, {"description": "Small"})
    people.put(f"/pulls/{number}/merge")
    people.delete("/git/refs/heads/topic")
    installation, repository = town.playground.inhabitants.installation, town.playground.repository
    with hub.lock:
        installations.suspend(hub, installation, owner)
        installations.suspend(hub, installation, owner, suspended=False)
        installations.remove_repositories(hub, installation, owner, [repository])
        installations.add_repositories(hub, installation, owner, [repository])


def people_user(town: Town):  # type: ignore[no-untyped-def]
    return town.playground.inhabitants.people["maintainer"].user


def test_a_failed_delivery_is_listed_and_sent_again_with_the_same_guid(
    hooked: Town, receiver: Receiver
) -> None:
    receiver.answers = 503
    hooked.maintainer.post("/issues/1/comments", {"body": "hello"})
    settle(hooked)
    failed = [each for each in hooked.app.get("//app/hook/deliveries") if each["status_code"] == 503]
    assert [(each["event"], each["action"], each["redelivery"]) for each in failed] == [
        ("issue_comment", "created", False)
    ]
    receiver.answers = 202
    hooked.app.post(f"//app/hook/deliveries/{failed[0]['id']}/attempts")
    settle(hooked)
    again = hooked.app.get("//app/hook/deliveries")[0]
    assert (again["guid"], again["redelivery"], again["status_code"]) == (failed[0]["guid"], True, 202)
    assert [each.body for each in receiver.received][-1] == receiver.received[-2].body
    whole = hooked.app.get(f"//app/hook/deliveries/{again['id']}")
    assert whole["request"]["payload"]["comment"]["body"] == "hello"
    assert whole["request"]["headers"]["X-GitHub-Delivery"] == failed[0]["guid"]


def test_deliveries_are_dropped_doubled_and_reordered_on_wish(hooked: Town, receiver: Receiver) -> None:
    def spoken(count: int) -> list[str]:
        before = len(receiver.received)
        for each in range(count):
            hooked.maintainer.post("/issues/1/comments", {"body": str(each)})
        settle(hooked)
        return [each.payload["comment"]["body"] for each in receiver.received[before:]]

    hooked.control("POST", "/deliveries", {"drop": 1})
    assert spoken(3) == []
    assert {each["status_code"] for each in hooked.app.get("//app/hook/deliveries")} == {0}
    hooked.control("POST", "/deliveries", {"duplicate": 1})
    assert sorted(spoken(2)) == ["0", "0", "1", "1"]
    hooked.control("POST", "/deliveries", {"reorder": 0.5})
    heard = spoken(12)
    assert sorted(heard, key=int) == [str(each) for each in range(12)] != heard
    hooked.control("DELETE", "/deliveries")
    assert spoken(3) == ["0", "1", "2"]


def test_nobody_listening_is_a_failed_delivery(town: Town) -> None:
    town.maintainer.post("/issues/1/comments", {"body": "hello"})
    settle(town)
    assert town.app.get("//app/hook/deliveries")[0]["status"] == "failed to connect to host"


def test_payloads_are_compact_json(hooked: Town, receiver: Receiver) -> None:
    hooked.maintainer.post("/issues/1/comments", {"body": "ü"})
    settle(hooked)
    assert json.loads(receiver.received[-1].body)["comment"]["body"] == "ü"
