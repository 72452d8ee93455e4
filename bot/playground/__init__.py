"""A GitHub on the laptop: real git, real CI, webhooks, and people who press the buttons."""
