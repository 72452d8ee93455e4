"""The referee writes down what a well-behaved client does not do, of the App only."""

from __future__ import annotations

from typing import Any

from tests.playground.github.town import Town

LISTS = ("doubled", "too_fast", "during_retry_after", "outside_token", "forced_updates", "protected_paths")


def found(town: Town) -> dict[str, Any]:
    return {name: town.referee()[name] for name in LISTS if town.referee()[name]}


def test_a_well_behaved_client_leaves_every_list_empty(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "x\n"})["number"]
    bot.post("/issues/1/comments", {"body": '<!-- baton:{"kind":"plan"} -->\nThe plan'})
    bot.post("/issues/1/comments", {"body": '<!-- baton:{"kind":"stage"} -->\nThe stage'})
    town.maintainer.put(f"/pulls/{number}/merge")
    assert found(town) == {}


def test_a_second_comment_with_one_marker_is_doubled(town: Town) -> None:
    bot = town.bot()
    for text in ("one", "two"):
        bot.post("/issues/1/comments", {"body": f'<!-- baton:{{"kind":"plan"}} -->\n{text}'})
    assert [each["what"] for each in found(town)["doubled"]] == [
        'comment acme/small 1 <!-- baton:{"kind":"plan"} -->'
    ]


def test_a_second_pull_request_or_check_run_of_one_identity_is_doubled(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "x\n"})["number"]
    bot.patch(f"/pulls/{number}", {"state": "closed"})
    bot.post("/pulls", {"title": "again", "head": "topic", "base": "main"})
    for _ in range(2):
        bot.post("/check-runs", {"name": "gate", "head_sha": town.sha("topic"), "external_id": "1"})
    assert len(found(town)["doubled"]) == 2


def test_a_comment_made_by_graphql_and_by_rest_is_doubled(town: Town) -> None:
    bot = town.bot()
    subject = town.maintainer.get("/issues/1")["node_id"]
    mutation = (
        f'mutation {{ addComment(input: {{subjectId: "{subject}", body: "same"}}) {{ clientMutationId }} }}'
    )
    assert "errors" not in bot.post("//graphql", {"query": mutation})
    bot.post("/issues/1/comments", {"body": "same"})
    assert len(found(town)["doubled"]) == 1


def test_what_people_do_is_theirs(town: Town) -> None:
    for _ in range(2):
        town.maintainer.post("/issues/1/comments", {"body": "same"})
    assert found(town) == {}
    assert town.referee()["requests"]["writes"] == 0


def test_more_than_eighty_creations_a_minute_are_too_fast(town: Town) -> None:
    bot = town.bot()
    for each in range(81):
        bot.post("/issues/1/comments", {"body": str(each)})
    assert len(found(town)["too_fast"]) == 1
    assert town.referee()["requests"]["most_creations_a_minute"] == 81


def test_a_second_review_or_line_comment_of_one_identity_is_doubled(town: Town) -> None:
    bot = town.bot()
    number = town.pull(town.maintainer, "topic", {"new.txt": "x\ny\n"})["number"]
    line = {"path": "new.txt", "line": 1, "body": "Why?", "commit_id": town.sha("topic")}
    for _ in range(2):
        bot.post(f"/pulls/{number}/reviews", {"event": "COMMENT", "body": "Looks good"})
    first, _ = (bot.post(f"/pulls/{number}/comments", line) for _ in range(2))
    for _ in range(2):
        bot.post(f"/pulls/{number}/comments/{first['id']}/replies", {"body": "Answer me"})
    sha = town.sha("topic")[:7]
    assert [each["what"] for each in found(town)["doubled"]] == [
        f"review acme/small {number} {sha} Looks good",
        f"review comment acme/small {number} {sha} RIGHT new.txt:1 Why?",
        f"review comment acme/small {number} reply {town.playground.repository.pulls[0].threads[0].id} Answer me",
    ]


def test_reviews_that_differ_are_no_doubles(town: Town) -> None:
    bot = town.bot()
    number = town.pull(town.maintainer, "topic", {"new.txt": "x\ny\n"})["number"]
    bot.post(f"/pulls/{number}/reviews", {"event": "COMMENT", "body": "Looks good"})
    line = {"path": "new.txt", "body": "Why?", "commit_id": town.sha("topic")}
    lines = [bot.post(f"/pulls/{number}/comments", {**line, "line": at}) for at in (1, 2)]
    for each in lines:
        bot.post(f"/pulls/{number}/comments/{each['id']}/replies", {"body": "Done."})
    second = town.commit(town.maintainer, {"new.txt": "x\ny\nz\n"}, parent=town.sha("topic"))
    town.maintainer.patch("/git/refs/heads/topic", {"sha": second})
    bot.post(f"/pulls/{number}/reviews", {"event": "COMMENT", "body": "Looks good"})
    assert found(town) == {}


def test_what_was_deleted_or_closed_by_people_may_be_made_again(town: Town) -> None:
    bot = town.bot()
    for _ in range(3):
        comment = bot.post("/issues/1/comments", {"body": "same"})
        bot.patch(f"/issues/comments/{comment['id']}", {"body": "edited before it went"})
        bot.delete(f"/issues/comments/{comment['id']}")
    town.branch(bot, "topic", {"new.txt": "x\n"})
    for _ in range(2):
        pull = bot.post("/pulls", {"title": "Change", "head": "topic", "base": "main"})
        town.maintainer.patch(f"/pulls/{pull['number']}", {"state": "closed"})
    assert found(town) == {}


def test_of_three_the_third_is_doubled_though_one_was_deleted(town: Town) -> None:
    bot = town.bot()
    first, _ = (bot.post("/issues/1/comments", {"body": "same"}) for _ in range(2))
    bot.delete(f"/issues/comments/{first['id']}")
    bot.post("/issues/1/comments", {"body": "same"})
    assert len(found(town)["doubled"]) == 2


def test_reviews_count_as_creations(town: Town) -> None:
    bot = town.bot()
    number = town.pull(town.maintainer, "topic", {"new.txt": "x\n"})["number"]
    for each in range(81):
        bot.post(f"/pulls/{number}/reviews", {"event": "COMMENT", "body": str(each)})
    assert len(found(town)["too_fast"]) == 1


def test_an_edit_by_graphql_creates_no_more_than_one_by_rest(town: Town) -> None:
    bot = town.bot()
    comment = bot.post("/issues/1/comments", {"body": "0"})["node_id"]
    edit = f'mutation {{ updateIssueComment(input: {{id: "{comment}", body: "edited"}}) {{ clientMutationId }} }}'
    for each in range(79):
        bot.post("/issues/1/comments", {"body": str(each + 1)})
        assert "errors" not in bot.post("//graphql", {"query": edit})
    assert found(town) == {}


def test_a_request_before_retry_after_is_over_is_written_down(town: Town) -> None:
    bot = town.bot()
    town.control(
        "POST",
        "/faults",
        {"method": "GET", "path": "*", "fault": "error_before", "status": 429, "seconds": 30, "nth": [1]},
    )
    answer = bot.ask("GET", "/issues/1")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    bot.get("/issues/1")
    assert "before Retry-After was over" in found(town)["during_retry_after"][0]["what"]


def test_a_protected_path_is_named(town: Town) -> None:
    bot = town.bot()
    town.branch(bot, "topic", {"agents/backend.md": "x\n", "fine.txt": "x\n"})
    assert [each["what"] for each in found(town)["protected_paths"]] == [
        "agents/backend.md on refs/heads/topic of acme/small"
    ]


def test_merging_the_base_brings_nothing_of_ones_own(town: Town) -> None:
    bot = town.bot()
    first = town.branch(bot, "topic", {"fine.txt": "x\n"})
    base = town.commit(town.maintainer, {".github/workflows/ci.yml": "on: push\n", "CODEOWNERS": "* @mara\n"})
    town.maintainer.patch("/git/refs/heads/main", {"sha": base})
    entries = [
        {"path": "fine.txt", "mode": "100644", "type": "blob", "content": "x\n"},
    ]
    tree = bot.post("/git/trees", {"base_tree": base, "tree": entries})["sha"]
    merge = bot.post("/git/commits", {"message": "Merge main", "tree": tree, "parents": [first, base]})["sha"]
    bot.patch("/git/refs/heads/topic", {"sha": merge})
    assert found(town) == {}


def test_requests_are_counted_by_kind_and_tokens_apart(town: Town) -> None:
    bot = town.bot()
    bot.get("/issues/1")
    bot.post("/issues/1/comments", {"body": "x"})
    bot.post("//graphql", {"query": "query Look { viewer { login } }"})
    subject = town.playground.repository.issues[1].node_id
    fields = " ".join(
        f'a{each}: addComment(input: {{subjectId: "{subject}", body: "{each}"}}) {{ clientMutationId }}'
        for each in range(3)
    )
    assert "errors" not in bot.post("//graphql", {"query": f"mutation {{ {fields} }}"})
    requests = town.referee()["requests"]
    assert (requests["reads"], requests["writes"], requests["tokens"]) == (2, 2, 1)
    assert requests["by_kind"] == {
        "GET /repos/{owner}/{repo}/issues/{number}": 1,
        "GraphQL mutation addComment": 1,
        "GraphQL query Look": 1,
        "POST /app/installations/{number}/access_tokens": 1,
        "POST /repos/{owner}/{repo}/issues/{number}/comments": 1,
    }


def test_the_log_tells_what_happened_from_where_one_left_off(town: Town) -> None:
    before = len(town.control("GET", "/log"))
    town.maintainer.post("/issues/1/labels", {"labels": ["baton"]})
    news = town.control("GET", f"/log?after={before}")
    assert [(each["number"], each["actor"], each["text"]) for each in news] == [
        (before + 1, "mara", "labelled #1 “baton”")
    ]


def test_those_in_the_process_wait_for_a_change(town: Town) -> None:
    import threading

    issue = town.playground.repository.issues[1]
    later = threading.Timer(0.1, lambda: town.maintainer.post("/issues/1/comments", {"body": "x"}))
    later.start()
    assert town.playground.hub.wait_for(lambda: bool(issue.comments), timeout=10)
    later.join()
    assert not town.playground.hub.wait_for(lambda: len(issue.comments) > 1, timeout=0.05)
