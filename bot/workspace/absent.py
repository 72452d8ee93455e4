"""What a repository may not have: a commit at all, a branch, a commit, a history in common."""

from __future__ import annotations


class RepositoryEmpty(Exception):
    """The repository has no commit yet."""

    def __init__(self) -> None:
        super().__init__(
            "The repository has no commit yet, so there is nothing to build on. Push a first commit, "
            "a README is enough, and Baton goes on by itself."
        )


class BranchMissing(Exception):
    """The repository has commits, but no branch of this name."""

    def __init__(self, branch: str) -> None:
        super().__init__(f"The repository has no branch {branch!r}. Baton looks again after the next push.")
        self.branch = branch


class CommitMissing(Exception):
    """A commit that neither the mirror nor its origin has."""

    def __init__(self, sha: str) -> None:
        super().__init__(
            f"The commit {sha[:12]} is not in the repository: it was removed, or GitHub's git has not caught "
            "up yet. Baton looks again by itself."
        )
        self.sha = sha


class NothingInCommon(Exception):
    """Two commits without a common ancestor."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"The commits {one[:12]} and {other[:12]} have no history in common.")
