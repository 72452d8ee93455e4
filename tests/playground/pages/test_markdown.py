"""Markdown is shown as GitHub shows it, and nothing in it can do anything."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.hub import Hub
from bot.playground.pages.markdown import rendered
from bot.playground.pages.sanitising import ATTRIBUTES, TAGS, sanitised
from tests.playground.pages.attacks import ATTACKS

HUB = Hub()


def shown(text: str) -> str:
    return str(rendered(text, None, HUB))


def test_task_lists_tables_details_code_and_strikethrough_are_shown() -> None:
    text = (
        "- [x] done\n- [ ] open\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n"
        "<details><summary>More</summary>\n\n```python\nx = 1\n```\n</details>\n\n~~no~~ `code`"
    )
    html = shown(text)
    assert '<input type="checkbox" disabled="" checked="">' in html
    assert html.count('type="checkbox"') == 2
    assert '<td align="right">2</td>' in html
    assert "<details><summary>More</summary>" in html
    assert '<pre><code class="language-python">x = 1\n</code></pre>' in html
    assert "<s>no</s>" in html


def test_comments_of_html_are_hidden_and_the_rest_of_the_line_stays() -> None:
    assert "baton:" not in shown('<!-- baton:{"v":1,"kind":"plan"} -->\nThe plan')
    assert "The plan" in shown('<!-- baton:{"v":1,"kind":"plan"} -->\nThe plan')


def test_a_new_line_is_one_in_what_people_write_and_none_in_a_file() -> None:
    assert shown("one\ntwo") == "<p>one<br>\ntwo</p>\n"
    assert str(rendered("one\ntwo", None, HUB, file=True)) == "<p>one\ntwo</p>\n"


def test_links_leave_without_an_opener_and_alerts_are_boxes() -> None:
    assert 'rel="noopener noreferrer nofollow"' in shown("[x](https://example.com)")
    assert 'href="https://example.com/a?b=1"' in shown("see https://example.com/a?b=1.")
    assert 'class="alert-warning"' in shown("> [!WARNING]\n> Mind the gap")


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_dangerous_is_left_of(attack: str) -> None:
    assert_harmless(shown(attack))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from(ATTACKS), st.text(alphabet="<>\"'/= aosvgxmlk&;:!-\n", max_size=12)),
        max_size=5,
    )
)
def test_nothing_dangerous_is_left_of_pieces_in_any_order(pieces: list[str]) -> None:
    assert_harmless(shown("".join(pieces)))
    assert_harmless(sanitised("".join(pieces)))


def assert_harmless(html: str) -> None:
    """Every tag is one of the allow-list, with attributes of the allow-list, and all are closed."""
    depth: list[str] = []
    rest = html
    while "<" in rest:
        rest = rest[rest.index("<") :]
        tag = re.match(r'<(/?)([a-z0-9]+)((?: [a-z]+="[^"<>]*")*)>', rest)
        assert tag is not None, rest[:80]
        assert tag[2] in TAGS
        for name, value in re.findall(r' ([a-z]+)="([^"]*)"', tag[3]):
            assert name in (*ATTRIBUTES.get(tag[2], ()), "class", "rel", "type", "disabled", "checked"), name
            if name in ("href", "src"):
                assert re.match(r"(https?:|mailto:|[^:]*$|[^:]*[/?#])", value), value
        if tag[1]:
            assert depth.pop() == tag[2]
        elif tag[2] not in ("br", "hr", "img", "input"):
            depth.append(tag[2])
        rest = rest[tag.end() :]
    assert depth == []
