"""Holds answers and webhooks against GitHub's official description: what differs is a violation."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.playground.official.exceptions import EXCEPTIONS, is_github_email, widened
from bot.playground.official.json_schema import needed, references
from bot.playground.official.paths import Operation, Paths

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

DESCRIPTION = Path(__file__).with_name("rest.json.gz")


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where an answer is not as GitHub describes it."""

    subject: str  # "POST /repos/{owner}/{repo}/pulls 201", "webhook issues.opened"
    where: str  # a JSON pointer into the body
    why: str

    def __str__(self) -> str:
        return f"{self.subject} at {self.where or 'the body'}: {self.why}"


class Checker:
    """Knows GitHub's description and judges responses and webhook payloads by it."""

    def __init__(self, description: Path = DESCRIPTION) -> None:
        document = json.loads(gzip.decompress(description.read_bytes()))
        for exception in EXCEPTIONS:
            widened(document["$defs"], exception)
        self._document = document
        self._paths = Paths(document["operations"])
        self._validators: dict[str, Draft202012Validator] = {}

    def operation(self, method: str, path: str) -> Operation | None:
        """The described operation that this request means, or None."""
        return self._paths.find(method.upper(), path)

    def response(self, method: str, path: str, status: int, body: object) -> list[Violation]:
        """What is wrong with an answer; `body` is the parsed JSON, or the raw bytes."""
        operation = self.operation(method, path)
        if operation is None:
            return [
                Violation(
                    f"{method} {path} {status}",
                    "",
                    "GitHub's description has no such operation",
                )
            ]
        subject = f"{operation.method} {operation.path} {status}"
        if str(status) not in operation.responses:
            return self._undescribed(subject, operation, status)
        return self._body(subject, operation.responses[str(status)], body)

    def webhook(self, event: str, payload: object) -> list[Violation]:
        """What is wrong with a webhook's payload."""
        described = self._document["webhooks"].get(event)
        if described is None:
            return [
                Violation(
                    f"webhook {event}",
                    "",
                    "GitHub has no such event, or the pruned copy left it out",
                )
            ]
        action = payload.get("action", "") if isinstance(payload, dict) else ""
        known = "" if "" in described else action
        if known not in described:
            return [
                Violation(
                    f"webhook {event}.{action}",
                    "/action",
                    f"GitHub knows {', '.join(described)}",
                )
            ]
        return self._judge(f"webhook {event}.{known}".rstrip("."), described[known], payload)

    def _undescribed(self, subject: str, operation: Operation, status: int) -> list[Violation]:
        """Refusals need no description of their own, successes do."""
        if status >= 300:
            return []
        return [Violation(subject, "", f"GitHub answers {', '.join(operation.responses)} here")]

    def _body(self, subject: str, schema: Any, body: object) -> list[Violation]:
        if schema is None:
            return [Violation(subject, "", "GitHub sends no body here")] if body not in (None, b"") else []
        if schema == {}:
            return []
        if isinstance(body, bytes):
            try:
                body = json.loads(body)
            except ValueError:
                return [Violation(subject, "", "GitHub sends JSON here")]
        return self._judge(subject, schema, body)

    def _judge(self, subject: str, schema: Any, body: object) -> list[Violation]:
        if subject not in self._validators:
            self._validators[subject] = self._validator(schema)
        found = self._validators[subject].iter_errors(body)
        return [Violation(subject, *told) for error in found for told in _told(error)]

    def _validator(self, schema: Any) -> Draft202012Validator:
        import jsonschema_rs  # only tests have it

        definitions = needed(references(schema), self._document["$defs"])
        return jsonschema_rs.Draft202012Validator(
            {**schema, "$defs": definitions},
            validate_formats=True,
            formats={"email": is_github_email},
        )


def _told(error: ValidationError) -> list[tuple[str, str]]:
    """Where and why; of several alternatives, what is wrong with the one that comes nearest."""
    branches = [each for each in getattr(error.kind, "context", []) if not _wrong_altogether(error, each)]
    if branches:
        return [told for each in min(branches, key=len) for told in _told(each)]
    return [("/".join(["", *map(str, error.instance_path)]), error.message[:300])]


def _wrong_altogether(error: ValidationError, branch: list[ValidationError]) -> bool:
    """Whether an alternative is of another type than the value, like null beside an object."""
    return any(each.kind.name == "type" and each.instance_path == error.instance_path for each in branch)
