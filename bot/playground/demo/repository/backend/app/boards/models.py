"""Boards as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class NewBoard(BaseModel):
    """What is needed to make a board."""

    name: str = Field(min_length=1, max_length=120)


class NewMember(BaseModel):
    """Whom to let in."""

    user_id: UUID


class Member(BaseModel):
    """Somebody who may see the board."""

    user_id: UUID
    display_name: str
    role: Literal["owner", "member"]


class Board(BaseModel):
    """A board."""

    id: UUID
    name: str
    owner_id: UUID
    created_at: datetime


class BoardWithMembers(Board):
    """A board and who is on it."""

    members: list[Member]
