"""A look that came to no answer: people read why, it is tried ever more rarely, and said on the issue once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row, Update, select, update

from bot.engine import recording, tables, troubles
from bot.engine.asking import Asking, Hold
from bot.engine.database import Database
from bot.engine.journal import DatabaseJournal
from bot.engine.leasing import Leased, LeaseLost, fenced, hold_fence, release_in
from bot.engine.observing import Observing
from bot.engine.remembering import remember
from bot.engine.troubles import Trouble, trouble_of
from bot.facts import identities
from bot.facts.remembered import Ending, Generation, Remembered
from bot.facts.states import FeatureState
from bot.github.errors import GitHubError, NotNow
from bot.github.observe import IssueGone
from bot.render import reply

log = structlog.get_logger()


class Stumbling:
    """Releases a feature whose look went wrong."""

    def __init__(
        self,
        database: Database,
        observing: Observing,
        asking: Asking,
        stop_run: Callable[[str], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._observing = observing
        self._asking = asking
        self._stop_run = stop_run
        self._clock = clock

    def stumble(self, error: Exception, hold: Hold) -> None:
        """A look that came to no answer: people read why, and the next one is later and later."""
        leased, now = hold.leased, self._clock()
        trouble = trouble_of(error, leased.feature_id)
        self._log(error, trouble, leased)
        if isinstance(error, NotNow):
            self._asking.leave_alone(leased, error.until)
        with fenced(self._database, leased) as connection:
            since = troubles.begun_at(connection, leased.feature_id, trouble, now)
            remembered = remember(connection, leased.feature_id)
        generation = remembered.generation
        if generation is not None and trouble.is_told(since, now):
            self._say_once(trouble, generation, remembered, hold)
        again = trouble.again(since, now)
        is_over = isinstance(error, IssueGone) and now > since
        for run in remembered.runs if is_over else ():
            if run.result is None:
                self._stop_run(run.id)
        with self._database.writing() as connection:
            self._give_back(connection, hold, trouble, None if is_over else again, generation)

    def _give_back(
        self,
        connection: Connection,
        hold: Hold,
        trouble: Trouble,
        again: datetime | None,
        generation: Generation | None,
    ) -> None:
        """With no time for another look, the issue is gone for good: a second look said so too (hazard C17)."""
        leased, now = hold.leased, self._clock()
        before = feature_row(connection, leased)
        ended = again is None and generation is not None and not generation.ending
        if ended:
            hold_fence(connection, leased)
            recording.end_generation(connection, leased.feature_id, Ending.CANCELLED, now)
        release_in(connection, leased, again, now)
        state = troubles.state_in(trouble, FeatureState(before.state) if before.state else None)
        if again is None:
            state = FeatureState.CANCELLED
        live = generation is not None and again is not None and (before.live or generation.ending is None)
        fresh = {
            "state": state if generation is not None else None,
            "waiting_for": trouble.sentence,
            "live": live,
        }
        connection.execute(changing(leased).values(**fresh))
        if generation is not None and trouble.sentence != before.waiting_for:
            recording.tell(connection, leased.feature_id, "waits", trouble.sentence, now)

    def _say_once(self, trouble: Trouble, generation: Generation, remembered: Remembered, hold: Hold) -> None:
        """One honest comment with where to look, if GitHub takes one; none where one may stand there already."""
        key = f"trouble:{trouble.kind}:{generation.id}"
        if identities.notice(key) in {effect.identity for effect in remembered.unsettled}:
            return
        body = reply.notice(hold.leased.issue, generation.id, key, trouble.sentence)
        try:
            place = hold.view.place if hold.view else self._observing.place(hold.leased.repository_id)
            journal = DatabaseJournal(self._database, hold.leased, self._clock)
            effects = self._asking.effects(hold, place, journal)
            effects.ensure_comment(identities.notice(key), hold.leased.issue, body)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - the sentence stands on the dashboard all the same
            log.warning("trouble_not_told", feature=hold.leased.feature_id, why=str(error))

    @staticmethod
    def _log(error: Exception, trouble: Trouble, leased: Leased) -> None:
        if trouble.tells and not isinstance(error, GitHubError):
            log.error("look_failed", feature=leased.feature_id, exc_info=error)
        else:
            log.warning("look_without_answer", feature=leased.feature_id, why=trouble.sentence)


def feature_row(connection: Connection, leased: Leased) -> Row[Any]:
    known = select(tables.feature).where(tables.feature.c.id == leased.feature_id)
    return connection.execute(known).one()


def changing(leased: Leased) -> Update:
    return update(tables.feature).where(tables.feature.c.id == leased.feature_id)
