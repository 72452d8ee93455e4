"""Real git on this machine: mirrors of repositories, checkouts for agents, and what they changed."""
