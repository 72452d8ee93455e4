"""Two features in one repository at once."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.acceptance.greeter import layout, plan
from tests.acceptance.messages import Script, answering
from tests.acceptance.outside import (
    Baton,
    GitHub,
    beside,
    git_repository,
    github,
    running,
    until_completed,
)
from tests.acceptance.playing import Feature, play

pytestmark = pytest.mark.slow


@contextmanager
def two_features(
    home: Path, learnings: Callable[[str], Sequence[str]]
) -> Iterator[tuple[GitHub, Baton, Feature, Feature]]:
    """Both issues are there, nobody has labelled them yet."""
    repository = git_repository(home / "greeter", layout("backend"), branch="trunk")
    given = Script(its_plan, {"backend-developer": its_code, "test-engineer": its_tests}, learnings=learnings)
    (home / "issue.md").write_text("# Say hello\n\nThe word for it is HELLO.\n")
    with (
        answering(given),
        github(
            home / "home", "--repo", str(repository), "--issue", str(home / "issue.md"), "--ci", "run",
            environment={"ANTHROPIC_BASE_URL": given.url, "ANTHROPIC_API_KEY": "k"},
        ) as place,
    ):  # fmt: skip
        other = place.people["maintainer"].opens_issue("Say goodbye", "The word for it is GOODBYE.")
        one = beside(place)
        with running(one):
            yield place, one, Feature(place, place.issue), Feature(place, other)
            assert "Traceback" not in one.said()


def test_neither_disturbs_the_other(tmp_path: Path) -> None:
    def learned(asked: str) -> Sequence[str]:
        return ["Be kind."] if word_in(asked) == "hello" else []

    with two_features(tmp_path, learned) as (place, one, hello, goodbye):
        mara = place.people["maintainer"]
        print(f"{play(hello, goodbye):.1f} s for both, {place.referee()['requests']}")
        for feature, word, stranger in ((hello, "hello", "goodbye"), (goodbye, "goodbye", "hello")):
            until_completed(place, feature.issue, one)
            assert not any(stranger in text.lower() for text in mara.texts(feature.issue))
            assert mara.asks("GET", f"/contents/backend/{word}.py")
        assert (len(hello.merged), len(goodbye.merged)) == (3, 2)
        place.found_nothing_wrong()


def test_what_both_learned_meets_in_one_section_without_a_person(tmp_path: Path) -> None:
    with two_features(tmp_path, lambda asked: [f"Say {word_in(asked)} kindly."]) as (place, one, *features):
        playing = Thread(target=play, args=features, daemon=True)
        playing.start()
        playing.join(200)
        for each in features:
            until_completed(place, each.issue, one)
        conventions = place.people["maintainer"].asks("GET", "/contents/CLAUDE.md?ref=trunk")
        text = base64.b64decode(conventions["content"]).decode()
        assert "Say hello kindly." in text and "Say goodbye kindly." in text
        place.found_nothing_wrong()


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
