"""The places where the check is weaker than GitHub's description are few, needed, and no wider than said."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from bot.playground.official.checking import DESCRIPTION
from bot.playground.official.exceptions import EXCEPTIONS, NullToo, is_github_email, widened


def definitions() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(DESCRIPTION.read_bytes()))["$defs"]
    return found


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda each: f"{each.definition}.{each.property}")
def test_an_exception_is_still_needed_and_allows_null_only(exception: NullToo) -> None:
    found = definitions()
    before = found[exception.definition]["properties"][exception.property]
    assert "null" not in json.dumps(before), "GitHub has corrected its description: take the exception away"
    widened(found, exception)
    after = found[exception.definition]["properties"][exception.property]
    assert after == {"anyOf": [{"type": "null"}, before]}


@pytest.mark.parametrize(
    ("email", "passes"),
    [
        ("a@b.example", True),
        ("7+b[bot]@users.noreply.github.com", True),
        ("b[bot]", False),
        ("[bot]@", False),
    ],
)
def test_only_the_brackets_of_bots_are_overlooked(email: str, passes: bool) -> None:
    assert is_github_email(email) is passes
