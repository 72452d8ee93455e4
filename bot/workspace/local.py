"""A repository on this machine that somebody points at: what a revision in it means."""

from __future__ import annotations

from pathlib import Path

from bot.workspace.git import Git, GitFailed


class RevisionUnknown(Exception):
    """A name that stands for no commit in that repository."""


def git_directory(repository: Path) -> Path:
    """Where the repository keeps its git data. Raises RevisionUnknown where it is none."""
    for candidate in (repository / ".git", repository):
        if (candidate / "HEAD").is_file():
            return candidate.absolute()
    if (repository / ".git").is_file():
        return _pointed_at(repository)
    raise RevisionUnknown(f"{repository} is no git repository. Name the directory that holds `.git`.")


def _pointed_at(repository: Path) -> Path:
    """A linked worktree's git data lies where its `.git` file says."""
    target = (repository / ".git").read_text().removeprefix("gitdir:").strip()
    return (repository / target).absolute()


def commit_named(repository: Path, revision: str) -> str:
    """The SHA that a revision of a local repository names: a branch, a tag, `HEAD~2`."""
    try:
        answer = Git(git_directory(repository))(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
    except GitFailed:
        raise RevisionUnknown(
            f"The repository {repository} has no commit called {revision!r}. "
            "Name a branch, a tag or a SHA that it has."
        ) from None
    return answer.decode().strip()
