"""What may be asked of GitHub within one look: while the lease is ours, as fast as all looks together may."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from bot.engine import tables
from bot.engine.budget import Later, Urgency, asked_to_wait, leave_alone, reserve
from bot.engine.database import Database
from bot.engine.journal import DatabaseJournal
from bot.engine.leasing import Leased, half_over, renew
from bot.engine.observing import Place
from bot.engine.troubles import TooSoon
from bot.facts import identities
from bot.facts.facts import House
from bot.facts.seen import Seen
from bot.github.effects import Effects, MakesEffects, Permit
from bot.github.errors import NotNow

# Whose requests are limited while it is not known yet which installation a repository belongs to.
THE_APP = 0


@dataclass(frozen=True)
class View:
    """What was seen of GitHub, when, and where."""

    seen: Seen
    house: House
    place: Place
    at: datetime


class Hold:
    """The lease of one look, begun anew between moves and whenever half of it is over."""

    def __init__(self, database: Database, leased: Leased) -> None:
        self._database = database
        self.leased = leased
        self.view: View | None = None
        self.moved = False

    def begin_anew(self) -> None:
        """What was marked meanwhile is answered only by who looks at GitHub again. Raises LeaseLost."""
        renewed = renew(self._database, self.leased)
        if self.view is None:
            self.leased = renewed
        else:
            self.leased = replace(renewed, wanted=self.leased.wanted, leased_at=self.leased.leased_at)

    def keep(self) -> None:
        """Directly before each call: another must not take over while it is under way."""
        if half_over(self.leased):
            self.begin_anew()


class Asking:
    """Gives looks their effects, and sees to it that nobody asks for more than GitHub wants."""

    def __init__(self, database: Database, login: str, make_effects: MakesEffects = Effects) -> None:
        self._database = database
        self._login = login
        self._make_effects = make_effects

    def effects(self, hold: Hold, place: Place, journal: DatabaseJournal) -> Effects:
        permit = Permit(before_write=lambda creates: self._permit(hold, place, creates))
        return self._make_effects(place.writes, place.full_name, journal, self._login, permit)

    def _permit(self, hold: Hold, place: Place, creates: str) -> None:
        """Directly before each call: the lease is ours for long enough, and the installation has room."""
        hold.keep()
        self.mind(place.installation)
        if not creates:
            return
        verdict = reserve(self._database, place.installation, _urgency(creates))
        if isinstance(verdict, Later):
            raise TooSoon(verdict.at, verdict.why)

    def mind(self, installation: int | None) -> None:
        """GitHub asked to be left alone, perhaps another process."""
        until = asked_to_wait(self._database, installation or THE_APP)
        if until is not None:
            raise NotNow(until, "it asked for that a moment ago.")

    def leave_alone(self, leased: Leased, until: datetime) -> None:
        """All processes leave this installation alone until then (hazard I5)."""
        leave_alone(self._database, self.installation_of(leased) or THE_APP, until)

    def installation_of(self, leased: Leased) -> int | None:
        table = tables.repository
        known = select(table.c.installation_id).where(table.c.id == leased.repository_id)
        with self._database.reading() as connection:
            found: int | None = connection.execute(known).scalar_one_or_none()
        return found


def _urgency(identity: str) -> Urgency:
    """People's answers first, then pull requests, then the rest (design, section 4)."""
    if identity.startswith(identities.ANSWERS):
        return Urgency.ANSWER
    return Urgency.PULL_REQUEST if identity.startswith(identities.OF_PULL_REQUESTS) else Urgency.EDIT
