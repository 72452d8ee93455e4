"""Real bare git repositories, read and written by git's own plumbing."""

from bot.playground.git.objects import Commit, Entry, Person
from bot.playground.git.store import Git, GitFailed

__all__ = ["Commit", "Entry", "Git", "GitFailed", "Person"]
