"""The cards on a board."""
