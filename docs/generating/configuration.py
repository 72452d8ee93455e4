"""The page of what can be configured: a repository's keys, then the installation's variables."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.plan.configuration import FILE, AgentChoices, Configuration
from docs.generating.cells import GENERATED, cell
from docs.generating.environment import environment
from docs.generating.unread import unread


def configuration_page() -> str:
    """Both places where Baton is configured: a repository's file, and the environment."""
    return "\n".join([*_repository(), *environment()])


def _repository() -> Iterator[str]:
    yield "# Configuration"
    yield ""
    yield GENERATED
    yield ""
    yield f"## A repository: `{FILE}`"
    yield ""
    yield (
        f"Read from the default branch; where there is none, the owner's `.github` repository is asked for its "
        f"`{FILE}`. Every key may be left out; an unknown key is an error with a suggestion. `baton validate` "
        "checks the file, `baton schema` prints its JSON schema for editors."
    )
    yield ""
    yield "| Key | Values | Default | What it does |"
    yield "| --- | --- | --- | --- |"
    yield from _keys(Configuration, "")
    yield ""


def _keys(section: type[BaseModel], before: str) -> Iterator[str]:
    for name, field in section.model_fields.items():
        inner = _section(field)
        if inner is not None:
            yield from _keys(inner, f"{before}{name}.")
        elif name == "agents" and section is Configuration:
            yield from _keys(AgentChoices, "agents.NAME.")
        else:
            shown = f"stages.{{{'|'.join(_stage_kinds())}}}" if name == "stages" else f"{before}{name}"
            default = _default(field.get_default(call_default_factory=True))
            yield f"| `{cell(shown)}` | {_values(field)} | {default} | {cell(field.description or '')}{unread(name)} |"


def _section(field: FieldInfo) -> type[BaseModel] | None:
    found = field.annotation
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _stage_kinds() -> tuple[str, ...]:
    key = get_args(Configuration.model_fields["stages"].annotation)[0]
    return tuple(str(kind) for kind in key) if issubclass(key, StrEnum) else ()


def _values(field: FieldInfo) -> str:
    choices = _choices(field.annotation)
    return cell(", ".join(f"`{choice}`" for choice in choices)) if choices else _kind(field.annotation)


def _choices(annotation: Any) -> tuple[Any, ...]:
    """The values of a Literal, however deep it stands."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next((found for each in get_args(annotation) if (found := _choices(each))), ())


def _kind(annotation: Any) -> str:
    text = str(annotation)
    for sign, kind in (
        ("tuple", "list"),
        ("bool", "`true`, `false`"),
        ("int", "whole number"),
        ("float", "number"),
    ):
        if sign in text:
            return kind
    return "text"


def _default(value: object) -> str:
    if value is None or value in ((), {}):
        return "none"
    if isinstance(value, tuple):
        return cell(", ".join(f"`{each}`" for each in value))
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
