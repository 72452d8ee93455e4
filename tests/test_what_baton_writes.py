"""Whatever others called things, nothing that Baton writes commands, mentions or closes anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.hearing import hear, speaks_to_baton
from bot.facts.diff import ChangedFile, Diff, FileStatus, Finding, Level
from bot.facts.remembered import RunEnding, RunResult
from bot.facts.verdict import Done, Wait
from bot.feature import next_move
from bot.moves import ClosePullRequest, LeaveNote, RefuseLabel, Say
from bot.render import learned, names, pull_request, report, stage_gate
from bot.render.markers import read_marker
from bot.render.plan_comment import plan_comment
from bot.render.reply import notice, reply
from bot.render.stage_comment import stage_comment
from tests.lives import lives
from tests.render.hostile import HOSTILE, assert_harmless
from tests.world import Life, sha

WORDS = st.sampled_from([text[:400] for text in HOSTILE])
DIFF = Diff((ChangedFile("docs/openapi.yaml", FileStatus.MODIFIED, "100644", "100644", "new", "old", 3),))


def comments(life: Life, words: str) -> Iterator[str]:
    """Every comment and body that this moment can give rise to."""
    facts = life.facts
    answer = next_move(facts)
    if facts.revision and facts.generation:
        yield plan_comment(facts, answer if isinstance(answer, Wait | Done) else None)
    finding = Finding("diff_size", Level.WARNING, words, 1, words)
    for work in facts.works:
        yield stage_comment(work, facts)
        run = facts.latest_run(work.chapter)
        result = run.result if run and run.result else RunResult(RunEnding.FINISHED, summary=words)
        yield pull_request.body(facts, work, result, DIFF, (finding,), "https://github.com", sha("base"))
    if facts.works:
        yield report.report(facts, {"Backend": "42 tests passing"})
    yield from replies(life, answer)


def replies(life: Life, answer: object) -> Iterator[str]:
    facts = life.facts
    heard = [each for each in life.seen.issue.comments if speaks_to_baton(each, facts.house.login)]
    said = [hear(comment, facts).reply for comment in heard]
    match answer:
        case Say(_, body):
            said.append(body)
        case RefuseLabel(_, _, body):
            said.append(body)
        case ClosePullRequest(number, reason):
            yield notice(12, "LE_1", str(number), f"Closed by Baton: {reason}. The branch is kept.")
        case LeaveNote(number, note):
            yield notice(12, "LE_1", str(number), note)
    for text in said:
        if text:
            yield reply(12, "LE_1", "1", text)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
@given(lives(WORDS), WORDS)
def test_nothing_that_baton_writes_does_anything(life: Life, words: str) -> None:
    for text in comments(life, words):
        assert read_marker(text) is not None
        marker, _, visible = text.partition("\n")
        assert "-->" not in marker.removesuffix("-->")
        assert_harmless(visible)
        assert len(text) <= 58_000
    for work in life.facts.works:
        assert_harmless(pull_request.title(life.facts, work))
        assert_harmless(names.commit_message(words, 12, work, words))
        check = stage_gate.stage_gate(work, (Finding("x", Level.ERROR, words, 1, words),), 1)
        assert_harmless(check.summary)
        assert_harmless(check.title)
    added = learned.with_learnings("# Ours\n", life.facts, date(2026, 3, 2)).removeprefix("# Ours\n")
    assert_harmless(added.replace(learned.BEGIN, "").replace(learned.END, ""))
