"""The referee: counts the App's requests and writes down what a well-behaved client does not do."""

from __future__ import annotations

import re
from collections import Counter, deque
from datetime import datetime, timedelta
from typing import Any

from bot.playground.git.changes import brought_paths
from bot.playground.github.shapes.times import Json, when
from bot.playground.hub import Hub, Signal
from bot.playground.people import User
from bot.playground.state import Repository, ReviewComment

CREATIONS_A_MINUTE = 80
PROTECTED = re.compile(
    r"(\.github/.*|\.claude/.*|agents/.*|(.*/)?CODEOWNERS|(.*/)?\.gitmodules|(.*/)?\.gitattributes)",
    re.IGNORECASE,
)
_MARKER = re.compile(r"\s*(<!--.*?-->)", re.DOTALL)
Identity = tuple[Any, ...]
# By the webhook's event, what of it is made, closed and deleted.
THINGS = {
    "issues": "issue",
    "issue_comment": "comment",
    "pull_request": "pull",
    "pull_request_review": "review",
    "pull_request_review_comment": "comment",
    "check_run": "run",
}


class Referee:
    """Watches one GitHub. Everything here is about the App; what people do is theirs."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.doubled: list[Json] = []
        self.too_fast: list[Json] = []
        self.during_retry_after: list[Json] = []
        self.outside_token: list[Json] = []
        self.forced_updates: list[Json] = []
        self.protected_paths: list[Json] = []
        self.by_kind: Counter[str] = Counter()
        self.reads = self.writes = self.tokens = self.git = 0
        self.most_creations = 0
        self._made: dict[str, Identity] = {}  # by node id
        self._creations: deque[datetime] = deque()
        self._quiet_until: datetime | None = None
        hub.told.append(self.hear)

    def report(self) -> Json:
        return {
            "doubled": self.doubled,
            "too_fast": self.too_fast,
            "during_retry_after": self.during_retry_after,
            "outside_token": self.outside_token,
            "forced_updates": self.forced_updates,
            "protected_paths": self.protected_paths,
            "requests": {
                "reads": self.reads,
                "writes": self.writes,
                "tokens": self.tokens,
                "git": self.git,
                "most_creations_a_minute": self.most_creations,
                "by_kind": dict(sorted(self.by_kind.items())),
            },
        }

    # -- requests
    def request(self, kind: str, sort: str) -> None:
        """Counts one request of the App; sort is read, write, token or git."""
        self.by_kind[kind] += 1
        match sort:
            case "read":
                self.reads += 1
            case "write":
                self.writes += 1
            case "token":
                self.tokens += 1
            case _:
                self.git += 1
        now = self._hub.now()
        # Git over HTTP and the minting of tokens do not count against the limit that said “wait”.
        limited = sort in ("read", "write") and not kind.startswith("git ")
        if limited and self._quiet_until is not None and now < self._quiet_until:
            left = (self._quiet_until - now).total_seconds()
            self._write(self.during_retry_after, f"{kind}, {left:.1f} s before Retry-After was over")

    def creation(self, kind: str) -> None:
        """Counts something that was created, against GitHub's 80 a minute."""
        now = self._hub.now()
        self._creations.append(now)
        while self._creations[0] < now - timedelta(minutes=1):
            self._creations.popleft()
        self.most_creations = max(self.most_creations, len(self._creations))
        if len(self._creations) > CREATIONS_A_MINUTE:
            self._write(self.too_fast, f"{kind}: {len(self._creations)} creations within a minute")

    def told_to_wait(self, seconds: float) -> None:
        self._quiet_until = self._hub.now() + timedelta(seconds=seconds)

    def need_not_wait(self) -> None:
        """Whoever was told to wait before is somebody else from now on."""
        self._quiet_until = None

    def outside(self, why: str) -> None:
        self._write(self.outside_token, why)

    # -- what came of them
    def hear(self, signal: Signal) -> None:
        """Looks at every change that an App's account made."""
        by_app = signal.sender.app is not None and bool(signal.sender.app.public_key)
        # What is gone may be made again; what stands there closed only where somebody else closed it.
        if signal.action == "deleted" or (signal.action == "closed" and not by_app):
            self._forget(signal)
        if not by_app or signal.repository is None:
            return
        if signal.action in ("created", "opened", "submitted"):
            self._judge_creation(signal)
        if signal.event == "push":
            self._judge_push(signal.repository, signal.sender, signal.about)

    def _judge_creation(self, signal: Signal) -> None:
        identity = identity_of(signal)
        if identity is None:
            return
        if identity in self._made.values():
            self._write(self.doubled, " ".join(str(part) for part in identity))
        self._made[thing_of(signal).node_id] = identity

    def _forget(self, signal: Signal) -> None:
        if signal.event in THINGS:
            self._made.pop(thing_of(signal).node_id, None)

    def _judge_push(self, repository: Repository, by: User, about: Json) -> None:
        ref, before, after = about["ref"], about["before"], about["after"]
        if about["forced"]:
            self._write(self.forced_updates, f"{ref} of {repository.full_name}: {before[:7]} to {after[:7]}")
        if set(after) == {"0"}:
            return
        old = None if set(before) == {"0"} else before
        onto_default = ref == f"refs/heads/{repository.default_branch}"
        known = old if onto_default else repository.git.branch(repository.default_branch)
        for path in sorted(brought_paths(repository.git, known, old, after)):
            if PROTECTED.fullmatch(path):
                self._write(self.protected_paths, f"{path} on {ref} of {repository.full_name}")

    def _write(self, where: list[Json], what: str) -> None:
        where.append({"at": when(self._hub.now()), "what": what})


def thing_of(signal: Signal) -> Any:
    """What a signal says was made, closed or deleted."""
    return signal.about[THINGS[signal.event]]


def identity_of(signal: Signal) -> Identity | None:
    """By what a created thing would be recognised a second time; None where GitHub itself sees to it."""
    assert signal.repository is not None
    place = signal.repository.full_name
    about = signal.about
    match signal.event:
        case "issue_comment":
            return "comment", place, about["issue"].number, mark(about["comment"].body)
        case "pull_request":
            return "pull request", place, about["pull"].head_ref, "into", about["pull"].base_ref
        case "check_run":
            run = about["run"]
            return "check run", place, run.head_sha[:7], run.name, run.external_id
        case "pull_request_review" if about["review"].body.strip():
            review = about["review"]
            return "review", place, about["pull"].number, review.commit_sha[:7], mark(review.body)
        case "pull_request_review_comment":
            comment = about["comment"]
            return "review comment", place, about["pull"].number, *spot(comment), mark(comment.body)
        case "issues":
            return "issue", place, about["issue"].title, mark(about["issue"].body or "")
        case _:
            return None


def spot(comment: ReviewComment) -> Identity:
    """Where a comment on code stands: in its conversation, or the line of the commit on which it begins one."""
    thread = comment.thread
    if comment.in_reply_to is not None:
        return ("reply", thread.id)
    return comment.original_commit_sha[:7], thread.side, f"{thread.path}:{thread.original_line}"


def mark(body: str) -> str:
    """The hidden marker on top of a text, or the text where it has none."""
    found = _MARKER.match(body)
    return found[1] if found is not None else body
