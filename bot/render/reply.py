"""Short comments: replies to people, and notes on pull requests."""

from __future__ import annotations

from bot.facts.pasted import without_secrets
from bot.render.escaping import cut, harmless, one_line
from bot.render.markers import marker


def reply(feature: int, generation: str, key: str, text: str) -> str:
    """An answer to a person: a command's own sentence, in which words of others may stand."""
    return cut(f"{marker('reply', feature, generation, key=key)}\n{harmless(text)}\n")


def to_remark(words: str, sha: str, quoted: str = "") -> str:
    """The answer to a reviewer's remark: what the agent says, and the commit where there is one.

    The body of a review has no thread of its own, so it is `quoted`, without keys that stand in it. A reason against a remark stands beside the
    commit for the others: the sentence about it must be true of both.
    """
    said = without_secrets(words).strip() or "The agent gave no reason."
    commit = f"The revision for this review is {sha}." if sha else "Nothing was changed for this review."
    if quoted.strip():
        return f"> {one_line(without_secrets(quoted), 300)}\n\n{said}\n\n{commit} If something is still missing, write another review."
    return f"{said}\n\n{commit} Resolve the thread if that settles it, or write here what is still missing."


def notice(feature: int, generation: str, key: str, text: str) -> str:
    """A note on a pull request, or on the issue when nothing was asked."""
    return cut(f"{marker('notice', feature, generation, key=key)}\n{harmless(text)}\n")
