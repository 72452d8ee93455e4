"""Two small products of somebody else's, a feature for them, and what the model says about it."""

from __future__ import annotations

from typing import Any

from tests.acceptance.messages import Script

ISSUE = "# Greet people by name\n\nSay hello to whoever is named, and never to nobody.\n\n- an empty name is refused\n"
GREET = "def greet(name: str) -> str:\n    if not name:\n        raise ValueError('Say who.')\n    return f'hello {name}'\n"
WORKFLOW = """\
name: Checks
on:
  push: {branches: [trunk]}
  pull_request:
jobs:
  unit:
    name: Unit tests
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: python3 -m unittest discover -s %s/tests -t .
"""


def layout(top: str) -> dict[str, str]:
    """A plain Python program below one directory: no conventions file, no documents, one workflow."""
    return {
        "README.md": "# Greeter\n",
        f"{top}/__init__.py": "",
        f"{top}/greet.py": "def greet() -> str:\n    return 'hello'\n",
        f"{top}/tests/__init__.py": "",
        f"{top}/tests/test_first.py": (
            "import unittest\n\n\nclass First(unittest.TestCase):\n"
            "    def test_it_is_there(self) -> None:\n"
            f"        import {top}.greet\n\n        self.assertTrue(callable({top}.greet.greet))\n"
        ),
        ".github/workflows/checks.yml": WORKFLOW % top,
    }


def test_file(top: str) -> str:
    return (
        f"import unittest\n\nfrom {top}.greet import greet\n\n\nclass Greeting(unittest.TestCase):\n"
        "    def test_a_name_is_greeted(self) -> None:\n        self.assertEqual(greet('Ada'), 'hello Ada')\n"
    )


def plan(top: str, tests: str) -> dict[str, Any]:
    """Three stages: the code, its tests, the review."""
    return {
        "feature": "Greeting by name",
        "stages": [
            {
                "kind": "backend",
                "title": "Greet by name",
                "agent": "backend-developer",
                "needs": [],
                "outputs": [f"{top}/greet.py"],
            },
            {
                "kind": "testing",
                "title": "Test the greeting",
                "agent": "test-engineer",
                "needs": ["backend"],
                "outputs": [tests],
            },
            {
                "kind": "review",
                "title": "Review the greeting",
                "agent": "code-reviewer",
                "needs": [],
                "outputs": [],
            },
        ],
        "skipped": [
            {"kind": "database", "reason": "Nothing is stored."},
            {"kind": "api", "reason": "No endpoint is new."},
            {"kind": "frontend", "reason": "There is none."},
        ],
        "questions": [],
        "acceptance_criteria": ["A name is greeted.", "An empty name is refused."],
        "critical_flows": [],
    }


def script(top: str, learnings: tuple[str, ...] = ("Names are never empty.",)) -> Script:
    tests = f"{top}/tests/test_greet.py"
    return Script(
        plan(top, tests),
        {"backend-developer": {f"{top}/greet.py": GREET}, "test-engineer": {tests: test_file(top)}},
        learnings=learnings,
    )
