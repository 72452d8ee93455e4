"""Many at once: nothing is lost, nothing is doubled, and ids stay one's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.playground.github.town import Town


def test_comments_written_at_once_are_all_there_with_ids_of_their_own(town: Town) -> None:
    tokens = [person["token"] for person in town.state["people"].values()]

    def speak(number: int) -> int:
        return int(town.client(tokens[number % 4]).post("/issues/1/comments", {"body": str(number)})["id"])

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(speak, range(40)))
    shown = town.maintainer.get("/issues/1/comments?per_page=100")
    assert len(set(ids)) == 40
    assert sorted(each["id"] for each in shown) == [each["id"] for each in shown]
    assert {int(each["body"]) for each in shown} == set(range(40))


def test_of_branches_created_at_once_by_one_name_there_is_one(town: Town) -> None:
    bot, sha = town.bot(), town.sha()

    def create(_: int) -> int:
        return (
            town.client(town.token())
            .ask("POST", "/git/refs", {"ref": "refs/heads/x", "sha": sha})
            .status_code
        )

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(create, range(4))) == [201, 422, 422, 422]
    assert bot.get("/git/ref/heads/x")["object"]["sha"] == sha


def test_of_pull_requests_opened_at_once_for_one_branch_there_is_one(town: Town) -> None:
    town.branch(town.bot(), "topic", {"new.txt": "x\n"})
    body = {"title": "t", "head": "topic", "base": "main"}

    def open_one(_: int) -> int:
        return town.client(town.token()).ask("POST", "/pulls", body).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(open_one, range(4))) == [201, 422, 422, 422]
    assert town.referee()["doubled"] == []
