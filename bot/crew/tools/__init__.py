"""The tools that agents are offered, one file each."""
