"""The base branch still contains every stage that was merged; nothing is built on sand."""

from __future__ import annotations

from datetime import timedelta

from bot.facts.facts import Facts
from bot.facts.states import FeatureState
from bot.facts.verdict import Block, Pass, Verdict, Wait

CATCHES_UP = timedelta(minutes=1)


def base_contains_what_was_merged(facts: Facts) -> Verdict:
    """P12, P16: a new branch starts from a base head that contains every merge commit of the feature."""
    base = facts.seen.base
    if base.head is None:
        return Block(
            f"{facts.seen.repository.full_name} has no commit yet, so there is nothing to build on.",
            f"Push a first commit to {base.branch}; a README is enough.",
        )
    for work in facts.merged_works:
        merge_sha = work.merged.merge_sha if work.merged else None
        if not merge_sha or merge_sha in base.contains:
            continue
        if work.merged and work.merged.merged_at and facts.now < work.merged.merged_at + CATCHES_UP:
            why = f"GitHub does not show the merge of the {work.name} on {base.branch} yet."
            return Wait(why, FeatureState.AWAITING_BASE_CHECKS, facts.later(5))
        return Block(
            f"{base.branch} no longer contains the {work.name} ({merge_sha[:7]}): "
            "it was reset or force-pushed.",
            f"Bring {merge_sha[:7]} back into {base.branch}; Baton then goes on by itself.",
        )
    return Pass()
