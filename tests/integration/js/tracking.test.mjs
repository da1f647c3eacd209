import assert from "node:assert/strict";
import { test } from "node:test";
import { MkDBClient, MkDBRecordNotFoundError } from "../../../web/client/mkdb-client.js";
import { failure, recordStore, startFakeServer } from "./fake_server.mjs";

async function tracked(context, answer) {
  const server = await startFakeServer(answer);
  context.after(server.close);
  const client = new MkDBClient({ baseUrl: server.url });
  const record = await client.track("s", "r1");
  server.requests.length = 0;
  const written = () => server.requests.filter(({ method }) => method === "POST").map(({ body }) => body.delta);
  return { client, record, written, requests: server.requests };
}

test("patch sends only the fields that differ from what the server has", async (t) => {
  const { record, written } = await tracked(t, recordStore({ name: "bolt", price: 9, tags: ["a"] }));
  assert.deepEqual(await record.patch({ name: "bolt", price: 8, tags: ["a"] }), { price: 8 });
  assert.deepEqual(written(), [{ price: 8 }]);
  assert.deepEqual(record.data, { name: "bolt", price: 8, tags: ["a"], _id: "r1" });
  assert.equal(record.revision, 2);
});

test("changes made in data are what patch sends, a deleted field as null", async (t) => {
  const { record, written } = await tracked(t, recordStore({ price: 9, discount: 1, tags: ["a"] }));
  record.data.price = 8.5;
  delete record.data.discount;
  record.data.tags.push("b");
  await record.patch();
  assert.deepEqual(written(), [{ price: 8.5, discount: null, tags: ["a", "b"] }]);
});

test("nothing changed sends nothing", async (t) => {
  const { record, requests } = await tracked(t, recordStore({ price: 9, box: { w: 1, h: [1, { d: 2 }] } }));
  record.data.box = { h: [1, { d: 2 }], w: 1 };
  assert.deepEqual(await record.patch({ price: 9, _id: "other" }), {});
  assert.equal(requests.length, 0);
});

test("a second patch starts from the first", async (t) => {
  const { record, written } = await tracked(t, recordStore({ price: 9 }));
  await record.patch({ price: 8 });
  await record.patch({ price: 8 });
  await record.patch({ price: null });
  assert.deepEqual(written(), [{ price: 8 }, { price: null }]);
  assert.deepEqual(record.data, { _id: "r1" });
});

test("after a nested change data is what the server made of it: replaced", async (t) => {
  const { record } = await tracked(t, recordStore({ settings: { theme: "dark", size: 1 } }));
  await record.patch({ settings: { theme: "light" } });
  assert.deepEqual(record.data.settings, { theme: "light" });
});

test("after a nested change data is what the server made of it: merged", async (t) => {
  const { record, written } = await tracked(t, recordStore({ settings: { theme: "dark", size: 1 } }, { nested: true }));
  await record.patch({ settings: { theme: "light" } });
  assert.deepEqual(record.data.settings, { theme: "light", size: 1 });
  await record.patch({ "settings.size": null });
  assert.deepEqual(record.data.settings, { theme: "light" });
  assert.deepEqual(written().at(-1), { "settings.size": null });
});

test("a failed patch keeps the changes for the next one", async (t) => {
  const store = recordStore({ price: 9 });
  let broken = true;
  const { record, written } = await tracked(t, (request) =>
    request.method === "POST" && broken ? failure(503, "Store 's' is read-only: disk full") : store(request),
  );
  await assert.rejects(record.patch({ price: 8 }), { status: 503 });
  assert.equal(record.data.price, 8);
  broken = false;
  assert.deepEqual(await record.patch(), { price: 8 });
  assert.equal(written().length, 2);
});

test("patch passes the revision that it must meet", async (t) => {
  const { record, requests } = await tracked(t, recordStore({ price: 9 }));
  await record.patch({ price: 8 }, { ifRevision: record.revision });
  assert.equal(requests[0].body.if_revision, 1);
});

test("refresh drops local changes, and fails when the record is gone", async (t) => {
  const { client, record } = await tracked(t, recordStore({ price: 9 }));
  record.data.price = 1;
  await record.refresh();
  assert.equal(record.data.price, 9);
  await client.delete("s", "r1");
  await assert.rejects(record.refresh(), MkDBRecordNotFoundError);
  await assert.rejects(client.track("s", "r1"), { message: "Record 'r1' not found in store 's'", status: 404 });
});
