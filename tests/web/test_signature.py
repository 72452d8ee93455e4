"""Only what GitHub signed is believed."""

from __future__ import annotations

import pytest

from bot.web.signature import signature, signing_secret

# GitHub's own example: docs.github.com, "Validating webhook deliveries".
SECRET, BODY = b"It's a Secret to Everybody", b"Hello, World!"
SIGNED = b"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_githubs_own_example_is_believed() -> None:
    assert signature(BODY, SECRET) == SIGNED
    assert signing_secret(BODY, SIGNED, [SECRET]) == 0


def test_every_secret_of_a_rotation_counts_and_is_told_apart() -> None:
    assert signing_secret(BODY, SIGNED, [b"new", SECRET]) == 1


@pytest.mark.parametrize("bit", range(0, len(BODY) * 8, 7))
def test_one_flipped_bit_is_noticed(bit: int) -> None:
    flipped = bytearray(BODY)
    flipped[bit // 8] ^= 1 << bit % 8
    assert signing_secret(bytes(flipped), SIGNED, [SECRET]) is None


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"sha256=",
        SIGNED.removeprefix(b"sha256="),
        SIGNED.upper(),
        b"sha1=" + SIGNED[7:47],
        b"\xe9" * 71,
        b"x" * 10_000,
        SIGNED + b" ",
    ],
)
def test_what_is_no_signature_is_refused(header: bytes) -> None:
    assert signing_secret(BODY, header, [SECRET]) is None
