"""Every module says what it is in its first line, and none is named after nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.modules import ROOT, modules

SAYS_NOTHING = {"manager", "handler", "service", "processor", "util", "helper", "common", "misc"}
ROOMS = ("bot", "tests", "benchmarks", "docs")


def says_nothing(path: Path) -> bool:
    """`base_green` is about the base branch; a module that is just called `base` is about nothing."""
    names = [Path(part).stem for part in path.parts]
    words = {word.removesuffix("s") for name in names for word in name.split("_")}
    return bool(words & SAYS_NOTHING) or "base" in names


def first_sentence(text: str) -> str | None:
    """The first line of a module, where that is the beginning of its docstring."""
    docstring = ast.get_docstring(ast.parse(text))
    return docstring.splitlines()[0] if docstring and text.startswith('"""') else None


def test_every_module_of_the_bot_begins_with_a_sentence_that_says_what_it_is() -> None:
    silent = []
    for path in modules("bot"):
        text = (ROOT / path).read_text(encoding="utf-8")
        sentence = first_sentence(text)
        if sentence is None or sentence[-1] not in ".?":
            silent.append(str(path))
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(path) for path in modules(*ROOMS) if says_nothing(path)] == []


@pytest.mark.parametrize(
    "name", ["bot/utils.py", "bot/engine/run_manager.py", "bot/common/x.py", "bot/base.py"]
)
def test_a_name_that_says_nothing_is_noticed(name: str) -> None:
    assert says_nothing(Path(name))


@pytest.mark.parametrize("name", ["bot/gates/base_green.py", "bot/engine/database.py", "bot/cli/serving.py"])
def test_a_name_that_says_something_is_left_alone(name: str) -> None:
    assert not says_nothing(Path(name))


@pytest.mark.parametrize(
    "text", ["", "import os\n", '# a comment\n"""A sentence."""\n', 'x = """A sentence."""\n']
)
def test_a_module_without_a_first_sentence_is_noticed(text: str) -> None:
    assert first_sentence(text) is None
