"""The documents that an agent reads, and that this plan promised, are on the base branch."""

from __future__ import annotations

from bot.facts.facts import Facts
from bot.facts.verdict import Block, Pass, Verdict
from bot.facts.works import Work
from bot.plan.agent import owner_of


def inputs_present(work: Work, facts: Facts) -> Verdict:
    """R035, R126: an agent never guesses what an earlier stage should have written.

    A document that no stage of this plan writes, since none does or it was skipped, and that the repository does not have is not promised: the
    stage goes on without it, and says so.
    """
    agent = facts.house.agent(work.stage.agent)
    absent = [path for path in agent.reads if path not in facts.seen.base.documents]
    promised = [path for path in absent if _is_promised(path, work, facts)]
    if promised:
        return Block(
            f"{agent.name} reads {' and '.join(promised)}, which an earlier stage wrote and which is not on "
            f"{facts.seen.base.branch} any more.",
            f"Put it back on {facts.seen.base.branch}; the stage then starts by itself.",
        )
    return Pass(
        f"The repository has no {' and no '.join(absent)}; {agent.name} worked without." if absent else None
    )


def _is_promised(path: str, work: Work, facts: Facts) -> bool:
    owner = owner_of(path, facts.house.agents)
    return any(
        each.number < work.number
        and each.record.skipped is None
        and owner is not None
        and each.stage.agent == owner.name
        for each in facts.works
    )
