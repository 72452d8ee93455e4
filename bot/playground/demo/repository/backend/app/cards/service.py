"""What can be done with cards, and by whom."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends

from app.auth import User
from app.boards.service import Boards, BoardService
from app.problems import NotAllowed, NotFound
from app.store import CurrentStore, Row, Store, equals


class CardService:
    """Everybody on a board may change its cards."""

    def __init__(self, store: Store, boards: BoardService) -> None:
        self._store = store
        self._boards = boards

    def on_board(self, user: User, board_id: str) -> list[Row]:
        """The cards of a board, oldest first."""
        self._boards.visible(user, board_id)
        return self._store.select("cards", equals("board_id", board_id))

    def visible(self, user: User, card_id: str) -> Row:
        """The card, if the user is on its board."""
        cards = self._store.select("cards", equals("id", card_id))
        if not cards or not self._boards.is_member(cards[0]["board_id"], user.id):
            raise NotFound("There is no such card, or you are not on its board.")
        return cards[0]

    def create(self, user: User, board_id: str, content: dict[str, Any]) -> Row:
        """A new card."""
        self._boards.visible(user, board_id)
        self._check_assignee(board_id, content.get("assignee_id"))
        return self._store.insert("cards", {**content, "board_id": board_id, "created_by": user.id})

    def change(self, user: User, card_id: str, changes: dict[str, Any]) -> Row:
        """The card with some of its columns changed."""
        card = self.visible(user, card_id)
        self._check_assignee(card["board_id"], changes.get("assignee_id"))
        if not changes:
            return card
        return self._store.update("cards", changes, equals("id", card_id))[0]

    def remove(self, user: User, card_id: str) -> None:
        """The card is gone for everybody."""
        self.visible(user, card_id)
        self._store.delete("cards", equals("id", card_id))

    def _check_assignee(self, board_id: str, assignee_id: str | None) -> None:
        if assignee_id is not None and not self._boards.is_member(board_id, assignee_id):
            raise NotAllowed("Only people on the board can be assigned its cards.")


def card_service(store: CurrentStore, boards: Boards) -> CardService:
    """For routes."""
    return CardService(store, boards)


Cards = Annotated[CardService, Depends(card_service)]
