"""`baton validate` and `baton schema`: what is wrong, in which file and line, and what was meant."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.settings import PACKAGED_AGENTS
from tests.cli.commands import baton


def test_batons_own_agents_are_valid(tmp_path: Path) -> None:
    said = baton("validate", cwd=tmp_path)
    assert said.code == 0
    assert said.out.endswith("(8 files): 0 errors, 0 warnings.\n")


def test_a_broken_agent_is_told_with_file_and_line(tmp_path: Path) -> None:
    shutil.copytree(PACKAGED_AGENTS, tmp_path / "agents")
    file = tmp_path / "agents" / "api-designer.md"
    lines = file.read_text().splitlines()
    number = next(n for n, line in enumerate(lines) if line.strip().startswith("kind:"))
    lines[number] = lines[number].replace("api", "apii")
    file.write_text("\n".join(lines))
    said = baton("validate", tmp_path, cwd=tmp_path)
    assert said.code == 1
    assert f"{file}:{number + 1}: error:" in said.out
    assert "apii" in said.out


def test_one_agents_file_is_validated_alone(tmp_path: Path) -> None:
    assert baton("validate", PACKAGED_AGENTS / "code-reviewer.md", cwd=tmp_path).code == 0


def test_a_misspelt_key_of_the_configuration_gets_its_line_and_a_suggestion(tmp_path: Path) -> None:
    file = tmp_path / ".github" / "baton.yml"
    file.parent.mkdir()
    file.write_text("ci: optional\nopenapy:\n  path: docs/openapi.yaml\n")
    for path in (tmp_path, file):
        said = baton("validate", path, cwd=tmp_path)
        assert said.code == 1
        assert f"{file}:2: error:" in said.out
        assert "openapi" in said.out


def test_a_repository_whose_agents_only_warn_is_valid(tmp_path: Path) -> None:
    own = tmp_path / ".claude" / "agents" / "backend-developer.md"
    own.parent.mkdir(parents=True)
    own.write_text(
        "---\nname: backend-developer\nbaton:\n  kind: backend\n  owns: ['frontend/**']\n---\nWork.\n"
    )
    said = baton("validate", cwd=tmp_path)
    assert said.code == 0
    assert ".claude/agents/backend-developer.md:5: warning:" in said.out


def test_what_is_nothing_to_validate_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in ("empty", "missing"):
        said = baton("validate", tmp_path / path, cwd=tmp_path)
        assert (said.code, said.out) == (2, "")
        assert str(tmp_path / path) in said.err


def test_the_schema_describes_every_key(tmp_path: Path) -> None:
    schema = baton("schema", cwd=tmp_path).data
    assert schema["title"] == ".github/baton.yml"
    assert {"agents", "ci", "openapi", "caps"} <= schema["properties"].keys()
    for each in schema["properties"].values():
        section = schema["$defs"].get(each.get("$ref", "").removeprefix("#/$defs/"), {})
        assert each.get("description") or section.get("description")
