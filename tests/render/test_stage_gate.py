"""The check run `Baton / stage gate`."""

from __future__ import annotations

from inline_snapshot import snapshot

from bot.facts.diff import Finding, Level
from bot.render.stage_gate import Annotation, CheckRun, stage_gate
from tests.world import an_approved_plan

ERROR = Finding(
    "owned_files", Level.ERROR, "frontend/x.ts", None, "frontend/x.ts belongs to frontend-developer."
)
NOTICE = Finding("diff_size", Level.NOTICE, "docs/openapi.yaml", 7, "This diff is long.")


def judged(*findings: Finding, files: int = 2) -> CheckRun:
    return stage_gate(an_approved_plan().facts.works[0], findings, files)


def test_a_diff_without_findings_succeeds() -> None:
    run = judged(files=1)
    assert (run.conclusion, run.title, run.annotations) == (
        "success",
        "1 file of supabase-architect, nothing to object to.",
        (),
    )
    assert run.summary == snapshot("""\
This check judges the diff and the documents of stage 1/6 (database) at this commit, whoever pushed it. It waits for nobody: CI and people have checks of their own.

The inspections of 1 changed file found nothing.\
""")


def test_what_was_learned_is_not_said_to_be_the_reviewers() -> None:
    review = an_approved_plan().facts.review_stage
    assert stage_gate(review, (), 1).title == "1 file of what was learned, nothing to object to."


def test_a_notice_alone_succeeds() -> None:
    assert judged(NOTICE).conclusion == "success"


def test_an_error_fails_and_its_sentence_is_the_title() -> None:
    run = judged(NOTICE, ERROR)
    assert (run.conclusion, run.title) == ("failure", "frontend/x.ts belongs to frontend-developer.")
    assert run.annotations[0] == Annotation(
        "frontend/x.ts", 1, 1, "failure", "frontend/x.ts belongs to frontend-developer.", "owned_files"
    )
    assert run.annotations[1].annotation_level == "notice" and run.annotations[1].start_line == 7
    assert run.summary == snapshot("""\
This check judges the diff and the documents of stage 1/6 (database) at this commit, whoever pushed it. It waits for nobody: CI and people have checks of their own.

- **error** owned_files: frontend/x.ts belongs to frontend-developer.
- **notice** diff_size: This diff is long.\
""")


def test_of_many_findings_the_worst_fifty_stand_at_their_lines_and_all_in_the_summary() -> None:
    run = judged(*[NOTICE] * 60, ERROR)
    assert len(run.annotations) == 50
    assert run.annotations[0].annotation_level == "failure"
    assert run.summary.count("- **") == 61
    assert run.summary.endswith("The first 50 of them are also shown at their lines.")


def test_an_endless_list_is_cut() -> None:
    assert len(judged(*[NOTICE] * 5_000).summary) <= 58_000
