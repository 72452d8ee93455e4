"""GraphQL by HTTP, as clients send it: both paths, bad tokens, rate limit, the referee, PyGithub."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import github
import httpx2
import pytest
from github import Auth

from bot.playground.start import Playground
from tests.playground.graphql.world import DOCUMENTS
from tests.playground.official.traffic import Client, a_github, app, installation, person

FACTS = (DOCUMENTS / "facts.graphql").read_text()
VARIABLES = {
    "owner": "acme", "name": "shop", "issue": 1, "seen": None, "labelled": None, "planComment": "none",
    "hasPlan": False, "pull": 0, "hasPull": False, "merge": "0" * 40, "hasMerge": False, "base": "main",
}  # fmt: skip


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    with a_github(tmp_path_factory.mktemp("graphql")) as each:
        yield each


@pytest.fixture
def token(playground: Playground) -> Iterator[str]:
    asker = app(playground)
    identity = playground.inhabitants.installation.id
    made = asker.post(f"//app/installations/{identity}/access_tokens", {})
    yield str(made["token"])
    asker.close()


def post(playground: Playground, path: str, token: str | None, body: Any) -> httpx2.Response:
    headers = {"Authorization": f"bearer {token}"} if token else {}
    with httpx2.Client(base_url=playground.url, headers=headers, trust_env=False) as client:
        return client.post(path, json=body)


@pytest.mark.parametrize("path", ["/graphql", "/api/graphql"])
def test_the_looking_document_is_answered_on_both_paths(
    playground: Playground, token: str, path: str
) -> None:
    answer = post(playground, path, token, {"query": FACTS, "variables": VARIABLES})
    assert answer.status_code == 200
    body = answer.json()
    assert "errors" not in body
    assert body["data"]["repository"]["issue"]["title"] == "Notifications"
    assert body["data"]["repository"]["nameWithOwner"] == "acme/shop"
    remaining = body["data"]["rateLimit"]["remaining"]
    assert answer.headers["x-ratelimit-resource"] == "graphql"
    assert answer.headers["x-ratelimit-remaining"] == str(remaining)


@pytest.mark.parametrize("token_", [None, "ghs_wrong"])
def test_without_a_good_token_there_is_401(playground: Playground, token_: str | None) -> None:
    answer = post(playground, "/graphql", token_, {"query": "{ viewer { login } }"})
    assert answer.status_code == 401


def test_an_app_has_no_graphql_by_its_jwt(playground: Playground) -> None:
    asker = app(playground)
    asker.ask("POST", "//graphql", 401, {"query": "{ viewer { login } }"})
    asker.close()


def test_a_body_that_is_no_json_is_400(playground: Playground, token: str) -> None:
    headers = {"Authorization": f"bearer {token}"}
    answer = httpx2.post(f"{playground.url}/graphql", content=b"{", headers=headers, trust_env=False)
    assert answer.status_code == 400


def test_rest_and_graphql_tell_the_same_of_the_same_things(playground: Playground) -> None:
    asker, mara = app(playground), person(playground, "maintainer")
    bot = installation(playground, asker)
    made = bot.post("/issues/1/comments", {"body": "By REST."})
    mara.patch(f"/issues/comments/{made['id']}", {"body": "Edited by REST."})
    query = """query($id: ID!) { node(id: $id) { ... on IssueComment {
        databaseId body url createdAt updatedAt authorAssociation isMinimized viewerDidAuthor
        author { login avatarUrl } editor { login } issue { number url } } } }"""
    shown = bot.graphql(query, id=made["node_id"])["data"]["node"]
    rest = bot.get(f"/issues/comments/{made['id']}")
    assert shown["url"] == rest["html_url"]
    assert (shown["createdAt"], shown["updatedAt"]) == (rest["created_at"], rest["updated_at"])
    assert shown["authorAssociation"] == rest["author_association"]
    assert shown["author"] == {"login": "baton-app", "avatarUrl": rest["user"]["avatar_url"]}
    assert rest["user"]["login"] == "baton-app[bot]"
    assert shown["editor"] == {"login": "mara"}
    for client in (asker, mara, bot):
        client.close()


def checks_of(client: Client, sha: str) -> list[str]:
    query = """query($sha: GitObjectID!) { repository(owner: "acme", name: "shop") { object(oid: $sha) {
        ... on Commit { url statusCheckRollup { contexts(first: 50) { nodes {
            ... on CheckRun { url permalink } } } } } } } }"""
    commit = client.graphql(query, sha=sha)["data"]["repository"]["object"]
    return [commit["url"], *(each["url"] for each in commit["statusCheckRollup"]["contexts"]["nodes"])]


def test_addresses_of_checks_and_commits_are_rests_too(playground: Playground) -> None:
    asker = app(playground)
    bot = installation(playground, asker)
    sha = bot.get("/git/ref/heads/main")["object"]["sha"]
    bot.post("/check-runs", {"name": "gate", "head_sha": sha})
    rest = [each["html_url"] for each in bot.get(f"/commits/{sha}/check-runs")["check_runs"]]
    assert checks_of(bot, sha) == [bot.get(f"/commits/{sha}")["html_url"], *rest]
    asker.close()
    bot.close()


def test_a_mutation_is_one_write_to_the_referee_and_a_query_one_read(
    playground: Playground, token: str
) -> None:
    before = httpx2.get(f"{playground.url}/_playground/referee", trust_env=False).json()["requests"]
    node = playground.repository.issues[1].node_id
    react = f'addReaction(input: {{subjectId: "{node}", content: EYES}}) {{ clientMutationId }}'
    post(playground, "/graphql", token, {"query": f"mutation {{ one: {react} two: {react} }}"})
    post(playground, "/graphql", token, {"query": "{ viewer { login } }"})
    after = httpx2.get(f"{playground.url}/_playground/referee", trust_env=False).json()["requests"]
    assert (after["writes"] - before["writes"], after["reads"] - before["reads"]) == (1, 1)


def test_pygithub_asks_and_changes_by_graphql(playground: Playground, token: str) -> None:
    client = github.Github(auth=Auth.Token(token), base_url=playground.url, retry=None)
    _, body = client.requester.graphql_query(FACTS, VARIABLES)
    assert body["data"]["repository"]["issue"]["number"] == 1
    issue = playground.repository.issues[1]
    _, body = client.requester.graphql_named_mutation(
        "addComment", {"subjectId": issue.node_id, "body": "By PyGithub."}, "commentEdge { node { body } }"
    )
    assert issue.comments[-1].body == "By PyGithub."
    with pytest.raises(github.UnknownObjectException):
        client.requester.graphql_query('{ repository(owner: "acme", name: "gone") { id } }', {})
    client.close()
