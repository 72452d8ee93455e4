"""A hint says where to look, whatever the payload looks like."""

from __future__ import annotations

from typing import Any

import pytest

from bot.engine.hints import Hint, read_hint


def hint(event: str = "issues", **payload: Any) -> Hint:
    return read_hint("guid", event, payload)


def test_a_comment_on_a_pull_request_names_the_pull_request_and_no_issue() -> None:
    on_pull = hint("issue_comment", issue={"number": 40, "pull_request": {"url": "…"}})
    assert (on_pull.issue, on_pull.pull_request) == (None, 40)
    on_issue = hint("issue_comment", issue={"number": 12})
    assert (on_issue.issue, on_issue.pull_request) == (12, None)


def test_a_push_names_its_branch_and_its_new_head() -> None:
    push = hint("push", ref="refs/heads/baton/12-x/1-database", after="a" * 40, repository={"id": 1})
    assert (push.branch, push.sha) == ("baton/12-x/1-database", "a" * 40)
    assert hint("push", ref="refs/tags/v1", after="a" * 40).branch is None


def test_a_pull_request_names_its_head() -> None:
    pull = hint("pull_request", pull_request={"number": 40, "head": {"sha": "b" * 40, "ref": "topic"}})
    assert (pull.pull_request, pull.sha, pull.branch) == (40, "b" * 40, "topic")


def test_a_check_run_names_its_commit_branch_and_pull_request() -> None:
    suite = {"head_branch": "main"}
    run = {"head_sha": "c" * 40, "check_suite": suite, "pull_requests": [{"number": 41}]}
    check = hint("check_run", check_run=run)
    assert (check.sha, check.branch, check.pull_request) == ("c" * 40, "main", 41)


def test_a_status_names_its_commit_and_first_branch() -> None:
    status = hint("status", sha="d" * 40, branches=[{"name": "main"}, {"name": "other"}])
    assert (status.sha, status.branch) == ("d" * 40, "main")


def test_an_owner_without_a_login_is_known_by_name() -> None:
    assert hint("push", repository={"id": 1, "name": "r", "owner": {"name": "o"}}).owner == "o"


@pytest.mark.parametrize("payload", [None, [], "x", 7, {"issue": []}, {"issue": {"number": {}}}])
def test_a_payload_of_no_known_shape_is_an_empty_hint(payload: object) -> None:
    """D9."""
    assert read_hint("guid", "issues", payload) == Hint("guid", "issues")


@pytest.mark.parametrize("number", [0, -1, True, 1.0, "12", 2**31, None])
def test_what_is_no_number_of_an_issue_is_none(number: object) -> None:
    assert hint(issue={"number": number}).issue is None


@pytest.mark.parametrize("login", ["", "\x00", "a\ud800", "x" * 101, 5, None])
def test_what_a_database_could_not_hold_is_none(login: object) -> None:
    assert hint(sender={"login": login}).sender_login is None
