"""Pull requests: opened, refused, followed, merged for real."""

from __future__ import annotations

from typing import Any

import pytest

from tests.playground.github.town import Town, git


def refused(answer: Any) -> tuple[int, str]:
    body = answer.json()
    return answer.status_code, body["errors"][0].get("message", "") if "errors" in body else body["message"]


def test_a_second_pull_request_of_one_branch_is_refused(town: Town) -> None:
    bot = town.bot()
    pull = town.pull(bot, "topic", {"new.txt": "x\n"}, body="Part of #1")
    assert (pull["commits"], pull["changed_files"], pull["additions"]) == (1, 1, 1)
    again = bot.ask("POST", "/pulls", {"title": "t", "head": "topic", "base": "main"})
    assert refused(again) == (422, "A pull request already exists for acme:topic.")
    assert [each["number"] for each in bot.get("/pulls?head=acme:topic&state=open")] == [2]


def test_only_a_head_with_its_owner_filters(town: Town) -> None:
    """GitHub ignores a bare branch name, and so a client that forgets the owner gets all of them."""
    bot = town.bot()
    town.pull(bot, "topic", {"new.txt": "x\n"})
    for head, found in (("acme:topic", 1), ("acme:other", 0), ("topic", 1), ("other", 1)):
        assert len(bot.get(f"/pulls?head={head}")) == found


def test_pull_requests_are_refused_in_githubs_words(town: Town) -> None:
    bot = town.bot()
    bot.post("/git/refs", {"ref": "refs/heads/same", "sha": town.sha()})

    def answer(head: str, base: str) -> Any:
        return bot.ask("POST", "/pulls", {"title": "t", "head": head, "base": base})

    assert refused(answer("same", "main")) == (422, "No commits between main and same")
    for head, base, field in (("gone", "main", "head"), ("same", "gone", "base")):
        error = answer(head, base).json()["errors"][0]
        assert error == {"resource": "PullRequest", "field": field, "code": "invalid"}


def test_a_base_is_refused_like_that_of_a_new_pull_request(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "x\n"})["number"]
    other = bot.post("/pulls", {"title": "t", "head": "topic", "base": elsewhere(town)})["number"]
    for base, words in (
        ("topic", "No commits between topic and topic"),
        ("elsewhere", "A pull request already exists for acme:topic."),
    ):
        assert refused(bot.ask("PATCH", f"/pulls/{number}", {"base": base})) == (422, words)
    assert bot.get(f"/pulls/{number}")["base"]["ref"] == "main"
    bot.patch(f"/pulls/{other}", {"state": "closed"})
    assert bot.patch(f"/pulls/{number}", {"base": "elsewhere"})["base"]["ref"] == "elsewhere"


def elsewhere(town: Town) -> str:
    """Another branch to merge into."""
    town.maintainer.post("/git/refs", {"ref": "refs/heads/elsewhere", "sha": town.sha()})
    return "elsewhere"


def test_a_head_that_is_put_back_to_its_base_closes_the_pull_request(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "x\n"})["number"]
    bot.patch("/git/refs/heads/topic", {"sha": town.sha(), "force": True})
    shown = bot.get(f"/pulls/{number}")
    assert (shown["state"], shown["merged"], shown["head"]["sha"]) == ("closed", False, town.sha())


def test_mergeable_is_unknown_first_and_known_when_asked_again(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "x\n"})["number"]
    assert [bot.get(f"/pulls/{number}")["mergeable"] for _ in range(2)] == [None, True]
    town.maintainer.patch("/git/refs/heads/main", {"sha": town.commit(town.maintainer, {"other.txt": "y\n"})})
    assert [bot.get(f"/pulls/{number}")["mergeable"] for _ in range(2)] == [None, True]


def test_a_conflict_is_found_and_is_not_merged(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"src/b.txt": "ours\n"})["number"]
    town.maintainer.patch(
        "/git/refs/heads/main", {"sha": town.commit(town.maintainer, {"src/b.txt": "theirs\n"})}
    )
    bot.get(f"/pulls/{number}")
    shown = bot.get(f"/pulls/{number}")
    assert (shown["mergeable"], shown["mergeable_state"]) == (False, "dirty")
    assert refused(town.maintainer.ask("PUT", f"/pulls/{number}/merge")) == (
        405,
        "Pull Request is not mergeable",
    )


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_pull_request_is_merged_by_each_method(town: Town, method: str) -> None:
    bot = town.bot()
    first = town.branch(bot, "topic", {"one.txt": "1\n"})
    bot.patch("/git/refs/heads/topic", {"sha": town.commit(bot, {"two.txt": "2\n"}, parent=first)})
    number = bot.post("/pulls", {"title": "Two files", "head": "topic", "base": "main"})["number"]
    before = town.commit(town.maintainer, {"meanwhile.txt": "m\n"})
    town.maintainer.patch("/git/refs/heads/main", {"sha": before})
    merged = town.maintainer.put(f"/pulls/{number}/merge", {"merge_method": method})
    log = git(
        "log", "--format=%s|%an|%cn|%p", f"{before}..main", cwd=town.playground.repository.git.directory
    )
    lines = [line.split("|") for line in log.stdout.splitlines()]
    assert town.sha() == merged["sha"]
    files = git(
        "ls-tree", "-r", "--name-only", "main", cwd=town.playground.repository.git.directory
    ).stdout.split()
    assert {"one.txt", "two.txt", "meanwhile.txt"} <= set(files)
    match method:
        case "merge":
            assert lines[0][:3] == ["Merge pull request #2 from acme/topic", "Mara Lindqvist", "GitHub"]
            assert lines[0][3].count(" ") == 1
        case "squash":
            assert [line[0] for line in lines] == ["Two files (#2)"]
        case _:
            assert [(line[0], line[1], line[3].count(" ")) for line in lines] == [
                ("Change files", "Baton", 0)
            ] * 2
    shown = bot.get(f"/pulls/{number}")
    assert (shown["merged"], shown["state"], shown["merged_by"]["login"]) == (True, "closed", "mara")
    assert shown["merge_commit_sha"] == merged["sha"]
    assert bot.ask("GET", f"/pulls/{number}/merge").status_code == 204


def test_a_merge_of_another_head_than_the_one_seen_is_refused(town: Town) -> None:
    number = town.pull(town.bot(), "topic", {"new.txt": "x\n"})["number"]
    answer = town.maintainer.ask("PUT", f"/pulls/{number}/merge", {"sha": town.sha()})
    assert refused(answer) == (409, "Head branch was modified. Review and try the merge again.")


def test_a_draft_is_not_merged(town: Town) -> None:
    number = town.pull(town.bot(), "topic", {"new.txt": "x\n"}, draft=True)["number"]
    assert refused(town.maintainer.ask("PUT", f"/pulls/{number}/merge")) == (
        405,
        "Pull Request is still a draft",
    )


def test_a_merge_waits_for_the_required_checks(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "x\n"})["number"]
    town.maintainer.put(
        "/branches/main/protection", {"required_status_checks": {"strict": False, "contexts": ["ci"]}}
    )
    rules = bot.get("/rules/branches/main")
    assert rules[0]["parameters"]["required_status_checks"] == [{"context": "ci"}]

    def merge() -> tuple[int, str]:
        return refused(town.maintainer.ask("PUT", f"/pulls/{number}/merge"))

    assert merge() == (405, 'Required status check "ci" is expected.')
    town.maintainer.post(f"/statuses/{town.sha('topic')}", {"state": "failure", "context": "ci"})
    assert merge() == (405, 'Required status check "ci" is failing.')
    bot.get(f"/pulls/{number}")
    assert bot.get(f"/pulls/{number}")["mergeable_state"] == "blocked"
    town.maintainer.post(f"/statuses/{town.sha('topic')}", {"state": "success", "context": "ci"})
    town.maintainer.put(f"/pulls/{number}/merge")


def test_those_without_write_permission_merge_nothing(town: Town) -> None:
    number = town.pull(town.bot(), "topic", {"new.txt": "x\n"})["number"]
    for role in ("triager", "outsider"):
        assert town.person(role).ask("PUT", f"/pulls/{number}/merge").status_code == 403
    town.person("reviewer").put(f"/pulls/{number}/merge")


def test_the_head_follows_a_push_while_open_and_stays_when_merged(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "1\n"})["number"]
    second = town.commit(bot, {"new.txt": "2\n"}, parent=town.sha("topic"))
    bot.patch("/git/refs/heads/topic", {"sha": second})
    assert bot.get(f"/pulls/{number}")["head"]["sha"] == second
    town.maintainer.put(f"/pulls/{number}/merge")
    third = town.commit(bot, {"new.txt": "3\n"}, parent=second)
    bot.patch("/git/refs/heads/topic", {"sha": third})
    assert bot.get(f"/pulls/{number}")["head"]["sha"] == second


def test_deleting_the_branch_closes_an_open_pull_request_and_leaves_a_merged_one(town: Town) -> None:
    bot = town.bot()
    open_one = town.pull(bot, "one", {"1.txt": "x\n"})["number"]
    merged = town.pull(bot, "two", {"2.txt": "x\n"})["number"]
    town.maintainer.put(f"/pulls/{merged}/merge")
    for name in ("one", "two"):
        town.maintainer.delete(f"/git/refs/heads/{name}")
    closed = bot.get(f"/pulls/{open_one}")
    assert (closed["state"], closed["merged"]) == ("closed", False)
    events = [each["event"] for each in bot.get(f"/issues/{open_one}/timeline")]
    assert events == ["committed", "head_ref_deleted", "closed"]
    assert bot.get(f"/pulls/{merged}")["merged"] is True
    answer = town.maintainer.ask("PATCH", f"/pulls/{open_one}", {"state": "open"})
    assert refused(answer) == (422, "state cannot be changed. The one branch has been deleted.")


def test_a_closed_pull_request_is_reopened(town: Town) -> None:
    number = town.pull(town.bot(), "topic", {"new.txt": "x\n"})["number"]
    town.maintainer.patch(f"/pulls/{number}", {"state": "closed"})
    town.maintainer.patch(f"/pulls/{number}", {"state": "open"})
    assert [each["event"] for each in town.maintainer.get(f"/issues/{number}/events")] == [
        "closed",
        "reopened",
    ]


def test_commits_that_reach_the_base_by_hand_are_merged(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "x\n"})["number"]
    town.maintainer.patch("/git/refs/heads/main", {"sha": town.sha("topic")})
    shown = bot.get(f"/pulls/{number}")
    assert (shown["merged"], shown["merge_commit_sha"]) == (True, town.sha())


def test_closing_words_close_and_part_of_does_not(town: Town) -> None:
    bot = town.bot()
    first = town.pull(bot, "one", {"1.txt": "x\n"}, body="Part of #1")["number"]
    town.maintainer.put(f"/pulls/{first}/merge")
    assert town.maintainer.get("/issues/1")["state"] == "open"
    second = town.pull(bot, "two", {"2.txt": "x\n"}, body="Closes #1")["number"]
    town.maintainer.put(f"/pulls/{second}/merge")
    assert town.maintainer.get("/issues/1")["state"] == "closed"


@pytest.mark.parametrize("text", ["closes acme/small#1", "Fixes: ACME/Small#1", "resolved GH-1"])
def test_closing_words_name_the_issue_in_githubs_other_ways(town: Town, text: str) -> None:
    number = town.pull(town.bot(), "topic", {"1.txt": "x\n"}, body=text)["number"]
    town.maintainer.put(f"/pulls/{number}/merge")
    assert town.maintainer.get("/issues/1")["state"] == "closed"


def test_closing_words_about_another_repository_leave_the_issue_here_open(town: Town) -> None:
    number = town.pull(town.bot(), "topic", {"1.txt": "x\n"}, body="Closes acme/other#1")["number"]
    town.maintainer.put(f"/pulls/{number}/merge")
    assert town.maintainer.get("/issues/1")["state"] == "open"


def test_closing_words_of_a_commit_close_when_it_reaches_the_default_branch(town: Town) -> None:
    person = town.maintainer
    given = {"message": "Mend it\n\nFixes #1", "content": "eA==", "branch": elsewhere(town)}
    sha = person.put("/contents/new.md", given)["commit"]["sha"]
    assert person.get("/issues/1")["state"] == "open"
    person.patch("/git/refs/heads/main", {"sha": sha})
    assert person.get("/issues/1")["state"] == "closed"
    (event,) = [each for each in person.get("/issues/1/events") if each["event"] == "closed"]
    assert (event["commit_id"], event["actor"]["login"]) == (sha, "mara")


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_closing_words_of_a_commit_close_by_every_kind_of_merge(town: Town, method: str) -> None:
    person = town.maintainer
    given = {"message": "Mend it\n\nFixes #1", "content": "eA==", "branch": elsewhere(town)}
    person.put("/contents/new.md", given)
    number = person.post("/pulls", {"title": "Mend", "head": "elsewhere", "base": "main"})["number"]
    person.put(f"/pulls/{number}/merge", {"merge_method": method})
    assert person.get("/issues/1")["state"] == "closed"


def test_reviewers_are_asked_and_only_those_who_can(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "x\n"})["number"]
    asked = bot.post(f"/pulls/{number}/requested_reviewers", {"reviewers": ["mara"]})
    assert [each["login"] for each in asked["requested_reviewers"]] == ["mara"]
    answer = bot.ask("POST", f"/pulls/{number}/requested_reviewers", {"reviewers": ["otto"]})
    assert (answer.status_code, "not a collaborator" in answer.json()["message"]) == (422, True)
    town.maintainer.post(f"/pulls/{number}/reviews", {"event": "APPROVE"})
    assert bot.get(f"/pulls/{number}/requested_reviewers")["users"] == []


def test_files_and_commits_are_those_of_the_branch(town: Town) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"src/moved.txt": "one\ntwo\nthree\nfour\nfive\n", "src/a.txt": None})[
        "number"
    ]
    files = bot.get(f"/pulls/{number}/files")
    assert [(each["status"], each["filename"], each.get("previous_filename")) for each in files] == [
        ("renamed", "src/moved.txt", "src/a.txt")
    ]
    assert len(bot.get(f"/pulls/{number}/commits")) == 1


def test_update_branch_merges_the_base_in(town: Town) -> None:
    number = town.pull(town.bot(), "topic", {"new.txt": "x\n"})["number"]
    base = town.commit(town.maintainer, {"other.txt": "y\n"})
    town.maintainer.patch("/git/refs/heads/main", {"sha": base})
    town.maintainer.put(f"/pulls/{number}/update-branch", {})
    assert town.playground.repository.git.is_ancestor(base, town.sha("topic"))
