"""A delivery marks the features it may concern, and no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.engine.database import Database
from bot.engine.hints import Hint
from bot.engine.inbox import store
from bot.engine.marking import Ourselves, mark_new
from bot.engine.tables import delivery, feature, reference, repository

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OURSELVES = Ourselves(login="baton-app[bot]", id=99)
HERE: dict[str, Any] = {
    "installation_id": 7,
    "repository_id": 1,
    "owner": "o",
    "name": "r",
    "default_branch": "main",
}


@pytest.fixture
def features(database: Database) -> Database:
    """Two live features and a finished one in repository 1, one in another."""
    with database.writing() as connection:
        rows = [
            {"id": n, "installation_id": 7, "owner": "o", "name": f"r{n}", "seen_at": NOW} for n in (1, 2)
        ]
        connection.execute(insert(repository), rows)
        for where, issue, live in ((1, 12, True), (1, 13, True), (1, 14, False), (2, 12, True)):
            values = {"repository_id": where, "issue": issue, "live": live, "created_at": NOW}
            connection.execute(insert(feature).values(**values))
        for kind, value in (("pull", "40"), ("sha", "c0ffee"), ("branch", "baton/12-x/1-database")):
            connection.execute(insert(reference).values(feature_id=1, kind=kind, value=value))
    return database


def after(database: Database, *hints: Hint) -> list[int]:
    """The features that these deliveries mark at once."""
    with database.writing() as connection:
        store(connection, hints, NOW)
    assert mark_new(database, OURSELVES, NOW) == len(hints)
    with database.reading() as connection:
        marked = select(feature.c.id).where(feature.c.wanted > 0).order_by(feature.c.id)
        return list(connection.execute(marked).scalars())


def test_an_issue_marks_its_feature_alone(features: Database) -> None:
    """C18: an issue of the same number in another repository is another."""
    assert after(features, Hint("1", "issues", issue=12, **HERE)) == [1]


def test_an_issue_never_seen_becomes_a_row_worth_a_look(features: Database) -> None:
    assert after(features, Hint("1", "issues", issue=99, **HERE)) == [5]


def test_an_issue_of_a_repository_never_seen_becomes_a_row_worth_a_look(features: Database) -> None:
    hint = Hint("1", "issues", issue=1, repository_id=50, owner="new", name="repo", installation_id=8)
    assert after(features, hint) == [5]


def test_an_issue_without_its_repositorys_name_does_not_stop_the_others(features: Database) -> None:
    nameless = Hint("1", "issues", issue=1, repository_id=50)
    assert after(features, nameless, Hint("2", "issues", issue=12, **HERE)) == [1]


def test_a_comment_on_an_issue_never_seen_makes_no_feature(features: Database) -> None:
    assert after(features, Hint("1", "issue_comment", issue=99, **HERE)) == []


def test_a_comment_on_a_pull_request_marks_whose_it_is(features: Database) -> None:
    assert after(features, Hint("1", "issue_comment", pull_request=40, **HERE)) == [1]


def test_a_pull_request_of_somebody_else_marks_nothing(features: Database) -> None:
    assert after(features, Hint("1", "pull_request", pull_request=41, sha="abc", branch="fix", **HERE)) == []


def test_a_check_run_on_a_known_commit_marks_whose_it_is(features: Database) -> None:
    assert after(features, Hint("1", "check_run", sha="c0ffee", branch="baton/12-x/1-database", **HERE)) == [
        1
    ]


def test_a_check_run_on_the_default_branch_marks_what_lives_there(features: Database) -> None:
    assert after(features, Hint("1", "check_run", sha="fade", branch="main", **HERE)) == [1, 2]


def test_a_status_without_a_branch_marks_what_lives_there(features: Database) -> None:
    assert after(features, Hint("1", "status", sha="fade", **HERE)) == [1, 2]


def test_a_check_run_on_a_branch_of_somebody_else_marks_nothing(features: Database) -> None:
    assert after(features, Hint("1", "check_run", sha="fade", branch="their-own", **HERE)) == []


def test_a_push_to_the_default_branch_marks_what_lives_there(features: Database) -> None:
    assert after(features, Hint("1", "push", sha="fade", branch="main", **HERE)) == [1, 2]


def test_a_push_to_a_features_branch_marks_that_feature(features: Database) -> None:
    assert after(features, Hint("1", "push", branch="baton/12-x/1-database", **HERE)) == [1]


def test_a_pushed_tag_marks_nothing(features: Database) -> None:
    assert after(features, Hint("1", "push", sha="fade", **HERE)) == []


def test_a_changed_installation_marks_all_that_lives_in_it(features: Database) -> None:
    assert after(features, Hint("1", "installation", "suspend", installation_id=7)) == [1, 2, 4]


def test_a_repository_event_marks_what_lives_there(features: Database) -> None:
    assert after(features, Hint("1", "repository", "renamed", **HERE)) == [1, 2]


def test_a_delivery_that_names_nothing_marks_nothing(features: Database) -> None:
    """D10."""
    assert after(features, Hint("1", "issues"), Hint("2", "installation"), Hint("3", "push")) == []


def test_our_own_echo_marks_five_seconds_later(features: Database) -> None:
    own = Hint("1", "issues", issue=12, sender_id=99, sender_login="baton-app[bot]", **HERE)
    assert after(features, own) == []
    with features.reading() as connection:
        at = connection.execute(select(feature.c.nudge_at).where(feature.c.id == 1)).scalar_one()
    assert at == NOW + timedelta(seconds=5)


def test_what_ci_says_of_our_own_commit_is_no_echo(features: Database) -> None:
    assert after(features, Hint("1", "check_run", sha="c0ffee", branch="x", sender_id=99, **HERE)) == [1]


def test_a_later_echo_does_not_put_off_an_earlier_one(features: Database) -> None:
    with features.writing() as connection:
        soon = NOW + timedelta(seconds=2)
        connection.execute(update(feature).where(feature.c.id == 1).values(nudge_at=soon))
    after(features, Hint("1", "issues", issue=12, sender_id=99, **HERE))
    with features.reading() as connection:
        assert connection.execute(select(feature.c.nudge_at).where(feature.c.id == 1)).scalar_one() == soon


def test_a_transferred_repository_is_asked_for_under_its_new_name(features: Database) -> None:
    """I4."""
    hint = Hint("1", "repository", repository_id=1, owner="new", name="name", installation_id=8)
    after(features, hint)
    with features.reading() as connection:
        columns = (repository.c.owner, repository.c.name, repository.c.installation_id)
        assert connection.execute(select(*columns).where(repository.c.id == 1)).one() == ("new", "name", 8)


def test_every_delivery_is_handled_once(features: Database) -> None:
    after(features, *(Hint(str(number), "push", branch="main", **HERE) for number in range(500)))
    assert mark_new(features, OURSELVES, NOW) == 0
    with features.reading() as connection:
        assert connection.execute(select(delivery.c.id).where(delivery.c.handled_at.is_(None))).all() == []
