"""Baton runs with the packages that it declares: what only developers install is not imported on the way."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from typing import Any

from tests.house.modules import ROOT, modules


def locked() -> dict[str, dict[str, Any]]:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return {package["name"]: package for package in packages}


def installed_with_baton() -> set[str]:
    """The distributions that `uv sync --no-dev` installs, by their normalised names."""
    packages = locked()
    found: set[tuple[str, str]] = {("baton", "")}
    waiting = [("baton", "")]
    while waiting:
        name, extra = waiting.pop()
        package = packages[name]
        wanted = package.get("optional-dependencies", {}).get(extra, []) if extra else []
        for dependency in [*package.get("dependencies", []), *wanted]:
            for each in [*dependency.get("extra", []), ""]:
                if (dependency["name"], each) not in found:
                    found.add((dependency["name"], each))
                    waiting.append((dependency["name"], each))
    return {name for name, _ in found}


def imported_at_once(tree: ast.Module) -> Iterator[str]:
    """What importing the module imports: not what stands in a function, nor what only type checkers read."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        waiting.extend(ast.iter_child_nodes(node))


def test_every_module_imports_only_what_is_installed_with_baton() -> None:
    declared = installed_with_baton()
    of_package = packages_distributions()
    undeclared = {
        f"{path} imports {name}"
        for path in modules("bot")
        for name in imported_at_once(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if name not in sys.stdlib_module_names and name != "bot"
        if not {each.lower().replace("_", "-") for each in of_package.get(name, [])} & declared
    }
    assert undeclared == set()


def test_what_only_developers_install_is_told_apart() -> None:
    declared = installed_with_baton()
    assert {"fastapi", "uvloop", "cryptography"} <= declared
    assert not {"pytest", "mypy", "jsonschema-rs"} & declared


def test_imports_inside_functions_and_for_type_checkers_only_are_let_be() -> None:
    text = """
import json
if TYPE_CHECKING:
    import mypy
try:
    from fastapi.responses import Response
except ImportError:
    import requests
def late():
    import pytest
"""
    assert set(imported_at_once(ast.parse(text))) == {"json", "fastapi", "requests"}


def test_the_lock_is_of_the_dependencies_that_are_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    own = locked()["baton"]["metadata"]
    kept = [*own["requires-dist"], *own["requires-dev"]["dev"]]
    assert {each["name"] for each in kept} == {normalised(each) for each in declared}, "run `make lock`"


def normalised(requirement: str) -> str:
    name = re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()
