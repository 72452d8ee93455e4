"""The gate that nothing is built on sand."""

from __future__ import annotations

from datetime import timedelta

from bot.gates.base_contains_what_was_merged import base_contains_what_was_merged
from bot.plan.stage_kind import StageKind
from tests.gates.judged import said
from tests.world import NOW, an_approved_plan, sha

DATABASE, API = StageKind.DATABASE, StageKind.API
MERGE = sha("database merge")


def test_before_anything_is_merged_any_commit_will_do() -> None:
    assert said(base_contains_what_was_merged(an_approved_plan().facts)) == "passes"


def test_a_base_with_every_merge_in_it_passes() -> None:
    life = an_approved_plan().finished(DATABASE, API)
    assert said(base_contains_what_was_merged(life.facts)) == "passes"


def test_a_base_that_lost_a_merge_blocks_and_names_it() -> None:
    """P16."""
    life = an_approved_plan().finished(DATABASE, API).base(contains=frozenset({sha("api merge")}))
    assert said(base_contains_what_was_merged(life.facts)) == (
        f"blocks: main no longer contains the database stage ({MERGE[:7]}): it was reset or force-pushed. "
        f"Bring {MERGE[:7]} back into main; Baton then goes on by itself."
    )


def test_a_merge_of_this_minute_may_only_not_show_yet() -> None:
    """P12."""
    life = an_approved_plan().finished(DATABASE).base(contains=frozenset())
    fresh = life.attempt(DATABASE, merged_at=NOW - timedelta(seconds=59))
    assert said(base_contains_what_was_merged(fresh.facts)) == (
        "waits: GitHub does not show the merge of the database stage on main yet."
    )
    old = life.attempt(DATABASE, merged_at=NOW - timedelta(seconds=60))
    assert said(base_contains_what_was_merged(old.facts)).startswith("blocks:")


def test_a_repository_without_a_commit_blocks_and_says_what_to_push() -> None:
    assert said(base_contains_what_was_merged(an_approved_plan().base(head=None).facts)) == (
        "blocks: acme/board has no commit yet, so there is nothing to build on. "
        "Push a first commit to main; a README is enough."
    )
