"""`.github/baton.yml`: every key has a default and a description, and a slip is named with its line."""

from __future__ import annotations

from typing import Any

import pytest

from bot.plan.configuration import Configuration, read_configuration, schema
from bot.plan.stage_kind import StageKind


def read(text: str) -> Configuration:
    found = read_configuration(text)
    assert isinstance(found, Configuration), found
    return found


def told(text: str) -> list[str]:
    found = read_configuration(text)
    assert not isinstance(found, Configuration)
    return [str(problem).removeprefix(".github/baton.yml:") for problem in found]


@pytest.mark.parametrize(
    "text", ["", "\n", "# nothing\n", "\ufeff", "database:\n", "agents:\ncaps:\nstages:\n"]
)
def test_a_file_that_says_nothing_changes_nothing(text: str) -> None:
    assert read(text) == Configuration()


def test_everything_can_be_said() -> None:
    found = read(
        "commands: {permission: maintain}\n"
        "agents:\n"
        "  backend-developer:\n"
        "    owns: [app/**, pyproject.toml]\n"
        "    never: ['app/**/test_*.py']\n"
        "    model: opus\n"
        "stages: {backend: my-developer}\n"
        "ci: optional\n"
        "stage_gate: everywhere\n"
        "close_issue: no\n"
        "devops: {workflows: true}\n"
        "database: {migrations: alembic/versions/**, readme_headings: [Tables]}\n"
        "openapi: {path: api/openapi.yaml, mode: generated, version: 3.1}\n"
        "coverage: {minimum: 92.5}\n"
        "caps: {turns: 30, run_usd: 2, feature_usd: 12.50, month_usd: 100}\n"
        "conventions: docs/conventions.md\n"
    )
    assert found.commands.permission == "maintain"
    assert found.agents["backend-developer"].owns == ("app/**", "pyproject.toml")
    assert found.stages == {StageKind.BACKEND: "my-developer"}
    assert (found.ci, found.stage_gate, found.close_issue) == ("optional", "everywhere", False)
    assert (found.openapi.version, found.coverage.minimum, found.caps.feature_usd) == ("3.1", 92.5, 12.5)
    assert found.conventions == "docs/conventions.md"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("close_isue: no", "1: error: there is no key `close_isue`. Did you mean “close_issue”?"),
        ("ci: required\nopenapi:\n  mod: x", "3: error: there is no key `openapi.mod`. Did you mean “mode”?"),
        (
            "agents:\n  api-designer:\n    onws: [x]",
            "3: error: there is no key `agents.api-designer.onws`. Did you mean “owns”?",
        ),
        ("ci: optinal", "1: error: `ci` cannot be “optinal”. Did you mean “optional”?"),
        ("stages:\n  backnd: x", "2: error: `stages.backnd` cannot be “backnd”. Did you mean “backend”?"),
        (
            "commands:\n  permission: triage",
            "2: error: `commands.permission` cannot be “triage”. It can be: write, maintain, admin.",
        ),
        ("close_issue: 1", "1: error: `close_issue` must be true or false; here it says “1”."),
        ("caps:\n  turns: many", "2: error: `caps.turns` must be a whole number; here it says “many”."),
        ("caps:\n  run_usd: 0", "2: error: `caps.run_usd` should be greater than 0; here it says “0”."),
        ("caps: 5", "1: error: `caps` must hold keys of its own; here it says “5”."),
        (
            "agents: {a: {owns: backend}}",
            "1: error: `agents.a.owns` must be a list, as in `[backend/**]`; here it says “backend”.",
        ),
        (
            "agents:\n  a:\n    owns:\n      - ok/**\n      - '!x'",
            "5: error: `agents.a.owns.1`: “!x” takes paths away again; write “x” under `never:` instead.",
        ),
        (
            "agents: {a: {model: sonet}}",
            (
                "1: error: `agents.a.model`: the model “sonet” is unknown. Did you mean “sonnet”? "
                "Full names begin with “claude-”."
            ),
        ),
        (
            "openapi: {path: ../x.yaml}",
            (
                "1: error: `openapi.path`: “../x.yaml” is no path inside the repository; "
                "write it from the root, without “..”."
            ),
        ),
        ("- x", "1: error: the file must be keys with values, as in `ci: optional`."),
        ("ci: x\nci: y", "2: error: `ci` stands here a second time (first on line 1); keep one."),
        ("caps:\n\tturns: 3", "2: error: the line is indented with a tab; YAML wants blanks."),
        ("ci: &x a\nfoo: *x", "1: error: anchors and aliases are not read here; write the value out."),
        (
            "ci: !!python/name:os x",
            "1: error: the tag `tag:yaml.org,2002:python/name:os` is not read here; write a plain value.",
        ),
        ("[" * 5000, "1: error: the values are nested too deeply; write them flat."),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_what_was_meant(text: str, message: str) -> None:
    assert message in told(text)


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_file() -> None:
    lines = [int(message.split(":")[0]) for message in told("ci: x\nclose_issue: y\nstage_gate: z\nfoo: 1\n")]
    assert lines == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "text", ["ci: \x00", "a: 2026-13-45", "a: !!int x", "{", "? [a]\n: b", "x: " + "9" * 5000]
)
def test_no_text_makes_it_stumble(text: str) -> None:
    assert told(text)


def test_the_schema_describes_every_key_and_its_default() -> None:
    described = schema()
    assert described["additionalProperties"] is False
    for section in (described, *described["$defs"].values()):
        for name, key in section.get("properties", {}).items():
            section_of_its_own = described["$defs"].get(key.get("$ref", "").removeprefix("#/$defs/"), {})
            assert key.get("description") or section_of_its_own.get("description"), name
            assert "default" in key or name in {"agents", "stages"}, name


def test_the_schema_agrees_with_what_is_read() -> None:
    import jsonschema_rs

    validator = jsonschema_rs.validator_for(schema())
    good: dict[str, Any] = {"ci": "optional", "stages": {"backend": "x"}, "caps": {"turns": 3}}
    assert validator.is_valid(good) and read("{ci: optional, stages: {backend: x}, caps: {turns: 3}}")
    assert not validator.is_valid({"cy": "optional"})
