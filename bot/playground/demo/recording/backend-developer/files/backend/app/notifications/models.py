"""Notifications as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

Kind = Literal["assigned", "moved", "pinged"]


class NewPing(BaseModel):
    """A short message to somebody on the same board."""

    recipient_id: UUID
    board_id: UUID
    card_id: UUID | None = None
    message: str = Field(min_length=1, max_length=500)


class NotificationChanges(BaseModel):
    """All that can change about a notification."""

    read: bool


class Notification(BaseModel):
    """A notification, as its recipient gets it."""

    id: int
    recipient_id: UUID
    actor_id: UUID | None
    board_id: UUID
    card_id: UUID | None
    kind: Kind
    message: str
    read_at: datetime | None
    created_at: datetime
