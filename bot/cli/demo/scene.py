"""What is up while the demo plays: a GitHub, the recorded model, Baton, and the people's ways in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from bot.cli.beside import baton_beside
from bot.playground.model.recording import DEFAULT, FULL, load_recording
from bot.playground.model.run import running_model
from bot.playground.start import Playground, start_playground
from bot.playground.visitor import Visitor

# What the full play need not wait for: it has one reviewer, and its CI starts at once.
IMPATIENT = {"BATON_REVIEW_SETTLE_SECONDS": "2", "BATON_CHECKS_SETTLE_SECONDS": "10"}


@dataclass(frozen=True)
class Scene:
    """Everything that is up. `mara` maintains, `tomas` reviews, `otto` may only read."""

    playground: Playground
    model_url: str
    baton_url: str
    mara: Visitor
    tomas: Visitor
    otto: Visitor
    home: Path

    @property
    def issue(self) -> int:
        number: int = self.playground.state()["issue"]
        return number

    @property
    def feature(self) -> dict[str, Any]:
        """As Baton's API shows it."""
        path = f"/api/features/{self.playground.repository.full_name}/{self.issue}"
        return self._asked(self.baton_url, path)

    @property
    def referee(self) -> dict[str, Any]:
        """What the GitHub has counted and written down of Baton's requests."""
        return self._asked(self.playground.url, "/_playground/referee")

    @property
    def log(self) -> str:
        return self.home.joinpath("baton.log").read_text(errors="replace")

    @staticmethod
    def _asked(url: str, path: str) -> dict[str, Any]:
        answer = httpx2.get(f"{url}{path}", timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def a_scene(full: bool = False) -> Iterator[Scene]:
    """The playground, the recorded model and Baton, each up before the next."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baton-demo-")))
        playground = start_playground(port=0)
        stack.callback(playground.stop)
        recording = load_recording(FULL if full else DEFAULT)
        model_url = stack.enter_context(running_model(recording=recording))
        environment = {
            **playground.environment(),
            **(IMPATIENT if full else {}),
            "BATON_DATABASE_URL": f"sqlite:///{home / 'baton.db'}",
            "BATON_WORKDIR": str(home / "work"),
            "ANTHROPIC_BASE_URL": model_url,
            "ANTHROPIC_API_KEY": "recorded",
        }
        baton_url = stack.enter_context(baton_beside(environment, home))
        people = _people(playground.state())
        yield Scene(
            playground,
            model_url,
            baton_url,
            people["maintainer"],
            people["reviewer"],
            people["outsider"],
            home,
        )


def _people(state: Mapping[str, Any]) -> dict[str, Visitor]:
    return {
        role: Visitor(state["api_url"], state["repository"], person["login"], person["token"])
        for role, person in state["people"].items()
    }
