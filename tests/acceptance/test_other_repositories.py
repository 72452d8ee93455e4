"""Somebody's own repository, issue and model: three stages, their own workflow really run."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.acceptance.greeter import GREET, ISSUE, layout, script
from tests.acceptance.messages import answering
from tests.acceptance.outside import baton, beside, git_repository, github, running, until
from tests.acceptance.playing import Feature, play

pytestmark = pytest.mark.slow

CONFIGURATION = (
    "agents:\n  backend-developer:\n    owns: [app/**]\n  test-engineer:\n    owns: [app/tests/**]\n"
)
NARROW = "agents: {backend-developer: {owns: [app/**]}}\n"


@pytest.mark.parametrize(
    ("top", "more"),
    [("backend", {}), ("app", {".github/baton.yml": CONFIGURATION}), ("app", {".github/baton.yml": NARROW})],
    ids=["backend on trunk", "app with both agents configured", "app with one agent configured"],
)
def test_a_plain_repository_gets_its_feature(top: str, more: dict[str, str], tmp_path: Path) -> None:
    repository = git_repository(tmp_path / "greeter", {**layout(top), **more}, branch="trunk")
    (tmp_path / "issue.md").write_text(ISSUE)
    given = script(top)
    if more.get(".github/baton.yml") == NARROW:
        # Where only the developer was moved, the test engineer still writes where test engineers write.
        text = given.writes["test-engineer"]
        assert isinstance(text, dict)
        given = script(top)
        given.writes = {
            **given.writes,
            "test-engineer": {"tests/test_greet.py": text[f"{top}/tests/test_greet.py"]},
        }
        assert isinstance(given.plan, dict)
        given.plan["stages"][1]["outputs"] = ["tests/test_greet.py"]
    with (
        answering(given),
        github(
            tmp_path / "home",
            "--repo", str(repository), "--issue", str(tmp_path / "issue.md"), "--ci", "run",
            environment={"ANTHROPIC_BASE_URL": given.url, "ANTHROPIC_API_KEY": "k"},
        ) as place,
    ):  # fmt: skip
        one = beside(place)
        with running(one):
            feature = Feature(place, place.issue)
            print(f"{play(feature):.1f} s")
            until(
                lambda: one.feature(place.state["repository"], place.issue)["state"] == "completed",
                "it is completed",
            )
            mara = place.people["maintainer"]
            assert len(feature.merged) == 3
            content = mara.asks("GET", f"/contents/{top}/greet.py")
            assert (content["encoding"], base64.b64decode(content["content"]).decode()) == ("base64", GREET)
            assert (
                "Names are never empty."
                in base64.b64decode(mara.asks("GET", "/contents/CLAUDE.md")["content"]).decode()
            )
            pull = mara.asks("GET", f"/pulls/{feature.merged[0]}")
            assert (pull["base"]["ref"], pull["title"]) == ("trunk", "Greeting by name: Greet by name (1/3)")
            runs = {run["name"]: run["conclusion"] for run in mara.check_runs(pull["head"]["sha"])}
            assert runs == {"Unit tests": "success", "Baton / stage gate": "success"}
            place.found_nothing_wrong()
            writes = place.referee()["requests"]["writes"]
            assert writes <= 3 * 8 + 10, place.referee()["requests"]["by_kind"]
            assert [who for who, _ in given.calls] == [
                "planner",
                *["backend-developer"] * 2,
                *["test-engineer"] * 2,
                "reviewer",
            ]
            assert "Traceback" not in one.said()
            print(f"{writes} writes, {place.referee()['requests']['reads']} reads")
    # The repository that was given is as it was.
    assert (repository / top / "greet.py").read_text().startswith("def greet() -> str:")


def test_the_scripted_model_says_plainly_that_it_knows_one_feature_only(tmp_path: Path) -> None:
    repository = git_repository(tmp_path / "greeter", layout("backend"), branch="trunk")
    (tmp_path / "issue.md").write_text(ISSUE)
    with github(tmp_path / "home", "--repo", str(repository), "--issue", str(tmp_path / "issue.md")) as place:
        one = beside(place)
        with running(one):
            place.people["maintainer"].labels(place.issue)
            said = until(lambda: place.people["maintainer"].texts(place.issue), "Baton says something")
            print("\n---\n".join(said))
            assert any("recorded" in text or "demo" in text for text in said), said


def test_a_plan_is_simulated_without_github(tmp_path: Path) -> None:
    repository = git_repository(tmp_path / "greeter", layout("backend"), branch="trunk")
    (tmp_path / "issue.md").write_text(ISSUE)
    with answering(script("backend")) as given:
        done = baton(
            "simulate", "--repo", str(repository), "--issue", str(tmp_path / "issue.md"), "--json",
            home=tmp_path, environment={"ANTHROPIC_BASE_URL": given.url, "ANTHROPIC_API_KEY": "k"},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Greet by name" in done.stdout
