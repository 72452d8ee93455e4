"""What people should see, as one GraphQL request of several mutations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """A mutation document that grows by one aliased field at a time."""

    fields: list[str] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)

    def add(
        self, mutation: str, input_type: str, given: Mapping[str, Any], answer: str = "clientMutationId"
    ) -> None:
        name = f"m{len(self.fields)}"
        self.declared.append(f"${name}: {input_type}!")
        self.fields.append(f"{name}: {mutation}(input: ${name}) {{ {answer} }}")
        self.variables[name] = dict(given)

    @property
    def names(self) -> list[str]:
        """What each field is called in the answer, in their order."""
        return list(self.variables)

    @property
    def document(self) -> str:
        return f"mutation Show({', '.join(self.declared)}) {{\n  " + "\n  ".join(self.fields) + "\n}"

    def __bool__(self) -> bool:
        return bool(self.fields)


def update_comment(request: Request, node: str, body: str) -> None:
    request.add("updateIssueComment", "UpdateIssueCommentInput", {"id": node, "body": body})


def minimize_comment(request: Request, node: str, reason: str) -> None:
    request.add("minimizeComment", "MinimizeCommentInput", {"subjectId": node, "classifier": reason})


def add_labels(request: Request, issue_node: str, label_nodes: Iterator[str] | list[str]) -> None:
    given = {"labelableId": issue_node, "labelIds": list(label_nodes)}
    request.add("addLabelsToLabelable", "AddLabelsToLabelableInput", given)


def remove_labels(request: Request, issue_node: str, label_nodes: list[str]) -> None:
    given = {"labelableId": issue_node, "labelIds": label_nodes}
    request.add("removeLabelsFromLabelable", "RemoveLabelsFromLabelableInput", given)


def react(request: Request, node: str, content: str) -> None:
    request.add("addReaction", "AddReactionInput", {"subjectId": node, "content": content})


def ask_for_review(request: Request, pull_node: str, user_node: str) -> None:
    given = {"pullRequestId": pull_node, "userIds": [user_node], "union": True}
    request.add("requestReviews", "RequestReviewsInput", given)
