/**
 * MkDB client over HTTP, for browsers and Node.js 18 or newer. No dependencies.
 *
 *     import { MkDBClient, Q } from "http://127.0.0.1:9002/mkdb-client.js";     // <script type="module">
 *     const { MkDBClient, Q } = await import("/mkdb-client.js");                // from a classic script
 *
 * It is an ES module and sets no globals; a page that wants them says
 * `import("/mkdb-client.js").then((mkdb) => Object.assign(globalThis, mkdb))`.
 *
 * Answers keep the member names of the protocol (`record_id`, `total_matches`, …). Integers beyond
 * Number.MAX_SAFE_INTEGER lose digits in JavaScript: a tracked record never writes back a field that
 * was not changed, so reading such a record and patching another field does it no harm.
 * @module mkdb-client
 */

/** Base of everything that this module throws, apart from TypeError for wrong arguments. */
export class MkDBError extends Error {
  /** @param {string} message @param {{status?: number, retryAfter?: number, cause?: unknown}} [details] */
  constructor(message, { status, retryAfter, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.status = status; // of the HTTP answer; undefined when there was none
    this.retryAfter = retryAfter; // seconds, when the server asked to wait (rate limit)
  }
}
/** Credentials are missing, wrong, or do not allow this. */
export class MkDBAuthError extends MkDBError {}
/** No answer within the time limit of the client, or the query ran into that of the store. */
export class MkDBTimeoutError extends MkDBError {}
/** The server could not be reached, or what answered does not speak MkDB. */
export class MkDBTransportError extends MkDBError {}
/** The server refused the request; the subclasses say why. */
export class MkDBServerError extends MkDBError {}
export class MkDBStoreNotFoundError extends MkDBServerError {}
export class MkDBRecordNotFoundError extends MkDBServerError {}
export class MkDBStoreExistsError extends MkDBServerError {}
/** The filter, sort or page is malformed. */
export class MkDBQueryError extends MkDBServerError {}
/** `ifRevision` was given and the record is at another revision. */
export class MkDBConflictError extends MkDBServerError {}

// The texts are part of the protocol. They are asked only within a status, so that a store or a record
// whose name looks like an error text cannot choose the class.
const ERROR_CLASSES = [
  [401, /^/, MkDBAuthError],
  [403, /^/, MkDBAuthError],
  [404, /^Record /, MkDBRecordNotFoundError],
  [404, /^Store /, MkDBStoreNotFoundError],
  [400, /^Query syntax error|^'filter' must be/, MkDBQueryError],
  [408, /^/, MkDBTimeoutError],
  [409, /^/, MkDBStoreExistsError],
  [412, /^/, MkDBConflictError],
];

function errorFor(status, message, retryAfter) {
  const row = ERROR_CLASSES.find(([code, text]) => code === status && text.test(message));
  const ErrorClass = row?.[2] ?? MkDBServerError;
  return new ErrorClass(message, { status, retryAfter: retryAfter === null ? undefined : Number(retryAfter) });
}

/**
 * A query under construction; every method returns a new one.
 *
 *     Q.field("price").lt(5).and(Q.field("category").eq("bolts")).sort("-price").limit(20)
 */
export class Q {
  #filter;
  #page;

  /** @param {object} [filter] a filter as JSON; {} matches all @param {object} [page] sort, limit, … */
  constructor(filter = {}, page = {}) {
    this.#filter = filter;
    this.#page = page;
  }

  /** @param {string} name a field, or in a store with nested queries a dotted path @returns {FieldCondition} */
  static field(name) { return new FieldCondition(requireText(name, "field name")); }
  /** Records by id: the fast path. Ids that do not exist are not in the answer. @param {...string} ids */
  static ids(...ids) { return new Q({ id: ids }); }
  /** Both hold. @param {...(Q|object)} others */
  and(...others) { return this.#join("$and", others); }
  /** At least one holds. @param {...(Q|object)} others */
  or(...others) { return this.#join("$or", others); }
  /** It does not hold, also where a record lacks the fields. */
  not() { return new Q({ $not: filterOf(this) }); }
  /** @param {...string} fields "name" or "+name" ascending, "-name" descending */
  sort(...fields) {
    const keys = fields.map((field) => (/^[+-]/.test(requireText(field, "sort field")) ? field : `+${field}`));
    return this.#with({ sort: keys.length === 1 ? keys[0] : keys });
  }
  /** @param {number} count 0 = no limit */
  limit(count) { return this.#with({ limit: requireCount(count, "limit") }); }
  /** @param {number} count rows to skip */
  offset(count) { return this.#with({ offset: requireCount(count, "offset") }); }

  /** The documented form: `{"filter":…, "sort":…, "limit":…, "offset":…}`. */
  toJSON() { return { filter: this.#filter, ...this.#page }; }

  #with(page) { return new Q(this.#filter, { ...this.#page, ...page }); }
  // Chains of one operator stay on one level: servers limit the nesting, not the length.
  #join(operator, others) {
    const parts = [this.#filter, ...others.map(filterOf)].flatMap((filter) =>
      Object.keys(filter).length === 1 && Array.isArray(filter[operator]) ? filter[operator] : [filter]);
    return new Q({ [operator]: parts }, this.#page);
  }
}

/** What `Q.field(name)` gives: one condition makes a query of it. */
class FieldCondition {
  #name;
  constructor(name) { this.#name = name; }
  /** @param {unknown} value */ eq = (value) => this.#is("eq", value);
  /** @param {unknown} value */ neq = (value) => this.#is("neq", value);
  /** @param {number|string} value */ gt = (value) => this.#is("gt", value);
  /** @param {number|string} value */ gte = (value) => this.#is("gte", value);
  /** @param {number|string} value */ lt = (value) => this.#is("lt", value);
  /** @param {number|string} value */ lte = (value) => this.#is("lte", value);
  /** @param {Iterable<unknown>} values */ in = (values) => this.#is("in", [...values]);
  /** @param {Iterable<unknown>} values */ nin = (values) => this.#is("nin", [...values]);
  /** One is an element. @param {Iterable<unknown>} values */ any = (values) => this.#is("any", [...values]);
  /** Each is an element. @param {Iterable<unknown>} values */ all = (values) => this.#is("all", [...values]);
  /** Full text: all words of the text occur. @param {string} text */ contains = (text) => this.#is("contains", text);
  /** They follow each other. @param {string} text */ phrase = (text) => this.#is("phrase", text);
  /** Give or take typing errors. @param {string} text @param {number} [edits] 0 to 2; else as a word's length bears */
  fuzzy = (text, edits) => this.#is("fuzzy", edits === undefined ? text : { text, edits });
  /** @param {string} text */ prefix = (text) => this.#is("prefix", text);
  /** In RE2's syntax. @param {string|RegExp} wanted */ regex = (wanted) => this.#is("regex", expressionText(wanted));
  /** @param {boolean} [wanted] */ exists = (wanted = true) => this.#is("exists", wanted);

  #is(operator, operand) { return new Q({ [this.#name]: { [operator]: operand } }); }
}

// The server reads every expression as with u, and finds it anywhere once: g and d change nothing.
function expressionText(wanted) {
  if (!(wanted instanceof RegExp)) return wanted;
  if (/[^dgiu]/.test(wanted.flags)) throw new TypeError(`${wanted} has a flag other than i; RE2 writes it in the text`);
  return wanted.ignoreCase ? `(?i)${wanted.source}` : wanted.source;
}

// Only a whole query has a page: silently dropping the limit of one half would answer another question.
function filterOf(part) {
  if (!(part instanceof Q)) return part;
  const { filter, ...page } = part.toJSON();
  if (Object.keys(page).length > 0) throw new TypeError("set sort, limit and offset last, on the whole query");
  return filter;
}

/**
 * A record that knows what the server has: `patch()` sends only what differs from that.
 *
 *     const bolt = await client.track("products", "prod_001");
 *     bolt.data.price = 8.5;  delete bolt.data.discount;
 *     await bolt.patch();                                      // sends {"price":8.5,"discount":null}
 */
export class TrackedRecord {
  #client;
  #known = {};

  /** Made by {@link MkDBClient#track}. */
  constructor(client, store, id) {
    this.#client = client;
    this.store = store;
    this.id = id;
    this.data = {}; // yours to change; patch() writes the changes
    this.revision = undefined; // of what was last read or written
  }

  /** Reads the record again and drops local changes. @throws {MkDBRecordNotFoundError} when it is gone */
  async refresh() {
    const answer = await this.#client.get(this.store, this.id);
    if (!answer.found) {
      throw new MkDBRecordNotFoundError(`Record '${this.id}' not found in store '${this.store}'`, { status: 404 });
    }
    this.data = answer.data;
    this.revision = answer.revision;
    this.#known = structuredClone(answer.data);
    return this;
  }

  /**
   * Applies `delta` to `data` (null removes a field), then writes the fields that differ from what the
   * server has; sends nothing when none does. After a failure the changes stay in `data`.
   * @param {Record<string, any>} [delta]
   * @param {WriteOptions} [options] e.g. `{ifRevision: record.revision}` to refuse when somebody else wrote
   * @returns {Promise<Record<string, any>>} what was sent
   */
  async patch(delta = {}, options = {}) {
    const paths = this.#applyDelta(delta);
    const sent = { ...difference(this.#known, this.data), ...paths };
    if (Object.keys(sent).length === 0) return sent;
    const now = structuredClone(this.data);
    const answer = await this.#client.set(this.store, this.id, sent, options);
    // What a path or an object becomes depends on the store (merged or replaced): only the server can say.
    if (Object.entries(sent).some(([key, value]) => key in paths || isObject(value))) await this.refresh();
    else [this.#known, this.revision] = [now, answer.revision];
    return sent;
  }

  // Returns the dotted keys, which name a place inside a field unless the record has a field of that very name.
  #applyDelta(delta) {
    const paths = {};
    for (const [key, value] of Object.entries(delta)) {
      if (key.includes(".") && !Object.hasOwn(this.data, key)) paths[key] = value;
      else if (value === null) delete this.data[key];
      else this.data[key] = value;
    }
    return paths;
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function difference(before, after) {
  const delta = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (key === "_id" || key === "_rev" || same(before[key], after[key])) continue;
    delta[key] = after[key] ?? null;
  }
  return delta;
}

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

/**
 * @typedef {{ifRevision?: number, durability?: "sync"|"buffered", ttl?: number}} WriteOptions ifRevision: 0 = must not exist
 * @typedef {{hydrate?: boolean, fields?: string[], sort?: string|string[], limit?: number, offset?: number,
 *   cursor?: string, countOnly?: boolean, aggregate?: object, search?: object}} QueryOptions cursor: the next_cursor of an answer
 * @typedef {{count: number, total_matches: number, ids?: string[], records?: object[], next_cursor?: string,
 *   aggregate?: object, scores?: number[], highlights?: object[], duration_ms: number}} QueryAnswer next_cursor: when more follows
 * @typedef {{baseUrl?: string, username?: string, password?: string, token?: string, timeoutMs?: number}} ClientOptions
 */

/** One server, over HTTP. Holds no connection: nothing to open or close. */
export class MkDBClient {
  #baseUrl;
  #authorization;
  #timeoutMs;

  /**
   * @param {ClientOptions} [options] baseUrl: the server that served this module, else http://127.0.0.1:9002;
   *   username and password, or token; timeoutMs: for one call, answer included (30000; 0 = none)
   */
  constructor({ baseUrl = defaultBaseUrl(), username, password, token, timeoutMs = 30000 } = {}) {
    this.#baseUrl = new URL(baseUrl).href.replace(/\/+$/, "");
    this.#authorization = authorizationFor(username, password, token);
    this.#timeoutMs = requireCount(timeoutMs, "timeoutMs");
  }

  /** True when the server answers. @returns {Promise<boolean>} */
  async ping() { return Boolean(await this.#call("GET", "/health")); }
  /** The stores that you may read. @returns {Promise<{name: string, record_count: number}[]>} */
  async listStores() { return (await this.#call("GET", "/data")).data; }
  /** @param {string} store @param {string} id @returns {Promise<{found: boolean, record_id: string, data: object|null, revision?: number}>} */
  async get(store, id) {
    try {
      const { data, revision } = await this.#call("GET", recordPath(store, id));
      return { found: true, record_id: id, data, revision };
    } catch (error) {
      if (error instanceof MkDBRecordNotFoundError) return { found: false, record_id: id, data: null };
      throw error;
    }
  }
  /**
   * Merges `delta` into the record, which it makes when there is none; null removes a field.
   * @param {string} store @param {string} id @param {object} delta @param {WriteOptions} [options]
   * @returns {Promise<{record_id: string, revision?: number}>}
   */
  async set(store, id, delta, options = {}) {
    return this.#write(store, { record_id: requireText(id, "record id"), delta }, options);
  }
  /** Writes a new record under an id that the server makes. @param {string} store @param {object} delta */
  async insert(store, delta, options = {}) { return this.#write(store, { delta }, options); }
  /** Deleting what is not there succeeds. @param {string} store @param {string} id @param {{ifRevision?: number}} [options] */
  async delete(store, id, { ifRevision } = {}) {
    const headers = ifRevision === undefined ? {} : { "If-Match": `"${requireCount(ifRevision, "ifRevision")}"` };
    return (await this.#call("DELETE", recordPath(store, id), { headers })).data;
  }
  /** All of them or none, in order: {op: "write" or "delete", record_id, delta, if_revision}. @param {object[]} operations */
  async batch(store, operations) {
    return (await this.#call("POST", "/batch", { body: { store: requireText(store, "store"), operations } })).data;
  }
  /**
   * @param {string} store @param {Q|object} [query] a Q, or a filter as JSON
   * @param {QueryOptions} [options] over what the Q says; hydrate: records, not ids @returns {Promise<QueryAnswer>}
   */
  async query(store, query = {}, { countOnly, ...options } = {}) {
    const asked = query instanceof Q ? query.toJSON() : { filter: query };
    const body = { store: requireText(store, "store"), ...asked, count_only: countOnly, ...options };
    return (await this.#call("POST", "/query", { body })).data;
  }
  /**
   * Its answers one after the other, of `limit` rows each; what is written meanwhile shifts none.
   * @param {string} store @param {Q|object} [query] @param {QueryOptions} [options] @returns {AsyncGenerator<QueryAnswer>}
   */
  async *pages(store, query = {}, options = {}) {
    if (options.search) throw new TypeError("a search is paged by offset: every write may change its order");
    for (let page = options; page; ) {
      const answer = await this.query(store, query, page);
      yield answer;
      // What an offset skips lies before the cursor.
      page = answer.next_cursor && { ...options, offset: 0, cursor: answer.next_cursor };
    }
  }
  /** @param {string} store @param {string} id @returns {Promise<TrackedRecord>} */
  async track(store, id) { return new TrackedRecord(this, store, id).refresh(); }

  async #write(store, request, { ifRevision, durability, ttl }) {
    const body = { store: requireText(store, "store"), ...request, if_revision: ifRevision, durability, ttl };
    const { data, revision } = await this.#call("POST", "/data", { body });
    return { ...data, revision };
  }

  /** @returns {Promise<{data: any, revision?: number}>} */
  async #call(method, path, { body, headers = {} } = {}) {
    const request = { method, headers: { Accept: "application/json", ...headers } };
    if (this.#authorization) request.headers.Authorization = this.#authorization;
    if (this.#timeoutMs > 0) request.signal = AbortSignal.timeout(this.#timeoutMs);
    if (body !== undefined) {
      request.headers["Content-Type"] = "application/json";
      request.body = toJson(body);
    }
    const [response, text] = await this.#exchange(path, request);
    const answer = parseAnswer(response, text, this.#baseUrl);
    if (!response.ok) throw errorFor(response.status, answer.message, response.headers.get("Retry-After"));
    return { data: answer.data, revision: answer.revision ?? revisionOf(response) };
  }

  async #exchange(path, request) {
    try {
      const response = await fetch(this.#baseUrl + path, request);
      return [response, await response.text()];
    } catch (cause) {
      if (request.signal?.aborted) {
        throw new MkDBTimeoutError(`${this.#baseUrl} did not answer within ${this.#timeoutMs} ms`, { cause });
      }
      const why = cause.cause?.message || cause.cause?.code || cause.message;
      throw new MkDBTransportError(`cannot reach ${this.#baseUrl}: ${why}`, { cause });
    }
  }
}

function defaultBaseUrl() {
  const served = new URL(import.meta.url);
  return /^https?:$/.test(served.protocol) ? served.origin : "http://127.0.0.1:9002";
}

function authorizationFor(username, password, token) {
  if (token !== undefined) return `Bearer ${requireText(token, "token")}`;
  if (username === undefined) return undefined;
  if (requireText(username, "username").includes(":")) throw new TypeError("a username cannot contain ':'");
  const bytes = new TextEncoder().encode(`${username}:${password ?? ""}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function recordPath(store, id) {
  const segments = [requireText(store, "store"), requireText(id, "record id")];
  // URLs resolve these away, however they are escaped: the request would name another resource.
  const dots = segments.find((segment) => segment === "." || segment === "..");
  if (dots) throw new TypeError(`'${dots}' cannot stand in a URL; ask for it with query(store, Q.ids("${dots}"))`);
  return `/data/${segments.map(encodeURIComponent).join("/")}`;
}

// JSON has no NaN: it would be written as null, and a null in a delta removes the field.
const toJson = (body) => JSON.stringify(body, (key, value) => {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`'${key}' is ${value}, which JSON cannot hold`);
  return value;
});

function parseAnswer(response, text, baseUrl) {
  try {
    const answer = JSON.parse(text);
    if (answer.status === "ok" ? response.ok : !response.ok && typeof answer.message === "string") return answer;
  } catch {
    // Reported below, like JSON that is not ours.
  }
  const status = response.status;
  throw new MkDBTransportError(`${baseUrl} answered HTTP ${status} but not as MkDB does: ${text.slice(0, 80)}`, { status });
}

function revisionOf(response) {
  const match = /^(?:W\/)?"(\d+)"$/.exec(response.headers.get("ETag") ?? "");
  return match ? Number(match[1]) : undefined;
}

function requireText(value, what) {
  if (typeof value !== "string" || value === "") throw new TypeError(`${what} must be a non-empty string, not ${JSON.stringify(value)}`);
  return value;
}
function requireCount(value, what) {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`${what} must be a whole number from 0, not ${value}`);
  return value;
}
