"""What was learned, as a managed section of the conventions file; human text is never rewritten (R064, R107)."""

from __future__ import annotations

from datetime import date

from bot.facts.facts import Facts
from bot.render.escaping import one_line

BEGIN = "<!-- baton:learned:begin (kept by Baton; what is outside these two lines is yours) -->"
END = "<!-- baton:learned:end -->"


def with_learnings(conventions: str, facts: Facts, today: date) -> str:
    """The conventions file with this feature's learnings at the end of the managed section, dated and linked."""
    entry = _entry(facts, today)
    newline = "\r\n" if "\r\n" in conventions else "\n"
    upto_end, ended, after = conventions.rpartition(END)
    before, begun, section = upto_end.rpartition(BEGIN)
    if not (begun and ended):
        return conventions + _lead(conventions, newline) + _lines(_section("", entry) + "\n", newline)
    return before + _lines(_section(section, entry), newline) + after


def _lead(conventions: str, newline: str) -> str:
    """What stands between the people's text, to which nothing is done, and a new section."""
    if not conventions.strip():
        return "# Conventions\n\n## Recent learnings\n\n"
    gap = "\n" if conventions.endswith("\n") else "\n\n"
    return _lines(f"{gap}## Recent learnings\n\n", newline)


def _section(kept: str, entry: str) -> str:
    entries = "\n\n".join(each for each in (_lines(kept, "\n").strip("\n"), entry) if each)
    return f"{BEGIN}\n\n{entries}\n\n{END}"


def _lines(text: str, newline: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", newline)


def _entry(facts: Facts, today: date) -> str:
    feature = facts.plan.feature if facts.plan else facts.seen.issue.title
    heading = f"### {one_line(feature, 80)} (#{facts.seen.issue.number}, {today.isoformat()})"
    lines = [f"- {kind.area}: {one_line(learning, 500)}" for kind, learning in facts.learnings]
    return "\n".join([heading, "", *lines])
