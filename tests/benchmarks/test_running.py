"""Benchmarks are found by themselves, and measuring one leaves the figures of the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.running import found, keep, main


def test_every_module_that_measures_is_a_benchmark() -> None:
    assert {"starting", "webhook"} <= set(found())
    assert not {"running", "payloads"} & set(found())


def test_measuring_one_leaves_the_figures_of_the_others(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    keep({"one": {"seconds": 1}, "other": {"seconds": 2}}, whole=True, results=results)
    keep({"one": {"seconds": 3}}, whole=False, results=results)
    assert json.loads(results.read_text())["measured"] == {"one": {"seconds": 3}, "other": {"seconds": 2}}


def test_measuring_all_forgets_what_is_measured_no_more(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    keep({"gone": {"seconds": 1}}, whole=True, results=results)
    keep({"one": {"seconds": 3}}, whole=True, results=results)
    assert json.loads(results.read_text())["measured"] == {"one": {"seconds": 3}}


def test_the_figures_of_the_long_proofs_stay_with_those_of_the_benchmarks(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    keep({"chaos": {"lost": 0}}, whole=False, results=results)
    keep({"one": {"seconds": 3}}, whole=True, results=results)
    assert json.loads(results.read_text())["measured"] == {"chaos": {"lost": 0}, "one": {"seconds": 3}}


def test_a_name_that_is_no_benchmark_is_refused_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["speed"]) == 2
    assert "There is no benchmark speed. There are:" in capsys.readouterr().err
