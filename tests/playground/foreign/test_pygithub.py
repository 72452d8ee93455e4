"""PyGithub takes the playground for GitHub: each room of it, with conditional requests, pages and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from github import Auth, Github, GithubException, GithubIntegration, InputGitTreeElement
from github.Repository import Repository

from bot.playground.making import new_key
from bot.playground.official.checking import Checker
from tests.playground.github.town import Town, opened


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with opened(tmp_path_factory.mktemp("town"), record=True) as town:
        yield town
        # Whatever the tests of this module made it answer.
        assert town.playground.recording.exchanges
        assert [str(each) for each in town.playground.recording.violations(Checker())] == []


def client(town: Town, auth: Auth.Auth) -> Github:
    unhurried: dict[str, Any] = {"retry": None, "seconds_between_writes": 0, "seconds_between_requests": 0}
    return Github(auth=auth, base_url=town.state["api_url"], **unhurried)


def app(town: Town, key: str | None = None) -> Auth.AppAuth:
    return Auth.AppAuth(town.state["app"]["id"], key or town.state["environment"]["BATON_GITHUB_PRIVATE_KEY"])


@pytest.fixture
def bot(town: Town) -> Repository:
    return client(town, app(town).get_installation_auth(town.installation)).get_repo("acme/small")


@pytest.fixture
def mara(town: Town) -> Repository:
    return client(town, Auth.Token(town.state["people"]["maintainer"]["token"])).get_repo("acme/small")


def test_the_app_finds_its_installation_and_a_strange_key_opens_nothing(town: Town) -> None:
    integration = GithubIntegration(auth=app(town), base_url=town.state["api_url"], retry=None)
    assert integration.get_app().slug == town.state["app"]["slug"]
    assert [each.id for each in integration.get_installations()] == [town.installation]
    seen = integration.get_installations()[0].get_repos()
    assert [each.full_name for each in seen] == ["acme/small"]
    with pytest.raises(GithubException) as refused:
        GithubIntegration(auth=app(town, new_key()), base_url=town.state["api_url"], retry=None).get_app()
    assert refused.value.status == 401


def test_a_narrowed_token_does_what_is_in_it(town: Town) -> None:
    narrow = app(town).get_installation_auth(town.installation, {"issues": "read"})
    repository = client(town, narrow).get_repo("acme/small")
    assert repository.get_issue(1).number == 1
    with pytest.raises(GithubException) as refused:
        repository.get_issue(1).create_comment("x")
    assert (refused.value.status, refused.value.data["message"]) == (
        403,
        "Resource not accessible by integration",
    )


def test_issues_comments_labels_and_reactions_are_made_and_read_in_pages(
    bot: Repository, mara: Repository
) -> None:
    issue = mara.create_issue("From afar", "Hello", labels=["bug"])
    bot.create_label("baton: working", "ededed", "At work")
    issue.set_labels("baton: working")
    for number in range(65):
        issue.create_comment(f"{number}")
    assert [int(each.body) for each in issue.get_comments()] == list(range(65))
    last = issue.get_comments()[64]
    last.create_reaction("rocket")
    assert [each.content for each in last.get_reactions()] == ["rocket"]
    assert list(issue.get_comments(since=datetime.now(UTC) + timedelta(hours=1))) == []
    issue.edit(state="closed", state_reason="not_planned")
    assert [each.number for each in mara.get_issues(state="closed")] == [issue.number]
    assert "unlabeled" in [each.event for each in issue.get_events()]


def test_what_did_not_change_is_not_sent_again(bot: Repository, mara: Repository) -> None:
    issue = bot.get_issue(1)
    assert issue.update() is False  # the answer was a 304
    mara.get_issue(1).edit(title="Notifications, better")
    assert issue.update() is True
    assert issue.title == "Notifications, better"


def test_git_data_pull_requests_reviews_and_checks_go_the_whole_way(
    bot: Repository, mara: Repository, town: Town
) -> None:
    base = bot.get_branch("main").commit
    element = InputGitTreeElement("src/new.py", "100644", "blob", content="one\ntwo\n")
    tree = bot.create_git_tree([element], base.commit.tree)
    commit = bot.create_git_commit("Add it", tree, [bot.get_git_commit(base.sha)])
    ref = bot.create_git_ref("refs/heads/py", commit.sha)
    pull = bot.create_pull(base="main", head="py", title="Add it", body="Part of #1", draft=True)
    pull.mark_ready_for_review()
    with pytest.raises(GithubException) as twice:
        bot.create_pull(base="main", head="py", title="Add it", body="")
    assert "A pull request already exists" in str(twice.value.data)
    tomas = client(town, Auth.Token(town.state["people"]["reviewer"]["token"])).get_repo("acme/small")
    theirs = tomas.get_pull(pull.number)
    line = {"path": "src/new.py", "line": 2, "body": "Why?"}
    theirs.create_review(body="No", event="REQUEST_CHANGES", comments=[line])  # type: ignore[list-item]
    (comment,) = pull.get_review_comments()
    pull.create_review_comment_reply(comment.id, "Because")
    theirs.create_review(event="APPROVE")
    assert [each.state for each in pull.get_reviews()] == ["CHANGES_REQUESTED", "COMMENTED", "APPROVED"]
    run = bot.create_check_run("Gate", commit.sha, status="in_progress")
    note = {
        "path": "src/new.py",
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "notice",
        "message": "Hm",
    }
    run.edit(conclusion="success", output={"title": "Fine", "summary": "All", "annotations": [note]})
    assert [each.message for each in run.get_annotations()] == ["Hm"]
    assert [each.conclusion for each in bot.get_commit(commit.sha).get_check_runs()] == ["success"]
    assert mara.get_pull(pull.number).merge(merge_method="rebase").merged
    ref.delete()
    assert bot.get_contents("src/new.py").decoded_content == b"one\ntwo\n"  # type: ignore[union-attr]


def test_a_conflict_a_stale_head_and_a_merge_of_branches_are_answered(
    bot: Repository, mara: Repository
) -> None:
    start = mara.get_branch("main").commit.sha
    mara.create_git_ref("refs/heads/left", start)
    mara.create_file("clash.txt", "Theirs", "theirs\n", branch="left")
    pull = bot.create_pull(base="main", head="left", title="Clash", body="")
    mara.create_file("beside.txt", "Beside", "x\n", branch="main")
    assert mara.get_pull(pull.number).update_branch()
    with pytest.raises(GithubException) as stale:
        mara.get_pull(pull.number).merge(sha=start)
    assert stale.value.status == 409
    mara.create_file("clash.txt", "Ours", "ours\n", branch="main")
    with pytest.raises(GithubException) as conflict:
        mara.merge("main", "left", "Merge it")
    assert conflict.value.status == 409
    pull.edit(state="closed")
    pull.edit(state="open")
    mara.get_git_ref("heads/left").delete()
    assert mara.get_pull(pull.number).state == "closed"


def test_people_trees_blobs_comparisons_statuses_and_archives_are_read(
    bot: Repository, mara: Repository, town: Town
) -> None:
    assert bot.get_collaborator_permission("tove") == "read"  # the older word knows no triage
    assert bot.get_collaborator_role_name("tove") == "triage"
    sha = bot.get_branch("main").commit.sha
    tree = bot.get_git_tree(sha, recursive=True).tree
    readme = next(each for each in tree if each.path == "README.md")
    assert bot.get_git_blob(readme.sha).encoding == "base64"
    parent = bot.get_commit(sha).parents[0].sha
    assert bot.compare(parent, sha).status == "ahead"
    mara.get_commit(sha).create_status("success", context="deploy")
    assert bot.get_commit(sha).get_combined_status().state == "success"
    assert "/_archives/" in bot.get_archive_link("tarball", ref="main")
    bot_user = client(town, Auth.Token(town.state["people"]["maintainer"]["token"])).get_user(
        f"{town.state['app']['slug']}[bot]"
    )
    assert bot_user.type == "Bot"
    (first, *_) = bot.get_issue(1).get_timeline()
    assert first.event == "renamed"


def test_an_issue_is_locked_and_branches_are_renamed(bot: Repository, mara: Repository) -> None:
    issue = mara.create_issue("To be locked")
    issue.lock("resolved")
    assert bot.get_issue(issue.number).locked
    mara.create_git_ref("refs/heads/before", mara.get_branch("main").commit.sha)
    assert mara.rename_branch("before", "after")
    assert "after" in [each.name for each in bot.get_branches()]


def test_graphql_is_asked_by_the_same_client(bot: Repository, town: Town) -> None:
    query = (
        'query($o: String!) { repository(owner: $o, name: "small") { issue(number: 1) { number state } } }'
    )
    _, said = bot.requester.graphql_query(query, {"o": "acme"})
    assert said["data"]["repository"]["issue"] == {"number": 1, "state": "OPEN"}


def test_the_limits_are_read(town: Town) -> None:
    limits = client(town, Auth.Token(town.state["people"]["maintainer"]["token"])).get_rate_limit()
    assert limits.resources.core.limit == 15_000
