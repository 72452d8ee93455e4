"""Cards as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

Status = Literal["todo", "doing", "done"]


class NewCard(BaseModel):
    """What is needed to make a card."""

    title: str = Field(min_length=1, max_length=200)
    body: str = Field(default="", max_length=20_000)
    assignee_id: UUID | None = None


class CardChanges(BaseModel):
    """What to change; what is left out stays as it is."""

    title: str | None = Field(default=None, min_length=1, max_length=200)
    body: str | None = Field(default=None, max_length=20_000)
    status: Status | None = None
    assignee_id: UUID | None = None


class Card(BaseModel):
    """A card."""

    id: UUID
    board_id: UUID
    title: str
    body: str
    status: Status
    assignee_id: UUID | None
    created_by: UUID
    created_at: datetime
    updated_at: datetime
