"""Finds the page for a request, and refuses forms that another site sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from bot.playground.github.asking import Answer
from bot.playground.github.site import Site
from bot.playground.pages import acting, actions, code, deliveries, discussions, pull_requests, switching
from bot.playground.pages.layout import refused_page
from bot.playground.pages.places import Places
from bot.playground.pages.visiting import Visit, chosen
from bot.playground.refusals import Refused

PLACES = Places(
    (
        switching.places, deliveries.places, acting.places, discussions.places, pull_requests.places,
        actions.places, code.places,
    )
)  # fmt: skip
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What a browser sent."""

    method: str
    path: str  # as sent, percent-encoded
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


def answer(site: Site, request: PageRequest) -> Answer | None:
    """The page, or None where there is none and no browser asks."""
    method = "GET" if request.method == "HEAD" else request.method
    found = PLACES.find(method, request.path)
    for_people = "text/html" in request.headers.get("accept", "")
    with site.hub.lock:
        visit = visited(site, request)
        try:
            if method == "POST" and found is not None:
                refuse_strangers(request.headers)
            if found is not None:
                visit.names = found[1]
                return found[0](visit)
        except Refused as refused:
            if refused.status == 404 and not for_people:
                return None
            return refused_page(visit, refused)
        if method == "GET" and for_people:
            return refused_page(visit, Refused(404, "Not Found"))
    return None


def visited(site: Site, request: PageRequest) -> Visit:
    form = parse_qs(request.body.decode(errors="replace"), keep_blank_values=True)
    person = chosen(site.hub, request.headers.get("cookie", ""))
    method = "GET" if request.method == "HEAD" else request.method
    return Visit(site, person, request.path, {}, request.query, form, method)


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Whether a page of this site sent that; a foreign name for the site is a foreign site."""
    host = headers.get("host", "")
    origin = urlsplit(headers.get("origin", ""))
    return urlsplit(f"//{host}").hostname in LOOPBACK and origin.netloc == host


def refuse_strangers(headers: Mapping[str, str]) -> None:
    """A form counts only from a page of this site, and only where the site is called by a loopback name."""
    if not is_from_here(headers):
        raise Refused(403, "This form did not come from a page of this GitHub. Open its page and try again.")
