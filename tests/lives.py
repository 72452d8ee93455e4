"""Lives in any state that a feature can be in, and in many that it should not be in; for Hypothesis."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from bot.facts.remembered import (
    Approval,
    Attempt,
    Ending,
    Generation,
    Given,
    Owed,
    Question,
    Remembered,
    Retry,
    ReviewFinding,
    Revision,
    Run,
    RunEnding,
    RunResult,
    StageRecord,
    Unsettled,
    Wish,
)
from bot.facts.seen import (
    Base,
    Check,
    CheckState,
    Comment,
    Commit,
    Issue,
    LabelEvent,
    PullRequest,
    PullState,
    Review,
    ReviewState,
    Seen,
    Surface,
    Thread,
    ThreadComment,
)
from bot.facts.states import FeatureState
from bot.feature import the_work
from bot.gates.checks import quiet_clock
from bot.moves import Ask
from bot.plan.plan import Plan, PlannersQuestion, SkippedStage
from bot.plan.stage_kind import StageKind
from tests.world import (
    ALICE,
    BOB,
    BROUGHT,
    DOCUMENTS,
    LABEL,
    NOW,
    OSCAR,
    PERMISSIONS,
    PLAN,
    PLAN_COMMENT,
    ROBOT,
    TRUDY,
    Life,
    an_issue,
    house,
    sha,
)

PEOPLE = st.sampled_from([ALICE, BOB, TRUDY, OSCAR, ROBOT])
BODIES = st.sampled_from(
    ["/proceed", "/proceed 2 but politely", "/revise be polite", "/skip frontend: no time", "/skip testing: no time", "/approve", "/approve v2", "/pause now", "/resume", "/cancel", "/status", "/help", "/retry", "/aprove", "hi", "/pause\n/cancel"]
)  # fmt: skip
MOMENTS = st.sampled_from(
    [NOW - timedelta(hours=3), NOW - timedelta(hours=1), NOW - timedelta(seconds=5), NOW]
)
PLACES = st.sampled_from(["docs/openapi.yaml", "backend/app/x.py", "nobody/owns/this"])
KINDS = tuple(stage.kind for stage in PLAN.stages)


# What may stand in the way. Few at once: else the first hides all that comes after it in the story.
OBSTACLES = st.lists(
    st.sampled_from(
        [
            "trouble",
            "unsettled",
            "comment",
            "owed",
            "ended",
            "paused",
            "unlabelled",
            "relabelled",
            "closed",
            "ungenerated",
            "undrafted",
            "unapproved",
            "asking",
            "unshown",
            "uncommitted",
            "undocumented",
            "unfunded",
            "misconfigured",
            "disordered",
            "skipped",
            "older",
            "wished",
            "without ci",
        ]
    ),
    max_size=2,
)


@st.composite
def commits(draw: st.DrawFn, name: str) -> Commit:
    states = draw(st.lists(st.sampled_from(list(CheckState)), max_size=2))
    required, event = draw(st.booleans()), draw(st.sampled_from([None, "pull_request", "push"]))
    checks = tuple(
        Check(f"check {n}", state, event=event, required=required) for n, state in enumerate(states)
    )
    return Commit(sha(name), draw(st.sampled_from(["one tree", "another"])), checks, draw(st.integers(0, 1)))


@st.composite
def attempts(draw: st.DrawFn, kind: StageKind, number: int) -> tuple[Attempt, PullRequest | None]:
    """An attempt somewhere between its branch's name and its merge, and its pull request as GitHub shows it."""
    got = draw(st.integers(0, 4))
    name, pull = f"{kind} {number}", 100 + 10 * kind.rank + number
    attempt = Attempt(
        number=number,
        branch=f"baton/12-x/{kind.rank + 1}-{kind}",
        start=sha("base"),
        head=sha(f"{name} head") if got > 0 else None,
        pull=pull if got > 1 else None,
        merge_sha=sha(f"{name} merge") if got > 3 else None,
        merged_at=draw(MOMENTS) if got > 3 else None,
    )
    if got < 2 or (draw(st.booleans()) and got < 3):
        return attempt, None
    state = draw(st.sampled_from([PullState.OPEN, PullState.OPEN, PullState.OPEN, *PullState]))
    shown = PullRequest(
        number=pull,
        node_id=f"PR_{pull}",
        state=state,
        head=draw(commits(f"{name} head")),
        head_ref=attempt.branch,
        base_ref="main",
        merge_sha=sha(f"{name} merge") if state is PullState.MERGED else None,
        merged_by=draw(st.sampled_from([None, ALICE])),
        conflicting=draw(st.sampled_from([None, True, False])),
        draft=draw(st.booleans()),
        closing=draw(st.sampled_from([None, "CE_1"])),
        in_merge_queue=draw(st.booleans()),
        behind=draw(st.booleans()),
        threads=tuple(draw(st.lists(threads(), max_size=2))),
        reviews=tuple(draw(st.lists(reviews(), max_size=2))),
    )
    return attempt, shown


@st.composite
def threads(draw: st.DrawFn) -> Thread:
    first = draw(st.integers(7000, 7009))
    said = tuple(
        ThreadComment(first + n, draw(PEOPLE), "Why?", draw(MOMENTS), draw(st.booleans()))
        for n in range(draw(st.integers(1, 2)))
    )
    return Thread(first, "docs/openapi.yaml", said, draw(st.sampled_from([None, 3])), draw(st.booleans()))


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    state, body = draw(st.sampled_from(list(ReviewState))), draw(st.sampled_from(["", "Be short."]))
    return Review(draw(st.integers(8000, 8009)), draw(PEOPLE), state, draw(MOMENTS), body)


@st.composite
def results(draw: st.DrawFn, words: st.SearchStrategy[str]) -> RunResult:
    return RunResult(
        ending=draw(st.sampled_from(list(RunEnding))),
        sentence=draw(words),
        summary=draw(words),
        changed=tuple(draw(st.sampled_from([(), ("docs/openapi.yaml",)]))),
        refused=tuple(draw(st.lists(words, max_size=1))),
        documents_used=tuple(draw(st.lists(words, max_size=1))),
        learnings=tuple(draw(st.lists(words, max_size=2))),
        options=tuple(draw(st.lists(words, max_size=2))),
        recommended=draw(st.one_of(st.none(), words)),
        stopped=draw(st.booleans()),
        approved=draw(st.booleans()),
        findings=(ReviewFinding(draw(PLACES), 3, "major", draw(words)),) if draw(st.booleans()) else (),
        question_kind=draw(st.sampled_from(["", "contract"])),
    )


@st.composite
def runs_on_a_branch(
    draw: st.DrawFn,
    chapter: str,
    agent: str,
    drawn: list[tuple[Attempt, PullRequest | None]],
    words: st.SearchStrategy[str],
) -> list[Run]:
    """Runs on top of the open pull request: of its head, or of one that is not its head any more."""
    pull = drawn[-1][1] if drawn else None
    if pull is None:
        return []
    found = []
    for task in draw(st.sets(st.sampled_from(["answer", "mend", "resolve", "again"]), max_size=2)):
        about = {
            "answer": tuple(f"thread:{thread.comments[-1].id}" for thread in pull.threads),
            "mend": tuple(check.name for check in pull.head.checks),
            "resolve": (sha("base"),),
            "again": ("retry:3100",),
        }[task]
        for number in range(1, draw(st.integers(1, 3)) + 1):
            start = draw(st.sampled_from([pull.head.sha, pull.head.sha, sha("an older head")]))
            result = draw(st.one_of(st.none(), results(words)))
            name = f"{chapter}/{task}"
            found.append(
                Run(
                    f"{name}:{number}",
                    name,
                    number,
                    agent,
                    draw(MOMENTS),
                    result,
                    0,
                    0.0,
                    start,
                    about,
                    draw(st.booleans()),
                )
            )
    return found


@st.composite
def plans(draw: st.DrawFn, words: st.SearchStrategy[str], asking: bool) -> Plan:
    """The seed's six stages, some left out, in anybody's words."""
    left_out = draw(st.sets(st.sampled_from(KINDS[:-1]), max_size=3))
    stages = tuple(
        replace(stage, title=draw(words), needs=tuple(need for need in stage.needs if need not in left_out))
        for stage in PLAN.stages
        if stage.kind not in left_out
    )
    asks = PlannersQuestion("choice", draw(words), tuple(draw(st.lists(words, max_size=2))))
    return Plan(
        feature=draw(words),
        stages=stages,
        skipped=tuple(SkippedStage(kind, draw(words)) for kind in sorted(left_out)),
        questions=(asks,) if asking else (),
        acceptance_criteria=tuple(draw(st.lists(words, max_size=2))),
    )


@st.composite
def lives(draw: st.DrawFn, words: st.SearchStrategy[str] | None = None) -> Life:
    """Any combination; most are drawn to stand somewhere in the middle of the story."""
    words = st.just("Some words") if words is None else words
    stands = frozenset(draw(OBSTACLES))
    plan = draw(plans(words, "asking" in stands))
    records: dict[str, StageRecord] = {}
    pulls: dict[int, PullRequest] = {}
    runs: list[Run] = []
    reached = draw(st.integers(0, len(plan.stages)))
    for place, stage in enumerate(plan.stages[: reached + 1]):
        over = place < reached and "disordered" not in stands
        drawn: list[tuple[Attempt, PullRequest | None]]
        drawn = [draw(attempts(stage.kind, n + 1)) for n in range(draw(st.sampled_from([0, 1, 1, 2])))]
        records[stage.kind] = StageRecord(
            key=stage.kind,
            attempts=tuple(attempt for attempt, _ in drawn),
            begun_at=NOW - timedelta(hours=1),
            finished_at=NOW if over else None,
            delivered=draw(st.sampled_from([None, BROUGHT[stage.kind]])),
            skipped=draw(words) if "skipped" in stands else None,
            notes=tuple(draw(st.lists(words, max_size=1))),
        )
        pulls |= {pull.number: pull for _, pull in drawn if pull}
        if draw(st.booleans()) and drawn:
            chapter = f"{stage.kind}/{len(drawn)}"
            result = draw(st.one_of(st.none(), results(words)))
            runs.append(Run(chapter, chapter, 1, stage.agent, NOW, result))
        runs += draw(runs_on_a_branch(f"{stage.kind}/{len(drawn)}", stage.agent, drawn, words))
    for chapter in ("plan/1", "verdict/1/1"):
        if draw(st.booleans()):
            agent = "code-reviewer" if chapter.startswith("verdict") else "implementation-orchestrator"
            runs.append(Run(chapter, chapter, 1, agent, NOW, draw(st.one_of(st.none(), results(words)))))
    known = [
        *(f"comment:stage:{LABEL}:{kind}" for kind in KINDS),
        *(f"gate:{pull.head.sha}" for pull in pulls.values()),
        *(f"close-pull:{number}:{LABEL}" for number in pulls),
        f"comment:report:{LABEL}",
        f"close:{LABEL}",
    ]
    effects = {identity: "{}" for identity in known if draw(st.sampled_from([True, True, False]))}
    shown_at = None if stands & {"unshown", "asking"} else NOW - timedelta(hours=1)
    generation = Generation(
        LABEL,
        1,
        draw(PEOPLE),
        NOW - timedelta(hours=2),
        draw(words),
        PLAN_COMMENT if shown_at else None,
        draw(st.sampled_from(list(Ending))) if "ended" in stands else None,
        draw(st.sampled_from(["", "a reason"])) if "paused" in stands else None,
    )
    drafted = "undrafted" not in stands
    approved = drafted and "unapproved" not in stands
    remembered = Remembered(
        generation=generation if "ungenerated" not in stands else None,
        revisions=(Revision(1, plan, shown_at, NOW - timedelta(hours=2)),) if drafted else (),
        approvals=(Approval(1, plan.hash, PLAN_COMMENT + 1, ALICE, NOW),) if approved else (),
        stages=records,
        runs=tuple(runs),
        owed=(Owed("1", draw(words)),) if "owed" in stands else (),
        refused_labels=frozenset(draw(st.sampled_from([(), ("LE_2",)]))),
        effects=effects,
        unsettled=(Unsettled("x", draw(MOMENTS)),) if "unsettled" in stands else (),
        older_pulls=tuple(pulls)[:1] if "older" in stands else (),
        cost=30.0 if "unfunded" in stands else 1.0,
        state=None if "ungenerated" in stands else draw(st.sampled_from([None, *FeatureState])),
        waiting_for=draw(words),
    )
    seen = draw(sights(words, pulls, tuple(records.values()), stands))
    clocks = {
        name: draw(MOMENTS)
        for each in [*(pull.head for pull in pulls.values()), *seen.merges.values()]
        for name in (each.sha, quiet_clock(each))
    }
    problem = "The configuration is wrong. Mend it." if "misconfigured" in stands else None
    life = Life(seen, replace(remembered, clocks=clocks), house(problem=problem))
    life = life.configured(ci=draw(st.sampled_from(["optional", "required"])))
    life = life.remember(
        goes_without_ci="without ci" in stands, wishes=draw(wishes(words)) if "wished" in stands else ()
    )
    if draw(st.booleans()):
        again = Retry(3100, draw(PEOPLE), draw(MOMENTS), draw(st.sampled_from(KINDS)))
        life = life.remember(retries=(again,))
    return draw(some_questions(life)) if draw(st.booleans()) else life


def wishes(words: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Wish, ...]]:
    """Before and after the plan was drafted."""
    one = st.builds(Wish, st.integers(3000, 3003), PEOPLE, MOMENTS, words)
    return st.lists(one, min_size=1, max_size=2).map(tuple)


@st.composite
def some_questions(draw: st.DrawFn, life: Life) -> Life:
    """What the story asks is asked, and perhaps answered: by an option, by words, or not at all. It may ask more."""
    for number in range(draw(st.integers(1, 3))):
        ask = next(the_work(life.facts), None)
        if not isinstance(ask, Ask):
            return life
        given = Given(
            draw(PEOPLE),
            5100 + number,
            NOW,
            draw(st.sampled_from([None, *ask.options])),
            draw(st.sampled_from(["", "Some words"])),
        )
        question = Question(
            ask.key,
            ask.text,
            draw(st.sampled_from([1, 5000 + number])),
            ask.options,
            ask.recommended,
            draw(st.sampled_from([None, given, given])),
        )
        life = life.remember(questions={**life.remembered.questions, ask.key: question})
    return life


@st.composite
def sights(
    draw: st.DrawFn,
    words: st.SearchStrategy[str],
    pulls: dict[int, PullRequest],
    records: tuple[StageRecord, ...],
    stands: frozenset[str],
) -> Seen:
    events = [LabelEvent(LABEL, True, NOW - timedelta(hours=2), ALICE)]
    if "relabelled" in stands:
        events.append(LabelEvent("LE_2", True, NOW, draw(PEOPLE)))
    comments = tuple(
        Comment(
            PLAN_COMMENT + n,
            f"IC_{n}",
            draw(PEOPLE),
            draw(BODIES),
            draw(MOMENTS),
            edited=draw(st.booleans()),
            surface=draw(st.sampled_from(list(Surface))),
        )
        for n in range(draw(st.integers(1, 2)) if "comment" in stands else 0)
    )
    merges = [attempt.merge_sha for record in records for attempt in record.attempts if attempt.merge_sha]
    shown = {each: replace(draw(commits("merge")), sha=each) for each in merges if draw(st.booleans())}
    contained = frozenset(merges if draw(st.sampled_from([True, True, False])) else ())
    return replace(
        an_issue().seen,
        issue=Issue(
            12,
            "I_12",
            draw(words),
            draw(words),
            ALICE,
            is_open="closed" not in stands,
            closed_by_baton=draw(st.booleans()),
            labelled="unlabelled" not in stands,
            label_events=tuple(events),
            comments=comments,
        ),
        base=Base(
            "main",
            None if "uncommitted" in stands else draw(commits("base")),
            contained,
            {} if "undocumented" in stands else DOCUMENTS,
            tuple(draw(st.sampled_from([(), ("check 0",), ("never",)]))),
        ),
        pulls=pulls,
        merges=shown,
        permissions=PERMISSIONS,
        trouble="The repository is archived." if "trouble" in stands else None,
    )
