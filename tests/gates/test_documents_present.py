"""The gate that documentation comes before implementation (R018, R105)."""

from __future__ import annotations

import pytest

from bot.facts.facts import Facts
from bot.facts.remembered import Delivered
from bot.gates.documents_present import documents_present
from bot.plan.reading_openapi import Operation
from bot.plan.stage_kind import StageKind
from tests.gates.judged import of, said
from tests.world import DOCUMENTS, Life, an_approved_plan

DATABASE, API, BACKEND = StageKind.DATABASE, StageKind.API, StageKind.BACKEND
README, OPENAPI = "docs/database/README.md", "docs/openapi.yaml"


def judged(facts: Facts, kind: StageKind = BACKEND) -> str:
    return said(documents_present(of(facts, kind), facts))


def built() -> Life:
    return an_approved_plan().finished(DATABASE, API)


def with_documents(**texts: str | None) -> Facts:
    paths = {"readme": README, "openapi": OPENAPI}
    changed = {paths[name]: text for name, text in texts.items()}
    kept = {**DOCUMENTS, **changed}
    return built().base(documents={path: text for path, text in kept.items() if text is not None}).facts


def test_documented_stages_pass() -> None:
    assert judged(built().facts) == "passes"


def test_the_first_stage_owes_nothing_to_anybody() -> None:
    assert judged(an_approved_plan().base(documents={}).facts, DATABASE) == "passes"


def test_a_missing_document_blocks() -> None:
    """R018, R102."""
    assert judged(with_documents(readme=None)) == (
        "blocks: The backend stage waits for documentation on main: "
        "docs/database/README.md of the database stage is not there. "
        "Add it to main; the stage then starts by itself."
    )


def test_a_document_that_does_not_name_what_was_built_blocks_and_says_what_is_missing() -> None:
    assert judged(with_documents(readme="# Tables\n", openapi="openapi: 3.0.0\n")) == (
        "blocks: The backend stage waits for documentation on main: "
        "docs/database/README.md does not mention `public.notifications`. "
        "docs/openapi.yaml does not mention `GET /api/v1/notifications`, `POST /api/v1/notifications`, "
        "`PATCH /api/v1/notifications`, `DELETE /api/v1/notifications`, `GET /api/v1/stream/notifications`. "
        "Add it to main; the stage then starts by itself."
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("`notifications`", True),
        ("| public.notifications |", True),
        ("notifications.", True),
        ("old_notifications", False),
        ("notifications_archive", False),
    ],
)
def test_a_table_is_named_by_its_own_name(text: str, named: bool) -> None:
    assert (judged(with_documents(readme=text)) == "passes") is named


def test_a_stage_that_was_not_merged_owes_nothing_yet() -> None:
    life = an_approved_plan().in_review(DATABASE).base(documents={})
    assert judged(life.facts, API) == "passes"


def test_where_git_was_not_read_yet_only_presence_is_asked() -> None:
    life = built().record(DATABASE, delivered=None).base(documents={**DOCUMENTS, README: ""})
    assert judged(life.facts) == "passes"


@pytest.mark.parametrize(
    ("path", "named"),
    [("/users", True), ("/users/{id}", False), ("/users_old", False), ("/users{id}", False)],
)
def test_a_path_is_named_by_its_own_name(path: str, named: bool) -> None:
    life = built().record(API, delivered=Delivered(operations=(Operation("GET", "/users"),)))
    life = life.base(documents={**DOCUMENTS, OPENAPI: f"paths:\n  {path}: {{}}\n"})
    assert (judged(life.facts) == "passes") is named
