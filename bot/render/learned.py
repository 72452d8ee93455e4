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
    before, found, rest = conventions.partition(BEGIN)
    section, ended, after = rest.partition(END)
    if not (found and ended):
        lead = conventions.rstrip("\n") + "\n\n" if conventions.strip() else "# Conventions\n\n"
        return f"{lead}## Recent learnings\n\n{BEGIN}\n\n{entry}\n\n{END}\n"
    kept = section.strip("\n")
    return f"{before}{BEGIN}\n\n{kept}{chr(10) * 2 if kept else ''}{entry}\n\n{END}{after}"


def _entry(facts: Facts, today: date) -> str:
    feature = facts.plan.feature if facts.plan else facts.seen.issue.title
    heading = f"### {one_line(feature, 80)} (#{facts.seen.issue.number}, {today.isoformat()})"
    lines = [f"- {kind.area}: {one_line(learning, 500)}" for kind, learning in facts.learnings]
    return "\n".join([heading, "", *lines])
