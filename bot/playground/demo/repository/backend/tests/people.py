"""People who are signed in, for every kind of test."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import jwt
from fastapi.testclient import TestClient

SECRET = "a-secret-for-tests-that-is-long-enough"


def token_for(user_id: str, **claims: Any) -> str:
    """A token as Supabase Auth would give it."""
    content = {"sub": user_id, "aud": "authenticated", "exp": int(time.time()) + 600, **claims}
    return jwt.encode(content, SECRET, algorithm="HS256")


@dataclass(frozen=True)
class Person:
    """Somebody signed in: `ada.get("/boards")`."""

    id: str
    client: TestClient

    def get(self, path: str, **options: Any) -> Any:
        return self._send("GET", path, options)

    def post(self, path: str, **options: Any) -> Any:
        return self._send("POST", path, options)

    def patch(self, path: str, **options: Any) -> Any:
        return self._send("PATCH", path, options)

    def delete(self, path: str, **options: Any) -> Any:
        return self._send("DELETE", path, options)

    def _send(self, method: str, path: str, options: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {token_for(self.id)}", **options.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **options)
