"""Real commits of the kinds that broke git before, read by the mirror and refused by the inspections (L7, L8)."""

from __future__ import annotations

import pytest

from bot.facts.diff import Change, Level
from bot.inspections.inspection import inspect
from bot.workspace.mirror import Mirror
from tests.inspections.examples import stage_of_everything
from tests.workspace.conftest import Origin

Entries = tuple[tuple[str, str, str | bytes], ...]

SUBMODULE = "1" * 40
HOSTILE: dict[str, Entries] = {
    "a link out": (("120000", "backend/data", "../../../etc/passwd"),),
    "a link to git's data": (("120000", "backend/g", ".git"),),
    "a file that becomes a link": (("120000", "kept.py", "/etc/passwd"),),
    "a submodule": (("160000", "vendor/lib", SUBMODULE),),
    "CVE-2024-32002": (
        (
            "100644",
            ".gitmodules",
            '[submodule "x/y"]\n\tpath = A/modules/x\n\turl = https://example.com/hook.git\n',
        ),
        ("160000", "A/modules/x", SUBMODULE),
        ("120000", "a", ".git"),
    ),
    "CVE-2025-48384": (
        ("100644", ".gitmodules", '[submodule "s"]\n\tpath = "s\r"\n\turl = https://example.com/hook.git\n'),
        ("160000", "s\r", SUBMODULE),
        ("120000", "s", ".git/modules/s/hooks"),
    ),
    "a path with a carriage return": (("100644", "backend/a.py\r", "a\n"),),
    "a driver by attributes": (("100644", "backend/.gitattributes", "* filter=lfs diff=evil\n"),),
    "an executable": (("100755", "backend/run", "#!/bin/sh\n"),),
    "an executable bit": (("100755", "kept.py", "kept\n"),),
    "a name that is not UTF-8": (("100644", "backend/caf\udce9.py", "a\n"),),
    "a name that is not composed": (("100644", "backend/cafe\u0301.py", "a\n"),),
    "a name with a hidden character": (("100644", "backend/a\u200b.py", "a\n"),),
    "a name in other case": (("100644", "Kept.py", "a\n"),),
    "a directory in other case": (("100644", "Docs/b.md", "b\n"),),
    "a binary": (("100644", "backend/logo.png", b"\x89PNG\0"),),
    "another encoding": (("100644", "backend/latin.py", b"caf\xe9\n"),),
    "a large file": (("100644", "backend/large.txt", "x" * (1024 * 1024 + 1)),),
    "a large binary": (("100644", "backend/large.bin", b"\0" * (2 * 1024 * 1024)),),
    "a workflow": (("100644", ".github/workflows/ci.yml", "on: push\n"),),
    "owners": (("100644", "docs/CODEOWNERS", "* @me\n"),),
    "an agent": (("100644", ".claude/agents/backend-developer.md", "---\n"),),
}


def judged(mirror: Mirror, base: str, head: str) -> list[str]:
    change = Change(mirror.diff(base, head), mirror.paths(base))
    findings = inspect(change, stage_of_everything())
    for finding in findings:
        f"{finding.path}: {finding.message}".encode()
    return [finding.message for finding in findings if finding.level is Level.ERROR]


@pytest.fixture
def base(origin: Origin) -> str:
    return origin.commit({"kept.py": "kept\n", "docs/a.md": "a\n"})


@pytest.mark.parametrize("entries", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_commit_is_refused(origin: Origin, mirror: Mirror, base: str, entries: Entries) -> None:
    for mode, path, content in entries:
        origin.stage(mode, path, content)
    head = origin.commit({})
    refused = judged(mirror, base, head)
    assert len(refused) >= len(entries)


def test_an_honest_commit_passes(origin: Origin, mirror: Mirror, base: str) -> None:
    head = origin.commit(
        {"backend/a.py": "a\n", "kept.py": "kept, and more\n", "docs/a.md": None, "Grüße.md": "é"}
    )
    assert judged(mirror, base, head) == []


def test_a_rename_over_a_border_is_refused_on_its_foreign_side(origin: Origin, mirror: Mirror) -> None:
    start = origin.commit({".github/x.yml": "same content\n" * 20, "a.py": "a\n"})
    head = origin.commit({".github/x.yml": None, "backend/x.yml": "same content\n" * 20})
    assert judged(mirror, start, head) == [
        (
            ".github/x.yml is protected, since it steers GitHub itself: workflows, reviews, settings. "
            "Only people change it; leave it as it is."
        )
    ]
