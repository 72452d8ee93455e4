"""What earlier stages had to document is documented on the base branch, before anything is built on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.facts.facts import Facts
from bot.facts.remembered import Delivered
from bot.facts.verdict import Block, Pass, Verdict
from bot.facts.works import Work


def documents_present(work: Work, facts: Facts) -> Verdict:
    """R018, R102, R105: each document that a finished stage owed is there and names what the stage brought."""
    missing = [sentence for earlier in _earlier(work, facts) for sentence in _missing(earlier, facts)]
    if not missing:
        return Pass()
    return Block(
        f"The {work.kind} stage waits for documentation on {facts.seen.base.branch}: {' '.join(missing)}",
        f"Add it to {facts.seen.base.branch}; the stage then starts by itself.",
    )


def _earlier(work: Work, facts: Facts) -> tuple[Work, ...]:
    return tuple(each for each in facts.works if each.number < work.number and each.merged)


def _missing(earlier: Work, facts: Facts) -> Iterator[str]:
    """What was mended since is what counts: a fix may have renamed what the stage had brought."""
    newest = [work.record.delivered for work in facts.merged_works if work.kind is earlier.kind]
    delivered = newest[-1] if newest else None
    for path in facts.house.agent(earlier.stage.agent).must_leave:
        text = facts.seen.base.documents.get(path)
        if text is None:
            yield f"{path} of the {earlier.kind} stage is not there."
            continue
        if delivered is None:
            continue
        unnamed = [*_unnamed_tables(delivered, text), *_unnamed_operations(delivered, text)]
        if unnamed:
            yield f"{path} does not mention {', '.join(f'`{each}`' for each in unnamed)}."


def _unnamed_tables(delivered: Delivered, text: str) -> Iterator[str]:
    """A table is named by its own name, not by another's that contains it."""
    for table in delivered.tables:
        name = table.rpartition(".")[2]
        if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            yield table


def _unnamed_operations(delivered: Delivered, text: str) -> Iterator[str]:
    """A path is named by its own name, not by a longer one that begins with it."""
    for operation in delivered.operations:
        if not re.search(rf"{re.escape(operation.path)}(?![/\w{{])", text):
            yield str(operation)
