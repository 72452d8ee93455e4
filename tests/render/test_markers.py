"""The hidden first line by which Baton finds its own texts again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.markers import marker, read_marker


def test_a_marker_is_one_hidden_line() -> None:
    assert marker("plan", 12, "LE_1", revision=2) == (
        '<!-- baton:{"v":1,"kind":"plan","feature":12,"generation":"LE_1","revision":2} -->'
    )


@given(st.text(), st.text())
def test_whatever_it_holds_is_read_back_and_stays_hidden(generation: str, key: str) -> None:
    line = marker("reply", 12, generation, key=key)
    assert read_marker(f"{line}\nText") == {
        "v": 1, "kind": "reply", "feature": 12, "generation": generation, "key": key,
    }  # fmt: skip
    inside = line.removeprefix("<!--").removesuffix("-->")
    assert "--" not in inside and "\n" not in line


@pytest.mark.parametrize("value", ["--", "---", "-->", "--!>", "a--b---c", "} -->", "-"])
def test_dashes_do_not_end_it_early(value: str) -> None:
    line = marker("reply", 1, value)
    assert line.count("--") == 2
    read = read_marker(line)
    assert read and read["generation"] == value


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "Hello",
        "Hello\n<!-- baton:{} -->",
        " <!-- baton:{} -->",
        "<!-- baton:{oops} -->",
        "<!-- baton:[1] -->",
        "<!-- other -->",
        "<!-- baton:{",
    ],
)
def test_a_text_that_does_not_begin_with_one_has_none(text: str | None) -> None:
    assert read_marker(text) is None


def test_it_is_json_for_whoever_reads_it() -> None:
    line = marker("stage", 3, "LE_2", stage="api")
    assert json.loads(line.removeprefix("<!-- baton:").removesuffix(" -->"))["stage"] == "api"
