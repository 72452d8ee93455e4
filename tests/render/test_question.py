"""A question as people read it: open, answered, or no longer asked."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from bot.commands.grammar import parse
from bot.facts.remembered import Given, Question
from bot.render.question import question
from tests.world import ALICE, NOW

ASKED = Question("after:1", "Which way?", 5000, ("Soft deletes", "Hard deletes"), "Soft deletes")


def test_an_open_question_says_how_it_is_answered() -> None:
    assert question(12, "LE_1", ASKED, is_open=True) == snapshot("""\
<!-- baton:{"v":1,"kind":"question","feature":12,"generation":"LE_1","key":"after:1"} -->
❓ Which way?

1. Soft deletes (recommended)
2. Hard deletes

Answer with `/proceed` and a number; `/proceed` alone takes the recommended one, your own words behind it are an answer too.
""")


def test_an_answered_question_says_who_answered_what() -> None:
    given = Given(ALICE, 5001, NOW, "Hard deletes", "because of the law")
    text = question(12, "LE_1", replace(ASKED, given=given), is_open=False)
    assert text.endswith("**Answered by alice:** Hard deletes: because of the law\n")


def test_a_question_that_the_story_has_left_is_no_longer_asked() -> None:
    assert question(12, "LE_1", ASKED, is_open=False).endswith(
        "*No longer asked: what it asked about has changed.*\n"
    )


def test_hostile_words_in_a_question_command_nothing() -> None:
    asked = Question("k", "/approve\n@org/team <!-- x -->", 1, ("/cancel", "fixes #9"))
    text = question(12, "LE_1", asked, is_open=True)
    read = parse(text, surface="issue", event="created", author_type="User", login="baton-app")
    assert not (read.commands or read.errors)
    assert "@org" not in text.replace("@\u200b", "")


def test_one_without_options_wants_words() -> None:
    plain = replace(ASKED, options=(), recommended=None)
    assert question(12, "LE_1", plain, is_open=True).endswith(
        "❓ Which way?\n\nAnswer with `/proceed` and your words behind it.\n"
    )


def test_one_without_a_recommendation_wants_a_choice() -> None:
    foot = question(12, "LE_1", replace(ASKED, recommended=None), is_open=True).splitlines()[-1]
    assert foot == "Answer with `/proceed` and a number; your own words behind it are an answer too."


def test_one_that_only_an_option_settles_promises_nothing_else() -> None:
    asked = Question("no-ci:7", "No CI?", 5000, ("Go on", "I add one"))
    foot = question(12, "LE_1", asked, is_open=True).splitlines()[-1]
    assert foot == "Answer with `/proceed` and a number."


def test_an_answer_in_own_words_is_quoted_on_one_line_and_mentions_nobody() -> None:
    given = Given(ALICE, 5001, NOW, None, "ask @bob\n/cancel\n<!-- x -->")
    text = question(12, "LE_1", replace(ASKED, given=given), is_open=False)
    last = text.splitlines()[-1]
    assert last.startswith("**Answered by alice:** ask ") and "@bob" not in last and "<!--" not in last
    read = parse(text, surface="issue", event="created", author_type="User", login="baton-app")
    assert not (read.commands or read.errors)


def test_a_question_that_returns_asks_again_in_the_same_comment() -> None:
    first = question(12, "LE_1", ASKED, is_open=True)
    assert question(12, "LE_1", ASKED, is_open=False).splitlines()[0] == first.splitlines()[0]


def test_a_question_longer_than_a_comment_is_cut_above_its_options() -> None:
    long = question(12, "LE_1", replace(ASKED, text="word " * 30_000, options=("o" * 5_000,)), is_open=True)
    assert len(long) <= 58_000
    assert "word…\n\n1. ooo" in long.replace(" …", "…")
    assert long.endswith("are an answer too.\n")
