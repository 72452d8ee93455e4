"""Archives, limits that are switched on, rulesets, and the merge queue."""

from __future__ import annotations

import io
import json
import tarfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.playground.acts import checks
from bot.playground.acts.workflows import actions_app
from bot.playground.official.checking import Checker
from bot.playground.official.recording import webhook_violations
from tests.playground.github.town import Client, Town, opened

CHANGE = {"src/a.txt": "one\n2\nthree\nfour\nfive\n"}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with opened(tmp_path) as town:
        yield town


def test_a_tarball_and_a_zipball_hold_the_files_of_the_commit_without_a_token(town: Town) -> None:
    stranger = town.client(None).http
    for form in ("tarball", "zipball"):
        answer = town.bot().ask("GET", f"/{form}/main")
        assert answer.status_code == 302
        packed = stranger.get(answer.headers["location"]).content
        if form == "tarball":
            with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
                names = archive.getnames()
        else:
            names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
        assert f"acme-small-{town.sha()[:7]}/src/a.txt" in names
    assert town.bot().ask("GET", "/tarball/nowhere").status_code == 404


# -- limits
def test_the_primary_limit_refuses_with_its_headers_until_it_is_lifted(town: Town) -> None:
    bot = town.bot()
    town.control("POST", "/limits", {"hourly": 3, "reset": 30})
    for left in (2, 1, 0):
        assert bot.ask("GET", "").headers["x-ratelimit-remaining"] == str(left)
    answer = bot.ask("GET", "")
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (403, "0")
    assert answer.json()["message"].startswith("API rate limit exceeded")
    assert 0 < int(answer.headers["x-ratelimit-reset"]) - time.time() <= 31
    town.control("DELETE", "/limits")
    assert bot.ask("GET", "").status_code == 200


def test_the_primary_limit_of_graphql_is_told_with_status_200(town: Town) -> None:
    bot = town.bot()
    town.control("POST", "/limits", {"hourly": 1, "reset": 30})
    for _ in range(2):
        answer = bot.ask("POST", "//graphql", {"query": "{ viewer { login } }"})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (200, "0")
    assert error["type"] == "RATE_LIMITED"
    assert error["message"] == f"API rate limit already exceeded for installation ID {town.installation}."


def test_the_secondary_limit_slows_the_apps_writes_and_says_how_long(town: Town) -> None:
    bot = town.bot()
    town.control("POST", "/limits", {"writes": 2, "seconds": 1})
    said = [bot.ask("POST", "/issues/1/comments", {"body": f"{number}"}) for number in range(3)]
    assert [each.status_code for each in said] == [201, 201, 403]
    assert "secondary rate limit" in said[2].json()["message"]
    assert said[2].headers["retry-after"] == "1"
    assert bot.ask("GET", "/issues/1").status_code == 200
    assert town.maintainer.ask("POST", "/issues/1/comments", {"body": "People may."}).status_code == 201
    time.sleep(1.1)
    assert bot.ask("POST", "/issues/1/comments", {"body": "Again."}).status_code == 201


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"hourlly": 3}, "Limits have no hourlly"),
        ({"writes": -1}, "Limits are numbers from 0 on"),
        ({"hourly": "x"}, "numbers"),
    ],
)
def test_a_limit_that_is_none_is_explained(town: Town, wish: Any, sentence: str) -> None:
    answer = town.client(None).http.post("/_playground/limits", json=wish)
    assert (answer.status_code, sentence in answer.json()["message"]) == (422, True)


# -- rulesets
def ruleset(who: Client, *rules: dict[str, Any], **more: Any) -> Any:
    return who.post("/rulesets", {"name": "Rules", "enforcement": "active", "rules": list(rules), **more})


GREEN = {"type": "required_status_checks", "parameters": {
    "required_status_checks": [{"context": "tests"}], "strict_required_status_checks_policy": False}}  # fmt: skip
QUEUE = {"type": "merge_queue"}


def test_a_rulesets_checks_hold_up_a_merge_where_it_is_in_force(town: Town) -> None:
    mara = town.maintainer
    pull = town.pull(mara, "feature", CHANGE)
    made = ruleset(mara, GREEN)
    answer = mara.ask("PUT", f"/pulls/{pull['number']}/merge")
    assert (answer.status_code, answer.json()["message"]) == (
        405,
        'Required status check "tests" is expected.',
    )
    assert [each["type"] for each in mara.get("/rules/branches/main")] == ["required_status_checks"]
    assert mara.get("/rules/branches/other") == []
    for change in (
        {"enforcement": "disabled"},
        {
            "enforcement": "active",
            "conditions": {"ref_name": {"include": ["refs/heads/release/*"], "exclude": []}},
        },
    ):
        mara.put(f"/rulesets/{made['id']}", change)
        assert mara.get("/rules/branches/main") == []
    assert [each["type"] for each in mara.get("/rules/branches/release/1")] == ["required_status_checks"]
    assert mara.ask("PUT", f"/pulls/{pull['number']}/merge").status_code == 200


def test_a_check_that_is_bound_to_an_app_counts_from_that_app_alone(town: Town) -> None:
    """Anybody who may write can set a status of that name."""
    mara, hub = town.maintainer, town.playground.hub
    pull = town.pull(mara, "feature", CHANGE)
    sha, actions = pull["head"]["sha"], actions_app(hub)
    bound = {"context": "tests", "integration_id": actions.id}
    given = {"required_status_checks": [bound], "strict_required_status_checks_policy": False}
    ruleset(mara, {"type": "required_status_checks", "parameters": given})
    mara.post(f"/statuses/{sha}", {"context": "tests", "state": "success"})
    merge = f"/pulls/{pull['number']}/merge"
    assert mara.ask("PUT", merge).json()["message"] == 'Required status check "tests" is expected.'
    with hub.lock:
        suite = checks.suite_for(hub, town.playground.repository, actions, sha)
        checks.create_check_run(hub, suite, actions.bot, "tests", status="completed", conclusion="success")
    assert mara.ask("PUT", merge).status_code == 200


def test_only_administrators_make_rulesets_and_only_such_as_are_kept(town: Town) -> None:
    wish = {"name": "Rules", "enforcement": "active", "rules": [GREEN]}
    assert town.person("reviewer").ask("POST", "/rulesets", wish).status_code == 403
    answer = town.maintainer.ask("POST", "/rulesets", {**wish, "rules": [{"type": "required_signatures"}]})
    assert (answer.status_code, "keeps to" in answer.text) == (422, True)


def by_hand(town: Town, who: Client) -> list[tuple[int, str]]:
    """What GitHub says to every way of the API to move main without a pull request."""
    sha = town.commit(who, CHANGE)
    who.post("/git/refs", {"ref": "refs/heads/hand", "sha": sha})
    there = who.get("/contents/README.md")["sha"]
    answers = [
        who.ask("PUT", "/contents/new.txt", {"message": "New", "content": "bmV3"}),
        who.ask("PUT", "/contents/README.md", {"message": "Other", "content": "bmV3", "sha": there}),
        who.ask("DELETE", "/contents/README.md", {"message": "Gone", "sha": there}),
        who.ask("PATCH", "/git/refs/heads/main", {"sha": sha}),
        who.ask("POST", "/merges", {"base": "main", "head": "hand"}),
    ]
    return [(each.status_code, each.json()["message"]) for each in answers]


def test_a_branch_with_required_checks_is_moved_by_no_hand(town: Town) -> None:
    mara, before = town.maintainer, town.sha()
    ruleset(mara, GREEN)
    ruled = 'Repository rule violations found\n\nRequired status check "tests" is expected.\n\n'
    assert by_hand(town, mara) == [(409, ruled)] * 3 + [(422, ruled), (409, ruled)]
    assert town.sha() == before


def test_protection_of_the_older_kind_says_what_could_not_be_done(town: Town) -> None:
    """Administrators are let through, unless they want to force."""
    mara, tomas, before = town.maintainer, town.person("reviewer"), town.sha()
    mara.put("/branches/main/protection", {"required_status_checks": {"contexts": ["tests"]}})
    why = 'Required status check "tests" is expected.'
    acts = ("Could not create file: ", "Could not update file: ", "Could not delete file: ", "", "")
    found = [(status, f"{act}{why}") for status, act in zip((409, 409, 409, 422, 409), acts, strict=True)]
    assert by_hand(town, tomas) == found
    forced = mara.ask("PATCH", "/git/refs/heads/main", {"sha": unrelated(mara), "force": True})
    assert (forced.status_code, forced.json()["message"]) == (422, "Cannot force-push to this branch")
    assert town.sha() == before
    mara.put("/contents/by-mara.txt", {"message": "x", "content": "eA=="})
    assert town.sha() != before


def unrelated(who: Client) -> str:
    """A commit that has nothing in common with what is there."""
    tree = who.post("/git/trees", {"tree": [{"path": "x", "content": "x"}]})["sha"]
    return str(who.post("/git/commits", {"message": "Alone", "tree": tree, "parents": []})["sha"])


def test_what_is_green_already_may_be_pushed_to_a_protected_branch(town: Town) -> None:
    mara = town.maintainer
    ruleset(mara, GREEN)
    sha = town.commit(mara, CHANGE)
    mara.post(f"/statuses/{sha}", {"state": "success", "context": "tests"})
    mara.patch("/git/refs/heads/main", {"sha": sha})
    assert town.sha() == sha


def test_rules_against_force_and_deletion_hold_for_every_branch_that_fits(town: Town) -> None:
    mara = town.maintainer
    town.branch(mara, "kept", CHANGE)
    everywhere = {"ref_name": {"include": ["~ALL"], "exclude": []}}
    ruleset(mara, {"type": "non_fast_forward"}, {"type": "deletion"}, conditions=everywhere)
    forced = mara.ask("PATCH", "/git/refs/heads/kept", {"sha": town.sha(), "force": True})
    deleted = mara.ask("DELETE", "/git/refs/heads/kept")
    assert [(each.status_code, each.json()["message"]) for each in (forced, deleted)] == [
        (422, "Repository rule violations found\n\nCannot force-push to this branch\n\n"),
        (422, "Repository rule violations found\n\nCannot delete this branch\n\n"),
    ]
    mara.put("/contents/more.txt", {"message": "More", "content": "bW9yZQ==", "branch": "kept"})


@pytest.mark.parametrize(
    "more",
    [
        {"target": "tag"},
        {"target": "push"},
        {"bypass_actors": [{"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}]},
        {"conditions": {"repository_name": {"include": ["~ALL"], "exclude": []}}},
    ],
)
def test_what_no_ruleset_does_here_is_refused_instead_of_ignored(town: Town, more: Any) -> None:
    wish = {"name": "Rules", "enforcement": "active", "rules": [GREEN]}
    assert town.maintainer.ask("POST", "/rulesets", {**wish, **more}).status_code == 422
    made = ruleset(town.maintainer, GREEN, target="branch", bypass_actors=[])
    assert town.maintainer.ask("PUT", f"/rulesets/{made['id']}", more).status_code == 422


def test_a_strict_ruleset_holds_up_a_branch_that_is_behind(town: Town) -> None:
    """GitHub does not say that it is behind, but expects the check that is green already."""
    mara = town.maintainer
    number = town.pull(mara, "feature", CHANGE)["number"]
    parameters = {
        "required_status_checks": [{"context": "tests"}],
        "strict_required_status_checks_policy": True,
    }
    ruleset(mara, {**GREEN, "parameters": parameters})
    mara.post(f"/statuses/{town.sha('feature')}", {"context": "tests", "state": "success"})
    assert merge_states(town, number) == ("clean", "CLEAN")
    ahead = town.commit(mara, {"other.txt": "x\n"})
    mara.post(f"/statuses/{ahead}", {"context": "tests", "state": "success"})
    mara.patch("/git/refs/heads/main", {"sha": ahead})
    assert merge_states(town, number) == ("behind", "BEHIND")
    answer = mara.ask("PUT", f"/pulls/{number}/merge")
    words = 'Repository rule violations found\n\nRequired status check "tests" is expected.'
    assert (answer.status_code, answer.json()["message"]) == (405, words)
    mara.put(f"/pulls/{number}/update-branch", {})
    assert merge_states(town, number) == ("blocked", "BLOCKED")
    mara.post(f"/statuses/{town.sha('feature')}", {"context": "tests", "state": "success"})
    assert mara.ask("PUT", f"/pulls/{number}/merge").status_code == 200


def merge_states(town: Town, number: int) -> tuple[str, str]:
    """What REST and GraphQL tell once it is known."""
    town.maintainer.get(f"/pulls/{number}")
    rest = town.maintainer.get(f"/pulls/{number}")["mergeable_state"]
    query = 'query($n: Int!) { repository(owner: "acme", name: "small") { pullRequest(number: $n) { mergeStateStatus } } }'
    said = town.bot().post("//graphql", {"query": query, "variables": {"n": number}})
    return rest, said["data"]["repository"]["pullRequest"]["mergeStateStatus"]


# -- the merge queue
def queued(town: Town) -> tuple[Any, str]:
    """A pull request in the queue, and the commit on which the queue tries it."""
    installation = town.playground.inhabitants.installation
    installation.events = (*installation.events, "merge_group")
    pull = town.pull(town.maintainer, "feature", CHANGE)
    ruleset(town.maintainer, GREEN, QUEUE)
    answer = town.maintainer.ask("PUT", f"/pulls/{pull['number']}/merge")
    assert (answer.status_code, "through the merge queue" in answer.json()["message"]) == (405, True)
    press(town, pull["number"])
    (ref,) = [each["ref"] for each in town.maintainer.get("/git/matching-refs/heads/gh-readonly-queue")]
    return pull, str(town.maintainer.get(f"/git/ref/{ref.removeprefix('refs/')}")["object"]["sha"])


def press(town: Town, number: int) -> None:
    """“Merge when ready”, or “Remove from queue”."""
    url = f"/{town.state['repository']}/pull/{number}/queue"
    answer = town.client(None).http.post(url, headers={"Origin": town.state["html_url"]})
    assert answer.status_code == 303, answer.text


def in_queue(town: Town, number: int) -> bool:
    query = 'query($n: Int!) { repository(owner: "acme", name: "small") { pullRequest(number: $n) { isInMergeQueue } } }'
    said = town.bot().post("//graphql", {"query": query, "variables": {"n": number}})
    return bool(said["data"]["repository"]["pullRequest"]["isInMergeQueue"])


def groups(town: Town) -> list[tuple[str | None, str | None]]:
    assert town.playground.site.deliveries.idle(10)
    log = list(town.playground.site.deliveries.log.values())
    assert [str(each) for each in webhook_violations(log, Checker())] == []

    return [(each.action, json.loads(each.body).get("reason")) for each in log if each.event == "merge_group"]


def test_the_queue_merges_what_its_checks_found_green(town: Town) -> None:
    pull, sha = queued(town)
    assert in_queue(town, pull["number"])
    town.maintainer.post(f"/statuses/{pull['head']['sha']}", {"state": "success", "context": "tests"})
    assert town.maintainer.get(f"/pulls/{pull['number']}")["merged"] is False
    town.maintainer.post(f"/statuses/{sha}", {"state": "success", "context": "tests"})
    merged = town.maintainer.get(f"/pulls/{pull['number']}")
    assert (merged["merged"], merged["merge_commit_sha"], town.sha()) == (True, sha, sha)
    assert not in_queue(town, pull["number"])
    assert town.maintainer.get("/git/matching-refs/heads/gh-readonly-queue") == []
    assert groups(town) == [("checks_requested", None), ("destroyed", "merged")]


def test_the_queue_lets_go_of_what_is_red_and_of_what_is_taken_out(town: Town) -> None:
    pull, sha = queued(town)
    town.maintainer.post(f"/statuses/{sha}", {"state": "failure", "context": "tests"})
    assert not in_queue(town, pull["number"])
    # A second later the trial is another commit.
    town.playground.hub.clock = lambda: datetime.now(UTC) + timedelta(seconds=2)
    press(town, pull["number"])
    assert in_queue(town, pull["number"])
    press(town, pull["number"])
    assert not in_queue(town, pull["number"])
    assert town.maintainer.get(f"/pulls/{pull['number']}")["state"] == "open"
    assert groups(town) == [("checks_requested", None), ("destroyed", "dequeued")] * 2
