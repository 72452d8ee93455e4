"""Three people and a board, over the API as a browser would use it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.main import create_app
from app.memory_store import MemoryStore
from app.settings import Settings
from people import SECRET, Person


@pytest.fixture(scope="session")
def app() -> FastAPI:
    return create_app(Settings(jwt_secret=SECRET), MemoryStore())


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def store(app: FastAPI) -> MemoryStore:
    """Empty for every test; the application and its event loop are started once."""
    app.state.store = MemoryStore()
    return app.state.store


@pytest.fixture
def ada(client: TestClient, store: MemoryStore) -> Person:
    return signed_up("Ada", 1, client, store)


@pytest.fixture
def grace(client: TestClient, store: MemoryStore) -> Person:
    return signed_up("Grace", 2, client, store)


@pytest.fixture
def stranger(client: TestClient, store: MemoryStore) -> Person:
    return signed_up("Sam", 3, client, store)


def signed_up(name: str, number: int, client: TestClient, store: MemoryStore) -> Person:
    """Somebody with an account."""
    profile = store.insert("profiles", {"id": str(uuid.UUID(int=number)), "display_name": name})
    return Person(profile["id"], client)


@pytest.fixture
def board(ada: Person, grace: Person) -> dict[str, Any]:
    """Ada's board, with Grace on it."""
    board = ada.post("/boards", json={"name": "Launch"}).json()
    ada.post(f"/boards/{board['id']}/members", json={"user_id": grace.id})
    return dict(board)
