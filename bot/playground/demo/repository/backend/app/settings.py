"""What the API reads from its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Without Supabase the API keeps its rows in memory, which is enough to work on the frontend."""

    jwt_secret: str
    supabase_url: str | None = None
    supabase_service_key: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read once, when the process starts."""
        secret = environment.get("SUPABASE_JWT_SECRET")
        if not secret:
            raise RuntimeError(
                "SUPABASE_JWT_SECRET is missing: copy it from the Supabase project's API settings."
            )
        return cls(
            jwt_secret=secret,
            supabase_url=environment.get("SUPABASE_URL"),
            supabase_service_key=environment.get("SUPABASE_SERVICE_KEY"),
        )
