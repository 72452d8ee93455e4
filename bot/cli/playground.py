"""`baton playground`: a GitHub on this machine to act on, with Baton connected to it, until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bot.cli.ending import Stop
from bot.cli.issue_file import read_issue_file


def add_to(app: typer.Typer) -> None:
    app.command()(playground)


def playground(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Where the GitHub listens; 0 takes a free one.")
    ] = 4010,
    repo: Annotated[
        Path | None, typer.Option(help="A git repository to serve a copy of; else the demo's.")
    ] = None,
    issue: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="The feature issue; its first line is `# Title`.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write addresses and tokens there, once all is ready.")
    ] = None,
    no_baton: Annotated[
        bool, typer.Option("--no-baton", help="Start the GitHub alone and print how `baton serve` connects.")
    ] = False,
    ci: Annotated[
        str | None,
        typer.Option(
            help="run, green or off: whether workflow files really run (default: run for the demo)."
        ),
    ] = None,
) -> None:
    """A GitHub on this machine with pages to read and act on, and Baton connected to it, until Ctrl-C."""
    from bot.playground.git import GitFailed
    from bot.playground.start import start_playground

    mode = _mode(ci)
    text = read_issue_file(issue) if issue else None
    if repo is not None and not repo.exists():
        raise Stop(f"{repo} is not there. Name a directory with a git repository.", 2)
    if state is not None and not state.absolute().parent.is_dir():
        raise Stop(f"{state} cannot be written: {state.parent} is no directory. Make it first.", 2)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baton-playground-")))
        try:
            up = start_playground(port=port, repo=repo, issue_text=text, ci=mode)
        except GitFailed as error:
            raise Stop(str(error), 2) from error
        except OSError as error:
            raise Stop(f"{error.strerror or error}.") from error
        stack.callback(up.stop)
        environment = {**up.environment(), **_database(home), **_model(stack)}
        if not no_baton:
            from bot.cli.beside import baton_beside

            up.baton_url = stack.enter_context(baton_beside(environment, home))
        told: dict[str, Any] = {**up.state(), "environment": environment}
        if state is not None:
            _write_private(state, json.dumps(told, indent=2) + "\n")
        _say(told, no_baton, home)
        _until_stopped()


def _mode(ci: str | None) -> Literal["run", "green", "off"] | None:
    match ci:
        case None | "run" | "green" | "off":
            return ci
        case _:
            raise Stop(f"--ci takes run, green or off, not {ci!r}.", 2)


def _database(home: Path) -> dict[str, str]:
    return {"BATON_DATABASE_URL": f"sqlite:///{home / 'baton.db'}", "BATON_WORKDIR": str(home / "work")}


def _model(stack: ExitStack) -> dict[str, str]:
    """The person's own model where they name one, else the scripted one, which knows the demo's feature only."""
    own = {
        name: os.environ[name] for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL") if os.environ.get(name)
    }
    if own:
        return {"ANTHROPIC_API_KEY": "unused", **own} if "ANTHROPIC_API_KEY" not in own else own
    from bot.playground.model.run import running_model

    return {"ANTHROPIC_BASE_URL": stack.enter_context(running_model()), "ANTHROPIC_API_KEY": "recorded"}


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, and readable by nobody else: it holds keys."""
    partial = path.with_name(f".{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
    partial.replace(path)


def _say(told: dict[str, Any], no_baton: bool, home: Path) -> None:
    typer.echo(f"GitHub      {told['html_url']}/{told['repository']}")
    if told["issue"]:
        typer.echo(f"Issue       {told['html_url']}/{told['repository']}/issues/{told['issue']}")
    for role, person in told["people"].items():
        typer.echo(f"{role:<11} {person['login']:<10} {person['token']}")
    if no_baton:
        typer.echo("\nStart Baton beside it with:\n")
        for name, value in told["environment"].items():
            typer.echo(f"export {name}={_quoted(value)}")
        typer.echo("baton serve")
    else:
        typer.echo(f"Baton       {told['baton_url']} (its log: {home / 'baton.log'})")
    typer.echo("\nCtrl-C ends it.")


def _quoted(value: str) -> str:
    import shlex

    return shlex.quote(value)


def _until_stopped() -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
