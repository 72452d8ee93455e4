"""People who take a feature from its label to its report, and what they find on GitHub at the end."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, Protocol, Self

from tests.acceptance.outside import PATIENCE, Baton, GitHub

GATE = "Baton / stage gate"


@dataclass
class Feature:
    """One labelled issue, and what its people have done for it."""

    place: GitHub
    issue: int
    approved: bool = False
    merged: list[int] = field(default_factory=list)
    ci: bool = True

    def label(self) -> None:
        self.place.people["maintainer"].labels(self.issue)

    @property
    def closed(self) -> bool:
        return bool(self.place.people["maintainer"].issue(self.issue)["state"] == "closed")

    def act(self) -> bool:
        """What is a person's to do now, if anything is: approving the plan, merging what is green."""
        mara, tomas = self.place.people["maintainer"], self.place.people["reviewer"]
        if not self.approved:
            if not any(
                "`/approve`" in text and "Ready to proceed?" in text for text in mara.texts(self.issue)
            ):
                return False
            mara.comments(self.issue, "/approve")
            self.approved = True
            return True
        for pull in tomas.all("/pulls?state=open"):
            if pull["head"]["ref"].startswith(f"baton/{self.issue}-") and self._is_ready(pull):
                tomas.merges(pull["number"])
                self.merged.append(pull["number"])
                return True
        return False

    def _is_ready(self, pull: dict[str, Any]) -> bool:
        runs = self.place.people["reviewer"].check_runs(pull["head"]["sha"])
        green = all(run["conclusion"] in ("success", "neutral", "skipped") for run in runs)
        names = {run["name"] for run in runs}
        asked = bool(pull["requested_reviewers"])
        if not (GATE in names and (len(names) > 1 or not self.ci) and green and asked):
            return False
        return bool(self.place.people["reviewer"].asks("GET", f"/pulls/{pull['number']}")["mergeable"])


def play(*features: Feature, patience: float = PATIENCE) -> float:
    """Label, approve, and merge what is green, until every issue is closed; the seconds it took."""
    began = quiet_since = time.monotonic()
    for each in features:
        each.label()
    while not all(each.closed for each in features):
        acted = [each.act() for each in features]
        if any(acted):
            quiet_since = time.monotonic()
        if time.monotonic() - quiet_since > patience:
            place = features[0].place
            story = "\n".join(f"{each['actor']} {each['text'][:200]}" for each in place.happened()[-40:])
            raise AssertionError(f"Nothing for people to do for {patience:.0f} s:\n{story}")
        time.sleep(0.2)
    return time.monotonic() - began


# --- moments ------------------------------------------------------------------------------------


class Moment(Protocol):
    """Something that can be seen from outside, at which somebody pulls the plug."""

    def has_come(self, place: GitHub) -> bool: ...


@dataclass
class Said:
    """GitHub's log has a line of this actor with these words."""

    actor: str
    words: str

    def has_come(self, place: GitHub) -> bool:
        return any(
            each["actor"].startswith(self.actor) and self.words in each["text"] for each in place.happened()
        )


@dataclass
class Asked:
    """The model was asked for this agent's nth turn."""

    agent: str
    turns: int = 1

    def has_come(self, place: GitHub) -> bool:
        return sum(1 for call in place.model_calls() if call["agent"] == self.agent) >= self.turns


@dataclass
class Killer:
    """Kills Baton at each moment, in order, and starts it again where it is alone."""

    place: GitHub
    baton: Baton
    moments: list[Moment]
    down_seconds: float = 0.3
    start_again: bool = True
    kills: list[tuple[str, float]] = field(default_factory=list)
    _over: Event = field(default_factory=Event)

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(60)

    def _watch(self) -> None:
        for moment in self.moments:
            while not moment.has_come(self.place):
                if self._over.wait(0.03):
                    return
            self.baton.kill()
            killed = time.monotonic()
            if self.start_again:
                time.sleep(self.down_seconds)
                self.baton.start()
            self.kills.append((repr(moment), time.monotonic() - killed))


# --- the end ------------------------------------------------------------------------------------


def end_state(place: GitHub, issue: int) -> dict[str, Any]:
    """All that people can see of one feature, without what differs from run to run by nature."""
    mara = place.people["maintainer"]
    found = mara.issue(issue)
    default = mara.asks("GET", "")["default_branch"]
    return {
        "issue": (found["title"], found["state"], found["state_reason"], labels(found)),
        "comments": conversation(place, issue),
        "pull_requests": [
            pull_request(place, pull)
            for pull in sorted(mara.all("/pulls?state=all"), key=lambda each: str(each["head"]["ref"]))
            if pull["head"]["ref"].startswith(f"baton/{issue}-")
        ],
        "branches": sorted(each["name"] for each in mara.all("/branches")),
        "files": {
            each["path"]: each["sha"]
            for each in mara.asks("GET", f"/git/trees/{default}?recursive=1")["tree"]
            if each["type"] == "blob"
        },
    }


def settled(place: GitHub, issue: int) -> dict[str, Any]:
    """The end state once it is one: what shows a moment later than the label is waited for."""
    found = end_state(place, issue)
    for _ in range(10):
        time.sleep(1.5)
        before, found = found, end_state(place, issue)
        if before == found:
            break
    return found


def labels(found: dict[str, Any]) -> list[str]:
    return sorted(each["name"] for each in found["labels"])


def conversation(place: GitHub, number: int) -> list[Any]:
    mara = place.people["maintainer"]
    return [
        (
            each["user"]["login"],
            normalised(each["body"]),
            sorted(
                (reaction["user"]["login"], reaction["content"])
                for reaction in mara.all(f"/issues/comments/{each['id']}/reactions")
            ),
        )
        for each in mara.all(f"/issues/{number}/comments")
    ]


def pull_request(place: GitHub, pull: dict[str, Any]) -> dict[str, Any]:
    mara = place.people["maintainer"]
    whole = mara.asks("GET", f"/pulls/{pull['number']}")
    return {
        "title": whole["title"],
        "body": normalised(whole["body"]),
        "branches": (whole["head"]["ref"], whole["base"]["ref"]),
        "state": (whole["state"], whole["merged"], whole["draft"]),
        "labels": labels(whole),
        "asked": sorted(each["login"] for each in whole["requested_reviewers"]),
        "commits": [
            normalised(each["commit"]["message"]) for each in mara.all(f"/pulls/{pull['number']}/commits")
        ],
        "files": {each["filename"]: each["sha"] for each in mara.all(f"/pulls/{pull['number']}/files")},
        "comments": conversation(place, pull["number"]),
        "reviews": [each["state"] for each in mara.all(f"/pulls/{pull['number']}/reviews")],
        "threads": sorted(
            (each["path"], each["user"]["login"], normalised(each["body"]))
            for each in mara.all(f"/pulls/{pull['number']}/comments")
        ),
        "checks": sorted(
            (run["name"], run["conclusion"], normalised(str(run["output"]["title"])))
            for run in mara.check_runs(whole["head"]["sha"])
        ),
    }


VOLATILE = (
    (r"http://127\.0\.0\.1:\d+", "URL"),
    (r"\b[0-9a-f]{64}\b", "HASH"),
    (r"\b[0-9a-f]{40}\b", "SHA"),
    (r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,12}\b", "SHA"),
    (r"\b(merged as|at) [0-9a-f]{7}\b", r"\1 SHA"),  # one in a thousand short SHAs has no digit
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00)?( UTC)?", "TIME"),
    (r"\$\d+(\.\d+)?", "COST"),
    (r"\b[\d.]+ ?(seconds?|minutes?|hours?|s|min|h)\b", "DURATION"),
    (r"\b[\d,]+ tokens\b", "TOKENS"),
    (r"(generation\"?: ?\"?)[\w=+/-]+", r"\1GENERATION"),
    (r"(issuecomment-|discussion_r|\"comment\": ?)\d+", r"\1ID"),
    (r"\b(runs|jobs?|checks)/\d+", r"\1/ID"),
)


def normalised(text: str) -> str:
    for pattern, word in VOLATILE:
        text = re.sub(pattern, word, text)
    return text


def same(first: Any, second: Any, path: str = "") -> list[str]:
    """Where two end states differ, for people."""
    if isinstance(first, dict) and isinstance(second, dict):
        return [
            line
            for key in sorted({*first, *second}, key=str)
            for line in same(first.get(key, "(nothing)"), second.get(key, "(nothing)"), f"{path}.{key}")
        ]
    if isinstance(first, list | tuple) and isinstance(second, list | tuple) and len(first) == len(second):
        return [
            line
            for place, (one, other) in enumerate(zip(first, second, strict=True))
            for line in same(one, other, f"{path}[{place}]")
        ]
    return [] if first == second else [f"{path}:\n  {first!r}\n  {second!r}"]
