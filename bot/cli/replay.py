"""The command `replay`: a recorded webhook payload, sent again to a running Baton."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.ending import Stop

if TYPE_CHECKING:
    from bot.settings import Settings

EVERYWHERE = ("0.0.0.0", "::", "")


def add_to(app: typer.Typer) -> None:
    app.command()(replay)


def replay(
    file: Annotated[Path, typer.Argument(help="The payload, as GitHub sent it (JSON).")],
    event: Annotated[str, typer.Option(help="The event's name, as in issue_comment.")],
    to: Annotated[str, typer.Option(help="Baton's address; default: by BATON_HOST and BATON_PORT.")] = "",
    guid: Annotated[str, typer.Option(help="The delivery's GUID; default: a new one.")] = "",
) -> None:
    """Send a recorded webhook payload, signed, to a running Baton.

    The secret is the first of BATON_GITHUB_WEBHOOK_SECRET. Exit 1 where Baton does not take it.
    """
    import uuid

    import httpx2

    from bot.settings import load_settings
    from bot.web.signature import signature

    settings = load_settings(app_required=False)
    if not settings.webhook_secrets:
        raise Stop(
            "BATON_GITHUB_WEBHOOK_SECRET is not set, so nothing can be signed. Set it to the running Baton's.",
            2,
        )
    body = _payload(file)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "baton-replay",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": guid or str(uuid.uuid4()),
        "X-Hub-Signature-256": signature(
            body, settings.webhook_secrets[0].get_secret_value().encode()
        ).decode(),
    }
    address = f"{to.rstrip('/') or _address(settings)}/webhook"
    try:
        answer = httpx2.post(address, content=body, headers=headers, timeout=30)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise Stop(
            f"Nobody answers at {address} ({error}). Start `baton serve`, or name it with --to."
        ) from None
    typer.echo(f"{answer.status_code} {_status(answer.text)}")
    raise typer.Exit(0 if answer.is_success else 1)


def _payload(file: Path) -> bytes:
    """The bytes as they are: they are what is signed."""
    body = file.read_bytes()
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Stop(f"{file} is not JSON: {error}. Give the payload alone, without headers.", 2) from None
    if not isinstance(found, dict):
        raise Stop(f"{file} is no payload: GitHub sends an object, and this is a {type(found).__name__}.", 2)
    return body


def _address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _status(text: str) -> str:
    try:
        return str(json.loads(text)["status"])
    except (ValueError, KeyError, TypeError):
        return text.strip()[:200]
