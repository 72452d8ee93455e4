"""A labelled issue is found even when no webhook ever told of it, in every repository that can be asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.engine import tables
from bot.engine.budget import asked_to_wait, leave_alone
from bot.engine.discovering import Discovering
from bot.playground.acts.repositories import rename
from tests.engine.lives import Life
from tests.github.homes import Home


def discovering(life: Life) -> Discovering:
    return Discovering(life.outside, life.home.app, "baton")


def features(life: Life) -> dict[tuple[int, int], int]:
    with life.outside.reading() as connection:
        rows = connection.execute(select(tables.feature)).all()
    return {(row.repository_id, row.issue): row.wanted - row.looked for row in rows}


def another(life: Life, label: bool = True) -> Home:
    home = life.home.town.home(life.home.town.directory / "lived-in")
    if label:
        home.label()
    return home


def test_a_labelled_issue_that_nobody_told_of_is_found(life: Life) -> None:
    other, plain = another(life), another(life, label=False)
    discovering(life).discover()
    assert features(life)[(other.repository.id, other.issue_number)] > 0
    assert (plain.repository.id, plain.issue_number) not in features(life)
    row = next(row for row in life.rows(tables.repository) if row.id == other.repository.id)
    assert (row.installation_id, f"{row.owner}/{row.name}") == (life.home.town.installation, other.full_name)


def test_a_label_of_another_case_is_found_and_a_pull_request_is_not(life: Life) -> None:
    other = another(life, label=False)
    other.maintainer.post("/labels", {"name": "BATON", "color": "ffffff"})
    other.label("BATON")
    other.branch("x", {"src/a.txt": "x\n"})
    pull = other.maintainer.post("/pulls", {"title": "x", "head": "x", "base": "main"})
    other.maintainer.post(f"/issues/{pull['number']}/labels", {"labels": ["BATON"]})
    discovering(life).discover()
    found = {issue for repository, issue in features(life) if repository == other.repository.id}
    assert found == {other.issue_number}


def test_a_label_that_was_renamed_is_found_by_its_new_name(life: Life) -> None:
    """C15: it is known by its id since the first issue that had it."""
    life.home.label()
    life.look()
    life.home.maintainer.patch("/labels/baton", {"new_name": "robot/at work"})
    life.look()
    other = life.home.maintainer.post("/issues", {"title": "More", "body": "", "labels": ["robot/at work"]})
    discovering(life).discover()
    assert features(life)[(life.home.repository.id, other["number"])] > 0


def test_a_feature_that_is_under_way_is_not_marked_again(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    before = life.row.wanted
    discovering(life).discover()
    assert life.row.wanted == before


def test_a_new_label_on_a_feature_that_ended_is_found(life: Life) -> None:
    life.home.label()
    life.until("awaiting_approval")
    life.home.unlabel()
    life.look()
    assert life.state == "cancelled"
    life.home.label()
    discovering(life).discover()
    leased = life.lease()
    while leased is not None and leased.feature_id != life.feature_id:
        leased = life.lease()  # other tests' features have databases of their own
    assert leased is not None
    life.process.looking.look(leased)
    assert life.state in ("planning", "awaiting_approval")


def test_a_repository_that_cannot_be_asked_hides_no_other(life: Life) -> None:
    first, second = another(life), another(life)
    life.home.town.fault("GET", f"/repos/{first.full_name}/issues", "error_before", status=502)
    discovering(life).discover()
    found = features(life)
    assert (second.repository.id, second.issue_number) in found
    assert (first.repository.id, first.issue_number) not in found


def test_who_wants_to_be_left_alone_is_asked_nothing(life: Life) -> None:
    other = another(life)
    leave_alone(life.outside, life.home.town.installation, datetime.now(UTC) + timedelta(minutes=5))
    discovering(life).discover()
    assert (other.repository.id, other.issue_number) not in features(life)


@pytest.mark.parametrize("path", ["/installation/repositories", "/repos/*/issues"])
def test_what_a_discovery_was_told_about_waiting_holds_for_everybody(life: Life, path: str) -> None:
    another(life)
    life.home.town.fault("GET", path, "error_before", status=429, headers={})
    discovering(life).discover()
    assert asked_to_wait(life.outside, life.home.town.installation) is not None


def test_a_repository_that_was_renamed_is_known_by_its_new_name(life: Life) -> None:
    life.home.label()
    hub = life.home.town.playground.hub
    with hub.lock:
        rename(hub, life.home.repository, life.home.repository.owner, f"new-{life.home.repository.id}")
    discovering(life).discover()
    row = next(row for row in life.rows(tables.repository) if row.id == life.home.repository.id)
    assert row.name == f"new-{life.home.repository.id}"


def test_from_a_label_that_nobody_told_of_to_the_report_without_a_delivery(life: Life) -> None:
    life.home.label()
    with life.outside.writing() as connection:
        connection.execute(tables.feature.delete())
        connection.execute(tables.repository.delete())
    discovering(life).discover()
    with life.outside.reading() as connection:
        known = select(tables.feature.c.id).where(tables.feature.c.repository_id == life.home.repository.id)
        life.feature_id = connection.execute(known).scalar_one()
    with life.outside.writing() as connection:  # other tests' features have databases of their own
        connection.execute(tables.feature.delete().where(tables.feature.c.id != life.feature_id))
    life.until("completed")
