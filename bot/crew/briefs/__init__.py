"""What an agent is told: who it is and how it works here, and what this run is about."""
