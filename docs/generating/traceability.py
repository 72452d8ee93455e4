"""The page that leads from each rule, requirement and hazard to the code that keeps it and the tests that prove it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from docs.generating.cells import GENERATED, ROOT

# How the design, the requirements and the catalogue of hazards number what they say.
# Hazards and invariants share the letter I: an invariant says so.
INVARIANT = re.compile(r"\b[Ii]nvariants? (I\d{1,2}(?:(?:, | and )I\d{1,2})*)")
NUMBER = re.compile(r"\b(?:R\d{3}[a-e]?|[Rr]ules? \d{1,2}|[CDGILMP]\d{1,2})\b")
RANGE = re.compile(r"\b([CDGILMPR])(\d{1,3})(?: to |–| - |-)\1?(\d{1,3})\b")
KINDS = (
    ("rule", "The rules of the story", "the numbered rules of the design"),
    ("R", "Requirements", "what the product was asked to be"),
    ("C", "Hazards: commands", "who may say what, where, and when it counts"),
    ("P", "Hazards: pull requests, branches, merges", "what people and GitHub do to them"),
    ("G", "Hazards: CI", "what checks may say, late, twice or never"),
    ("I", "Hazards: installation, identity, limits", "what becomes of tokens, names, clocks and limits"),
    ("D", "Hazards: deliveries", "what becomes of webhooks"),
    ("L", "Hazards: the model and what it writes", ""),
    ("M", "Hazards: process, database, story", ""),
    ("invariant", "Invariants", "what must hold after each step of a random life"),
)


@dataclass
class Place:
    """Where a number is named: in tests and in the code."""

    tests: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)


def traceability_page() -> str:
    """One table for each kind of number, each line with the code and the tests that name it."""
    found = places()
    return "\n".join([*_opening(), *(line for kind in KINDS for line in _table(*kind, found))])


def places() -> Mapping[str, Place]:
    """Every number that a docstring, a comment beside code, or a test's docstring names."""
    found: dict[str, Place] = defaultdict(Place)
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for name, text in _named_texts(path):
            for number in numbers_in(text):
                _once(found[number].tests, f"{_relative(path)}{f'::{name}' if name else ''}")
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for number in numbers_in(path.read_text(encoding="utf-8")):
            _once(found[number].code, _relative(path))
    return found


def numbers_in(text: str) -> Iterator[str]:
    """`rules 2 and 4` are two, and `C15 to C18` are four."""
    for listed in INVARIANT.findall(text):
        yield from (f"invariant {number}" for number in re.findall(r"I\d+", listed))
    text = INVARIANT.sub("", text)
    for letter, first, last in RANGE.findall(text):
        if int(first) < int(last) <= int(first) + 40:
            yield from (f"{letter}{number:0{len(first)}}" for number in range(int(first), int(last) + 1))
    for each in NUMBER.findall(text):
        yield re.sub("^[Rr]ules? ", "rule ", each)
    for more in re.findall(r"\b[Rr]ules? (\d{1,2}(?:(?:, | and )\d{1,2})+)", text):
        yield from (f"rule {number}" for number in re.findall(r"\d+", more))


def _named_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Each test with its docstring; whatever else a file of tests says belongs to the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield "", ast.get_docstring(tree) or ""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            text = ast.get_docstring(node) or ""
            yield (node.name if node.name.startswith("test_") else ""), text


def _once(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _opening() -> Iterator[str]:
    yield "# From rule to proof"
    yield ""
    yield GENERATED
    yield ""
    yield (
        "Rules, requirements and hazards have numbers, and whoever keeps or proves one names it. This page collects "
        "them. `tests/chaos/teeth.py` takes some of the rules out of the code, one at a time, and shows that the tests "
        "notice; what is not listed has no test that names it."
    )
    yield ""


def _table(prefix: str, title: str, about: str, found: Mapping[str, Place]) -> Iterator[str]:
    numbers = sorted((each for each in found if _kind(each) == prefix), key=_order)
    if not numbers:
        return
    yield f"## {title}"
    yield ""
    if about:
        yield f"{about[:1].upper()}{about[1:]}."
        yield ""
    yield "| Number | Code | Tests |"
    yield "| --- | --- | --- |"
    for number in numbers:
        place = found[number]
        code = ", ".join(f"`{each}`" for each in place.code)
        tests = ", ".join(f"`{each}`" for each in place.tests)
        yield f"| {number} | {code} | {tests or '**no test names it**'} |"
    yield ""


def _kind(number: str) -> str:
    word, _, rest = number.partition(" ")
    return word if rest else number[0]


def _order(number: str) -> tuple[int, str]:
    digits = re.search(r"\d+", number)
    return int(digits[0]) if digits else 0, number
