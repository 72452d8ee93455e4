"""Short comments: replies to people, and notes on pull requests."""

from __future__ import annotations

from bot.render.escaping import cut, harmless, one_line
from bot.render.markers import marker


def reply(feature: int, generation: str, key: str, text: str) -> str:
    """An answer to a person: a command's own sentence, in which words of others may stand."""
    return cut(f"{marker('reply', feature, generation, key=key)}\n{harmless(text)}\n")


def to_remark(words: str, sha: str, quoted: str = "") -> str:
    """The answer to a reviewer's remark: what the agent says, and the commit where there is one."""
    quote = f"> {one_line(quoted, 300)}\n\n" if quoted.strip() else ""
    said = words.strip() or "The agent gave no reason."
    commit = f"Revised in {sha}." if sha else "Nothing was changed for this."
    return f"{quote}{said}\n\n{commit} Resolve the thread if that settles it, or answer it to go on."


def notice(feature: int, generation: str, key: str, text: str) -> str:
    """A note on a pull request, or on the issue when nothing was asked."""
    return cut(f"{marker('notice', feature, generation, key=key)}\n{harmless(text)}\n")
