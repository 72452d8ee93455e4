"""The routes of notifications."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import StreamingResponse

from app.auth import CurrentUser
from app.notifications.feed import CurrentFeed
from app.notifications.models import NewPing, Notification, NotificationChanges
from app.notifications.service import Notifications
from app.notifications.stream import event_stream
from app.problems import answers

router = APIRouter(prefix="/api/v1", tags=["notifications"], responses=answers(401))

LARGEST_ID = 2**63 - 1
NotificationId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/notifications", response_model=list[Notification])
def list_notifications(
    user: CurrentUser,
    notifications: Notifications,
    unread: bool = False,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> object:
    """One's own notifications, newest first."""
    return notifications.mine(user, unread, before, limit)


@router.post("/notifications", response_model=Notification, status_code=201, responses=answers(403, 404))
def ping(new: NewPing, user: CurrentUser, notifications: Notifications) -> object:
    """Send somebody on the same board a short message."""
    card_id = None if new.card_id is None else str(new.card_id)
    return notifications.ping(user, str(new.recipient_id), str(new.board_id), card_id, new.message)


@router.patch("/notifications/{notification_id}", response_model=Notification, responses=answers(404))
def mark_notification(
    notification_id: NotificationId,
    changes: NotificationChanges,
    user: CurrentUser,
    notifications: Notifications,
) -> object:
    """Mark a notification read or unread."""
    return notifications.mark(user, notification_id, changes.read)


@router.delete("/notifications/{notification_id}", status_code=204, responses=answers(404))
def delete_notification(
    notification_id: NotificationId, user: CurrentUser, notifications: Notifications
) -> None:
    """Delete a notification."""
    notifications.remove(user, notification_id)


@router.get(
    "/stream/notifications",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The stream", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
    },
)
async def stream_notifications(
    user: CurrentUser,
    notifications: Notifications,
    feed: CurrentFeed,
    last_event_id: Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=LARGEST_ID)] = None,
) -> StreamingResponse:
    """One's own notifications as they happen."""
    events = event_stream(
        feed, user.id, lambda: [] if last_event_id is None else notifications.since(user, last_event_id)
    )
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)
