import assert from "node:assert/strict";
import { test } from "node:test";
import { renderToStaticMarkup } from "react-dom/server";
import type { Notification } from "../api/notifications";
import { merged } from "../hooks/useNotifications";
import { NotificationBell } from "./NotificationBell";
import { pingFrom } from "./PingForm";

const SOMEBODY = "00000000-0000-4000-8000-000000000001";

const notification = (id: number, changes: Partial<Notification> = {}): Notification => ({
  id,
  recipient_id: SOMEBODY,
  actor_id: null,
  board_id: SOMEBODY,
  card_id: null,
  kind: "pinged",
  message: `Number ${id}`,
  read_at: null,
  created_at: "2025-01-13T10:00:00Z",
  ...changes,
});

const rendered = (notifications: Notification[], open = false) =>
  renderToStaticMarkup(
    <NotificationBell notifications={notifications} onMark={() => {}} onRemove={() => {}} initiallyOpen={open} />,
  );

test("the bell shows how many notifications are unread", () => {
  const html = rendered([notification(3), notification(2), notification(1, { read_at: "2025-01-13T11:00:00Z" })]);
  assert.match(html, /aria-label="Notifications, 2 unread"/);
  assert.doesNotMatch(html, /Number 3/);
});

test("with nothing unread there is no number", () => {
  assert.doesNotMatch(rendered([]), /class="count"/);
});

test("a hundred unread are more than the bell counts", () => {
  assert.match(rendered(Array.from({ length: 100 }, (_, index) => notification(index + 1))), /99\+/);
});

test("the open list offers what can be done with each", () => {
  const html = rendered([notification(2), notification(1, { read_at: "2025-01-13T11:00:00Z" })], true);
  assert.match(html, /Number 2.*Mark read.*Number 1.*Mark unread/s);
});

test("what somebody writes is shown as text", () => {
  assert.match(rendered([notification(1, { message: "<img src=x>" })], true), /&lt;img src=x&gt;/);
});

test("live and loaded notifications come together newest first, each once", () => {
  const read = notification(2, { read_at: "2025-01-13T11:00:00Z" });
  assert.deepEqual(merged([notification(2), notification(1)], [notification(3), read]), [
    notification(3),
    read,
    notification(1),
  ]);
});

test("a ping needs somebody and between 1 and 500 characters", () => {
  assert.equal(pingFrom(SOMEBODY, "", "Hello"), "Choose whom to ping.");
  assert.equal(pingFrom(SOMEBODY, SOMEBODY, "   "), "Write a message.");
  assert.equal(pingFrom(SOMEBODY, SOMEBODY, "x".repeat(501)), "A message has at most 500 characters.");
  assert.deepEqual(pingFrom(SOMEBODY, SOMEBODY, " Hello "), {
    recipient_id: SOMEBODY,
    board_id: SOMEBODY,
    message: "Hello",
  });
});
