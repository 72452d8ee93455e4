"""Prints the story live, as GitHub's own log of it tells, and waits for what it shall tell next."""

from __future__ import annotations

import time
from collections.abc import Callable
from textwrap import wrap

import httpx2
import typer

from bot.cli.demo.scene import Scene
from bot.cli.ending import Stop

PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.1
WIDTH = 100
INDENT = " " * 30


class Telling:
    """The lines that people read while it plays."""

    # What a reader of the story need not see: CI's inner steps, and the branches of pull requests.
    HIDDEN = (
        "started ",
        "check “",
        "created branch",
        "edited a comment",
        "took the label",
        "reacted",
        "added the",
    )

    def __init__(self, scene: Scene, began: float) -> None:
        self._scene = scene
        self._began = began
        self._read = 0
        self._quiet_since = time.monotonic()

    def opening(self) -> None:
        state = self._scene.playground.state()
        self._line(
            "", f"A GitHub is up at {state['html_url']} with {state['repository']}; its CI runs for real."
        )
        self._line("", f"Baton is up at {self._scene.baton_url}, on SQLite. The model's part is recorded.")

    def explains(self, text: str) -> None:
        """What people do next, and why."""
        typer.echo()
        for line in wrap(text, WIDTH):
            typer.echo(f"== {line}")

    def quotes(self, text: str) -> None:
        """What Baton has written, without its hidden first line."""
        shown = " ".join(line for line in text.splitlines() if not line.startswith("<!--"))
        for line in wrap(" ".join(shown.split()), WIDTH):
            typer.echo(f"{INDENT}| {line}")

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Tells what happens until it holds; a story that stands still for long ends the demo."""
        while not holds():
            self.patiently(what)
            time.sleep(POLL_SECONDS)
        self.tell_news()

    def patiently(self, what: str) -> None:
        """Tells the news; where there is none for long, the demo ends with what it waited for."""
        if self.tell_news():
            self._quiet_since = time.monotonic()
        if time.monotonic() - self._quiet_since > PATIENCE_SECONDS:
            raise Stop(_stuck(self._scene, what))

    def tell_news(self) -> bool:
        url = f"{self._scene.playground.url}/_playground/log?after={self._read}"
        news = httpx2.get(url, timeout=30).json()
        for each in news:
            self._read = max(self._read, int(each["number"]))
            if not each["text"].startswith(self.HIDDEN):
                self._line(each["actor"], each["text"])
        return bool(news)

    def _line(self, actor: str, text: str) -> None:
        seconds = time.monotonic() - self._began
        flat = " ".join(text.split())
        typer.echo(f"{seconds:6.1f} s  {actor:<19.19} {flat[:160]}")


def _stuck(scene: Scene, what: str) -> str:
    feature = scene.feature
    return (
        f"The demo stood still for {PATIENCE_SECONDS:.0f} s, waiting until {what}. "
        f"Baton is {feature['state']}: {feature['waiting_for']}\n"
        f"The end of its log:\n{scene.log[-3000:]}"
    )
