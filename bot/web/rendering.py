"""Pages from their templates; everything that is put into one is escaped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.engine.overview import instant
from bot.web import display
from bot.web.forms import REFERRER_WITHIN

TEMPLATES = Path(__file__).with_name("templates")


class Pages:
    """Renders the templates with what all of them need."""

    def __init__(self, github: display.GitHubPages) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            dollars=display.dollars, thousands=display.thousands, instant=instant, sentence=github.sentence
        )
        self._environment.globals.update(
            github=github,
            feature_pills=display.FEATURE_PILLS,
            stage_pills=display.STAGE_PILLS,
            from_now=display.from_now,
        )

    def page(
        self, template: str, status: int = 200, can_sign_out: bool = False, **values: Any
    ) -> HTMLResponse:
        """A whole page. It is never kept by a cache: the next reader may not be allowed to see it."""
        headers = {"cache-control": "no-store", **(REFERRER_WITHIN if can_sign_out else {})}
        text = self._environment.get_template(template).render(
            now=datetime.now(UTC), can_sign_out=can_sign_out, **values
        )
        return HTMLResponse(text, status_code=status, headers=headers)
