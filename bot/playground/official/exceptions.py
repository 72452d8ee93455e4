"""Where GitHub's description contradicts what GitHub is known to send: few places, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NullToo:
    """A property that GitHub sends as null as well, though its description says otherwise."""

    definition: str
    property: str
    reason: str


_OUTDATED = (
    "null for a comment on a line that a later push changed, as GitHub's own description of the same "
    "comment in webhooks says (webhooks_review_comment)"
)
EXCEPTIONS: tuple[NullToo, ...] = (
    NullToo("pull-request-review-comment", "line", _OUTDATED),
    NullToo("pull-request-review-comment", "position", _OUTDATED),
    NullToo("review-comment", "line", _OUTDATED),
)


def widened(definitions: dict[str, Any], exception: NullToo) -> None:
    """Lets the property be null."""
    properties = definitions[exception.definition]["properties"]
    properties[exception.property] = {"anyOf": [{"type": "null"}, properties[exception.property]]}


def is_github_email(value: str) -> bool:
    """The format email, but for bots: they write as 7+actions[bot]@users.noreply.github.com.

    The format refuses those brackets, which GitHub's own webhook examples have.
    """
    import jsonschema_rs  # only tests have it

    return jsonschema_rs.is_valid({"format": "email"}, value.replace("[bot]@", "@"), validate_formats=True)
