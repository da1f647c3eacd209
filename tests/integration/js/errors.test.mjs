import assert from "node:assert/strict";
import { createServer } from "node:net";
import { once } from "node:events";
import { test } from "node:test";
import * as mkdb from "../../../web/client/mkdb-client.js";
import { failure, startFakeServer } from "./fake_server.mjs";

const ANSWERS = [
  [401, "Invalid credentials", "MkDBAuthError"],
  [403, "Write access denied — reconnect with 'W' or 'RW' access", "MkDBAuthError"],
  [403, "No access to store 'Store '", "MkDBAuthError"],
  [404, "Store 'S' not found", "MkDBStoreNotFoundError"],
  [404, "Record 'R' not found in store 'S'", "MkDBRecordNotFoundError"],
  [404, "Store 'Record 'x' not found in store 'y'' not found", "MkDBStoreNotFoundError"],
  [400, "Query syntax error: field 'f': unknown operator 'liek'", "MkDBQueryError"],
  [400, "'filter' must be a JSON object", "MkDBQueryError"],
  [400, "'delta' must be a JSON object", "MkDBServerError"],
  [408, "Query exceeded hard limit of 5 ms", "MkDBTimeoutError"],
  [409, "Store 'S' already exists", "MkDBStoreExistsError"],
  [412, "Revision conflict: 'R' is at 3, not 2", "MkDBConflictError"],
  [413, "Body too large", "MkDBServerError"],
  [500, "Internal error", "MkDBServerError"],
  [503, "Shutting down", "MkDBServerError"],
];

for (const [status, message, name] of ANSWERS) {
  test(`${status} "${message}" is ${name}`, async (t) => {
    const server = await startFakeServer(() => failure(status, message));
    t.after(server.close);
    await assert.rejects(new mkdb.MkDBClient({ baseUrl: server.url }).query("S"), (error) => {
      assert.ok(error instanceof mkdb.MkDBError);
      assert.equal(error.constructor, mkdb[name]);
      assert.deepEqual([error.name, error.message, error.status], [name, message, status]);
      return true;
    });
  });
}

test("what the server refuses is a MkDBServerError whatever its kind", () => {
  for (const name of ["MkDBStoreNotFoundError", "MkDBRecordNotFoundError", "MkDBStoreExistsError", "MkDBQueryError",
    "MkDBConflictError"]) {
    assert.ok(new mkdb[name]("x") instanceof mkdb.MkDBServerError, name);
  }
  assert.ok(!(new mkdb.MkDBAuthError("x") instanceof mkdb.MkDBServerError));
});

test("a rate limit says how long to wait", async (t) => {
  const server = await startFakeServer(() => failure(429, "Too many requests", { "Retry-After": "2" }));
  t.after(server.close);
  await assert.rejects(new mkdb.MkDBClient({ baseUrl: server.url }).ping(),
    { status: 429, retryAfter: 2, name: "MkDBServerError" });
});

test("a server that never answers is a timeout", async (t) => {
  const server = await startFakeServer(() => undefined);
  t.after(server.close);
  await assert.rejects(new mkdb.MkDBClient({ baseUrl: server.url, timeoutMs: 40 }).ping(), {
    name: "MkDBTimeoutError",
    message: `${server.url} did not answer within 40 ms`,
  });
});

test("a server that stops in the middle of its answer is a timeout too", async (t) => {
  const server = createServer((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"))
    .listen(0, "127.0.0.1");
  await once(server, "listening");
  const sockets = [];
  server.on("connection", (socket) => sockets.push(socket.on("error", () => {})));
  t.after(() => (sockets.forEach((socket) => socket.destroy()), server.close()));
  const client = new mkdb.MkDBClient({ baseUrl: `http://127.0.0.1:${server.address().port}`, timeoutMs: 60 });
  await assert.rejects(client.ping(), { name: "MkDBTimeoutError" });
});

test("a port where nobody listens is a transport error that names it", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  await assert.rejects(new mkdb.MkDBClient({ baseUrl: `http://127.0.0.1:${port}` }).ping(), (error) => {
    assert.equal(error.name, "MkDBTransportError");
    assert.match(error.message, new RegExp(`cannot reach http://127.0.0.1:${port}: .*ECONNREFUSED`));
    return true;
  });
});

for (const reply of [{ text: "<html>It works!</html>" }, { json: { hello: 1 } }, { status: 502, text: "Bad gateway" },
  { json: null }, { status: 500, json: { status: "ok" } }]) {
  test(`${JSON.stringify(reply)} is not an answer of MkDB`, async (t) => {
    const server = await startFakeServer(() => reply);
    t.after(server.close);
    await assert.rejects(new mkdb.MkDBClient({ baseUrl: server.url }).ping(), {
      name: "MkDBTransportError",
      status: reply.status ?? 200,
      message: /but not as MkDB does/,
    });
  });
}
