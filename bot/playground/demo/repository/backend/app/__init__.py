"""Corkboard's API."""
