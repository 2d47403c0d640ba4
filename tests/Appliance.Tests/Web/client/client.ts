// Uses every object of the API through types and calls that were generated from its own description.
import createClient from "openapi-fetch";
import type { paths } from "./tandem.js";

declare const process: { argv: string[] };

const [baseUrl, token, otherToken] = process.argv.slice(2) as [string, string, string];
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

async function ok<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok || data === undefined) throw new Error(`${response.url}: ${response.status} ${JSON.stringify(error)}`);
  return data;
}

function is(what: string, actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

async function all<T>(part: (cursor?: string) => Promise<{ items: T[]; next: string | null }>): Promise<T[]> {
  const items: T[] = [];
  for (let page = await part(); ; page = await part(page.next!)) {
    items.push(...page.items);
    if (page.next === null) return items;
  }
}

const name = { path: { name: "2001" } };
is("who", (await ok(api.GET("/api/v1/session"))).name, "root");
is("version", typeof (await ok(api.GET("/api/v1/status"))).version, "string");

// Users, in pages of one.
is("password is shown once", typeof (await ok(api.POST("/api/v1/users", { body: { name: "2001", display_name: "Two", codecs: "PCMU" } }))).password, "string");
const users = await all((cursor) => ok(api.GET("/api/v1/users", { params: { query: { limit: 1, cursor } } })));
is("users", users.map((user) => user.name), ["1001", "1002", "2001"]);
await ok(api.PUT("/api/v1/users/{name}", { params: name, body: { srtp: "required" } }));
is("srtp", (await ok(api.GET("/api/v1/users/{name}", { params: name }))).srtp, "required");
await ok(api.PUT("/api/v1/users/{name}/password", { params: name, body: { password: "another one" } }));
const seen = await api.GET("/api/v1/users/{name}", { params: name });
await ok(api.PUT("/api/v1/users/{name}", { params: name, body: { srtp: "off" } }));
const late = await api.DELETE("/api/v1/users/{name}", { params: { ...name, header: { "If-Match": seen.response.headers.get("ETag")! } } });
is("too late", [late.response.status, late.error?.status], [412, 412]);

// Agents, menus, extensions.
await ok(api.POST("/api/v1/agents", { body: { extension: "2001", name: "Two" } }));
is("agent", (await ok(api.PUT("/api/v1/agents/{extension}/status", { params: { path: { extension: "2001" } }, body: { status: "offline" } }))).status, "offline");
is("agents", (await ok(api.GET("/api/v1/agents"))).items.map((agent) => agent.name), ["Two"]);
is("agent", (await ok(api.GET("/api/v1/agents/{extension}", { params: { path: { extension: "2001" } } }))).status, "offline");
await ok(api.POST("/api/v1/menus", { body: { id: "night", welcome: "Good night." } }));
const key = { path: { id: "night", digit: "1" } };
is("option", (await ok(api.PUT("/api/v1/menus/{id}/options/{digit}", { params: key, body: { action: "transfer", value: "2001" } }))).options[0]?.digit, "1");
is("menus", (await ok(api.GET("/api/v1/menus"))).items.map((menu) => menu.id), ["main", "night"]);
await ok(api.PUT("/api/v1/menus/{id}", { params: { path: { id: "night" } }, body: { name: "Night" } }));
await ok(api.DELETE("/api/v1/menus/{id}/options/{digit}", { params: key }));
is("menu", (await ok(api.GET("/api/v1/menus/{id}", { params: { path: { id: "night" } } }))).name, "Night");
await ok(api.PUT("/api/v1/extensions/{number}", { params: { path: { number: "9998" } }, body: { kind: "menu", target: "night" } }));
is("extension", (await ok(api.GET("/api/v1/extensions/{number}", { params: { path: { number: "9998" } } }))).target, "night");
is("extensions", (await ok(api.GET("/api/v1/extensions"))).items.length, 5);
const bad = await api.PUT("/api/v1/extensions/{number}", { params: { path: { number: "9997" } }, body: { kind: "user", target: "nobody" } });
is("field", Object.keys(bad.error?.errors ?? {}), ["target"]);
const used = await api.DELETE("/api/v1/menus/{id}", { params: { path: { id: "night" } } });
is("menu in use", used.error?.status, 409);
await ok(api.DELETE("/api/v1/extensions/{number}", { params: { path: { number: "9998" } } }));
await ok(api.DELETE("/api/v1/menus/{id}", { params: { path: { id: "night" } } }));
await ok(api.DELETE("/api/v1/agents/{extension}", { params: { path: { extension: "2001" } } }));
await ok(api.DELETE("/api/v1/users/{name}", { params: name }));
await ok(api.POST("/api/v1/reload"));

// The call that goes on, its phone, and what is left of it.
const registrations = (await ok(api.GET("/api/v1/registrations"))).items;
is("registered", registrations.map((one) => one.user), ["1001"]);
const calls = (await ok(api.GET("/api/v1/live-calls"))).items;
is("calls", calls.map((call) => [call.from, call.to]), [["1001", "9999"]]);
const call = { path: { id: calls[0]!.call_id } };
is("call", (await ok(api.GET("/api/v1/live-calls/{id}", { params: call }))).to, "9999");
is("nobody to transfer from", (await api.POST("/api/v1/live-calls/{id}/transfer", { params: call, body: { to: "1002" } })).error?.status, 409);
is("recording", (await ok(api.POST("/api/v1/calls/{id}/recording", { params: call, body: { action: "start" } }))).state, "recording");
await ok(api.DELETE("/api/v1/live-calls/{id}", { params: call }));
const ended = () => ok(api.GET("/api/v1/calls", { params: { query: { from: "1001", status: "completed" } } }));
while ((await ended()).items.length === 0) await new Promise((resolve) => setTimeout(resolve, 300));
is("reason", (await ok(api.GET("/api/v1/calls/{id}", { params: call }))).call.reason, "ended by root");
is("unregistered", (await ok(api.DELETE("/api/v1/registrations/{user}", { params: { path: { user: "1001" } } }))).removed, 1);

// People, tokens, the audit log.
await ok(api.POST("/api/v1/people", { body: { name: "vic", role: "viewer", password: "long enough for vic" } }));
await ok(api.PUT("/api/v1/people/{name}", { params: { path: { name: "vic" } }, body: { role: "operator" } }));
is("person", (await ok(api.GET("/api/v1/people/{name}", { params: { path: { name: "vic" } } }))).role, "operator");
await ok(api.PUT("/api/v1/people/{name}/password", { params: { path: { name: "vic" } }, body: {} }));
is("people", (await ok(api.GET("/api/v1/people"))).items.map((person) => person.name), ["root", "vic"]);
await ok(api.DELETE("/api/v1/people/{name}", { params: { path: { name: "vic" } } }));
const tokens = (await ok(api.GET("/api/v1/tokens"))).items;
is("tokens", tokens.length, 2);
const other = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${otherToken}` } });
is("scope", [(await other.GET("/api/v1/users")).response.status, (await other.GET("/api/v1/calls")).response.status], [403, 200]);
await ok(api.DELETE("/api/v1/tokens/{id}", { params: { path: { id: tokens[1]!.id } } }));
is("token is gone", (await other.GET("/api/v1/calls")).response.status, 401);
const log = await ok(api.GET("/api/v1/audit", { params: { query: { who: "root", limit: 1 } } }));
is("audit", log.items[0]?.operation, "DELETE /tokens/{id}");
console.log("every object was used");
