"""The kinds of stages, in the API-first order that every plan keeps."""

from __future__ import annotations

from enum import StrEnum


class StageKind(StrEnum):
    """One specialised kind of work; declared in rank order (seed, "API-First Development Workflow")."""

    DATABASE = "database"
    API = "api"
    BACKEND = "backend"
    FRONTEND = "frontend"
    DEVOPS = "devops"
    TESTING = "testing"
    REVIEW = "review"

    @property
    def rank(self) -> int:
        return tuple(StageKind).index(self)

    @property
    def area(self) -> str:
        """What people call it in a plan's checklist."""
        return _AREAS[self]


_AREAS = {
    StageKind.DATABASE: "Database",
    StageKind.API: "API Design",
    StageKind.BACKEND: "Backend",
    StageKind.FRONTEND: "Frontend",
    StageKind.DEVOPS: "DevOps",
    StageKind.TESTING: "Testing",
    StageKind.REVIEW: "Review",
}
