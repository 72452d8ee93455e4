"""Commits, trees, blobs and refs."""

from __future__ import annotations

from typing import Any

from bot.playground.acts.checks import required_of
from bot.playground.acts.identities import user_of
from bot.playground.acts.protection import forbids
from bot.playground.acts.pulls import commits
from bot.playground.git import Person
from bot.playground.graphql.addresses import ADDRESSES, path_of, url_of
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.connections import Page
from bot.playground.graphql.fields import Fields, always, attribute, listed, ordered
from bot.playground.graphql.objects import (
    Blob,
    Commit,
    Ref,
    Rollup,
    Tree,
    TreeEntry,
    node_id_of,
    object_at,
)
from bot.playground.graphql.people import avatar
from bot.playground.graphql.rollup import has_checks
from bot.playground.people import User
from bot.playground.state import CheckSuite, PullRequest

TEXT_LIMIT = 512_000  # GitHub cuts longer blobs off here


def message_body(commit: Commit, asking: Asking) -> str:
    return commit.data.message.partition("\n")[2].strip("\n")


def parents(commit: Commit, asking: Asking) -> list[Commit]:
    return [Commit(commit.repository, sha) for sha in commit.data.parents]


def suites(
    commit: Commit,
    asking: Asking,
    filterBy: dict[str, Any] | None = None,
    **arguments: Any,
) -> Page[CheckSuite]:
    asking.may_read(commit.repository, "checks")
    found = [each for each in commit.repository.suites if each.head_sha == commit.oid]
    for word, value in (filterBy or {}).items():
        if word == "appId" and value is not None:
            found = [each for each in found if each.app.id == value]
        if word == "checkName" and value is not None:
            found = [each for each in found if any(run.name == value for run in each.runs)]
    return asking.page("checkSuites", found, lambda each: each.id, arguments)


def rollup(commit: Commit, asking: Asking) -> Rollup | None:
    asking.may_read(commit.repository, "checks", "statuses")
    return Rollup(commit) if has_checks(commit) else None


def pulls_with(commit: Commit, asking: Asking, orderBy: Any = None, **arguments: Any) -> Page[PullRequest]:
    asking.may_read(commit.repository, "pull_requests")
    found = [
        each
        for each in commit.repository.pulls
        if each.merge_commit_sha == commit.oid or commit.oid in commits(each)
    ]
    return asking.page("associatedPullRequests", found, lambda each: each.id, arguments)


def pulls_from(
    ref: Ref,
    asking: Asking,
    states: list[str] | None = None,
    baseRefName: str | None = None,
    headRefName: str | None = None,
    labels: list[str] | None = None,
    orderBy: dict[str, str] | None = None,
    **arguments: Any,
) -> Page[PullRequest]:
    asking.may_read(ref.repository, "pull_requests")
    found = chosen_pulls(ref.repository.pulls, states, baseRefName, headRefName or ref.name, labels, orderBy)
    return asking.page("associatedPullRequests", found, lambda each: each.id, arguments)


def chosen_pulls(
    pulls: list[PullRequest],
    states: list[str] | None,
    base: str | None,
    head: str | None,
    labels: list[str] | None,
    order: dict[str, str] | None,
) -> list[PullRequest]:
    """The pull requests that the arguments of such a connection let through, in their order."""
    wanted = None if labels is None else {name.lower() for name in labels}
    found = [
        each
        for each in pulls
        if (states is None or state_of(each) in states)
        and base in (None, each.base_ref)
        and head in (None, each.head_ref)
        and (wanted is None or any(label.name.lower() in wanted for label in each.issue.labels))
    ]
    by_time = {
        "CREATED_AT": lambda each: each.issue.created_at,
        "UPDATED_AT": lambda each: each.issue.updated_at,
    }
    return ordered(found, order, by_time)


def state_of(pull: PullRequest) -> str:
    return "MERGED" if pull.merged else pull.issue.state.upper()


# -- people in commits
def account(person: Person, asking: Asking) -> User | None:
    user = user_of(asking.hub, person)
    return user if user is not None and user.kind == "User" else None


def picture(person: Person, asking: Asking, size: int | None = None) -> str:
    user = user_of(asking.hub, person)
    return avatar(user, asking) if user else f"{asking.hub.url}/avatars/0"


def signature(commit: Commit, asking: Asking) -> Commit | None:
    """The signature of a commit; other kinds than SSH's are not shown here."""
    text = commit.data.signature
    return commit if text is not None and "SSH SIGNATURE" in text else None


def is_ours(commit: Commit, asking: Asking) -> bool:
    """Whether this GitHub signed it: signing the same again gives the same, as ed25519 does."""
    signer = commit.repository.git.signer
    return signer.sign(commit.data.payload.encode()).strip() == (commit.data.signature or "").strip()


# -- refs
def update_rule(ref: Ref, asking: Asking) -> Ref | None:
    """The rules of a protected branch; None for a branch without any."""
    return ref if required_of(ref.repository, ref.name) else None


def viewer_can_push(ref: Ref, asking: Asking) -> bool:
    if asking.caller.installation is not None:
        return asking.caller.may(ref.repository, "contents", "write")
    return asking.caller.at_least(ref.repository, "write")


# -- trees and blobs
def entries(tree: Tree, asking: Asking) -> list[TreeEntry]:
    return [TreeEntry(tree.repository, each) for each in tree.repository.git.tree(tree.oid)]


def size(entry: TreeEntry, asking: Asking) -> int:
    return len(entry.repository.git.blob(entry.entry.sha)) if entry.entry.kind == "blob" else 0


def is_binary(blob: Blob, asking: Asking) -> bool:
    return b"\0" in blob.content[:8000]


def blob_text(blob: Blob, asking: Asking) -> str | None:
    return None if is_binary(blob, asking) else blob.content[:TEXT_LIMIT].decode(errors="replace")


OBJECT: Fields = {
    "abbreviatedOid": lambda thing, asking: thing.oid[:7],
    "commitResourcePath": lambda thing, asking: f"{path_of(thing.repository)}/commit/{thing.oid}",
    "commitUrl": lambda thing, asking: f"{url_of(thing.repository, asking)}/commit/{thing.oid}",
    "id": lambda thing, asking: node_id_of(thing),
    "oid": attribute("oid"),
    "repository": attribute("repository"),
}

FIELDS: dict[str, Fields] = {
    "Commit": {
        **OBJECT,
        **ADDRESSES,
        "associatedPullRequests": pulls_with,
        "author": attribute("data.author"),
        "authoredDate": attribute("data.author.at"),
        "checkSuites": suites,
        "committedDate": attribute("data.committer.at"),
        "committer": attribute("data.committer"),
        "message": attribute("data.message"),
        "messageBody": message_body,
        "messageHeadline": attribute("data.headline"),
        "parents": listed("parents", parents, lambda each: str(each.oid)),
        "signature": signature,
        "statusCheckRollup": rollup,
        "tree": lambda commit, asking: Tree(commit.repository, commit.data.tree),
    },
    "SshSignature": {
        "email": attribute("data.committer.email"),
        "isValid": is_ours,
        "payload": attribute("data.payload"),
        "signature": attribute("data.signature"),
        "signer": lambda commit, asking: account(commit.data.committer, asking),
        "state": lambda commit, asking: "VALID" if is_ours(commit, asking) else "UNKNOWN_KEY",
        "verifiedAt": lambda commit, asking: commit.data.committer.at if is_ours(commit, asking) else None,
        "wasSignedByGitHub": is_ours,
    },
    "GitActor": {
        "avatarUrl": picture,
        "date": lambda person, asking: person.at.isoformat(),
        "email": attribute("email"),
        "name": attribute("name"),
        "user": account,
    },
    "Tree": {**OBJECT, "entries": entries},
    "TreeEntry": {
        "mode": lambda each, asking: int(each.entry.mode, 8),
        "name": attribute("entry.name"),
        "object": lambda each, asking: object_at(each.repository, each.entry.sha),
        "oid": attribute("entry.sha"),
        "path": attribute("entry.name"),
        "repository": attribute("repository"),
        "size": size,
        "type": attribute("entry.kind"),
    },
    "Blob": {
        **OBJECT,
        "byteSize": lambda blob, asking: len(blob.content),
        "isBinary": is_binary,
        "isTruncated": lambda blob, asking: len(blob.content) > TEXT_LIMIT,
        "text": blob_text,
    },
    "Ref": {
        "associatedPullRequests": pulls_from,
        "id": lambda ref, asking: node_id_of(ref),
        "name": attribute("name"),
        "prefix": attribute("prefix"),
        "refUpdateRule": update_rule,
        "repository": attribute("repository"),
        "target": lambda ref, asking: object_at(ref.repository, ref.repository.git.refs[ref.full_name]),
    },
    "RefUpdateRule": {
        "allowsDeletions": lambda ref, asking: not forbids(ref.repository, ref.name, "deletion"),
        "allowsForcePushes": lambda ref, asking: not forbids(ref.repository, ref.name, "non_fast_forward"),
        "blocksCreations": always(False),
        "pattern": attribute("name"),
        "requiredApprovingReviewCount": always(None),
        "requiredStatusCheckContexts": lambda ref, asking: list(required_of(ref.repository, ref.name)),
        "requiresCodeOwnerReviews": always(False),
        "requiresConversationResolution": always(False),
        "requiresLinearHistory": always(False),
        "requiresSignatures": always(False),
        "viewerAllowedToDismissReviews": always(False),
        "viewerCanPush": viewer_can_push,
    },
}
