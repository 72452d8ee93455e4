"""The page of a feature's life, from the story as `bot/feature.py` tells it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from bot import moves
from bot.facts.states import FeatureState
from docs.generating.cells import GENERATED, ROOT, cell

STORY = (ROOT / "bot" / "feature.py", *sorted((ROOT / "bot" / "chapters").glob("*.py")))
MOVES = frozenset(each.__name__ for each in moves.Move.__subclasses__())
REFERENCE = re.compile(r" \((?:rules?|R\d|hazards?)[^)]*\)")


@dataclass(frozen=True)
class Chapter:
    """One part of the story as `bot/feature.py` tells it: what it is for, what it asks, what it does."""

    name: str
    purpose: str
    gates: tuple[str, ...]
    moves: tuple[str, ...]
    repeated: bool

    @property
    def title(self) -> str:
        return self.name.replace("_", " ")


def lifecycle_page() -> str:
    """The story's chapters in their order, and the states that people see."""
    parts = [ast.parse(part.read_text(encoding="utf-8")) for part in STORY]
    chapters = tuple(dict.fromkeys(_chapters(parts)))
    return "\n".join([*_diagram(chapters), *_table_of(chapters), *_states()])


def _chapters(parts: list[ast.Module]) -> Iterator[Chapter]:
    told = [node for part in parts for node in part.body]
    functions = {node.name: node for node in told if isinstance(node, ast.FunctionDef)}
    yield from _chapters_of(functions["story"], functions)


def _chapters_of(function: ast.FunctionDef, functions: Mapping[str, ast.FunctionDef]) -> Iterator[Chapter]:
    """What tells nothing but other chapters is no chapter itself: those stand in its place."""
    for statement in function.body:
        for name in (ast.unparse(call.func) for call in _told_by(statement)):
            if _only_tells_others(functions[name]):
                yield from _chapters_of(functions[name], functions)
                continue
            named = list(dict.fromkeys(_named_by(functions[name], functions, frozenset())))
            yield Chapter(
                name=name,
                purpose=_purpose(functions[name]),
                gates=tuple(each for each in named if _is_gate(each)),
                moves=tuple(dict.fromkeys(move for each in named if (move := _move_name(each)) in MOVES)),
                repeated=isinstance(statement, ast.For),
            )


def _only_tells_others(function: ast.FunctionDef) -> bool:
    told = [each for each in function.body if next(_told_by(each), None)]
    plain = all(isinstance(each, ast.Expr | ast.For) for each in function.body)
    return plain and len(told) > 1 and len(told) == len(function.body) - 1


def _purpose(function: ast.FunctionDef) -> str:
    """Its sentence, without the numbers that it answers to."""
    sentence = (ast.get_docstring(function) or function.name).splitlines()[0]
    return REFERENCE.sub("", sentence)


def _told_by(node: ast.AST) -> Iterator[ast.Call]:
    return (
        each.value
        for each in _in_order(node)
        if isinstance(each, ast.YieldFrom) and isinstance(each.value, ast.Call)
    )


def _named_by(
    function: ast.FunctionDef, functions: Mapping[str, ast.FunctionDef], above: frozenset[str]
) -> Iterator[str]:
    """What the chapter calls, in the order of the text, with what it tells by other functions in its place."""
    told = {id(call) for call in _told_by(function)}
    for each in _in_order(function):
        if not isinstance(each, ast.Call):
            continue
        name = ast.unparse(each.func)
        yield name
        if id(each) in told and name in functions and name not in above:
            yield from _named_by(functions[name], functions, above | {name})


def _move_name(called: str) -> str:
    """`hear(…)` gives a `Hear`."""
    return "".join(word[:1].upper() + word[1:] for word in called.split("_"))


def _is_gate(name: str) -> bool:
    return (ROOT / "bot/gates" / f"{name}.py").is_file()


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)


def _diagram(chapters: tuple[Chapter, ...]) -> Iterator[str]:
    yield "# The life of a feature"
    yield ""
    yield GENERATED
    yield ""
    yield (
        "At each look the story is read from the top, and the first need that is not met is what happens next: one "
        "move, or a wait that says what it waits for. So these are not steps that are ticked off: whatever has "
        "changed on GitHub in the meantime is seen, and an earlier chapter speaks again."
    )
    yield ""
    yield "```mermaid"
    yield "flowchart TD"
    for number, chapter in enumerate(chapters):
        yield f'    c{number}["{chapter.title}"]'
    for number, (chapter, _) in enumerate(pairwise(chapters)):
        yield f"    c{number} --> c{number + 1}"
        if chapter.repeated:
            yield f'    c{number} -- "the next stage" --> c{number}'
    yield "```"
    yield ""


def _table_of(chapters: tuple[Chapter, ...]) -> Iterator[str]:
    yield "| Chapter | What it sees to | Gates | Moves |"
    yield "| --- | --- | --- | --- |"
    for chapter in chapters:
        gates = ", ".join(f"[{name}](../bot/gates/{name}.py)" for name in chapter.gates)
        done = ", ".join(f"`{name}`" for name in chapter.moves)
        yield f"| {chapter.title} | {cell(chapter.purpose)} | {gates} | {done} |"
    yield ""
    yield "In full, and readable: [bot/feature.py](../bot/feature.py), with its longer parts in [bot/chapters](../bot/chapters)."
    yield ""


def _states() -> Iterator[str]:
    yield "## What people see of it"
    yield ""
    yield "| State | Label on the issue | A person's turn |"
    yield "| --- | --- | --- |"
    for state in FeatureState:
        label = f"`{state.label}`" if state.label else "none"
        yield f"| `{state.value}` | {label} | {'yes' if state.is_a_persons_turn else ''} |"
    yield ""
