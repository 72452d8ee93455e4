"""What may stand behind a command: nothing, a revision, a stage number, a kind with a reason, or text."""

from __future__ import annotations

import re
import unicodedata

from bot.commands.command import Missing, Unexpected
from bot.plan.stage_kind import StageKind

_SHORTCODE = re.compile(r":[a-z0-9_+-]{1,60}:")
_REVISION = re.compile(r"v[1-9][0-9]{0,5}")
_STAGE_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_PUNCTUATION = frozenset(".,!?;:…。！？，、；：")
_OF_EMOJI = frozenset("\u200d\ufe0e\ufe0f\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_EMOJI_CATEGORIES = frozenset({"So", "Cf"})


def nothing(text: str) -> str | Missing | Unexpected:
    """No text: it could be a condition, and a condition must not be overheard."""
    return Unexpected(text) if without_decoration(text) else ""


def revision(text: str) -> str | Missing | Unexpected:
    """Nothing, or the revision of the plan that is meant, as in `v3`."""
    return _nothing_or(_REVISION, text)


def stage_number(text: str) -> str | Missing | Unexpected:
    """Nothing, or the number of a stage."""
    return _nothing_or(_STAGE_NUMBER, text)


def free_text(text: str) -> str | Missing | Unexpected:
    """Any text, as it was written; an emoji alone says nothing."""
    return text if without_decoration(text) else ""


def kind_and_reason(text: str) -> str | Missing | Unexpected:
    """A kind of stage, a colon, and why."""
    before, colon, reason = (part.strip() for part in text.partition(":"))
    first = before.split(maxsplit=1)[0] if before else ""
    kind = without_decoration(before if colon else first).lower()
    if not without_decoration(text) or not before:
        return Missing()
    if kind not in set(StageKind):
        return Unexpected(before)
    if not without_decoration(reason):
        return Missing()
    return f"{kind}: {reason}"


def without_decoration(text: str) -> str:
    """The text without the emoji and the sentence punctuation that stand behind it."""
    kept = text
    while kept:
        shortcode = _trailing_shortcode(kept)
        if shortcode:
            kept = kept[: -len(shortcode)]
        elif is_decoration(kept[-1]):
            kept = kept[:-1]
        else:
            break
    return kept


def is_decoration(character: str) -> bool:
    """A blank, an emoji or its parts, or punctuation that ends a sentence."""
    return (
        character.isspace()
        or character in _PUNCTUATION
        or character in _OF_EMOJI
        or unicodedata.category(character) in _EMOJI_CATEGORIES
    )


def _trailing_shortcode(text: str) -> str:
    if not text.endswith(":"):
        return ""
    start = text.rfind(":", 0, len(text) - 1)
    found = text[start:] if start >= 0 and len(text) - start <= 64 else ""
    return found if _SHORTCODE.fullmatch(found) else ""


def _nothing_or(pattern: re.Pattern[str], text: str) -> str | Missing | Unexpected:
    plain = without_decoration(text).lower()
    return plain if not plain or pattern.fullmatch(plain) else Unexpected(text)
