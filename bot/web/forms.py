"""Forms that people send to Baton: small, and only from Baton's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

MOST_BYTES = 8_192
# Under `no-referrer` a browser would hide even from us where our own form was.
REFERRER_WITHIN = {"referrer-policy": "same-origin"}


class FormRefused(Exception):
    """The form is too large, or was not sent from a page of ours."""


async def read_form(request: Request) -> Mapping[str, str]:
    """The form's fields. Raises FormRefused."""
    if not is_from_us(request):
        raise FormRefused(
            "This form was not sent from Baton's own page, so nothing was done. Open the page anew."
        )
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise FormRefused("This form is too large, so nothing was done.")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))


def is_from_us(request: Request) -> bool:
    """By the browser's word, which no page can forge (hazard 24)."""
    origin = request.headers.get("origin")
    if origin is None or origin == "null":
        return request.headers.get("sec-fetch-site") == "same-origin"
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower() != ""
