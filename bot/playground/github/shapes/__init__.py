"""How GitHub shows its things as JSON: one function a thing, the same for REST and webhooks."""
