"""GitHub's description judges: what GitHub would not send is found, what it sends passes."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bot.playground.official.checking import Checker

USER: dict[str, Any] = {
    "login": "octocat",
    "id": 1,
    "node_id": "MDQ6VXNlcjE=",
    "avatar_url": "https://github.com/images/error/octocat_happy.gif",
    "gravatar_id": "",
    "type": "User",
    "site_admin": False,
} | {
    name: f"https://api.github.com/users/octocat/{name}"
    for name in (
        "url", "html_url", "followers_url", "following_url", "gists_url", "starred_url", "subscriptions_url",
        "organizations_url", "repos_url", "events_url", "received_events_url",
    )
}  # fmt: skip
LABEL = {
    "id": 208045946,
    "node_id": "MDU6TGFiZWwyMDgwNDU5NDY=",
    "url": "https://api.github.com/repos/octocat/Hello-World/labels/bug",
    "name": "bug",
    "description": "Something isn't working",
    "color": "f29513",
    "default": True,
}
COMMENT = {
    "id": 1,
    "node_id": "MDEyOklzc3VlQ29tbWVudDE=",
    "url": "https://api.github.com/repos/octocat/Hello-World/issues/comments/1",
    "html_url": "https://github.com/octocat/Hello-World/issues/1347#issuecomment-1",
    "body": "Me too",
    "user": USER,
    "created_at": "2011-04-14T16:00:49Z",
    "updated_at": "2011-04-14T16:00:49Z",
    "issue_url": "https://api.github.com/repos/octocat/Hello-World/issues/1347",
    "author_association": "COLLABORATOR",
}
COMMENTS = "/repos/octocat/Hello-World/issues/1347/comments"


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def whys(violations: list[Any]) -> list[str]:
    return [f"{each.where} {each.why}" for each in violations]


def test_an_answer_as_github_gives_it_passes(checker: Checker) -> None:
    assert checker.response("POST", COMMENTS, 201, COMMENT) == []


def test_bytes_are_judged_as_the_json_they_are(checker: Checker) -> None:
    assert checker.response("GET", "/repos/o/r/labels", 200, b"[]") == []
    assert whys(checker.response("GET", "/repos/o/r/labels", 200, b"<html>")) == [" GitHub sends JSON here"]


@pytest.mark.parametrize("key", ["id", "node_id", "user", "created_at", "issue_url"])
def test_a_required_key_that_is_missing_is_found(checker: Checker, key: str) -> None:
    body = {name: value for name, value in COMMENT.items() if name != key}
    assert whys(checker.response("POST", COMMENTS, 201, body)) == [f' "{key}" is a required property']


def test_a_missing_key_deep_inside_is_found_with_its_place(checker: Checker) -> None:
    body = copy.deepcopy(COMMENT)
    body["user"].pop("node_id")  # type: ignore[attr-defined]
    assert whys(checker.response("POST", COMMENTS, 201, body)) == ['/user "node_id" is a required property']


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "1"),
        ("created_at", "yesterday"),
        ("created_at", None),
        ("author_association", "FRIEND"),
        ("html_url", "no address"),
    ],
)
def test_a_wrong_type_format_or_word_is_found(checker: Checker, key: str, value: object) -> None:
    violations = checker.response("POST", COMMENTS, 201, {**COMMENT, key: value})
    assert [each.where for each in violations] == [f"/{key}"]


def test_null_passes_only_where_github_may_send_it(checker: Checker) -> None:
    path = "/repos/o/r/labels/bug"
    assert checker.response("GET", path, 200, {**LABEL, "description": None}) == []
    assert [each.where for each in checker.response("GET", path, 200, {**LABEL, "color": None})] == ["/color"]


def test_enterprise_paths_and_repositories_by_id_mean_the_same_operation(
    checker: Checker,
) -> None:
    by_name = checker.operation("GET", "/repos/o/r")
    assert by_name is not None
    assert checker.operation("GET", "/api/v3/repos/o/r") == by_name
    assert checker.operation("GET", "/repositories/700001") == by_name


@pytest.mark.parametrize(
    ("path", "template"),
    [
        (
            "/repos/o/r/commits/feature/one/check-runs",
            "/repos/{owner}/{repo}/commits/{ref}/check-runs",
        ),
        ("/repos/o/r/commits/feature/one", "/repos/{owner}/{repo}/commits/{ref}"),
        (
            "/repos/o/r/git/ref/heads/baton/12-a/1-api",
            "/repos/{owner}/{repo}/git/ref/{ref}",
        ),
        (
            "/repos/o/r/git/matching-refs/",
            "/repos/{owner}/{repo}/git/matching-refs/{ref}",
        ),
        ("/repos/o/r/contents", "/repos/{owner}/{repo}/contents/{path}"),
        (
            "/repos/o/r/compare/main...baton/12-a/1-api",
            "/repos/{owner}/{repo}/compare/{basehead}",
        ),
        (
            "/repos/o/r/pulls/comments/7",
            "/repos/{owner}/{repo}/pulls/comments/{comment_id}",
        ),
        ("/repos/o/r/pulls?state=open", "/repos/{owner}/{repo}/pulls"),
        ("/user/repos", "/user/repos"),
        ("/user/7", "/user/{account_id}"),
    ],
)
def test_a_path_finds_its_operation(checker: Checker, path: str, template: str) -> None:
    operation = checker.operation("GET", path)
    assert operation is not None
    assert operation.path == template


def test_an_operation_github_does_not_have_is_a_violation(checker: Checker) -> None:
    assert checker.response("GET", "/repos/o/r/dreams", 200, {})[0].why.startswith(
        "GitHub's description has no such"
    )


def test_a_success_github_does_not_give_is_a_violation(checker: Checker) -> None:
    violations = checker.response("POST", COMMENTS, 200, COMMENT)
    assert violations[0].why.startswith("GitHub answers 201")


def test_a_body_where_github_sends_none_is_a_violation(checker: Checker) -> None:
    path = "/repos/o/r/git/refs/heads/gone"
    assert checker.response("DELETE", path, 204, b"") == []
    assert whys(checker.response("DELETE", path, 204, {"ok": True})) == [" GitHub sends no body here"]


def test_a_refusal_has_githubs_form_where_that_is_described(checker: Checker) -> None:
    refusal = {
        "message": "Validation Failed",
        "documentation_url": "https://docs.github.com/rest",
        "errors": [],
    }
    assert checker.response("POST", COMMENTS, 422, refusal) == []
    assert checker.response("POST", COMMENTS, 422, {"errors": []}) != []
    assert checker.response("POST", COMMENTS, 503, b"<html>Unicorn!</html>") == []


def test_of_alternatives_the_nearest_ones_fault_is_told(checker: Checker) -> None:
    permission = {"permission": "admin", "role_name": "admin", "user": {**USER}}
    violations = checker.response("GET", "/repos/o/r/collaborators/octocat/permission", 200, permission)
    assert whys(violations) == ['/user "role_name" is a required property']


@pytest.mark.parametrize(
    ("email", "passes"),
    [
        ("octocat@github.com", True),
        ("7+baton-app[bot]@users.noreply.github.com", True),
        ("nobody", False),
    ],
)
def test_bots_noreply_addresses_pass_though_the_format_refuses_their_brackets(
    checker: Checker, email: str, passes: bool
) -> None:
    violations = checker.webhook("push", {"pusher": {"name": "octocat", "email": email}})
    assert ("/pusher/email" not in [each.where for each in violations]) is passes


def test_a_webhook_is_judged_by_its_event_and_action(checker: Checker) -> None:
    payload = {"action": "created", "label": LABEL, "sender": USER}
    assert whys(checker.webhook("label", payload)) == [' "repository" is a required property']
    assert checker.webhook("label", {**payload, "action": "painted"})[0].where == "/action"
    assert checker.webhook("lunch", payload)[0].why.startswith("GitHub has no such event")


def test_a_webhook_without_actions_is_judged_too(checker: Checker) -> None:
    ping = {"zen": "Keep it logically awesome.", "hook_id": "seven"}
    assert [each.where for each in checker.webhook("ping", ping)] == ["/hook_id"]
