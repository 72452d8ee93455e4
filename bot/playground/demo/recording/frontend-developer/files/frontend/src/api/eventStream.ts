// Server-sent events by fetch: EventSource cannot send our Authorization header, and a token does not go into a URL.
import { ApiProblem, authorization } from "./client";

export interface StreamEvent {
  id: string | null;
  event: string;
  data: string;
}

/** The events in a body, as they come in; `retry` is told when the server says how long to wait before reconnecting. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  retry: (milliseconds: number) => void = () => {},
): AsyncGenerator<StreamEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let unread = "";
  let fields = new Map<string, string>();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return; // what has no empty line after it was cut off, and is sent again after the reconnect
      }
      const lines = (unread + value).split("\n");
      unread = lines.pop() ?? "";
      for (const line of lines.map((line) => line.replace(/\r$/, ""))) {
        if (line === "") {
          const data = fields.get("data");
          if (data !== undefined) {
            yield { id: fields.get("id") ?? null, event: fields.get("event") ?? "message", data };
          }
          fields = new Map();
        } else if (!line.startsWith(":")) {
          const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
          const before = name === "data" ? fields.get("data") : undefined;
          fields.set(name, before === undefined ? value : `${before}\n${value}`);
          if (name === "retry" && /^\d+$/.test(value)) {
            retry(Number(value));
          }
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

export interface Follow {
  path: string;
  signal: AbortSignal;
  opened: () => void;
  happened: (event: StreamEvent) => void;
}

const LONGEST_WAIT = 30_000;

/** Follows a stream until `signal` says stop, connecting again whenever it is lost. */
export async function followEvents({ path, signal, opened, happened }: Follow): Promise<void> {
  let lastId: string | null = null;
  let retry = 3_000;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = { ...authorization(), Accept: "text/event-stream" };
      if (lastId !== null) {
        headers["Last-Event-ID"] = lastId;
      }
      const response = await fetch(`/api/v1${path}`, { headers, signal });
      if (response.status === 401 || response.status === 403) {
        throw new ApiProblem(response.status, "Sign in again to get notifications as they happen.");
      }
      if (response.ok && response.body !== null) {
        failures = 0;
        opened();
        for await (const event of eventsOf(response.body, (milliseconds) => (retry = milliseconds))) {
          lastId = event.id ?? lastId;
          try {
            happened(event);
          } catch (error) {
            console.error("An event could not be used; the stream goes on.", error);
          }
        }
      }
    } catch (error) {
      if (error instanceof ApiProblem) {
        throw error; // waiting would not help
      }
    }
    await wait(Math.min(retry * 2 ** failures++, LONGEST_WAIT), signal);
  }
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener("abort", finish);
  });
}
