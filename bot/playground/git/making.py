"""Repositories made: empty ones, and copies of somebody's that is itself never written."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bot.playground.git.signing import Signer
from bot.playground.git.store import Git, GitFailed

# What github.com's own servers allow: partial clones, any reachable object by its SHA, no garbage collection.
SETTINGS = {
    "uploadpack.allowFilter": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "http.receivepack": "true",
    "receive.hideRefs": "refs/pull",
    "receive.advertisePushOptions": "false",
    "receive.fsckObjects": "false",
    "receive.denyDeleteCurrent": "refuse",
    "receive.autogc": "false",
    "gc.auto": "0",
    "core.logAllRefUpdates": "false",
}


def new_repository(directory: Path, branch: str, signer: Signer) -> Git:
    """An empty bare repository whose default branch is not born yet."""
    git = _place(directory, signer)
    directory.mkdir(parents=True, exist_ok=True)
    git.run("init", "--quiet", "--bare", f"--initial-branch={branch}")
    _settle(git)
    return git


def copy_repository(source: Path, directory: Path, signer: Signer) -> tuple[Git, str]:
    """A bare copy with its branches and tags, and the default branch; the source is only read."""
    root = _root_of(source)
    git = _place(directory, signer)
    branch = default_branch(root, git.environment)
    command = ["git", "clone", "--quiet", "--bare", "--no-local", "--", str(root), str(directory)]
    done = subprocess.run(
        command, check=False, capture_output=True, env=git.environment, cwd=directory.parent
    )
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise GitFailed(f"{source} could not be copied: {said}. Is it a whole git repository?")
    git.run("remote", "remove", "origin", ok=(0, 2))
    git.run("symbolic-ref", "HEAD", f"refs/heads/{branch}")
    _settle(git)
    return git, branch


def default_branch(root: Path, environment: dict[str, str]) -> str:
    """What HEAD names; where it is detached, the remote's default, main, master, or a branch there."""
    head = _said(root, environment, "symbolic-ref", "--quiet", "--short", "HEAD")
    remote = _said(root, environment, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    branches = _said(root, environment, "for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    here = _said(
        root, environment, "for-each-ref", "--format=%(refname:short)", "--points-at=HEAD", "refs/heads"
    )
    for name in (head, remote.removeprefix("origin/"), "main", "master", *here.split(), *branches):
        if name and name in branches:
            return name
    if head:  # not born yet: the repository is empty
        return head
    raise GitFailed(f"{root} has no branch, only a detached HEAD. Create one there: git branch main")


def _root_of(source: Path) -> Path:
    if not source.exists():
        raise GitFailed(f"{source} does not exist. Give the path of a git repository.")
    environment = _reading_environment()
    command = ["git", "-C", str(source), "-c", "safe.directory=*", "rev-parse", "--absolute-git-dir"]
    found = (
        subprocess.run(command, check=False, capture_output=True, env=environment)
        if source.is_dir()
        else None
    )
    if found is None or found.returncode != 0:
        raise GitFailed(f"{source} is not a git repository. Give the path of one, or make one: git init")
    directory = Path(found.stdout.decode().strip())
    # A directory below a repository is not the repository somebody meant to give.
    if (source / ".git").exists() or source.resolve().samefile(directory):
        return source.resolve()
    raise GitFailed(f"{source} lies inside the git repository {directory.parent}. Give that path instead.")


def _said(root: Path, environment: dict[str, str], *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, env=environment)
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def _reading_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


def _place(directory: Path, signer: Signer) -> Git:
    directory.parent.mkdir(parents=True, exist_ok=True)
    (directory.parent / "gitconfig").write_text("[safe]\n\tdirectory = *\n")
    return Git(directory, signer)


def _settle(git: Git) -> None:
    lines = [f"[{key.split('.')[0]}]\n\t{key.split('.')[1]} = {value}\n" for key, value in SETTINGS.items()]
    with (git.directory / "config").open("a") as config:
        config.write("".join(lines))
    git.refs = git.read_refs()
