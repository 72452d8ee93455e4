// The bell in the header with the number of unread notifications, and the list that opens from it.
import { useState } from "react";
import { MOST_UNREAD, type Notification } from "../api/notifications";

interface Props {
  notifications: Notification[];
  onMark: (id: number, read: boolean) => void;
  onRemove: (id: number) => void;
  initiallyOpen?: boolean;
}

export function NotificationBell({ notifications, onMark, onRemove, initiallyOpen = false }: Props) {
  const [open, setOpen] = useState(initiallyOpen);
  const unread = notifications.filter((notification) => notification.read_at === null).length;
  return (
    <div className="bell">
      <button
        type="button"
        aria-expanded={open}
        aria-controls="notifications"
        aria-label={unread === 0 ? "Notifications" : `Notifications, ${shown(unread)} unread`}
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">🔔</span>
        {unread > 0 && (
          <span className="count" aria-hidden="true">
            {shown(unread)}
          </span>
        )}
      </button>
      <span className="for-screen-readers" role="status">
        {unread > 0 ? `${shown(unread)} unread notifications` : ""}
      </span>
      {open && (
        <section id="notifications" className="notifications" aria-label="Notifications">
          {notifications.length === 0 && <p>Nothing new.</p>}
          <ul>
            {notifications.map((notification) => (
              <Item key={notification.id} notification={notification} onMark={onMark} onRemove={onRemove} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Item({ notification, onMark, onRemove }: { notification: Notification } & Pick<Props, "onMark" | "onRemove">) {
  const isRead = notification.read_at !== null;
  return (
    <li className={isRead ? "read" : "unread"}>
      <p>{notification.message}</p>
      <time dateTime={notification.created_at}>{new Date(notification.created_at).toLocaleString()}</time>
      <button type="button" onClick={() => onMark(notification.id, !isRead)}>
        {isRead ? "Mark unread" : "Mark read"}
      </button>
      <button type="button" onClick={() => onRemove(notification.id)}>
        Delete
      </button>
    </li>
  );
}

function shown(unread: number): string {
  return unread < MOST_UNREAD ? String(unread) : `${MOST_UNREAD - 1}+`;
}
