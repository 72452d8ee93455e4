"""A small crew for the recording: it carries out tools on real files and keeps everybody to their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from tests.playground.model.talk import Conversation, result

FRONTEND_TEST = ("frontend/*.test.*", "frontend/tests/*")
OWNED: Mapping[str, Callable[[str], bool]] = {
    "supabase-architect": lambda path: path.startswith(("supabase/", "docs/database/")),
    "api-designer": lambda path: (
        path == "docs/openapi.yaml" or path.startswith(("docs/paths/", "docs/components/"))
    ),
    "backend-developer": lambda path: path.startswith("backend/") and not path.startswith("backend/tests/"),
    "frontend-developer": lambda path: path.startswith("frontend/") and not matches(path, FRONTEND_TEST),
    "test-engineer": lambda path: matches(path, ("backend/tests/*", "e2e/*", *FRONTEND_TEST)),
    "code-reviewer": lambda path: False,
    "implementation-orchestrator": lambda path: False,
}
READING = ("Read", "Glob", "Grep")
TOOLS = {
    "implementation-orchestrator": (*READING, "submit_plan"),
    "code-reviewer": (*READING, "submit_review"),
}
WORKING = (*READING, "Write", "Edit", "TodoWrite", "finish_stage")
ENDING = ("submit_plan", "submit_review", "finish_stage")


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


@dataclass
class Played:
    """One agent's run: what it ended with, what it wrote, what it was refused, how it read."""

    ending: dict[str, Any] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    turns: int = 0
    parallel: int = 0


def play(url: str, agent: str, brief: str, root: Path) -> Played:
    """Let the agent run to its end on the files at `root`."""
    talk = Conversation(url, agent, brief, TOOLS.get(agent, WORKING))
    played = Played()
    while not played.ending:
        message = talk.next()
        played.turns += 1
        uses = [block for block in message.content if block.type == "tool_use"]
        assert uses, f"{agent} called no tool in turn {played.turns}: {message.content}"
        played.parallel = max(played.parallel, len(uses))
        answers = []
        for use in uses:
            error = carry_out(use.name, dict(use.input), agent, root, played)
            answers.append(result({"id": use.id}, error))
        talk.messages.append({"role": "user", "content": answers})
    return played


def carry_out(name: str, given: dict[str, Any], agent: str, root: Path, played: Played) -> str | None:
    """One tool use; the text of what went wrong, or None."""
    if name in ENDING:
        played.ending = given
        return None
    path = str(given.get("file_path", ""))
    if name in ("Write", "Edit") and not OWNED[agent](path):
        played.refused.append(path)
        return f"{path} is not {agent}'s."
    tool = DOING.get(name)
    error = tool(root, given) if tool else None
    if error:
        played.failed.append(f"{name} {given.get('file_path') or given.get('pattern')}: {error}")
    elif name in ("Write", "Edit"):
        played.written.append(path)
    elif name == "Read":
        played.read.append(path)
    return error


def reading(root: Path, given: dict[str, Any]) -> str | None:
    return None if (root / given["file_path"]).is_file() else "no such file"


def writing(root: Path, given: dict[str, Any]) -> str | None:
    path = root / given["file_path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(given["content"], encoding="utf-8")
    return None


def editing(root: Path, given: dict[str, Any]) -> str | None:
    path = root / given["file_path"]
    text = path.read_text(encoding="utf-8")
    found = text.count(given["old_string"])
    if found != 1:
        return f"old_string is there {found} times"
    path.write_text(text.replace(given["old_string"], given["new_string"]), encoding="utf-8")
    return None


def searching(root: Path, given: dict[str, Any]) -> str | None:
    start = root / given.get("path", ".")
    files = (
        [start]
        if start.is_file()
        else [path for path in start.rglob(given.get("glob", "*")) if path.is_file()]
    )
    pattern = re.compile(given["pattern"], re.MULTILINE)
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in files if ".git/" not in str(path))
    # A look for what must not be there is allowed to find nothing.
    return None if "dangerously" in given["pattern"] or any(map(pattern.search, texts)) else "no match"


def listing(root: Path, given: dict[str, Any]) -> str | None:
    return None if any(root.glob(given["pattern"])) else "no match"


DOING: Mapping[str, Callable[[Path, dict[str, Any]], str | None]] = {
    "Read": reading,
    "Write": writing,
    "Edit": editing,
    "Grep": searching,
    "Glob": listing,
}
