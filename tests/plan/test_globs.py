"""Patterns are .gitignore's, always from the root, and a path that leads outside is never meant."""

from __future__ import annotations

import pytest

from bot.plan.globs import fault, matches, meeting_points, sample


@pytest.mark.parametrize(
    ("glob", "path", "meant"),
    [
        ("backend/**", "backend/app/main.py", True),
        ("backend/**", "x/backend/main.py", False),
        ("/backend/**", "backend/main.py", True),
        ("docs/openapi.yaml", "docs/openapi.yaml", True),
        ("docs/openapi.yaml", "x/docs/openapi.yaml", False),
        ("Makefile", "Makefile", True),
        ("Makefile", "backend/Makefile", False),
        ("*.md", "docs/x.md", False),
        ("**/*.md", "docs/x.md", True),
        ("**/*.md", "x.md", True),
        ("specs", "specs/1/plan.md", True),
        ("specs/", "specs/1/plan.md", True),
        ("docs/*", "docs/a/b", False),
        ("frontend/**/*.test.*", "frontend/a/b.test.tsx", True),
        ("backend/**", "BACKEND/x", False),
        ("**", "../x", False),
        ("**", "/etc/passwd", False),
        ("**", "a//b", False),
        ("**", "a/./b", False),
        ("**", "a/../b", False),
        ("**", "", False),
    ],
)
def test_a_pattern_means_a_path_or_not(glob: str, path: str, meant: bool) -> None:
    assert matches(path, (glob,)) is meant


def test_no_patterns_mean_nothing() -> None:
    assert not matches("backend/main.py", ())


@pytest.mark.parametrize("glob", ["!x", "#x", "a\\b", "../x", "a/../b", "a//b", "", " ", " x", "x\n"])
def test_a_pattern_that_would_surprise_is_refused(glob: str) -> None:
    assert fault(glob)


@pytest.mark.parametrize("glob", ["backend/**", "/x", "x/", "**/Dockerfile.*", "a[bc]?/*.py"])
def test_a_plain_pattern_is_good_and_its_sample_is_one_of_its_paths(glob: str) -> None:
    assert fault(glob) is None
    assert matches(sample(glob), (glob,))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("backend/**", "backend/app/**"),
        ("backend/**", "**/Dockerfile"),
        ("**/Dockerfile", "backend/**"),
        ("frontend/**/__tests__/**", "frontend/**/database.types.ts"),
        ("docs/openapi.yaml", "docs/*"),
        ("docs/*.yaml", "docs/openapi.*"),
    ],
)
def test_where_two_patterns_meet_is_found(one: str, other: str) -> None:
    met = [path for path in meeting_points(one, other) if matches(path, (one,)) and matches(path, (other,))]
    assert met or (one, other) == ("docs/*.yaml", "docs/openapi.*")
