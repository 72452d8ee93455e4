"""A look brings a feature as far as it can go, whatever happened before, and says where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select, update

from bot.crew.endings import Asked
from bot.engine import tables
from bot.engine.budget import asked_to_wait
from bot.engine.leasing import LEASE_SECONDS
from bot.engine.remembering import remember
from bot.engine.sweep import sweep
from bot.github.auth import App
from bot.github.errors import Unreachable
from bot.moves import Hear, Move, StartRun
from bot.plan.plan import PlannedStage
from bot.plan.stage_kind import StageKind
from bot.playground.acts import installations, issues, repositories
from tests.engine.lives import (
    FILES,
    PLAN,
    Life,
    MortalDatabase,
    QuickDatabase,
    begun,
    finished,
    planned,
    story_of,
)
from tests.github.homes import Home, Town
from tests.github.odd_server import Says, odd_server
from tests.playground.github.town import small_repository

BRANCH = "baton/1-notifications/1-devops"
MAIN_PATH = {
    "BeginGeneration",
    "StartRun",
    "KeepPlan",
    "ShowPlan",
    "Hear",
    "BeginAttempt",
    "AnnounceStage",
    "Push",
    "OpenPullRequest",
    "PostStageGate",
    "RememberMerge",
    "Finish",
    "PostReport",
    "CloseIssue",
    "EndGeneration",
}


@pytest.fixture(scope="module")
def undisturbed(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    directory: Path = tmp_path_factory.mktemp("undisturbed")
    home = town.home(town.directory / "lived-in")
    lived = begun(home, QuickDatabase(f"sqlite:///{directory / 'baton.db'}"), directory)
    lived.complete()
    yield lived
    lived.close()


# --- the main path


def test_a_feature_lives_from_its_label_to_its_report(undisturbed: Life) -> None:
    assert set(undisturbed.moves) == MAIN_PATH
    story = story_of(undisturbed.home)
    assert story["issues"][1]["state"] == "closed"
    assert "baton: done" in story["issues"][1]["labels"]
    assert [story["issues"][number]["merged"] for number in (2, 3)] == [True, True]
    assert [story["issues"][number]["asked"] for number in (2, 3)] == [["tomas"], ["tomas"]]


@pytest.mark.timeout(240)
def test_a_process_that_dies_before_and_after_every_write_leaves_the_same_story(
    home: Home, database_url: str, tmp_path: Path, undisturbed: Life
) -> None:
    """P1."""
    mortal = MortalDatabase(database_url)
    mortal.is_mortal = False
    life = begun(home, mortal, tmp_path)
    mortal.is_mortal = True
    life.complete(looks=400)
    life.close()
    assert len(mortal.deaths) > 60
    assert story_of(home) == story_of(undisturbed.home)
    assert set(life.moves) >= MAIN_PATH


def test_lost_answers_of_every_kind_of_write_leave_the_same_story(life: Life, undisturbed: Life) -> None:
    """Each kind of request is carried out once without its answer being read. P1."""
    for method, path in (
        ("POST", "/repos/*/issues/*/comments"),
        ("POST", "/repos/*/git/trees"),
        ("POST", "/repos/*/git/commits"),
        ("POST", "/repos/*/git/refs"),
        ("POST", "/repos/*/pulls"),
        ("POST", "/repos/*/check-runs"),
        ("POST", "/repos/*/labels"),
        ("PATCH", "/repos/*/issues/*"),
    ):
        life.home.town.fault(method, path.replace("*", life.home.full_name, 1), "drop_after", nth=[1])
    life.complete(looks=120)
    assert story_of(life.home) == story_of(undisturbed.home)


def test_without_any_delivery_the_sweep_alone_completes_a_feature(life: Life) -> None:
    """D4: the sweep is enough."""
    life.home.label()
    for _ in range(80):
        if life.state == "completed":
            return
        life.do_peoples_part()
        with life.outside.writing() as connection:
            sweep(connection, everything=life.state is None)
        while (leased := life.lease()) is not None:
            life.process.looking.look(leased)
        life.clock.forward(60)
    raise AssertionError(life.waiting_for)


def test_two_features_of_one_repository_live_side_by_side(life: Life) -> None:
    number = int(life.home.maintainer.post("/issues", {"title": "Reminders", "body": ""})["number"])
    script = {**life.script, "devops": finished({"Makefile": "test:\n\ttrue\n"})}
    other = replace(life, home=replace(life.home, issue_number=number), moves=[], script=script)
    for each in (life, other):
        each.home.label()
    for _ in range(40):
        for each in (life, other):
            if each.state != "completed":
                each.do_peoples_part()
                each.look()
        life.clock.forward(15)
        if life.state == other.state == "completed":
            break
    assert (life.state, other.state) == ("completed", "completed")
    branches = life.home.repository.git.branches()
    assert f"baton/{number}-notifications/1-devops" in branches
    assert f"baton/{life.home.issue_number}-notifications/1-devops" in branches


# --- leases and marks


def test_marks_made_after_github_was_looked_at_get_a_look_of_their_own(life: Life) -> None:
    life.home.label()
    life.runs.holding.add("plan")
    before = life.row.wanted

    def marked(move: Move) -> None:
        if isinstance(move, StartRun):
            life.mark()

    life.process.performing.before = marked
    life.look()
    assert life.row.wanted == before + 2
    assert life.row.looked == before + 1
    assert life.lease() is not None


def test_a_lease_that_was_lost_in_the_middle_decides_nothing(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    life.home.say("/approve", by="reviewer")

    def taken_over(move: Move) -> None:
        if isinstance(move, Hear):
            life.clock.forward(2 * LEASE_SECONDS)
            assert life.lease() is not None

    life.process.performing.before = taken_over
    life.look()
    assert life.rows(tables.approval) == []
    assert life.state == "awaiting_approval"
    assert life.row.leased_until is not None
    life.after_a_crash()
    life.clock.forward(2 * LEASE_SECONDS)
    life.until("in_review")


def test_a_move_that_takes_longer_than_half_a_lease_goes_on(life: Life) -> None:
    life.home.label()
    life.mark()
    leased = life.lease()
    assert leased is not None
    life.process.looking.look(replace(leased, seconds=0.02))
    assert (life.state, life.row.leased_until) == ("awaiting_approval", None)


def test_what_changed_is_swept_often_again_and_what_does_not_is_swept_rarely(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    with life.outside.writing() as connection:
        connection.execute(update(tables.feature).values(quiet_sweeps=7, wanted=tables.feature.c.wanted + 1))
    leased = life.lease()
    assert leased is not None
    life.process.looking.look(leased)
    assert life.row.quiet_sweeps == 7
    life.home.say("/status")
    with life.outside.writing() as connection:
        connection.execute(update(tables.feature).values(quiet_sweeps=7, wanted=tables.feature.c.wanted + 1))
    leased = life.lease()
    assert leased is not None
    life.process.looking.look(leased)
    assert life.row.quiet_sweeps == 0


# --- GitHub does not want


def test_a_limit_leaves_the_installation_alone_until_its_time(life: Life) -> None:
    """I5."""
    life.home.label()
    life.home.town.fault("POST", "/graphql", "error_before", status=429, seconds=1, nth=[1])
    assert "wait" in life.look()
    until = asked_to_wait(life.database, life.home.town.installation)
    assert until is not None
    assert life.row.look_again_at == until
    before = life.home.town.requests()
    life.look()  # marked by a delivery meanwhile: nothing is asked before the time
    after = life.home.town.requests()
    assert (after["reads"], after["writes"]) == (before["reads"], before["writes"])
    forget_the_limit(life)
    life.until("awaiting_approval")


def forget_the_limit(life: Life) -> None:
    import time

    time.sleep(1.1)
    assert asked_to_wait(life.database, life.home.town.installation) is None


def test_github_that_is_down_is_asked_ever_more_rarely(life: Life) -> None:
    """I9."""
    life.home.label()
    life.until("awaiting_approval")
    life.home.town.fault("*", "*", "error_before", status=503)
    pauses = []
    for _ in range(12):
        assert "503" in life.look()
        now = life.clock()
        pauses.append((life.row.look_again_at - now).total_seconds())
        life.clock.forward(pauses[-1])
    assert pauses[0] < 6 and pauses[5] > 60
    assert 290 < pauses[-1] <= 300
    assert life.state == "awaiting_approval"
    life.home.town.calm()
    assert "ready" in life.look()
    assert not [row for row in life.rows(tables.clock) if row.name.startswith("trouble:")]


def test_a_permission_that_cannot_be_asked_now_is_awaited_and_the_command_then_counts(life: Life) -> None:
    """C8: never “allowed”, never “denied for ever”."""
    life.home.label()
    life.until("awaiting_approval")
    life.home.town.fault("GET", "/repos/*/collaborators/*/permission", "error_before", status=503)
    life.home.say("/approve", by="reviewer")
    for _ in range(3):
        assert "Baton asks again." in life.look()
        assert (life.state, life.rows(tables.command)) == ("awaiting_approval", [])
        life.clock.forward(61)
    life.home.town.calm()
    life.until("in_review")
    (heard,) = life.rows(tables.command)
    assert heard.verdict == "approved plan v1"


def test_a_repository_that_is_renamed_midway_is_followed(life: Life) -> None:
    """I4: ids are what counts."""
    life.home.label()
    life.until("in_review")
    hub, repository = life.home.town.playground.hub, life.home.repository
    with hub.lock:
        repositories.rename(hub, repository, repository.owner, f"renamed-{repository.id}")
    life.until("completed")
    (known,) = life.rows(tables.repository)
    assert known.name == f"renamed-{repository.id}"


def test_a_suspended_installation_is_said_asked_for_rarely_and_goes_on_alone(life: Life) -> None:
    """I2."""
    life.home.label()
    life.until("awaiting_approval")
    hub, here = life.home.town.playground.hub, life.home.town.playground.inhabitants
    with hub.lock:
        installations.suspend(hub, here.installation, here.owner)
    try:
        assert life.look().startswith(f"Baton is suspended or no longer installed on {life.home.full_name}: ")
        assert life.waiting_for.endswith("Install it there, or unsuspend it, to go on.")
        assert life.state == "blocked"
        assert life.row.look_again_at - life.clock() > timedelta(minutes=4)
    finally:
        with hub.lock:
            installations.suspend(hub, here.installation, here.owner, suspended=False)
    life.clock.forward(301)
    assert "ready" in life.look()
    assert life.state == "awaiting_approval"


def test_a_repository_that_was_taken_from_the_installation_is_said_and_goes_on_when_given_back(
    life: Life,
) -> None:
    """I2."""
    life.home.label()
    life.until("in_review")
    hub, here = life.home.town.playground.hub, life.home.town.playground.inhabitants
    with hub.lock:
        installations.remove_repositories(hub, here.installation, here.owner, [life.home.repository])
    before = life.home.town.requests()["writes"]
    assert life.look() == (
        f"{life.home.full_name} is gone, or Baton may not see it any more. "
        "Give it back to Baton's installation to go on."
    )
    assert life.row.look_again_at - life.clock() > timedelta(minutes=4)
    assert (life.state, life.home.town.requests()["writes"]) == ("blocked", before)
    with hub.lock:
        installations.add_repositories(hub, here.installation, here.owner, [life.home.repository])
        # A token from before is tried once more, which nobody can know to be in vain.
        life.home.town.playground.site.referee.outside_token.clear()
    life.clock.forward(301)
    life.until("completed")


def test_a_pull_request_of_somebody_else_in_our_place_is_named_with_what_to_do(life: Life) -> None:
    """P4."""
    life.home.label()
    life.home.town.fault("POST", "/repos/*/pulls", "error_before", status=502, nth=[1])
    for _ in range(20):
        life.do_peoples_part()
        if "Baton asks again." in life.look():
            break
        life.clock.forward(5)
    theirs = life.home.reviewer.post("/pulls", {"title": "Mine", "head": BRANCH, "base": "main"})["number"]
    life.clock.forward(5)
    assert life.look() == (
        f"GitHub answered 422: #{theirs}, opened by somebody else, is in the place of Baton's own from {BRANCH}. "
        "Close it, and Baton opens its own. Baton tries again, less and less often."
    )
    assert life.state == "blocked"
    life.home.reviewer.patch(f"/pulls/{theirs}", {"state": "closed"})
    life.until("in_review")


def test_an_archived_repository_is_said_and_goes_on_when_it_is_not(life: Life) -> None:
    """P22."""
    life.home.label()
    life.until("awaiting_approval")
    archive(life.home, True)
    assert life.look() == f"{life.home.full_name} is archived. Unarchive it to go on."
    assert life.state == "blocked"
    archive(life.home, False)
    life.until("in_review")


def archive(home: Home, archived: bool) -> None:
    with home.town.playground.hub.lock:
        repositories.archive(home.town.playground.hub, home.repository, home.repository.owner, archived)


def test_a_locked_issue_is_said_and_goes_on_when_it_is_not(life: Life) -> None:
    """C17."""
    life.home.label()
    life.until("awaiting_approval")
    with life.home.town.playground.hub.lock:
        issues.lock_issue(life.home.town.playground.hub, life.home.issue, life.home.issue.author)
    assert life.look() == (
        "The issue's conversation is locked, so Baton cannot answer here. Unlock it to go on."
    )
    with life.home.town.playground.hub.lock:
        issues.lock_issue(
            life.home.town.playground.hub, life.home.issue, life.home.issue.author, locked=False
        )
    life.until("in_review")


def test_an_issue_that_was_deleted_ends_the_feature_after_a_second_look(life: Life) -> None:
    """C17: gone is believed at the second look."""
    life.home.label()
    life.runs.holding.add("plan")
    life.until("planning")
    with life.home.town.playground.hub.lock:
        issues.delete_issue(life.home.town.playground.hub, life.home.issue, life.home.repository.owner)
    assert life.look() == (
        f"Issue #{life.home.issue_number} of {life.home.full_name} was deleted, so the feature ends here."
    )
    assert (life.state, life.row.live) == ("blocked", True)
    life.clock.forward(61)
    life.look()
    assert (life.state, life.row.live, life.row.look_again_at) == ("cancelled", False, None)
    assert life.runs.stopped == life.runs.started


def test_an_issue_that_was_transferred_ends_the_feature_with_its_new_place(life: Life) -> None:
    """C17: also where Baton's own token for this repository may not look there."""
    other = life.home.town.home(life.home.town.directory / "lived-in")
    life.home.label()
    life.until("in_review")
    hub = life.home.town.playground.hub
    with hub.lock:
        moved = issues.transfer_issue(hub, life.home.issue, life.home.repository.owner, other.repository)
    for state in ("blocked", "cancelled"):
        assert life.look() == (
            f"Issue #{life.home.issue_number} was transferred to {other.full_name}#{moved.number}. "
            "What was built stays here; set the label there to begin anew."
        )
        assert life.state == state
        life.clock.forward(61)


def test_an_issue_that_only_one_of_githubs_answers_shows_is_looked_for_again(life: Life) -> None:
    """C17: a replica that lags ends nothing."""
    life.home.label()
    life.until("awaiting_approval")
    name, number = life.home.full_name, life.home.issue_number
    token = {"token": "t", "expires_at": (life.clock() + timedelta(hours=1)).isoformat()}
    lost = {"data": {"repository": {"issue": None}, "pulls": []}}
    there = {"number": number, "repository_url": f"https://api.github.com/repos/{name}"}
    with odd_server() as odd:
        odd.says(*(Says(body=json.dumps(said)) for said in (token, lost, token, there)))
        observing = life.process.observing_at(App(1, life.home.town.private_key, odd.url))
        life.mark()
        leased = life.lease()
        assert leased is not None
        place = observing.place(life.home.repository.id)
        with life.outside.reading() as connection:
            remembered = remember(connection, life.feature_id)
        with pytest.raises(
            Unreachable, match=f"GitHub shows issue #{number} in one answer and not in another"
        ):
            observing.look(leased, place, remembered)


def test_issues_that_are_switched_off_are_said_and_end_nothing(life: Life) -> None:
    """P22: GitHub answers 410 of these, too."""
    life.home.label()
    life.until("awaiting_approval")
    issue, kept = life.home.issue_number, life.home.repository.issues
    path = f"/repos/{life.home.full_name}/issues/{issue}"
    off = {"method": "GET", "path": path, "fault": "error_before", "status": 410}
    life.home.town.control("POST", "/faults", {**off, "message": "Issues are disabled for this repo"})
    here = kept.pop(issue)
    for _ in range(3):
        assert life.look() == (
            f"Issues of {life.home.full_name} cannot be read: Issues are disabled for this repo. "
            "Switch them on again to go on."
        )
        assert (life.state, life.row.live) == ("blocked", True)
        life.clock.forward(301)
    life.home.town.calm()
    kept[issue] = here
    life.until("in_review")


def test_an_issue_that_is_no_issue_any_more_ends_the_feature(life: Life) -> None:
    """C17: GitHub says of it neither that it was deleted nor where it is, as of a discussion."""
    life.home.label()
    life.until("awaiting_approval")
    del life.home.repository.issues[life.home.issue_number]
    for state in ("blocked", "cancelled"):
        assert life.look() == (
            f"Issue #{life.home.issue_number} of {life.home.full_name} was deleted, transferred, or is no issue."
        )
        assert life.state == state
        life.clock.forward(61)


def test_a_label_that_is_renamed_midway_is_the_same_label(life: Life) -> None:
    """C15: by its id, and an issue that gets it afterwards is a feature, too."""
    life.home.label()
    life.until("awaiting_approval")
    life.home.maintainer.patch("/labels/baton", {"new_name": "🤖 build / it #1"})
    life.until("in_review")
    assert [row.ending for row in life.rows(tables.generation)] == [None]
    life.home.unlabel(quote("🤖 build / it #1", safe=""))
    life.look()
    assert life.state == "cancelled"
    life.home.label("🤖 build / it #1")
    life.look()
    assert [row.ending for row in life.rows(tables.generation)] == ["unlabelled", None]


def test_a_label_that_is_set_up_no_more_counts_no_more(life: Life) -> None:
    """C15: its id was remembered for the setting of then."""
    life.home.label()
    life.until("awaiting_approval")
    life.home.unlabel()
    life.look()
    life.settings = life.settings.model_copy(update={"label": "robot"})
    life.start()
    life.home.label()
    life.look()
    assert life.state == "cancelled"
    life.home.label("robot")
    life.until("awaiting_approval")
    (known,) = life.rows(tables.repository)
    assert (known.trigger_setting, known.trigger_name) == ("robot", "robot")


def test_another_label_of_the_configured_name_counts_and_displaces_none(life: Life) -> None:
    """C15: the first one was renamed, and somebody made a new one."""
    life.home.label()
    life.until("awaiting_approval")
    life.home.maintainer.patch("/labels/baton", {"new_name": "robot"})
    (before,) = life.rows(tables.repository)
    life.home.unlabel("robot")
    life.look()
    life.home.maintainer.post("/labels", {"name": "baton", "color": "ffffff"})
    life.home.label()
    life.look()
    life.look()
    assert life.state == "awaiting_approval"
    (known,) = life.rows(tables.repository)
    assert known.trigger_node == before.trigger_node


def test_an_issue_without_a_label_never_becomes_a_feature(life: Life) -> None:
    life.look()
    assert (life.state, life.row.live, life.row.look_again_at) == (None, False, None)
    del life.home.repository.issues[life.home.issue_number]
    life.look()
    assert (life.state, life.row.live) == (None, False)
    life.clock.forward(61)
    life.look()
    assert (life.state, life.row.live, life.row.look_again_at) == (None, False, None)


# --- repositories of all kinds


def test_a_default_branch_called_trunk_is_the_base(town: Town, tmp_path: Path) -> None:
    small_repository(tmp_path / "trunk", branch="trunk", files=FILES)
    home = town.home(tmp_path / "trunk")
    life = begun(home, QuickDatabase(f"sqlite:///{tmp_path / 'baton.db'}"), tmp_path)
    home.label()
    life.until("in_review")
    assert {pull.base_ref for pull in home.repository.pulls} == {"trunk"}
    assert home.repository.pulls[0].base_sha == home.sha("trunk")
    life.close()


def default_branch_becomes_trunk(home: Home) -> None:
    hub, repository = home.town.playground.hub, home.repository
    home.maintainer.post("/git/refs", {"ref": "refs/heads/trunk", "sha": home.sha()})
    with hub.lock:
        repositories.set_default_branch(hub, repository, repository.owner, "trunk")


def test_a_default_branch_that_is_renamed_midway_is_followed(life: Life) -> None:
    """P15."""
    life.home.label()
    life.until("in_review")
    repository = life.home.repository
    default_branch_becomes_trunk(life.home)
    with life.home.town.playground.hub.lock:
        for pull in repository.pulls:
            pull.base_ref = "trunk"
    life.home.maintainer.delete("/git/refs/heads/main")
    life.until("completed")
    assert {pull.base_ref for pull in repository.pulls} == {"trunk"}


def test_a_repository_without_conventions_gets_them_and_its_absence_harms_nobody(
    town: Town, tmp_path: Path
) -> None:
    small_repository(
        tmp_path / "bare", files={".github/baton.yml": "ci: optional\n", "README.md": "# Bare\n"}
    )
    home = town.home(tmp_path / "bare")
    life = begun(home, QuickDatabase(f"sqlite:///{tmp_path / 'baton.db'}"), tmp_path)
    life.complete()
    assert "Containers are built from scratch." in home.repository.git.run("show", "main:CLAUDE.md").decode()
    life.close()


def test_a_repository_without_workflows_is_told_what_to_do(town: Town, tmp_path: Path) -> None:
    small_repository(tmp_path / "plain", files={"README.md": "# Plain\n"})
    home = town.home(tmp_path / "plain")
    life = begun(home, QuickDatabase(f"sqlite:///{tmp_path / 'baton.db'}"), tmp_path)
    home.label()
    life.until("waiting_for_answer")
    assert "No CI reported" in life.waiting_for and "ci: optional" in life.waiting_for
    life.close()


def test_a_repository_without_any_commit_is_told_what_is_missing(town: Town, tmp_path: Path) -> None:
    home = town.home(empty=True)
    life = begun(home, QuickDatabase(f"sqlite:///{tmp_path / 'baton.db'}"), tmp_path)
    home.label()
    assert "no commit yet" in life.look()
    assert life.state == "blocked"
    assert [label.name for label in home.issue.labels] == ["baton", "baton: blocked"]
    life.clock.forward(120)
    life.look()
    assert len(home.comments()) == 1 and "no commit yet" in home.comments()[0]["body"]
    home.maintainer.put("/contents/README.md", {"message": "Begin", "content": "IyBGaXJzdAo="})
    life.until("awaiting_approval")
    assert len(home.comments()) == 2
    life.close()


def test_a_configuration_that_cannot_be_read_is_said_with_its_line(town: Town, tmp_path: Path) -> None:
    small_repository(tmp_path / "broken", files={".github/baton.yml": "ci: sometimes\n"})
    home = town.home(tmp_path / "broken")
    life = begun(home, QuickDatabase(f"sqlite:///{tmp_path / 'baton.db'}"), tmp_path)
    home.label()
    assert "baton.yml" in life.look() and "line 1" in life.waiting_for
    assert life.state == "blocked"
    life.close()


# --- errors that nobody knows


def test_an_error_that_lasts_is_said_on_the_issue_once_and_tried_ever_more_rarely(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    life.allows_errors = True

    def broken(move: Move) -> None:
        raise RuntimeError("secret details")

    life.home.say("/approve", by="reviewer")
    life.process.performing.before = broken
    for _ in range(8):
        assert "RuntimeError" in life.look()
        life.clock.forward((life.row.look_again_at - life.clock()).total_seconds() + 1)
    assert life.state == "blocked"
    told = [each["body"] for each in life.home.comments() if "does not know" in each["body"]]
    assert len(told) == 1 and "secret details" not in told[0] and f"feature {life.feature_id}" in told[0]
    assert (life.row.look_again_at - life.clock()).total_seconds() < 1
    life.process.performing.before = lambda move: None
    life.until("completed")


def test_a_refusal_by_github_is_said_in_its_words_and_not_stormed(life: Life) -> None:
    """P22."""
    life.home.label()
    life.runs.holding.add("devops")
    life.until("working")
    life.home.town.fault("POST", "/repos/*/git/refs", "error_before", status=409)
    life.runs.complete(life.runs.started[-1], life.feature_id)
    pauses = []
    for _ in range(5):
        assert "409" in life.look()
        pauses.append((life.row.look_again_at - life.clock()).total_seconds())
        life.clock.forward(pauses[-1])
    assert min(pauses) > 50 and pauses == sorted(pauses)
    life.home.town.calm()
    life.until("completed")


# --- people


def test_a_pull_request_is_closed_once_and_then_is_its_reopeners(life: Life) -> None:
    life.home.label()
    life.until("in_review")
    life.home.say("/cancel", by="reviewer")
    life.look()
    assert life.state == "cancelled"
    pull = life.home.repository.pulls[0]
    assert pull.issue.state == "closed"
    life.home.reviewer.patch(f"/pulls/{pull.number}", {"state": "open"})
    life.look()
    assert (life.state, pull.issue.state) == ("cancelled", "open")


def test_a_branch_that_is_pushed_to_base_by_hand_is_merged(life: Life) -> None:
    """P11: a fast-forward, of which GitHub says that it merged the pull request."""
    life.home.label()
    life.until("in_review")
    pull = life.home.repository.pulls[0]
    more = {"message": "And how to use it", "content": "VXNlIGl0Lgo=", "branch": pull.head_ref}
    life.home.reviewer.put("/contents/docs/containers.md", more)
    life.home.reviewer.put("/contents/OTHER.md", {**more, "branch": "main"})
    life.home.reviewer.post("/merges", {"base": pull.head_ref, "head": "main"})
    life.home.reviewer.patch("/git/refs/heads/main", {"sha": pull.head_sha})
    life.until("completed")
    assert pull.merged and pull.merge_commit_sha == pull.head_sha
    (report,) = [each["body"] for each in life.home.comments() if "Feature Complete" in each["body"]]
    assert "`Dockerfile`" in report and "`docs/containers.md`" in report and "OTHER.md" not in report


def squashed_by_hand(life: Life) -> int:
    """Somebody writes the same files to base, and closes the pull request."""
    pull = life.home.repository.pulls[0]
    text = life.home.maintainer.get(f"/contents/Dockerfile?ref={pull.head_ref}")["content"].replace("\n", "")
    life.home.reviewer.put("/contents/Dockerfile", {"message": "By hand", "content": text, "branch": "main"})
    life.home.reviewer.patch(f"/pulls/{pull.number}", {"state": "closed"})
    return pull.number


def test_a_pull_request_whose_changes_stand_on_base_looks_merged_by_hand_and_a_person_says_so(
    life: Life,
) -> None:
    """P11: GitHub says closed, code sees that it is all there, a person confirms it."""
    life.home.label()
    life.until("in_review")
    number = squashed_by_hand(life)
    by_hand = life.home.sha()
    assert life.look() == (
        f"#{number} was closed without a merge, but all that it changes stands on main: was it merged by hand? "
        "Answer with `/proceed`."
    )
    asked = next(each["body"] for each in life.home.comments() if "❓" in each["body"])
    assert "1. It was merged by hand (recommended)" in asked
    life.home.say("/proceed 1", by="reviewer")
    life.until("completed")
    merged, _ = life.rows(tables.attempt)
    assert (merged.merge_sha, merged.merged_by) == (by_hand, "tomas")


def test_the_answer_counts_although_base_has_moved_on_since_it_was_asked(life: Life) -> None:
    """P11."""
    life.home.label()
    life.until("in_review")
    number = squashed_by_hand(life)
    life.look()
    there = life.home.maintainer.get("/contents/Dockerfile?ref=main")["sha"]
    more = {"message": "More", "content": "RlJPTSBidXN5Ym94Cg==", "sha": there, "branch": "main"}
    life.home.reviewer.put("/contents/Dockerfile", more)
    assert f"#{number} was closed without a merge, but all that it changes" in life.look()
    life.home.say("/proceed 1", by="reviewer")
    life.until("completed")
    assert life.rows(tables.attempt)[0].pull == number


def test_a_closed_pull_request_that_changes_nothing_any_more_is_no_merge(life: Life) -> None:
    """P11: somebody has set its branch back to base."""
    life.home.label()
    life.until("in_review")
    pull = life.home.repository.pulls[0]
    back = {"sha": life.home.sha(), "force": True}
    life.home.reviewer.patch(f"/git/refs/heads/{pull.head_ref}", back)
    life.home.reviewer.patch(f"/pulls/{pull.number}", {"state": "closed"})
    assert life.look().startswith(f"#{pull.number} was closed without a merge. Reopen it to go on with it")


def test_what_looks_merged_by_hand_and_was_not_is_made_anew(life: Life) -> None:
    """P11."""
    life.home.label()
    life.until("in_review")
    number = squashed_by_hand(life)
    life.look()
    life.home.say("/proceed yes, I squashed it", by="reviewer")
    life.look()
    assert any("That is none of the options" in each["body"] for each in life.home.comments())
    life.home.say("/proceed Try again", by="reviewer")
    life.script["devops"] = finished({"Dockerfile": "FROM scratch\n# again\n"})
    life.look()
    assert life.rows(tables.attempt)[0].pull == number
    life.until("completed")
    assert b"# again" in life.home.repository.git.run("show", "main:Dockerfile")


def test_a_base_branch_that_is_deleted_closes_the_pull_request_which_is_a_question(life: Life) -> None:
    """P15: the default branch is another one now, and the old one is gone."""
    life.home.label()
    life.until("in_review")
    repository = life.home.repository
    default_branch_becomes_trunk(life.home)
    number = repository.pulls[0].number
    assert life.look() == (
        f"#{number} is to be merged into main and not into trunk, where the feature is built. "
        "Change its base back to trunk on GitHub, or close it."
    )
    life.home.maintainer.delete("/git/refs/heads/main")
    assert life.look().startswith(f"#{number} was closed without a merge. Reopen it to go on with it")
    life.home.say("/proceed 1", by="reviewer")
    life.until("completed")
    assert [pull.base_ref for pull in repository.pulls[1:]] == ["trunk", "trunk"]


def test_a_pull_request_that_is_reopened_while_another_is_made_takes_its_place_back(life: Life) -> None:
    """Rule 11, P9: what works at the other is stopped, and nothing else is opened."""
    life.home.label()
    life.until("in_review")
    first = life.home.repository.pulls[0].number
    life.home.reviewer.patch(f"/pulls/{first}", {"state": "closed"})
    assert life.look().startswith(f"#{first} was closed without a merge.")
    life.runs.holding.add("devops")
    life.home.say("/proceed 1", by="reviewer")
    life.look()
    assert life.look() == "devops-engineer is at work."
    life.home.reviewer.patch(f"/pulls/{first}", {"state": "open"})
    life.look()
    assert life.look() == f"#{first} is ready: review and merge it."
    assert [run.rsplit(":", 2)[1] for run in life.runs.stopped] == ["devops/2"]
    life.runs.holding.clear()
    life.until("completed")
    assert [pull.merged for pull in life.home.repository.pulls] == [True, True]


def test_a_run_whose_workflow_never_began_is_begun_at_the_next_look(life: Life) -> None:
    life.home.label()
    life.runs.holding.add("plan")
    life.look()
    life.runs.started.clear()
    life.runs.holding.clear()
    life.look()
    assert len(life.runs.started) == 1
    life.until("awaiting_approval")


def test_a_run_of_a_feature_that_has_ended_is_not_begun(life: Life) -> None:
    """C14."""
    life.home.label()
    life.runs.holding.add("plan")
    life.look()
    life.home.unlabel()
    life.runs.started.clear()
    life.look()
    assert (life.state, life.runs.started) == ("cancelled", [])


def test_an_agent_that_changed_nothing_is_a_question(life: Life) -> None:
    life.script["devops"] = finished({})
    life.home.label()
    life.until("waiting_for_answer")
    assert "without changing anything" in life.waiting_for


def test_a_question_is_posted_once_however_often_the_process_dies_over_it(
    home: Home, database_url: str, tmp_path: Path
) -> None:
    mortal = MortalDatabase(database_url)
    mortal.is_mortal = False
    life = begun(home, mortal, tmp_path)
    life.script["devops"] = (Asked("approach", "Which image?", ("slim", "full"), "slim"), {})
    mortal.is_mortal = True
    life.home.label()
    life.until("waiting_for_answer", looks=200)
    asked = [each for each in life.home.comments() if "❓ devops-engineer asks: Which image?" in each["body"]]
    assert len(asked) == 1
    life.script["devops"] = finished({"Dockerfile": "FROM slim\n"})
    life.home.say("/proceed 2\nit is small enough")
    life.until("in_review", looks=200)
    said = [each["body"] for each in life.home.comments() if "❓" in each["body"]]
    assert len(said) == 1 and "**Answered by mara:** full: it is small enough" in said[0]
    with mortal.reading() as connection:
        (answer,) = connection.execute(select(tables.question)).all()
    assert (answer.choice, answer.words) == ("full", "it is small enough")
    life.close()


def test_only_the_struck_stages_run_is_stopped(life: Life) -> None:
    frontend = PlannedStage(StageKind.FRONTEND, "A page", "frontend-developer", (), ("frontend/app.ts",))
    skipped = tuple(each for each in PLAN.skipped if each.kind is not StageKind.FRONTEND)
    life.script["plan"] = planned(replace(PLAN, stages=(frontend, *PLAN.stages), skipped=skipped))
    life.runs.holding.add("frontend")
    life.home.label()
    life.until("working")
    life.home.say("/skip testing: it is tested elsewhere")
    life.look()
    assert life.runs.stopped == []
    life.home.say("/skip frontend: it is there already")
    life.look()
    assert [run.rsplit(":", 2)[1] for run in life.runs.stopped] == ["frontend/1"]


def test_a_cancelled_features_run_is_stopped_also_where_the_process_died_over_it(life: Life) -> None:
    life.script["plan"] = planned(PLAN)
    life.runs.holding.add("devops")
    life.home.label()
    life.until("working")
    life.home.say("/cancel")
    life.look()
    assert {run.rsplit(":", 2)[1] for run in life.runs.stopped} == {"devops/1"}
    life.runs.stopped.clear()
    life.look()
    assert {run.rsplit(":", 2)[1] for run in life.runs.stopped} == {"devops/1"}


def test_a_plan_whose_comment_was_deleted_is_shown_in_another_one(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    (first,) = life.rows(tables.generation)
    life.home.maintainer.delete(f"/issues/comments/{first.plan_comment}")
    life.home.say("/revise Smaller steps, please.")
    life.look()
    (now,) = life.rows(tables.generation)
    assert now.plan_comment != first.plan_comment
    (shown,) = [each for each in life.home.comments() if each["id"] == now.plan_comment]
    assert "v2" in shown["body"]
    life.home.say("/approve v2")
    life.look()
    assert life.state in ("working", "in_review")


def test_a_question_is_kept_through_a_pause_and_its_answer_acted_on_at_resume(life: Life) -> None:
    life.script["devops"] = (Asked("approach", "Which image?", ("slim", "full"), None), {})
    life.home.label()
    life.until("waiting_for_answer")
    life.home.say("/pause")
    assert life.look().startswith("Paused")
    life.script["devops"] = finished({"Dockerfile": "FROM full\n"})
    life.home.say("/proceed full")
    assert life.look().startswith("Paused")
    assert any(
        "The feature is paused: this is kept, and done at `/resume`." in each["body"]
        for each in life.home.comments()
    )
    started = len(life.runs.started)
    life.home.say("/resume")
    life.until("in_review")
    assert len(life.runs.started) == started + 1


def test_a_pasted_key_is_nowhere_in_our_rows(life: Life) -> None:
    """R084."""
    life.script["devops"] = (Asked("access", "Which registry?", (), None), {})
    life.home.label()
    life.until("waiting_for_answer")
    key = "ghp_" + "a1B2" * 9
    life.home.say(f"/proceed use {key}")
    life.look()
    assert life.state == "waiting_for_answer"
    ours = [each["body"] for each in life.home.comments() if each["user"]["type"] == "Bot"]
    assert any("Secrets belong into the repository's settings" in body for body in ours)
    assert not any(key in body for body in ours)
    with life.database.reading() as connection:
        for table in tables.metadata.sorted_tables:
            assert not any(key in str(row) for row in connection.execute(select(table))), table.name


def test_a_foreign_branch_of_the_chosen_name_is_left_alone(life: Life) -> None:
    """Rule 12, P4: the next suffix."""
    taken = f"baton/{life.home.issue_number}-notifications/1-devops"
    theirs = life.home.branch(taken, {"README.md": "# Theirs\n"})
    life.complete()
    assert life.home.repository.git.branch(taken) == theirs
    assert {pull.head_ref for pull in life.home.repository.pulls} >= {f"{taken}-2"}


def test_beside_a_foreign_branch_no_name_of_ours_is_used_twice(life: Life) -> None:
    taken = f"baton/{life.home.issue_number}-notifications/1-devops"
    life.home.branch(taken, {"README.md": "# Theirs\n"})
    life.home.label()
    life.until("in_review")
    first = life.home.repository.pulls[0]
    life.home.reviewer.patch(f"/pulls/{first.number}", {"state": "closed"})
    life.home.reviewer.delete(f"/git/refs/heads/{first.head_ref}")
    life.until("waiting_for_answer")
    life.home.say("/proceed Try again", by="reviewer")
    life.until("in_review")
    assert [pull.head_ref for pull in life.home.repository.pulls] == [f"{taken}-2", f"{taken}-3"]


def test_a_second_life_closes_what_the_first_left_open(life: Life) -> None:
    """C14, rule 3."""
    life.home.label()
    life.until("in_review")
    first = life.home.repository.pulls[0]
    life.home.unlabel()
    life.look()
    life.home.label()
    life.until("completed")
    assert first.issue.state == "closed" and not first.merged
    heads = sorted(pull.head_ref for pull in life.home.repository.pulls)
    assert heads[1] == f"{heads[0]}-2"


def test_old_clocks_are_forgotten(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    old = {row.name for row in life.rows(tables.clock)}
    life.clock.forward(2 * 86400)
    life.home.maintainer.put("/contents/new.txt", {"message": "More", "content": "bmV3Cg=="})
    life.look()
    left = {row.name for row in life.rows(tables.clock)}
    assert left and {name for name in left & old if not name.endswith(":green")} == set()


def test_a_limit_counts_also_while_the_installation_is_not_known(life: Life) -> None:
    """A delivery may wake the feature meanwhile: still nothing is asked before the time."""
    with life.outside.writing() as connection:
        connection.execute(update(tables.repository).values(installation_id=None))
    life.home.label()
    path = f"/repos/{life.home.full_name}/installation"
    life.home.town.fault("GET", path, "error_before", status=429, seconds=2, nth=[1])
    assert "wait" in life.look()
    before = life.home.town.requests()["by_kind"]
    assert "wait" in life.look()
    assert life.home.town.requests()["by_kind"] == before


def test_git_that_is_asked_too_often_is_left_alone_for_a_minute(life: Life) -> None:
    life.home.label()
    life.home.town.fault("*", f"/{life.home.full_name}.git/*", "error_before", status=429)
    sentence = life.look()
    assert "asks to wait until" in sentence and "could not be fetched" in sentence
    assert life.row.look_again_at - life.clock() > timedelta(seconds=50)
