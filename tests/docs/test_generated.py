"""The documents that are made from the code say what the code does now."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from bot.commands import all_commands
from bot.plan.configuration import Configuration
from bot.settings import VARIABLES
from tests.house.modules import ROOT

GENERATE = ROOT / "docs" / "generate.py"


def pages() -> dict[str, str]:
    """What the script would write, by the file's name."""
    spec = spec_from_file_location("generate", GENERATE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: page() for name, page in module.PAGES.items()}


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return pages()


@pytest.mark.parametrize("name", ["commands.md", "configuration.md"])
def test_the_generated_documents_are_as_the_code_would_have_them(made: dict[str, str], name: str) -> None:
    kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert kept == made[name], f"docs/{name} is stale: run `make docs`"


def test_every_command_every_key_and_every_variable_is_documented(made: dict[str, str]) -> None:
    assert all(f"`{command.usage}`" in made["commands.md"] for command in all_commands().values())
    assert all(f"`{name}" in made["configuration.md"] for name in Configuration.model_fields)
    assert all(f"`{name}`" in made["configuration.md"] for name in VARIABLES)


def test_a_stale_document_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    script = tmp_path / "docs" / "generate.py"
    script.parent.mkdir()
    script.write_text(GENERATE.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "bot").symlink_to(ROOT / "bot")
    (tmp_path / "docs" / "commands.md").write_text("# Commands\n\nas they were\n")
    checked = subprocess.run(
        [sys.executable, str(script), "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 1
    assert "docs/commands.md is not as the code would have it. Run `make docs`." in checked.stderr
    assert (tmp_path / "docs" / "commands.md").read_text() == "# Commands\n\nas they were\n"
