"""When the hour's requests run out, all who share them are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.engine.budget import Granted, Later, Urgency, note_limits, reserve
from bot.engine.database import Database
from bot.engine.migrating import migrate
from bot.github.auth import READING, App
from tests.github.homes import Home


def test_an_hour_that_runs_out_is_noted_for_the_installation(home: Home) -> None:
    """I5."""
    told: list[tuple[int, int, datetime]] = []
    playground = home.town.playground
    app_id, key = playground.inhabitants.app.id, playground.inhabitants.app.private_key
    app = App(app_id, key, playground.url, running_low=lambda *said: told.append(said))
    connection = app.on(home.town.installation, home.repository.id, READING)
    connection.get(f"/repos/{home.full_name}")
    assert told == []
    connection._note_limits({"x-ratelimit-remaining": "900", "x-ratelimit-reset": "1764000000"})
    assert told == [(home.town.installation, 900, datetime.fromtimestamp(1764000000, UTC))]


def test_people_are_still_answered_when_little_is_left(tmp_path: object) -> None:
    """I5."""
    database = Database(f"sqlite:///{tmp_path}/b.db")
    migrate(database)
    note_limits(database, 7, 100, datetime.now(UTC) + timedelta(minutes=20))
    assert isinstance(reserve(database, 7, Urgency.ANSWER), Granted)
    assert isinstance(reserve(database, 7, Urgency.EDIT), Later)
    database.dispose()
