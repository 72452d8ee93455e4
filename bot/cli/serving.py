"""`baton serve` and `baton worker`: Baton at work until it is told to stop."""

from __future__ import annotations

from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(worker)


def serve(
    worker: Annotated[
        bool,
        typer.Option("--worker/--no-worker", help="Look at features and run agents in this process too."),
    ] = True,
) -> None:
    """Web server and worker in one process; --no-worker for the web server alone."""
    from bot.app import serve as run

    run(with_worker=worker)


def worker() -> None:
    """The worker alone, beside a web server that runs with --no-worker. Needs PostgreSQL."""
    from bot.app import work

    work()
