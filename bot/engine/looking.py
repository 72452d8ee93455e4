"""One look at one feature: observe, ask the story, do one move, again, until it waits or is done."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.engine import recording, troubles
from bot.engine.agent_runs import RunState
from bot.engine.agent_work import AgentWork
from bot.engine.asking import Asking, Hold, View
from bot.engine.database import Database
from bot.engine.journal import DatabaseJournal
from bot.engine.leasing import Leased, LeaseLost, fenced, release_in
from bot.engine.observing import Observing
from bot.engine.performing import Performing, Scene
from bot.engine.presenting import Presenting
from bot.engine.remembering import remember
from bot.engine.stumbling import Stumbling, changing, feature_row
from bot.engine.sweep import stirred
from bot.engine.troubles import TooSoon
from bot.facts import identities
from bot.facts.facts import GREEN_BASE, RED_BASE, Facts
from bot.facts.remembered import Ending, Remembered
from bot.facts.seen import Commit, Seen
from bot.facts.verdict import Done, Wait
from bot.feature import next_move
from bot.gates.base_green import green_base, red_base
from bot.gates.checks import quiet_clock
from bot.github.effects import Effects, MakesEffects
from bot.github.errors import GitHubError, NotNow, Unreachable
from bot.moves import (
    Amend,
    CloseIssue,
    ClosePullRequest,
    Move,
    OpenPullRequest,
    RememberMerge,
    Settle,
)

log = structlog.get_logger()

MOST_MOVES = 60
SEEN_FOR = timedelta(seconds=10)
SHOW_AGAIN = timedelta(seconds=60)
CLOCK_KEPT = timedelta(days=1)

# After these the next question needs GitHub's own word; after all others the journal's is enough.
LOOKS_ANEW = (Amend, ClosePullRequest, CloseIssue, OpenPullRequest, RememberMerge, Settle)


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
        self._api_url = api_url
        self._clock = clock
        self._asking = Asking(database, login, effects)
        self._stumbling = Stumbling(database, observing, self._asking, performing.stop, clock)

    def look(self, leased: Leased) -> None:
        """From the lease to its release; whatever goes wrong becomes a wait with a sentence."""
        hold = Hold(self._database, leased)
        try:
            try:
                self._stand(hold)
            except LeaseLost:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is becomes a wait with a sentence
                self._stumbling.stumble(error, hold)
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
            self._stumbling.stumble(Unreachable("GitHub does not show yet what was just done."), hold)
            return
        self._mind_the_runs(scene)
        again = self._show(scene, answer)
        self._release(hold, answer, _sooner(_due(answer), again), scene)

    def _show(self, scene: Scene, answer: Wait | Done) -> datetime | None:
        """The story never waits for what people are shown; gives the time at which to try again."""
        try:
            return self._presenting.show(scene, answer)
        except (NotNow, TooSoon) as error:
            if isinstance(error, NotNow):
                self._asking.leave_alone(scene.leased, error.until)
            return error.until
        except GitHubError as error:
            log.warning("not_shown", feature=scene.leased.feature_id, why=str(error))
            return self._clock() + SHOW_AGAIN

    def _view(self, leased: Leased) -> View:
        at = self._clock()
        self._asking.mind(self._asking.installation_of(leased))
        place = self._observing.place(leased.repository_id)
        with self._database.reading() as connection:
            remembered = remember(connection, leased.feature_id)
        seen, house, place = self._observing.look(leased, place, remembered)
        return View(seen, house, place, at)

    def _scene(self, hold: Hold, view: View) -> Scene:
        leased = hold.leased
        with self._database.reading() as connection:
            remembered = remember(connection, leased.feature_id)
        facts = Facts(view.seen, remembered, view.house, self._clock())
        facts = replace(facts, remembered=self._with_clocks(leased, facts))
        journal = DatabaseJournal(self._database, leased, self._clock)
        effects = self._asking.effects(hold, view.place, journal)
        return Scene(leased, view.place, facts, effects, journal, self._api_url)

    def _with_clocks(self, leased: Leased, facts: Facts) -> Remembered:
        """The clock of a head starts at the first look that saw it (rule 14)."""
        now, remembered = self._clock(), facts.remembered
        names = [*_clock_names(facts.seen), *green_base(facts), *red_base(facts)]
        fresh = {name: now for name in names if name not in remembered.clocks}
        if not fresh or remembered.generation is None:
            return remembered
        old = forgotten(remembered, now)
        with fenced(self._database, leased) as connection:
            recording.start_clocks(connection, leased.feature_id, fresh, now)
            for pull in facts.seen.pulls.values():
                if pull.head.sha in fresh:  # also what people pushed: its checks concern this feature
                    recording.refer(connection, leased.feature_id, "sha", pull.head.sha)
            recording.stop_clocks(connection, leased.feature_id, old - set(names))
        return replace(remembered, clocks={**remembered.clocks, **fresh})

    def _do(self, move: Move, scene: Scene) -> None:
        log.info(_event_name(move), feature=scene.leased.feature_id, issue=scene.issue)
        self._performing.do(move, scene)
        if move.told:
            with fenced(self._database, scene.leased) as connection:
                recording.tell(
                    connection, scene.leased.feature_id, _event_name(move), move.told, self._clock()
                )

    def _mind_the_runs(self, scene: Scene) -> None:
        """A crash between a run's row and its workflow leaves a row that nobody works on; one after the end, a run."""
        generation = scene.facts.generation
        for run in scene.facts.remembered.runs:
            if generation is None or run.result is not None:
                continue
            state = self._run_state(run.id)
            was_broken_off = generation.ending not in (None, Ending.COMPLETED)
            if was_broken_off and state in (RunState.WAITING, RunState.RUNNING):
                self._performing.stop(run.id)
            elif not generation.ending and state is RunState.UNKNOWN:
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
            before = feature_row(connection, leased)
            connection.execute(changing(leased).values(**fresh))
            troubles.is_over(connection, leased.feature_id)
            if hold.moved or (fresh["state"], answer.why) != (before.state, before.waiting_for):
                stirred(connection, leased.feature_id)
            if begun and answer.why != before.waiting_for:
                recording.tell(connection, leased.feature_id, "waits", answer.why, now)


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


def forgotten(remembered: Remembered, now: datetime) -> set[str]:
    """The clocks that nobody asks for any more.

    When base was green or red, and that a commit of ours was seen, is known for good: the story decides by it.
    """
    ours = {
        json.loads(result).get("sha")
        for identity, result in remembered.effects.items()
        if identity.startswith((identities.AMENDED, identities.BASE_MERGED))
    }
    return {
        name
        for name, at in remembered.clocks.items()
        if now - at > CLOCK_KEPT and name not in ours and not name.endswith((GREEN_BASE, RED_BASE))
    }


def _event_name(move: Move) -> str:
    """`OpenPullRequest` is told as `open_pull_request`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(move).__name__).lower()
