"""The command `baton`: what people type, and what they are told when it cannot be done."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

# The modules with commands, in the order of `baton --help`; each has an `add_to(app)` and imports what is heavy
# inside its commands.
_COMMANDS = ("serving", "demo", "playground", "doctor", "features", "replay", "local", "simulating")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    from bot.cli.ending import exit_code_of

    try:
        _assembled()(list(sys.argv[1:] if arguments is None else arguments) or ["--help"])
    except BaseException as error:  # noqa: BLE001 - whatever it is, people get a sentence and never a traceback
        return exit_code_of(error)
    return 0


def _assembled() -> typer.Typer:
    """The application with the commands of all modules."""
    import typer

    app = typer.Typer(
        name="baton",
        help="Turns a labelled issue into a feature, one reviewed pull request at a time.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    for name in _COMMANDS:
        import_module(f"{__name__}.{name}").add_to(app)
    return app
