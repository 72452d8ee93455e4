"""The routes of cards."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from app.auth import CurrentUser
from app.cards.models import Card, CardChanges, NewCard
from app.cards.service import Cards
from app.problems import answers

router = APIRouter(prefix="/api/v1", tags=["cards"], responses=answers(401, 404))


@router.get("/boards/{board_id}/cards", response_model=list[Card])
def list_cards(board_id: UUID, user: CurrentUser, cards: Cards) -> object:
    """The cards of a board."""
    return cards.on_board(user, str(board_id))


@router.post("/boards/{board_id}/cards", response_model=Card, status_code=201, responses=answers(403))
def create_card(board_id: UUID, new: NewCard, user: CurrentUser, cards: Cards) -> object:
    """Put a card on a board."""
    return cards.create(user, str(board_id), new.model_dump(mode="json"))


@router.patch("/cards/{card_id}", response_model=Card, responses=answers(403))
def change_card(card_id: UUID, changes: CardChanges, user: CurrentUser, cards: Cards) -> object:
    """Move, assign or rewrite a card."""
    return cards.change(user, str(card_id), changes.model_dump(mode="json", exclude_unset=True))


@router.delete("/cards/{card_id}", status_code=204)
def delete_card(card_id: UUID, user: CurrentUser, cards: Cards) -> None:
    """Remove a card."""
    cards.remove(user, str(card_id))
