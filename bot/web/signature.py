"""Whether GitHub signed a delivery: HMAC-SHA256 over the bytes as they came."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

PREFIX = b"sha256="


def signature(body: bytes, secret: bytes) -> bytes:
    """The value of `X-Hub-Signature-256` for this body."""
    return PREFIX + hmac.new(secret, body, hashlib.sha256).hexdigest().encode("ascii")


def signing_secret(body: bytes, header: bytes, secrets: Sequence[bytes]) -> int | None:
    """Which of the secrets signed this body, by its place; None where none did.

    Compared as bytes: compare_digest raises on text that is not ASCII. All secrets are tried, so that
    the time taken does not tell which one is in use.
    """
    matches = [hmac.compare_digest(signature(body, secret), header) for secret in secrets]
    return matches.index(True) if True in matches else None
