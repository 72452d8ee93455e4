"""What DBOS stores of a run, as JSON: readable in the database, and never code that is run on loading."""

from __future__ import annotations

import json
from typing import Any

from dbos import Serializer


class Json(Serializer):
    """DBOS's own choice would be pickle."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=_plain)

    def deserialize(cls, serialized_data: str) -> Any:
        loaded = json.loads(serialized_data)
        if isinstance(loaded, dict) and "error_text" in loaded and len(loaded) == 1:
            return RuntimeError(loaded["error_text"])
        return loaded

    def name(self) -> str:
        return "baton_json"


def _plain(value: object) -> object:
    if isinstance(value, BaseException):
        return {"error_text": f"{type(value).__name__}: {value}"}
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON.")
