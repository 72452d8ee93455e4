"""Repositories of another shape get the feature, or one clear sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from tests.story.conftest import FILES, ISSUE, everybody_knows_their_part
from tests.story.world import World, a_world, git_repository


@contextmanager
def world_of(
    tmp_path: Path, files: dict[str, str], branch: str = "main", ci: Literal["run", "green", "off"] = "off"
) -> Iterator[World]:
    repository = git_repository(tmp_path / "greeter", files, branch)
    with a_world(tmp_path / "home", repository, ISSUE, ci) as world:
        everybody_knows_their_part(world)
        yield world


def test_a_default_branch_of_another_name(tmp_path: Path) -> None:
    with world_of(tmp_path, FILES, branch="trunk") as world:
        world.plan_is_shown()
        world.mara.comments(world.issue, "/approve")
        pull = world.stage_is_in_review()
        assert pull["base"]["ref"] == "trunk"
        world.ci.turns("green", world.stage_is_merged(), "push")
        world.until(lambda: "test-engineer" in world.cast.calls, "the next stage begins")


def test_without_conventions_they_are_begun(tmp_path: Path) -> None:
    files = {path: text for path, text in FILES.items() if path != "CLAUDE.md"}
    with world_of(tmp_path, files) as world:
        world.plan_is_shown()
        world.mara.comments(world.issue, "/approve")
        for _ in range(2):
            world.ci.turns("green", world.stage_is_merged(), "push")
        learned = world.stage_is_in_review()
        assert [each["filename"] for each in world.mara.reads_files(learned["number"])] == ["CLAUDE.md"]


def test_without_workflows_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with world_of(tmp_path, {"CLAUDE.md": "x\n", "backend/greet.py": "x = 1\n"}) as world:
        world.plan_is_shown()
        world.mara.comments(world.issue, "/approve")
        world.stage_is_in_review()
        world.until_baton_waits_for("so nothing shows that it works. Add a workflow")
        world.until(
            lambda: "`ci: optional`" in world.comment_with("📋 Feature"), "the plan comment says it too"
        )


def test_where_the_configuration_says_so_it_goes_on_without_ci(tmp_path: Path) -> None:
    files = {"CLAUDE.md": "x\n", "backend/greet.py": "x = 1\n", ".github/baton.yml": "ci: optional\n"}
    with world_of(tmp_path, files) as world:
        world.plan_is_shown()
        world.mara.comments(world.issue, "/approve")
        pull = world.stage_is_in_review()
        world.until_baton_waits_for("is ready: review and merge it.")
        world.tomas.merges(pull["number"])
        world.until(lambda: "test-engineer" in world.cast.calls, "the next stage begins")


def test_without_any_commit_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    with world_of(tmp_path, {}) as world:
        world.mara.labels(world.issue)
        world.until_baton_waits_for("has no commit yet, so there is nothing to build on. Push a first commit")


def test_a_configuration_that_cannot_be_read_says_file_and_line(tmp_path: Path) -> None:
    with world_of(tmp_path, {**FILES, ".github/baton.yml": "ci: requird\n"}) as world:
        world.mara.labels(world.issue)
        world.until_baton_waits_for("`.github/baton.yml` cannot be read, line 1")
        world.until(lambda: world.state_labels() == ["baton: blocked"], "the label says it is blocked")
