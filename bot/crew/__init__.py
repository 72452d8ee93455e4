"""The crew: briefs for the agents, the loop that runs one, its tools, and what it costs."""
