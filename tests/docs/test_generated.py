"""The documents that are made from the code say what the code does now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot import moves
from bot.commands import all_commands
from bot.facts.states import FeatureState
from bot.plan.configuration import Configuration
from bot.settings import VARIABLES
from docs.generate import PAGES, main
from tests.house.modules import ROOT


@pytest.mark.parametrize("name", PAGES)
def test_the_generated_documents_are_as_the_code_would_have_them(name: str) -> None:
    kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert kept == PAGES[name](), f"docs/{name} is stale: run `make docs`"


def test_every_command_every_key_and_every_variable_is_documented() -> None:
    commands, configuration = PAGES["commands.md"](), PAGES["configuration.md"]()
    assert all(command.usage.replace("|", "\\|") in commands for command in all_commands().values())
    assert all(f"`{name}" in configuration for name in Configuration.model_fields)
    assert all(f"`{name}`" in configuration for name in VARIABLES)


def test_the_life_of_a_feature_names_every_gate_and_every_state() -> None:
    told = PAGES["lifecycle.md"]()
    gates = {path.stem for path in (ROOT / "bot/gates").glob("*.py")} - {"__init__", "checks"}
    assert [gate for gate in sorted(gates) if f"[{gate}](../bot/gates/{gate}.py)" not in told] == []
    assert all(f"| `{state}` |" in told for state in FeatureState)


def test_the_life_of_a_feature_names_the_moves_of_its_beginning_and_its_end() -> None:
    told = PAGES["lifecycle.md"]()
    expected = (
        moves.BeginGeneration,
        moves.ShowPlan,
        moves.OpenPullRequest,
        moves.PostReport,
        moves.CloseIssue,
    )
    assert [move.__name__ for move in expected if f"`{move.__name__}`" not in told] == []


def test_a_stale_document_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "commands.md").write_text("# Commands\n\nas they were\n")
    assert main(["--check"], tmp_path) == 1
    assert "docs/commands.md is not as the code would have it. Run `make docs`." in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["commands.md"]
    assert (tmp_path / "commands.md").read_text() == "# Commands\n\nas they were\n"


def test_the_script_can_be_run_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "docs/generate.py"), "--check"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
