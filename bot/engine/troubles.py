"""When a look comes to no answer: what people read, when the next one is, and what is said on the issue once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.engine import recording
from bot.engine.observing import CannotLook
from bot.facts.states import FeatureState
from bot.github.effects import BranchTaken
from bot.github.errors import (
    GitHubError,
    NotGranted,
    NotInstalled,
    NotNow,
    OutcomeUnknown,
    Refused,
    Unreachable,
)
from bot.github.observe import IssueGone
from bot.workspace.absent import CommitMissing
from bot.workspace.git import GitFailed

CLOCK = "trouble:"
SOON = timedelta(seconds=5)
RARELY = timedelta(minutes=5)
RAREST = timedelta(minutes=15)
TELL_AFTER = timedelta(seconds=60)


class TooSoon(Exception):
    """Baton's own pace does not allow to create anything more before then."""

    def __init__(self, until: datetime, why: str) -> None:
        super().__init__(why)
        self.until = until


@dataclass(frozen=True)
class Trouble:
    """One kind of trouble. `blocks`: people see the feature as blocked; `first`: the first pause before a try.

    `tells`: said on the issue when it lasts. `until`: a time that somebody named.
    """

    kind: str
    sentence: str
    blocks: bool = False
    first: timedelta = SOON
    most: timedelta = RARELY
    tells: bool = False
    until: datetime | None = None

    @property
    def clock(self) -> str:
        return f"{CLOCK}{self.kind}"[:100]

    def again(self, since: datetime, now: datetime) -> datetime:
        """Ever more rarely: the pause is as long as the trouble has lasted."""
        return self.until or now + min(max(self.first, now - since), self.most)

    def is_told(self, since: datetime, now: datetime) -> bool:
        return self.tells and now - since >= TELL_AFTER


def trouble_of(error: Exception, feature_id: int) -> Trouble:
    """What an exception means for the feature that was looked at."""
    kind = type(error).__name__
    match error:
        case CannotLook():
            return Trouble(kind, str(error), blocks=True, until=error.look_again_at)
        case NotNow() | TooSoon():
            return Trouble(kind, str(error), until=error.until)
        case IssueGone():
            return Trouble(kind, str(error), blocks=True, first=timedelta(minutes=1))
        case NotGranted():
            return Trouble(kind, str(error), blocks=True, first=RARELY)
        case NotInstalled():
            why = f"{error} Install Baton on this repository, or unsuspend it, to go on."
            return Trouble(kind, why, blocks=True, first=RARELY)
        case OutcomeUnknown() | Unreachable():
            return Trouble(kind, f"{error} Baton asks again.")
        case GitFailed() | CommitMissing():
            return Trouble(kind, f"The repository could not be fetched: {error} Baton tries again.")
        case Refused() | BranchTaken() | GitHubError():
            again = "Baton tries again, less and less often."
            return Trouble(
                kind, f"{error} {_remedy(error)}{again}", True, timedelta(minutes=1), RAREST, tells=True
            )
        case _:
            why = (
                f"Baton met an error that it does not know ({kind}) and tries again, less and less often. "
                f"Its log has the details under feature {feature_id}."
            )
            return Trouble(kind, why, True, timedelta(seconds=15), RAREST, tells=True)


REMEDIES = {
    401: "Check that the App's key was not withdrawn, and that Baton has that of the same App.",
    403: "Give the App what it asks for in its installation's settings, or lift the rule that forbids it.",
    404: "See whether it was deleted, or is no longer shown to the App.",
    409: "Look on GitHub at what stands in the way, and put it out of the way.",
    410: "See whether it was deleted or switched off in the repository's settings.",
    422: "Look on GitHub at what stands in the way, and put it out of the way.",
}


def _remedy(error: Exception) -> str:
    """What a person can do about a refusal; some say it themselves."""
    if not isinstance(error, Refused) or "Close it, and" in error.message:
        return ""
    remedy = REMEDIES.get(error.status)
    return f"{remedy} " if remedy else ""


def begun_at(connection: Connection, feature_id: int, trouble: Trouble, now: datetime) -> datetime:
    """Since when this kind of trouble has lasted."""
    recording.start_clocks(connection, feature_id, [trouble.clock], now)
    return recording.clock(connection, feature_id, trouble.clock)


def is_over(connection: Connection, feature_id: int) -> None:
    """A look came to an answer."""
    recording.stop_clocks_like(connection, feature_id, CLOCK)


def state_in(trouble: Trouble, state: FeatureState | None) -> FeatureState:
    """Where people see the feature while the trouble lasts."""
    return FeatureState.BLOCKED if trouble.blocks else state or FeatureState.PLANNING
