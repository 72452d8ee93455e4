"""What happened in the repository, and which workflows GitHub starts for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.playground.ci.patterns import any_chosen, chosen
from bot.playground.ci.ports import EventName
from bot.playground.ci.values import Value
from bot.playground.ci.workflow import Trigger

_USUAL_TYPES = frozenset({"opened", "synchronize", "reopened"})
_SKIP = re.compile(r"\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]", re.IGNORECASE)


@dataclass(frozen=True)
class Event:
    """A push to a branch, or a pull request of a branch into a base."""

    name: EventName
    repository: str
    git_dir: Path
    head_sha: str
    branch: str
    base_branch: str | None
    number: int | None
    changed: frozenset[str]
    action: str | None

    @property
    def ref(self) -> str:
        """What `github.ref` says."""
        return (
            f"refs/pull/{self.number}/merge" if self.name == "pull_request" else f"refs/heads/{self.branch}"
        )

    @property
    def ref_name(self) -> str:
        """What `github.ref_name` says."""
        return f"{self.number}/merge" if self.name == "pull_request" else self.branch

    def starts(self, triggers: Mapping[str, Trigger]) -> bool:
        """Whether a workflow with these triggers runs."""
        trigger = triggers.get(self.name)
        if trigger is None:
            return False
        return self._branch_matches(trigger) and self._paths_match(trigger) and self._type_matches(trigger)

    def _branch_matches(self, trigger: Trigger) -> bool:
        branch = (self.base_branch or "") if self.name == "pull_request" else self.branch
        if trigger.branches is not None:
            return chosen(branch, trigger.branches)
        if trigger.branches_ignore is not None:
            return not chosen(branch, trigger.branches_ignore)
        # GitHub: a push filter that names only tags leaves branches out.
        return self.name == "pull_request" or (trigger.tags is None and trigger.tags_ignore is None)

    def _paths_match(self, trigger: Trigger) -> bool:
        if trigger.paths is not None:
            return any_chosen(self.changed, trigger.paths)
        if trigger.paths_ignore is not None and self.changed:
            return not all(chosen(path, trigger.paths_ignore) for path in self.changed)
        return True

    def _type_matches(self, trigger: Trigger) -> bool:
        if self.name == "push":
            return True
        types = frozenset(trigger.types) if trigger.types is not None else _USUAL_TYPES
        return bool(types & _USUAL_TYPES) if self.action is None else self.action in types

    def payload(self, base_sha: str | None, message: str) -> dict[str, Value]:
        """The part of the webhook's payload that workflows ask for, as `github.event`."""
        owner, _, name = self.repository.partition("/")
        repository: dict[str, Value] = {
            "full_name": self.repository,
            "name": name,
            "owner": {"login": owner},
            "fork": False,
        }
        if self.name == "push":
            commit: dict[str, Value] = {"id": self.head_sha, "message": message}
            return {
                "ref": self.ref,
                "after": self.head_sha,
                "head_commit": commit,
                "commits": [commit],
                "repository": repository,
            }
        return {
            "action": self.action or "synchronize",
            "number": self.number,
            "repository": repository,
            "pull_request": {
                "number": self.number,
                "draft": False,
                "labels": [],
                "head": {"ref": self.branch, "sha": self.head_sha, "repo": repository},
                "base": {"ref": self.base_branch, "sha": base_sha, "repo": repository},
            },
        }


def asks_to_skip(commit_message: str) -> bool:
    """Whether the head's commit message asks GitHub to start nothing."""
    return bool(_SKIP.search(commit_message))
