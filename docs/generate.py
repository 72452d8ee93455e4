"""Writes the documents that are made from the code: `python docs/generate.py`, or `make docs`.

With `--check` nothing is written; exit 1 where one of them is not as the code would have it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.commands import all_commands
from bot.commands.command import EVERYWHERE, Command
from bot.plan.configuration import FILE, AgentChoices, Configuration
from bot.settings import Settings

DOCS = Path(__file__).parent
GENERATED = "<!-- Made from the code by docs/generate.py (`make docs`); changes made here are lost. -->"

WHO = {"writers": "people who may command Baton", "everybody": "everybody who can comment"}

# What a variable is for, where bot/settings.py does not say it itself.
VARIABLES: Mapping[str, str] = {
    "BATON_GITHUB_APP_ID": "The App's id, from its page on GitHub.",
    "BATON_GITHUB_PRIVATE_KEY": "The App's private key, the whole PEM text; line breaks may be written as `\\n`.",
    "BATON_GITHUB_PRIVATE_KEY_PATH": "Instead of the key itself, the file that holds it (mode 0600).",
    "BATON_GITHUB_WEBHOOK_SECRET": "The webhook's secret; several, separated by commas, are all valid: so it is "
    "changed without losing a delivery.",
    "BATON_GITHUB_API_URL": "Where GitHub's API is; for GitHub Enterprise Server `https://HOST/api/v3`.",
    "BATON_DATABASE_URL": "`sqlite:///FILE`, or `postgresql+psycopg://USER:PASSWORD@HOST/DATABASE`.",
    "BATON_HOST": "The address that the web server listens on.",
    "BATON_PORT": "The port that the web server listens on.",
    "BATON_PUBLIC_URL": "How people reach the dashboard; links in comments and check runs begin with it.",
    "BATON_DASHBOARD_TOKEN": "What dashboard and API ask for; unset, they answer loopback clients only.",
    "BATON_AGENTS_DIR": "The directory with the agents' files.",
    "BATON_WORKDIR": "Where mirrors of repositories and workspaces are kept; it can be deleted while Baton is stopped.",
    "BATON_LABEL": "The label that starts a feature.",
    "BATON_SWEEP_SECONDS": "How often live features are looked at even when no webhook arrives.",
    "BATON_SETTLE_SECONDS": "How long Baton waits after a request of unknown outcome before it looks.",
    "BATON_CHECKS_SETTLE_SECONDS": "How long “no checks yet” counts as pending.",
    "BATON_REVIEW_SETTLE_SECONDS": "How long reviews are gathered.",
    "ANTHROPIC_API_KEY": "The key for Anthropic's API.",
    "ANTHROPIC_BASE_URL": "Another place that speaks Anthropic's Messages API.",
    "BATON_MODEL_SONNET": "The model that `model: sonnet` means, and `inherit`.",
    "BATON_MODEL_OPUS": "The model that `model: opus` means.",
    "BATON_MODEL_HAIKU": "The model that `model: haiku` means.",
    "BATON_MODEL_PRICES": 'Dollars a million tokens, as JSON: `{"MODEL": {"input": 3, "output": 15, '
    '"cache_read": 0.3, "cache_write": 3.75}}`. Caps are counted with them.',
    "BATON_TURNS_PER_RUN": "Turns of the model in one run of an agent, at most.",
    "BATON_DOLLARS_PER_RUN": "Dollars for one run of an agent, at most.",
    "BATON_DOLLARS_PER_FEATURE": "Dollars for one feature, at most.",
    "BATON_DOLLARS_PER_REPOSITORY_MONTH": "Dollars for one repository in a calendar month, at most.",
    "BATON_RUNS_AT_ONCE": "Agents at work at the same time, over all processes.",
    "BATON_RUNS_PER_WORKER": "Agents at work at the same time in one process.",
    "BATON_RUNS_PER_REPOSITORY": "Agents at work at the same time in one repository.",
}
SHOWN_DEFAULTS: Mapping[str, str] = {
    "BATON_AGENTS_DIR": "the packaged `agents/`",
    "BATON_MODEL_PRICES": "list prices of the three models",
}


UNREAD = " In this version nothing reads it yet."


class Undescribed(Exception):
    """A setting has no description, so that the documents would be silent about it."""


@cache
def _read_by_the_code() -> frozenset[str]:
    """Every name that some module asks an object for, and every text it looks up."""
    rooms = (DOCS.parent / "bot").rglob("*.py")
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in rooms if "playground" not in file.parts)
    nodes = [node for tree in trees for node in ast.walk(tree)]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    asked = {node.attr for node in nodes if isinstance(node, ast.Attribute) and id(node) not in called}
    # A field's own `alias="NAME"` is a keyword's value, and no look-up.
    named = {id(node.value) for node in nodes if isinstance(node, ast.keyword)}
    texts = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in named)
    return frozenset(asked | {node.value for node in texts if isinstance(node.value, str)})


def _unread(*names: str) -> str:
    return UNREAD if _read_by_the_code().isdisjoint(names) else ""


# --- commands -------------------------------------------------------------------------------------


def commands_page() -> str:
    """Every command: how it is written, what it does, who may, where."""
    return "\n".join(
        [*_commands_head(), *(line for each in all_commands().values() for line in _command(each))]
    )


def _commands_head() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield GENERATED
    yield ""
    yield (
        "People write these in a comment: on the feature's issue, or on one of Baton's pull requests. A command stands "
        "at the beginning of a line; at most one in a comment changes something; a comment that was edited commands "
        "nothing. Baton acknowledges with a reaction: 👀 read, 🚀 it started something, 👍 done, 😕 refused, with a "
        "reply that says why and what to do instead."
    )
    yield ""
    yield "| Command | What it does | Where | In this version |"
    yield "| --- | --- | --- | --- |"
    for command in all_commands().values():
        yield f"| `{_cell(command.usage)}` | {_cell(command.does)} | {_where(command)} | {_ready(command)} |"
    yield ""


def _command(command: Command) -> Iterator[str]:
    yield f"## /{command.name}"
    yield ""
    yield f"`{command.usage}`: {command.does[:1].lower()}{command.does[1:]}"
    if _comes_later(command):
        yield ""
        yield "This version reads it and answers that it cannot do it yet, and what to do instead."
    yield ""
    yield f"- Who: {WHO[command.who]}"
    yield f"- Where: {_where(command)}"
    yield f"- Examples: {', '.join(f'`{example}`' for example in command.examples)}"
    yield ""


def _where(command: Command) -> str:
    return "issue and pull request" if command.surfaces == EVERYWHERE else "issue"


def _ready(command: Command) -> str:
    return "answers that it comes later" if _comes_later(command) else "works"


def _comes_later(command: Command) -> bool:
    """A command that still answers with `comes_later` has it among its names."""
    return hasattr(import_module(f"bot.commands.{command.name}"), "comes_later")


# --- configuration --------------------------------------------------------------------------------


def configuration_page() -> str:
    """Both places where Baton is configured: a repository's file, and the environment."""
    return "\n".join([*_repository(), *_environment()])


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
            yield f"| `{_cell(shown)}` | {_values(field)} | {default} | {_cell(field.description or '')}{_unread(name)} |"


def _section(field: FieldInfo) -> type[BaseModel] | None:
    found = field.annotation
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _stage_kinds() -> tuple[str, ...]:
    key = get_args(Configuration.model_fields["stages"].annotation)[0]
    return tuple(str(kind) for kind in key) if issubclass(key, StrEnum) else ()


def _values(field: FieldInfo) -> str:
    choices = _choices(field.annotation)
    return _cell(", ".join(f"`{choice}`" for choice in choices)) if choices else _kind(field.annotation)


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
        return _cell(", ".join(f"`{each}`" for each in value))
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


# --- environment ----------------------------------------------------------------------------------


def _environment() -> Iterator[str]:
    yield "## The installation: environment variables"
    yield ""
    yield (
        "Read once at start-up, from the environment and from a file `.env` beside it (the environment wins). "
        "`baton doctor` names what is missing or wrong and what to do."
    )
    yield ""
    yield "| Variable | Default | What it is |"
    yield "| --- | --- | --- |"
    for name, field in Settings.model_fields.items():
        if field.alias:
            what = _cell(_described(field)) + _unread(name, field.alias)
            yield f"| `{field.alias}` | {_variable_default(field)} | {what} |"
    yield ""


def _variable_default(field: FieldInfo) -> str:
    if shown := SHOWN_DEFAULTS.get(str(field.alias)):
        return shown
    value = field.get_default(call_default_factory=True)
    return "none" if value is None or value == () else f"`{value}`"


def _described(field: FieldInfo) -> str:
    described = field.description or VARIABLES.get(str(field.alias))
    if described is None:
        raise Undescribed(
            f"{field.alias} has no description: add one in bot/settings.py or docs/generate.py."
        )
    return described


# --- writing --------------------------------------------------------------------------------------


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "configuration.md": configuration_page,
}


def stale() -> tuple[str, ...]:
    """The documents that are not as the code would have them."""
    return tuple(name for name, page in PAGES.items() if not _is_fresh(DOCS / name, page()))


def _is_fresh(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def main() -> int:
    """Writes them, or with `--check` tells which are stale."""
    if "--check" in sys.argv[1:]:
        for name in stale():
            print(f"docs/{name} is not as the code would have it. Run `make docs`.", file=sys.stderr)
        return 1 if stale() else 0
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name} written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
