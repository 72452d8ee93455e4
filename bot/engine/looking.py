"""One look at one feature: observe, ask the story, do one move, again, until it waits or is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import update

from bot.engine import recording, tables
from bot.engine.agent_runs import RunState
from bot.engine.agent_work import AgentWork
from bot.engine.budget import Later, Urgency, leave_alone, reserve
from bot.engine.database import Database
from bot.engine.journal import DatabaseJournal
from bot.engine.leasing import Leased, LeaseLost, fenced, half_over, release_in, renew
from bot.engine.observing import CannotLook, Observing, Place
from bot.engine.performing import Performing, Scene
from bot.engine.presenting import Presenting
from bot.engine.remembering import remember
from bot.facts.facts import Facts, House
from bot.facts.remembered import Remembered
from bot.facts.seen import Commit, Seen
from bot.facts.states import FeatureState
from bot.facts.verdict import Done, Wait
from bot.feature import next_move
from bot.gates.checks import quiet_clock
from bot.github.effects import BranchTaken, Effects, Permit
from bot.github.errors import GitHubError, NotNow, OutcomeUnknown, Refused, Unreachable
from bot.moves import (
    CloseIssue,
    ClosePullRequest,
    Move,
    OpenPullRequest,
    RememberMerge,
    Settle,
)

log = structlog.get_logger()

MOST_MOVES = 60
CATCH_UP = timedelta(seconds=5)
SEEN_FOR = timedelta(seconds=10)
TRY_AGAIN = timedelta(seconds=15)

# After these the next question needs GitHub's own word; after all others the journal's is enough.
LOOKS_ANEW = (ClosePullRequest, CloseIssue, OpenPullRequest, RememberMerge, Settle)


@dataclass(frozen=True)
class View:
    """What was seen of GitHub, when, and where."""

    seen: Seen
    house: House
    place: Place
    at: datetime


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

    def look(self, leased: Leased) -> None:
        """From the lease to its release; whatever goes wrong becomes a wait with a sentence."""
        try:
            self._stand(leased)
        except LeaseLost:
            log.info("lease_lost", feature=leased.feature_id)
        except Exception as error:
            answer = self._answer_to(error, leased)
            try:
                self._release(leased, answer, answer.look_again_at, None)
            except LeaseLost:
                log.info("lease_lost", feature=leased.feature_id)

    def _stand(self, leased: Leased) -> None:
        """Move until the story stands still, then show people where."""
        view: View | None = None
        last: Move | None = None
        for _ in range(MOST_MOVES):
            leased = renew(self._database, leased)
            if view is None or self._clock() - view.at > SEEN_FOR:
                view = self._view(leased)
            scene = self._scene(leased, view)
            answer = next_move(scene.facts)
            if isinstance(answer, Move) and answer != last:
                self._do(answer, scene)
                last = answer
                view = None if isinstance(answer, LOOKS_ANEW) else view
                continue
            if isinstance(answer, Move):
                # Done already, and GitHub does not show it yet: asking the same again would turn in a circle.
                answer = self._not_caught_up(scene)
            self._start_what_did_not_start(scene)
            again = self._presenting.show(scene, answer)
            self._release(leased, answer, _sooner(_due(answer), again), scene)
            return
        raise Unreachable(f"The feature took {MOST_MOVES} moves at one look; it is looked at again.")

    def _view(self, leased: Leased) -> View:
        at = self._clock()
        place = self._observing.place(leased.repository_id)
        with self._database.reading() as connection:
            remembered = remember(connection, leased.feature_id)
        seen, house, place = self._observing.look(leased, place, remembered)
        return View(seen, house, place, at)

    def _scene(self, leased: Leased, view: View) -> Scene:
        with self._database.reading() as connection:
            remembered = remember(connection, leased.feature_id)
        remembered = self._with_clocks(leased, view.seen, remembered)
        facts = Facts(view.seen, remembered, view.house, self._clock())
        journal = DatabaseJournal(self._database, leased, self._clock)
        permit = Permit(before_write=lambda creates: self._permit(leased, view.place, creates))
        effects = Effects(view.place.writes, view.place.full_name, journal, self._login, permit)
        return Scene(leased, view.place, facts, effects, journal, self._api_url)

    def _permit(self, leased: Leased, place: Place, creates: str) -> None:
        """Directly before each call: still within half of the lease, and room in the installation's budget."""
        if half_over(leased):
            raise LeaseLost("Half of the lease is over, so nothing more is asked of GitHub in this look.")
        if not creates:
            return
        verdict = reserve(self._database, place.installation, _urgency(creates))
        if isinstance(verdict, Later):
            raise NotNow(verdict.at, verdict.why)

    def _with_clocks(self, leased: Leased, seen: Seen, remembered: Remembered) -> Remembered:
        """The clock of a head starts at the first look that saw it (rule 14)."""
        now = self._clock()
        fresh = {name: now for name in _clock_names(seen) if name not in remembered.clocks}
        if not fresh or remembered.generation is None:
            return remembered
        with fenced(self._database, leased) as connection:
            recording.start_clocks(connection, leased.feature_id, fresh, now)
        return replace(remembered, clocks={**remembered.clocks, **fresh})

    def _do(self, move: Move, scene: Scene) -> None:
        log.info(_event_name(move), feature=scene.leased.feature_id, issue=scene.issue)
        self._performing.do(move, scene)
        if move.told:
            with fenced(self._database, scene.leased) as connection:
                recording.tell(
                    connection, scene.leased.feature_id, _event_name(move), move.told, self._clock()
                )

    def _not_caught_up(self, scene: Scene) -> Wait:
        state = scene.facts.remembered.state or FeatureState.WORKING
        return Wait("GitHub does not show yet what was just done.", state, self._clock() + CATCH_UP)

    def _start_what_did_not_start(self, scene: Scene) -> None:
        """A crash between a run's row and its workflow leaves a row that nobody works on."""
        for run in scene.facts.remembered.runs:
            if run.result is None and self._run_state(run.id) is RunState.UNKNOWN:
                self._performing.start(run.id, self._work.assignment(run.id))

    # --- endings ---

    def _release(
        self, leased: Leased, answer: Wait | Done, again: datetime | None, scene: Scene | None
    ) -> None:
        """Give the feature back, with the state and the sentence that people see on the dashboard."""
        now = self._clock()
        with self._database.writing() as connection:
            release_in(connection, leased, again, now)
            known = tables.feature.c.id == leased.feature_id
            before = connection.execute(tables.feature.select().where(known)).one()
            begun = scene is None or scene.facts.generation is not None
            fresh = {
                "state": answer.state if begun else None,
                "waiting_for": answer.why,
                "live": begun and not isinstance(answer, Done),
                "title": scene.facts.seen.issue.title if scene else before.title,
            }
            connection.execute(update(tables.feature).where(known).values(**fresh))
            if begun and answer.why != before.waiting_for:
                recording.tell(connection, leased.feature_id, "waits", answer.why, now)

    def _leave_alone(self, leased: Leased, until: datetime) -> None:
        """All processes leave this installation alone until then (hazard I5)."""
        known = tables.repository.c.id == leased.repository_id
        with self._database.reading() as connection:
            row = connection.execute(tables.repository.select().where(known)).one_or_none()
        if row is not None and row.installation_id is not None:
            leave_alone(self._database, row.installation_id, until)

    def _answer_to(self, error: Exception, leased: Leased) -> Wait:
        """What people read when a look came to no answer, and when the next one is."""
        now = self._clock()
        with self._database.reading() as connection:
            state = (
                connection.execute(tables.feature.select().where(tables.feature.c.id == leased.feature_id))
                .one()
                .state
            )
        stands = FeatureState(state) if state else FeatureState.PLANNING
        match error:
            case CannotLook():
                return Wait(str(error), FeatureState.BLOCKED, error.look_again_at)
            case NotNow():
                self._leave_alone(leased, error.until)
                return Wait(str(error), stands, error.until)
            case OutcomeUnknown() | Unreachable():
                log.warning("github_unreachable", feature=leased.feature_id, error=str(error))
                return Wait(f"{error} Baton asks again.", stands, now + CATCH_UP)
            case Refused() | BranchTaken() | GitHubError():
                log.warning("github_refused", feature=leased.feature_id, error=str(error))
                return Wait(f"{error} Baton tries again later.", FeatureState.BLOCKED, now + TRY_AGAIN * 4)
            case _:
                log.exception("look_failed", feature=leased.feature_id)
                why = (
                    f"Baton met an error that it does not know ({type(error).__name__}) and tries again. "
                    f"Its log has the details under feature {leased.feature_id}."
                )
                return Wait(why, FeatureState.BLOCKED, now + TRY_AGAIN)


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
