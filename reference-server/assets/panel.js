"use strict";

const element = (id) => document.getElementById(id);

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (answer.status === "error") {
    throw Object.assign(new Error(answer.message), { status: response.status });
  }
  return answer;
}

const act = async (action) => (await post("/control", { action })).result;

function cell(content, className = "") {
  const td = document.createElement("td");
  td.textContent = content;
  td.className = className;
  return td;
}

function fill(id, rows) {
  element(id).replaceChildren(
    ...rows.map((cells) => {
      const tr = document.createElement("tr");
      tr.append(...cells);
      return tr;
    }),
  );
}

function show(loggedIn, message = "") {
  element("login").hidden = loggedIn;
  element("overview").hidden = !loggedIn;
  element("logout").hidden = !loggedIn;
  element("message").textContent = message;
}

async function showOverview() {
  const dashboard = await act("api_get_dashboard");
  element("database").textContent = `Database ${dashboard.db.name}`;
  fill(
    "stores",
    dashboard.stores.map((store) => [
      cell(store.name),
      cell(store.description),
      cell(store.record_count.toLocaleString(), "number"),
    ]),
  );
  fill(
    "servers",
    Object.entries(dashboard.servers).map(([name, server]) => [
      cell(name),
      cell(`${server.host}:${server.port}`),
      cell(server.running ? "running" : "stopped"),
    ]),
  );
  show(true, dashboard.stores.length === 0 ? "There are no stores yet." : "");
}

async function attempt(work) {
  try {
    await work();
  } catch (failure) {
    show(false, failure.status === 401 && element("password").value === "" ? "" : failure.message);
  }
}

element("login").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const username = element("username").value;
    const password = element("password").value;
    await post("/auth/login", username === "" ? { password } : { username, password });
    element("password").value = "";
    await showOverview();
  });
});

element("logout").addEventListener("click", () =>
  attempt(async () => {
    await post("/auth/logout", {});
    show(false, "Logged out.");
  }),
);

attempt(showOverview);
