"""Faults on wish: before or after the effect, dropped, delayed, lagging; never for people."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import pytest

from tests.playground.github.town import Client, Town

COMMENTS = "/repos/*/issues/*/comments"


def bodies(town: Town) -> list[str]:
    return [each["body"] for each in town.maintainer.get("/issues/1/comments")]


def fault(town: Town, kind: str, **more: object) -> None:
    town.control("POST", "/faults", {"method": "POST", "path": COMMENTS, "fault": kind, **more})


def test_an_error_before_leaves_nothing_and_an_error_after_leaves_the_comment(town: Town) -> None:
    bot = town.bot()
    fault(town, "error_before", status=502, nth=[1])
    fault(town, "error_after", status=500, nth=[2])
    answers = [bot.ask("POST", "/issues/1/comments", {"body": text}).status_code for text in ("a", "b", "c")]
    assert (answers, bodies(town)) == ([502, 500, 201], ["b", "c"])


@pytest.mark.parametrize(("kind", "left"), [("drop_before", []), ("drop_after", ["x"])])
def test_a_dropped_connection_is_dropped(town: Town, kind: str, left: list[str]) -> None:
    bot = town.bot()
    fault(town, kind, nth=[1])
    with pytest.raises(httpx2.TransportError):
        bot.ask("POST", "/issues/1/comments", {"body": "x"})
    assert bodies(town) == left
    assert bot.ask("POST", "/issues/1/comments", {"body": "y"}).status_code == 201


def test_a_delay_takes_its_time(town: Town) -> None:
    bot = town.bot()
    fault(town, "delay", seconds=0.3)
    began = time.monotonic()
    bot.post("/issues/1/comments", {"body": "x"})
    assert time.monotonic() - began >= 0.3


def test_lag_hides_what_is_new_from_lists_and_not_from_those_who_know_its_id(town: Town) -> None:
    bot = town.bot()
    bot.post("/issues/1/comments", {"body": "old"})
    time.sleep(0.5)
    town.control("POST", "/faults", {"method": "GET", "path": COMMENTS, "fault": "lag", "seconds": 0.45})
    new = bot.post("/issues/1/comments", {"body": "new"})
    assert [each["body"] for each in bot.get("/issues/1/comments")] == ["old"]
    assert bot.get(f"/issues/comments/{new['id']}")["body"] == "new"
    assert bodies(town) == ["old", "new"]
    time.sleep(0.5)
    assert [each["body"] for each in bot.get("/issues/1/comments")] == ["old", "new"]


def test_lag_hides_new_pull_requests_branches_and_checks(town: Town) -> None:
    bot = town.bot()
    town.control("POST", "/faults", {"method": "GET", "path": "*", "fault": "lag", "seconds": 60})
    sha = town.pull(bot, "topic", {"new.txt": "x\n"})["head"]["sha"]
    bot.post("/check-runs", {"name": "gate", "head_sha": sha})
    assert bot.get("/pulls?head=acme:topic&state=all") == []
    assert [each for each in bot.get("/issues?state=all") if "pull_request" in each] == []
    assert bot.get("/git/matching-refs/heads/topic") == []
    assert bot.get(f"/commits/{sha}/check-runs")["total_count"] == 0
    assert bot.get("/pulls/2")["number"] == 2


def test_lag_reaches_graphql(town: Town) -> None:
    bot = town.bot()
    town.control("POST", "/faults", {"method": "POST", "path": "/graphql", "fault": "lag", "seconds": 60})
    bot.post("/issues/1/comments", {"body": "new"})
    inside = "issue(number: 1) { comments(first: 5) { nodes { body } } }"
    query = f'{{ repository(owner: "acme", name: "small") {{ {inside} }} }}'

    def seen_by(who: Client) -> object:
        data = who.post("//graphql", {"query": query})["data"]
        return data["repository"]["issue"]["comments"]["nodes"]

    assert (seen_by(bot), seen_by(town.maintainer)) == ([], [{"body": "new"}])


def test_people_meet_no_faults(town: Town) -> None:
    fault(town, "error_before")
    assert town.maintainer.ask("POST", "/issues/1/comments", {"body": "x"}).status_code == 201


def test_faults_meet_requests_below_api_v3_and_the_git_paths_too(town: Town) -> None:
    bot = town.bot()
    town.control("POST", "/faults", {"method": "*", "path": "*", "fault": "error_before", "status": 503})
    assert bot.ask("GET", "//api/v3/rate_limit").status_code == 503
    answer = bot.http.get("/acme/small.git/info/refs?service=git-upload-pack")
    assert answer.status_code == 503
    town.control("DELETE", "/faults")
    assert bot.ask("GET", "//rate_limit").status_code == 200


def test_a_probability_strikes_sometimes(town: Town) -> None:
    bot = town.bot()
    town.control(
        "POST", "/faults", {"method": "GET", "path": "*", "fault": "error_before", "probability": 0.5}
    )
    seen = {bot.ask("GET", "//rate_limit").status_code for _ in range(40)}
    assert seen == {200, 502}


def test_a_wish_that_makes_no_sense_is_explained(town: Town) -> None:
    with httpx2.Client(base_url=town.playground.url, trust_env=False) as http:
        for wish, word in (({"fault": "explode"}, "explode"), ({"fault": "lag", "colour": 1}, "colour")):
            answer = http.post("/_playground/faults", json=wish)
            assert (answer.status_code, word in answer.json()["message"]) == (422, True)
        assert "There are" in http.get("/_playground/nothing").json()["message"]


FAULT = {"fault": "error_before"}


WISHES: tuple[tuple[str, Any, str], ...] = (
    *(("/faults", {**FAULT, "status": each}, "status") for each in (99, 1000, True, "x", 0, 200)),
    *(("/faults", {**FAULT, "seconds": each}, "seconds") for each in (-1, True, "x", [1])),
    *(("/faults", {**FAULT, "probability": each}, "probability") for each in (7, -0.1, True, "x")),
    *(("/faults", {**FAULT, "nth": each}, "nth") for each in ([0], [True], ["x"], 1)),
    *(("/faults", {**FAULT, "headers": {"X": each}}, "header") for each in ("a\nb", "a\r\nB: c", "☃")),
    *(("/faults", {**FAULT, "headers": {each: "x"}}, "header") for each in ("a\nb", "a b", "")),
    *(("/faults", {**FAULT, each: 5}, each) for each in ("method", "path", "message", "kind")),
    *(("/deliveries", {"delay": each}, "delay") for each in ([3, 1], -1, [0, -1], [1], True, "xx", None)),
    *(("/deliveries", {"drop": each}, "drop") for each in (2, True, "x", None)),
    *(("/tokens", {"lifetime": each}, "lifetime") for each in (True, 0, -1, "x", None)),
)


def test_a_wish_that_cannot_be_met_is_refused_in_a_sentence_and_changes_nothing(town: Town) -> None:
    for path, wish, word in WISHES:
        before = town.control("GET", path)
        answer = town.client(None).http.post(f"/_playground{path}", json=wish)
        assert (answer.status_code, word in answer.json()["message"]) == (422, True), (wish, answer.text)
        assert town.control("GET", path) == before


def test_numbers_that_json_does_not_have_are_no_numbers_of_a_fault(town: Town) -> None:
    for number in ("NaN", "Infinity", "1e999", "1" + "0" * 400):
        body = f'{{"fault": "delay", "seconds": {number}}}'
        answer = town.client(None).http.post("/_playground/faults", content=body)
        assert answer.status_code == 422, (number, answer.text)


def test_the_controls_take_nothing_from_pages_of_other_sites(town: Town) -> None:
    http, own = town.client(None).http, str(town.state["html_url"])

    def sent(**headers: str) -> int:
        plain = {"Content-Type": "text/plain", **headers}
        return http.post("/_playground/faults", content='{"fault": "html"}', headers=plain).status_code

    for origin in ("https://evil.example", "null", f"{own}.evil.example"):
        assert sent(Origin=origin) == 403
    assert sent(Origin="http://evil.example", Host="evil.example") == 403
    assert town.control("GET", "/faults") == []
    assert (sent(Origin=own), sent()) == (201, 201)


def test_a_proxys_page_comes_in_place_of_the_effect(town: Town) -> None:
    bot = town.bot()
    fault(town, "html", nth=[1])
    answer = bot.ask("POST", "/issues/1/comments", {"body": "x"})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html")
    assert (answer.text.startswith("<!DOCTYPE html>"), bodies(town)) == (True, [])


def test_an_answer_that_is_cut_short_is_no_json_and_the_effect_is_there(town: Town) -> None:
    bot = town.bot()
    fault(town, "truncated", nth=[1])
    answer = bot.ask("POST", "/issues/1/comments", {"body": "x"})
    with pytest.raises(ValueError):
        answer.json()
    assert (answer.status_code, bodies(town)) == (201, ["x"])


def test_an_error_says_what_it_is_told_to_say_with_the_headers_it_is_given(town: Town) -> None:
    bot = town.bot()
    words = "Resource not accessible by integration"
    fault(town, "error_before", status=403, message=words, headers={}, nth=[1])
    fault(town, "error_before", status=403, headers={"X-RateLimit-Remaining": "0"}, nth=[2])
    plain, exhausted = (bot.ask("POST", "/issues/1/comments", {"body": "x"}) for _ in range(2))
    assert (plain.json()["message"], "retry-after" in plain.headers) == (words, False)
    assert (exhausted.headers["x-ratelimit-remaining"], "retry-after" in exhausted.headers) == ("0", False)


def test_a_fault_may_be_for_one_kind_of_request_at_a_shared_address(town: Town) -> None:
    wish = {"method": "POST", "path": "/graphql", "fault": "error_before", "kind": "GraphQL mutation*"}
    town.control("POST", "/faults", wish)
    asked = town.bot().http.post("/graphql", json={"query": "query Q { viewer { login } }"})
    assert asked.status_code == 200
