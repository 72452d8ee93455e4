"""GitHub's own JavaScript client takes the playground for GitHub."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground.making import add_repository, new_key
from bot.playground.official.checking import Checker
from bot.playground.official.recording import webhook_violations
from tests.playground.foreign.node import octokit
from tests.playground.github.town import FILES, Town, opened, small_repository

CHECKS = re.findall(r"^  async (\w+)\(\)", (Path(__file__).parent / "octokit.mjs").read_text(), re.MULTILINE)

WORKFLOW = (
    "on: [push, pull_request]\njobs:\n  tests:\n    runs-on: ubuntu-latest\n    steps:\n      - run: 'true'\n"
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("town")
    source = small_repository(home / "small", files={**FILES, ".github/workflows/tests.yml": WORKFLOW})
    with opened(home, record=True, repo=source, ci="green") as town:
        place = town.playground
        add_repository(
            place.hub, place.inhabitants, "other", home / "others", small_repository(home / "other")
        )
        yield town


@pytest.fixture(scope="module")
def said(town: Town) -> dict[str, dict[str, Any]]:
    town.maintainer.post("/issues/1/comments", {"body": "Zürich — ✓"})
    assert town.playground.site.deliveries.idle(10)
    sent = list(town.playground.site.deliveries.log.values())[-1]
    delivery = {"body": sent.body.decode(), "signature": sent.request_headers["X-Hub-Signature-256"]}
    key = town.state["environment"]["BATON_GITHUB_PRIVATE_KEY"]
    return octokit({**town.state, "private_key": key, "other_key": new_key()}, delivery)


@pytest.mark.parametrize("check", CHECKS)
def test_octokit_does(check: str, said: dict[str, dict[str, Any]]) -> None:
    assert said[check]["ok"], said[check].get("error")


def test_the_script_has_checks_and_all_ran(said: dict[str, dict[str, Any]]) -> None:
    assert len(CHECKS) >= 21 and list(said) == CHECKS


def test_every_answer_and_webhook_was_as_github_describes_it(town: Town, said: dict[str, Any]) -> None:
    checker = Checker()
    assert len(town.playground.recording.exchanges) > 40
    assert [str(each) for each in town.playground.recording.violations(checker)] == []
    assert town.playground.site.deliveries.idle(10)
    sent = list(town.playground.site.deliveries.log.values())
    assert [str(each) for each in webhook_violations(sent, checker)] == []
