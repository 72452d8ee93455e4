"""Every request that Baton makes of GitHub, read from its source: so none escapes the table of errors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.house.modules import ROOT, modules

# A person's shell and browser: an error stands before who asked, and no feature waits for it.
ASKED_BY_PERSONS = ("bot/cli", "bot/web", "bot/github/manifest.py")
# It passes on what the others ask for.
CONNECTION = "bot/github/connection.py"
PLAYGROUND = "bot/playground"
READS = {"get": "GET", "get_all": "GET", "pages": "GET", "download": "GET", "obtain": "POST"}
WRITES = {"write", "_write"}
GRAPHQL = {"query", "mutate"}
UNREADABLE = "a path that is not spelled where it is asked for"


@dataclass(frozen=True)
class Asked:
    """A request as the source spells it: each variable is a `*`."""

    request: str
    at: str

    def is_in(self, names: Iterable[str]) -> bool:
        return any(re.fullmatch(pattern(name), self.request) for name in names)


def pattern(name: str) -> str:
    """The name of one of the table's rows, as it may be spelled here: a ref or path may be of several parts."""
    name = re.sub(r"\{owner\}/(\{repo\}|\.github)", "{repository}", name)
    parts = re.split(r"(\{\w+\})", name)
    variables = {"{ref}": ".+", "{path}": ".+", "{names}": ".+"}
    return "".join(variables.get(part, r"\*") if part[:1] == "{" else re.escape(part) for part in parts)


def requests_in_source() -> Iterator[Asked]:
    for path in modules("bot"):
        where = path.as_posix()
        if not where.startswith((*ASKED_BY_PERSONS, CONNECTION, PLAYGROUND)):
            yield from requests_in(ast.parse((ROOT / path).read_text(encoding="utf-8")), where)


def requests_in(tree: ast.Module, where: str) -> Iterator[Asked]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from _of_function(function, where)


def _of_function(function: ast.FunctionDef, where: str) -> Iterator[Asked]:
    for call in ast.walk(function):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        name, at = call.func.attr, f"{where}:{call.lineno}"
        if name in READS and call.args:
            yield from _asked(READS[name], call.args[0], call, function, at)
        if name in WRITES and len(call.args) > 1 and isinstance(call.args[0], ast.Constant):
            yield from _asked(str(call.args[0].value), call.args[1], call, function, at)
        if name in GRAPHQL and "connection" in ast.unparse(call.func.value):
            yield Asked(_graphql(name, call), at)


def _asked(verb: str, path: ast.expr, call: ast.Call, function: ast.FunctionDef, at: str) -> Iterator[Asked]:
    found = list(_paths(path, function))
    receiver = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    yield from (Asked(f"{verb} {each}", at) for each in found)
    if not found and re.search(r"(connection|reads|writes|self)$", receiver):
        yield Asked(f"{verb} {UNREADABLE}", at)


def _graphql(name: str, call: ast.Call) -> str:
    if name == "mutate":
        return "GraphQL mutation"
    asked = call.args[0]
    named = asked.args[0] if isinstance(asked, ast.Call) and asked.args else asked
    spelled_out = named.value if isinstance(named, ast.Constant) else UNREADABLE
    return f"GraphQL query {str(spelled_out).capitalize()}"


def _paths(given: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
    """What a path may be: spelled where it is given, or in what was assigned to its name."""
    if isinstance(given, ast.Name):
        for value in _assigned(given.id, function):
            yield from _paths(value, function)
        return
    text = _text(given)
    if text is not None and text.startswith("/"):
        yield text


def _assigned(name: str, function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield node.value
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for each, value in zip(target.elts, node.value.elts, strict=True):
                    if isinstance(each, ast.Name) and each.id == name:
                        yield value


def _text(given: ast.expr) -> str | None:
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return given.value
    if not isinstance(given, ast.JoinedStr):
        return None
    parts = [
        _variable(each) if isinstance(each, ast.FormattedValue) else str(getattr(each, "value", ""))
        for each in given.values
    ]
    return "".join(parts)


def _variable(part: ast.FormattedValue) -> str:
    return "/repos/*" if ast.unparse(part.value) == "self._repo" else "*"
