"""`baton demo --full`, played once: each thing that people did is looked up on the GitHub that it was played on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bot.cli.demo.full_play import ABOUT_BEFORE, ABOUT_LIMIT, HEADER, play_in_full
from bot.cli.demo.scene import Scene, a_scene
from bot.cli.demo.summary import print_table, summary_of
from bot.cli.demo.telling import Telling

# The machine may be busy with other tests.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with a_scene(full=True) as scene:
        telling = Telling(scene, time.monotonic())
        telling.opening()
        play_in_full(scene, telling)
        yield scene


def comments_of(scene: Scene, login: str) -> list[str]:
    """On the issue, without their hidden first line."""
    found = [each for each in scene.mara.reads_comments(scene.issue) if each["user"]["login"] == login]
    return [without_marker(each["body"]) for each in found]


def without_marker(text: str) -> str:
    return text.partition("-->")[2].strip() if text.startswith("<!--") else text


def of_baton(scene: Scene, text: str) -> str:
    """The one comment of Baton's on the issue that says this."""
    [found] = [each for each in comments_of(scene, "baton-app[bot]") if text in each]
    return found


def pull_of(scene: Scene, kind: str) -> dict[str, Any]:
    [found] = [
        pull for pull in scene.mara.reads_pull_requests("all") if pull["head"]["ref"].endswith(f"-{kind}")
    ]
    return found


def subjects(scene: Scene, kind: str) -> list[str]:
    commits = scene.mara.reads_commits(pull_of(scene, kind)["number"])
    return [each["commit"]["message"].partition("\n")[0] for each in commits]


def conclusions(scene: Scene, sha: str) -> dict[str, str]:
    return {each["name"]: each["conclusion"] for each in scene.mara.reads_checks(sha)}


def test_the_feature_is_completed_with_one_pull_request_for_each_stage(scene: Scene) -> None:
    assert scene.feature["state"] == "completed"
    assert [
        (stage["kind"], stage["state"]) for stage in scene.feature["plan"]["stages"] if stage["number"]
    ] == [(kind, "done") for kind in ("database", "api", "backend", "frontend", "testing", "review")]
    assert len(scene.mara.reads_pull_requests("all")) == 6


def test_baton_behaved_itself(scene: Scene) -> None:
    referee = dict(scene.referee)
    requests = referee.pop("requests")
    assert {name: found for name, found in referee.items() if found} == {}
    assert requests["most_creations_a_minute"] <= 60


def test_the_outsider_was_refused_in_words(scene: Scene) -> None:
    assert (
        of_baton(scene, "Only people with")
        == "Only people with write permission on this repository can command Baton; ask one of them."
    )
    [approval] = [each for each in scene.otto.reads_comments(scene.issue) if each["user"]["login"] == "otto"]
    assert scene.otto.reads_reactions(approval["id"]) == ["confused"]


def test_the_second_plan_was_approved_and_not_the_first(scene: Scene) -> None:
    plan = of_baton(scene, "## 📋 Feature")
    assert "- v1, replaced: mara wanted “Live delivery is what this is about" in plan
    assert "\n- v2, approved by mara" in plan
    assert "`e2e/test_notifications_flow.py`" in plan
    assert "Somebody is pinged by a colleague and sees it in their open tab without a reload." in plan


def test_the_agents_question_was_answered_with_its_first_option(scene: Scene) -> None:
    asked = of_baton(scene, "supabase-architect asks:")
    assert asked == (
        "❓ supabase-architect asks: The issue says who may delete a notification, but not whether one ever goes by "
        "itself. How long is a notification kept?\n\n"
        "1. Until its recipient deletes it, or its board or card is deleted (recommended)\n"
        "2. 90 days, then a scheduled job deletes it\n\n"
        "**Answered by mara:** Until its recipient deletes it, or its board or card is deleted"
    )


def test_a_red_base_held_the_next_stage_until_it_was_mended(scene: Scene) -> None:
    merge = pull_of(scene, "database")["merge_commit_sha"]
    assert conclusions(scene, merge)["Backend tests"] == "failure"
    asked = of_baton(scene, "is red on main")
    assert asked == (
        f"❓ `Backend tests` is red on main at {merge[:7]}, after the database stage was merged; the next stage waits "
        "until main is green. Mend main or re-run the check; the next stage begins by itself once main is green.\n\n"
        "1. Go on all the same\n2. I mend it\n\n*No longer asked: what it asked about has changed.*"
    )
    base = pull_of(scene, "api")["base"]["sha"]
    assert conclusions(scene, base)["Backend tests"] == "success"
    mended = scene.mara.asks("GET", f"/commits/{base}")
    assert mended["commit"]["message"] == "Answer 404 again for a board that is not theirs to see"


def test_a_review_became_one_commit_and_a_reply_in_each_thread(scene: Scene) -> None:
    pull = pull_of(scene, "api")
    assert subjects(scene, "api") == [
        "Define notification CRUD and SSE endpoints",
        "Revise the api stage as its review asks",
    ]
    sha = scene.mara.reads_commits(pull["number"])[1]["sha"]
    assert [
        (thread["isResolved"], [(each["author"]["login"], without_marker(each["body"])) for each in said])
        for thread in scene.mara.reads_threads(pull["number"])
        if (said := thread["comments"]["nodes"])
    ] == [
        (True, [("tomas", ABOUT_LIMIT), ("baton-app", f"`limit` now says that it is the most entries of one page, and how to get the next.\n\nThe revision for this review is {sha}. Resolve the thread if that settles it, or write here what is still missing.")]),
        (True, [("tomas", ABOUT_BEFORE), ("baton-app", f"I would keep `before`. With an offset, a notification that arrives while somebody pages shifts every entry by\none, so the last one of a page is shown twice. An id stays where it is, and it is the same cursor that the\nstream takes as `Last-Event-ID`.\n\nThe revision for this review is {sha}. Resolve the thread if that settles it, or write here what is still missing.")]),
    ]  # fmt: skip


def test_a_red_check_was_mended_by_a_second_commit(scene: Scene) -> None:
    pull = pull_of(scene, "backend")
    assert subjects(scene, "backend") == [
        "Implement NotificationService and live stream",
        "Mend Backend tests",
    ]
    first, second = (each["sha"] for each in scene.mara.reads_commits(pull["number"]))
    assert conclusions(scene, first)["Backend tests"] == "failure"
    assert conclusions(scene, second) == {"Backend tests": "success", "Baton / stage gate": "success"}


def test_a_conflict_was_settled_by_a_merge_that_keeps_both_sides(scene: Scene) -> None:
    assert subjects(scene, "frontend")[-1] == "Merge main and settle what conflicts"
    pull = pull_of(scene, "frontend")
    settled = scene.mara.reads_commits(pull["number"])[-1]
    assert len(settled["parents"]) == 2
    header = scene.mara.reads_text(HEADER, "main")
    assert '<h1 title={board?.name}>{board?.name ?? "Corkboard"}</h1>' in header
    assert "<NotificationBell" in header
    assert set(conclusions(scene, settled["sha"]).values()) == {"success"}


def test_the_summary_is_that_of_the_contract(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    summary = json.loads(json.dumps(summary_of(scene, 1.0)))
    assert summary["state"] == "completed"
    assert summary["requests"].keys() == {"reads", "writes", "by_kind"}
    assert sum(summary["requests"]["by_kind"].values()) >= summary["requests"]["writes"] > 56
    assert summary["model"]["calls"] > 37
    assert summary["model"]["cost_ratio"] <= 1.05
    print_table(summary)
    assert "completed" in capsys.readouterr().out
