"""Boards and who is on them."""
