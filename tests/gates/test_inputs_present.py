"""The gate that an agent never guesses what an earlier stage should have written (R035)."""

from __future__ import annotations

from dataclasses import replace

from bot.gates.inputs_present import inputs_present
from bot.moves import BeginAttempt
from bot.plan.stage_kind import StageKind
from tests.gates.judged import of, said
from tests.world import DOCUMENTS, PLAN, Life, an_approved_plan

DATABASE, API = StageKind.DATABASE, StageKind.API
BACKEND, FRONTEND = StageKind.BACKEND, StageKind.FRONTEND
README, OPENAPI = "docs/database/README.md", "docs/openapi.yaml"


def judged(life: Life, kind: StageKind) -> str:
    return said(inputs_present(of(life.facts, kind), life.facts))


def test_with_everything_there_it_passes() -> None:
    assert judged(an_approved_plan(), BACKEND) == "passes"


def test_what_an_earlier_stage_promised_and_is_gone_blocks() -> None:
    """R035, R075, R126."""
    life = an_approved_plan().base(documents={})
    assert judged(life, BACKEND) == (
        "blocks: backend-developer reads docs/openapi.yaml and docs/database/README.md, which an earlier stage "
        "wrote and which is not on main any more. Put it back on main; the stage then starts by itself."
    )


def test_what_nobody_promised_is_done_without_and_said() -> None:
    frontend_only = replace(PLAN, stages=(replace(PLAN.stages[3], needs=()), PLAN.stages[5]))
    life = an_approved_plan().remember(revisions=()).with_plan(frontend_only).base(documents={})
    assert judged(life, FRONTEND) == (
        "passes: The repository has no docs/openapi.yaml; frontend-developer worked without."
    )


def test_the_stage_that_writes_a_document_first_does_not_wait_for_it() -> None:
    life = an_approved_plan().base(documents={README: DOCUMENTS[README]})
    assert (
        judged(life, API) == "passes: The repository has no docs/openapi.yaml; api-designer worked without."
    )


def test_what_a_skipped_stage_never_wrote_is_done_without_and_said() -> None:
    life = an_approved_plan().base(documents={}).record(DATABASE, skipped="alice wrote: the table is there")
    assert judged(life, API).startswith(
        "passes: The repository has no docs/openapi.yaml and no docs/database"
    )
    assert isinstance(life.next, BeginAttempt)
