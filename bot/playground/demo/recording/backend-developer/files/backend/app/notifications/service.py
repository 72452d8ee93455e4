"""What can be done with notifications, by whom, and when one is made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends

from app.auth import User
from app.boards.service import Boards, BoardService
from app.notifications.feed import CurrentFeed, NotificationFeed
from app.problems import NotAllowed, NotFound
from app.store import CurrentStore, Row, Store, Where, equals, is_null

COLUMNS = {"todo": "To do", "doing": "Doing", "done": "Done"}


class NotificationService:
    """A notification belongs to its recipient: to everybody else it does not exist."""

    def __init__(self, store: Store, boards: BoardService, feed: NotificationFeed) -> None:
        self._store = store
        self._boards = boards
        self._feed = feed

    def mine(self, user: User, unread: bool, before: int | None, limit: int) -> list[Row]:
        """A page of the user's notifications, newest first."""
        where: list[Where] = [equals("recipient_id", user.id)]
        if unread:
            where.append(is_null("read_at"))
        if before is not None:
            where.append(Where("id", "lt", before))
        return self._store.select("notifications", *where, order_by="id", descending=True, limit=limit)

    def since(self, user: User, last_id: int) -> list[Row]:
        """The user's notifications after the one with that id, oldest first."""
        return self._store.select(
            "notifications", equals("recipient_id", user.id), Where("id", "gt", last_id), order_by="id"
        )

    def ping(self, user: User, recipient_id: str, board_id: str, card_id: str | None, message: str) -> Row:
        """A message from one member of a board to another."""
        self._boards.visible(user, board_id)
        if recipient_id == user.id:
            raise NotAllowed("There is no need to ping yourself.")
        if not self._boards.is_member(board_id, recipient_id):
            raise NotAllowed("Only people on the board can be pinged from it.")
        if card_id is not None and not self._is_on(board_id, card_id):
            raise NotFound("There is no such card on this board.")
        return self._send(user, recipient_id, board_id, card_id, "pinged", message)

    def card_changed(self, user: User, before: Row | None, after: Row) -> None:
        """Tell the assignee that a card is theirs now or, if it was theirs before, that it moved."""
        assignee_id = after["assignee_id"]
        if assignee_id is None or assignee_id == user.id:
            return
        about = (user, assignee_id, after["board_id"], after["id"])
        if before is None or before["assignee_id"] != assignee_id:
            self._send(*about, "assigned", f"“{after['title']}” was assigned to you.")
        elif before["status"] != after["status"]:
            self._send(*about, "moved", f"“{after['title']}” was moved to {COLUMNS[after['status']]}.")

    def mark(self, user: User, notification_id: int, read: bool) -> Row:
        """Read or unread; when it was first read is kept."""
        notification = self._own(user, notification_id)
        if read == (notification["read_at"] is not None):
            return notification
        changes: dict[str, Any] = {"read_at": datetime.now(UTC).isoformat() if read else None}
        changed = self._store.update("notifications", changes, *self._owned(user, notification_id))
        return self._there(changed)

    def remove(self, user: User, notification_id: int) -> None:
        """It is gone."""
        self._there(self._store.delete("notifications", *self._owned(user, notification_id)))

    def _own(self, user: User, notification_id: int) -> Row:
        return self._there(self._store.select("notifications", *self._owned(user, notification_id)))

    def _owned(self, user: User, notification_id: int) -> tuple[Where, Where]:
        return equals("id", notification_id), equals("recipient_id", user.id)

    def _there(self, rows: list[Row]) -> Row:
        if not rows:
            raise NotFound("There is no such notification.")
        return rows[0]

    def _is_on(self, board_id: str, card_id: str) -> bool:
        return bool(self._store.select("cards", equals("id", card_id), equals("board_id", board_id)))

    def _send(
        self, actor: User, recipient_id: str, board_id: str, card_id: str | None, kind: str, message: str
    ) -> Row:
        row = self._store.insert(
            "notifications",
            {
                "recipient_id": recipient_id,
                "actor_id": actor.id,
                "board_id": board_id,
                "card_id": card_id,
                "kind": kind,
                "message": message,
            },
        )
        self._feed.publish(row)
        return row


def notification_service(store: CurrentStore, boards: Boards, feed: CurrentFeed) -> NotificationService:
    """For routes."""
    return NotificationService(store, boards, feed)


Notifications = Annotated[NotificationService, Depends(notification_service)]
