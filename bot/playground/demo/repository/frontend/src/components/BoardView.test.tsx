import assert from "node:assert/strict";
import { test } from "node:test";
import { renderToStaticMarkup } from "react-dom/server";
import type { Card, Status } from "../api/boards";
import { BoardView } from "./BoardView";

const card = (title: string, status: Status): Card => ({
  id: `00000000-0000-4000-8000-00000000000${title.length}`,
  board_id: "00000000-0000-4000-8000-000000000000",
  title,
  body: "",
  status,
  assignee_id: null,
  created_by: "00000000-0000-4000-8000-000000000000",
  created_at: "2025-01-10T09:00:00Z",
  updated_at: "2025-01-10T09:00:00Z",
});

const column = (html: string, title: string) =>
  html.split("<section").find((part) => part.includes(`aria-label="${title}"`)) ?? "";

test("every card stands in the column of its status", () => {
  const cards = [card("Plan", "todo"), card("Write", "done")];
  const html = renderToStaticMarkup(<BoardView cards={cards} onMove={() => {}} />);
  assert.match(column(html, "To do"), /Plan/);
  assert.match(column(html, "Done"), /Write/);
  assert.doesNotMatch(column(html, "Doing"), /<article/);
});
