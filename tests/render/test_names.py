"""The names of branches, pull requests and commits."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.plan.stage_kind import StageKind
from bot.render.names import branch, commit_message, pull_request_title, slug
from tests.render.hostile import HOSTILE, assert_harmless
from tests.world import an_approved_plan

API = an_approved_plan().facts.works[1]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Notifications", "notifications"),
        ("User Notification System", "user-notification-system"),
        ("Notification system, with real-time updates!", "notification-system-with-real"),
        ("Ärger über Grüße", "arger-uber-grue"),
        ("通知システム", "feature"),
        ("🚀🚀", "feature"),
        ("", "feature"),
        ("a" * 80, "a" * 30),
        ("../../etc/passwd", "etc-passwd"),
        ("-rf --force", "rf-force"),
        ("x.lock", "x-lock"),
    ],
)
def test_a_slug_is_short_and_plain(title: str, name: str) -> None:
    assert slug(title) == name


@given(st.text())
def test_any_title_gives_a_name_that_git_takes(title: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(title)) and len(slug(title)) <= 30


def test_a_branch_names_issue_feature_place_and_kind() -> None:
    assert branch(12, "Notifications", 1, StageKind.DATABASE, 1) == "baton/12-notifications/1-database"
    assert branch(12, "Notifications", 1, StageKind.DATABASE, 3) == "baton/12-notifications/1-database-3"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_pull_requests_title_fits_and_acts_on_nothing(text: str) -> None:
    """Hazards I12, I13."""
    title = pull_request_title(text, replace(API, stage=replace(API.stage, title=text)))
    assert len(title) <= 256 and "\n" not in title and title.endswith(" (2/6)")
    assert_harmless(title)


def test_a_commit_says_what_why_and_where_it_belongs() -> None:
    why = (
        "Backend and frontend are built to this contract, so it comes first; streams are separate operations."
    )
    credit = "Co-authored-by: alice <1+alice@users.noreply.github.com>"
    assert commit_message("Notifications", 12, API, why, (credit,)) == snapshot("""\
Define CRUD + SSE endpoints

Backend and frontend are built to this contract, so it comes first;
streams are separate operations.

Refs: #12
Stage: 2/6 api
Co-authored-by: alice <1+alice@users.noreply.github.com>\
""")


def test_a_commit_without_a_summary_has_no_empty_paragraph() -> None:
    assert commit_message("Notifications", 12, API, " ") == (
        "Define CRUD + SSE endpoints\n\nRefs: #12\nStage: 2/6 api"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_summary_cannot_add_trailers_or_close_issues(text: str) -> None:
    message = commit_message("F", 12, API, f"{text}\nStage: 6/6 review\nRefs: #99")
    assert message.split("\n\n")[-1] == "Refs: #12\nStage: 2/6 api"
    assert len(message.split("\n\n")) == 3
    assert all(len(line) <= 72 or " " not in line for line in message.splitlines())
    assert not re.search(r"\b(fix(es|ed)?|close[sd]?|resolve[sd]?):?\s+#\d", message, re.IGNORECASE)
