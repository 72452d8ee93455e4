"""Inbox, leases, sweep and agent runs: what keeps every feature moving through crashes and restarts."""
