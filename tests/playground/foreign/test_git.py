"""The git command line takes the playground for GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.playground.github.town import Town, git, opened


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with opened(tmp_path) as town:
        yield town


def test_clone_branch_push_and_fetch_a_pull_request(town: Town, tmp_path: Path) -> None:
    git("clone", "-q", town.clone_url(town.state["people"]["reviewer"]["token"]), "work", cwd=tmp_path)
    work = tmp_path / "work"
    git("switch", "-qc", "feature", cwd=work)
    (work / "src/a.txt").write_text("changed\n")
    git("commit", "-qam", "Change a", cwd=work)
    git("push", "-q", "-u", "origin", "feature", cwd=work)
    pull = town.bot().post("/pulls", {"title": "Change a", "head": "feature", "base": "main"})
    assert town.bot().get(f"/pulls/{pull['number']}")["changed_files"] == 1
    git("fetch", "-q", "origin", f"refs/pull/{pull['number']}/head:theirs", cwd=work)
    assert git("rev-parse", "theirs", cwd=work).stdout == git("rev-parse", "feature", cwd=work).stdout
    town.maintainer.put(f"/pulls/{pull['number']}/merge")
    git("pull", "-q", "origin", "main", cwd=work)
    assert "Merge pull request #2 from acme/feature" in git("log", "-1", "--format=%s", cwd=work).stdout


def test_partial_and_shallow_clones_fetch_what_they_lack(town: Town, tmp_path: Path) -> None:
    url = town.clone_url(town.token())
    for name, option in (("blobless", "--filter=blob:none"), ("shallow", "--depth=1")):
        git("clone", "-q", option, url, name, cwd=tmp_path)
        assert (tmp_path / name / "src/a.txt").read_text().startswith("one")
    assert git("fsck", cwd=tmp_path / "shallow").returncode == 0


def test_a_tag_and_a_deleted_branch_are_seen_by_the_api(town: Town, tmp_path: Path) -> None:
    git("clone", "-q", town.clone_url(town.state["people"]["maintainer"]["token"]), "work", cwd=tmp_path)
    work = tmp_path / "work"
    git("tag", "-a", "v1", "-m", "One", cwd=work)
    git("push", "-q", "origin", "v1", "HEAD:refs/heads/gone", cwd=work)
    assert [each["name"] for each in town.bot().get("/tags")] == ["v1"]
    assert town.bot().get("/tags")[0]["commit"]["sha"] == town.sha()
    git("push", "-q", "origin", ":gone", cwd=work)
    assert [each["name"] for each in town.bot().get("/branches")] == ["main"]


@pytest.mark.parametrize("role", ["triager", "outsider"])
def test_a_push_without_permission_is_refused(town: Town, tmp_path: Path, role: str) -> None:
    git("clone", "-q", town.clone_url(town.state["people"][role]["token"]), "work", cwd=tmp_path)
    done = git("push", "-q", "origin", "HEAD:refs/heads/x", cwd=tmp_path / "work", ok=False)
    assert done.returncode != 0 and "403" in done.stderr
