"""Lines are told apart as CommonMark tells blocks apart, but for what somebody typed at a line's start."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.commands.grammar import parse
from bot.commands.markdown import Place, read_lines

COMMAND = "/approve"
LINES = (
    "```",
    "````",
    "~~~",
    "``` x",
    "- a",
    "  b",
    "> q",
    "",
    "1. x",
    "   c",
    "<!--",
    "-->",
    "<!-- x -->",
    "text",
    "===",
    "# h",
    "---",
    "- ```",
    "  ```",
    "- - x",
    "    ```",
    "`y",
    "z`",
    "> ```",
    "- > ```",
    "* * *",
    "1) ```",
    "   ```",
    "2. k",
    "-",
    "- # h",
    COMMAND,
    f"  {COMMAND}",
    f"   {COMMAND}",
    f"    {COMMAND}",
    f"\t{COMMAND}",
)
COMMON_MARK = MarkdownIt("commonmark")


def places(body: str) -> list[str]:
    return [line.place.value for line in read_lines(body)]


def blocks(body: str) -> dict[int, tuple[str, bool]]:
    """For each line, the block that CommonMark puts it in, and whether that is inside a list."""
    found: dict[int, tuple[str, bool]] = {}
    lists = 0
    for token in COMMON_MARK.parse(body):
        lists += token.nesting if token.type.startswith("list_item") else 0
        if token.map and token.type in {"fence", "code_block", "html_block", "inline"}:
            found.update(dict.fromkeys(range(*token.map), (token.type, lists > 0)))
    return found


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=9))
def test_what_commonmark_shows_as_code_or_hides_is_never_open(lines: list[str]) -> None:
    """C4."""
    body = "\n".join(lines)
    shown = blocks(body)
    for number, line in enumerate(read_lines(body)):
        if line.place is Place.OPEN:
            block, listed = shown.get(number, ("inline", False))
            assert block == "inline", (body, number)
            assert not listed or not lines[number].startswith(" "), (body, number)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([line for line in LINES if "`" not in line]), min_size=1, max_size=9))
def test_what_commonmark_shows_as_text_outside_of_lists_and_quotes_is_open(lines: list[str]) -> None:
    body = "\n".join(lines)
    shown = blocks(body)
    for number, line in enumerate(read_lines(body)):
        if lines[number].strip() == COMMAND and not lines[number].startswith(("    ", "\t")):
            block, listed = shown.get(number, ("", False))
            assert block != "inline" or listed or line.place is Place.OPEN, (body, number)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a\n\nb", ["open", "blank", "open"]),
        ("> a\nb", ["text", "open"]),
        ("- a\n  b\nc", ["text", "text", "open"]),
        ("```\na\n```\nb", ["code", "code", "code", "open"]),
        ("a\n\n    b\n", ["open", "blank", "code", "blank"]),
        ("a\n    b", ["open", "text"]),
        ("<!-- a\nb -->\nc", ["hidden", "hidden", "open"]),
        ("| a |\n|---|\n| b |", ["text", "text", "text"]),
        ("<details>\na\n</details>\nb", ["open", "text", "text", "open"]),
        ("<details>\na", ["open", "open"]),
        ("<pre>\na\n</pre>\nb", ["code", "code", "code", "open"]),
        ("a\r\nb\rc\nd", ["open"] * 4),
    ],
)
def test_each_line_has_its_place(body: str, expected: list[str]) -> None:
    assert places(body) == expected


def test_what_is_hidden_is_not_in_the_text() -> None:
    assert [line.text for line in read_lines("a <!-- b -->c\n<!-- d --> e <!-- f\ng --> h")] == [
        "a c",
        "e ",
        " h",
    ]


@pytest.mark.parametrize(
    "piece",
    [
        "lorem ",
        "` ",
        "``` `` ",
        "<!-- ",
        "<!---->",
        "<!-- x\n",
        "- ",
        "1. ",
        "> ",
        "~~",
        "```\n",
        "|",
        "a|b\n-|-\n",
        "<details>",
        "<details>\n",
        "</details>\n",
        "/approve\n",
        "/aprove x\n",
        "/proceed 1\nnote\n",
        "@baton-app ",
        "@baton-app approve\n",
        "- - ",
        "_ ",
        "=",
        "\t",
        " ",
        "\n",
        "\r",
        "\u200b",
        "👍",
        ":a:",
        "On Mon 1\n",
        "From: x\n",
        "_" * 25 + "\n",
        "a<b@c>",
        "On 1 wrote ",
        "[",
        "\\",
        "<a@",
        "2026-11-23 " + "<a@b" * 60 + "\n",
        "".join("`" * length + " " for length in range(1, 300)),
        "".join(" " * 2 * n + "- a\n" for n in range(99)),
    ],
)
def test_the_longest_comment_is_read_at_once_whatever_it_repeats(piece: str) -> None:
    body = (piece * (65_536 // len(piece) + 1))[: 65_536 - len(COMMAND) - 1] + "\n" + COMMAND
    began = time.process_time()
    parse(body, surface="issue", event="created", author_type="User", login="baton-app")
    assert time.process_time() - began < 1.5
