// How the app talks to the API: one place for the token, the errors and the shape of what comes back.
import type { ZodType } from "zod";
import { accessToken } from "../session";

export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

export function authorization(): Record<string, string> {
  const token = accessToken();
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

async function send(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: { ...authorization(), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.status === 204) {
    return undefined;
  }
  const content: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    throw new ApiProblem(response.status, detailOf(content));
  }
  return content;
}

function detailOf(content: unknown): string {
  const detail = (content as { detail?: unknown } | null)?.detail;
  return typeof detail === "string" ? detail : "Something went wrong. Try again in a moment.";
}

export async function get<T>(path: string, schema: ZodType<T>): Promise<T> {
  return schema.parse(await send("GET", path));
}

export async function post<T>(path: string, body: unknown, schema: ZodType<T>): Promise<T> {
  return schema.parse(await send("POST", path, body));
}

export async function patch<T>(path: string, body: unknown, schema: ZodType<T>): Promise<T> {
  return schema.parse(await send("PATCH", path, body));
}

export async function remove(path: string): Promise<void> {
  await send("DELETE", path);
}
