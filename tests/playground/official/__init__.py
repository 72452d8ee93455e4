"""Tests of what holds the playground to GitHub's description."""
