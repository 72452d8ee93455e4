"""`make` explains itself, and a machine that lacks something is told what, in words that can be followed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.modules import ROOT

TARGETS = ("demo", "test", "chaos", "bench", "check", "serve", "clean", "lock")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Not the flags of the make that may have started these tests.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )


class Machine:
    """A PATH with only what it is given, and a user who may not install anything."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        for tool in ("bash", "cut"):
            self.has(tool, str(shutil.which(tool)))
        self.says("id", "1000")

    def has(self, name: str, program: str) -> None:
        (self.directory / name).symlink_to(program)

    def says(self, name: str, *lines: str, code: int = 0) -> None:
        told = "".join(f"echo {line!r}\n" for line in lines)
        (self.directory / name).write_text(f"#!/bin/sh\n{told}exit {code}\n")
        (self.directory / name).chmod(0o755)

    def is_asked(self, what: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(ROOT / ".ci/machine"), what],
            env={"PATH": str(self.directory)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "bin")


def test_make_alone_lists_what_there_is_to_do() -> None:
    listed = make().stdout
    assert [target for target in TARGETS if f"make {target} " not in listed] == []


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_can_be_made(target: str) -> None:
    assert make("--dry-run", target).returncode == 0


def test_ci_runs_the_tests_of_make() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in script
    assert "make test" in script
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_somebody_who_may_not_install_is_told_what_is_missing(machine: Machine) -> None:
    machine.has("python3", sys.executable)
    asked = machine.is_asked("test")
    assert asked.returncode == 1
    assert "git" in asked.stderr.splitlines()[0].split("machine: ")[1].rstrip(".").split()
    assert "sudo apt-get install --no-install-recommends git" in asked.stderr
    assert "chromium" in asked.stderr
    assert "nodejs npm" in asked.stderr


def test_the_demo_needs_neither_a_database_nor_a_browser(machine: Machine) -> None:
    machine.has("python3", sys.executable)
    machine.says("git")
    assert machine.is_asked("run").returncode == 0


def test_a_python_that_is_too_old_is_refused_with_what_to_write(machine: Machine) -> None:
    machine.says("python3", "Python 3.9.2", code=1)
    asked = machine.is_asked("python")
    assert asked.returncode == 1
    assert "Baton needs Python 3.11 or newer, and `python3` is 3.9.2." in asked.stderr
    assert "make PYTHON=/path/to/python3.11" in asked.stderr
