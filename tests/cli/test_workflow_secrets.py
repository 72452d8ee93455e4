"""Which workflows hand secrets to the code of a branch that was just pushed."""

from __future__ import annotations

import pytest

from bot.cli.workflow_secrets import handed_out

JOB = """
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: deploy
        env:
          KEY: ${{ secrets.DEPLOY_KEY }}
"""
HARMLESS = """
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: echo secrets.DEPLOY_KEY
        env:
          KEY: ${{ secrets.GITHUB_TOKEN }}
"""


@pytest.mark.parametrize(
    "trigger",
    [
        "on: pull_request",
        "on: [push, pull_request]",
        "on: push",
        "on:\n  push:",
        "on:\n  push:\n    branches: ['**']",
        "on:\n  push:\n    branches: [main, 'baton/**']",
        "on:\n  push:\n    branches: ['baton/*/*']",
        "on:\n  push:\n    branches-ignore: [main]",
        "on:\n  push:\n    paths: ['backend/**']",
        "on:\n  pull_request:\n    branches: [main]",
        "on:\n  pull_request_target:",
        "'on': pull_request",
    ],
)
def test_code_of_a_branch_meets_the_secret(trigger: str) -> None:
    why = handed_out(trigger + JOB)
    assert why is not None
    assert "secrets.DEPLOY_KEY" in why


@pytest.mark.parametrize(
    "trigger",
    [
        "on:\n  push:\n    branches: [main]",
        "on:\n  push:\n    branches: main",
        "on:\n  push:\n    branches: ['*']",
        "on:\n  push:\n    branches: ['**', '!baton/**']",
        "on:\n  push:\n    branches-ignore: ['baton/**']",
        "on:\n  push:\n    tags: ['v*']",
        "on: workflow_dispatch",
        "on:\n  schedule:\n    - cron: '0 3 * * *'",
        "on: {}",
    ],
)
def test_code_of_a_branch_does_not_run(trigger: str) -> None:
    assert handed_out(trigger + JOB) is None


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ("secrets.A", "secrets.A"),
        ("secrets['B-C']", "secrets.B-C"),
        ('SECRETS [ "D" ]', "secrets.D"),
        ("toJSON(secrets)", "all secrets"),
        ("secrets[matrix.name]", "all secrets"),
        ("github.token && secrets.GITHUB_TOKEN || secrets.E", "secrets.E"),
    ],
)
def test_a_secret_is_found_however_it_is_written(expression: str, named: str) -> None:
    text = f"on: pull_request\njobs:\n  a:\n    env:\n      X: >-\n        y ${{{{ {expression} }}}}\n"
    assert handed_out(text) == f"it runs on pull_request with {named}"


def test_a_condition_and_inherited_secrets_count_too() -> None:
    assert "secrets.A" in str(handed_out("on: push\njobs:\n  a:\n    if: secrets.A != ''\n"))
    reused = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    secrets: inherit\n"
    assert handed_out(reused) == "it runs on pushes to any branch with all secrets"


@pytest.mark.parametrize(
    "text",
    ["on: pull_request" + HARMLESS, "", "a: [", "- 1", "on: pull_request", "on: 5" + JOB, "\x00", "[" * 5000],
)
def test_a_harmless_or_broken_file_is_no_matter(text: str) -> None:
    assert handed_out(text) is None
