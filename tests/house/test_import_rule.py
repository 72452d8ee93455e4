"""Each room imports only what lies below it; the contracts stand in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.house.modules import ROOT

LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"


def lint(where: Path) -> subprocess.CompletedProcess[str]:
    # In a process of its own: it imports what it judges from where it stands.
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=where, capture_output=True, text=True, check=False
    )


def test_each_room_imports_only_what_lies_below_it() -> None:
    linted = lint(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_a_room_that_imports_what_lies_above_it_is_found(tmp_path: Path) -> None:
    house = tmp_path / "house"
    for room, text in {"below": "from house import above\n", "above": ""}.items():
        (house / room).mkdir(parents=True)
        (house / room / "__init__.py").write_text(text)
    (house / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_package = "house"\n[[tool.importlinter.contracts]]\nname = "down"\n'
        'type = "layers"\nexhaustive = true\ncontainers = ["house"]\nlayers = ["above", "below"]\n'
    )
    linted = lint(tmp_path)
    assert linted.returncode == 1
    assert "house.below is not allowed to import house.above" in linted.stdout


def test_a_new_room_without_a_place_in_the_house_is_found(tmp_path: Path) -> None:
    house = tmp_path / "house"
    for room in ("above", "below", "beside"):
        (house / room).mkdir(parents=True)
        (house / room / "__init__.py").touch()
    (house / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_package = "house"\n[[tool.importlinter.contracts]]\nname = "down"\n'
        'type = "layers"\nexhaustive = true\ncontainers = ["house"]\nlayers = ["above", "below"]\n'
    )
    linted = lint(tmp_path)
    assert linted.returncode == 1
    assert "beside" in linted.stdout
