"""PyGithub, as somebody else's client, does the whole path."""

from __future__ import annotations

import pytest
from github import Auth, Github, GithubException, GithubIntegration, InputGitTreeElement

from tests.playground.github.town import Town


def test_pygithub_goes_the_whole_path(town: Town) -> None:
    state = town.state
    auth = Auth.AppAuth(state["app"]["id"], state["environment"]["BATON_GITHUB_PRIVATE_KEY"])
    integration = GithubIntegration(auth=auth, base_url=state["api_url"], retry=None)
    installation = integration.get_repo_installation("acme", "small")
    client = Github(
        auth=auth.get_installation_auth(installation.id),
        base_url=state["api_url"],
        retry=None,
        seconds_between_writes=0,
        seconds_between_requests=0,
    )
    repository = client.get_repo("acme/small")
    issue = repository.get_issue(1)
    issue.add_to_labels("baton")
    comment = issue.create_comment("The plan")
    comment.create_reaction("eyes")
    comment.edit("The plan, edited")
    assert [each.body for each in issue.get_comments()] == ["The plan, edited"]
    assert repository.get_collaborator_permission("mara") == "admin"
    base = repository.get_branch("main").commit
    element = InputGitTreeElement("docs/new.md", "100644", "blob", content="hello\n")
    tree = repository.create_git_tree([element], repository.get_git_tree(base.commit.tree.sha))
    commit = repository.create_git_commit("Write it down", tree, [base.commit])
    ref = repository.create_git_ref("refs/heads/topic", commit.sha)
    pull = repository.create_pull(base="main", head="topic", title="Docs", body="Part of #1")
    pull.create_review_request(["mara"])
    repository.create_check_run("gate", commit.sha, status="completed", conclusion="success")
    assert [each.filename for each in pull.get_files()] == ["docs/new.md"]
    person = Github(
        auth=Auth.Token(state["people"]["maintainer"]["token"]),
        base_url=state["api_url"],
        retry=None,
        seconds_between_writes=0,
    )
    theirs = person.get_repo("acme/small").get_pull(pull.number)
    theirs.create_review(body="Fine", event="APPROVE")
    assert theirs.merge(merge_method="squash").merged
    ref.delete()
    assert repository.get_pull(pull.number).merged
    assert [each.event for each in issue.get_timeline()] == ["labeled", "commented", "cross-referenced"]
    with pytest.raises(GithubException) as refused:
        repository.create_pull(base="main", head="topic", title="Docs", body="")
    assert refused.value.status == 422
