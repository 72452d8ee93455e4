// Boards and cards as docs/openapi.yaml describes them.
import { z } from "zod";
import { get, patch } from "./client";

export const boardSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  owner_id: z.uuid(),
  created_at: z.string(),
});
export type Board = z.infer<typeof boardSchema>;

export const memberSchema = z.object({
  user_id: z.uuid(),
  display_name: z.string(),
  role: z.enum(["owner", "member"]),
});
export type Member = z.infer<typeof memberSchema>;

export const boardWithMembersSchema = boardSchema.extend({ members: z.array(memberSchema) });
export type BoardWithMembers = z.infer<typeof boardWithMembersSchema>;

export const statusSchema = z.enum(["todo", "doing", "done"]);
export type Status = z.infer<typeof statusSchema>;

export const cardSchema = z.object({
  id: z.uuid(),
  board_id: z.uuid(),
  title: z.string(),
  body: z.string(),
  status: statusSchema,
  assignee_id: z.uuid().nullable(),
  created_by: z.uuid(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Card = z.infer<typeof cardSchema>;

export const listBoards = () => get("/boards", z.array(boardSchema));
export const getBoard = (boardId: string) => get(`/boards/${boardId}`, boardWithMembersSchema);
export const listCards = (boardId: string) => get(`/boards/${boardId}/cards`, z.array(cardSchema));
export const moveCard = (cardId: string, status: Status) => patch(`/cards/${cardId}`, { status }, cardSchema);
