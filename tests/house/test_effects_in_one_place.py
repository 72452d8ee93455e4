"""What Baton does on GitHub stands in one module, so that no effect escapes the journal, nor the proofs of kills."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.modules import ROOT, modules

EFFECTS = "bot/github/effects.py"
# Who else sends GitHub something that is no read, and why that needs no journal.
EXCEPTIONS = {
    "bot/github/connection.py": "it is the connection: it sends what the others ask for",
    "bot/github/auth.py": "minting a token changes nothing that anybody sees; a second one does no harm",
    "bot/github/deliveries.py": "a redelivery keeps its GUID, and the inbox takes each GUID once",
    "bot/github/manifest.py": "the code of a manifest can be exchanged once; GitHub itself sees to it",
}
VERBS = {"POST", "PUT", "PATCH", "DELETE"}
ALWAYS_A_WRITE = {"mutate", "obtain", "requestJson", "requestJsonAndCheck", "requestMultipart", "requestBlob"}
CLIENTS = {"requests", "httpx2", "httpx", "aiohttp", "urllib3", "http.client", "urllib.request"}
PUSHES = {"push", "send-pack", "http-push"}
# What the crew asks is the model; these two rooms are a person's shell and a GitHub, not the bot at work.
ELSEWHERE = {"bot/crew/model.py"}
OTHER_ROOMS = ("bot/playground", "bot/cli")


def writes_in(tree: ast.Module) -> Iterator[str]:
    """Each call that may change something on GitHub, as it is written."""
    has_connection = any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("bot.github.")
        and any(name.name in ("Connection", "App") for name in node.names)
        for node in ast.walk(tree)
    )
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if is_push(node):
            yield ast.unparse(node)
        if isinstance(node.func, ast.Attribute):
            of, name = ast.unparse(node.func.value), node.func.attr
            asks = name == "write" and (has_connection or "connection" in of or of.endswith("writes"))
            if name in ALWAYS_A_WRITE or asks or (names_a_verb(node) and name != "api_route"):
                yield ast.unparse(node)


def names_a_verb(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value in VERBS


def is_push(call: ast.Call) -> bool:
    """`git("push", …)` or a list that begins like a command line of git."""
    first = call.args[:1]
    for each in call.args:
        if isinstance(each, ast.List | ast.Tuple):
            first += each.elts[:2]
    return any(isinstance(each, ast.Constant) and each.value in PUSHES for each in first)


def clients_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in CLIENTS or name.name == "github")
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (
                each for each in (node.module, node.module.split(".")[0]) if each in (*CLIENTS, "github")
            )


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in modules("bot"):
        if not path.as_posix().startswith(OTHER_ROOMS):
            yield path.as_posix(), ast.parse((ROOT / path).read_text(encoding="utf-8"))


def test_only_the_effects_write_on_github() -> None:
    found = {path: tuple(writes_in(tree)) for path, tree in trees()}
    assert {path for path, calls in found.items() if calls} == {EFFECTS, *EXCEPTIONS}


def test_nobody_but_the_connection_and_the_manifest_has_a_client_of_their_own() -> None:
    found = {path for path, tree in trees() if set(clients_in(tree))}
    assert found <= {"bot/github/connection.py", "bot/github/manifest.py", *ELSEWHERE}


def test_every_effect_is_done_once_or_is_a_show() -> None:
    """Within the module there are two ways out, and each public effect that creates goes through the journal."""
    tree = ast.parse((ROOT / EFFECTS).read_text(encoding="utf-8"))
    ways = {call.partition("(")[0] for call in writes_in(tree)} - {"self._write"}
    assert sorted(ways) == [
        "self._connection.mutate",
        "self._connection.write",
    ]
    effects = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Effects")
    public = [each for each in effects.body if isinstance(each, ast.FunctionDef) and each.name[0] != "_"]
    assert {each.name for each in public if not each.name.startswith("ensure_")} == {
        "show",  # makes things be as they should be; again is the same
        "edit_comment",  # the one text of a comment that exists; again is the same
        "settle",
    }
    for each in public:
        if each.name.startswith("ensure_"):
            assert "self._once(" in ast.unparse(each), each.name


def test_a_write_or_a_push_elsewhere_is_found() -> None:
    for line in (
        'place.writes.write(verb, path, {"body": body})',
        "self._connection.mutate(document, {})",
        'anything.write("POST", path)',
        'git("push", "origin", name)',
        'subprocess.run(["git", "push", "origin"])',
        'client.request("DELETE", url)',
    ):
        assert list(writes_in(ast.parse(line))), line
    for line in (
        'file.write("text")',
        "checkout.write(path, text)",
        'git("fetch", "origin")',
        'x.get("push")',
    ):
        assert [each for each in writes_in(ast.parse(line)) if "get" not in each] == [], line
