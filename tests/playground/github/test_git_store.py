"""Objects that are written without git are git's, and lines are found again after a change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.playground.git import Git, Person
from bot.playground.git.changes import changes
from bot.playground.git.hunks import hunk_at, moved_line
from bot.playground.git.making import copy_repository
from bot.playground.git.merging import merged_tree, rebased
from bot.playground.git.signing import Signer
from bot.playground.git.trees import BadTree, changed_tree
from tests.playground.github.town import git, small_repository

SOMEONE = Person(
    "Zoë <Z>",
    "zoe@example.com",
    datetime(2025, 3, 1, 12, 0, 5, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
)


@pytest.fixture
def store(tmp_path: Path) -> Git:
    made, _ = copy_repository(small_repository(tmp_path / "source"), tmp_path / "copies" / "a.git", Signer())
    return made


def commit(store: Git, files: dict[str, str | None], parent: str | None = None) -> str:
    parent = parent or store.refs["refs/heads/main"]
    leaves = {
        path: ("100644", store.write_blob(text.encode()) if text is not None else None)
        for path, text in files.items()
    }
    tree = changed_tree(store, store.commit(parent).tree, leaves)
    return store.write_commit(tree, (parent,), SOMEONE, SOMEONE, "Change\n")


def test_a_written_commit_reads_the_same_to_git_and_to_us(store: Git) -> None:
    sha = commit(store, {"deep/er/x.txt": "x\n"})
    told = git(
        "show", "-s", "--format=%an|%ae|%at|%ad|%s", "--date=iso-strict", sha, cwd=store.directory
    ).stdout.strip()
    assert told == f"Zoë Z|zoe@example.com|{int(SOMEONE.at.timestamp())}|2025-03-01T12:00:05-03:30|Change"
    read = store.commit(sha)
    assert (read.author.name, read.author.at, read.message) == ("Zoë Z", SOMEONE.at, "Change\n")


def test_a_signed_message_is_kept_apart_from_its_signature(store: Git) -> None:
    tree = store.commit(store.refs["refs/heads/main"]).tree
    now = Person("GitHub", "noreply@github.com", datetime.now(UTC).replace(microsecond=0))
    read = store.commit(store.write_commit(tree, (), now, now, "Signed\n\nbody", signed=True))
    assert (read.message, "BEGIN SSH SIGNATURE" in str(read.signature)) == ("Signed\n\nbody", True)
    assert "gpgsig" not in read.payload


def test_names_sort_as_git_sorts_them(store: Git) -> None:
    sha = commit(store, {"a/x": "1", "a.b": "2", "a-b": "3", "a0": "4", "A": "5"})
    checked = git("fsck", "--strict", "--no-dangling", sha, cwd=store.directory, ok=False)
    assert (checked.returncode, checked.stderr.strip()) == (0, "")


@pytest.mark.parametrize("path", ["../x", "a//b", ".git/config", "a/.GIT/b", "./x", ""])
def test_paths_that_lead_elsewhere_are_refused(store: Git, path: str) -> None:
    with pytest.raises(BadTree):
        commit(store, {path: "x"})


def test_emptied_directories_go_away(store: Git) -> None:
    sha = commit(store, {"src/a.txt": None, "src/b.txt": None})
    assert [path for path, _, _ in store.walk(store.commit(sha).tree)] == ["README.md"]


def test_objects_that_others_add_are_found(store: Git, tmp_path: Path) -> None:
    assert store.kind("0" * 40) is None
    work = tmp_path / "work"
    git("clone", "-q", str(store.directory), str(work), cwd=tmp_path)
    git("commit", "-q", "--allow-empty", "-m", "Elsewhere", cwd=work)
    sha = git("rev-parse", "HEAD", cwd=work).stdout.strip()
    git("push", "-q", "origin", "HEAD:refs/heads/other", cwd=work)
    assert store.commit(sha).headline == "Elsewhere"
    assert store.read_refs()["refs/heads/other"] == sha


def test_changes_name_status_counts_and_hunks(store: Git) -> None:
    before = store.refs["refs/heads/main"]
    after = commit(
        store,
        {"src/a.txt": "one\nTWO\nthree\nfour\nfive\n", "src/b.txt": None, "bin": "\0\1", "tab\there": "x\n"},
    )
    found = {each.path: each for each in changes(store, before, after)}
    assert {path: each.status for path, each in found.items()} == {
        "bin": "added", "src/a.txt": "modified", "src/b.txt": "removed", "tab\there": "added",
    }  # fmt: skip
    assert (found["src/a.txt"].additions, found["src/a.txt"].deletions) == (1, 1)
    assert (found["bin"].patch, found["tab\there"].patch) == (None, "@@ -0,0 +1 @@\n+x")


def test_a_line_is_found_in_its_hunk_on_its_side(store: Git) -> None:
    patch = "@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three"
    assert hunk_at(patch, 2, "RIGHT") == "@@ -1,3 +1,3 @@\n one\n-two\n+TWO"
    assert hunk_at(patch, 2, "LEFT") == "@@ -1,3 +1,3 @@\n one\n-two"
    assert hunk_at(patch, 4, "RIGHT") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("zero\none\ntwo\nthree\nfour\nfive\n", 4),  # a line above
        ("one\ntwo\nthree\nfour\nfive\nsix\n", 3),  # a line below
        ("two\nthree\nfour\nfive\n", 2),  # one less above
        ("one\ntwo\nTHREE\nfour\nfive\n", None),  # changed
        ("one\ntwo\nmore\nthree\nfour\nfive\n", 4),  # right above
        (None, None),  # gone
    ],
)
def test_a_line_is_followed_through_a_change(store: Git, text: str | None, line: int | None) -> None:
    before = store.refs["refs/heads/main"]
    after = commit(store, {"src/a.txt": text})
    assert moved_line(store, before, after, "src/a.txt", 3) == line


def test_a_conflict_is_no_tree_and_a_clean_merge_is_one(store: Git) -> None:
    ours, theirs = commit(store, {"src/b.txt": "ours\n"}), commit(store, {"src/b.txt": "theirs\n"})
    assert merged_tree(store, ours, theirs) is None
    assert rebased(store, ours, theirs, SOMEONE) is None
    other = commit(store, {"c.txt": "c\n"})
    tree = merged_tree(store, ours, other)
    assert tree is not None
    assert {path for path, _, _ in store.walk(tree)} >= {"c.txt", "src/b.txt"}
