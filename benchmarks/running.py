"""Measures everything in one go: prints the figures side by side and writes them to `benchmarks/results.json`.

A benchmark is a module of this package with `measure(say)`: it says its table line by line and returns its figures.
Each one runs in a process of its own, so that none is slowed down by what another one left.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import pkgutil
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import benchmarks

MEASURED_APART = ("chaos",)  # by `make chaos`, which takes longer
RESULTS = Path(__file__).with_name("results.json")
spawn = multiprocessing.get_context("spawn")


def main(arguments: Sequence[str]) -> int:
    """Runs the named benchmarks, or all; 1 where one of them could not measure."""
    known = tuple(found())
    if unknown := set(arguments) - set(known):
        print(
            f"There is no benchmark {', '.join(sorted(unknown))}. There are: {', '.join(known)}.",
            file=sys.stderr,
        )
        return 2
    measured: dict[str, Any] = {}
    failed: list[str] = []
    for name in arguments or known:
        figures = _measured(name)
        if figures is None:
            failed.append(name)
        else:
            measured[name] = figures
        print(flush=True)
    keep(measured, whole=not arguments)
    print(
        f"The figures are in {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}."
    )
    if failed:
        print(f"Not measured: {', '.join(failed)}; above is why.", file=sys.stderr)
    return 1 if failed else 0


def found() -> Iterator[str]:
    """The benchmarks by name: every module here with a `measure`."""
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name != "__main__" and hasattr(import_module(f"benchmarks.{module.name}"), "measure"):
            yield module.name


def keep(measured: dict[str, Any], whole: bool, results: Path = RESULTS) -> None:
    """Writes the figures; where only some were measured the others stay as they were."""
    before = json.loads(results.read_text())["measured"] if results.exists() else {}
    others = {name: figures for name, figures in before.items() if not whole or name in MEASURED_APART}
    text = {"machine": machine(), "measured": {**others, **measured}}
    results.write_text(json.dumps(text, indent=2) + "\n")


def machine() -> dict[str, Any]:
    """What the figures depend on, in so far as it may be told."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _measured(name: str) -> dict[str, Any] | None:
    said = (import_module(f"benchmarks.{name}").__doc__ or name).splitlines()[0]
    print(f"== {name}: {said}", flush=True)
    ours, theirs = spawn.Pipe(duplex=False)
    # Not a daemon: a benchmark starts processes of its own.
    process = spawn.Process(target=_measure, args=(name, theirs))
    began = time.monotonic()
    process.start()
    theirs.close()
    try:
        figures: dict[str, Any] | None = ours.recv()
    except EOFError:
        figures = None
    process.join()
    print(f"({time.monotonic() - began:.0f} s)", flush=True)
    return figures


def _measure(name: str, pipe: Pipe) -> None:
    pipe.send(import_module(f"benchmarks.{name}").measure(lambda line: print(f"  {line}", flush=True)))
