"""A run's request as a page to read: what `baton brief` prints."""

from __future__ import annotations

from bot.crew.request import RunRequest
from bot.crew.tools.toolbox import offered


def render_brief(request: RunRequest) -> str:
    """System prompt, tools and first message, as the model gets them."""
    tools = "\n".join(f"- {tool.name}: {tool.definition()['description']}" for tool in offered(request))
    limits = request.limits
    return "\n".join(
        [
            f"# Agent: {request.agent} ({request.purpose}), model: {request.model}",
            f"At most {limits.turns} turns and ${limits.run_usd:.2f}.",
            "\n# System prompt\n",
            request.system,
            "\n# Tools\n",
            tools,
            "\n# First message\n",
            request.brief,
        ]
    )
