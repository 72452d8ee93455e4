"""The table of what can go wrong with a call of the model: one row each, with what people are told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.crew.records import Trouble


class Then(StrEnum):
    """What the loop does after a turn that ended for some reason."""

    ACT = "act"
    CONTINUE = "continue"
    GIVE_UP = "give up"


@dataclass(frozen=True)
class StopRow:
    """One stop reason of the API."""

    then: Then
    sentence: str = ""


STOP_REASONS: dict[str, StopRow] = {
    "tool_use": StopRow(Then.ACT),
    "end_turn": StopRow(Then.ACT),
    "stop_sequence": StopRow(Then.ACT),
    "max_tokens": StopRow(
        Then.CONTINUE,
        "The agent's answers were cut at the output limit again and again, so nothing whole came of them; "
        "try again, or cut the stage into smaller outputs with a revision of the plan.",
    ),
    "pause_turn": StopRow(
        Then.CONTINUE, "The model paused again and again without getting further; try again later."
    ),
    "refusal": StopRow(
        Then.GIVE_UP,
        "The model refused this task, and the same text would be refused again; "
        "reword the issue or the plan, or do this stage by hand.",
    ),
    "model_context_window_exceeded": StopRow(
        Then.GIVE_UP,
        "The conversation no longer fits into the model's context; "
        "try again to begin afresh on what is there, or cut the stage smaller with a revision of the plan.",
    ),
}

CUT_OFF = "The model's answer broke off before its end."


def after(stop_reason: str | None) -> StopRow:
    """The row of a stop reason; one that Baton does not know is given up, never guessed at."""
    unknown = StopRow(
        Then.GIVE_UP,
        f"The model stopped for a reason that Baton does not know ({stop_reason}); update Baton, then try again.",
    )
    return STOP_REASONS.get(stop_reason or "", unknown)


@dataclass(frozen=True)
class ErrorRow:
    """One class of failed calls. `may_pass`: worth the same call again after a wait."""

    kind: str
    sentence: str
    may_pass: bool = False


_ASK_THE_OPERATOR = "whoever runs Baton must mend that, then try again."

TOO_LONG = ErrorRow("context_window", STOP_REASONS["model_context_window_exceeded"].sentence)
BILLING = ErrorRow(
    "billing", f"The model's account has no credit left or may not be billed; {_ASK_THE_OPERATOR}"
)
OVERLOADED = ErrorRow("overloaded", "The model is overloaded at the moment.", may_pass=True)
RATE_LIMITED = ErrorRow("rate_limited", "The model's account has reached its rate limit.", may_pass=True)
SERVER_ERROR = ErrorRow("server_error", "The model's API has an error of its own.", may_pass=True)
TIMEOUT = ErrorRow("timeout", "The model did not answer in time.", may_pass=True)
CONNECTION = ErrorRow("connection", "The model's API cannot be reached.", may_pass=True)
BROKEN_STREAM = ErrorRow("broken_stream", "The connection broke while the model answered.", may_pass=True)
TRUNCATED = ErrorRow("truncated", CUT_OFF, may_pass=True)
UNREADABLE = ErrorRow(
    "unreadable", "The model's API answered with something that is no message.", may_pass=True
)
INVALID_REQUEST = ErrorRow(
    "invalid_request", "The model's API refused the request as invalid; please report this."
)
AUTHENTICATION = ErrorRow(
    "authentication",
    f"The model's API does not accept Baton's key (ANTHROPIC_API_KEY is missing or wrong); {_ASK_THE_OPERATOR}",
)
PERMISSION = ErrorRow("permission", f"Baton's key may not use this model; {_ASK_THE_OPERATOR}")
NOT_FOUND = ErrorRow(
    "model_not_found", f"The model's API does not know the model asked for; {_ASK_THE_OPERATOR}"
)
TOO_LARGE = ErrorRow(
    "too_large", "The request is larger than the model's API takes; cut the stage smaller by a revision."
)
UNEXPECTED = ErrorRow(
    "unexpected", "Calling the model failed in a way that Baton does not know; please report this."
)

BY_TYPE: dict[str, ErrorRow] = {
    "overloaded_error": OVERLOADED,
    "rate_limit_error": RATE_LIMITED,
    "billing_error": BILLING,
    "authentication_error": AUTHENTICATION,
    "permission_error": PERMISSION,
    "not_found_error": NOT_FOUND,
    "request_too_large": TOO_LARGE,
    "timeout_error": TIMEOUT,
    "api_error": SERVER_ERROR,
}
BY_STATUS: dict[int, ErrorRow] = {
    400: INVALID_REQUEST,
    401: AUTHENTICATION,
    402: BILLING,
    403: PERMISSION,
    404: NOT_FOUND,
    408: TIMEOUT,
    409: SERVER_ERROR,
    413: TOO_LARGE,
    429: RATE_LIMITED,
    504: TIMEOUT,
    529: OVERLOADED,
}
_BY_WORDS: tuple[tuple[str, ErrorRow], ...] = (
    ("prompt is too long", TOO_LONG),
    ("credit balance is too low", BILLING),
)


def of_status(status: int, error_type: str | None, message: str | None) -> ErrorRow:
    """The row of an HTTP error. The status decides; an invalid request is looked at more closely."""
    if status in BY_STATUS and status != 400:
        return BY_STATUS[status]
    if status >= 500:
        return BY_TYPE.get(error_type or "", SERVER_ERROR)
    said = (message or "").lower()
    for words, row in _BY_WORDS:
        if words in said:
            return row
    return BY_TYPE.get(error_type or "", INVALID_REQUEST)


def trouble(row: ErrorRow, detail: str | None = None, retry_after: float | None = None) -> Trouble:
    """The trouble as the loop and people get it; what the API said itself stands behind our sentence."""
    said = " ".join((detail or "").split())[:300]
    sentence = f"{row.sentence} (It says: {said.rstrip('.')}.)" if said else row.sentence
    return Trouble(row.kind, sentence, retry_after, row.may_pass)
