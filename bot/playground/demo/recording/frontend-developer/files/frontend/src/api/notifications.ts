// Notifications as docs/openapi.yaml describes them.
import { z } from "zod";
import { get, patch, post, remove } from "./client";
import { followEvents, type Follow } from "./eventStream";

export const notificationSchema = z.object({
  id: z.int(),
  recipient_id: z.uuid(),
  actor_id: z.uuid().nullable(),
  board_id: z.uuid(),
  card_id: z.uuid().nullable(),
  kind: z.enum(["assigned", "moved", "pinged"]),
  message: z.string(),
  read_at: z.string().nullable(),
  created_at: z.string(),
});
export type Notification = z.infer<typeof notificationSchema>;

export const newPingSchema = z.object({
  recipient_id: z.uuid("Choose whom to ping."),
  board_id: z.uuid(),
  message: z.string().trim().min(1, "Write a message.").max(500, "A message has at most 500 characters."),
});
export type NewPing = z.infer<typeof newPingSchema>;

/** As many unread ones as one page holds: the bell says "99+" before it runs out. */
export const MOST_UNREAD = 100;

const list = z.array(notificationSchema);

export const listNotifications = (before?: number) =>
  get(before === undefined ? "/notifications" : `/notifications?before=${before}`, list);
export const listUnread = () => get(`/notifications?unread=true&limit=${MOST_UNREAD}`, list);
export const markNotification = (id: number, read: boolean) =>
  patch(`/notifications/${id}`, { read }, notificationSchema);
export const deleteNotification = (id: number) => remove(`/notifications/${id}`);
export const sendPing = (ping: NewPing) => post("/notifications", ping, notificationSchema);

/** Calls `arrived` for each new notification, and `opened` whenever the stream is (again) open. */
export function followNotifications(
  arrived: (notification: Notification) => void,
  opened: () => void,
  signal: AbortSignal,
): Promise<void> {
  const follow: Follow = {
    path: "/stream/notifications",
    signal,
    opened,
    happened: (event) => {
      if (event.event === "notification") {
        arrived(notificationSchema.parse(JSON.parse(event.data)));
      }
    },
  };
  return followEvents(follow);
}
