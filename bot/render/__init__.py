"""How everything that people read from Baton is laid out; the sentences belong to whoever judged."""
