"""Makes the demo repository: a small product with a believable history, the same to the last bit each time."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
FILES = HERE / "repository"
ISSUE = (HERE / "issue.md").read_text(encoding="utf-8")
NOT_COPIED = ("__pycache__", "node_modules", ".tests", ".pytest_cache", "app.js", "app.js.map")


@dataclass(frozen=True)
class Author:
    """Somebody who worked on Corkboard."""

    name: str
    email: str


MARA = Author("Mara Lindqvist", "mara@corkboard.example")
TOMAS = Author("Tomás Rivera", "tomas@corkboard.example")


@dataclass(frozen=True)
class Chapter:
    """One commit of the history, and which paths came with it."""

    author: Author
    date: str
    message: str
    paths: tuple[str, ...]


HISTORY = (
    Chapter(MARA, "2024-12-03T09:31:00+00:00", "Say how we write things", ("CLAUDE.md", ".gitignore")),
    Chapter(
        MARA,
        "2024-12-03T10:02:00+00:00",
        "Create boards and their members, with row level security",
        ("supabase/migrations/20241203091500_create_boards.sql", "scripts"),
    ),
    Chapter(TOMAS, "2024-12-10T14:20:00+00:00", "Create cards", ("supabase", "docs/database")),
    Chapter(TOMAS, "2024-12-11T08:47:00+00:00", "Describe the API before it is written", ("docs",)),
    Chapter(
        MARA,
        "2024-12-17T16:05:00+00:00",
        "Serve boards and cards",
        ("backend/app", "backend/requirements.in", "backend/requirements.txt", ".env.example"),
    ),
    Chapter(
        MARA,
        "2024-12-18T09:12:00+00:00",
        "Test what the API promises",
        ("backend", "e2e", "pyproject.toml", "Makefile"),
    ),
    Chapter(TOMAS, "2025-01-07T13:40:00+00:00", "Show a board and move its cards", ("frontend",)),
    Chapter(TOMAS, "2025-01-08T10:25:00+00:00", "Run the checks on every pull request", (".github",)),
    Chapter(MARA, "2025-01-10T11:58:00+00:00", "Tell newcomers how to run it", (".",)),
)


def make_repository(into: Path) -> Path:
    """A git repository at `into`, branch `main`, with the product in it and nothing uncommitted."""
    shutil.copytree(FILES, into, ignore=shutil.ignore_patterns(*NOT_COPIED), dirs_exist_ok=True)
    git(into, "init", "--quiet", "--initial-branch=main")
    for chapter in HISTORY:
        commit(into, chapter)
    return into


def commit(repository: Path, chapter: Chapter) -> None:
    """One chapter of the history."""
    git(repository, "add", "--force", "--", *chapter.paths)
    git(repository, "commit", "--quiet", "-m", chapter.message, author=chapter.author, date=chapter.date)


def git(repository: Path, *arguments: str, author: Author = MARA, date: str = HISTORY[0].date) -> str:
    """Git as nobody has configured it, so that the commits are the same on every machine."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(repository),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": author.name,
        "GIT_AUTHOR_EMAIL": author.email,
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_NAME": author.name,
        "GIT_COMMITTER_EMAIL": author.email,
        "GIT_COMMITTER_DATE": date,
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        ("git", *arguments), cwd=repository, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(
            f"git {arguments[0]} failed while the demo repository was made: {done.stderr.strip()}"
        )
    return done.stdout
