import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { ApiProblem } from "./client";
import { eventsOf, followEvents, type StreamEvent } from "./eventStream";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

const bodyOf = (...chunks: string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(new TextEncoder().encode(chunk)));
      controller.close();
    },
  });

const collected = async (...chunks: string[]) => {
  const events: StreamEvent[] = [];
  for await (const event of eventsOf(bodyOf(...chunks))) {
    events.push(event);
  }
  return events;
};

test("an event may come in pieces, and several in one", async () => {
  const events = await collected("id: 1\neve", "nt: notification\nda", "ta: one\n\nid: 2\ndata: two\n\n");
  assert.deepEqual(events, [
    { id: "1", event: "notification", data: "one" },
    { id: "2", event: "message", data: "two" },
  ]);
});

test("comments, other line ends and several data lines are understood", async () => {
  assert.deepEqual(await collected(": keep-alive\n\n", "data: one\r\ndata: two\r\n\r\n"), [
    { id: null, event: "message", data: "one\ntwo" },
  ]);
});

test("an event that was cut off is not delivered", async () => {
  assert.deepEqual(await collected("id: 3\ndata: half"), []);
});

test("a lost connection is opened again and asks for what was missed", async () => {
  const asked: (string | null)[] = [];
  globalThis.fetch = async (_, options) => {
    asked.push(new Headers(options?.headers).get("Last-Event-ID"));
    return new Response(bodyOf(`retry: 1\n\nid: ${asked.length * 10}\ndata: x\n\n`));
  };
  const stop = new AbortController();
  const seen: (string | null)[] = [];
  const happened = (event: StreamEvent) => {
    seen.push(event.id);
    if (seen.length === 3) {
      stop.abort();
    }
  };
  let opened = 0;
  await followEvents({ path: "/stream/notifications", signal: stop.signal, opened: () => opened++, happened });
  assert.deepEqual(seen, ["10", "20", "30"]);
  assert.deepEqual(asked, [null, "10", "20"]);
  assert.equal(opened, 3);
});

test("an event that cannot be used does not end the stream", async () => {
  const realError = console.error;
  const logged: unknown[] = [];
  console.error = (...words: unknown[]) => logged.push(words);
  globalThis.fetch = async () => new Response(bodyOf("id: 1\ndata: bad\n\nid: 2\ndata: good\n\n"));
  const stop = new AbortController();
  const seen: string[] = [];
  const happened = (event: StreamEvent) => {
    if (event.data === "bad") {
      throw new Error("Not understood.");
    }
    seen.push(event.data);
    stop.abort();
  };
  await followEvents({ path: "/stream/notifications", signal: stop.signal, opened: () => {}, happened });
  console.error = realError;
  assert.deepEqual(seen, ["good"]);
  assert.equal(logged.length, 1);
});

test("a refused token is reported instead of tried for ever", async () => {
  globalThis.fetch = async () => new Response(null, { status: 401 });
  const signal = new AbortController().signal;
  await assert.rejects(
    followEvents({ path: "/stream/notifications", signal, opened: () => {}, happened: () => {} }),
    ApiProblem,
  );
});
