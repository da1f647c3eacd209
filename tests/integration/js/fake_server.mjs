// An HTTP server that records what it was asked and answers what the test says.
import { createServer } from "node:http";
import { once } from "node:events";

/**
 * @param {(request: {method, path, headers, body}) => {status?, json?, text?, headers?}|undefined} answer
 *     undefined: never
 */
export async function startFakeServer(answer) {
  const requests = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks = await incoming.toArray();
    const text = Buffer.concat(chunks).toString("utf8");
    const body = text ? JSON.parse(text) : undefined;
    const request = { method: incoming.method, path: incoming.url, headers: incoming.headers, body };
    requests.push(request);
    const reply = answer(request);
    if (reply === undefined) return;
    outgoing.writeHead(reply.status ?? 200, { "Content-Type": "application/json; charset=utf-8", ...reply.headers });
    outgoing.end(reply.text ?? JSON.stringify(reply.json));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export const ok = (data, beside = {}) => ({ json: { status: "ok", data, ...beside } });
export const failure = (status, message, headers = {}) =>
  ({ status, headers, json: { status: "error", message, code: status } });

/** Records of one store, merged as the protocol says for a store with or without nested queries. */
export function recordStore(record, { nested = false } = {}) {
  let current = structuredClone(record);
  let revision = 1;
  const merge = (target, delta) => {
    for (const [key, value] of Object.entries(delta)) {
      const [head, ...rest] = nested ? key.split(".") : [key];
      if (rest.length > 0) merge((target[head] ??= {}), { [rest.join(".")]: value });
      else if (value === null) delete target[key];
      else if (nested && isObject(value) && isObject(target[key])) merge(target[key], value);
      else target[key] = value;
    }
  };
  return ({ method, body }) => {
    if (method === "GET") {
      return current ? ok({ ...current, _id: "r1" }, { revision }) : failure(404, "Record 'r1' not found in store 's'");
    }
    if (method === "DELETE") current = undefined;
    else merge(current, body.delta);
    return ok({ record_id: "r1" }, { revision: ++revision });
  };
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
