"""What was learned, in the conventions file: people's text is never touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.facts.facts import Facts
from bot.plan.stage_kind import StageKind
from bot.render.learned import BEGIN, END, with_learnings
from tests.world import an_approved_plan, finished

TODAY = date(2026, 3, 2)


def learned(*sentences: str) -> Facts:
    life = an_approved_plan().finished(StageKind.DATABASE)
    run = replace(life.remembered.runs[-1], result=finished("x.sql", learnings=sentences))
    return life.remember(runs=(run,)).facts


FACTS = learned("Policies need an index on user_id.")


def test_a_repository_without_conventions_gets_a_file() -> None:
    assert with_learnings("", FACTS, TODAY) == snapshot("""\
# Conventions

## Recent learnings

<!-- baton:learned:begin (kept by Baton; what is outside these two lines is yours) -->

### User Notification System (#12, 2026-03-02)

- Database: Policies need an index on user_id.

<!-- baton:learned:end -->
""")


def test_an_existing_file_gets_a_section_behind_what_people_wrote() -> None:
    assert with_learnings("# Rules\n\nUse tabs.\n", FACTS, TODAY) == snapshot("""\
# Rules

Use tabs.

## Recent learnings

<!-- baton:learned:begin (kept by Baton; what is outside these two lines is yours) -->

### User Notification System (#12, 2026-03-02)

- Database: Policies need an index on user_id.

<!-- baton:learned:end -->
""")


def test_a_section_that_is_there_gets_another_entry() -> None:
    """R064, R107."""
    once = with_learnings("# Rules\n", FACTS, TODAY)
    twice = with_learnings(
        f"{once}\n## More of ours\n", learned("Streams need a heartbeat."), date(2026, 4, 1)
    )
    assert twice == snapshot("""\
# Rules

## Recent learnings

<!-- baton:learned:begin (kept by Baton; what is outside these two lines is yours) -->

### User Notification System (#12, 2026-03-02)

- Database: Policies need an index on user_id.

### User Notification System (#12, 2026-04-01)

- Database: Streams need a heartbeat.

<!-- baton:learned:end -->

## More of ours
""")


@pytest.mark.parametrize(
    "text",
    [
        "Use tabs.",
        "Use tabs.\n\n\n",
        "Use tabs.\r\n",
        "  \n\tindented\n",
        "# ä\n```\n<!-- x -->\n```\n",
        "\ufeffx\n",
    ],
)
def test_what_people_wrote_stays_byte_for_byte(text: str) -> None:
    """R064."""
    first = with_learnings(text, FACTS, TODAY)
    assert first.startswith(text)
    second = with_learnings(f"{first}{text}", FACTS, TODAY)
    assert second.startswith(text) and second.endswith(END + ("\r\n" if "\r\n" in text else "\n") + text)
    assert second.count(BEGIN) == second.count(END) == 1
    assert second.count("Policies need an index on user_id.") == 2


@given(st.text(), st.text())
def test_any_text_around_the_section_stays(before: str, after: str) -> None:
    text = f"{before}{BEGIN}\nkept\n{END}{after}"
    result = with_learnings(text, FACTS, TODAY)
    assert result.startswith(before) and result.endswith(after) and "kept" in result


def test_a_file_with_windows_line_ends_keeps_them() -> None:
    result = with_learnings("# Rules\r\n", FACTS, TODAY)
    assert "\n" not in result.replace("\r\n", "")


def test_a_section_whose_end_was_deleted_is_left_to_people() -> None:
    broken = f"# Rules\n\n{BEGIN}\n\nold\n\nhuman text\n"
    first = with_learnings(broken, FACTS, TODAY)
    assert first.startswith(broken)
    second = with_learnings(first, FACTS, TODAY)
    assert second.startswith(broken) and second.count(END) == 1


def test_a_learning_is_written_once_and_cannot_end_the_section() -> None:
    result = with_learnings("", learned(f"See {END}", "See  it.", "See it."), TODAY)
    assert result.count(END) == 1 and result.count("See it.") == 1
