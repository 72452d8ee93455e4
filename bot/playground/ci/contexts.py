"""What expressions and scripts of a run can know: the `github` context and its variables."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.playground.ci.event import Event
from bot.playground.ci.source import Source
from bot.playground.ci.values import Value, text_of
from bot.playground.ci.workflow import Workflow

_EXPORTED = (
    "workflow run_id run_number run_attempt job repository repository_owner event_name event_path sha ref"
    " ref_name ref_type head_ref base_ref workspace actor triggering_actor server_url api_url graphql_url action"
)


@dataclass(frozen=True)
class Place:
    """Where the playground's GitHub answers, as workflows are told."""

    server_url: str = "http://127.0.0.1"

    def urls(self) -> dict[str, Value]:
        """The three addresses of the `github` context."""
        url = self.server_url.rstrip("/")
        return {"server_url": url, "api_url": url, "graphql_url": f"{url}/graphql"}


def github_context(
    event: Event, source: Source, workflow: Workflow, run_id: int, place: Place
) -> dict[str, Value]:
    """The `github` context of a run; a job adds its own name and directories."""
    pull_request = event.name == "pull_request"
    return {
        **place.urls(),
        "workflow": workflow.name,
        "run_id": str(run_id),
        "run_number": str(run_id),
        "run_attempt": "1",
        "repository": event.repository,
        "repository_owner": event.repository.split("/")[0],
        "event_name": event.name,
        "event": event.payload(source.base_sha, source.message(event.head_sha)),
        "sha": source.sha,
        "ref": event.ref,
        "ref_name": event.ref_name,
        "ref_type": "branch",
        "head_ref": event.branch if pull_request else "",
        "base_ref": (event.base_branch or "") if pull_request else "",
        "actor": "playground",
        "triggering_actor": "playground",
        "token": "",
    }


def exported(github: Mapping[str, Value]) -> dict[str, str]:
    """The GITHUB_* variables that a step finds in its environment."""
    names = {name for name in _EXPORTED.split() if name in github}
    return {
        "GITHUB_ACTIONS": "true",
        **{f"GITHUB_{name.upper()}": text_of(github[name]) for name in sorted(names)},
    }


def runner_context(temporary: Path, tool_cache: Path) -> dict[str, Value]:
    """The `runner` context."""
    machine = {"x86_64": "X64", "amd64": "X64", "aarch64": "ARM64", "arm64": "ARM64"}
    system = {"Darwin": "macOS"}.get(platform.system(), platform.system())
    return {
        "name": "playground",
        "os": system,
        "arch": machine.get(platform.machine().lower(), platform.machine()),
        "temp": str(temporary),
        "tool_cache": str(tool_cache),
        "environment": "self-hosted",
        "debug": "",
    }
