"""What a comment asks: every case that people and other bots' habits taught."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.commands.grammar import parse, to_json

FILE = json.loads((Path(__file__).parent / "command-cases.json").read_text(encoding="utf-8"))
LOGIN: str = FILE["bot_login"]


def asked(
    body: str | None, surface: Any = "issue", event: Any = "created", author: str = "User"
) -> dict[str, Any]:
    return to_json(parse(body, surface=surface, event=event, author_type=author, login=LOGIN))


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: case["id"])
def test_every_case_of_the_command_file_is_read_as_it_says(case: dict[str, Any]) -> None:
    got = asked(case["body"], case["surface"], case["event"], case["author_type"])
    assert got == case["expect"], case["why"]
