// Uses every object of the API through types and calls that were generated from its own description.
import createClient from "openapi-fetch";
import type { paths } from "./tandem.js";

declare const process: { argv: string[] };

const [baseUrl, token, otherToken] = process.argv.slice(2) as [string, string, string];
const used = new Set<string>();
function client(headers: Record<string, string>) {
  const made = createClient<paths>({ baseUrl, headers });
  made.use({ onRequest: ({ request, schemaPath }) => void used.add(`${request.method} ${schemaPath}`) });
  return made;
}
const api = client({ Authorization: `Bearer ${token}` });

async function ok<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok || data === undefined) throw new Error(`${response.url}: ${response.status} ${JSON.stringify(error)}`);
  return data;
}

function is(what: string, actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

/** Refused with a problem that names these fields. */
async function refused(asked: Promise<{ error?: { errors?: unknown }; response: Response }>, status: number, ...fields: string[]): Promise<void> {
  const { error, response } = await asked;
  is(response.url, [response.status, Object.keys((error?.errors ?? {}) as object)], [status, fields]);
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
await refused(api.PUT("/api/v1/extensions/{number}", { params: { path: { number: "9997" } }, body: { kind: "user", target: "nobody" } }), 422, "target");
await refused(api.DELETE("/api/v1/menus/{id}", { params: { path: { id: "night" } } }), 409);
await ok(api.DELETE("/api/v1/extensions/{number}", { params: { path: { number: "9998" } } }));
await ok(api.DELETE("/api/v1/menus/{id}", { params: { path: { id: "night" } } }));
await ok(api.DELETE("/api/v1/agents/{extension}", { params: { path: { extension: "2001" } } }));

// Forwarding and ring groups.
await ok(api.PUT("/api/v1/users/{user}/forwarding", { params: { path: { user: "2001" } }, body: { no_answer: "1002", no_answer_seconds: 10 } }));
is("forwards", (await ok(api.GET("/api/v1/forwards"))).items.map((one) => [one.user, one.no_answer, one.no_answer_seconds]), [["2001", "1002", 10]]);
await refused(api.PUT("/api/v1/users/{user}/forwarding", { params: { path: { user: "2001" } }, body: { busy: "2001" } }), 400, "busy");
const group = { path: { name: "sales" } };
await ok(api.PUT("/api/v1/groups/{name}", { params: group, body: { method: "sequential", members: ["1001", "1002"] } }));
is("group", (await ok(api.GET("/api/v1/groups/{name}", { params: group }))).members, ["1001", "1002"]);
is("groups", (await ok(api.GET("/api/v1/groups"))).items.map((one) => one.method), ["sequential"]);
await refused(api.PUT("/api/v1/groups/{name}", { params: group, body: { ring_seconds: 0 } }), 400, "ring_seconds");

// Carriers, gateways, numbers, routes, and what a call would meet.
const carrier = { path: { name: "acme" } };
is("password is hidden", (await ok(api.POST("/api/v1/carriers", { body: { name: "acme", country_code: "34", auth_user: "us", auth_password: "secret", probe: false } }))).has_auth_password, true);
await ok(api.PUT("/api/v1/carriers/{name}", { params: carrier, body: { max_calls: 7, codecs: ["pcma"], srtp: "optional" } }));
is("carrier", (await ok(api.GET("/api/v1/carriers/{name}", { params: carrier }))).max_calls, 7);
is("carriers", (await ok(api.GET("/api/v1/carriers"))).items.map((one) => one.name), ["acme"]);
const gateway = { path: { carrier: "acme", name: "g1" } };
await refused(api.PUT("/api/v1/carriers/{carrier}/gateways/{name}", { params: gateway, body: { uri: "https://192.0.2.1" } }), 400, "uri");
await ok(api.PUT("/api/v1/carriers/{carrier}/gateways/{name}", { params: gateway, body: { uri: "sip:192.0.2.1", enabled: false } }));
is("gateway", (await ok(api.GET("/api/v1/carriers/{carrier}/gateways/{name}", { params: gateway }))).uri, "sip:192.0.2.1");
is("gateways", (await ok(api.GET("/api/v1/gateways", { params: { query: { carrier: "acme" } } }))).items.length, 1);
await ok(api.PUT("/api/v1/carriers/{carrier}/gateways/{name}", { params: gateway, body: { enabled: true } }));
is("trunks", (await ok(api.GET("/api/v1/trunks"))).gateways.map((one) => one.name), ["g1"]);
const did = { path: { number: "+34911000001" } };
await ok(api.PUT("/api/v1/dids/{number}", { params: did, body: { kind: "group", target: "sales" } }));
is("did", (await ok(api.GET("/api/v1/dids/{number}", { params: did }))).target, "sales");
const route = { path: { name: "spain" } };
await ok(api.PUT("/api/v1/routes/{name}", { params: route, body: { called_prefix: "+34", carriers: ["acme"] } }));
is("route", (await ok(api.GET("/api/v1/routes/{name}", { params: route }))).called_prefix, "+34");
is("routes", (await ok(api.GET("/api/v1/routes"))).items.map((one) => one.name), ["spain"]);
is("blocked", (await ok(api.PUT("/api/v1/numbers/{kind}/{number}", { params: { path: { kind: "blocked", number: "+34803" } }, body: { prefix: true, note: "dear" } }))).note, "dear");
is("numbers", (await ok(api.GET("/api/v1/numbers"))).items.filter((one) => one.kind === "blocked").map((one) => one.number), ["+34803"]);
const asked = (to: string) => ok(api.GET("/api/v1/route-test", { params: { query: { from: "1001", to } } }));
is("goes out", [(await asked("+34911222333")).outcome, (await asked("+34911222333")).legs.map((leg) => leg.carrier)], ["allow", ["acme"]]);
is("is blocked", (await asked("+34803000000")).status, 403);
const csv = await ok(api.GET("/api/v1/export/{kind}", { params: { path: { kind: "dids" } } }));
const imported = await ok(api.POST("/api/v1/import/{kind}", { params: { path: { kind: "dids" } }, body: { csv: csv.csv + "+34911000002,false,,user,1001,,false\r\n" } }));
is("imported", [imported.applied, imported.rows, imported.added, imported.errors], [true, 2, 1, []]);
is("wrong row", (await ok(api.POST("/api/v1/import/{kind}", { params: { path: { kind: "dids" } }, body: { csv: "number,target\r\n+34911000003,nobody\r\n" } }))).errors.map((one) => one.line), [2]);
const dids = await all((cursor) => ok(api.GET("/api/v1/dids", { params: { query: { limit: 1, cursor } } })));
is("dids", dids.map((one) => one.number), ["+34911000001", "+34911000002"]);
await refused(api.DELETE("/api/v1/carriers/{name}", { params: carrier }), 409);
for (const one of dids) await ok(api.DELETE("/api/v1/dids/{number}", { params: { path: { number: one.number } } }));
await ok(api.DELETE("/api/v1/numbers/{kind}/{number}", { params: { path: { kind: "blocked", number: "+34803" }, query: { prefix: true } } }));
await ok(api.DELETE("/api/v1/routes/{name}", { params: route }));
await ok(api.DELETE("/api/v1/carriers/{carrier}/gateways/{name}", { params: gateway }));
await ok(api.DELETE("/api/v1/carriers/{name}", { params: carrier }));
await ok(api.DELETE("/api/v1/groups/{name}", { params: group }));
await ok(api.DELETE("/api/v1/users/{name}", { params: name }));
await ok(api.POST("/api/v1/reload"));
is("said", (await ok(api.POST("/api/v1/say", { body: { text: "Hello." } }))).duration > 0, true);

// Who is kept out, and what users have used.
is("ban", (await ok(api.POST("/api/v1/bans", { body: { subject: "203.0.113.7", seconds: 60, reason: "test" } }))).kind, "source");
is("bans", (await ok(api.GET("/api/v1/bans"))).items.map((one) => one.subject), ["203.0.113.7"]);
await ok(api.DELETE("/api/v1/bans/{subject}", { params: { path: { subject: "203.0.113.7" } } }));
is("defence", (await ok(api.GET("/api/v1/defence"))).enabled, true);
is("nobody called out", (await ok(api.GET("/api/v1/fraud"))).items, []);
await refused(api.DELETE("/api/v1/fraud/{name}", { params: { path: { name: "1001" } } }), 404);

// What happens, as it happens.
const { data: stream } = await api.GET("/api/v1/events", { params: { query: { kind: "config." } }, parseAs: "stream" });
const events = stream!.pipeThrough(new TextDecoderStream()).getReader();
await ok(api.PUT("/api/v1/users/{name}", { params: { path: { name: "1002" } }, body: { srtp: "optional" } }));
for (let heard = ""; !heard.includes("event: config.changed"); ) {
  const { value, done } = await events.read();
  if (done) throw new Error(`the stream ended after: ${heard}`);
  heard += value;
}
await events.cancel();

// The call that goes on, its phone, and what is left of it.
const registrations = (await ok(api.GET("/api/v1/registrations"))).items;
is("registered", registrations.map((one) => one.user), ["1001"]);
const calls = (await ok(api.GET("/api/v1/live-calls"))).items;
is("calls", calls.map((call) => [call.from, call.to]), [["1001", "9999"]]);
const call = { path: { id: calls[0]!.call_id } };
is("call", (await ok(api.GET("/api/v1/live-calls/{id}", { params: call }))).to, "9999");
await refused(api.POST("/api/v1/live-calls/{id}/transfer", { params: call, body: { to: "1002" } }), 409, "to"); // no phone of it is registered
await ok(api.POST("/api/v1/live-calls/{id}/transfer", { params: call, body: { to: "9999", party: "caller" } }));
is("in the menu", (await ok(api.GET("/api/v1/live-calls/{id}", { params: call }))).state, "ivr");
is("recording", (await ok(api.POST("/api/v1/calls/{id}/recording", { params: call, body: { action: "start" } }))).state, "recording");
await ok(api.DELETE("/api/v1/live-calls/{id}", { params: call }));
const ended = () => ok(api.GET("/api/v1/calls", { params: { query: { from: "1001", status: "completed" } } }));
while ((await ended()).items.length === 0) await new Promise((resolve) => setTimeout(resolve, 300));
is("reason", (await ok(api.GET("/api/v1/calls/{id}", { params: call }))).call.reason, "1001 transferred to 9999 by root; ended by root");
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
is("token", (await ok(api.GET("/api/v1/tokens/{id}", { params: { path: { id: tokens[1]!.id } } }))).scopes, ["calls:read"]);
const other = client({ Authorization: `Bearer ${otherToken}` });
is("scope", [(await other.GET("/api/v1/users")).response.status, (await other.GET("/api/v1/calls")).response.status], [403, 200]);
await ok(api.DELETE("/api/v1/tokens/{id}", { params: { path: { id: tokens[1]!.id } } }));
is("token is gone", (await other.GET("/api/v1/calls")).response.status, 401);
const log = await ok(api.GET("/api/v1/audit", { params: { query: { who: "root", limit: 1 } } }));
is("audit", log.items[0]?.operation, "DELETE /tokens/{id}");

// A page: it logs in, makes a token, chooses another password, logs out.
const password = "long enough for root", chosen = "longer than before";
await refused(client({}).POST("/api/v1/session", { body: { name: "root", password: "guess guess" } }), 401);
function page(answer: { response: Response }, csrf: string) {
  return client({ Cookie: answer.response.headers.getSetCookie()[0]!.split(";")[0]!, "X-CSRF-Token": csrf });
}
const begun = await client({}).POST("/api/v1/session", { body: { name: "root", password } });
const first = page(begun, begun.data!.csrf_token!);
const made = await ok(first.POST("/api/v1/tokens", { body: { name: "a program", scopes: ["calls:read"], days: 1 } }));
await ok(client({ Authorization: `Bearer ${made.token}` }).GET("/api/v1/calls"));
const changed = await first.PUT("/api/v1/session/password", { body: { current_password: password, password: chosen } });
is("who chose", changed.data?.name, "root");
is("the session before is over", (await first.GET("/api/v1/session")).response.status, 401);
await ok(page(changed, changed.data!.csrf_token!).DELETE("/api/v1/session"));
is("audit of log-ins", (await ok(api.GET("/api/v1/audit", { params: { query: { limit: 100 } } }))).items.filter((entry) => entry.target === "/session").map((entry) => (entry.input as { outcome: string }).outcome),
  ["logged out", "logged in", "refused"]);

const document = await (await fetch(`${baseUrl}/api/v1/openapi.json`)).json() as { paths: Record<string, Record<string, unknown>> };
const described = Object.entries(document.paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
is("operations left out", described.filter((operation) => !used.has(operation)), []);
console.log(`${described.length} operations were used`);
