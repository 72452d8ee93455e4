"""What can go wrong with a request to GitHub, sorted by what it means for the one who asked (hazards 2.5, I10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any


class GitHubError(Exception):
    """A request to GitHub that did not come to a good end; the text is a whole sentence."""


class Refused(GitHubError):
    """GitHub understood and said no: nothing was done, and the same request will be refused again."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"GitHub answered {status}: {message}")
        self.status = status
        self.message = message


class Gone(Refused):
    """What was asked for is not there, or not for Baton to see (404, 410)."""


class Unauthorized(Refused):
    """The token is not accepted (401)."""


class NotInstalled(Refused):
    """There is no token for this repository: the App was suspended, removed, or not given what it asks for."""


class NotGranted(NotInstalled):
    """The App was not given a permission that the job needs, or nobody has accepted it yet (hazard I3)."""

    def __init__(self, status: int, message: str, permissions: Mapping[str, str]) -> None:
        listed = ", ".join(f"{name}: {level}" for name, level in sorted(permissions.items()))
        remedy = "Give them to the App and accept them in the installation's settings, to go on."
        super().__init__(status, f"{message} Baton asked for {listed}. {remedy}")


class NotNow(GitHubError):
    """A limit was reached: nothing was done, and GitHub wants to be left alone until then."""

    def __init__(self, until: datetime, message: str) -> None:
        super().__init__(f"GitHub asks to wait until {until:%H:%M:%S} UTC: {message}")
        self.until = until


class OutcomeUnknown(GitHubError):
    """The request may or may not have been carried out: the answer was never read, or made no sense."""


class Unreachable(GitHubError):
    """A read failed; reading again later harms nobody."""


LEAST_PAUSE = timedelta(seconds=60)


def from_status(
    status: int, data: Any, headers: Mapping[str, Any], wrote: bool, now: datetime | None = None
) -> GitHubError:
    """The error that a status of 300 or more stands for."""
    message = _message(data)
    moment = now or datetime.now(UTC)
    if status == 429 or (status in (403, 422) and _is_limit(status, headers, message)):
        return NotNow(_until(headers, moment), message)
    if status >= 500:
        sentence = f"GitHub answered {status}: {message}"
        return OutcomeUnknown(sentence) if wrote else Unreachable(sentence)
    if status == 401:
        return Unauthorized(status, message)
    if status in (404, 410):
        return Gone(status, message)
    if status < 400:
        # PyGithub follows 301 itself. At another name the repository is found by the next look (hazard I4).
        return Refused(status, "what was asked for has moved, and Baton does not know yet where to.")
    if status == 403 and "suspended" in message.lower():
        return NotInstalled(status, message)
    return Refused(status, message + _what_it_takes(headers, status))


def from_graphql(answer: Mapping[str, Any], headers: Mapping[str, Any]) -> GitHubError | None:
    """GraphQL answers 200 also when the hour's points are used up."""
    errors = [each for each in answer.get("errors") or () if isinstance(each, Mapping)]
    limited = next((each for each in errors if each.get("type") == "RATE_LIMITED"), None)
    if limited is None:
        return None
    return NotNow(_until(headers, datetime.now(UTC)), _message(limited))


def from_nonsense(status: int, wrote: bool) -> GitHubError:
    """A success whose body is not what GitHub describes."""
    sentence = f"GitHub answered {status} with something that is no JSON."
    return OutcomeUnknown(sentence) if wrote else Unreachable(sentence)


def from_exception(error: Exception, wrote: bool) -> GitHubError:
    """The error that a connection which failed or broke off stands for."""
    sentence = f"GitHub could not be asked: {type(error).__name__}."
    return OutcomeUnknown(sentence) if wrote else Unreachable(sentence)


def _message(data: Any) -> str:
    if not isinstance(data, Mapping):
        return "no explanation."
    said = str(data.get("message") or "no explanation").rstrip(".")
    details = [_detail(each) for each in data.get("errors") or () if each]
    return f"{said} ({'; '.join(details)})." if details else f"{said}."


def _detail(error: Any) -> str:
    if not isinstance(error, Mapping):
        return str(error)
    return str(
        error.get("message")
        or " ".join(str(error[key]) for key in ("resource", "field", "code") if key in error)
    )


def _is_limit(status: int, headers: Mapping[str, Any], message: str) -> bool:
    said = message.lower()
    if status == 422:  # how GitHub says it to those who create content too fast
        return "submitted too quickly" in said
    exhausted = str(headers.get("x-ratelimit-remaining", "")) == "0"
    return exhausted or "retry-after" in headers or "rate limit" in said or "abuse" in said


def _what_it_takes(headers: Mapping[str, Any], status: int) -> str:
    """GitHub names the permissions that a request would have needed (hazard I3)."""
    needed = str(headers.get("x-accepted-github-permissions", ""))
    if status != 403 or not needed:
        return ""
    return f" It takes the App's permission {needed}; accept it in the installation's settings."


def _until(headers: Mapping[str, Any], now: datetime) -> datetime:
    """Retry-After, else the reset of an exhausted limit, else a minute (GitHub, "Rate limits for the REST API")."""
    after = str(headers.get("retry-after", ""))
    if after.isdigit():
        return now + timedelta(seconds=int(after))
    reset = str(headers.get("x-ratelimit-reset", ""))
    if str(headers.get("x-ratelimit-remaining", "")) == "0" and reset.isdigit():
        return max(datetime.fromtimestamp(int(reset), UTC), now + timedelta(seconds=1))
    return now + LEAST_PAUSE
