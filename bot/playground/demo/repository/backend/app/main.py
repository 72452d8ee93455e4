"""The application: `uvicorn app.main:from_environment --factory`."""

from __future__ import annotations

from fastapi import FastAPI

from app import problems
from app.boards.router import router as boards
from app.cards.router import router as cards
from app.memory_store import MemoryStore
from app.settings import Settings
from app.store import Store


def create_app(settings: Settings, store: Store) -> FastAPI:
    """Everything the API offers, on top of the given store."""
    app = FastAPI(title="Corkboard API", version="1.3.0")
    app.state.settings = settings
    app.state.store = store
    problems.install(app)
    app.include_router(boards)
    app.include_router(cards)

    @app.get("/api/v1/health", tags=["health"])
    def health() -> dict[str, str]:
        """For the load balancer."""
        return {"status": "ok"}

    return app


def from_environment() -> FastAPI:
    """The application as it is deployed."""
    settings = Settings.from_environment()
    store: Store = MemoryStore()
    if settings.supabase_url and settings.supabase_service_key:
        from app.supabase_store import SupabaseStore

        store = SupabaseStore(settings.supabase_url, settings.supabase_service_key)
    return create_app(settings, store)
