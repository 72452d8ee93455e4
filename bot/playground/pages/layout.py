"""How pages are put together: templates, their words for times and numbers, and what browsers may load."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.playground.github.asking import Answer
from bot.playground.pages.markdown import rendered
from bot.playground.pages.visiting import Visit, people
from bot.playground.people import User
from bot.playground.refusals import Refused
from bot.playground.state import Issue, Repository

COLORS = 8
REACTIONS = {
    "+1": "👍", "-1": "👎", "laugh": "😄", "hooray": "🎉", "confused": "😕", "heart": "❤️", "rocket": "🚀",
    "eyes": "👀",
}  # fmt: skip
_TIME = re.compile(rb"<time[^>]*>[^<]*</time>|nonce=\"[^\"]*\"")


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "color": color, "tint": tint, "words": words, "path": lambda text: quote(text), "stands": standing,
        "initial": lambda user: user.login[:1].upper(), "count": counted,
    }  # fmt: skip
    made.globals |= {"REACTIONS": REACTIONS, "reactions_of": reactions_of, "address": address}
    return made


def shown(visit: Visit, template: str, status: int = 200, **values: Any) -> Answer:
    """A page by its template."""
    nonce = secrets.token_urlsafe(12)
    now = visit.hub.now()
    page = _ENVIRONMENT.get_template(f"{template}.html.j2").render(
        visit=visit, hub=visit.hub, me=visit.person.user, people=people(visit.hub), nonce=nonce,
        ago=lambda at: ago(at, now), md=lambda text, home=None, file=False: rendered(text or "", home, visit.hub, file),
        repository=values.pop("repository", None), watched=status == 200, **values,
    )  # fmt: skip
    content = page.encode(errors="replace")
    return Answer(status, raw=content, media="text/html; charset=utf-8", headers=headers(content, nonce))


def headers(content: bytes, nonce: str) -> dict[str, str]:
    """Nothing of other sites, no script but our own; and a mark by which the page knows that it is old."""
    policy = (
        f"default-src 'none'; style-src 'self' 'nonce-{nonce}'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    mark = hashlib.sha256(_TIME.sub(b"", content)).hexdigest()[:32]
    return {
        "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin", "X-Page-Mark": mark,
    }  # fmt: skip


def refused_page(visit: Visit, refused: Refused) -> Answer:
    """GitHub's sentence, as a page."""
    title = {403: "Not allowed", 404: "Not found", 409: "Conflict"}.get(refused.status, "That did not work")
    return shown(
        visit, "refused", refused.status, title=title, sentence=refused.message, details=reasons(refused)
    )


def reasons(refused: Refused) -> list[str]:
    found = []
    for error in refused.errors or []:
        if isinstance(error, dict):
            found.append(error.get("message") or " ".join(f"{key}: {value}" for key, value in error.items()))
        else:
            found.append(str(error))
    return found


def redirect(to: str, more: dict[str, str] | None = None) -> Answer:
    return Answer(303, raw=b"", headers={"Location": to, **(more or {})}, media="text/plain")


def back(visit: Visit) -> str:
    """Where the form was, as far as it is a place of ours."""
    wanted = visit.said("back")
    return wanted if re.fullmatch(r"/(?![/\\])[^\s\\]*", wanted) else "/"


# -- words
def ago(at: datetime | None, now: datetime) -> Markup:
    if at is None:
        return Markup("")
    seconds = max(0, int((now - at).total_seconds()))
    shown = "now"
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            shown = f"{seconds // size} {name}{'s' if seconds // size > 1 else ''} ago"
            break
    if seconds >= 30 * 86_400:
        shown = f"on {at.day} {at:%b %Y}"
    stamp = at.isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, stamp, shown)


def counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def words(text: str) -> str:
    """`changes_requested` as people read it."""
    return text.lower().replace("_", " ")


def color(text: str) -> str:
    """A label's colour, if it is one; it stands in a stylesheet."""
    return text.lower() if re.fullmatch(r"[0-9a-fA-F]{6}", text) else "ededed"


def tint(user: User) -> int:
    return user.id % COLORS


def standing(check: Any) -> str:
    """How a check stands, as one word for its mark."""
    state = getattr(check, "state", None)
    if state is not None:
        return {"success": "success", "pending": "pending"}.get(state, "failure")
    if check.status != "completed":
        return "pending"
    return {
        "success": "success", "neutral": "neutral", "skipped": "neutral", "cancelled": "cancelled",
    }.get(check.conclusion or "", "failure")  # fmt: skip


def reactions_of(thing: Any, me: User) -> list[tuple[str, int, bool, str]]:
    """Each kind with its number, whether it is mine, and who it was."""
    found = []
    for kind in REACTIONS:
        who = [each.user for each in thing.reactions if each.content == kind]
        if who:
            found.append((kind, len(who), me in who, ", ".join(each.login for each in who)))
    return found


def address(thing: Issue | Repository, below: str = "") -> str:
    if isinstance(thing, Repository):
        return f"/{quote(thing.full_name)}{below}"
    kind = "issues" if thing.pull is None else "pull"
    return f"/{quote(thing.repository.full_name)}/{kind}/{thing.number}{below}"


_ENVIRONMENT = environment()
