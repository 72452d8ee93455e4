"""The command `doctor`: all that can be wrong around Baton, one line each, with what to do about it."""

from __future__ import annotations

import typer


def add_to(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor() -> None:
    """Check settings, GitHub, database and agents.

    Also permissions, events, and workflows that hand secrets to pull requests. One line each: ✓ good, ✗ bad,
    ! doubtful or not checked. Exit 1 if any is bad.
    """
    from bot.cli import checking_here as here
    from bot.cli.checking_github import check_github
    from bot.cli.checkup import Checkup
    from bot.cli.printing import counted

    checkup = Checkup(typer.echo)
    settings = here.check_settings(checkup)
    key_is_good = here.check_private_key(checkup, settings)
    check_github(checkup, settings, key_is_good)
    here.check_model(checkup, settings)
    here.check_database(checkup, settings)
    here.check_agents(checkup, settings)
    here.check_workdir(checkup, settings)
    here.check_git(checkup)
    bad = checkup.bad_ones
    typer.echo(f"\n{counted(bad, 'thing')} to mend." if bad else "\nBaton can work.")
    raise typer.Exit(1 if bad else 0)
