import assert from "node:assert/strict";
import { test } from "node:test";
import { MkDBClient, Q } from "../../../web/client/mkdb-client.js";
import { failure, ok, startFakeServer } from "./fake_server.mjs";

async function asked(context, answer, call, options = {}) {
  const server = await startFakeServer(() => answer);
  context.after(server.close);
  const result = await call(new MkDBClient({ baseUrl: server.url, ...options }));
  return { result, request: server.requests[0], requests: server.requests };
}

test("ping asks /health", async (t) => {
  const { result, request } = await asked(t, ok({ status: "ok" }), (client) => client.ping());
  assert.equal(result, true);
  assert.deepEqual([request.method, request.path], ["GET", "/health"]);
});

test("ping takes a health answer without data too", async (t) => {
  const { result } = await asked(t, { json: { status: "ok" } }, (client) => client.ping());
  assert.equal(result, true);
});

test("listStores gives the list", async (t) => {
  const stores = [{ name: "products", record_count: 2 }];
  const { result, request } = await asked(t, ok(stores), (client) => client.listStores());
  assert.deepEqual(result, stores);
  assert.equal(request.path, "/data");
});

test("get escapes store and id, and gives data and revision", async (t) => {
  const answer = { ...ok({ a: 1, _id: "g++/ü ?#" }), headers: { ETag: '"7"' } };
  const { result, request } = await asked(t, answer, (client) => client.get("a b", "g++/ü ?#"));
  assert.equal(request.path, "/data/a%20b/g%2B%2B%2F%C3%BC%20%3F%23");
  assert.deepEqual(result, { found: true, record_id: "g++/ü ?#", data: { a: 1, _id: "g++/ü ?#" }, revision: 7 });
});

test("get of a record that is not there is an answer, not an error", async (t) => {
  const { result } = await asked(t, failure(404, "Record 'x' not found in store 's'"),
    (client) => client.get("s", "x"));
  assert.deepEqual(result, { found: false, record_id: "x", data: null });
});

test("set sends the delta under its id", async (t) => {
  const delta = { name: "Steel Bolt", old: null };
  const { result, request } = await asked(t, ok({ record_id: "p1" }, { revision: 3 }),
    (client) => client.set("s", "p1", delta));
  assert.deepEqual([request.method, request.path], ["POST", "/data"]);
  assert.deepEqual(request.body, { store: "s", record_id: "p1", delta });
  assert.deepEqual(result, { record_id: "p1", revision: 3 });
});

test("set passes conditions on", async (t) => {
  const { request } = await asked(t, ok({ record_id: "p1" }),
    (client) => client.set("s", "p1", {}, { ifRevision: 0, durability: "buffered" }));
  assert.deepEqual(request.body, { store: "s", record_id: "p1", delta: {}, if_revision: 0, durability: "buffered" });
});

test("insert leaves the id to the server", async (t) => {
  const { result, request } = await asked(t, ok({ record_id: "made" }), (client) => client.insert("s", { a: 1 }));
  assert.deepEqual(request.body, { store: "s", delta: { a: 1 } });
  assert.equal(result.record_id, "made");
});

test("delete names the record, and its revision when asked", async (t) => {
  const { result, request } = await asked(t, ok({ record_id: "p1" }),
    (client) => client.delete("s", "p1", { ifRevision: 4 }));
  assert.deepEqual([request.method, request.path, request.headers["if-match"]], ["DELETE", "/data/s/p1", '"4"']);
  assert.deepEqual(result, { record_id: "p1" });
});

test("a batch sends its operations", async (t) => {
  const operations = [{ op: "write", record_id: "a", delta: { n: 1 } }, { op: "delete", record_id: "b" }];
  const { result, request } = await asked(t, ok({ record_ids: ["a", "b"], revisions: [7, 0] }),
    (client) => client.batch("s", operations));
  assert.deepEqual([request.method, request.path, request.body], ["POST", "/batch", { store: "s", operations }]);
  assert.deepEqual(result, { record_ids: ["a", "b"], revisions: [7, 0] });
});

test("query takes a builder, and options win over it", async (t) => {
  const page = { count: 1, total_matches: 9, ids: ["a"], duration_ms: 0.1 };
  const query = Q.field("price").lt(5).sort("-price").limit(20);
  const { result, request } = await asked(t, ok(page),
    (client) => client.query("s", query, { hydrate: false, limit: 1 }));
  assert.deepEqual(request.body,
    { store: "s", filter: { price: { lt: 5 } }, sort: "-price", limit: 1, hydrate: false });
  assert.deepEqual(result, page);
});

test("query takes a filter as JSON, and none for all", async (t) => {
  const both = (client) => client.query("s", { a: 1 }).then(() => client.query("s"));
  const { requests } = await asked(t, ok({ count: 0, total_matches: 0, ids: [] }), both);
  assert.deepEqual(requests.map(({ body }) => body.filter), [{ a: 1 }, {}]);
});

test("query names chosen fields, a cursor and a mere count as the protocol does", async (t) => {
  const answer = ok({ count: 0, total_matches: 9, ids: [], next_cursor: "{}" });
  const page = { fields: ["name", "size.x"], cursor: '{"created":4}' };
  const { result, request } = await asked(t, answer,
    (client) => client.query("s", { a: 1 }, { ...page, countOnly: true }));
  assert.deepEqual(request.body, { store: "s", filter: { a: 1 }, ...page, count_only: true });
  assert.equal(result.next_cursor, "{}");
});

test("pages follow the cursor to the end, and skip the offset once", async (t) => {
  const answers = [["a", "b"], [], ["c"]].map((ids, page) =>
    ({ count: ids.length, total_matches: 4, ids, ...(page < 2 && { next_cursor: `after ${page}` }) }));
  const server = await startFakeServer(({ body }) => ok(answers[body.cursor ? Number(body.cursor.at(-1)) + 1 : 0]));
  t.after(server.close);
  const client = new MkDBClient({ baseUrl: server.url });
  const query = Q.field("price").lt(5).sort("-price").limit(2).offset(1);
  const seen = [];
  for await (const page of client.pages("s", query, { hydrate: false })) seen.push(page);
  assert.deepEqual(seen, answers);
  const body = { store: "s", filter: { price: { lt: 5 } }, sort: "-price", limit: 2, hydrate: false };
  assert.deepEqual(server.requests.map((request) => request.body), [{ ...body, offset: 1 },
    { ...body, offset: 0, cursor: "after 0" }, { ...body, offset: 0, cursor: "after 1" }]);
});

test("pages ask for no more than is taken of them", async (t) => {
  const { requests } = await asked(t, ok({ count: 1, total_matches: 9, ids: ["a"], next_cursor: "{}" }),
    async (client) => { for await (const page of client.pages("s")) if (page.count === 1) break; });
  assert.deepEqual(requests.map(({ body }) => body), [{ store: "s", filter: {} }]);
});

test("credentials are sent in UTF-8, a token as bearer", async (t) => {
  const basic = await asked(t, ok("ok"), (client) => client.ping(), { username: "zoë", password: "pä:ss" });
  assert.equal(basic.request.headers.authorization, `Basic ${Buffer.from("zoë:pä:ss").toString("base64")}`);
  const bearer = await asked(t, ok("ok"), (client) => client.ping(), { token: "tok_1" });
  assert.equal(bearer.request.headers.authorization, "Bearer tok_1");
  const none = await asked(t, ok("ok"), (client) => client.ping());
  assert.equal(none.request.headers.authorization, undefined);
});

test("a base URL below a path works, with or without the last slash", async (t) => {
  const server = await startFakeServer(() => ok([]));
  t.after(server.close);
  for (const end of ["/db", "/db/"]) await new MkDBClient({ baseUrl: server.url + end }).listStores();
  assert.deepEqual(server.requests.map(({ path }) => path), ["/db/data", "/db/data"]);
});

test("wrong arguments never reach the server", async (t) => {
  const server = await startFakeServer(() => ok({}));
  t.after(server.close);
  const client = new MkDBClient({ baseUrl: server.url });
  await assert.rejects(client.get("s", ".."), /cannot stand in a URL/);
  await assert.rejects(client.delete("s", ""), /record id must be a non-empty string/);
  await assert.rejects(client.set("s", undefined, {}), /record id must be a non-empty string/);
  await assert.rejects(client.insert("", {}), /store must be a non-empty string/);
  await assert.rejects(client.set("s", "x", { price: NaN }), /'price' is NaN, which JSON cannot hold/);
  assert.throws(() => new MkDBClient({ username: "a:b" }), /cannot contain ':'/);
  assert.throws(() => new MkDBClient({ timeoutMs: -1 }), /timeoutMs must be a whole number/);
  assert.throws(() => new MkDBClient({ baseUrl: "not a url" }), TypeError);
  assert.equal(server.requests.length, 0);
});
