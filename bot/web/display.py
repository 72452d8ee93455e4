"""How values read on a page: states in words, moments as “3 min ago”, dollars, and links to GitHub."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from bot.engine.overview import FeatureShown
from bot.facts.states import FeatureState, StageState


class Pill(NamedTuple):
    """A state's word, and the tone that its colour follows."""

    word: str
    tone: str


FEATURE_PILLS: dict[FeatureState, Pill] = {
    FeatureState.PLANNING: Pill("Planning", "work"),
    FeatureState.AWAITING_APPROVAL: Pill("Awaiting approval", "turn"),
    FeatureState.WORKING: Pill("Working", "work"),
    FeatureState.IN_REVIEW: Pill("In review", "turn"),
    FeatureState.AWAITING_BASE_CHECKS: Pill("Awaiting base checks", "work"),
    FeatureState.WAITING_FOR_ANSWER: Pill("Waiting for answer", "turn"),
    FeatureState.VERIFYING: Pill("Verifying", "work"),
    FeatureState.PAUSED: Pill("Paused", "paused"),
    FeatureState.BLOCKED: Pill("Blocked", "blocked"),
    FeatureState.COMPLETED: Pill("Completed", "done"),
    FeatureState.CANCELLED: Pill("Cancelled", "quiet"),
}
STAGE_PILLS: dict[StageState, Pill] = {
    StageState.PLANNED: Pill("Planned", "quiet"),
    StageState.SKIPPED: Pill("Skipped", "skipped"),
    StageState.WORKING: Pill("Working", "work"),
    StageState.IN_REVIEW: Pill("In review", "turn"),
    StageState.MERGED: Pill("Merged", "merged"),
    StageState.DONE: Pill("Done", "done"),
}


class Group(NamedTuple):
    """Features that stand under one heading; `hidden` of them are only in the API."""

    title: str
    features: tuple[FeatureShown, ...]
    hidden: int = 0


def grouped(features: tuple[FeatureShown, ...], most_over: int = 30) -> tuple[Group, ...]:
    """By whose turn it is, a person's first; of what is over the latest."""
    named: dict[str, list[FeatureShown]] = {}
    for each in features:
        named.setdefault(_heading(each.state), []).append(each)
    over = named.get("Over", [])
    groups = [
        Group(title, tuple(named[title])) for title in ("Your turn", "At work", "Paused") if title in named
    ]
    if over:
        groups.append(Group("Over", tuple(over[:most_over]), max(len(over) - most_over, 0)))
    return tuple(groups)


def _heading(state: FeatureState) -> str:
    if state.is_a_persons_turn:
        return "Your turn"
    if state.is_over:
        return "Over"
    return "Paused" if state is FeatureState.PAUSED else "At work"


def dollars(amount: float) -> str:
    """Cents where they matter; what is less than a cent is said to be so."""
    if 0 < amount < 0.01:
        return "< $0.01"
    return f"${amount:,.2f}"


def thousands(number: int) -> str:
    """1234 as 1.2k, 1234567 as 1.2M."""
    if number < 1000:
        return str(number)
    if number < 999_950:
        return f"{number / 1000:.1f}k"
    return f"{number / 1_000_000:.1f}M"


def from_now(moment: datetime, now: datetime, fine: bool = False) -> str:
    """“3 min ago”, “in 2 h”; `fine` adds the smaller unit where it still tells something."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 5:
        return "now"
    amount = _span(int(abs(seconds)), fine)
    return f"{amount} ago" if seconds > 0 else f"in {amount}"


def _span(seconds: int, fine: bool) -> str:
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    size, unit, smaller, named = (3600, "h", 60, "min") if seconds < 86400 else (86400, "d", 3600, "h")
    whole, rest = divmod(seconds, size)
    return f"{whole} {unit} {rest // smaller} {named}" if fine and rest >= smaller else f"{whole} {unit}"


class GitHubPages:
    """Links to the pages of the GitHub that Baton works with."""

    def __init__(self, address: str) -> None:
        self.address = address

    def sentence(self, text: str, shown: FeatureShown | None = None) -> Markup:
        """A sentence with its code set off, and with links to the pull requests of its feature."""
        pulls = {each.pull_request for each in shown.plan.stages} if shown and shown.plan else set()

        def linked(found: re.Match[str]) -> str:
            number = int(found[1])
            if shown is None or number not in pulls:
                return found[0]
            address = escape(self.pull_request(shown, number))
            return f'<a href="{address}" rel="noopener noreferrer">#{number}</a>'

        # Escaping writes a quotation mark as `&#39;`, which is no pull request.
        escaped = re.sub(r"(?<![&\w/])#(\d{1,9})\b(?!;)", linked, str(escape(text)))
        return Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escaped))

    def issue(self, shown: FeatureShown) -> str:
        return f"{self._repository(shown)}/issues/{shown.number}"

    def pull_request(self, shown: FeatureShown, number: int) -> str:
        return f"{self._repository(shown)}/pull/{number}"

    def commit(self, shown: FeatureShown, sha: str) -> str:
        return f"{self._repository(shown)}/commit/{quote(sha, safe='')}"

    def _repository(self, shown: FeatureShown) -> str:
        return f"{self.address}/{quote(shown.owner, safe='')}/{quote(shown.repository, safe='')}"


def github_pages(api_url: str) -> GitHubPages:
    """github.com and its tenants have their API under a name of its own; an own server under /api/v3."""
    parts = urlsplit(api_url)
    host = parts.netloc
    if host.startswith("api.") and host.endswith((".github.com", ".ghe.com")):
        return GitHubPages(f"{parts.scheme}://{host.removeprefix('api.')}")
    return GitHubPages(api_url.rstrip("/").removesuffix("/api/v3"))
