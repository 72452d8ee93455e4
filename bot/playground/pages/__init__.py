"""Pages to read this GitHub and act on it in a browser, in the look that people know."""

from bot.playground.pages.answering import PageRequest, answer

__all__ = ["PageRequest", "answer"]
