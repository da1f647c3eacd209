import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import * as mkdb from "../../../web/client/mkdb-client.js";
import { binary, makeDatabase, removeDatabase, startServer } from "./real_server.mjs";

const { MkDBClient, Q } = mkdb;
const CLIENT_FILE = new URL("../../../web/client/mkdb-client.js", import.meta.url);
const WEIRD_IDS = ["g++", "a/b", "ü ?#%", "日本", "'quoted\"", "x".repeat(256)];

describe("the client against the server", { skip: !binary && "MKDB_BINARY names no server" }, () => {
  let directory, server, client;
  before(async () => {
    directory = await makeDatabase();
    server = await startServer(directory);
    client = new MkDBClient({ baseUrl: server.http });
    for (const name of ["products", "ids", "settings"]) await server.control("api_create_store", { name });
    await server.control("api_update_store_config", { name: "settings", nested_queries_enabled: true });
  });
  after(async () => {
    assert.equal(await server?.stop(), 0, "exit status after SIGTERM");
    await removeDatabase(directory);
  });

  test("ping, listStores", async () => {
    assert.equal(await client.ping(), true);
    const names = (await client.listStores()).map(({ name }) => name);
    assert.deepEqual(names.filter((name) => ["ids", "products", "settings"].includes(name)).sort(),
      ["ids", "products", "settings"]);
  });

  test("set merges, null removes, get answers, delete forgets", async () => {
    const first = await client.set("products", "p1", { name: "Steel Bolt", price: 9.99, old: true });
    assert.equal(first.record_id, "p1");
    const second = await client.set("products", "p1", { price: 8, old: null });
    assert.ok(second.revision > first.revision, `${second.revision} after ${first.revision}`);
    const read = await client.get("products", "p1");
    assert.deepEqual(read.data, { name: "Steel Bolt", price: 8, _id: "p1" });
    assert.equal(read.revision, second.revision);
    assert.deepEqual((await client.delete("products", "p1")).record_id, "p1");
    assert.equal((await client.get("products", "p1")).found, false);
    assert.equal((await client.delete("products", "p1")).record_id, "p1");
  });

  test("insert makes an id", async () => {
    const { record_id } = await client.insert("products", { name: "made" });
    assert.match(record_id, /^[A-Za-z0-9]{16}$/);
    assert.equal((await client.get("products", record_id)).data.name, "made");
    await client.delete("products", record_id);
  });

  test("any id survives its way through a URL", async () => {
    for (const id of WEIRD_IDS) {
      await client.set("ids", id, { mark: id });
      assert.deepEqual((await client.get("ids", id)).data, { mark: id, _id: id });
    }
    const { ids } = await client.query("ids", Q.ids(...WEIRD_IDS, "absent"));
    assert.deepEqual([...ids].sort(), [...WEIRD_IDS].sort());
    for (const id of WEIRD_IDS) await client.delete("ids", id);
    assert.equal((await client.query("ids")).total_matches, 0);
  });

  test("queries of the builder", async () => {
    for (let i = 0; i < 20; i++) {
      await client.set("products", `q${String(i).padStart(2, "0")}`,
        { price: i, kind: i % 2 ? "bolt" : "nut", text: `steel bolts number ${i}` });
    }
    const cheap = Q.field("price").lt(5);
    const page = await client.query("products", cheap.and(Q.field("kind").eq("bolt")).sort("-price"),
      { hydrate: true });
    assert.deepEqual(page.records.map(({ _id }) => _id), ["q03", "q01"]);
    const either = await client.query("products", cheap.or(Q.field("price").gte(18)).sort("price").limit(3).offset(4));
    assert.deepEqual([either.ids, either.count, either.total_matches], [["q04", "q18", "q19"], 3, 7]);
    assert.equal((await client.query("products", Q.field("text").contains("bolt steel"))).total_matches, 20);
    assert.equal((await client.query("products", Q.field("kind").nin(["bolt"]))).total_matches, 10);
    assert.equal((await client.query("products", Q.field("missing").exists(false))).total_matches, 20);
  });

  test("offsets lead from page to page", async () => {
    const seen = [];
    const query = Q.field("text").contains("steel").sort("price").limit(8);
    for (const offset of [0, 8, 16]) {
      seen.push(...(await client.query("products", query.offset(offset))).ids);
    }
    assert.deepEqual(seen, Array.from({ length: 20 }, (_, i) => `q${String(i).padStart(2, "0")}`));
  });

  test("pages go on where the last one ended, whatever is written meanwhile", async () => {
    const query = Q.field("text").contains("steel").sort("-price").limit(8);
    const seen = [];
    for await (const { records, total_matches } of client.pages("products", query.offset(2), { fields: ["price"] })) {
      if (seen.length === 0) await client.set("products", "q99", { price: 99, text: "steel" });
      assert.equal(total_matches, seen.length === 0 ? 20 : 21);
      seen.push(...records);
    }
    await client.delete("products", "q99");
    const id = (price) => `q${String(price).padStart(2, "0")}`;
    assert.deepEqual(seen, Array.from({ length: 18 }, (_, i) => ({ _id: id(17 - i), price: 17 - i })));
    const { count, total_matches, ids } = await client.query("products", query, { countOnly: true });
    assert.deepEqual([count, total_matches, ids], [0, 20, []]);
  });

  test("a search brings the best first", async () => {
    await client.set("products", "s1", { label: "brass bolt", rank: 1 });
    await client.set("products", "s2", { label: "copper bolt", rank: 2 });
    const search = { text: "copper bolts", fields: ["label"], highlight: true };
    const { ids, scores, highlights } = await client.query("products", {}, { search });
    assert.deepEqual(ids, ["s2", "s1"]);
    assert.ok(scores[0] > scores[1]);
    assert.deepEqual(highlights[1], { label: [{ start: 6, length: 4 }] });
    assert.deepEqual((await client.query("products", Q.field("rank").lt(2), { search })).ids, ["s1"]);
    assert.deepEqual((await client.query("products", {}, { search: { ...search, text: "tin" } })).scores, []);
    await assert.rejects(client.pages("products", {}, { search }).next(), TypeError);
    await client.delete("products", "s1");
    await client.delete("products", "s2");
  });

  test("negations, elements, phrases, likeness, beginnings and regular expressions", async () => {
    await client.set("products", "e1", { tags: ["new", "sale"], code: "M8-20", label: "Stainless Steel Washers" });
    const [tags, code, label] = ["tags", "code", "label"].map((name) => Q.field(name));
    const found = [tags.any(["sale", "old"]), tags.all(["new", "sale"]), code.prefix("M8"), code.regex(/^m\d+-/i),
      label.phrase("steel washers"), label.fuzzy("washrs"), code.exists().and(tags.any(["old"]).not())];
    for (const query of found) {
      assert.deepEqual((await client.query("products", query)).ids, ["e1"], JSON.stringify(query));
    }
    for (const query of [tags.all(["new", "old"]), label.phrase("washers steel"), label.fuzzy("washrs", 0)]) {
      assert.equal((await client.query("products", query)).total_matches, 0, JSON.stringify(query));
    }
    await client.delete("products", "e1");
  });

  test("errors are of the class that their name says", async () => {
    await assert.rejects(client.get("nowhere", "x"), mkdb.MkDBStoreNotFoundError);
    await assert.rejects(client.query("nowhere"), mkdb.MkDBStoreNotFoundError);
    await assert.rejects(client.track("products", "absent"), mkdb.MkDBRecordNotFoundError);
    await assert.rejects(client.query("products", { price: { liek: 1 } }), mkdb.MkDBQueryError);
    await assert.rejects(client.set("products", "x", "not an object"), { status: 400, name: "MkDBServerError" });
    const nobody = new MkDBClient({ baseUrl: server.http, username: "nobody", password: "wrong" });
    await assert.rejects(nobody.listStores(), mkdb.MkDBAuthError);
  });

  test("ifRevision refuses what somebody else changed", async () => {
    const { revision } = await client.set("products", "r1", { n: 1 }, { ifRevision: 0 });
    await assert.rejects(client.set("products", "r1", { n: 2 }, { ifRevision: 0 }), mkdb.MkDBConflictError);
    await client.set("products", "r1", { n: 2 }, { ifRevision: revision });
    await assert.rejects(client.delete("products", "r1", { ifRevision: revision }), mkdb.MkDBConflictError);
    await client.delete("products", "r1");
  });

  test("a batch is all or nothing", async () => {
    const write = (id, more) => ({ op: "write", record_id: id, delta: { n: 1 }, ...more });
    const { revisions } = await client.batch("products", [write("b1"), write("b2")]);
    const late = [{ op: "delete", record_id: "b1" }, write("b2", { if_revision: revisions[0] })];
    await assert.rejects(client.batch("products", late), mkdb.MkDBConflictError);
    assert.equal((await client.get("products", "b1")).data.n, 1);
    await client.batch("products", [{ op: "delete", record_id: "b1" }, { op: "delete", record_id: "b2" }]);
  });

  test("a tracked record in a store with and without nested queries", async () => {
    for (const [store, merged] of [["products", { theme: "light" }], ["settings", { theme: "light", size: 1 }]]) {
      await client.set(store, "t1", { settings: { theme: "dark", size: 1 }, n: 1 });
      const record = await client.track(store, "t1");
      assert.deepEqual(await record.patch({ n: 1, settings: { theme: "light" } }), { settings: { theme: "light" } });
      assert.deepEqual(record.data, { settings: merged, n: 1, _id: "t1" });
      await client.delete(store, "t1");
    }
  });

  test("the server serves this very client, and knows when a browser has it", async () => {
    const response = await fetch(`${server.http}/mkdb-client.js`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("Content-Type"), /javascript/);
    assert.equal(await response.text(), await readFile(CLIENT_FILE, "utf8"));
    const again = await fetch(`${server.http}/mkdb-client.js`,
      { headers: { "If-None-Match": response.headers.get("ETag") } });
    assert.equal(again.status, 304);
  });

  test("what was written is there after a restart", async () => {
    await client.set("products", "kept", { n: 7 });
    assert.equal(await server.stop(), 0);
    server = await startServer(directory);
    client = new MkDBClient({ baseUrl: server.http });
    assert.equal((await client.get("products", "kept")).data.n, 7);
  });
});
