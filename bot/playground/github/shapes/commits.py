"""Commits, trees, blobs, refs, compared histories and files."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Sequence
from urllib.parse import quote

from bot.playground.acts.identities import user_of
from bot.playground.git import Commit, Entry, Person
from bot.playground.git.changes import Change, changes
from bot.playground.github.shapes.accounts import maybe_user
from bot.playground.github.shapes.repositories import api_url, html_url
from bot.playground.github.shapes.times import Json, when
from bot.playground.hub import Hub
from bot.playground.ids import object_node_id
from bot.playground.state import Repository

FILES = 300  # so many files has a page of a commit, and a comparison
MOST_FILES = 3_000
MOST_COMMITS = 250
LINK = "120000"
LARGEST = 1024 * 1024  # a longer file's text is left out


def person(each: Person) -> Json:
    return {"name": each.name, "email": each.email, "date": when(each.at)}


def verification(each: Commit) -> Json:
    """Signed by this GitHub, or not signed; somebody else's signature cannot be checked here."""
    if each.signature is None:
        return {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        }
    ours = each.committer.email == "noreply@github.com"
    return {
        "verified": ours,
        "reason": "valid" if ours else "unknown_key",
        "signature": each.signature,
        "payload": each.payload,
        "verified_at": when(each.committer.at) if ours else None,
    }


def git_commit(hub: Hub, repository: Repository, sha: str) -> Json:
    """As the Git Data API shows it."""
    each = repository.git.commit(sha)
    url = f"{api_url(hub, repository)}/git"
    page = html_url(hub, repository)
    return {
        "sha": sha,
        "node_id": object_node_id("C", repository.id, sha),
        "url": f"{url}/commits/{sha}",
        "html_url": f"{page}/commit/{sha}",
        "author": person(each.author),
        "committer": person(each.committer),
        "tree": {"sha": each.tree, "url": f"{url}/trees/{each.tree}"},
        "message": each.message.rstrip("\n"),
        "parents": [
            {"sha": parent, "url": f"{url}/commits/{parent}", "html_url": f"{page}/commit/{parent}"}
            for parent in each.parents
        ],
        "verification": verification(each),
    }


def commit(hub: Hub, repository: Repository, sha: str) -> Json:
    """As lists of commits show it."""
    each = repository.git.commit(sha)
    url = f"{api_url(hub, repository)}/commits/{sha}"
    git_url = f"{api_url(hub, repository)}/git"
    return {
        "sha": sha,
        "node_id": object_node_id("C", repository.id, sha),
        "commit": {
            "author": person(each.author),
            "committer": person(each.committer),
            "message": each.message.rstrip("\n"),
            "tree": {"sha": each.tree, "url": f"{git_url}/trees/{each.tree}"},
            "url": f"{git_url}/commits/{sha}",
            "comment_count": 0,
            "verification": verification(each),
        },
        "url": url,
        "html_url": f"{html_url(hub, repository)}/commit/{sha}",
        "comments_url": f"{url}/comments",
        "author": maybe_user(hub, user_of(hub, each.author)),
        "committer": maybe_user(hub, user_of(hub, each.committer)),
        "parents": [
            {
                "sha": parent,
                "url": f"{api_url(hub, repository)}/commits/{parent}",
                "html_url": f"{html_url(hub, repository)}/commit/{parent}",
            }
            for parent in each.parents
        ],
    }


def commit_with_files(
    hub: Hub, repository: Repository, sha: str, files: Sequence[Change] | None = None
) -> Json:
    """With its first files, or those of another page."""
    parents = repository.git.commit(sha).parents
    changed = changes(repository.git, parents[0] if parents else None, sha)
    additions, deletions = sum(each.additions for each in changed), sum(each.deletions for each in changed)
    return {
        **commit(hub, repository, sha),
        "stats": {"total": additions + deletions, "additions": additions, "deletions": deletions},
        "files": [file(hub, repository, sha, each) for each in (changed[:FILES] if files is None else files)],
    }


def file(hub: Hub, repository: Repository, sha: str, each: Change) -> Json:
    """One file of a diff."""
    path = quote(each.path)
    shown: Json = {
        "sha": each.sha,
        "filename": each.path,
        "status": each.status,
        "additions": each.additions,
        "deletions": each.deletions,
        "changes": each.additions + each.deletions,
        "blob_url": f"{html_url(hub, repository)}/blob/{sha}/{path}",
        "raw_url": f"{html_url(hub, repository)}/raw/{sha}/{path}",
        "contents_url": f"{api_url(hub, repository)}/contents/{path}?ref={sha}",
    }
    if each.patch is not None:
        shown["patch"] = each.patch
    if each.previous_path is not None:
        shown["previous_filename"] = each.previous_path
    return shown


def pushed_commit(hub: Hub, repository: Repository, sha: str) -> Json:
    """As a push webhook shows it."""
    each = repository.git.commit(sha)
    changed = changes(repository.git, each.parents[0] if each.parents else None, sha)
    return {
        "id": sha,
        "tree_id": each.tree,
        "distinct": True,
        "message": each.message.rstrip("\n"),
        "timestamp": each.committer.at.isoformat(timespec="seconds"),
        "url": f"{html_url(hub, repository)}/commit/{sha}",
        "author": pusher(hub, each.author),
        "committer": pusher(hub, each.committer),
        "added": [one.path for one in changed if one.status in ("added", "renamed", "copied")],
        "removed": [one.previous_path or one.path for one in changed if one.status in ("removed", "renamed")],
        "modified": [one.path for one in changed if one.status in ("modified", "changed")],
    }


def pusher(hub: Hub, each: Person) -> Json:
    shown: Json = {"name": each.name, "email": each.email}
    account = user_of(hub, each)
    if account is not None:
        shown["username"] = account.login
    return shown


def simple_commit(repository: Repository, sha: str) -> Json:
    """As check suites and workflow runs show their head."""
    each = repository.git.commit(sha)
    return {
        "id": sha,
        "tree_id": each.tree,
        "message": each.message.rstrip("\n"),
        "timestamp": when(each.committer.at),
        "author": {"name": each.author.name, "email": each.author.email},
        "committer": {"name": each.committer.name, "email": each.committer.email},
    }


def ref(hub: Hub, repository: Repository, name: str, sha: str) -> Json:
    kind = repository.git.kind(sha) or "commit"
    url = f"{api_url(hub, repository)}/git"
    return {
        "ref": name,
        "node_id": object_node_id("REF", repository.id, name),
        "url": f"{url}/{quote(name)}",
        "object": {"sha": sha, "type": kind, "url": f"{url}/{kind}s/{sha}"},
    }


def tree(hub: Hub, repository: Repository, sha: str, recursive: bool) -> Json:
    entries = repository.git.walk(sha, recursive)
    return {
        "sha": sha,
        "url": f"{api_url(hub, repository)}/git/trees/{sha}",
        "tree": [tree_entry(hub, repository, *each) for each in entries],
        "truncated": False,
    }


def tree_entry(hub: Hub, repository: Repository, path: str, entry: Entry, size: int | None) -> Json:
    shown: Json = {"path": path, "mode": entry.mode, "type": entry.kind, "sha": entry.sha}
    if size is not None:
        shown["size"] = size
    if entry.kind != "commit":
        shown["url"] = f"{api_url(hub, repository)}/git/{entry.kind}s/{entry.sha}"
    return shown


def blob(hub: Hub, repository: Repository, sha: str) -> Json:
    content = repository.git.blob(sha)
    return {
        "sha": sha,
        "node_id": object_node_id("B", repository.id, sha),
        "size": len(content),
        "url": f"{api_url(hub, repository)}/git/blobs/{sha}",
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
    }


def followed(repository: Repository, sha: str, path: str, entry: Entry) -> Entry:
    """The file that a symbolic link leads to within the repository; anything else is what it is."""
    seen = 0
    while entry.mode == LINK and seen < 40:
        target = repository.git.blob(entry.sha).decode(errors="surrogateescape")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        found = repository.git.entry_at(sha, path) if not path.startswith(("/", "..")) else None
        if found is None or found.kind != "blob":
            break
        entry, seen = found, seen + 1
    return entry


def submodule_url(repository: Repository, ref_name: str, path: str) -> str | None:
    """Where `.gitmodules` says that a submodule comes from."""
    sha = repository.git.resolve(ref_name)
    entry = repository.git.entry_at(sha, ".gitmodules") if sha else None
    if entry is None:
        return None
    said = repository.git.ask("config", "--blob", entry.sha, "--get-regexp", r"\.(path|url)$", ok=(0, 1))
    lines = dict(line.partition(" ")[::2] for line in said.splitlines())
    name = next((key for key, value in lines.items() if key.endswith(".path") and value == path), "")
    return lines.get(name.removesuffix("path") + "url")


def kind_of(entry: Entry) -> str:
    if entry.mode == LINK:
        return "symlink"
    return {"tree": "dir", "blob": "file"}.get(entry.kind, "submodule")


def listed_content(hub: Hub, repository: Repository, ref_name: str, path: str, entry: Entry) -> Json:
    """As a directory shows what is in it; there a submodule has always been called a file."""
    shown = content(hub, repository, ref_name, path, entry, whole=False)
    return {**shown, "type": "file"} if shown["type"] == "submodule" else shown


def content(hub: Hub, repository: Repository, ref_name: str, path: str, entry: Entry, whole: bool) -> Json:
    """A file or directory as the contents API shows it; `whole` brings the file's text."""
    kind = kind_of(entry)
    url = f"{api_url(hub, repository)}/contents/{quote(path)}?ref={quote(ref_name, safe='')}"
    git_url = f"{api_url(hub, repository)}/git/{entry.kind}s/{entry.sha}" if kind != "submodule" else None
    page = (
        f"{html_url(hub, repository)}/{'tree' if kind == 'dir' else 'blob'}/{quote(ref_name)}/{quote(path)}"
    )
    data = repository.git.blob(entry.sha) if entry.kind == "blob" else b""
    shown: Json = {
        "name": posixpath.basename(path),
        "path": path,
        "sha": entry.sha,
        "size": len(data),
        "url": url,
        "html_url": page,
        "git_url": git_url,
        "download_url": page.replace("/blob/", "/raw/", 1) if entry.kind == "blob" else None,
        "type": kind,
        "_links": {"self": url, "git": git_url, "html": page},
    }
    if whole and kind == "file":
        small = len(data) <= LARGEST
        shown["content"] = base64.encodebytes(data).decode() if small else ""
        shown["encoding"] = "base64" if small else "none"
    if whole and kind == "symlink":
        shown["target"] = data.decode(errors="replace")
    if whole and kind == "submodule":
        shown["submodule_git_url"] = submodule_url(repository, ref_name, path)
    return shown


def comparison(
    hub: Hub,
    repository: Repository,
    base: str,
    head: str,
    names: str,
    shown: Sequence[str],
    files: Sequence[Change],
) -> Json:
    """Two commits compared, with one page of what is between them."""
    git = repository.git
    fork = git.merge_base(base, head) or base
    ahead, behind = git.log(head, base), git.log(base, head)
    status = (
        "identical" if base == head else "diverged" if ahead and behind else "ahead" if ahead else "behind"
    )
    page = f"{html_url(hub, repository)}/compare/{names}"
    return {
        "url": f"{api_url(hub, repository)}/compare/{names}",
        "html_url": page,
        "permalink_url": f"{html_url(hub, repository)}/compare/{base}...{head}",
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": commit(hub, repository, base),
        "merge_base_commit": commit(hub, repository, fork),
        "status": status,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [commit(hub, repository, sha) for sha in shown],
        "files": [file(hub, repository, head, each) for each in files],
    }
