import assert from "node:assert/strict";
import { test } from "node:test";
import { Q } from "../../../web/client/mkdb-client.js";

const json = (query) => JSON.parse(JSON.stringify(query));

test("every operator of a field becomes its documented condition", () => {
  const field = Q.field("f");
  for (const operator of ["eq", "neq", "gt", "gte", "lt", "lte", "contains", "phrase", "fuzzy", "prefix", "regex"]) {
    assert.deepEqual(json(field[operator]("v")), { filter: { f: { [operator]: "v" } } });
  }
  assert.deepEqual(json(field.in(new Set([1, 2]))), { filter: { f: { in: [1, 2] } } });
  assert.deepEqual(json(field.nin(["a"])), { filter: { f: { nin: ["a"] } } });
  assert.deepEqual(json(field.any(new Set([1, 2]))), { filter: { f: { any: [1, 2] } } });
  assert.deepEqual(json(field.all(["a"])), { filter: { f: { all: ["a"] } } });
  assert.deepEqual(json(field.fuzzy("v", 0)), { filter: { f: { fuzzy: { text: "v", edits: 0 } } } });
  assert.deepEqual(json(field.exists()), { filter: { f: { exists: true } } });
  assert.deepEqual(json(field.exists(false)), { filter: { f: { exists: false } } });
  assert.deepEqual(json(field.eq(null)), { filter: { f: { eq: null } } });
  assert.deepEqual(json(Q.ids("a", "b")), { filter: { id: ["a", "b"] } });
  assert.deepEqual(json(new Q()), { filter: {} });
});

test("a RegExp becomes the text of an expression that means the same, or nothing", () => {
  const field = Q.field("f");
  const same = [[/^M\d+$/, "^M\\d+$"], [/a\/b/i, "(?i)a\\/b"], [/bolt/dgu, "bolt"], [/bolt/giu, "(?i)bolt"]];
  for (const [expression, text] of same) {
    assert.deepEqual(json(field.regex(expression)), { filter: { f: { regex: text } } });
  }
  for (const flag of ["m", "s", "y"]) {
    assert.throws(() => field.regex(new RegExp("bolt", flag)), { name: "TypeError", message: /a flag other than i/ });
  }
});

test("not holds around a whole filter, which has no page yet", () => {
  const [a, b] = ["a", "b"].map((name) => Q.field(name).eq(1));
  const [fa, fb] = ["a", "b"].map((name) => ({ [name]: { eq: 1 } }));
  assert.deepEqual(json(a.not()), { filter: { $not: fa } });
  assert.deepEqual(json(a.or(b).not().limit(2)), { filter: { $not: { $or: [fa, fb] } }, limit: 2 });
  assert.deepEqual(json(a.and(b.not())), { filter: { $and: [fa, { $not: fb }] } });
  assert.deepEqual(json(a), { filter: fa });
  assert.throws(() => a.limit(5).not(), /on the whole query/);
});

test("and and or nest as written, and a chain of one operator stays flat", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => Q.field(name).eq(1));
  const [fa, fb, fc] = ["a", "b", "c"].map((name) => ({ [name]: { eq: 1 } }));
  assert.deepEqual(json(a.and(b)), { filter: { $and: [fa, fb] } });
  assert.deepEqual(json(a.and(b).and(c)), { filter: { $and: [fa, fb, fc] } });
  assert.deepEqual(json(a.or(b, c)), { filter: { $or: [fa, fb, fc] } });
  assert.deepEqual(json(a.and(b.or(c))), { filter: { $and: [fa, { $or: [fb, fc] }] } });
  assert.deepEqual(json(a.and(b).or(c)), { filter: { $or: [{ $and: [fa, fb] }, fc] } });
  assert.deepEqual(json(a.and({ d: { prefix: "x" } })), { filter: { $and: [fa, { d: { prefix: "x" } }] } });
  let chain = a;
  for (let i = 0; i < 100; i++) chain = chain.or(b);
  assert.equal(json(chain).filter.$or.length, 101);
});

test("the page goes beside the filter, a sort always with its sign", () => {
  const query = Q.field("f").gt(1).sort("price").limit(10).offset(20);
  assert.deepEqual(json(query), { filter: { f: { gt: 1 } }, sort: "+price", limit: 10, offset: 20 });
  assert.equal(json(query.sort("-price")).sort, "-price");
  assert.deepEqual(json(query.sort("-price", "name")).sort, ["-price", "+name"]);
});

test("a builder is never changed, so a base query can be shared", () => {
  const base = Q.field("f").eq(1);
  base.sort("-f").limit(1).and(Q.field("g").eq(2));
  assert.deepEqual(json(base), { filter: { f: { eq: 1 } } });
});

test("wrong use is refused at once", () => {
  const paged = Q.field("g").eq(1).limit(5);
  assert.throws(() => Q.field("f").eq(1).and(paged), /on the whole query/);
  assert.throws(() => Q.field(""), /field name must be a non-empty string/);
  assert.throws(() => Q.field("f").eq(1).limit(-1), /limit must be a whole number/);
  assert.throws(() => Q.field("f").eq(1).offset("2"), /offset must be a whole number/);
  assert.throws(() => Q.field("f").eq(1).sort(7), /sort field must be/);
  assert.throws(() => Q.field("f").in(3), TypeError);
});
