"""One call of the model over the Messages API; what comes back is a turn or a trouble, never an exception."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import anthropic
import httpx2
from pydantic import BaseModel, JsonValue, ValidationError

from bot.crew import troubles
from bot.crew.conversation import ModelCall
from bot.crew.records import Block, Trouble, TurnRecord, Usage

# The SDK lets a call without streaming ask for as many tokens as fit into its ten minutes: 21,333.
LONGEST_ANSWER = 21_333
SECONDS_FOR_AN_ANSWER = 600.0


class _Usage(BaseModel):
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None


class _Message(BaseModel):
    """The part of an answer that Baton reads; blocks stay as they came."""

    id: str = ""
    model: str = ""
    type: str
    content: list[dict[str, JsonValue]]
    stop_reason: str | None = None
    usage: _Usage = _Usage()


class AnthropicModel:
    """The Messages API through Anthropic's client.

    The client's own retries are off: it would sleep a Retry-After of an hour inside a worker's thread,
    unrecorded. The loop waits instead, in the open.
    """

    def __init__(
        self, api_key: str | None = None, base_url: str | None = None, seconds: float = SECONDS_FOR_AN_ANSWER
    ) -> None:
        self._client = _client(api_key, base_url, seconds)

    def reply(self, call: ModelCall) -> TurnRecord:
        """The model's next turn."""
        try:
            return self._turn(call)
        except anthropic.APIStatusError as error:
            return TurnRecord(trouble=_of_status(error))
        except anthropic.APITimeoutError:
            return _troubled(troubles.TIMEOUT)
        except anthropic.APIConnectionError as error:
            return _troubled(_of_connection(error.__cause__))
        except httpx2.HTTPError as error:
            return _troubled(troubles.BROKEN_STREAM, str(error))
        except (ValueError, ValidationError):
            return _troubled(troubles.UNREADABLE)
        except TypeError as error:
            missing = "authentication method" in str(error)
            return (
                _troubled(troubles.AUTHENTICATION) if missing else _troubled(troubles.UNEXPECTED, str(error))
            )
        except anthropic.CredentialsError as error:
            return _troubled(troubles.AUTHENTICATION, str(error))
        except Exception as error:  # noqa: BLE001 - a paid run must end with a sentence, whatever happens here
            return _troubled(troubles.UNEXPECTED, f"{type(error).__name__}: {error}")

    def _turn(self, call: ModelCall) -> TurnRecord:
        parameters: dict[str, Any] = {
            "model": call.model,
            "max_tokens": min(call.max_tokens, LONGEST_ANSWER),
            "system": list(call.system),
            "tools": list(call.tools),
            "messages": list(call.messages),
        }
        # Raw, so that blocks of kinds and with fields that this client does not know survive unchanged.
        response = self._client.messages.with_raw_response.create(**parameters)
        return _read(json.loads(response.http_response.content))


def _client(api_key: str | None, base_url: str | None, seconds: float) -> anthropic.Anthropic:
    timeout = anthropic.Timeout(seconds, connect=10.0)
    client = anthropic.Anthropic(api_key=api_key, base_url=base_url, timeout=timeout, max_retries=0)
    nameless = client.api_key is None and client.auth_token is None and client.credentials is None
    if nameless and base_url:
        # A Messages server of one's own needs no key, but the client insists on one.
        return anthropic.Anthropic(api_key="none", base_url=base_url, timeout=timeout, max_retries=0)
    return client


def _read(data: object) -> TurnRecord:
    message = _Message.model_validate(data)
    if message.type != "message":
        return _troubled(troubles.UNREADABLE)
    usage = Usage(
        message.usage.input_tokens,
        message.usage.output_tokens,
        message.usage.cache_read_input_tokens or 0,
        message.usage.cache_creation_input_tokens or 0,
    )
    broken_off = troubles.trouble(troubles.TRUNCATED) if message.stop_reason is None else None
    content: tuple[Block, ...] = tuple(message.content)
    return TurnRecord(content, message.stop_reason, usage, broken_off, message.model, message.id)


def _troubled(row: troubles.ErrorRow, detail: str | None = None) -> TurnRecord:
    return TurnRecord(trouble=troubles.trouble(row, detail))


def _of_connection(cause: BaseException | None) -> troubles.ErrorRow:
    cut = isinstance(cause, httpx2.RemoteProtocolError | httpx2.ReadError | httpx2.DecodingError)
    return troubles.BROKEN_STREAM if cut else troubles.CONNECTION


def _of_status(error: anthropic.APIStatusError) -> Trouble:
    row = troubles.of_status(error.status_code, error.type, error.api_message)
    found = troubles.trouble(row, error.api_message, _retry_after(error.response.headers))
    if error.response.headers.get("x-should-retry") == "false":
        return Trouble(found.kind, found.sentence, None, may_pass=False)
    return found


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks us to wait; it writes seconds or a date."""
    given = headers.get("retry-after")
    if given is None:
        return None
    try:
        return max(0.0, float(given))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(given).timestamp() - time.time())
    except ValueError:
        return None
