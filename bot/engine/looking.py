"""One look at one feature: observe, ask the story, do one move, again, until it waits or is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row, Update, select, update

from bot.engine import recording, tables, troubles
from bot.engine.agent_runs import RunState
from bot.engine.agent_work import AgentWork
from bot.engine.budget import Later, Urgency, asked_to_wait, leave_alone, reserve
from bot.engine.database import Database
from bot.engine.journal import DatabaseJournal
from bot.engine.leasing import Leased, LeaseLost, fenced, half_over, hold_fence, release_in, renew
from bot.engine.observing import Observing, Place
from bot.engine.performing import Performing, Scene
from bot.engine.presenting import Presenting
from bot.engine.remembering import remember
from bot.engine.sweep import stirred
from bot.engine.troubles import TooSoon, Trouble, trouble_of
from bot.facts.facts import Facts, House
from bot.facts.remembered import Ending, Generation, Remembered
from bot.facts.seen import Commit, Seen
from bot.facts.states import FeatureState
from bot.facts.verdict import Done, Wait
from bot.feature import next_move
from bot.gates.checks import quiet_clock
from bot.github.effects import Effects, MakesEffects, Permit
from bot.github.errors import GitHubError, NotNow, Unreachable
from bot.github.observe import IssueGone
from bot.moves import (
    CloseIssue,
    ClosePullRequest,
    Move,
    OpenPullRequest,
    RememberMerge,
    Settle,
)
from bot.render import reply

log = structlog.get_logger()

MOST_MOVES = 60
SEEN_FOR = timedelta(seconds=10)
SHOW_AGAIN = timedelta(seconds=60)
CLOCK_KEPT = timedelta(days=1)

# After these the next question needs GitHub's own word; after all others the journal's is enough.
LOOKS_ANEW = (ClosePullRequest, CloseIssue, OpenPullRequest, RememberMerge, Settle)


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


class Looking:
    """Looks at leased features. Everything it learns is on record before it looks at the next."""

    def __init__(
        self,
        database: Database,
        observing: Observing,
        performing: Performing,
        presenting: Presenting,
        work: AgentWork,
        run_state: Callable[[str], RunState],
        login: str,
        api_url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        effects: MakesEffects = Effects,
    ) -> None:
        self._database = database
        self._observing = observing
        self._performing = performing
        self._presenting = presenting
        self._work = work
        self._run_state = run_state
        self._login = login
        self._api_url = api_url
        self._clock = clock
        self._make_effects = effects

    def look(self, leased: Leased) -> None:
        """From the lease to its release; whatever goes wrong becomes a wait with a sentence."""
        hold = Hold(self._database, leased)
        try:
            try:
                self._stand(hold)
            except LeaseLost:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is becomes a wait with a sentence
                self._stumble(error, hold)
        except LeaseLost:
            log.info("lease_lost", feature=leased.feature_id)

    def _stand(self, hold: Hold) -> None:
        """Move until the story stands still, then show people where."""
        last: Move | None = None
        for _ in range(MOST_MOVES):
            if hold.view is not None and self._clock() - hold.view.at > SEEN_FOR:
                hold.view = None
            hold.begin_anew()
            is_fresh = hold.view is None
            view = hold.view = hold.view or self._view(hold.leased)
            scene = self._scene(hold, view)
            answer = next_move(scene.facts)
            if isinstance(answer, Move) and answer != last:
                self._do(answer, scene)
                last, hold.moved = answer, True
                hold.view = None if isinstance(answer, LOOKS_ANEW) else view
                continue
            if isinstance(answer, Move) and not is_fresh:
                hold.view = None  # perhaps GitHub shows by now what was done
                continue
            self._come_to_rest(answer, scene, hold)
            return
        raise Unreachable(f"The feature took {MOST_MOVES} moves at one look; it is looked at again.")

    def _come_to_rest(self, answer: Move | Wait | Done, scene: Scene, hold: Hold) -> None:
        if isinstance(answer, Move):
            # Done already, and GitHub does not show it yet: asking the same again would turn in a circle.
            self._stumble(Unreachable("GitHub does not show yet what was just done."), hold)
            return
        self._start_what_did_not_start(scene)
        again = self._show(scene, answer)
        self._release(hold, answer, _sooner(_due(answer), again), scene)

    def _show(self, scene: Scene, answer: Wait | Done) -> datetime | None:
        """The story never waits for what people are shown; gives the time at which to try again."""
        try:
            return self._presenting.show(scene, answer)
        except (NotNow, TooSoon) as error:
            if isinstance(error, NotNow):
                leave_alone(self._database, scene.place.installation, error.until)
            return error.until
        except GitHubError as error:
            log.warning("not_shown", feature=scene.leased.feature_id, why=str(error))
            return self._clock() + SHOW_AGAIN

    def _view(self, leased: Leased) -> View:
        at = self._clock()
        place = self._observing.place(leased.repository_id)
        self._mind(place)
        with self._database.reading() as connection:
            remembered = remember(connection, leased.feature_id)
        seen, house, place = self._observing.look(leased, place, remembered)
        return View(seen, house, place, at)

    def _mind(self, place: Place) -> None:
        """GitHub asked to be left alone, perhaps another process."""
        until = asked_to_wait(self._database, place.installation)
        if until is not None:
            raise NotNow(until, "it asked for that a moment ago.")

    def _scene(self, hold: Hold, view: View) -> Scene:
        leased = hold.leased
        with self._database.reading() as connection:
            remembered = remember(connection, leased.feature_id)
        remembered = self._with_clocks(leased, view.seen, remembered)
        facts = Facts(view.seen, remembered, view.house, self._clock())
        journal = DatabaseJournal(self._database, leased, self._clock)
        effects = self._effects(hold, view.place, journal)
        return Scene(leased, view.place, facts, effects, journal, self._api_url)

    def _effects(self, hold: Hold, place: Place, journal: DatabaseJournal) -> Effects:
        permit = Permit(before_write=lambda creates: self._permit(hold, place, creates))
        return self._make_effects(place.writes, place.full_name, journal, self._login, permit)

    def _permit(self, hold: Hold, place: Place, creates: str) -> None:
        """Directly before each call: the lease is ours for long enough, and the installation has room."""
        hold.keep()
        self._mind(place)
        if not creates:
            return
        verdict = reserve(self._database, place.installation, _urgency(creates))
        if isinstance(verdict, Later):
            raise TooSoon(verdict.at, verdict.why)

    def _with_clocks(self, leased: Leased, seen: Seen, remembered: Remembered) -> Remembered:
        """The clock of a head starts at the first look that saw it (rule 14)."""
        now = self._clock()
        fresh = {name: now for name in _clock_names(seen) if name not in remembered.clocks}
        if not fresh or remembered.generation is None:
            return remembered
        old = [name for name, at in remembered.clocks.items() if now - at > CLOCK_KEPT]
        with fenced(self._database, leased) as connection:
            recording.start_clocks(connection, leased.feature_id, fresh, now)
            recording.stop_clocks(connection, leased.feature_id, set(old) - set(_clock_names(seen)))
        return replace(remembered, clocks={**remembered.clocks, **fresh})

    def _do(self, move: Move, scene: Scene) -> None:
        log.info(_event_name(move), feature=scene.leased.feature_id, issue=scene.issue)
        self._performing.do(move, scene)
        if move.told:
            with fenced(self._database, scene.leased) as connection:
                recording.tell(
                    connection, scene.leased.feature_id, _event_name(move), move.told, self._clock()
                )

    def _start_what_did_not_start(self, scene: Scene) -> None:
        """A crash between a run's row and its workflow leaves a row that nobody works on."""
        generation = scene.facts.generation
        if generation is None or generation.ending:
            return
        for run in scene.facts.remembered.runs:
            if run.result is None and self._run_state(run.id) is RunState.UNKNOWN:
                self._performing.start(run.id, self._work.assignment(run.id))

    # --- endings ---

    def _release(self, hold: Hold, answer: Wait | Done, again: datetime | None, scene: Scene) -> None:
        """Give the feature back, with the state and the sentence that people see on the dashboard."""
        leased, now = hold.leased, self._clock()
        begun = scene.facts.generation is not None
        fresh = {
            "state": answer.state if begun else None,
            "waiting_for": answer.why,
            "live": begun and not isinstance(answer, Done),
            "title": scene.facts.seen.issue.title,
        }
        with self._database.writing() as connection:
            release_in(connection, leased, again, now)
            before = self._feature(connection, leased)
            connection.execute(self._update(leased).values(**fresh))
            troubles.is_over(connection, leased.feature_id)
            if hold.moved or (fresh["state"], answer.why) != (before.state, before.waiting_for):
                stirred(connection, leased.feature_id)
            if begun and answer.why != before.waiting_for:
                recording.tell(connection, leased.feature_id, "waits", answer.why, now)

    def _stumble(self, error: Exception, hold: Hold) -> None:
        """A look that came to no answer: people read why, and the next one is later and later."""
        leased, now = hold.leased, self._clock()
        trouble = trouble_of(error, leased.feature_id)
        self._log(error, trouble, leased)
        if isinstance(error, NotNow):
            self._leave_alone(leased, error.until)
        with fenced(self._database, leased) as connection:
            since = troubles.begun_at(connection, leased.feature_id, trouble, now)
            remembered = remember(connection, leased.feature_id)
        generation = remembered.generation
        if generation is not None and trouble.is_told(since, now):
            self._say_once(trouble, generation, hold)
        again = trouble.again(since, now)
        is_over = isinstance(error, IssueGone) and now > since
        for run in remembered.runs if is_over else ():
            if run.result is None:
                self._performing.stop(run.id)
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
        before = self._feature(connection, leased)
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
        connection.execute(self._update(leased).values(**fresh))
        if generation is not None and trouble.sentence != before.waiting_for:
            recording.tell(connection, leased.feature_id, "waits", trouble.sentence, now)

    def _say_once(self, trouble: Trouble, generation: Generation, hold: Hold) -> None:
        """One honest comment with where to look, if GitHub takes one."""
        key = f"trouble:{trouble.kind}:{generation.id}"
        body = reply.notice(hold.leased.issue, generation.id, key, trouble.sentence)
        try:
            place = hold.view.place if hold.view else self._observing.place(hold.leased.repository_id)
            journal = DatabaseJournal(self._database, hold.leased, self._clock)
            effects = self._effects(hold, place, journal)
            effects.ensure_comment(f"comment:notice:{key}", hold.leased.issue, body)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - the sentence stands on the dashboard all the same
            log.warning("trouble_not_told", feature=hold.leased.feature_id, why=str(error))

    def _feature(self, connection: Connection, leased: Leased) -> Row[Any]:
        known = select(tables.feature).where(tables.feature.c.id == leased.feature_id)
        return connection.execute(known).one()

    @staticmethod
    def _update(leased: Leased) -> Update:
        return update(tables.feature).where(tables.feature.c.id == leased.feature_id)

    @staticmethod
    def _log(error: Exception, trouble: Trouble, leased: Leased) -> None:
        if trouble.tells and not isinstance(error, GitHubError):
            log.error("look_failed", feature=leased.feature_id, exc_info=error)
        else:
            log.warning("look_without_answer", feature=leased.feature_id, why=trouble.sentence)

    def _leave_alone(self, leased: Leased, until: datetime) -> None:
        """All processes leave this installation alone until then (hazard I5)."""
        known = select(tables.repository.c.installation_id).where(
            tables.repository.c.id == leased.repository_id
        )
        with self._database.reading() as connection:
            installation = connection.execute(known).scalar_one_or_none()
        if installation is not None:
            leave_alone(self._database, installation, until)


def _urgency(identity: str) -> Urgency:
    """People's answers first, then pull requests, then the rest (design, section 4)."""
    if identity.startswith(("comment:reply", "comment:question")):
        return Urgency.ANSWER
    return Urgency.PULL_REQUEST if identity.startswith(("commit:", "branch:", "pull:")) else Urgency.EDIT


def _due(answer: Wait | Done) -> datetime | None:
    return answer.look_again_at if isinstance(answer, Wait) else None


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    times = [each for each in (one, other) if each is not None]
    return min(times) if times else None


def _clock_names(seen: Seen) -> Iterator[str]:
    commits: list[Commit | None] = [seen.base.head, *seen.merges.values()]
    commits += [pull.head for pull in seen.pulls.values()]
    for commit in commits:
        if commit is not None:
            yield commit.sha
            yield quiet_clock(commit)


def _event_name(move: Move) -> str:
    """`OpenPullRequest` is told as `open_pull_request`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(move).__name__).lower()
