"""Issues, comments, labels, reactions, permissions and the history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.playground.making import add_repository
from tests.playground.github.town import Town


def test_a_comment_is_made_edited_and_deleted(town: Town) -> None:
    bot = town.bot()
    made = bot.post("/issues/1/comments", {"body": "The plan"})
    assert made["user"]["login"] == "baton-app[bot]"
    assert made["performed_via_github_app"]["slug"] == "baton-app"
    edited = bot.patch(f"/issues/comments/{made['id']}", {"body": "The other plan"})
    assert edited["body"] == "The other plan"
    edits = town.playground.hub.comments[made["id"]].edits
    assert [(each.before, each.body) for each in edits] == [("The plan", "The other plan")]
    bot.delete(f"/issues/comments/{made['id']}")
    assert town.maintainer.get("/issues/1/comments") == []


def test_comment_ids_ascend(town: Town) -> None:
    ids = [town.maintainer.post("/issues/1/comments", {"body": str(each)})["id"] for each in range(3)]
    assert ids == sorted(ids)


def test_a_list_is_paged_with_links(town: Town) -> None:
    for each in range(5):
        town.maintainer.post("/issues/1/comments", {"body": str(each)})
    first = town.maintainer.ask("GET", "/issues/1/comments?per_page=2")
    assert [each["body"] for each in first.json()] == ["0", "1"]
    assert first.links["last"]["url"].endswith("page=3")
    with town.maintainer.http as http:
        assert [each["body"] for each in http.get(first.links["next"]["url"]).json()] == ["2", "3"]


def test_a_body_that_is_too_long_is_refused(town: Town) -> None:
    answer = town.maintainer.ask("POST", "/issues/1/comments", {"body": "x" * 65_537})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"] == "body is too long (maximum is 65536 characters)"


def test_labels_come_and_go_and_the_history_tells(town: Town) -> None:
    town.maintainer.post("/issues/1/labels", {"labels": ["baton"]})
    town.maintainer.delete("/issues/1/labels/baton")
    town.maintainer.put("/issues/1/labels", {"labels": ["bug", "baton"]})
    events = [(each["event"], each["label"]["name"]) for each in town.maintainer.get("/issues/1/events")]
    assert events == [("labeled", "baton"), ("unlabeled", "baton"), ("labeled", "bug"), ("labeled", "baton")]


@pytest.mark.parametrize("name", ["🤖 build", "a/b#c", "50%25", "needs: ü"])
def test_a_label_of_any_name_can_be_put_and_taken(town: Town, name: str) -> None:
    from urllib.parse import quote

    town.maintainer.post("/issues/1/labels", {"labels": [name]})
    assert town.maintainer.get(f"/labels/{quote(name, safe='')}")["name"] == name
    town.maintainer.delete(f"/issues/1/labels/{quote(name, safe='')}")
    assert town.maintainer.get("/issues/1")["labels"] == []


def test_a_second_label_of_one_name_is_refused(town: Town) -> None:
    answer = town.maintainer.ask("POST", "/labels", {"name": "BUG", "color": "ff0000"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "already_exists")


def test_taking_a_label_that_is_not_there_is_404(town: Town) -> None:
    answer = town.maintainer.ask("DELETE", "/issues/1/labels/bug")
    assert (answer.status_code, answer.json()["message"]) == (404, "Label does not exist")


def test_the_same_reaction_is_not_doubled(town: Town) -> None:
    comment = town.maintainer.post("/issues/1/comments", {"body": "/approve"})
    bot = town.bot()
    path = f"/issues/comments/{comment['id']}/reactions"
    first, second = (bot.ask("POST", path, {"content": "eyes"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert bot.get(f"/issues/comments/{comment['id']}")["reactions"]["eyes"] == 1
    bot.delete(f"{path}/{first.json()['id']}")
    assert bot.get(path) == []


@pytest.mark.parametrize(
    ("role", "permission", "name"),
    [
        ("maintainer", "admin", "admin"),
        ("reviewer", "write", "write"),
        ("triager", "read", "triage"),
        ("outsider", "read", "read"),
    ],
)
def test_the_permission_of_each_person_is_told(town: Town, role: str, permission: str, name: str) -> None:
    login = town.state["people"][role]["login"]
    told = town.bot().get(f"/collaborators/{login}/permission")
    assert (told["permission"], told["role_name"], told["user"]["login"]) == (permission, name, login)


def test_each_person_may_what_the_role_allows(town: Town) -> None:
    def status(role: str, method: str, path: str, body: object) -> int:
        return town.person(role).ask(method, path, body).status_code

    assert status("outsider", "POST", "/issues/1/comments", {"body": "hello"}) == 201
    assert status("outsider", "POST", "/issues/1/labels", {"labels": ["bug"]}) == 403
    assert status("triager", "POST", "/issues/1/labels", {"labels": ["bug"]}) == 200
    assert status("triager", "PATCH", "/issues/1", {"title": "Mine"}) == 403
    assert status("triager", "PATCH", "/issues/1", {"state": "closed"}) == 200
    assert status("reviewer", "PATCH", "/issues/1", {"title": "Ours", "state": "open"}) == 200
    assert status("triager", "POST", "/git/blobs", {"content": "x"}) == 403


def test_closing_tells_who_and_why(town: Town) -> None:
    town.maintainer.patch("/issues/1", {"state": "closed", "state_reason": "not_planned"})
    issue = town.maintainer.get("/issues/1")
    assert (issue["state"], issue["state_reason"], issue["closed_by"]["login"]) == (
        "closed",
        "not_planned",
        "mara",
    )
    town.maintainer.patch("/issues/1", {"state": "open"})
    assert [each["event"] for each in town.maintainer.get("/issues/1/timeline")] == ["closed", "reopened"]


def test_the_timeline_has_comments_among_the_events(town: Town) -> None:
    town.maintainer.post("/issues/1/labels", {"labels": ["bug"]})
    town.maintainer.post("/issues/1/comments", {"body": "hello"})
    town.maintainer.patch("/issues/1", {"title": "Other"})
    assert [each["event"] for each in town.maintainer.get("/issues/1/timeline")] == [
        "labeled",
        "commented",
        "renamed",
    ]


def test_issues_are_found_by_label_and_state(town: Town) -> None:
    town.maintainer.post("/issues", {"title": "Second", "labels": ["baton"]})
    assert [each["number"] for each in town.maintainer.get("/issues?labels=baton&state=open")] == [2]
    assert [each["number"] for each in town.maintainer.get("/issues?state=all&direction=asc")] == [1, 2]


def test_a_locked_issue_takes_no_comments_of_outsiders(town: Town) -> None:
    town.maintainer.put("/issues/1/lock")
    assert town.person("outsider").ask("POST", "/issues/1/comments", {"body": "x"}).status_code == 403
    assert town.person("reviewer").ask("POST", "/issues/1/comments", {"body": "x"}).status_code == 201


def test_an_outsider_edits_only_what_is_theirs(town: Town) -> None:
    theirs = town.maintainer.post("/issues/1/comments", {"body": "mine"})
    assert (
        town.person("outsider").ask("PATCH", f"/issues/comments/{theirs['id']}", {"body": "x"}).status_code
        == 403
    )
    town.person("reviewer").patch(f"/issues/comments/{theirs['id']}", {"body": "edited by another"})
    assert town.playground.hub.comments[theirs["id"]].edits[0].editor.login == "tomas"


def test_a_body_that_is_no_json_is_400(town: Town) -> None:
    answer = town.maintainer.http.post(
        f"/repos/{town.playground.repository.full_name}/issues/1/comments", content=b"{no"
    )
    assert (answer.status_code, answer.json()["message"]) == (400, "Problems parsing JSON")


def test_a_deleted_issue_is_gone_and_its_number_is_not_given_again(town: Town) -> None:
    doomed = town.maintainer.post("/issues", {"title": "Doomed"})
    by_graphql(town, "deleteIssue", "DeleteIssueInput", issueId=doomed["node_id"])
    answer = town.bot().ask("GET", f"/issues/{doomed['number']}")
    assert (answer.status_code, answer.json()["message"]) == (410, "This issue was deleted")
    assert town.maintainer.post("/issues", {"title": "Next"})["number"] == doomed["number"] + 1


def test_a_transferred_issue_leads_to_its_new_place_with_its_comments(town: Town, tmp_path: Path) -> None:
    place = town.playground
    other = add_repository(place.hub, place.inhabitants, "other", tmp_path / "others")
    issue = town.maintainer.post("/issues", {"title": "Moving", "labels": ["bug"]})
    town.maintainer.post(f"/issues/{issue['number']}/comments", {"body": "Comes along"})
    by_graphql(
        town, "transferIssue", "TransferIssueInput", issueId=issue["node_id"], repositoryId=other.node_id
    )
    answer = town.bot().ask("GET", f"/issues/{issue['number']}")
    assert (answer.status_code, answer.headers["location"]) == (
        301, f"{place.url}/repositories/{other.id}/issues/1",
    )  # fmt: skip
    moved = town.bot().get(f"//repositories/{other.id}/issues/1")
    assert (moved["title"], [each["name"] for each in moved["labels"]]) == ("Moving", ["bug"])
    assert town.bot().get("//repos/acme/other/issues/1/comments")[0]["body"] == "Comes along"


def test_only_administrators_delete_an_issue(town: Town) -> None:
    node = town.maintainer.get("/issues/1")["node_id"]
    said = town.person("reviewer").post(
        "//graphql", mutation("deleteIssue", "DeleteIssueInput", issueId=node)
    )
    assert said["errors"][0]["type"] == "FORBIDDEN"
    assert town.bot().get("/issues/1")["number"] == 1


def by_graphql(town: Town, act: str, kind: str, **given: str) -> None:
    assert "errors" not in town.maintainer.post("//graphql", mutation(act, kind, **given))


def mutation(act: str, kind: str, **given: str) -> dict[str, Any]:
    query = f"mutation($input: {kind}!) {{ {act}(input: $input) {{ __typename }} }}"
    return {"query": query, "variables": {"input": given}}


def test_a_conversation_is_locked_for_a_reason_that_is_told(town: Town) -> None:
    mara = town.maintainer
    mara.put("/issues/1/lock", {"lock_reason": "too heated"})
    shown = mara.get("/issues/1")
    assert (shown["locked"], shown["active_lock_reason"]) == (True, "too heated")
    assert [each["lock_reason"] for each in mara.get("/issues/1/events")] == ["too heated"]
    mara.delete("/issues/1/lock")
    shown = mara.get("/issues/1")
    assert (shown["locked"], shown["active_lock_reason"]) == (False, None)


def test_an_assignee_whom_nobody_knows_is_named_as_the_mistake(town: Town) -> None:
    answer = town.maintainer.ask("PATCH", "/issues/1", {"title": "Other", "assignees": ["nobody"]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "assignees")
    assert town.maintainer.get("/issues/1")["title"] == "Notifications"


@pytest.mark.parametrize("color", ["zzzzzz", "#ff0000", "f00", ""])
def test_a_colour_is_six_hexadecimal_digits(town: Town, color: str) -> None:
    answer = town.maintainer.ask("PATCH", "/labels/bug", {"color": color})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "color")
    town.maintainer.patch("/labels/bug", {"color": "FF0000"})
    assert town.maintainer.get("/labels/bug")["color"] == "ff0000"


def test_people_are_assigned_when_an_issue_is_opened_and_strangers_are_dropped(town: Town) -> None:
    bot = town.bot()
    made = bot.post("/issues", {"title": "Work", "assignees": ["Mara", "nobody", "otto"]})
    assert [each["login"] for each in made["assignees"]] == ["mara"]
    more = bot.post(f"/issues/{made['number']}/assignees", {"assignees": ["tomas", "otto", "nobody"]})
    assert [each["login"] for each in more["assignees"]] == ["mara", "tomas"]
    assert [bot.ask("GET", f"/assignees/{name}").status_code for name in ("mara", "otto", "no")] == [
        204,
        404,
        404,
    ]


def test_issues_are_found_by_whom_they_concern(town: Town) -> None:
    bot = town.bot()
    bot.post("/issues", {"title": "Work", "assignees": ["mara"]})
    bot.post("/issues/1/comments", {"body": "What says @tove to that?"})
    for query, numbers in {
        "assignee=mara": [2],
        "assignee=none": [1],
        "assignee=*": [2],
        "assignee=tomas": [],
        "mentioned=tove": [1],
        "mentioned=tov": [],
        "milestone=none": [2, 1],
        "milestone=1": [],
    }.items():
        assert [each["number"] for each in bot.get(f"/issues?{query}")] == numbers, query
