"""Git over HTTP: cloned, fetched and pushed with tokens, by git itself."""

from __future__ import annotations

from pathlib import Path

from tests.playground.github.town import Town, git


def clone(town: Town, token: str, into: Path, *options: str) -> Path:
    git("clone", "-q", *options, town.clone_url(token), str(into), cwd=into.parent)
    return into


def test_the_app_clones_without_blobs_and_reads_them_when_it_needs_them(town: Town, tmp_path: Path) -> None:
    mirror = clone(
        town,
        town.token(permissions={"contents": "read"}),
        tmp_path / "mirror",
        "--bare",
        "--filter=blob:none",
    )
    counted = git("rev-list", "--objects", "--missing=print", "main", cwd=mirror).stdout
    assert "?" in counted
    assert git("show", "main:src/b.txt", cwd=mirror).stdout == "b\n"


def test_any_reachable_object_is_fetched_by_its_sha(town: Town, tmp_path: Path) -> None:
    bot = town.bot()
    first = town.branch(bot, "topic", {"new.txt": "1\n"})
    bot.patch("/git/refs/heads/topic", {"sha": town.commit(bot, {"new.txt": "2\n"}, parent=first)})
    git("init", "-q", "--bare", "there", cwd=tmp_path)
    git("fetch", "-q", "--depth=1", town.clone_url(town.token()), first, cwd=tmp_path / "there")


def test_a_push_moves_the_branch_the_pull_request_and_says_so(town: Town, tmp_path: Path) -> None:
    bot = town.bot()
    number = town.pull(bot, "topic", {"new.txt": "x\n"})["number"]
    work = clone(town, town.state["people"]["maintainer"]["token"], tmp_path / "work", "--branch=topic")
    (work / "hand.txt").write_text("by hand\n")
    git("add", "-A", cwd=work)
    git("commit", "-q", "-m", "By hand", cwd=work)
    git("push", "-q", "origin", "topic", cwd=work)
    head = git("rev-parse", "HEAD", cwd=work).stdout.strip()
    assert bot.get(f"/pulls/{number}")["head"]["sha"] == head
    assert bot.get(f"/commits/{head}")["author"]["login"] == "mara"
    assert town.playground.hub.happenings[-1].text == f"pushed {head[:7]} to topic"
    git("push", "-q", "origin", "--delete", "topic", cwd=work)
    assert bot.get(f"/pulls/{number}")["state"] == "closed"


def test_a_forced_push_of_a_person_is_told_in_the_history(town: Town, tmp_path: Path) -> None:
    number = town.pull(town.bot(), "topic", {"new.txt": "x\n"})["number"]
    work = clone(town, town.state["people"]["maintainer"]["token"], tmp_path / "work", "--branch=topic")
    git("commit", "-q", "--amend", "-m", "Amended", cwd=work)
    git("push", "-q", "--force", "origin", "topic", cwd=work)
    events = [each["event"] for each in town.maintainer.get(f"/issues/{number}/events")]
    assert events == ["head_ref_force_pushed"]
    assert town.referee()["forced_updates"] == []


def test_those_who_may_not_push_are_refused(town: Town, tmp_path: Path) -> None:
    work = clone(town, town.state["people"]["outsider"]["token"], tmp_path / "work")
    git("commit", "-q", "--allow-empty", "-m", "x", cwd=work)
    refused = git("push", "origin", "HEAD:main", cwd=work, ok=False)
    assert (refused.returncode, "403" in refused.stderr) == (128, True)
    git("remote", "set-url", "origin", town.clone_url("ghp_wrong"), cwd=work)
    assert git("push", "origin", "HEAD:main", cwd=work, ok=False).returncode == 128


def test_a_read_only_token_pushes_nothing(town: Town, tmp_path: Path) -> None:
    work = clone(town, town.token(permissions={"contents": "read"}), tmp_path / "work")
    git("commit", "-q", "--allow-empty", "-m", "x", cwd=work)
    assert git("push", "origin", "HEAD:topic", cwd=work, ok=False).returncode == 128
    assert town.playground.repository.git.branch("topic") is None
    assert len(town.referee()["outside_token"]) == 1


def test_an_app_pushes_no_workflow_files(town: Town, tmp_path: Path) -> None:
    work = clone(town, town.token(), tmp_path / "work")
    (work / ".github" / "workflows").mkdir(parents=True)
    (work / ".github" / "workflows" / "ci.yml").write_text("on: push\n")
    git("add", "-A", cwd=work)
    git("commit", "-q", "-m", "x", cwd=work)
    refused = git("push", "origin", "HEAD:topic", cwd=work, ok=False)
    assert "refusing to allow a GitHub App to create or update workflow" in refused.stderr
    assert "topic" not in town.playground.repository.git.read_refs()


def test_a_large_push_goes_through(town: Town, tmp_path: Path) -> None:
    import random

    work = clone(town, town.state["people"]["maintainer"]["token"], tmp_path / "work")
    (work / "big.bin").write_bytes(random.Random(1).randbytes(3_000_000))
    git("add", "-A", cwd=work)
    git("commit", "-q", "-m", "Big", cwd=work)
    git("push", "-q", "origin", "main", cwd=work)
    assert town.sha() == git("rev-parse", "HEAD", cwd=work).stdout.strip()


def test_a_push_to_a_branch_with_rules_is_declined_in_githubs_words(town: Town, tmp_path: Path) -> None:
    green = {"required_status_checks": [{"context": "tests"}], "strict_required_status_checks_policy": False}
    rules = [{"type": "required_status_checks", "parameters": green}]
    wish = {"name": "Green", "enforcement": "active", "rules": rules}
    made = town.maintainer.post("/rulesets", wish)
    before = town.sha()
    work = clone(town, town.state["people"]["maintainer"]["token"], tmp_path / "work")
    git("commit", "-q", "--allow-empty", "-m", "x", cwd=work)
    said = git("push", "origin", "main", "HEAD:beside", cwd=work, ok=False).stderr
    assert "remote: error: GH013: Repository rule violations found for refs/heads/main." in said
    assert 'remote: - Required status check "tests" is expected.' in said
    assert "! [remote rejected] main -> main (push declined due to repository rule violations)" in said
    assert "[new branch]      HEAD -> beside" in said
    assert town.sha() == before
    town.maintainer.delete(f"/rulesets/{made['id']}")
    town.maintainer.put("/branches/main/protection", {"required_status_checks": {"contexts": ["tests"]}})
    work = clone(town, town.state["people"]["reviewer"]["token"], tmp_path / "of-tomas")
    git("commit", "-q", "--allow-empty", "-m", "y", cwd=work)
    said = git("push", "origin", "main", cwd=work, ok=False).stderr
    assert "remote: error: GH006: Protected branch update failed for refs/heads/main." in said
    assert "! [remote rejected] main -> main (protected branch hook declined)" in said
    git("checkout", "-q", "--orphan", "alone", cwd=work)
    git("commit", "-q", "-m", "z", cwd=work)
    said = git("push", "-f", "origin", "alone:main", cwd=work, ok=False).stderr
    assert "remote: error: Cannot force-push to this branch" in said
    assert town.sha() == before


def test_the_default_branch_is_not_deleted_by_a_push(town: Town, tmp_path: Path) -> None:
    work = clone(town, town.state["people"]["maintainer"]["token"], tmp_path / "work")
    said = git("push", "origin", ":main", cwd=work, ok=False).stderr
    assert "remote: error: refusing to delete the current branch: refs/heads/main" in said
    assert "! [remote rejected] main" in said
    assert town.sha()
