"""What can be done with boards, and by whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from app.auth import User
from app.problems import NotAllowed, NotFound
from app.store import CurrentStore, Row, Store, equals, one_of


class BoardService:
    """Every method takes the user first: nobody sees a board they are not on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def mine(self, user: User) -> list[Row]:
        """The boards that the user is on, oldest first."""
        memberships = self._store.select("board_members", equals("user_id", user.id))
        if not memberships:
            return []
        return self._store.select("boards", one_of("id", [row["board_id"] for row in memberships]))

    def create(self, user: User, name: str) -> Row:
        """A new board, owned by the user."""
        board = self._store.insert("boards", {"name": name, "owner_id": user.id})
        self._store.insert("board_members", {"board_id": board["id"], "user_id": user.id, "role": "owner"})
        return board

    def visible(self, user: User, board_id: str) -> Row:
        """The board, if the user is on it."""
        boards = self._store.select("boards", equals("id", board_id))
        if not boards or not self.is_member(board_id, user.id):
            raise NotFound("There is no such board, or you are not on it.")
        return boards[0]

    def members(self, board_id: str) -> list[Row]:
        """Who is on the board, the owner first."""
        return self._named(self._store.select("board_members", equals("board_id", board_id)))

    def is_member(self, board_id: str, user_id: str) -> bool:
        """The same rule as the database's `is_board_member`."""
        return bool(
            self._store.select("board_members", equals("board_id", board_id), equals("user_id", user_id))
        )

    def add_member(self, user: User, board_id: str, user_id: str) -> Row:
        """Let somebody in; adding them twice changes nothing."""
        board = self.visible(user, board_id)
        if board["owner_id"] != user.id:
            raise NotAllowed("Only the owner of the board adds people to it.")
        present = self._store.select(
            "board_members", equals("board_id", board_id), equals("user_id", user_id)
        )
        added = present or [self._store.insert("board_members", {"board_id": board_id, "user_id": user_id})]
        return self._named(added)[0]

    def _named(self, members: list[Row]) -> list[Row]:
        profiles = self._store.select("profiles", one_of("id", [member["user_id"] for member in members]))
        names = {profile["id"]: profile["display_name"] for profile in profiles}
        return [{**member, "display_name": names.get(member["user_id"], "Somebody")} for member in members]


def board_service(store: CurrentStore) -> BoardService:
    """For routes."""
    return BoardService(store)


Boards = Annotated[BoardService, Depends(board_service)]
