"""What the documents point to is there, and what they promise GitHub is what the App asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.github.manifest import EVENTS, PERMISSIONS
from bot.settings import VARIABLES
from tests.house.modules import ROOT

DOCUMENTS = tuple(sorted(path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]))
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
VARIABLE = re.compile(r"BATON_[A-Z_]+[A-Z]")


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    links = LINK.findall((ROOT / document).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_variable_that_is_named_exists(document: Path) -> None:
    named = set(VARIABLE.findall((ROOT / document).read_text(encoding="utf-8")))
    assert named - set(VARIABLES) == set()


def test_the_quickstart_lists_the_permissions_that_the_app_asks_for() -> None:
    text = (ROOT / "docs/quickstart.md").read_text(encoding="utf-8")
    rows = {
        name.lower().replace(" ", "_").removeprefix("commit_"): level
        for name, level in re.findall(r"^\| ([A-Z][a-z ]+) \| (write|read) \|$", text, re.MULTILINE)
    }
    assert rows == PERMISSIONS


def test_the_quickstart_lists_the_events_that_the_app_needs() -> None:
    text = (ROOT / "docs/quickstart.md").read_text(encoding="utf-8")
    sentence = text.partition("Subscribe to these events:")[2].partition(". ")[0]
    assert set(re.findall(r"`(\w+)`", sentence)) == set(EVENTS)
