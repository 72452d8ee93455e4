"""Commands that need neither GitHub nor a database: `parse`, `validate`, `inspect` and `schema`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.printing import counted

if TYPE_CHECKING:
    from bot.facts.diff import Finding


class On(StrEnum):
    ISSUE = "issue"
    PULL_REQUEST = "pull_request"


class Happened(StrEnum):
    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"


class Author(StrEnum):
    USER = "User"
    BOT = "Bot"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Repository = Annotated[Path, typer.Option("--repo", help="A local git repository; it is only read.")]


def add_to(app: typer.Typer) -> None:
    app.command()(validate)
    app.command()(inspect)
    app.command()(parse)
    app.command()(schema)


def parse(
    surface: Annotated[On, typer.Option(help="Where the comment stands.")] = On.ISSUE,
    event: Annotated[Happened, typer.Option(help="What happened to the comment.")] = Happened.CREATED,
    author: Annotated[Author, typer.Option(help="Who wrote it.")] = Author.USER,
    login: Annotated[str, typer.Option(help="Baton's own login.")] = "baton-app",
) -> None:
    """Read a comment on standard input; print its commands.

    Prints, as JSON, `commands`, `errors`, and `ignored` where the whole comment is not read.
    """
    from bot.commands import grammar

    body = sys.stdin.buffer.read().decode("utf-8", "replace")
    parsed = grammar.parse(
        body, surface=surface.value, event=event.value, author_type=author.value, login=login
    )
    typer.echo(json.dumps(grammar.to_json(parsed), indent=2))


def schema() -> None:
    """Print the JSON schema of `.github/baton.yml`."""
    from bot.plan import configuration

    typer.echo(json.dumps(configuration.schema(), indent=2))


def validate(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="A repository, a directory of agents, or one file. Default: here, or Baton's own."
        ),
    ] = None,
) -> None:
    """Validate agents' files and `.github/baton.yml`.

    Each problem is one line with its file and line; exit 1 if any is an error.
    """
    from bot.cli.validating import checked_at
    from bot.plan.problem import is_error

    checked = checked_at(path)
    for problem in checked.problems:
        typer.echo(str(problem))
    errors = sum(is_error(problem) for problem in checked.problems)
    warnings = len(checked.problems) - errors
    typer.echo(f"{checked.what}: {counted(errors, 'error')}, {counted(warnings, 'warning')}.")
    raise typer.Exit(1 if errors else 0)


def inspect(
    base: Annotated[str, typer.Option(help="The revision that the diff starts from.")],
    head: Annotated[str, typer.Option(help="The revision with the changes.")],
    agent: Annotated[str, typer.Option(help="Whose work it is to be judged as.")],
    repo: Repository = Path(),
    as_json: AsJson = False,
) -> None:
    """Run the inspections of an agent's stage on a local diff.

    Judged is what HEAD adds to BASE since the two went apart; exit 1 if any finding is an error.
    """
    from bot.cli.inspecting import findings
    from bot.facts.diff import Level

    found = findings(repo, base, head, agent)
    if as_json:
        typer.echo(json.dumps([_plain(finding) for finding in found], indent=2))
    else:
        typer.echo(_printed(found))
    raise typer.Exit(any(finding.level is Level.ERROR for finding in found))


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "inspection": finding.inspection,
        "level": finding.level.value,
        "path": finding.path,
        "line": finding.line,
        "message": finding.message,
    }


def _printed(found: Sequence[Finding]) -> str:
    lines = [
        f"{finding.path}{f':{finding.line}' if finding.line else ''}: {finding.level}: "
        f"{finding.message} ({finding.inspection})"
        for finding in found
    ]
    counts = [
        counted(sum(finding.level == level for finding in found), level)
        for level in ("error", "warning", "notice")
    ]
    return "\n".join([*lines, f"{', '.join(counts)}."])
