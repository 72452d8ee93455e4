"""How values of workflow expressions compare and read as text, by GitHub's loose rules."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

Value = None | bool | int | float | str | Sequence["Value"] | Mapping[str, "Value"]


def is_list(value: Value) -> bool:
    """Whether it is a list: text is a sequence to Python, not to GitHub."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def truthy(value: Value) -> bool:
    """false, 0, the empty text and null are false; everything else is true."""
    if isinstance(value, float) and math.isnan(value):
        return False
    return value not in (None, False, 0, "")


def text_of(value: Value) -> str:
    """How the value reads inside a text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case int() | float() | str():
            return str(value)
        case Mapping():
            return "Object"
        case _:
            return "Array"


def number_of(value: Value) -> float:
    """The value as a number; what is none is NaN, which equals nothing."""
    match value:
        case None:
            return 0.0
        case bool() | int() | float():
            return float(value)
        case str():
            return _number_in(value.strip())
        case _:
            return math.nan


def _number_in(text: str) -> float:
    if not text:
        return 0.0
    try:
        return float(int(text, 16)) if text.lower().startswith("0x") else float(text)
    except ValueError:
        return math.nan


def equal(left: Value, right: Value) -> bool:
    """Texts compare without case; unlike kinds compare as numbers; containers only with themselves."""
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if isinstance(left, Mapping) or isinstance(right, Mapping) or is_list(left) or is_list(right):
        return left is right
    return left is right or number_of(left) == number_of(right)


def less(left: Value, right: Value) -> bool:
    """Texts order without case; all else orders as numbers."""
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() < right.lower()
    return number_of(left) < number_of(right)


def json_of(value: Value) -> str:
    """The value as GitHub's toJSON prints it."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def value_of(raw: object) -> Value:
    """A value read from YAML or JSON, its keys as text."""
    match raw:
        case None | bool() | int() | float() | str():
            return raw
        case Mapping():
            return {text_of(value_of(key)): value_of(item) for key, item in raw.items()}
        case Sequence():
            return [value_of(item) for item in raw]
        case _:
            return str(raw)
