"""A stage's pull request, as its reviewer reads it."""

from __future__ import annotations

from typing import Any

from inline_snapshot import snapshot

from bot.facts.diff import ChangedFile, Diff, FileStatus, Finding, Level
from bot.plan.stage_kind import StageKind
from bot.render.pull_request import HOW_TO_REVIEW, body, changed_files, title
from tests.world import Life, an_approved_plan, finished, sha

API, REVIEW = StageKind.API, StageKind.REVIEW
DIFF = Diff((ChangedFile("docs/openapi.yaml", FileStatus.MODIFIED, "100644", "100644", "new", "old", 3),))


LEARNED = Diff((ChangedFile("CLAUDE.md", FileStatus.MODIFIED, "100644", "100644", "new", "old", 3),))


def written(life: Life, kind: StageKind = API, *findings: Finding, diff: Diff = DIFF, **result: Any) -> str:
    result.setdefault("summary", "Adds five operations.\n\nThe bell listens to SSE.")
    work = next(work for work in life.facts.works if work.kind is kind)
    done = finished("docs/openapi.yaml", **result)
    return body(life.facts, work, done, diff, findings, "https://github.com", sha("base"))


def an_api_stage() -> Life:
    return an_approved_plan().finished(StageKind.DATABASE).worked(API)


def test_a_pull_request_with_a_warning() -> None:
    """R089, R110."""
    warning = Finding("openapi_valid", Level.WARNING, "docs/openapi.yaml", 3, "`GET /x` has no description.")
    life = an_api_stage().record(
        API, notes=("The repository has no CLAUDE.md; api-designer worked without.",)
    )
    assert written(life, API, warning, documents_used=("docs/database/README.md",)) == snapshot("""\
<!-- baton:{"v":1,"kind":"pull_request","feature":12,"generation":"LE_1","stage":"api","attempt":1} -->
Part of #12

🔨 Task 2/6: Define CRUD + SSE endpoints
Agent: api-designer
Dependencies: Database (#20); using `docs/database/README.md`

### What and why

Adds five operations.

The bell listens to SSE.

### Documents

Used:
- [`docs/database/README.md`](https://github.com/acme/board/blob/1405df66cbe219b0bf6355bc3d60361a8376b6b4/docs/database/README.md)

Updated:
- `docs/openapi.yaml`

### Gates

| Gate | Verdict |
|---|---|
| Stage gate | No inspection found an error in this diff. |
| openapi valid | warning: `GET /x` has no description. |
| CI | See the checks below; the merge waits for a person. |

### Deviations

- The repository has no CLAUDE.md; api-designer worked without.

### How to review it

Read the contract as its user: paths, status codes, required fields, security. Everything that follows is built to it.

<details><summary>Commands</summary>

Merging this pull request is the approval of this stage; nothing else is begun before a person merged it and CI is green on `main`. A review asks for changes. On the issue, `/status` tells where the feature stands, `/pause` holds it, `/cancel` ends it, `/help` lists all commands.

</details>
""")


def test_its_title_names_feature_stage_and_place() -> None:
    facts = an_api_stage().facts
    assert title(facts, facts.works[1]) == "User Notification System: Define CRUD + SSE endpoints (2/6)"


def test_it_is_part_of_the_issue_and_does_not_close_it() -> None:
    lines = written(an_api_stage()).splitlines()
    assert lines[0].startswith("<!-- baton:{") and lines[1] == "Part of #12"


def test_without_a_summary_the_stages_title_stands_for_it() -> None:
    assert "### What and why\n\nDefine CRUD + SSE endpoints\n" in written(an_api_stage(), summary="")


def test_a_path_that_leaves_the_repository_is_no_link() -> None:
    """R110."""
    text = written(an_api_stage(), documents_used=("../../evil/repo/blob/main/x", "/etc/passwd"))
    assert "evil" not in text and "Used:\n- none\n" in text


def test_an_unclosed_code_block_in_the_summary_does_not_swallow_the_rest() -> None:
    assert "```py\nx = 1\n```\n\n### Documents" in written(an_api_stage(), summary="See:\n```py\nx = 1")


def test_what_was_learned_is_the_orchestrators() -> None:
    life = an_approved_plan().built().reviewed().attempt(REVIEW)
    text = written(life, REVIEW, diff=LEARNED)
    assert "\nAgent: implementation-orchestrator\n" in text
    assert "\nUpdated:\n- `CLAUDE.md`\n" in text


def test_every_kind_says_how_to_review_it() -> None:
    assert set(HOW_TO_REVIEW) == set(StageKind)


def test_changed_files_are_named_for_the_timeline() -> None:
    assert changed_files(DIFF) == "updated `docs/openapi.yaml`"
