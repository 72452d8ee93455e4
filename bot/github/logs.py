"""What a red check has to say: job, step and the end of its log, trimmed and without secrets (hazard G13, R118)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.facts.pasted import without_secrets
from bot.facts.seen import Check
from bot.github.connection import Connection
from bot.github.errors import Refused

MOST_LINES = 200
MOST_CHARACTERS = 30_000

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_TIME = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z ?", re.MULTILINE)
_ERROR = "##[error]"


@dataclass(frozen=True)
class Failure:
    """One red check: its name, the step that failed where GitHub tells, and what there is to read of it."""

    check: str
    step: str = ""
    text: str = ""


def failure_of(check: Check, connection: Connection, full_name: str) -> Failure:
    """Read what GitHub has of a check; where the log is gone only names are left.

    Raises NotNow and Unreachable: what GitHub does not answer at this moment it may answer at the next.
    """
    if check.id is None:
        return Failure(check.name, text="It is a commit status: GitHub keeps no log of it.")
    try:
        job = connection.get(f"/repos/{full_name}/actions/jobs/{check.id}")
    except Refused as refusal:
        _unless_hidden(refusal)
        return _of_another_app(check, connection, full_name)
    step = next((str(each["name"]) for each in job.get("steps") or () if each["conclusion"] == "failure"), "")
    try:
        log = connection.download(f"/repos/{full_name}/actions/jobs/{check.id}/logs")
    except Refused as refusal:
        _unless_hidden(refusal)
        return Failure(check.name, step, "GitHub does not keep its log any more.")
    return Failure(check.name, step, telling_part(log))


def _of_another_app(check: Check, connection: Connection, full_name: str) -> Failure:
    """A check run that is no job of GitHub Actions says what it found in its output."""
    try:
        output = connection.get(f"/repos/{full_name}/check-runs/{check.id}")["output"]
    except Refused as refusal:
        _unless_hidden(refusal)
        return Failure(check.name)
    parts = [str(output.get(part) or "").strip() for part in ("title", "summary", "text")]
    said = "\n\n".join(part for part in parts if part)
    return Failure(check.name, text=telling_part(said))


def _unless_hidden(refusal: Refused) -> None:
    """Only what is not there, or not for Baton to see, is left out."""
    if refusal.status not in (403, 404, 410):
        raise refusal


def telling_part(log: str) -> str:
    """The lines up to the last error, without colours, times and anything that looks like a secret."""
    lines = _TIME.sub("", _COLOUR.sub("", log)).splitlines()
    errors = [place for place, line in enumerate(lines) if _ERROR in line]
    until = errors[-1] + 1 if errors else len(lines)
    return without_secrets("\n".join(lines[max(0, until - MOST_LINES) : until]))[-MOST_CHARACTERS:]
