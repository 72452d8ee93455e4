"""What a comment asks: every case that people and other bots' habits taught."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from bot.commands import all_commands
from bot.commands.grammar import may_call, parse, to_json

FILE = json.loads((Path(__file__).parent / "command-cases.json").read_text(encoding="utf-8"))
LOGIN: str = FILE["bot_login"]


def asked(
    body: str | None, surface: Any = "issue", event: Any = "created", author: str = "User"
) -> dict[str, Any]:
    return to_json(parse(body, surface=surface, event=event, author_type=author, login=LOGIN))


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: case["id"])
def test_every_case_of_the_command_file_is_read_as_it_says(case: dict[str, Any]) -> None:
    """C4, C9, C10, C11: 140 cases."""
    got = asked(case["body"], case["surface"], case["event"], case["author_type"])
    assert got == case["expect"], case["why"]


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: case["id"])
def test_what_can_be_no_call_at_all_is_known_without_reading_it(case: dict[str, Any]) -> None:
    """In one pass: where a command or a slip is found, a line could be a call."""
    found = case["expect"]["commands"] or case["expect"]["errors"]
    assert may_call(case["body"] or "", LOGIN) or not found


@pytest.mark.parametrize(
    "body",
    [
        "x",
        "/deploy",
        "see http://example.org/approve",
        "a /approve",
        "- /approve",
        "> /approve",
        "`/approve`",
    ],
)
def test_prose_and_other_bots_words_are_known_to_be_no_call(body: str) -> None:
    assert not may_call(body, LOGIN)


@pytest.mark.parametrize("line", ["x", "/x\n", "    \n", "a | b\n", "-->", "```\n", "@", "> \n"], ids=repr)
def test_long_comments_without_a_command_cost_next_to_nothing(line: str) -> None:
    """Every look reads all of them: thirty of the longest that GitHub takes."""
    body = (line * 65_536)[:65_536]
    begun = time.process_time()
    for _ in range(30):
        asked(body)
    assert time.process_time() - begun < 1


def commands(body: str, surface: Any = "issue") -> list[Any]:
    found: list[Any] = asked(body, surface)["commands"]
    return found


def errors(body: str, surface: Any = "issue") -> list[tuple[str, str]]:
    return [(error["code"], error["text"]) for error in asked(body, surface)["errors"]]


def command(name: str, args: str = "", **note: str) -> dict[str, str]:
    return {"name": name, "args": args, **note}


NOTHING: dict[str, Any] = {"commands": [], "errors": []}


@pytest.mark.parametrize(
    "example", [(name, each) for name, its in all_commands().items() for each in its.examples]
)
def test_every_example_in_the_help_is_read_as_the_command_that_it_shows(example: tuple[str, str]) -> None:
    name, body = example
    assert [each["name"] for each in commands(body)] == [name]


@pytest.mark.parametrize("name", all_commands())
def test_a_command_is_the_same_in_capitals_behind_a_mention_and_with_carriage_returns(name: str) -> None:
    body = "\r\n".join(example_of(name).split("\n"))
    written = f"/{name}"
    for other in (body.replace(written, written.upper()), f"@{LOGIN} {body}", f"@{LOGIN}[bot]: {body[1:]}"):
        assert commands(other) == commands(body) != []


def example_of(name: str) -> str:
    return all_commands()[name].examples[0]


@pytest.mark.parametrize(
    "body",
    [
        "/approve…",
        "/approve!?",
        "/approve👍",
        "/approve 👩‍💻🎉",
        "/approve :rocket:",
        "/approve :+1: :tada:",
        "/approve。",
        "/approve .",
        "/approve\u3000",
        "/approve\u2060",
        "\u200b /approve",
        "\u00a0/approve",
        "/approve <!-- hidden -->",
        "/approve <!-- hid\nden -->",
        "<!-- a --><!-- b -->/approve",
        '<!-- baton:{"v":1,"kind":"plan"} -->\n/approve',
        "<!-->\n/approve",
        "Use `<!--` here\n/approve",
        "a <!-- never closed\n/approve",
        "one ` tick\n/approve",
        "# Title\n/approve",
        "/approve\n===",
        "***\n/approve",
        "- item\n/approve",
        "- item\n\n/approve",
        "1. one\n2. two\n\n/approve",
        "- ```\n  x\n\n/approve",
        "> ```\n> x\n/approve",
        "``` a`b\n/approve",
        "<img src=x>\n/approve",
        "the <details> tag\n/approve",
        "<details>\nx\n</details>\n/approve",
        "<pre>x</pre>\n/approve",
        "| a |\n|---|\n| b |\n/approve",
        "a | b\n/approve",
        "~~~\nx\n~~~\n/approve",
        "/status.json\n/approve",
        "Hi @baton-app!\n/approve",
        "~~done~~\n/approve",
        "- [ ] a\n\n\n/approve",
    ],
)
def test_this_approves(body: str) -> None:
    assert asked(body) == {"commands": [command("approve")], "errors": []}


@pytest.mark.parametrize(
    "body",
    [
        "/status.json",
        "/approve.md",
        "/approve:2",
        "/approve/",
        "/approve)",
        "/approve`",
        "/approve\\",
        "/approve*",
        "/apprové",
        "(/approve)",
        "«/approve»",
        "$ /approve",
        ": /approve",
        "_/approve_",
        "- item\n  /approve",
        "1. one\n\n   /approve",
        "1. one\n  /approve",
        "- a\n  - b\n    /approve",
        "- a\n  - ```\n    /approve\n    ```",
        "* ```\n  /approve",
        "1) ~~~\n   /approve\n   ~~~",
        "text\n    /approve",
        "text\n\n    /approve",
        "\ufeff```\n/approve\n```",
        "~~~~\n~~~\n/approve",
        "`a\n/approve\nb`",
        "``a ` b\n/approve\n``",
        "~~a\n/approve\nb~~",
        "text <!-- a\n/approve\n--> b",
        "<!-- a -->\n<!-- b\n/approve",
        "  <!--\n\n/approve\n-->",
        "<pre>\n\n/approve\n</pre>",
        "<PRE>\n/approve",
        "<script>\n/approve\n</script>",
        "<blockquote>\n/approve\n</blockquote>",
        "x <code>\n/approve\n</code>",
        "<details>\n<summary>x</summary>\n\n/approve\n</details>",
        "<table>\n/approve\n</table>",
        "a | b\n---|---\n/approve | c",
        "/approve | b\n:--|:-:\nx | y",
        "&#47;approve",
        "@baton-app/approve",
        "@baton-app",
        "@baton-app approved this already",
        "@baton-app you may approve",
        "@baton-approve",
        "x@baton-app approve",
        "/",
        "/1",
        "/-approve",
        "/ approve",
        "/approve-later",
        "/unapprove",
        "/approve_plan",
    ],
)
def test_this_asks_nothing(body: str) -> None:
    """C4."""
    assert asked(body) == NOTHING


@pytest.mark.parametrize(
    "word",
    [
        "ship",
        "stats",
        "helm",
        "cause",
        "slip",
        "skim",
        "skin",
        "parse",
        "states",
        "retro",
        "presume",
        "revive",
        "cancer",
        "help-wanted",
        "held",
        "kip",
        "lgtm",
        "hold",
        "unhold",
        "retest",
        "test",
        "assign",
        "cc",
        "close",
        "reopen",
        "label",
        "milestone",
        "rebase",
        "merge",
        "squash",
        "draft",
        "ready",
        "spend",
        "estimate",
        "shrug",
        "tableflip",
        "todo",
        "done",
        "deploy",
        "run",
        "rerun",
        "recheck",
        "plan",
        "apply",
        "start",
        "stop",
        "api",
        "usr",
        "etc",
        "stage",
        "restart",
        "reset",
        "revert",
        "review",
        "request-review",
        "cherry-pick",
    ],
)
def test_words_of_their_own_and_of_other_bots_are_left_alone(word: str) -> None:
    assert asked(f"/{word}") == asked(f"/{word} it") == NOTHING


@pytest.mark.parametrize(
    "word",
    [
        "aprove",
        "approv",
        "apprvoe",
        "pprove",
        "approved",
        "approves",
        "procede",
        "proced",
        "proceeed",
        "revize",
        "revised",
        "puase",
        "pauses",
        "resum",
        "resumes",
        "cancle",
        "cancell",
        "canel",
        "retyr",
        "rety",
        "re-try",
        "skpi",
        "skips",
        "staus",
        "statsu",
        "statuss",
        "hepl",
        "halp",
        "helpp",
        "hel",
    ],
)
def test_a_slip_of_one_edit_is_answered_and_does_nothing(word: str) -> None:
    """C11."""
    assert asked(f"/{word} now!") == {
        "commands": [],
        "errors": [{"code": "did_you_mean", "text": f"/{word}"}],
    }


def test_a_slip_behind_a_mention_is_answered_only_where_it_stands_alone() -> None:
    assert errors("@baton-app aprove!") == [("did_you_mean", "/aprove")]
    assert asked("@baton-app pauses too often") == NOTHING


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ("/approve 3", "unexpected_argument", "3"),
        ("/approve v0", "unexpected_argument", "v0"),
        ("/approve v2 please", "unexpected_argument", "v2 please"),
        ("/approve: v2?x", "unexpected_argument", "v2?x"),
        ("/status of the backend", "unexpected_argument", "of the backend"),
        ("/help me", "unexpected_argument", "me"),
        ("/retry #3", "unexpected_argument", "#3"),
        ("/retry 0", "unexpected_argument", "0"),
        ("/retry 3 4", "unexpected_argument", "3 4"),
        ("/revise 👍", "missing_argument", "/revise 👍"),
        ("/revise\n```\nthis\n```", "missing_argument", "/revise"),
        ("/revise\n\n\u200b", "missing_argument", "/revise"),
        ("/skip frontend: 👍", "missing_argument", "/skip frontend: 👍"),
        ("/skip frontend no API", "missing_argument", "/skip frontend no API"),
        ("/skip : no API", "missing_argument", "/skip : no API"),
        ("/skip the frontend: no API", "unexpected_argument", "the frontend"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_does_nothing(body: str, code: str, text: str) -> None:
    assert asked(body) == {"commands": [], "errors": [{"code": code, "text": text}]}


@pytest.mark.parametrize(
    ("body", "args"),
    [
        ("/approve V12.", "v12"),
        ("/retry 3 👍", "3"),
        ("/skip Frontend : The API is internal", "frontend: The API is internal"),
        ("/skip api:none", "api: none"),
        ("/pause: until Monday", "until Monday"),
        ("/proceed 2 👍", "2 👍"),
        ("/proceed 👍", ""),
        ("/cancel :tada:", ""),
        ("/proceed Use `UUID`s — *really*", "Use `UUID`s — *really*"),
    ],
)
def test_arguments_are_trimmed_and_folded_only_where_they_are_no_text(body: str, args: str) -> None:
    assert [each["args"] for each in commands(body)] == [args]


@pytest.mark.parametrize(
    ("below", "note"),
    [
        ("a\n\nb", "a\n\nb"),
        ("- a\n  - b", "- a\n  - b"),
        ("> as you said\nyes", "> as you said\nyes"),
        ("a\n<!-- hidden -->\nb", "a\nb"),
        ("a <!-- hidden --> b", "a  b"),
        ("a\n~~~\ncode\n~~~\nb", "a\nb"),
        ("see\n\n    code\n\nb", "see\n\n\nb"),
        ("/api/v1 is wrong", "/api/v1 is wrong"),
        ("- /approve\nb", "- /approve\nb"),
        ("@jane agrees", "@jane agrees"),
        ("a\n/lgtm\nb", "a"),
        ("a\n/aproove-nothing\nb", "a"),
    ],
)
def test_a_note_is_what_people_see_below_the_command_up_to_the_next_one(below: str, note: str) -> None:
    assert commands(f"/proceed 1\n{below}") == [command("proceed", "1", note=note)]


def test_only_answers_and_change_requests_take_a_note() -> None:
    assert commands("/cancel wrong\nbecause of this") == [command("cancel", "wrong")]


def test_a_slip_ends_the_note_before_it_and_is_answered() -> None:
    got = asked("/proceed 1\nyes\n/staus\nno")
    assert got["commands"] == [command("proceed", "1", note="yes")]
    assert got["errors"] == [{"code": "did_you_mean", "text": "/staus"}]


def test_one_command_that_is_written_twice_is_one_and_two_answers_are_a_contradiction() -> None:
    assert commands("/status\n/status") == [command("status")]
    assert commands("/proceed 1\n/proceed 1") == [command("proceed", "1")]
    assert errors("/approve\n/approve v2") == [("conflicting_commands", "/approve /approve")]
    assert errors("/approve\n/cancel\n/pause") == [("conflicting_commands", "/approve /cancel /pause")]


def test_of_contradicting_commands_none_runs_and_the_reading_ones_still_answer() -> None:
    """C11."""
    got = asked("/help\n/approve\n/cancel\n/status")
    assert got["commands"] == [command("help"), command("status")]
    assert [error["code"] for error in got["errors"]] == ["conflicting_commands"]


def test_on_a_pull_request_the_merge_approves_and_a_review_revises() -> None:
    assert errors("/approve please", "pull_request") == [("wrong_surface", "/approve")]
    assert errors("/revise this", "pull_request") == [("wrong_surface", "/revise")]
    assert commands("/skip frontend: no page", "pull_request") == [command("skip", "frontend: no page")]


def test_an_edited_comment_by_a_bot_is_ignored_for_being_edited() -> None:
    assert asked("/approve", event="edited", author="Bot") == {**NOTHING, "ignored": "event_edited"}


def test_an_organisation_is_no_bot() -> None:
    assert asked("/status", author="Organization")["commands"] == [command("status")]


def test_without_a_login_nobody_is_mentioned() -> None:
    got = parse("@ approve\n@[bot] approve", surface="issue", event="created", author_type="User", login="")
    assert to_json(got) == NOTHING


def test_the_login_may_be_given_with_its_suffix_and_is_no_pattern() -> None:
    def said(body: str, login: str) -> int:
        got = parse(body, surface="issue", event="created", author_type="User", login=login)
        return len(got.commands)

    assert said("@my.bot approve", "my.bot[bot]") == 1
    assert said("@myxbot approve", "my.bot") == 0
