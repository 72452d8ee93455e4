"""`strategy.matrix`: the combinations of its lists, and how the jobs made of them are called."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from bot.playground.ci.functions import Broken
from bot.playground.ci.values import Value, equal, text_of

Combination = Mapping[str, Value]


def combinations(matrix: Value) -> list[Combination]:
    """Every combination, without what is excluded, with what is included."""
    if not isinstance(matrix, Mapping):
        raise Broken("strategy.matrix is not a mapping of names to lists")
    lists = {name: _values(name, raw) for name, raw in matrix.items() if name not in ("include", "exclude")}
    excluded = _entries(matrix.get("exclude"), "exclude")
    made = [dict(zip(lists, values, strict=True)) for values in product(*lists.values())] if lists else []
    kept = [each for each in made if not any(_agrees(each, out) for out in excluded)]
    return _included(kept, list(lists), _entries(matrix.get("include"), "include"))


def job_name(written: str | None, job_id: str, shown: str, combination: Combination) -> str:
    """What the check run is called: `test (3.11)`, unless the name itself speaks of the matrix."""
    if not combination or (written is not None and "${{" in written):
        return shown or job_id
    values = ", ".join(text_of(value) for value in combination.values() if not isinstance(value, Mapping))
    return f"{shown or job_id} ({values})"


def _values(name: str, raw: Value) -> list[Value]:
    if not isinstance(raw, list) or not raw:
        raise Broken(f"strategy.matrix.{name} is not a list with at least one value")
    return list(raw)


def _entries(raw: Value, where: str) -> list[Combination]:
    if raw is None:
        return []
    if not isinstance(raw, list) or not all(isinstance(entry, Mapping) for entry in raw):
        raise Broken(f"strategy.matrix.{where} is not a list of mappings")
    return [entry for entry in raw if isinstance(entry, Mapping)]


def _agrees(combination: Combination, part: Combination) -> bool:
    return all(name in combination and equal(combination[name], value) for name, value in part.items())


def _included(
    made: list[dict[str, Value]], original: list[str], entries: list[Combination]
) -> list[Combination]:
    """GitHub: an entry extends every combination whose own values it leaves alone, else it stands alone."""
    extended = [dict(each) for each in made]
    alone: list[Combination] = []
    for entry in entries:
        named = {name: value for name, value in entry.items() if name in original}
        fitting = [each for each in extended if _agrees(each, named)]
        for each in fitting:
            each.update(entry)
        if not fitting:
            alone.append(dict(entry))
    return [*extended, *alone]
