"""A key that somebody pastes is neither kept nor repeated, and the reply says where secrets belong (R087)."""

from __future__ import annotations

import pytest

from bot.facts.pasted import WHERE_SECRETS_BELONG, holds_a_secret
from bot.facts.remembered import RunEnding, RunResult
from bot.plan.stage_kind import StageKind
from tests.commands.saying import heard, refusal
from tests.world import TRUDY, Life, a_plan, an_approved_plan

# Put together here, so that no scanner takes this file for a leak.
KEYS = [
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2_" * 8,
    "sk-ant-api03-" + "a1B2" * 9,
    "sk_live_" + "a1B2" * 6,
    "AKIA" + "A1B2" * 4,
    "AIza" + "a1B2" * 9,
    "xoxb-" + "1234-" * 3 + "abcdef",
    "sbp_" + "a1b2" * 10,
    "eyJhbGciOiJIUzI1" + ".eyJzdWIiOiIxMjM0" + ".c2lnbmF0dXJlMTIz",
    "-----BEGIN RSA " + "PRIVATE KEY-----",
    "postgres://app:" + "hunter2@db.example.org/app",
    "RESEND_API_KEY=" + "re_12345678",
    "the password: `hunter" + "22`",
]


def asked() -> Life:
    asks = RunResult(RunEnding.ASKED, sentence="Which key?", options=("mine", "yours"))
    return an_approved_plan().worked(StageKind.DATABASE, asks).asked()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "command", ["/proceed use {}", "/proceed 1\nit is {}", "/revise take {}", "/skip frontend: {}"]
)
def test_a_pasted_key_is_neither_kept_nor_repeated(command: str, key: str) -> None:
    """R084."""
    move = heard(asked(), command.format(key), id=9000)
    assert move.decisions == () and move.reply == WHERE_SECRETS_BELONG
    assert key not in f"{move.verdict}{move.reply}"


def test_a_key_in_a_command_that_is_wrong_is_not_repeated_either() -> None:
    assert refusal(a_plan(), f"/approve {KEYS[0]}") == WHERE_SECRETS_BELONG
    assert refusal(a_plan(), f"/skip {KEYS[0]}: no time") == WHERE_SECRETS_BELONG


def test_who_may_not_command_hears_that_first() -> None:
    assert heard(a_plan(), f"/revise {KEYS[0]}", by=TRUDY).reply != WHERE_SECRETS_BELONG


@pytest.mark.parametrize(
    "text",
    [
        "/proceed 2",
        "/revise store the access token in a cookie, and name the setting API_KEY",
        "/revise the password: at least twelve characters",
        "/revise see https://example.org/a:b@c and commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "/proceed use sk-learn, and the secret is that there is none",
        "/skip frontend: task-12345678901234567890123 is for later",
        "/proceed id 550e8400-e29b-41d4-a716-446655440000",
        "/revise secret: none is needed",
    ],
)
def test_talk_about_secrets_and_ids_are_no_secrets(text: str) -> None:
    assert not holds_a_secret(text)
