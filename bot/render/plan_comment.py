"""The one plan comment: what is planned, how far it is, and whose turn it is (R069, R019)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.facts.facts import Facts
from bot.facts.remembered import Approval, Revision, Wish
from bot.facts.states import FeatureState, StageState
from bot.facts.verdict import Done, Wait
from bot.facts.works import Work
from bot.plan.stage_kind import StageKind
from bot.render.deviations import deviations_since_the_plan
from bot.render.escaping import code, one_line
from bot.render.markers import marker
from bot.render.templates import fill

MOST_WHY = 2_000
MOST_WISH = 200
READY = (
    "Ready to proceed? Comment `/approve` to start. Nothing is begun before that. `/revise` and what "
    "should be different makes another plan, `/skip` leaves a stage out; `/help` lists all commands."
)


def plan_comment(facts: Facts, answer: Wait | Done | None) -> str:
    """The comment as it should read now; before the plan is approved its last line says how to approve it."""
    generation, plan = facts.generation, facts.plan
    if generation is None or plan is None or facts.revision is None:
        raise ValueError("There is no plan to show.")
    return fill(
        "plan_comment",
        facts.house.dashboard or "",
        marker=marker(
            "plan", facts.seen.issue.number, generation.id, revision=facts.revision.number, hash=plan.hash
        ),
        plan=plan,
        works=facts.works,
        skipped=plan.skipped,
        notes=deviations_since_the_plan(facts),
        revisions=facts.remembered.revisions,
        progress=lambda work: _progress(work, facts),
        needs=_needs,
        outputs=_outputs,
        approved=lambda revision: _approved(revision, facts),
        money=_money(facts),
        standing=_standing(facts, answer),
    )


def _progress(work: Work, facts: Facts) -> str:
    """A status word, the pull request and the time, once there is something to say."""
    if work.state is StageState.PLANNED:
        return ""
    parts = [work.state.value.replace("_", " ")]
    attempt = work.merged or work.attempt
    if attempt and attempt.pull:
        parts.append(f"#{attempt.pull}")
    if work.record.begun_at and work.record.finished_at:
        parts.append(_duration((work.record.finished_at - work.record.begun_at).total_seconds()))
    return " · " + " · ".join(parts)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _needs(work: Work) -> str:
    if work.kind is StageKind.REVIEW:
        return "all stages above"
    return ", ".join(need.area for need in work.stage.needs) or "nothing of this plan"


def _outputs(work: Work) -> str:
    if work.kind is StageKind.REVIEW:
        return "the reviewer's verdict, and what was learned"
    return ", ".join(code(path).replace("|", "\\|") for path in work.stage.outputs) or "as its agent decides"


def _approved(revision: Revision, facts: Facts) -> str:
    approval = next((each for each in facts.remembered.approvals if each.revision == revision.number), None)
    if revision is not facts.revision:
        return f"{_by(approval)}, replaced{_why_replaced(revision, facts)}"
    if facts.unmet_wishes:
        return f"{_by(approval)}, void: {_wanted(facts.unmet_wishes)}"
    return _by(approval) or ", waiting for approval"


def _by(approval: Approval | None) -> str:
    return f", approved by {approval.by.login}" if approval else ""


def _why_replaced(revision: Revision, facts: Facts) -> str:
    """What people wished while this one stood, and the next was made from."""
    following = next(each for each in facts.remembered.revisions if each.number > revision.number)
    wished = [
        wish
        for wish in facts.remembered.wishes
        if revision.made_at and following.made_at and revision.made_at < wish.at <= following.made_at
    ]
    return f": {_wanted(wished)}" if wished else ""


def _wanted(wishes: Iterable[Wish]) -> str:
    return " and ".join(f"{wish.by.login} wanted “{one_line(wish.own_words, MOST_WISH)}”" for wish in wishes)


def _money(facts: Facts) -> str:
    caps = facts.house.configuration.caps
    return f"Cost so far: ${facts.remembered.cost:.2f} of at most ${caps.feature_usd:.2f}."


def _standing(facts: Facts, answer: Wait | Done | None) -> str:
    ready = facts.approval is None and not facts.unmet_wishes
    if ready and (answer is None or answer.state is FeatureState.AWAITING_APPROVAL):
        warning = answer.warning if isinstance(answer, Wait) else ""
        return f"{READY}\n\n**Note:** {one_line(warning, MOST_WHY)}" if warning else READY
    if answer is None:
        return "**Now:** Baton is at work."
    asked = facts.remembered.questions.get(answer.asks or "") if isinstance(answer, Wait) else None
    link = f" ([the question](#issuecomment-{asked.comment_id}))" if asked else ""
    return f"**Now:** {one_line(answer.why, MOST_WHY)}{link}"
