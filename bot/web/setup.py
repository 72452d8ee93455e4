"""The first start: how Baton's App is made on GitHub by a form, and its credentials written down."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from bot.github.errors import GitHubError
from bot.github.manifest import Registered, convert, manifest
from bot.settings import Settings
from bot.web.display import github_pages
from bot.web.env_file import EnvFile
from bot.web.forms import REFERRER_WITHIN, read_form
from bot.web.guard import NotAdmitted, Tries, Why, equal
from bot.web.headers import content_security_policy
from bot.web.rendering import Pages

# GitHub asks where the form was; it is told the site and not the address with the token in it.
REFERRER_SITE = {"referrer-policy": "strict-origin"}
ORGANIZATION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")


@dataclass
class Setup:
    """One offer to set the App up, open until it was used. Whoever starts the server prints `address`."""

    settings: Settings
    env_file: Path = Path(".env")
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    is_over: bool = False

    @property
    def address(self) -> str:
        return f"{self.settings.address}/setup?token={self.token}"

    @property
    def state(self) -> str:
        """What GitHub hands back, and only whoever saw the form can know."""
        return hmac.new(self.token.encode(), b"baton setup", hashlib.sha256).hexdigest()

    @property
    def github(self) -> str:
        return github_pages(self.settings.api_url).address

    def form_address(self, organization: str) -> str:
        """Where GitHub takes a manifest, for a person or for an organisation."""
        owner = f"/organizations/{organization}" if organization else ""
        return f"{self.github}{owner}/settings/apps/new?state={self.state}"


def setup_routes(setup: Setup | None, pages: Pages) -> APIRouter:
    """`/setup`: the form; `/setup/callback`: back from GitHub; `/setup/credentials`: write them down."""
    routes = APIRouter()
    tries = Tries()

    def offered(request: Request, given: str, wanted: str) -> None:
        address = request.client.host if request.client else ""
        if tries.are_used_up(address):
            raise NotAdmitted(Why.TOO_MANY_TRIES)
        if not equal(given, wanted):
            tries.count(address)
            raise HTTPException(
                403,
                "The address of the set-up carries a one-time token. It was printed where Baton was started; "
                "open the address from there.",
            )

    def still_open() -> Setup:
        if setup is None or setup.is_over:
            raise HTTPException(
                404,
                "An App is configured, so there is nothing to set up. What it is stands in the environment.",
            )
        return setup

    @routes.get("/setup")
    def form(request: Request, token: str = "", organization: str = "") -> HTMLResponse:
        offer = still_open()
        offered(request, token, offer.token)
        owner = organization if ORGANIZATION.fullmatch(organization) else ""
        public = offer.settings.public_url
        answer = pages.page(
            "setup.html.j2",
            token=token,
            organization=owner,
            refused=organization if organization != owner else "",
            address=public,
            action=offer.form_address(owner),
            manifest=json.dumps(manifest(public)) if public else "",
            asked=manifest(public or "")["default_permissions"],
        )
        answer.headers.update(REFERRER_SITE)
        answer.headers["content-security-policy"] = content_security_policy((_origin(offer.github),))
        return answer

    @routes.get("/setup/callback")
    def back(request: Request, code: str = "", state: str = "") -> HTMLResponse:
        offer = still_open()
        offered(request, state, offer.state)
        answer = pages.page(
            "setup_callback.html.j2", code=code, state=state, file=str(offer.env_file.absolute())
        )
        answer.headers.update(REFERRER_WITHIN)
        return answer

    @routes.post("/setup/credentials")
    async def credentials(request: Request) -> HTMLResponse:
        given = await read_form(request)
        offer = still_open()
        offered(request, given.get("state", ""), offer.state)
        registered, why = await run_in_threadpool(_write_down, offer, given.get("code", ""))
        return pages.page(
            "setup_done.html.j2",
            502 if registered is None else 200,
            registered=registered,
            why=why,
            file=str(offer.env_file.absolute()),
            again=offer.address,
        )

    return routes


def _write_down(offer: Setup, code: str) -> tuple[Registered | None, str]:
    """The credentials from GitHub into the file, or a sentence why not."""
    try:
        with EnvFile(offer.env_file) as file:
            registered = convert(offer.settings.api_url, code)
            file.write(
                {
                    "BATON_GITHUB_APP_ID": str(registered.app_id),
                    "BATON_GITHUB_WEBHOOK_SECRET": registered.webhook_secret,
                    "BATON_GITHUB_PRIVATE_KEY": registered.private_key,
                }
            )
    except GitHubError as error:
        return None, f"{error} The code from GitHub may be used or too old: begin the set-up anew."
    except OSError as error:
        return (
            None,
            f"{offer.env_file.absolute()} cannot be written: {error.strerror}. Make its directory writable.",
        )
    offer.is_over = True
    return registered, ""


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
