"""Whatever others write, in Baton's own messages it mentions nobody, closes nothing, hides nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.render.escaping import MOST_CHARACTERS, cell, code, cut, harmless, one_line, open_fence
from tests.render.hostile import HOSTILE, assert_harmless

Z = "\u200b"
ANYTHING = st.text(alphabet=st.sampled_from("`~@#/<>!-&;:.\n\r\t |[]()*_ \u202e\u200bab12") | st.characters())


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_does_nothing_anywhere(text: str) -> None:
    """I13, L13."""
    assert_harmless(harmless(text))
    assert_harmless(f"- {one_line(text)}")
    assert_harmless(f"{one_line(text)} and more")
    assert_harmless(f"| {cell(text)} |")
    assert_harmless(code(text))


@settings(deadline=None, database=None, max_examples=300)
@given(ANYTHING)
@example("```\n@org")
@example("~~~ `\n<!--")
def test_any_text_does_nothing(text: str) -> None:
    """I13, L13."""
    assert_harmless(harmless(text))
    assert_harmless(f"- {one_line(text)}")
    assert not open_fence(harmless(text))


@settings(deadline=None, database=None)
@given(ANYTHING, st.integers(10, 300))
def test_one_line_is_one_line_and_a_cell_keeps_its_cell(text: str, most: int) -> None:
    line = one_line(text, most)
    assert "\n" not in line and "\r" not in line and len(line) <= most
    assert "|" not in cell(text, most).replace("\\|", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Create the `notifications` table", "Create the `notifications` table"),
        ("GET /api/v1/notifications answers 200", "GET /api/v1/notifications answers 200"),
        ("Costs < 5 ms & scales > 10x", "Costs < 5 ms & scales > 10x"),
        ("See #12 and docs/openapi.yaml", "See #12 and docs/openapi.yaml"),
        ("Prefix the paths", "Prefix the paths"),
        ("ask @alice", f"ask @{Z}alice"),
        ("fixes #3", f"fixes{Z} #3"),
        ("Closes: acme/board#3", f"Closes{Z}: acme/board#3"),
        ("a ` b", "a ˋ b"),
        ("``` and `x`", "ˋˋˋ and `x`"),
        ("<details>", f"<{Z}details>"),
        ("&#64;alice", f"&{Z}#64;alice"),
    ],
)
def test_plain_words_stay_as_they_are_and_only_what_acts_is_broken(text: str, shown: str) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize(
    "line",
    [
        "/approve",
        "  /approve",
        "- /approve",
        "* /approve",
        "1. /approve",
        "- 1. /approve",
        "\u200b/approve",
        "\u00a0/approve",
        "🚀 /approve",
        "# /approve",
    ],
)
def test_a_command_at_the_beginning_of_a_line_is_broken_behind_its_slash(line: str) -> None:
    assert harmless(line) == line.replace("/", f"/{Z}")


def test_a_long_line_is_cut_with_an_ellipsis() -> None:
    assert one_line("x" * 300, 10) == "x" * 9 + "…"


def test_code_holds_any_backticks() -> None:
    assert code("a`b``c\nd") == "`aˋbˋˋc d`"


# --- what is too long for GitHub ------------------------------------------------------------------

CUT = "\n\n… cut here: GitHub takes no longer comments."


def test_a_short_body_is_not_cut() -> None:
    assert cut("x" * MOST_CHARACTERS) == "x" * MOST_CHARACTERS


def test_a_long_body_is_cut_at_a_line_and_points_to_the_whole() -> None:
    """Hazard I12."""
    body = cut("0123456789\n" * 6_000, "https://baton.example/features/acme/board/12")
    assert len(body) <= MOST_CHARACTERS
    assert body.endswith(f"9{CUT} The whole is at https://baton.example/features/acme/board/12")


@pytest.mark.parametrize("fence", ["```", "~~~~", "````"])
def test_an_open_code_block_is_closed(fence: str) -> None:
    body = cut(f"Log:\n{fence}text\n" + "line\n" * 20_000)
    assert len(body) <= MOST_CHARACTERS
    assert body.endswith(f"line\n{fence}{CUT}")


def test_a_closed_code_block_is_not_opened_again() -> None:
    assert cut("```\nx\n```\n" + "line\n" * 20_000).endswith(f"line{CUT}")


def test_an_open_fold_is_closed() -> None:
    body = cut("<details><summary>Long</summary>\n\n" + "line\n" * 20_000)
    assert body.endswith(f"line\n</details>{CUT}")


def test_a_single_endless_line_is_cut_too() -> None:
    body = cut("<!-- baton:{} -->\n" + "x" * 100_000)
    assert 57_000 < len(body) <= MOST_CHARACTERS


@settings(deadline=None, database=None, max_examples=50)
@given(st.lists(st.sampled_from(["```", "~~~", "text", "<details>", "</details>", "````"]), max_size=12))
def test_no_cut_body_is_too_long_or_leaves_a_fence_open(lines: list[str]) -> None:
    """Hazard I12."""
    body = cut("\n".join([*lines, *["filling"] * 9_000]))
    assert len(body) <= MOST_CHARACTERS
    assert not open_fence(body)
