"""A feature whose first pull request gets all that can happen to one: a review, a conflict, red checks, an interruption."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.playground.github.reporter import HubReporter
from bot.playground.hub import Signal
from tests.acceptance.playing import Feature
from tests.chaos.lives import Doom, Model, Played, Tale, Town, everybody_knows_their_part
from tests.one_job import run_one_job
from tests.story.cast import Cast, call, on_stage
from tests.story.conftest import FILES, ISSUE
from tests.story.world import git_repository

GREET = "backend/greet.py"
AGENT = "backend-developer"
LINT = ("Lint", ".github/workflows/lint.yml")

# What Baton does on the branch of an open pull request; the rest of the feature is killed elsewhere.
FURTHER: tuple[Doom, ...] = tuple(
    (name, "*")
    for name in (
        "*amend*", "*/answer*", "*/mend*", "*/resolve*", "review-request*", "rerun*", "branch:base*", "comment:reply*",
    )
)  # fmt: skip


@contextmanager
def a_cast_that_is_called_again() -> Iterator[Model]:
    cast = Cast()
    everybody_knows_their_part(cast)
    answers = [{"remark": 1, "answer": "So it is."}, {"remark": 2, "answer": "It stays as it is."}]
    writes(cast, "People have reviewed it", "hi", answers=answers)
    writes(cast, "with git's conflict markers", "good day")
    writes(cast, "CI is red on it", "good evening")
    with on_stage(cast):
        yield Played(cast)


def writes(cast: Cast, told: str, word: str, **more: Any) -> None:
    text = f"def greet(name: str) -> str:\n    return f'{word} {{name}}'\n"
    ending = {"summary": f"Says {word}.", "documents_used": [], "learnings": [], **more}
    cast.plays(
        AGENT,
        [call("Write", file_path=GREET, content=text)],
        [call("finish_stage", **ending)],
        told=told,
    )


@dataclass
class Thorough(Feature):
    """People who merge the first pull request only after all that; one thing at a time, each when it is green."""

    town: Town | None = None
    done: int = 0
    head: str = ""
    asked_for: str = ""

    def __post_init__(self) -> None:
        assert self.town is not None
        self.town.playground.hub.told.append(self._hear)

    def _hear(self, signal: Signal) -> None:
        """CI is asked to run a check again."""
        if (signal.event, signal.action) == ("check_run", "rerequested"):
            self.asked_for = str(signal.about["run"].head_sha)

    def act(self) -> bool:
        pull = self._first() if self.approved else None
        if pull is None:
            return super().act()
        sha = str(pull["head"]["sha"])
        if self.asked_for == sha:
            self.asked_for = ""
            self._lint_ends(sha, "success")
            return True
        if self.done == len(self.acts):
            return super().act()
        if sha == self.head or not self._is_ready(pull):
            return False
        self.head = sha
        self.acts[self.done](pull)
        self.done += 1
        return True

    def _first(self) -> dict[str, Any] | None:
        pulls = self.place.people["reviewer"].all("/pulls?state=open")
        return next((each for each in pulls if each["head"]["ref"].endswith("1-backend")), None)

    @property
    def acts(self) -> tuple[Callable[[dict[str, Any]], None], ...]:
        return (self.reviews, self.conflicts, self.is_red_and_behind, self.is_red, self.is_interrupted)

    def reviews(self, pull: dict[str, Any]) -> None:
        lines = [
            {"path": GREET, "line": line, "side": "RIGHT", "body": words}
            for line, words in ((1, "Why a function?"), (2, "Shorter?"))
        ]
        review = {"event": "REQUEST_CHANGES", "body": "", "comments": lines}
        self.place.people["reviewer"].asks("POST", f"/pulls/{pull['number']}/reviews", review)

    def conflicts(self, pull: dict[str, Any]) -> None:
        self._writes_to_main(GREET, "def greet(name: str) -> str:\n    return name\n")

    def is_red_and_behind(self, pull: dict[str, Any]) -> None:
        """Base is merged in before anybody is set to work, and then the check is reported anew."""
        self._writes_to_main("MEANWHILE.md", "Meanwhile.\n")
        self._lint_ends(pull["head"]["sha"], "failure")

    def is_red(self, pull: dict[str, Any]) -> None:
        self._lint_ends(pull["head"]["sha"], "failure")

    def is_interrupted(self, pull: dict[str, Any]) -> None:
        self._lint_ends(pull["head"]["sha"], "cancelled")

    def _lint_ends(self, sha: str, conclusion: str) -> None:
        assert self.town is not None
        playground = self.town.playground
        reporter, repository = HubReporter(playground.hub), playground.repository.full_name
        log = "##[error]A line is too long.\n"
        run_one_job(reporter, repository, sha, "pull_request", conclusion, log, "lint", LINT)

    def _writes_to_main(self, path: str, text: str) -> None:
        mara = self.place.people["maintainer"]
        there = [
            each["sha"]
            for each in mara.asks("GET", "/git/trees/main?recursive=1")["tree"]
            if each["path"] == path
        ]
        change = {
            "message": f"Change {path}",
            "branch": "main",
            "content": base64.b64encode(text.encode()).decode(),
        }
        mara.asks("PUT", f"/contents/{path}", {**change, **({"sha": there[0]} if there else {})})


REVIEWED = Tale(
    a_cast_that_is_called_again,
    ISSUE,
    lambda home: git_repository(home / "greeter", FILES),
    lambda town: Thorough(town.github, town.github.issue, town=town),
)
