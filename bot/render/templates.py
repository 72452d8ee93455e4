"""The templates of the longer messages, and the filters that keep foreign text in its place."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.render.escaping import cell, code, cut, harmless, one_line


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.render"),
        undefined=StrictUndefined,
        autoescape=False,  # Markdown; foreign text goes through the filters below
        auto_reload=False,
        keep_trailing_newline=False,
    )
    environment.filters.update(line=one_line, cell=cell, harmless=harmless, code=code)
    return environment


def fill(template: str, dashboard: str = "", **values: Any) -> str:
    """The message, cut to what GitHub takes."""
    return cut(_environment().get_template(f"{template}.md.j2").render(**values).strip() + "\n", dashboard)
