"""The signature of this GitHub under commits that it makes itself: a real SSH signature, git checks it."""

from __future__ import annotations

import base64
import hashlib
import struct

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_MAGIC = b"SSHSIG"
_NAMESPACE = b"git"
_HASH = b"sha512"


class Signer:
    """Signs what is made on this GitHub; its key lives as long as the process."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        raw = self._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self._public = _string(b"ssh-ed25519") + _string(raw)

    @property
    def public_key(self) -> str:
        """As an `allowed_signers` file or `ssh-keygen` wants it."""
        return f"ssh-ed25519 {base64.b64encode(self._public).decode()}"

    def sign(self, payload: bytes) -> str:
        digest = hashlib.sha512(payload).digest()
        signed = _MAGIC + _string(_NAMESPACE) + _string(b"") + _string(_HASH) + _string(digest)
        signature = _string(b"ssh-ed25519") + _string(self._key.sign(signed))
        blob = _MAGIC + struct.pack(">I", 1) + _string(self._public) + _string(_NAMESPACE)
        blob += _string(b"") + _string(_HASH) + _string(signature)
        text = base64.b64encode(blob).decode()
        lines = [text[at : at + 70] for at in range(0, len(text), 70)]
        return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----"])


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
