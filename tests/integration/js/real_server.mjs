// Runs the program named by MKDB_BINARY on free ports, in a directory of its own.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export const binary = process.env.MKDB_BINARY;

/** Writes a configuration with free ports; the control plane needs no login, which it allows on loopback only. */
export async function makeDatabase() {
  const directory = await mkdtemp(join(tmpdir(), "mkdb-js-"));
  await promisify(execFile)(binary, [directory, "-c"]);
  const path = join(directory, "config.json");
  const config = JSON.parse(await readFile(path, "utf8"));
  for (const server of ["control_server", "socket_server", "http_server"]) config.servers[server].address.port = 0;
  config.servers.control_server.auth.enabled = false;
  await writeFile(path, JSON.stringify(config, null, 2));
  return directory;
}

export async function startServer(directory) {
  const child = spawn(binary, ["serve", directory, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const ready = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = JSON.parse(line);
      if (event.ready) resolve(event);
    });
    child.once("error", reject);
    exited.then(([code, signal]) => reject(new Error(`the server ended before it was ready: ${code ?? signal}`)));
  });
  const url = (plane) => `http://${ready[plane].host}:${ready[plane].port}`;
  return {
    http: url("http"),
    control: (action, request) => control(url("control"), action, request),
    stop: async () => {
      child.kill("SIGTERM");
      const [code] = await exited;
      return code;
    },
  };
}

async function control(url, action, request) {
  const response = await fetch(`${url}/control`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ action, ...request }),
  });
  const answer = await response.json();
  if (answer.status !== "success") throw new Error(`${action}: ${answer.message}`);
  return answer.result;
}

export const removeDatabase = (directory) => rm(directory, { recursive: true, force: true });
