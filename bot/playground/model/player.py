"""What the scripted model answers: whose turn it is and which one is read from the conversation alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.playground.model.prompt import Json, content_of, text_of
from bot.playground.model.recording import Part, Recording, Turn

PLANNER = "implementation-orchestrator"
REVIEWER = "code-reviewer"
CUT = "[cut off]"
STRANGE = (
    "This scripted model knows the demo's feature only, and this is another one. Set ANTHROPIC_API_KEY (or "
    "ANTHROPIC_BASE_URL) and start again, so that a real model works on it."
)
OVER = "The recording ends here: it has no further turn for this conversation."
NO_PART = "This scripted model has no part for this agent. Set ANTHROPIC_API_KEY and start again."


@dataclass(frozen=True)
class Place:
    """Where a conversation stands."""

    agent: str | None
    turn: int
    known: bool
    part: Part | None = None


def place_of(body: Json, recording: Recording) -> Place:
    """Which agent is asked, for which turn, and whether it is about the recorded feature."""
    system = text_of(body.get("system") or [])
    tools = {str(tool.get("name")) for tool in body.get("tools") or ()}
    agent = agent_of(system, tools, recording.agents)
    turn = sum(1 for message in body["messages"] if message["role"] == "assistant" and is_whole(message))
    task = text_of(body["messages"][0]["content"])
    return Place(
        agent, turn, is_known(system + "\n" + task, agent, recording), part_of(task, agent, recording)
    )


def part_of(task: str, agent: str | None, recording: Recording) -> Part | None:
    """The first part whose words stand in the task; without one the agent plays its script."""
    return next((part for part in recording.parts.get(agent or "", ()) if part.when in task), None)


def agent_of(system: str, tools: set[str], agents: tuple[str, ...]) -> str | None:
    """By the tools that only one has, else by the name that introduces itself, else by the one named first."""
    if "submit_plan" in tools:
        return PLANNER
    if "submit_review" in tools:
        return REVIEWER
    named = [
        name for name in agents if re.search(rf"(?i)(name:|agent:|you are)\W*(the )?\W*{name}\b", system)
    ]
    found = {name: system.find(name) for name in named or agents if name in system}
    return min(found, key=lambda name: found[name]) if found else None


def is_known(text: str, agent: str | None, recording: Recording) -> bool:
    """A planner must be shown the issue itself; its title alone also stands in what was learned from it."""
    flat = " ".join(text.lower().split())

    def has(sentence: str) -> bool:
        return " ".join(sentence.lower().split()) in flat

    if agent == PLANNER:
        return has(recording.title) and any(map(has, recording.sentences))
    return any(map(has, (recording.title, *recording.names, *recording.sentences)))


def is_whole(message: Json) -> bool:
    """An answer that a fault cut off was no turn of the script."""
    return not text_of(message["content"]).startswith(CUT)


def answer(body: Json, place: Place, recording: Recording) -> tuple[list[Json], str]:
    """The unsigned content of the answer, and why it stops there."""
    offered = {str(tool.get("name")) for tool in body.get("tools") or ()}
    if not place.known:
        return [text(STRANGE)], "end_turn"
    script = place.part.turns if place.part else recording.scripts.get(place.agent or "")
    if script is None:
        return [text(NO_PART)], "end_turn"
    if place.turn >= len(script):
        return [text(OVER)], "end_turn"
    return content_for(chosen(script[place.turn], body), offered)


def chosen(turn: Turn, body: Json) -> Turn:
    """The turn, or its other half when a tool has just answered with an error."""
    last = content_of(body["messages"][-1]["content"])
    refused = any(part.get("type") == "tool_result" and part.get("is_error") for part in last)
    return turn.after_error if refused and turn.after_error is not None else turn


def content_for(turn: Turn, offered: set[str]) -> tuple[list[Json], str]:
    """The blocks of a turn; tools that were not offered are not used."""
    calls = [call for call in turn.calls if call.tool in offered]
    content: list[Json] = []
    if turn.thinks:
        content.append({"type": "thinking", "thinking": turn.thinks, "signature": ""})
    if turn.says:
        content.append(text(turn.says))
    content += [
        {"type": "tool_use", "id": "", "name": call.tool, "input": dict(call.arguments)} for call in calls
    ]
    if turn.calls and not calls:
        wanted = ", ".join(sorted({call.tool for call in turn.calls}))
        content.append(text(f"I would use {wanted} now, which I was not given."))
    return content, "tool_use" if calls else "end_turn"


def text(words: str) -> Json:
    """A text block."""
    return {"type": "text", "text": words}
