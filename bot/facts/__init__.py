"""What is known about a feature: what GitHub shows now, and what Baton remembers."""
