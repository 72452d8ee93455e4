"""The base branch still contains every stage that was merged; nothing is built on sand."""

from __future__ import annotations

from bot.facts.facts import Facts
from bot.facts.verdict import Block, Pass, Verdict


def base_contains_what_was_merged(facts: Facts) -> Verdict:
    """P12, P16: a new branch starts from a base head that contains every merge commit of the feature."""
    base = facts.seen.base
    if base.head is None:
        return Block(
            f"{facts.seen.repository.full_name} has no commit yet, so there is nothing to build on.",
            f"Push a first commit to {base.branch}; a README is enough.",
        )
    for work in facts.merged_stages:
        merge_sha = work.merged.merge_sha if work.merged else None
        if merge_sha and merge_sha not in base.contains:
            return Block(
                f"{base.branch} no longer contains the {work.kind} stage ({merge_sha[:7]}): "
                "it was reset or force-pushed.",
                f"Bring {merge_sha[:7]} back into {base.branch}.",
            )
    return Pass()
