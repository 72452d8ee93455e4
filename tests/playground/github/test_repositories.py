"""Repositories that owners rename, archive, or take from the App."""

from __future__ import annotations

from pathlib import Path

from tests.playground.github.town import Receiver, Town, git


def test_a_renamed_repository_is_found_by_its_old_name_and_its_id(
    hooked: Town, receiver: Receiver, tmp_path: Path
) -> None:
    bot, number = hooked.bot(), hooked.playground.repository.id
    old_url = hooked.clone_url(hooked.token())
    hooked.maintainer.patch("", {"name": "grown"})
    reading = bot.ask("GET", "/issues?state=all")
    assert (reading.status_code, reading.headers["location"]) == (
        301, f"{hooked.playground.url}/repositories/{number}/issues?state=all",
    )  # fmt: skip
    assert bot.http.get(reading.headers["location"]).json()[0]["number"] == 1
    assert bot.ask("POST", "/issues/1/comments", {"body": "x"}).status_code == 307
    assert bot.get(f"//repositories/{number}")["full_name"] == "acme/grown"
    assert bot.get("//repos/acme/grown/issues/1")["number"] == 1
    git("clone", "-q", old_url, str(tmp_path / "clone"), cwd=tmp_path)
    assert hooked.playground.site.deliveries.idle(20)
    renamed = receiver.received[-1].payload
    assert (renamed["action"], renamed["changes"]) == ("renamed", {"repository": {"name": {"from": "small"}}})


def test_an_archived_repository_takes_no_writes(town: Town) -> None:
    town.maintainer.patch("", {"archived": True})
    answer = town.bot().ask("POST", "/issues/1/comments", {"body": "x"})
    assert (answer.status_code, answer.json()["message"]) == (403, "Repository was archived so is read-only.")


def test_a_repository_taken_from_the_app_is_not_there_for_it(town: Town) -> None:
    bot, number = town.bot(), town.playground.repository.id
    town.maintainer.delete(f"//user/installations/{town.installation}/repositories/{number}")
    assert bot.ask("GET", "/issues/1").status_code == 404
    assert town.app.ask("GET", "/installation").status_code == 404
    town.maintainer.put(f"//user/installations/{town.installation}/repositories/{number}")
    assert bot.get("/issues/1")["number"] == 1


def test_the_default_branch_is_changed(town: Town, tmp_path: Path) -> None:
    town.maintainer.post("/git/refs", {"ref": "refs/heads/trunk", "sha": town.sha()})
    town.maintainer.patch("", {"default_branch": "trunk"})
    assert town.bot().get("")["default_branch"] == "trunk"
    clone = tmp_path / "clone"
    git("clone", "-q", town.clone_url(town.token()), str(clone), cwd=tmp_path)
    assert git("branch", "--show-current", cwd=clone).stdout.strip() == "trunk"


def test_a_renamed_default_branch_takes_its_pull_requests_and_its_rules_along(town: Town) -> None:
    into = town.pull(town.bot(), "into", {"src/b.txt": "2\n"})
    town.maintainer.put("/branches/main/protection", {"required_status_checks": {"contexts": ["test"]}})
    town.maintainer.post("/branches/main/rename", {"new_name": "trunk"})
    assert town.bot().get("")["default_branch"] == "trunk"
    moved = town.bot().get(f"/pulls/{into['number']}")
    assert (moved["state"], moved["base"]["ref"]) == ("open", "trunk")
    assert town.bot().get("/branches/trunk")["protection"]["required_status_checks"]["contexts"] == ["test"]
    assert town.bot().ask("GET", "/branches/main").status_code == 404


def test_a_renamed_branch_closes_the_pull_request_from_it(town: Town) -> None:
    pull = town.pull(town.bot(), "away", {"src/b.txt": "2\n"})
    town.maintainer.post("/branches/away/rename", {"new_name": "elsewhere"})
    assert town.bot().get(f"/pulls/{pull['number']}")["state"] == "closed"


def test_only_administrators_rename_the_default_branch(town: Town) -> None:
    answer = town.person("reviewer").ask("POST", "/branches/main/rename", {"new_name": "trunk"})
    assert answer.status_code == 403


def test_a_repository_transferred_to_another_account_is_found_there_and_not_by_the_app(town: Town) -> None:
    bot, mara = town.bot(), town.maintainer
    mara.post("/transfer", {"new_owner": "mara", "new_name": "mine"})
    assert mara.ask("GET", "").status_code == 301
    assert mara.get("//repos/mara/mine")["owner"]["login"] == "mara"
    assert bot.ask("GET", "//repos/mara/mine/issues/1").status_code == 404
    assert town.app.ask("GET", "//repos/mara/mine/installation").status_code == 404


def test_only_owners_change_settings(town: Town) -> None:
    assert town.person("reviewer").ask("PATCH", "", {"name": "mine"}).status_code == 403
    assert town.bot().ask("PATCH", "", {"name": "mine"}).status_code == 403
