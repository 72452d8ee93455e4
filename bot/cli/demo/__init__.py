"""`baton demo`: the main job from label to report, on a GitHub on this machine, with scripted people and model."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="With a refusal, a revised plan, a question, a review, a red check, a conflict and a red base.",
        ),
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the summary there.")
    ] = None,
) -> None:
    """The main job from label to report, on a GitHub on this machine; the model's part is recorded."""
    from bot.cli.demo.full_play import play_in_full
    from bot.cli.demo.plain_play import play
    from bot.cli.demo.scene import a_scene
    from bot.cli.demo.summary import print_table, summary_of
    from bot.cli.demo.telling import Telling

    began = time.monotonic()
    with a_scene(full) as scene:
        telling = Telling(scene, began)
        telling.opening()
        (play_in_full if full else play)(scene, telling)
        summary = summary_of(scene, time.monotonic() - began)
    if json_file is not None:
        json_file.write_text(json.dumps(summary, indent=2) + "\n")
    print_table(summary)
