"""All that the playground answers and sends, by HTTP, is as GitHub's official description says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.playground.github.rest import ROOMS
from bot.playground.github.routes import Router
from bot.playground.official.checking import Checker
from bot.playground.official.paths import plain_path
from bot.playground.official.recording import webhook_violations
from bot.playground.start import Playground
from tests.playground.official.traffic import Client, a_github, app, eventually, installation, person

Seen = set[str]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """A GitHub on which everything has been done once."""
    with a_github(tmp_path_factory.mktemp("traffic")) as playground:
        do_everything(playground)
        yield playground


def do_everything(playground: Playground) -> None:
    jwt_client = app(playground)
    bot = installation(playground, jwt_client)
    mara, reviewer = person(playground, "maintainer"), person(playground, "reviewer")
    look_around(jwt_client, bot, mara, playground)
    on_an_issue(bot, mara, reviewer)
    sha = by_git_data(bot)
    number = on_a_pull_request(bot, mara, reviewer, sha)
    with_checks(bot, mara, sha)
    merge(bot, mara, number)
    settings(mara, reviewer)
    deliveries(jwt_client, playground)
    bot.delete("//installation/token")
    the_end(jwt_client, mara, playground)
    for client in (jwt_client, bot, mara, reviewer):
        client.close()


def look_around(jwt_client: Client, bot: Client, mara: Client, playground: Playground) -> None:
    jwt_client.get("//app")
    for each in jwt_client.get("//app/installations"):
        jwt_client.get(f"//app/installations/{each['id']}")
    jwt_client.get("/installation")
    jwt_client.get(f"//orgs/{playground.repository.owner.login}/installation")
    jwt_client.get(f"//users/{playground.repository.owner.login}/installation")
    jwt_client.get("//app/hook/config")
    jwt_client.patch("//app/hook/config", {"content_type": "json"})
    installation(
        playground, jwt_client, repository_ids=[playground.repository.id], permissions={"issues": "read"}
    )
    bot.get("//installation/repositories")
    bot.get("")
    bot.get(f"//repositories/{playground.repository.id}")
    bot.get(f"//api/v3{bot.home}")
    bot.get(f"//apps/{playground.inhabitants.app.slug}")
    for login in ("mara", "baton-app[bot]", playground.repository.owner.login):
        shown = bot.get(f"//users/{login}")
        bot.get(f"//user/{shown['id']}")
    mara.get("//user")
    bot.get("//rate_limit")
    bot.get("//zen")
    bot.get("//")
    bot.get("/collaborators")
    bot.get("/collaborators/mara", status=204)
    for login in ("mara", "otto", "tove", "baton-app[bot]"):
        bot.get(f"/collaborators/{login}/permission")
    bot.get("/assignees")


def on_an_issue(bot: Client, mara: Client, reviewer: Client) -> None:
    bot.get("/labels")
    bot.post("/labels", {"name": "baton: working", "color": "ededed", "description": "At work"})
    bot.get("/labels/baton: working")
    bot.patch("/labels/baton: working", {"color": "ff0000", "new_name": "baton: done/half"})
    bot.delete("/labels/baton: done%2Fhalf")
    issue = mara.post("/issues", {"title": "Second", "body": None, "labels": ["bug"]})
    here = f"/issues/{issue['number']}"
    bot.get("/issues", state="all")
    bot.get(here)
    mara.post(f"{here}/labels", {"labels": ["baton", "question"]}, status=200)
    bot.put(f"{here}/labels", {"labels": ["baton"]})
    bot.get(f"{here}/labels")
    bot.delete(f"{here}/labels/baton", status=200)
    mara.post(f"{here}/labels", ["bug"], status=200)
    bot.delete(f"{here}/labels")
    comment = bot.post(f"{here}/comments", {"body": "A plan, see #1."})
    mara.post(f"{here}/comments", {"body": "/approve"})
    mara.patch(f"/issues/comments/{comment['id']}", {"body": "Meddled."})
    bot.get(f"/issues/comments/{comment['id']}")
    bot.get(f"{here}/comments", per_page=1)
    bot.get("/issues/comments")
    for place in (here, f"/issues/comments/{comment['id']}"):
        made = bot.post(f"{place}/reactions", {"content": "eyes"})
        bot.post(f"{place}/reactions", {"content": "eyes"}, status=200)
        bot.get(f"{place}/reactions")
        bot.delete(f"{place}/reactions/{made['id']}")
    mara.post(f"{here}/assignees", {"assignees": ["tomas"]})
    mara.delete(f"{here}/assignees", status=200, body={"assignees": ["tomas"]})
    mara.put(f"{here}/lock", status=204)
    mara.delete(f"{here}/lock")
    mara.patch(here, {"title": "Second, better", "body": "With a text."})
    mara.patch(here, {"state": "closed", "state_reason": "not_planned"})
    mara.patch(here, {"state": "open"})
    bot.delete(f"/issues/comments/{comment['id']}")
    bot.get(f"{here}/timeline")
    bot.get(f"{here}/events")
    (first, *_) = bot.get("/issues/events")
    bot.get(f"/issues/events/{first['id']}")


def by_git_data(bot: Client) -> str:
    """A branch with a commit made as Baton makes it."""
    main = bot.get("/git/ref/heads/main")["object"]["sha"]
    base = bot.get(f"/git/commits/{main}")
    bot.get(f"/git/trees/{base['tree']['sha']}", recursive="1")
    blob = bot.post("/git/blobs", {"content": "YQ==", "encoding": "base64"})
    bot.get(f"/git/blobs/{blob['sha']}")
    entries = [
        {"path": "src/new.py", "mode": "100644", "type": "blob", "content": "one\ntwo\n"},
        {"path": "docs/a b.md", "mode": "100644", "type": "blob", "sha": None},
    ]
    tree = bot.post("/git/trees", {"base_tree": base["tree"]["sha"], "tree": entries})
    commit = bot.post("/git/commits", {"message": "Add it", "tree": tree["sha"], "parents": [main]})
    assert commit["verification"]["verified"]
    bot.post("/git/refs", {"ref": "refs/heads/baton/1-a/1-api", "sha": main})
    bot.patch("/git/refs/heads/baton/1-a/1-api", {"sha": commit["sha"]})
    bot.get("/git/matching-refs/heads/baton")
    bot.post("/git/refs", {"ref": "refs/heads/extra", "sha": main})
    bot.post("/merges", {"base": "extra", "head": "baton/1-a/1-api", "commit_message": "Merge it"})
    bot.post("/merges", {"base": "extra", "head": "baton/1-a/1-api"}, status=204)
    bot.delete("/git/refs/heads/extra")
    bot.get("/commits")
    bot.get(f"/commits/{commit['sha']}")
    bot.get("/commits/baton/1-a/1-api")
    bot.get("/compare/main...baton/1-a/1-api")
    bot.get("/contents")
    bot.get("/contents/README.md")
    bot.get("/contents/docs/a b.md")
    bot.get("/contents/docs")
    bot.get("/branches")
    bot.get("/branches/main")
    for form in ("tarball", "zipball"):
        bot.get(f"/{form}", status=302)
        bot.get(f"/{form}/main", status=302)
    bot.get("/readme")
    bot.post("/git/refs", {"ref": "refs/tags/v1", "sha": main})
    bot.get("/tags")
    bot.get("/languages")
    bot.get(f"//orgs/{bot.home.split('/')[2]}/repos")
    bot.get(f"//users/{bot.home.split('/')[2]}/repos")
    bot.get("//versions")
    return str(commit["sha"])


def on_a_pull_request(bot: Client, mara: Client, reviewer: Client, sha: str) -> int:
    wish = {"title": "Add it", "head": "baton/1-a/1-api", "base": "main", "body": "Part of #1", "draft": True}
    number = int(bot.post("/pulls", wish)["number"])
    here = f"/pulls/{number}"
    bot.post("/pulls", wish, status=422)
    bot.get("/pulls", head=f"{bot.home.split('/')[2]}:baton/1-a/1-api", state="all")
    bot.get(here)
    assert bot.get(here)["mergeable"] is True
    bot.get("/commits/" + sha + "/pulls")
    bot.patch(here, {"title": "Add it well"})
    node = bot.get(here)["node_id"]
    ready = "mutation($p: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $p}) { __typename } }"
    assert "errors" not in bot.graphql(ready, p=node)
    bot.get(f"{here}/files")
    bot.get(f"{here}/commits")
    bot.get(f"{here}/merge", status=404)
    bot.post(f"{here}/requested_reviewers", {"reviewers": ["tomas", "mara"]})
    bot.get(f"{here}/requested_reviewers")
    bot.delete(f"{here}/requested_reviewers", status=200, body={"reviewers": ["mara"]})
    mara.post(f"/issues/{number}/labels", {"labels": ["bug"]}, status=200)
    bot.post(f"/issues/{number}/comments", {"body": "A stage."})
    bot.get(f"/issues/{number}")
    reviewed(bot, mara, reviewer, here)
    bot.get(f"/issues/{number}/timeline")
    mara.patch(here, {"state": "closed"})
    mara.patch(here, {"state": "open"})
    return number


def reviewed(bot: Client, mara: Client, reviewer: Client, here: str) -> None:
    line = {"path": "src/new.py", "line": 1, "side": "RIGHT", "body": "Why?"}
    review = reviewer.post(
        f"{here}/reviews", {"event": "REQUEST_CHANGES", "body": "No.", "comments": [line]}, status=200
    )
    one = f"{here}/reviews/{review['id']}"
    bot.get(f"{here}/reviews")
    bot.get(one)
    (comment,) = bot.get(f"{one}/comments")
    bot.get(f"{here}/comments")
    bot.get("/pulls/comments")
    bot.get(f"/pulls/comments/{comment['id']}")
    reply = bot.post(f"{here}/comments/{comment['id']}/replies", {"body": "Because."})
    bot.patch(f"/pulls/comments/{reply['id']}", {"body": "Because of it."})
    made = mara.post(f"/pulls/comments/{comment['id']}/reactions", {"content": "+1"})
    mara.get(f"/pulls/comments/{comment['id']}/reactions")
    mara.delete(f"/pulls/comments/{comment['id']}/reactions/{made['id']}")
    head = bot.get(here)["head"]["sha"]
    single = mara.post(
        f"{here}/comments", {"path": "src/new.py", "line": 2, "commit_id": head, "body": "And?"}
    )
    mara.delete(f"/pulls/comments/{single['id']}")
    reviewer.put(one, {"body": "Not yet."})
    threads = mara.graphql(
        "query($o: String!, $n: String!, $p: Int!) { repository(owner: $o, name: $n) {"
        " pullRequest(number: $p) {"
        " reviewThreads(first: 9) { nodes { id } } } } }",
        o=bot.home.split("/")[2], n=bot.home.split("/")[3], p=int(here.split("/")[2]),
    )["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"]  # fmt: skip
    for act in ("resolveReviewThread", "unresolveReviewThread"):
        answer = mara.graphql(
            f"mutation($t: ID!) {{ {act}(input: {{threadId: $t}}) {{ thread {{ id }} }} }}",
            t=threads[0]["id"],
        )
        assert "errors" not in answer
    mara.put(f"{one}/dismissals", {"message": "Settled."})
    pending = reviewer.post(f"{here}/reviews", {"body": "Wait."}, status=200)
    reviewer.delete(f"{here}/reviews/{pending['id']}", status=200)
    pending = reviewer.post(f"{here}/reviews", {"body": "Wait."}, status=200)
    reviewer.post(f"{here}/reviews/{pending['id']}/events", {"event": "APPROVE"}, status=200)


def with_checks(bot: Client, mara: Client, sha: str) -> None:
    def finished() -> Any:
        runs = bot.get("/actions/runs", head_sha=sha)["workflow_runs"]
        return [run for run in runs if run["status"] == "completed"]

    run = eventually(finished)[0]
    file = bot.get("/actions/workflows")["workflows"][0]["path"].rpartition("/")[2]
    bot.get(f"/actions/workflows/{file}")
    bot.get(f"/actions/workflows/{file}/runs")
    bot.get(f"/actions/runs/{run['id']}")
    job = bot.get(f"/actions/runs/{run['id']}/jobs")["jobs"][0]
    bot.get(f"/actions/jobs/{job['id']}")
    bot.get(f"/actions/jobs/{job['id']}/logs", status=302)
    bot.get(f"/actions/runs/{run['id']}/logs", status=302)
    wish = {"name": "Baton / stage gate", "head_sha": sha, "external_id": "1", "status": "in_progress"}
    check = bot.post("/check-runs", wish)
    note = {
        "path": "src/new.py",
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "warning",
        "message": "Hm.",
    }
    output = {"title": "Two findings", "summary": "See below.", "annotations": [note]}
    bot.patch(f"/check-runs/{check['id']}", {"conclusion": "success", "output": output})
    bot.get(f"/check-runs/{check['id']}")
    bot.get(f"/check-runs/{check['id']}/annotations")
    bot.get(f"/commits/{sha}/check-runs")
    suites = bot.get(f"/commits/{sha}/check-suites")["check_suites"]
    bot.get(f"/check-suites/{suites[0]['id']}")
    bot.get(f"/check-suites/{suites[0]['id']}/check-runs")
    bot.post("/check-suites", {"head_sha": sha}, status=200)
    mara.post(f"/check-runs/{check['id']}/rerequest")
    mara.post(f"/check-suites/{check['check_suite']['id']}/rerequest")
    mara.post(
        f"/statuses/{sha}", {"state": "success", "context": "deploy", "target_url": "http://127.0.0.1/x"}
    )
    mara.post(f"/statuses/{sha}", {"state": "pending", "context": "other", "description": None})
    bot.get(f"/commits/{sha}/statuses")
    bot.get(f"/statuses/{sha}")
    bot.get("/assignees/mara", status=204)
    bot.get(f"/commits/{sha}/status")
    mara.post(f"/actions/runs/{run['id']}/rerun")
    mara.post(f"/actions/runs/{run['id']}/rerun-failed-jobs")
    mara.post(f"/actions/jobs/{job['id']}/rerun")


def merge(bot: Client, mara: Client, number: int) -> None:
    here = f"/pulls/{number}"
    main = bot.get("/git/ref/heads/main")["object"]["sha"]
    tree = bot.post("/git/trees", {"base_tree": main, "tree": [
        {"path": "other.txt", "mode": "100644", "type": "blob", "content": "x\n"},
    ]})  # fmt: skip
    commit = mara.post("/git/commits", {"message": "Meanwhile", "tree": tree["sha"], "parents": [main]})
    mara.patch("/git/refs/heads/main", {"sha": commit["sha"]})
    mara.put(f"{here}/update-branch", {}, status=202)
    mara.put(f"{here}/merge", {"merge_method": "squash"})
    bot.get(f"{here}/merge", status=204)
    bot.get(here)
    bot.get(f"/issues/{number}/timeline")
    bot.get(f"/issues/{number}/events")


def settings(mara: Client, reviewer: Client) -> None:
    checks = {"strict": False, "contexts": ["test"]}
    wish = {
        "required_status_checks": checks,
        "enforce_admins": None,
        "required_pull_request_reviews": None,
        "restrictions": None,
    }
    mara.put("/branches/main/protection", wish)
    mara.get("/branches/main/protection")
    mara.get("/branches/main")
    mara.get("/rules/branches/main")
    mara.delete("/branches/main/protection")
    mara.get("/rules/branches/main")
    queue = {"check_response_timeout_minutes": 60, "grouping_strategy": "ALLGREEN", "max_entries_to_build": 5,
             "max_entries_to_merge": 5, "merge_method": "MERGE", "min_entries_to_merge": 1,
             "min_entries_to_merge_wait_minutes": 5}  # fmt: skip
    rules = [
        {"type": "required_status_checks", "parameters": {
            "required_status_checks": [{"context": "test"}], "strict_required_status_checks_policy": False}},
        {"type": "merge_queue", "parameters": queue},
    ]  # fmt: skip
    made = mara.post("/rulesets", {"name": "Green", "enforcement": "active", "rules": rules})
    mara.get("/rulesets")
    mara.get(f"/rulesets/{made['id']}")
    assert [each["type"] for each in mara.get("/rules/branches/main")] == [each["type"] for each in rules]
    mara.put(
        f"/rulesets/{made['id']}",
        {"name": "Greener", "conditions": {"ref_name": {"include": ["~ALL"], "exclude": []}}},
    )
    mara.delete(f"/rulesets/{made['id']}")
    mara.get("/topics")
    mara.put("/topics", {"names": ["shop"]})
    mara.put("/collaborators/otto", {"permission": "triage"}, status=204)
    mara.delete("/collaborators/otto")
    text = {"message": "Write it", "content": "aGVsbG8K"}
    made = mara.put("/contents/docs/new.md", text, status=201)
    made = mara.put("/contents/docs/new.md", {**text, "content": "aGkK", "sha": made["content"]["sha"]})
    gone = {"message": "Take it away", "sha": made["content"]["sha"]}
    mara.delete("/contents/docs/new.md", status=200, body=gone)
    mara.patch("", {"description": "Sells things", "delete_branch_on_merge": True})
    mara.post("/git/refs", {"ref": "refs/heads/old", "sha": mara.get("/git/ref/heads/main")["object"]["sha"]})
    mara.post("/branches/old/rename", {"new_name": "new"})
    doomed = mara.post("/issues", {"title": "Doomed"})
    delete = "mutation($i: ID!) { deleteIssue(input: {issueId: $i}) { __typename } }"
    assert "errors" not in mara.graphql(delete, i=doomed["node_id"])
    mara.get(f"/issues/{doomed['number']}", status=410)


def deliveries(jwt_client: Client, playground: Playground) -> None:
    assert playground.site.deliveries.idle(20)
    first = jwt_client.get("//app/hook/deliveries")[0]
    jwt_client.get(f"//app/hook/deliveries/{first['id']}")
    jwt_client.post(f"//app/hook/deliveries/{first['id']}/attempts", status=202)


def the_end(jwt_client: Client, mara: Client, playground: Playground) -> None:
    installed, repository = playground.inhabitants.installation.id, playground.repository.id
    mara.delete(f"//user/installations/{installed}/repositories/{repository}")
    mara.put(f"//user/installations/{installed}/repositories/{repository}", status=204)
    here = f"//app/installations/{playground.inhabitants.installation.id}"
    jwt_client.put(f"{here}/suspended", status=204)
    jwt_client.delete(f"{here}/suspended")
    jwt_client.delete(here)
    mara.post("/transfer", {"new_owner": "mara", "new_name": "mine"}, status=202)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker()


def test_every_answer_is_as_github_describes_it(used: Playground, checker: Checker) -> None:
    found = used.recording.violations(checker)
    assert sorted({str(each) for each in found}) == []


def test_every_webhook_is_as_github_describes_it(used: Playground, checker: Checker) -> None:
    assert used.site.deliveries.idle(20)
    found = webhook_violations(list(used.site.deliveries.log.values()), checker)
    assert sorted({str(each) for each in found}) == []


def test_the_traffic_met_every_operation_that_is_offered(used: Playground) -> None:
    """Else the first test would be true of what nobody asked."""
    router = Router(ROOMS)
    met = {
        found.route.kind
        for each in used.recording.exchanges
        if (found := router.find(each.method, plain_path_of(each.path))) is not None
    }
    offered = {route.kind for room in ROOMS for route in room.routes if not route.template.startswith("/_")}
    assert offered - met - NOT_JSON == set()


# Answered by a redirect or in plain text, whose bodies nobody describes.
NOT_JSON = {
    "GET /repos/{owner}/{repo}/tarball",
    "GET /repos/{owner}/{repo}/tarball/{ref}",
    "GET /repos/{owner}/{repo}/zipball",
    "GET /repos/{owner}/{repo}/zipball/{ref}",
    "GET /repos/{owner}/{repo}/actions/jobs/{number}/logs",
    "GET /repos/{owner}/{repo}/actions/runs/{run}/logs",
    "GET /zen",
}


def plain_path_of(path: str) -> str:
    return path if path.startswith("/repositories/") else plain_path(path)


def test_the_traffic_was_told_by_every_kind_of_webhook(used: Playground) -> None:
    told = {(sent.event, sent.action) for sent in used.site.deliveries.log.values()}
    assert {event for event, _ in told} >= {
        "issues", "issue_comment", "pull_request", "pull_request_review", "pull_request_review_comment",
        "pull_request_review_thread", "check_suite", "check_run", "status", "push", "label", "repository",
        "installation", "installation_repositories",
    }  # fmt: skip
