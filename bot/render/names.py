"""The names that Baton gives to branches, pull requests and commits (contract, "On GitHub")."""

from __future__ import annotations

import re
import unicodedata
from textwrap import fill

from bot.facts.tasks import Task
from bot.facts.works import Work
from bot.plan.stage_kind import StageKind
from bot.render.escaping import one_line

MOST_TITLE = 240


def slug(title: str) -> str:
    """A short ASCII name for branches: `Notification system!` becomes `notification-system`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word[:30]
        if len(longer) > 30:
            break
        name = longer
    return name or "feature"


def branch(issue: int, feature: str, number: int, kind: StageKind, nth: int) -> str:
    """`baton/12-notifications/1-database`; the nth branch of the same stage gets `-2`, `-3` behind it."""
    suffix = f"-{nth}" if nth > 1 else ""
    return f"baton/{issue}-{slug(feature)}/{number}-{kind}{suffix}"


def pull_request_title(feature: str, work: Work) -> str:
    place = f"({work.number}/{work.total})"
    return f"{one_line(feature, 80)}: {one_line(work.title, MOST_TITLE - 90)} {place}"


def further_subject(task: Task, work: Work, base: str, about: tuple[str, ...]) -> str:
    """What a further commit on a pull request's branch is for."""
    match task:
        case Task.ANSWER:
            return f"Revise the {work.name} as its review asks"
        case Task.MEND:
            return f"Mend {', '.join(about)}"
        case Task.RESOLVE:
            return f"Merge {base} and settle what conflicts"
        case _:
            return f"Work on the {work.name} once more"


def commit_message(
    feature: str,
    issue: int,
    work: Work,
    summary: str,
    credits: tuple[str, ...] = (),
    subject: str | None = None,
) -> str:
    """A subject of one line, why, and the trailers; people are credited by trailer."""
    why = fill(one_line(summary, 1000), 72, break_long_words=False, break_on_hyphens=False)
    body = f"{why}\n\n" if why else ""
    trailers = [f"Refs: #{issue}", f"Stage: {work.number}/{work.total} {work.kind}", *credits]
    return f"{one_line(subject or work.title, 72)}\n\n{body}" + "\n".join(trailers)
