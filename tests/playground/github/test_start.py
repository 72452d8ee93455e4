"""The playground over any real repository, and its state for those outside."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx2
import pytest

from bot.playground.git import GitFailed
from bot.playground.start import start_playground
from tests.playground.github.town import git, opened, small_repository


def fingerprint(directory: Path) -> str:
    """Names and contents of everything in a directory."""
    found = hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        found.update(
            str(path.relative_to(directory)).encode() + (path.read_bytes() if path.is_file() else b"")
        )
    return found.hexdigest()


def test_the_state_is_what_the_contract_says(tmp_path: Path) -> None:
    with opened(tmp_path) as town:
        state = town.state
        assert set(state) == {
            "api_url", "html_url", "repository", "clone_url", "issue", "baton_url", "webhook_secret", "app",
            "environment", "control_url", "people",
        }  # fmt: skip
        assert (state["repository"], state["issue"], set(state["app"])) == ("acme/small", 1, {"id", "slug"})
        assert {role: each["permission"] for role, each in state["people"].items()} == {
            "maintainer": "admin", "reviewer": "write", "triager": "triage", "outsider": "read",
        }  # fmt: skip
        assert state["environment"]["BATON_GITHUB_API_URL"] == state["api_url"]
        assert town.playground.webhook_url.endswith(f":{state['environment']['BATON_PORT']}/webhook")
        assert town.maintainer.get("/issues/1")["title"] == "Notifications"
        assert town.maintainer.get("/issues/1")["labels"] == []


def test_the_given_repository_is_never_written(tmp_path: Path) -> None:
    source = small_repository(tmp_path / "source", branch="trunk")
    before = fingerprint(source)
    with opened(tmp_path, repo=source) as town:
        assert town.maintainer.get("//repos/acme/source")["default_branch"] == "trunk"
        town.maintainer.post("/git/refs", {"ref": "refs/heads/x", "sha": town.sha("trunk")})
    assert fingerprint(source) == before


def test_a_bare_repository_a_detached_head_and_a_name_with_blanks_will_do(tmp_path: Path) -> None:
    source = small_repository(tmp_path / "my source")
    git("branch", "other", cwd=source)
    git("checkout", "-q", "--detach", cwd=source)
    with opened(tmp_path / "one", repo=source) as town:
        assert town.state["repository"] == "acme/my-source"
        assert town.playground.repository.default_branch == "main"
    git("clone", "-q", "--bare", str(source), str(tmp_path / "bare.git"), cwd=tmp_path)
    with opened(tmp_path / "two", repo=tmp_path / "bare.git") as town:
        assert (town.state["repository"], len(town.sha())) == ("acme/bare", 40)


def test_a_head_that_names_a_branch_nobody_made_is_passed_over(tmp_path: Path) -> None:
    source = small_repository(tmp_path / "source", branch="develop")
    git("symbolic-ref", "HEAD", "refs/heads/never", cwd=source)
    with opened(tmp_path, repo=source) as town:
        assert town.playground.repository.default_branch == "develop"


def test_a_shallow_repository_ends_where_its_history_is_cut_off(tmp_path: Path) -> None:
    source = small_repository(tmp_path / "source")
    git("commit", "-q", "--allow-empty", "-m", "Second", cwd=source)
    git("clone", "-q", "--depth=1", f"file://{source}", "shallow", cwd=tmp_path)
    with opened(tmp_path, repo=tmp_path / "shallow") as town:
        shown = town.maintainer.get(f"/commits/{town.sha()}")
        assert (shown["parents"], len(shown["files"])) == ([], 3)
        assert len(town.maintainer.get("/commits")) == 1
        page = town.maintainer.ask("GET", f"//{town.state['repository']}/commit/{town.sha()}")
        assert page.status_code == 200


def test_an_empty_repository_is_served_and_says_that_it_is_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    git("init", "-q", "--initial-branch=trunk", cwd=tmp_path / "empty")
    with opened(tmp_path, repo=tmp_path / "empty") as town:
        assert town.maintainer.get("//repos/acme/empty")["default_branch"] == "trunk"
        assert town.maintainer.ask("GET", "/commits").status_code == 409
        assert (
            town.maintainer.ask("POST", "/git/trees", {"tree": [{"path": "a", "content": "x"}]}).status_code
            == 409
        )
        work = tmp_path / "work"
        git(
            "clone",
            "-q",
            town.clone_url(town.state["people"]["maintainer"]["token"]),
            str(work),
            cwd=tmp_path,
        )
        git("commit", "-q", "--allow-empty", "-m", "First", cwd=work)
        git("push", "-q", "origin", "HEAD:trunk", cwd=work)
        assert len(town.maintainer.get("/commits")) == 1


@pytest.mark.parametrize("made", [False, True])
def test_a_path_that_is_no_repository_is_named(tmp_path: Path, made: bool) -> None:
    path = tmp_path / "nothing"
    if made:
        path.mkdir()
    with pytest.raises(GitFailed, match=r"nothing (is not a git repository|does not exist)"):
        start_playground(0, path, None, "off")


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with opened(tmp_path) as town:
        port = int(town.playground.url.rsplit(":", 1)[1])
        with pytest.raises(OSError, match=rf"Port {port} of .* is taken"):
            start_playground(port, small_repository(tmp_path / "other"), None, "off")


def test_the_demo_is_served_with_its_feature(tmp_path: Path) -> None:
    with opened(tmp_path, repo=None, issue_text=None) as town:
        assert town.state["repository"] == "acme/corkboard"
        assert "Notification" in town.maintainer.get("/issues/1")["title"]


def test_green_workflows_report_on_a_pull_request(tmp_path: Path) -> None:
    jobs = "jobs:\n  tests:\n    runs-on: x\n    steps:\n      - run: 'false'\n"
    workflow = f"name: CI\non: [push, pull_request]\n{jobs}"
    source = small_repository(
        tmp_path / "source", files={".github/workflows/ci.yml": workflow, "a.txt": "a\n"}
    )
    with opened(tmp_path, repo=source, ci="green") as town:
        sha = town.pull(town.bot(), "topic", {"b.txt": "b\n"})["head"]["sha"]
        assert town.playground.ci.idle(30)
        runs = town.bot().get(f"/commits/{sha}/check-runs")["check_runs"]
        assert [(each["name"], each["conclusion"]) for each in runs] == [("tests", "success")] * 2


def test_pages_are_read_by_people(tmp_path: Path) -> None:
    with opened(tmp_path) as town:
        number = town.pull(town.bot(), "topic", {"<b>.txt": "<script>\n"}, body="<script>")["number"]
        with httpx2.Client(base_url=town.playground.url, trust_env=False) as http:
            commit = f"/acme/small/commit/{town.sha('topic')}"
            for path in ("/acme/small", "/acme/small/issues/1", f"/acme/small/pull/{number}", commit):
                page = http.get(path)
                assert (page.status_code, "text/html" in page.headers["content-type"]) == (200, True)
                assert "<script>" not in page.text
            assert http.get(f"/acme/small/pull/{number}.diff").text.startswith("diff --git")
            assert http.get("/acme/small/issues/99").status_code == 404


def test_stopping_twice_is_stopping(tmp_path: Path) -> None:
    playground = start_playground(0, small_repository(tmp_path / "small"), None, "off")
    directory = playground.directory
    playground.stop()
    playground.stop()
    assert not directory.exists()
