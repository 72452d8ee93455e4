"""Prunes GitHub's GraphQL schema."""

from __future__ import annotations


def pruned_sdl(whole: str) -> str:
    return whole
