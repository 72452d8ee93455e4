"""All inspections are found by themselves and asked together."""

from __future__ import annotations

from bot.facts.diff import Level
from bot.inspections.inspection import applying, inspect, inspections, refusal_for
from bot.plan.stage_kind import StageKind
from tests.inspections.examples import added, change, modified, stage_of


def test_every_inspection_is_found_and_has_a_sentence() -> None:
    names = [inspection.name for inspection in inspections()]
    assert {"openapi_valid", "owned_files", "protected_files", "required_documents"} <= set(names)
    assert names == sorted(names)
    for inspection in inspections():
        assert inspection.title[0].isupper()
        assert inspection.title.endswith(".")


def test_an_inspection_that_has_nothing_to_ask_is_left_out() -> None:
    names = [inspection.name for inspection in applying(stage_of(StageKind.FRONTEND))]
    assert "openapi_valid" not in names
    assert "owned_files" in names


def test_errors_come_before_notices() -> None:
    files = change(modified("backend/tests/test_a.py"), added("frontend/a.ts"), added("x.png", None))
    levels = [finding.level for finding in inspect(files, stage_of(StageKind.BACKEND))]
    assert levels == [Level.ERROR, Level.ERROR, Level.ERROR, Level.NOTICE]


def test_a_good_change_has_no_finding() -> None:
    assert inspect(change(added("backend/a.py")), stage_of(StageKind.BACKEND)) == ()


def test_a_write_is_refused_by_any_rule_that_the_diff_would_break() -> None:
    backend = stage_of(StageKind.BACKEND)
    assert refusal_for("backend/a.py", backend, exists=False) is None
    assert "frontend-developer" in (refusal_for("frontend/a.ts", backend, exists=False) or "")
    assert "protected" in (refusal_for("backend/.gitattributes", backend, exists=False) or "")
    assert "control character" in (refusal_for("backend/a\n.py", backend, exists=False) or "")
