"""What CI says about one commit, as one word and one sentence (design, "CI"; hazards 2.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.facts.facts import Facts
from bot.facts.seen import Check, CheckState, Commit


class Colour(StrEnum):
    """CI's word on a commit."""

    GREEN = "green"
    RED = "red"
    PENDING = "pending"
    NONE = "none"
    CANCELLED = "cancelled"
    ACTION_REQUIRED = "action_required"


@dataclass(frozen=True)
class Judgement:
    """CI's word, the checks that it rests on by name, and when to look again where it is pending.

    `settling`: what reported is green, and others may still come. `checks` are those that reported.
    """

    colour: Colour
    names: tuple[str, ...] = ()
    look_again_at: datetime | None = None
    settling: bool = False
    checks: tuple[Check, ...] = ()

    @property
    def listed(self) -> str:
        """The checks as people read them in a sentence."""
        shown = ", ".join(f"`{name}`" for name in self.names[:5])
        more = len(self.names) - 5
        return f"{shown} and {more} more" if more > 0 else shown


MOST_QUIET = timedelta(seconds=60)
POLL = timedelta(seconds=30)
NEVER_STARTED = timedelta(minutes=30)


def judge(
    commit: Commit,
    facts: Facts,
    *,
    required: tuple[str, ...] = (),
    counts: Callable[[Check], bool] = lambda check: True,
) -> Judgement:
    """Weigh the newest results on a commit. `required` are the names GitHub demands; `counts` leaves others out.

    If nothing is required, every check counts; green then needs a quiet time without new ones.
    """
    reported = tuple(check for check in commit.checks if counts(check) and not is_forged(check, facts))
    demanded = tuple(check for check in reported if check.required or check.name in required)
    missing = tuple(name for name in required if name not in {check.name for check in reported})
    weighed = demanded if demanded or missing else reported
    for state, colour in _WORST_FIRST:
        found = tuple(check for check in weighed if check.state is state)
        if found:
            return Judgement(colour, tuple(check.name for check in found), facts.now + POLL, checks=found)
    if missing:
        return Judgement(Colour.PENDING, missing, facts.now + POLL)
    if not weighed:
        return _nothing_reported(commit, facts)
    if demanded:
        return Judgement(Colour.GREEN, _names(weighed))
    return _quiet(commit, weighed, facts)


def is_forged(check: Check, facts: Facts) -> bool:
    """A name that GitHub takes from one App alone, said by somebody else: whoever may push can say it (G10)."""
    apps = facts.seen.base.bound_to.get(check.name)
    return apps is not None and (check.by_a_person or check.app not in (*apps, None))


_WORST_FIRST = (
    (CheckState.RED, Colour.RED),
    (CheckState.ACTION_REQUIRED, Colour.ACTION_REQUIRED),
    (CheckState.CANCELLED, Colour.CANCELLED),
    (CheckState.PENDING, Colour.PENDING),
)


def _nothing_reported(commit: Commit, facts: Facts) -> Judgement:
    """“No checks yet” is pending for the settle time, never “all of zero passed” (G1, G2)."""
    settled = facts.since(commit.sha) + facts.house.checks_settle
    if commit.open_suites or facts.now < settled:
        return Judgement(Colour.PENDING, (), max(settled, facts.now + timedelta(seconds=1)))
    return Judgement(Colour.NONE)


def _quiet(commit: Commit, weighed: tuple[Check, ...], facts: Facts) -> Judgement:
    """A check that comes late must get its chance (G3); a suite that is open announces one."""
    quiet = min(facts.house.checks_settle / 5, MOST_QUIET)
    settled = facts.since(quiet_clock(commit)) + quiet
    if commit.open_suites or facts.now < settled:
        again = max(settled, facts.now + timedelta(seconds=1))
        return Judgement(Colour.PENDING, _names(weighed), again, settling=True)
    return Judgement(Colour.GREEN, _names(weighed))


def pending(judgement: Judgement, where: str) -> str:
    """What is waited for, as people read it."""
    if not judgement.names:
        return f"Waiting for CI to report on {where}."
    if judgement.settling:
        return f"{judgement.listed} is green on {where}; waiting a moment for checks that start late."
    return f"CI is running on {where}: {judgement.listed}."


def quiet_clock(commit: Commit) -> str:
    """The clock that starts anew whenever another check appears on the commit (rule 14)."""
    return f"{commit.sha}+{len(commit.checks)}"


def never_started(judgement: Judgement, commit: Commit, facts: Facts) -> str | None:
    """The explanation of a required check that does not start (G8)."""
    started = {check.name for check in commit.checks if not is_forged(check, facts)}
    waiting = [name for name in judgement.names if name not in started]
    for name in waiting:
        if any(check.name == name for check in commit.checks):
            return (
                f"The required check `{name}` counts only from the App that {facts.seen.base.branch}'s rules name, "
                f"and on {commit.sha[:7]} it comes from somebody else; Baton waits for the App's, as GitHub does."
            )
    if not waiting or facts.now - facts.since(commit.sha) < NEVER_STARTED:
        return None
    return (
        f"The required check `{waiting[0]}` was never started on {commit.sha[:7]}; "
        "GitHub leaves a path-filtered workflow's check pending for ever. Change the workflow so that it starts, or "
        f"ask an administrator to remove `{waiting[0]}` from the required checks of {facts.seen.base.branch}."
    )


def _names(checks: tuple[Check, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(check.name for check in checks))
