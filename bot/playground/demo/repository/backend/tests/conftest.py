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

@pytest.fixture
def app() -> FastAPI:
    return create_app(Settings(jwt_secret=SECRET), MemoryStore())


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def ada(client: TestClient) -> Person:
    return Person(str(uuid.UUID(int=1)), client)


@pytest.fixture
def grace(client: TestClient) -> Person:
    return Person(str(uuid.UUID(int=2)), client)


@pytest.fixture
def stranger(client: TestClient) -> Person:
    return Person(str(uuid.UUID(int=3)), client)


@pytest.fixture
def board(ada: Person, grace: Person) -> dict[str, Any]:
    """Ada's board, with Grace on it."""
    board = ada.post("/boards", json={"name": "Launch"}).json()
    ada.post(f"/boards/{board['id']}/members", json={"user_id": grace.id})
    return dict(board)
