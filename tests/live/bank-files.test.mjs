/* SPDX-License-Identifier: Apache-2.0 */
/* What teachers bring over HTTP: a preview that guesses nothing, a bank that is kept once and for good, downloads. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT, Server, until } from "./harness.mjs";

const FILE_MAX = 8 << 20;
const imports = (name) => readFileSync(join(ROOT, "tests/imports", name));
let server, host, judge;

before(async () => {
  server = await new Server({ workers: 2 }).start();
  host = await server.key("host");
  judge = await server.key("judge");
});
after(() => server?.close());

/* Server.http() sends text; these bodies are bytes. */
async function send(path, bytes, key = host) {
  const answer = await fetch(server.url + path, { method: "POST", body: bytes, headers: key ? { Authorization: `Bearer ${key}` } : {} });
  const text = await answer.text();
  return { status: answer.status, json: JSON.parse(text) };
}
const preview = (bytes, format = "auto", key = host) => send(`/api/banks/import?format=${format}`, bytes, key);
const bank = (id, version = "1.0.0", right = "b") => ({
  id, version, languages: ["vi"], title: "Câu hỏi của tôi",
  questions: [{ id: "q1", kind: "single", text: "1 + 1 = ?", choices: [{ id: "a", text: "1" }, { id: "b", text: "2" }], key: [right] }],
});
const publish = (body, key = host) => send("/api/banks", JSON.stringify(body), key);

test("a pasted test comes back as drafts, and the one without a key has none", async () => {
  const { status, json } = await preview("Câu 1. Thủ đô của Việt Nam?\nA. Huế\nB. Hà Nội\nĐáp án: B\n\nCâu 2. Số nào chẵn?\nA. 3\nB. 4\n");
  assert.equal(status, 200);
  assert.equal(json.format, "text");
  assert.deepEqual(json.questions.map((q) => [q.line, q.sure, q.question.key]), [[1, true, ["b"]], [6, false, undefined]]);
  assert.match(json.questions[1].doubt, /nothing says/);
});

for (const [name, format, count] of [["libreoffice.docx", "docx", 5], ["libreoffice.xlsx", "xlsx", 3], ["cp1258.txt", "text", 1], ["several.xml", "moodle", 1]])
  test(`${name} is read as it is, and its kind is found`, async () => {
    const { status, json } = await preview(imports(name));
    assert.equal(status, 200);
    assert.equal(json.format, format);
    assert.ok(json.questions.length >= count, `${json.questions.length}`);
  });

test("what is no test is no failure: it has no questions, and a word why", async () => {
  const { status, json } = await preview(Buffer.from("PK\x03\x04 no archive", "latin1"));
  assert.equal(status, 200);
  assert.deepEqual(json.questions, []);
  assert.equal(json.warnings.length, 1);
});

test("only hosts may send files, and only known formats", async () => {
  assert.equal((await preview("x", "auto", null)).status, 401);
  assert.equal((await preview("x", "auto", judge)).status, 403);
  assert.equal((await preview("x", "pdf")).status, 400);
  assert.equal((await preview("x", "a-name-that-is-far-too-long")).status, 400);
  assert.equal((await preview("")).status, 400);
  assert.equal((await publish(bank("nobody"), judge)).status, 403);
});

test("a file may have 8 MiB, and not one byte more; other addresses take what they took", async () => {
  const most = Buffer.alloc(FILE_MAX, "x ");
  assert.equal((await preview(most)).status, 200);
  for (const bytes of [Buffer.concat([most, Buffer.from("x")]), Buffer.alloc(40 << 20, "x ")]) {
    const { status, json } = await preview(bytes);
    assert.equal(status, 413);
    assert.deepEqual(json.error, { code: "too_big", message: "A file has at most 8388608 bytes." }, "told, not cut off in the middle");
  }
  assert.equal((await send("/api/rooms", Buffer.alloc((256 << 10) + 1, " "))).status, 413);
});

test("a bank is kept, listed at once by every worker, and played", async () => {
  const { status, json } = await publish(bank("cua-toi"));
  assert.equal(status, 201);
  assert.equal(json.questions, 1);
  assert.deepEqual(json.warnings, []);
  for (let i = 0; i < 8; i++) { /* connections go to either worker */
    const list = await server.http("GET", "/api/banks", { key: host, headers: { Connection: "close" } });
    const mine = list.json.banks.find((one) => one.id === "cua-toi");
    assert.equal(mine?.version, "1.0.0");
    assert.equal(mine.sha256, json.sha256);
  }
  const room = await server.room(host, { bank: "cua-toi@1.0.0" });
  assert.match(room.pin, /^\d{6}$/);
  const folder = join(server.data, "banks/cua-toi");
  assert.deepEqual(readdirSync(folder), ["1.0.0.json", "owner"], "nothing is left beside it");
  assert.deepEqual(JSON.parse(readFileSync(join(folder, "1.0.0.json"))), bank("cua-toi"));
});

test("a version never changes: the same again is no harm, other content is refused, also when the file has gone", async () => {
  await publish(bank("fixed"));
  assert.equal((await publish(bank("fixed"))).status, 200);
  const other = await publish(bank("fixed", "1.0.0", "a"));
  assert.equal(other.status, 409);
  assert.equal(other.json.error.code, "exists");
  assert.deepEqual(JSON.parse(readFileSync(join(server.data, "banks/fixed/1.0.0.json"))).questions[0].key, ["b"]);
  await until("the ledger to have it", () => existsSync(join(server.data, "banks.ledger")) && readFileSync(join(server.data, "banks.ledger"), "utf8").includes("fixed@1.0.0"));
});

test("the next version is told when its number says too little", async () => {
  await publish(bank("steps"));
  const patch = await publish(bank("steps", "1.0.1", "a"));
  assert.equal(patch.status, 201);
  assert.equal(patch.json.warnings.length, 1);
  assert.match(patch.json.warnings[0].message, /key/);
});

test("two who publish the same version at once: one has it, the other is told", async () => {
  const all = await Promise.all(["a", "b", "a", "b"].map((right) => publish(bank("race", "1.0.0", right))));
  const statuses = all.map((one) => one.status).sort();
  assert.equal(statuses.filter((s) => s === 201).length, 1);
  assert.ok(statuses.every((s) => [200, 201, 409].includes(s)), statuses.join());
});

test("a bank of another folder takes no versions from here", async () => {
  const { status, json } = await publish(bank("live-kinds", "9.0.0"));
  assert.equal(status, 409);
  assert.equal(json.error.code, "exists");
  assert.ok(!existsSync(join(server.data, "banks/live-kinds")));
});

test("all faults at once, with their places; nothing is written", async () => {
  const broken = bank("../../broken");
  broken.questions[0].key = ["z"];
  const { status, json } = await publish(broken);
  assert.equal(status, 422);
  assert.ok(json.faults.length >= 2, JSON.stringify(json.faults));
  assert.ok(json.faults.some((fault) => fault.question === "q1" && fault.line >= 1));
  const pictured = bank("pictured");
  pictured.questions[0].media = { file: "media/a.png", alt: "a" };
  assert.equal((await publish(pictured)).status, 422);
  assert.ok(!existsSync(join(server.data, "banks/pictured")));
});

for (const format of ["gift", "aiken", "moodle", "qti", "csv", "xlsx"])
  test(`what is downloaded as ${format} comes back as it was`, async () => {
    await publish(bank("round-trip"));
    const file = await server.http("GET", `/api/banks/round-trip/1.0.0/export?format=${format}`, { key: host });
    assert.equal(file.status, 200);
    assert.match(file.headers.get("content-disposition"), /attachment; filename="round-trip-1\.0\.0\./);
    const { json } = await preview(file.bytes, format);
    assert.deepEqual(json.questions.map((q) => [q.sure, q.question.text, q.question.key]), [[true, "1 + 1 = ?", ["b"]]]);
  });

test("an export tells beforehand what it would lose, and shows keys to nobody else", async () => {
  const told = await server.http("GET", "/api/banks/live-kinds/1.0.0/export?format=aiken&tell=losses", { key: host });
  assert.equal(told.status, 200);
  assert.ok(told.json.losses.length > 0);
  const list = await server.http("GET", "/api/banks", { key: host });
  const { id, version } = list.json.banks.find((one) => one.visibility === "hosts" && !one.faults);
  assert.equal((await server.http("GET", `/api/banks/${id}/${version}/export?format=csv`)).status, 404);
  assert.equal((await server.http("GET", `/api/banks/${id}/${version}/export?format=pdf`, { key: host })).status, 400);
});

for (const format of ["text", "docx", "csv", "xlsx", "gift", "aiken", "moodle", "qti"])
  test(`the blank ${format} can be filled in: it is read without a doubt`, async () => {
    const file = await server.http("GET", `/api/banks/template?format=${format}`);
    assert.equal(file.status, 200);
    const { json } = await preview(file.bytes, format);
    assert.ok(json.questions.length > 0 && json.questions.every((q) => q.sure), JSON.stringify(json).slice(0, 400));
  });
