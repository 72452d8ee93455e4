"""Two features in one repository at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.greeter import layout, plan
from tests.acceptance.messages import Script, answering
from tests.acceptance.outside import beside, git_repository, github, running, until_completed
from tests.acceptance.playing import Feature, play

pytestmark = pytest.mark.slow


def test_neither_disturbs_the_other(tmp_path: Path) -> None:
    repository = git_repository(tmp_path / "greeter", layout("backend"), branch="trunk")
    given = Script(
        its_plan, {"backend-developer": its_code, "test-engineer": its_tests}, learnings=["Be kind."]
    )
    (tmp_path / "issue.md").write_text("# Say hello\n\nThe word for it is HELLO.\n")
    with (
        answering(given),
        github(
            tmp_path / "home", "--repo", str(repository), "--issue", str(tmp_path / "issue.md"), "--ci", "run",
            environment={"ANTHROPIC_BASE_URL": given.url, "ANTHROPIC_API_KEY": "k"},
        ) as place,
    ):  # fmt: skip
        mara = place.people["maintainer"]
        other = mara.opens_issue("Say goodbye", "The word for it is GOODBYE.")
        one = beside(place)
        with running(one):
            features = Feature(place, place.issue), Feature(place, other)
            print(f"{play(*features):.1f} s for both")
            for each, word, stranger in zip(
                features, ("HELLO", "GOODBYE"), ("GOODBYE", "HELLO"), strict=True
            ):
                until_completed(place, each.issue, one)
                assert len(each.merged) == 3
                assert not any(stranger.lower() in text.lower() for text in mara.texts(each.issue))
                assert mara.asks("GET", f"/contents/backend/{word.lower()}.py")
            place.found_nothing_wrong()
            learned = [pull for pull in mara.all("/pulls?state=closed") if "review" in pull["head"]["ref"]]
            assert all(pull["merged_at"] for pull in learned)
            assert "Traceback" not in one.said()
            print(place.referee()["requests"])


def word_in(asked: str) -> str:
    return "goodbye" if asked.count("GOODBYE") > asked.count("HELLO") else "hello"


def its_plan(asked: str) -> Mapping[str, Any]:
    word = word_in(asked)
    made = plan("backend", f"backend/tests/test_{word}.py")
    made["feature"] = f"Saying {word}"
    made["stages"][0] |= {"title": f"Say {word.upper()}", "outputs": [f"backend/{word}.py"]}
    made["stages"][1] |= {"title": f"Test {word.upper()}"}
    made["stages"][2] |= {"title": f"Review {word.upper()}"}
    made["acceptance_criteria"] = [f"{word.upper()} is said."]
    return made


def its_code(asked: str) -> Mapping[str, str]:
    word = word_in(asked)
    return {f"backend/{word}.py": f"def {word}() -> str:\n    return '{word}'\n"}


def its_tests(asked: str) -> Mapping[str, str]:
    word = word_in(asked)
    return {
        f"backend/tests/test_{word}.py": (
            f"import unittest\n\nfrom backend.{word} import {word}\n\n\nclass Saying(unittest.TestCase):\n"
            f"    def test_it_is_said(self) -> None:\n        self.assertEqual({word}(), '{word}')\n"
        )
    }
