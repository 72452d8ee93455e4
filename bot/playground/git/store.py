"""A bare git repository: objects read and written, refs moved, histories compared."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import threading
import zlib
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from bot.playground.git.objects import (
    EMPTY_TREE,
    NO_OBJECT,
    Commit,
    Entry,
    Person,
    commit_bytes,
    parse_commit,
    parse_tree,
    tree_bytes,
)
from bot.playground.git.signing import Signer

ANSWERS = 2_000  # so many are kept; the oldest goes first
_SHA = re.compile(r"[0-9a-f]{40}")
_SHORT_SHA = re.compile(r"[0-9a-f]{7,39}")


class GitFailed(Exception):
    """Git said no; the text is what it said."""


class Git:
    """One bare repository. Objects never change, so what was read is kept."""

    def __init__(self, directory: Path, signer: Signer | None = None) -> None:
        self.directory = directory
        self.signer = signer or Signer()
        self.refs: dict[str, str] = {}  # the refs as they are, by full name
        self._commits: dict[str, Commit] = {}
        self._trees: dict[str, tuple[Entry, ...]] = {EMPTY_TREE: ()}
        self._answers: dict[tuple[str, ...], str] = {}
        self._reader: subprocess.Popen[bytes] | None = None
        self._reading = threading.Lock()

    # -- running git
    @property
    def environment(self) -> dict[str, str]:
        """A clean one: no configuration of this machine's user, any owner of the files."""
        settings = self.directory.parent / "gitconfig"
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.directory.parent),
            "GIT_CONFIG_GLOBAL": str(settings),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }

    def run(self, *arguments: str, stdin: bytes | None = None, ok: tuple[int, ...] = (0,)) -> bytes:
        return self.tried(*arguments, stdin=stdin, ok=ok)[1]

    def tried(
        self, *arguments: str, stdin: bytes | None = None, ok: tuple[int, ...] = (0,)
    ) -> tuple[int, bytes]:
        """Exit code and output; GitFailed where the code is none of those that are answers."""
        command = ["git", "--git-dir", str(self.directory), *arguments]
        done = subprocess.run(command, check=False, input=stdin, capture_output=True, env=self.environment)
        if done.returncode not in ok:
            raise GitFailed(done.stderr.decode(errors="replace").strip() or f"git {arguments[0]} failed")
        return done.returncode, done.stdout

    def ask(self, *arguments: str, ok: tuple[int, ...] = (0,)) -> str:
        """Like `run`, for questions whose answer can never change: all names in them are SHAs."""
        known = self._answers.get(arguments)
        if known is None:
            known = self.run(*arguments, ok=ok).decode(errors="surrogateescape")
            if len(self._answers) >= ANSWERS:
                self._answers.pop(next(iter(self._answers)))
            self._answers[arguments] = known
        return known

    def close(self) -> None:
        with self._reading:
            if self._reader is not None:
                assert self._reader.stdin is not None and self._reader.stdout is not None
                self._reader.stdin.close()
                self._reader.stdout.close()
                self._reader.wait()
                self._reader = None

    # -- reading objects
    def read(self, sha: str) -> tuple[str, bytes] | None:
        """Kind and content of an object, by one long-lived `cat-file`."""
        if not _SHA.fullmatch(sha):
            return None
        with self._reading:
            if self._reader is None:
                command = ["git", "--git-dir", str(self.directory), "cat-file", "--batch"]
                pipe = subprocess.PIPE
                self._reader = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=self.environment)
            assert self._reader.stdin is not None and self._reader.stdout is not None
            self._reader.stdin.write(sha.encode() + b"\n")
            self._reader.stdin.flush()
            head = self._reader.stdout.readline().split()
            if len(head) != 3:
                return None
            content = self._reader.stdout.read(int(head[2]))
            self._reader.stdout.read(1)
            return head[1].decode(), content

    def kind(self, sha: str) -> str | None:
        """commit, tree, blob or tag; None when there is no such object."""
        if sha in self._commits:
            return "commit"
        if sha in self._trees:
            return "tree"
        found = self.read(sha)
        return found[0] if found else None

    def commit(self, sha: str) -> Commit:
        if sha not in self._commits:
            found = self.read(sha)
            if found is None or found[0] != "commit":
                raise GitFailed(f"{sha} is not a commit here")
            parsed = parse_commit(sha, found[1])
            # Git's own rule: what `shallow` names has no parents here, whatever the commit says.
            self._commits[sha] = replace(parsed, parents=()) if sha in self._shallow else parsed
        return self._commits[sha]

    @cached_property
    def _shallow(self) -> frozenset[str]:
        """The commits at which the history of a shallow repository is cut off."""
        path = self.directory / "shallow"
        return frozenset(path.read_text().split()) if path.exists() else frozenset()

    def tree(self, sha: str) -> tuple[Entry, ...]:
        if sha not in self._trees:
            found = self.read(sha)
            if found is None or found[0] != "tree":
                raise GitFailed(f"{sha} is not a tree here")
            self._trees[sha] = parse_tree(found[1])
        return self._trees[sha]

    def blob(self, sha: str) -> bytes:
        found = self.read(sha)
        if found is None or found[0] != "blob":
            raise GitFailed(f"{sha} is not a blob here")
        return found[1]

    def entry_at(self, commit_sha: str, path: str) -> Entry | None:
        """The tree entry at a path of a commit; "" is the root tree."""
        entry = Entry("040000", "tree", self.commit(commit_sha).tree, "")
        for name in (part for part in path.split("/") if part):
            if entry.kind != "tree":
                return None
            below = next((each for each in self.tree(entry.sha) if each.name == name), None)
            if below is None:
                return None
            entry = below
        return entry

    def walk(self, tree_sha: str, recursive: bool = True) -> list[tuple[str, Entry, int | None]]:
        """Every entry below a tree with path and size, directories before what is in them."""
        deep = ("-r", "-t") if recursive else ()
        found: list[tuple[str, Entry, int | None]] = []
        for line in self.ask("ls-tree", *deep, "-l", "-z", tree_sha).split("\0")[:-1]:
            head, _, path = line.partition("\t")
            mode, kind, sha, size = head.split()
            entry = Entry(mode, kind, sha, path.rpartition("/")[2])
            found.append((path, entry, int(size) if size.isdigit() else None))
        return found

    # -- names and histories
    def resolve(self, name: str) -> str | None:
        """The commit that a SHA, branch, tag or ref name means; HEAD is the default branch."""
        if name == "HEAD":
            name = (self.directory / "HEAD").read_text().strip().removeprefix("ref: ")
        if _SHA.fullmatch(name):
            return name if self.kind(name) == "commit" else None
        for full in (name, f"refs/{name}", f"refs/heads/{name}", f"refs/tags/{name}"):
            if full in self.refs:
                return self._peel(self.refs[full])
        if _SHORT_SHA.fullmatch(name):
            try:
                return self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
            except GitFailed:
                return None
        return None

    def branch(self, name: str) -> str | None:
        return self.refs.get(f"refs/heads/{name}")

    def branches(self) -> dict[str, str]:
        prefix = "refs/heads/"
        return {
            ref.removeprefix(prefix): sha for ref, sha in sorted(self.refs.items()) if ref.startswith(prefix)
        }

    def log(self, include: str, exclude: str | None = None, limit: int | None = None) -> tuple[str, ...]:
        """SHAs reachable from `include` and not from `exclude`, newest first."""
        arguments = ["rev-list", "--topo-order", *([f"--max-count={limit}"] if limit else []), include]
        return tuple(self.ask(*arguments, *([f"^{exclude}"] if exclude else [])).split())

    def is_ancestor(self, older: str, newer: str) -> bool:
        return older == newer or self.merge_base(older, newer) == older

    def merge_base(self, one: str, other: str) -> str | None:
        return self.ask("merge-base", one, other, ok=(0, 1)).strip() or None

    def read_refs(self) -> dict[str, str]:
        """The refs as they are on the disk now."""
        listed = self.run("for-each-ref", "--format=%(objectname) %(refname)").decode()
        return {name: sha for sha, _, name in (line.partition(" ") for line in listed.splitlines())}

    # -- writing
    def write(self, kind: str, data: bytes) -> str:
        """Stores a loose object; the same content is the same object."""
        whole = f"{kind} {len(data)}".encode() + b"\0" + data
        sha = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
        path = self.directory / "objects" / sha[:2] / sha[2:]
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            fresh = path.with_name(f"tmp_obj_{os.getpid()}_{threading.get_ident()}")
            fresh.write_bytes(zlib.compress(whole, 1))
            fresh.chmod(0o444)
            fresh.rename(path)
        return sha

    def write_blob(self, content: bytes) -> str:
        return self.write("blob", content)

    def write_tree(self, entries: list[Entry]) -> str:
        return self.write("tree", tree_bytes(entries)) if entries else self._empty_tree()

    def write_commit(
        self,
        tree: str,
        parents: tuple[str, ...],
        author: Person,
        committer: Person,
        message: str,
        signed: bool = False,
    ) -> str:
        signature = (
            self.signer.sign(commit_bytes(tree, parents, author, committer, message)) if signed else None
        )
        return self.write("commit", commit_bytes(tree, parents, author, committer, message, signature))

    def move(self, changes: dict[str, tuple[str | None, str | None]]) -> None:
        """Moves refs from what they were to what they become (None: is not there), all or none."""
        lines = [
            f"update {ref} {new or NO_OBJECT} {old or NO_OBJECT}\n"
            if new
            else f"delete {ref} {old or NO_OBJECT}\n"
            for ref, (old, new) in changes.items()
        ]
        self.run("update-ref", "--stdin", stdin="".join(lines).encode())
        for ref, (_, new) in changes.items():
            if new:
                self.refs[ref] = new
            else:
                self.refs.pop(ref, None)

    def allows_name(self, ref: str) -> bool:
        try:
            self.run("check-ref-format", ref)
        except GitFailed:
            return False
        return True

    def _empty_tree(self) -> str:
        return self.write("tree", b"")

    def _peel(self, sha: str) -> str | None:
        kind = self.kind(sha)
        if kind == "tag":
            return self.ask("rev-parse", f"{sha}^{{commit}}").strip()
        return sha if kind == "commit" else None
