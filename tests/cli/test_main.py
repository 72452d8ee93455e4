"""What `baton` itself says: help, wrong words, and sentences instead of tracebacks."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path

import pytest

from bot.cli import ending
from tests.cli.commands import baton


def test_without_arguments_baton_prints_help(tmp_path: Path) -> None:
    said = baton(cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    assert "Usage: baton" in said.out
    for command in ("doctor", "features", "inspect", "parse", "replay", "schema", "simulate", "validate"):
        assert f"\n  {command} " in said.out


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    fastest = min(_seconds_of_help(tmp_path) for _ in range(3))
    assert fastest < 0.5


def _seconds_of_help(tmp_path: Path) -> float:
    began = time.perf_counter()
    assert baton("--help", cwd=tmp_path).code == 0
    return time.perf_counter() - began


def test_a_command_that_there_is_not_is_a_usage_error(tmp_path: Path) -> None:
    said = baton("frobnicate", cwd=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "No such command 'frobnicate'" in said.err


def test_a_missing_option_is_named(tmp_path: Path) -> None:
    said = baton("inspect", "--base", "a", "--head", "b", cwd=tmp_path)
    assert said.code == 2
    assert "--agent" in said.err


def test_wrong_settings_are_all_told_at_once(tmp_path: Path) -> None:
    wrong = {"BATON_PORT": "many", "BATON_DATABASE_URL": "mysql://x"}
    said = baton("features", cwd=tmp_path, environment=wrong)
    assert (said.code, said.out) == (2, "")
    assert "BATON_PORT" in said.err
    assert "BATON_DATABASE_URL" in said.err


@pytest.mark.parametrize("name", sorted(ending._KNOWN))
def test_every_error_that_is_named_exists(name: str) -> None:
    module, _, kind = name.rpartition(".")
    if module == "bot.app":
        pytest.importorskip("bot.engine.migrations")
    assert issubclass(getattr(import_module(module), kind), Exception)


def test_an_error_that_nobody_knows_is_a_sentence_with_a_file_to_look_at(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ending.exit_code_of(ZeroDivisionError("of course")) == 1
    told = capsys.readouterr().err
    path = Path(told.partition("written in ")[2].partition(";")[0])
    assert "Traceback" not in told
    assert "ZeroDivisionError: of course" in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    path.unlink()
