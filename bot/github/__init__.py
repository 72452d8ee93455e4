"""GitHub as Baton knows it: who it is there, what it sees there, what it does there. PyGithub lives only here."""
