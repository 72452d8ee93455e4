"""The plan of a feature, the rules it keeps, the agents it names, and the repository's configuration."""
