"""A key or a password among words of people or agents: it is neither kept nor repeated (R087)."""

from __future__ import annotations

import re

WHERE_SECRETS_BELONG = (
    "This comment looks as if it held a key or a password, so Baton has kept nothing of it and done nothing. "
    "Treat the key as public: make a new one, and delete the comment. Secrets belong into the repository's settings, "
    "under “Secrets and variables”; in a comment only their name is said. Then write the command again without it."
)

# By the prefixes that their issuers gave them, so that a hash or an id is not taken for one.
_KEYS = (
    r"\bgh[pousr]_[A-Za-z0-9]{20,}",
    r"\bgithub_pat_[A-Za-z0-9_]{20,}",
    r"\bglpat-[A-Za-z0-9_-]{20,}",
    r"\bsk-[A-Za-z0-9_-]{20,}",
    r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",
    r"\bwhsec_[A-Za-z0-9+/=]{16,}",
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    r"\bAIza[A-Za-z0-9_-]{30,}",
    r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"\bsb(?:p|_secret)_[A-Za-z0-9_-]{16,}",
    r"\bnpm_[A-Za-z0-9]{30,}",
    r"\bpypi-[A-Za-z0-9_-]{30,}",
    r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY",
    r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]{3,}@[^\s/]+",
)
# A word for a secret with a value behind it: `password: hunter2`, and not "the token is kept".
_NAMED = (
    r"(?i:\b[\w-]*(?:password|passwd|secret|api[_-]?key|access[_-]?key|auth[_-]?token)[\w-]*"
    r"[`\"']?\s*[:=]\s*[`\"']?(?=[^\s`\"']*[0-9])[^\s`\"']{6,})"
)
_SECRET = re.compile("|".join((*_KEYS, _NAMED)))


def without_secrets(text: str) -> str:
    """The same text with each key or password in it left out."""
    return _SECRET.sub("[left out: it looks like a secret]", text)


def holds_a_secret(text: str) -> bool:
    """Whether somebody has pasted what should not be read by others."""
    return _SECRET.search(text) is not None
