"""What makes an answer recognisable when it comes back: signed thinking and tool ids that fit their turn."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from bot.playground.model.prompt import Json, canonical

OURS = "toolu_rec"
KEY = b"the scripted model signs what it has said"


def sign(before: str, content: Sequence[Json]) -> list[Json]:
    """The content with signatures and ids that only fit here: after this prompt and with these very words."""
    seal = sealed(before, content)
    signed = []
    for index, block in enumerate(content):
        if block["type"] == "thinking":
            block = {**block, "signature": signature_of(seal)}
        if block["type"] == "tool_use":
            block = {"type": "tool_use", "id": id_of(seal, index), **{k: block[k] for k in ("name", "input")}}
        signed.append(block)
    return signed


def is_altered(before: str, content: Sequence[Json]) -> bool:
    """Whether a turn that we gave comes back changed, or after something else than it was said to."""
    seal = sealed(before, content)
    for index, block in enumerate(content):
        if block.get("type") == "thinking" and block.get("signature") != signature_of(seal):
            return True
        ours = block.get("type") == "tool_use" and str(block.get("id")).startswith(OURS)
        if ours and block["id"] != id_of(seal, index):
            return True
    return False


def sealed(before: str, content: Sequence[Json]) -> bytes:
    """A digest of the turn and of all that stood before it."""
    words = [[block.get(name) for name in ("type", "text", "thinking", "name", "input")] for block in content]
    said = before + canonical(words)
    return hmac.digest(KEY, said.encode("utf-8", "surrogatepass"), hashlib.sha256)


def signature_of(seal: bytes) -> str:
    """As opaque as the real one."""
    return base64.b64encode(b"\x12" + seal + hashlib.sha512(seal).digest()).decode()


def id_of(seal: bytes, index: int) -> str:
    """The id of the tool use at that place in the turn."""
    return OURS + hashlib.sha256(seal + bytes([index])).hexdigest()[:18]
