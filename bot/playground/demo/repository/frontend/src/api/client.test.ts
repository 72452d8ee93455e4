import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { cardSchema } from "./boards";
import { ApiProblem, get } from "./client";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

const answer = (status: number, body: unknown) => {
  globalThis.fetch = async () => Response.json(body, { status });
};

test("what the API says went wrong is what people read", async () => {
  answer(404, { detail: "There is no such card, or you are not on its board." });
  await assert.rejects(get("/cards/1", cardSchema), (error: unknown) => {
    assert(error instanceof ApiProblem);
    assert.equal(error.status, 404);
    assert.equal(error.message, "There is no such card, or you are not on its board.");
    return true;
  });
});

test("an answer of another shape does not get into the app", async () => {
  answer(200, { id: "not-a-uuid" });
  await assert.rejects(get("/cards/1", cardSchema), { name: "ZodError" });
});
