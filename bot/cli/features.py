"""The command `features`: what each feature waits for, and one feature's timeline, from the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.ending import Stop
from bot.cli.local import AsJson

if TYPE_CHECKING:
    from sqlalchemy import Connection

KEY = re.compile(r"([\w.-]+)/([\w.-]+)#([0-9]{1,9})")


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
    group.callback()(features)
    group.command()(show)
    app.add_typer(group, name="features")


def features(context: typer.Context, as_json: AsJson = False) -> None:
    """List features and what each waits for.

    `baton features show owner/repo#12` prints the timeline of one.
    """
    if context.invoked_subcommand is not None:
        context.obj = as_json
        return
    from bot.cli.telling_features import listed
    from bot.engine.overview import all_features, as_data

    with _reading() as connection:
        found = all_features(connection, with_timelines=as_json)
    typer.echo(json.dumps([as_data(each) for each in found], indent=2) if as_json else listed(found))


def show(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="The feature's issue, as in owner/repo#12.")],
    as_json: AsJson = False,
) -> None:
    """Print one feature's plan and timeline."""
    from bot.cli.telling_features import told
    from bot.engine.overview import as_data, one_feature

    parts = KEY.fullmatch(key)
    if parts is None:
        raise Stop(f"{key!r} names no feature. Write it as owner/repo#12 (quoted, for the shell).", 2)
    with _reading() as connection:
        found = one_feature(connection, parts[1], parts[2], int(parts[3]))
    if found is None:
        raise Stop(f"Baton has no feature {key}. `baton features` lists those that there are.")
    typer.echo(json.dumps(as_data(found), indent=2) if as_json or context.obj else told(found))


@contextmanager
def _reading() -> Iterator[Connection]:
    """The database as it is; looking makes and changes nothing."""
    from bot.engine.database import Database
    from bot.engine.fitness import Schema, schema_of
    from bot.settings import SQLITE, load_settings

    settings = load_settings(app_required=False)
    file = Path(settings.database_url.removeprefix(SQLITE)) if settings.on_sqlite else None
    if file is not None and not file.exists():
        raise Stop(
            f"There is no database {file} yet: `baton serve` makes it. BATON_DATABASE_URL names another."
        )
    database = Database(settings.database_url)
    try:
        schema = schema_of(database)
        if schema is not Schema.CURRENT:
            raise Stop(
                f"The database's tables are not this Baton's ({schema.value}); `baton doctor` says what to do."
            )
        with database.reading() as connection:
            yield connection
    finally:
        database.dispose()
