"""A change comes with what judging it needs."""

from __future__ import annotations

from pathlib import Path

from bot.workspace.change import change_between, change_in
from bot.workspace.checkout import open_checkout
from bot.workspace.mirror import Mirror
from tests.workspace.conftest import Origin

BASE = {"README.md": "# Shop\n", "docs/openapi.yaml": "openapi: 3.0.0\n", "docs/logo.svg": "<svg/>"}
NEW = {
    "docs/paths/a.yaml": "get: {}\n",
    "api/spec.json": "{}",
    "api/parts/x.json": "[]",
    "src/a.py": "a = 1\n",
}
DOCUMENTS = {
    "CLAUDE.md": "rules\n",
    "api/parts/x.json": "[]",
    "api/spec.json": "{}",
    "docs/openapi.yaml": "openapi: 3.0.0\n",
    "docs/paths/a.yaml": "get: {}\n",
}


def test_a_change_between_commits_has_the_documents_of_its_head(origin: Origin, mirror: Mirror) -> None:
    base = origin.commit({**BASE, "CLAUDE.md": "old\n"})
    head = origin.commit({**NEW, "CLAUDE.md": "rules\n"})
    change = change_between(mirror, base, head, also=("api/spec.json", "CLAUDE.md", "none.md"))
    assert change.base_paths == {*BASE, "CLAUDE.md"}
    assert change.diff.paths == (
        "CLAUDE.md",
        "api/parts/x.json",
        "api/spec.json",
        "docs/paths/a.yaml",
        "src/a.py",
    )
    assert change.documents == DOCUMENTS


def test_a_change_in_a_checkout_is_the_same_change(origin: Origin, mirror: Mirror, tmp_path: Path) -> None:
    base = origin.commit({**BASE, "CLAUDE.md": "old\n"})
    also = ("api/spec.json", "CLAUDE.md", "none.md")
    with open_checkout(mirror, base, tmp_path / "run") as checkout:
        for path, text in {**NEW, "CLAUDE.md": "rules\n"}.items():
            checkout.write(path, text)
        change = change_in(checkout, also)
    head = origin.commit({**NEW, "CLAUDE.md": "rules\n"})
    assert change == change_between(mirror, base, head, also)
