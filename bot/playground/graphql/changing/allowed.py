"""What a mutation is about, found for those who may change it like that."""

from __future__ import annotations

from bot.playground.access import Scope
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.failures import no_node
from bot.playground.graphql.objects import LabelIn
from bot.playground.people import Role, User
from bot.playground.state import Comment, Issue, Label, PullRequest, Repository, Review, ReviewComment, Thread

Subject = Issue | PullRequest


def issue_of(subject: Subject) -> Issue:
    return subject.issue if isinstance(subject, PullRequest) else subject


def scopes_for(issue: Issue) -> tuple[Scope, ...]:
    return ("issues",) if issue.pull is None else ("issues", "pull_requests")


def subject_for(asking: Asking, identity: str, act: str, role: Role) -> Subject:
    """An issue or pull request that the caller may change like that."""
    found = asking.node(identity)
    if not isinstance(found, Issue | PullRequest):
        raise no_node(identity)
    issue = issue_of(found)
    asking.may_write(issue.repository, act, role, *scopes_for(issue))
    return found


def issue_for(asking: Asking, identity: str, act: str) -> Issue:
    """An issue that the caller may edit, close or reopen: its author, or from triage on."""
    issue = asking.find(identity, Issue)
    role: Role = "read" if issue.author is asking.viewer else "triage"
    asking.may_write(issue.repository, act, role, "issues")
    return issue


def pull_for(asking: Asking, identity: str, act: str, role: Role = "write") -> PullRequest:
    """A pull request that the caller may change: its author, or from that role on."""
    pull = asking.find(identity, PullRequest)
    wanted: Role = "read" if pull.issue.author is asking.viewer else role
    asking.may_write(pull.repository, act, wanted, "pull_requests")
    return pull


def comment_for(asking: Asking, identity: str, act: str) -> Comment:
    """A comment that the caller may change: an own one, or any from write on."""
    comment = asking.find(identity, Comment)
    role: Role = "read" if comment.author is asking.viewer else "write"
    asking.may_write(comment.issue.repository, act, role, *scopes_for(comment.issue))
    return comment


def thread_for(asking: Asking, identity: str, act: str, role: Role) -> Thread:
    thread = asking.find(identity, Thread)
    wanted: Role = "read" if thread.pull.issue.author is asking.viewer else role
    asking.may_write(thread.pull.repository, act, wanted, "pull_requests")
    return thread


def labels_of(asking: Asking, repository: Repository, identities: list[str]) -> list[Label]:
    found = [asking.find(each, LabelIn) for each in identities]
    for each, identity in zip(found, identities, strict=True):
        if each.repository is not repository:
            raise no_node(identity)
    return [each.label for each in found]


def users_of(asking: Asking, identities: list[str]) -> list[User]:
    return [asking.find(each, User) for each in identities]


def minimizable(asking: Asking, identity: str, act: str) -> Comment | Review | ReviewComment:
    found: object = asking.node(identity)
    if isinstance(found, Comment):
        asking.may_write(found.issue.repository, act, "triage", *scopes_for(found.issue))
    elif isinstance(found, Review | ReviewComment):
        pull = found.pull if isinstance(found, Review) else found.thread.pull
        asking.may_write(pull.repository, act, "triage", "pull_requests")
    else:
        raise no_node(identity)
    return found


def reactable(
    asking: Asking, identity: str, act: str
) -> tuple[Issue | PullRequest | Comment | ReviewComment, Issue | Comment | ReviewComment]:
    """What is reacted to, and what of it keeps the reactions."""
    found = asking.node(identity)
    match found:
        case Issue() | PullRequest():
            issue = issue_of(found)
            asking.may_write(issue.repository, act, "read", *scopes_for(issue))
            return found, issue
        case Comment():
            asking.may_write(found.issue.repository, act, "read", *scopes_for(found.issue))
            return found, found
        case ReviewComment():
            asking.may_write(found.thread.pull.repository, act, "read", "pull_requests")
            return found, found
        case _:
            raise no_node(identity)
