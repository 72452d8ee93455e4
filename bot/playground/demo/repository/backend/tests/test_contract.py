"""The API and its description agree: no route is left undescribed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

SPECIFICATION = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
METHODS = {"get", "post", "put", "patch", "delete"}


def operations(description):
    return {
        f"{method.upper()} {path}": operation
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


@pytest.fixture(scope="module")
def specification():
    return operations(yaml.load(SPECIFICATION.read_text(encoding="utf-8"), yaml.CSafeLoader))


def test_every_route_is_described(app, specification):
    assert operations(app.openapi()).keys() <= specification.keys()


def test_every_answer_of_a_route_is_described(app, specification):
    for name, operation in operations(app.openapi()).items():
        assert operation["responses"].keys() <= specification[name]["responses"].keys(), name


def test_every_operation_says_who_may_call_it(specification):
    assert [name for name, operation in specification.items() if "security" not in operation] == []
