"""The one plan comment, as people read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from inline_snapshot import snapshot

from bot.facts.remembered import Ending, RunEnding, RunResult, Wish
from bot.facts.verdict import Done, Wait
from bot.plan.stage_kind import StageKind
from bot.render.plan_comment import plan_comment
from tests.world import ALICE, BOB, NOW, PLAN, Life, a_feature, a_plan, an_approved_plan

DATABASE, API = StageKind.DATABASE, StageKind.API


def shown(life: Life) -> str:
    answer = life.next
    return plan_comment(life.facts, answer if isinstance(answer, Wait | Done) else None)


def below_the_marker(text: str) -> str:
    return text.partition("\n")[2]


def test_a_stage_that_is_struck_after_the_approval_says_who_left_it_out() -> None:
    text = shown(an_approved_plan().record(StageKind.FRONTEND, skipped="alice wrote: internal only"))
    assert (
        "- [ ] 4. Frontend: Create notification UI components - frontend-developer · skipped\n"
        "- [ ] 5. Testing: Unit tests + integration tests - test-engineer\n"
    ) in text
    assert "Deviations:\n- Frontend is skipped: alice wrote: internal only\n" in text
    assert "Not needed:\n- DevOps: the pipeline already runs all of this\n" in text


def test_the_open_question_is_linked() -> None:
    asks = RunResult(RunEnding.ASKED, sentence="Which way?")
    asked = an_approved_plan().worked(DATABASE, asks).asked()
    now = "**Now:** supabase-architect asks: Which way? Answer with `/proceed`."
    assert shown(asked).endswith(f"{now} ([the question](#issuecomment-5000))\n")
    assert "issuecomment" not in shown(asked.generation(paused=""))


def test_a_fresh_plan() -> None:
    """R069, R128: with the acceptance criteria of the issue."""
    assert shown(a_plan()) == snapshot("""\
<!-- baton:{"v":1,"kind":"plan","feature":12,"generation":"LE_1","revision":1,"hash":"cda1c4fc49550682428635ad223cdbbf95f52df2af559f2173829f86347c0725"} -->
## 📋 Feature: User Notification System

Planned Execution Order:
- [ ] 1. Database: Create notifications table with RLS - supabase-architect
- [ ] 2. API Design: Define CRUD + SSE endpoints - api-designer
- [ ] 3. Backend: Implement NotificationService - backend-developer
- [ ] 4. Frontend: Create notification UI components - frontend-developer
- [ ] 5. Testing: Unit tests + integration tests - test-engineer
- [ ] 6. Review: Security and quality check - code-reviewer

Not needed:
- DevOps: the pipeline already runs all of this

<details><summary>Acceptance criteria (1)</summary>

- A new notification shows within two seconds

</details>

<details><summary>Critical flows, tested from end to end (1)</summary>

- A person marks a notification as read

</details>

<details><summary>What each stage leaves, and what it needs</summary>

| Stage | Needs | Leaves |
|---|---|---|
| 1. Database | nothing of this plan | `supabase/migrations/*_notifications.sql`, `docs/database/README.md` |
| 2. API Design | Database | `docs/openapi.yaml` |
| 3. Backend | Database, API Design | `backend/app/notifications/**` |
| 4. Frontend | API Design | `frontend/src/notifications/**` |
| 5. Testing | Backend | `backend/tests/**` |
| 6. Review | all stages above | the reviewer's verdict, and what was learned |

</details>

<details><summary>Revisions</summary>

- v1, waiting for approval

</details>

Cost so far: $0.00 of at most $30.00.

Ready to proceed? Comment `/approve` to start. Nothing is begun before that. `/revise` and what should be different makes another plan, `/skip` leaves a stage out; `/help` lists all commands.
""")


def test_a_plan_in_progress() -> None:
    """R019, R108."""
    life = an_approved_plan().finished(DATABASE).in_review(API)
    life = life.record(
        DATABASE, notes=("The repository has no CLAUDE.md; supabase-architect worked without.",)
    )
    assert below_the_marker(shown(life.remember(cost=1.234))) == snapshot("""\
## 📋 Feature: User Notification System

Planned Execution Order:
- [x] 1. Database: Create notifications table with RLS - supabase-architect · done · #20 · 25 min
- [ ] 2. API Design: Define CRUD + SSE endpoints - api-designer · in review · #21
- [ ] 3. Backend: Implement NotificationService - backend-developer
- [ ] 4. Frontend: Create notification UI components - frontend-developer
- [ ] 5. Testing: Unit tests + integration tests - test-engineer
- [ ] 6. Review: Security and quality check - code-reviewer

Not needed:
- DevOps: the pipeline already runs all of this

Deviations:
- The repository has no CLAUDE.md; supabase-architect worked without.

<details><summary>Acceptance criteria (1)</summary>

- A new notification shows within two seconds

</details>

<details><summary>Critical flows, tested from end to end (1)</summary>

- A person marks a notification as read

</details>

<details><summary>What each stage leaves, and what it needs</summary>

| Stage | Needs | Leaves |
|---|---|---|
| 1. Database | nothing of this plan | `supabase/migrations/*_notifications.sql`, `docs/database/README.md` |
| 2. API Design | Database | `docs/openapi.yaml` |
| 3. Backend | Database, API Design | `backend/app/notifications/**` |
| 4. Frontend | API Design | `frontend/src/notifications/**` |
| 5. Testing | Backend | `backend/tests/**` |
| 6. Review | all stages above | the reviewer's verdict, and what was learned |

</details>

<details><summary>Revisions</summary>

- v1, approved by alice

</details>

Cost so far: $1.23 of at most $30.00.

**Now:** #21 is green and ready: review and merge it.
""")


def test_a_plan_that_is_done() -> None:
    life = an_approved_plan().built().finished(StageKind.REVIEW).ended(Ending.COMPLETED)
    assert below_the_marker(shown(life)) == snapshot("""\
## 📋 Feature: User Notification System

Planned Execution Order:
- [x] 1. Database: Create notifications table with RLS - supabase-architect · done · #20 · 25 min
- [x] 2. API Design: Define CRUD + SSE endpoints - api-designer · done · #21 · 25 min
- [x] 3. Backend: Implement NotificationService - backend-developer · done · #22 · 25 min
- [x] 4. Frontend: Create notification UI components - frontend-developer · done · #23 · 25 min
- [x] 5. Testing: Unit tests + integration tests - test-engineer · done · #25 · 25 min
- [x] 6. Review: Security and quality check - code-reviewer · done · #26 · 25 min

Not needed:
- DevOps: the pipeline already runs all of this

<details><summary>Acceptance criteria (1)</summary>

- A new notification shows within two seconds

</details>

<details><summary>Critical flows, tested from end to end (1)</summary>

- A person marks a notification as read

</details>

<details><summary>What each stage leaves, and what it needs</summary>

| Stage | Needs | Leaves |
|---|---|---|
| 1. Database | nothing of this plan | `supabase/migrations/*_notifications.sql`, `docs/database/README.md` |
| 2. API Design | Database | `docs/openapi.yaml` |
| 3. Backend | Database, API Design | `backend/app/notifications/**` |
| 4. Frontend | API Design | `frontend/src/notifications/**` |
| 5. Testing | Backend | `backend/tests/**` |
| 6. Review | all stages above | the reviewer's verdict, and what was learned |

</details>

<details><summary>Revisions</summary>

- v1, approved by alice

</details>

Cost so far: $0.00 of at most $30.00.

**Now:** The feature is complete. To begin anew, remove the label and add it again.
""")


def test_the_move_that_shows_it_ends_with_how_to_approve() -> None:
    assert (
        plan_comment(a_feature().with_plan(shown=False).facts, None)
        .splitlines()[-1]
        .startswith("Ready to proceed? Comment `/approve` to start.")
    )


def test_what_stands_in_the_way_before_approval_is_said_instead() -> None:
    assert "**Now:** Paused (freeze): comment `/resume` to go on." in shown(
        a_plan().generation(paused="freeze")
    )
    assert "Ready to proceed?" not in shown(a_plan().generation(paused="freeze"))


def test_it_says_which_revision_replaced_which() -> None:
    text = shown(an_approved_plan().with_plan(replace(PLAN, feature="Smaller"), 2))
    assert "- v1, approved by alice, replaced\n- v2, waiting for approval\n" in text
    assert "- v1, replaced\n" in shown(a_plan().with_plan(PLAN, 2))


def test_it_says_who_wanted_what_of_the_next_revision() -> None:
    """Also of several, and not of what was wished before or is not in it yet."""
    life = a_plan().with_plan(PLAN, 2)
    first, second = life.remembered.revisions
    made = NOW - timedelta(minutes=10)
    at = (made - timedelta(hours=2), made - timedelta(minutes=3), made - timedelta(minutes=1), NOW)
    said = ("wish 0", "wish 1,\nplease", "You asked: Which of\nthe two?\nThe answer: the second", "wish 3")
    wishes = tuple(Wish(n, ALICE, when, said[n]) for n, when in enumerate(at))
    life = life.remember(revisions=(first, replace(second, made_at=made)), wishes=wishes)
    assert "- v1, replaced: alice wanted “wish 1, please” and alice wanted “the second”\n" in shown(life)


def test_a_wish_for_another_plan_voids_this_one_in_sight_of_everybody() -> None:
    """Rule 4: at once, and not only when the next one is drawn up."""
    wish = Wish(2000, BOB, NOW, "be polite")
    text = shown(an_approved_plan().remember(wishes=(wish,)))
    assert "- v1, approved by alice, void: bob wanted “be polite”\n" in text
    text = shown(a_plan().remember(wishes=(wish,)))
    assert "- v1, void: bob wanted “be polite”\n" in text
    assert "Ready to proceed?" not in text


@pytest.mark.parametrize(("seconds", "said"), [(45, "45 s"), (600, "10 min"), (7200, "2.0 h")])
def test_a_finished_stage_says_how_long_it_took(seconds: int, said: str) -> None:
    """R019."""
    life = an_approved_plan().finished(DATABASE)
    life = life.record(DATABASE, begun_at=NOW - timedelta(seconds=seconds), finished_at=NOW)
    assert f"supabase-architect · done · #20 · {said}\n" in shown(life)


def test_the_reviewer_at_work_is_seen_in_the_list() -> None:
    life = an_approved_plan().built().run("verdict/1/1").record(StageKind.REVIEW)
    assert "6. Review: Security and quality check - code-reviewer · working\n" in shown(life)


def test_without_a_plan_there_is_no_comment() -> None:
    with pytest.raises(ValueError, match="no plan"):
        plan_comment(a_feature().facts, None)
