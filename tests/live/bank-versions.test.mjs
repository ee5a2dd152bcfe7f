/* SPDX-License-Identifier: Apache-2.0 */
/* Banks that hosts write: checked while they are written, kept as the version that fits, the owner's, and compared. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Server } from "./harness.mjs";

const BANKS_MAX = 100;
const QUESTIONS_MAX = 40000;
let server, host, other, admin, judge;

before(async () => {
  server = await new Server({ workers: 2 }).start();
  [host, other, admin, judge] = [await server.key("host"), await server.key("host"), await server.key("admin"), await server.key("judge")];
});
after(() => server?.close());

const truth = (id, key = true, text = id) => ({ id, kind: "truefalse", text, key });
const bank = (id, version, questions, more = {}) => ({ id, version, languages: ["vi"], title: "Của tôi", ...more, questions });
const publish = (body, key = host) => server.http("POST", "/api/banks", { key, body });
const check = (body, key = host) => server.http("POST", "/api/banks/check", { key, body });
const compare = (id, from, to, key = host) => server.http("GET", `/api/banks/${id}/compare?from=${from}&to=${to}`, { key });
const listed = async (id, key) => (await server.http("GET", "/api/banks", { key })).json.banks.find((one) => one.id === id);

test("a new bank is checked without being kept, and would be 1.0.0", async () => {
  const { status, json } = await check(bank("new-one", "1.0.0", [truth("q1")]));
  assert.equal(status, 200);
  assert.deepEqual(json, { faults: [], more: 0, id: "new-one", questions: 1, standing: "new", before: null, next: "1.0.0", step: "no", differences: [], more_differences: 0 });
  assert.equal(await listed("new-one", host), undefined);
});

test("what is wrong comes back with line, question and field", async () => {
  const text = '{"id":"a","version":"1.0.0","languages":["vi"],"title":"t","questions":[\n' + JSON.stringify(truth("q1")) + ",\n" + JSON.stringify({ ...truth("q2"), key: "yes" }) + "\n]}";
  const { status, json } = await check(text);
  assert.equal(status, 200);
  assert.deepEqual(json.faults.map((f) => [f.line, f.question, f.field]), [[3, "q2", "key"]]);
  assert.equal(json.next, undefined, "a bank with faults has no version");
});

test("the next version is proposed by what changed, with the reasons", async () => {
  await publish(bank("steps", "1.0.0", [truth("q1"), truth("q2")]));
  const proposals = [
    [[truth("q1", true, "mới"), truth("q2")], "1.0.1", "patch", [["wording", "q1"]]],
    [[truth("q1"), truth("q2"), truth("q3")], "1.1.0", "minor", [["new", "q3"]]],
    [[truth("q1", false), truth("q2")], "2.0.0", "major", [["key", "q1"]]],
    [[truth("q1")], "2.0.0", "major", [["removed", "q2"]]],
    [[truth("q2"), truth("q1")], "1.0.1", "no", []],
  ];
  for (const [questions, next, step, why] of proposals) {
    const { json } = await check(bank("steps", "1.0.0", questions));
    assert.deepEqual([json.before, json.next, json.step, json.standing], ["1.0.0", next, step, "own"]);
    assert.deepEqual(json.differences.map((one) => [one.part, one.question]), why);
  }
});

test("the proposed version is kept, and the old one stays as it was", async () => {
  const questions = [truth("q1", false), truth("q2")];
  const { json } = await check(bank("steps", "1.0.0", questions));
  const kept = await publish(bank("steps", json.next, questions));
  assert.equal(kept.status, 201);
  assert.deepEqual(kept.json.warnings, []);
  assert.deepEqual((await listed("steps", host)).versions, ["1.0.0", "2.0.0"]);
  assert.equal((await publish(bank("steps", "1.0.0", questions))).status, 409, "a version never changes");
  assert.equal((await server.http("GET", "/api/banks/steps/1.0.0", { key: host })).json.questions[0].key, true);
});

test("a number that was used before is passed over, though its file has gone", async () => {
  await publish(bank("gone", "1.0.0", [truth("q1")]));
  await publish(bank("gone", "1.0.1", [truth("q1", true, "hai")]));
  assert.equal((await check(bank("gone", "1.0.0", [truth("q1", true, "ba")]))).json.next, "1.0.2");
});

test("two versions are compared, and whether the number fits is said", async () => {
  const { status, json } = await compare("steps", "1.0.0", "2.0.0");
  assert.equal(status, 200);
  assert.deepEqual(json, { id: "steps", from: "1.0.0", to: "2.0.0", fits: true, step: "major", differences: [{ step: "major", part: "key", question: "q1" }], more_differences: 0 });
  await publish(bank("steps", "2.0.1", [truth("q1", true), truth("q2")]));
  assert.equal((await compare("steps", "2.0.0", "2.0.1")).json.fits, false);
  assert.equal((await compare("steps", "1.0.0", "9.9.9")).status, 404);
  assert.equal((await server.http("GET", "/api/banks/steps/compare", { key: host })).status, 400);
  assert.equal((await compare("steps", "1.0.0", "2.0.0", null)).status, 404, "a bank for hosts is compared for hosts");
});

test("only its owner and an admin save a next version; everybody sees whose it is", async () => {
  await publish(bank("owned", "1.0.0", [truth("q1")]));
  const foreign = await publish(bank("owned", "1.0.1", [truth("q1", true, "x")]), other);
  assert.equal(foreign.status, 403);
  assert.equal(foreign.json.error.code, "not_yours");
  assert.deepEqual([(await listed("owned", host)).own, (await listed("owned", other)).own, (await listed("owned", admin)).own], [true, false, true]);
  const told = (await check(bank("owned", "1.0.0", [truth("q1", false)]), other)).json;
  assert.deepEqual([told.standing, told.before, told.next, told.differences], ["foreign", null, null, []], "what differs would tell the keys");
  assert.equal((await publish(bank("owned", "1.0.1", [truth("q1", true, "y")]), admin)).status, 201);
  assert.equal((await publish(bank("owned", "1.0.2", [truth("q1", true, "z")]))).status, 201, "it is still the owner's");
});

test("of two keys that want one id at once, one has it, with all versions", async () => {
  const all = await Promise.all([host, other, host, other].map((key, i) => publish(bank("wanted", `1.0.${i}`, [truth("q1", true, `${i}`)]), key)));
  const mine = [all[0], all[2]].map((one) => one.status), theirs = [all[1], all[3]].map((one) => one.status);
  assert.deepEqual([mine, theirs].map((two) => two.join()).sort(), ["201,201", "403,403"]);
});

test("what was put into the folder by hand takes versions from an admin alone", async () => {
  const folder = join(server.data, "banks/by-hand");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "1.0.0.json"), JSON.stringify(bank("by-hand", "1.0.0", [truth("q1")])));
  assert.equal((await publish(bank("by-hand", "1.0.1", [truth("q1", true, "x")]))).status, 403);
  assert.equal((await publish(bank("by-hand", "1.0.1", [truth("q1", true, "x")]), admin)).status, 201);
});

test("a bank that came with the server is copied, never continued", async () => {
  const { json } = await server.http("GET", "/api/banks/live-kinds", { key: host });
  const told = (await check(json)).json;
  assert.deepEqual([told.standing, told.next], ["fixed", null]);
  assert.deepEqual((await check({ ...json, id: "my-kinds" })).json.standing, "new");
  assert.equal((await publish({ ...json, id: "my-kinds", version: "1.0.0" })).status, 201);
});

test("a sealed bank opens for its owner and no other host", async () => {
  await publish(bank("sealed-one", "1.0.0", [truth("q1")], { visibility: "sealed" }));
  assert.equal((await server.http("GET", "/api/banks/sealed-one", { key: host })).json.questions[0].key, true);
  const seen = await server.http("GET", "/api/banks/sealed-one", { key: other });
  assert.equal(typeof seen.json.questions, "number", "that it is there, and how large");
  assert.ok(!seen.text.includes("truefalse\",\"text"));
  const room = (key) => server.http("POST", "/api/rooms", { key, body: { bank: "sealed-one" } });
  assert.equal((await room(other)).status, 403, "a room would show it");
  assert.deepEqual([(await room(host)).status, (await room(admin)).status], [201, 201]);
});

test("only hosts may have a bank checked", async () => {
  assert.equal((await check(bank("a", "1.0.0", [truth("q1")]), null)).status, 401);
  assert.equal((await check(bank("a", "1.0.0", [truth("q1")]), judge)).status, 403);
  assert.equal((await check("")).status, 400);
});

test("a key may keep a hundred banks, and is told so at the next; what it has goes on", async () => {
  const keeper = await server.key("host");
  for (let n = 0; n < BANKS_MAX; n++)
    assert.equal((await publish(bank(`many-${n}`, "1.0.0", [truth("q1")]), keeper)).status, 201);
  const { status, json } = await publish(bank("one-more", "1.0.0", [truth("q1")]), keeper);
  assert.equal(status, 409);
  assert.deepEqual([json.error.code, json.max], ["too_many_banks", BANKS_MAX]);
  assert.equal((await publish(bank("many-0", "1.0.1", [truth("q1", true, "x")]), keeper)).status, 201, "a next version is no new bank");
  assert.equal((await publish(bank("many-0", "1.0.0", [truth("q1")]), keeper)).status, 200, "what is there is there");
  assert.equal((await publish(bank("one-more", "1.0.0", [truth("q1")]), other)).status, 201, "another key has its own hundred");
});

test("a key may keep so many questions in all, and is told which limit it met", async () => {
  const keeper = await server.key("host");
  const large = Array.from({ length: 10000 }, (_, i) => truth(`q${i}`));
  for (let n = 0; n < QUESTIONS_MAX / large.length; n++)
    assert.equal((await publish(bank(`large-${n}`, "1.0.0", large), keeper)).status, 201);
  const { status, json } = await publish(bank("small", "1.0.0", [truth("q1")]), keeper);
  assert.equal(status, 409);
  assert.deepEqual([json.error.code, json.max], ["too_many_questions", QUESTIONS_MAX]);
});

test("the file says nothing of its owner: its bytes are what was sent", async () => {
  const body = JSON.stringify(bank("bytes", "1.0.0", [truth("q1")]));
  await publish(body);
  assert.equal(readFileSync(join(server.data, "banks/bytes/1.0.0.json"), "utf8"), body);
  assert.match(readFileSync(join(server.data, "banks/bytes/owner"), "utf8"), /^[a-z0-9]{8}\n$/);
});
