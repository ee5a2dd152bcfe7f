/* SPDX-License-Identifier: Apache-2.0 */
/* A class by its list: names are looked at, tapped, taken once, freed again; results keep their order and say who was absent. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Line, Member } from "./client.mjs";
import { Server, newDirectory, run } from "./harness.mjs";

const CLASS = ["Nguyễn Văn An", "Lê Lan", "Trần Vy", "Lê Lan", "Phạm Bình"];

let server, key, room, host;
const lines = [];
before(async () => {
  server = await new Server({ workers: 2 }).start();
  key = await server.key("host");
  room = await server.room(key, { bank: "live-quick", questions: { count: 1 }, close_all: false, class_list: CLASS });
  host = await Member.attach(server.url, room.host_token, "host");
});
after(async () => {
  host?.stop();
  lines.forEach((line) => line.cut());
  await server?.close();
});

async function open() {
  const line = await Line.open(server.url);
  lines.push(line);
  return line;
}
let joins = 0;
async function tap(row, pin = room.pin) {
  const line = await open();
  line.send({ t: "join", pin, row, once: `class-list-test-${++joins}` });
  return { line, said: await line.expect(["joined", "error"]) };
}
/** As the page asks: over plain HTTP, and the session ends with the reply. */
const look = (pin) => server.http("POST", "/api/frames", { body: { wait: true, last: true, frames: [{ t: "look", pin }] } });
const missing = (rows) => host.expect("people", (f) => JSON.stringify(f.missing) === JSON.stringify(rows));

test("the names are shown to whoever has the PIN, and the host sees who is missing", async () => {
  for (let i = 0; i < 4; i++) { /* whichever worker it meets */
    const { status, json } = await look(room.pin);
    assert.equal(status, 200);
    assert.deepEqual(json.frames, [{ t: "list", list_only: false, names: ["Nguyễn Văn An", "Lê Lan", "Trần Vy", "Lê Lan (2)", "Phạm Bình"].map((name, at) => ({ row: at + 1, name, taken: false })) }]);
    assert.deepEqual((await server.http("POST", "/api/frames", { body: { s: json.s, frames: [] } })).json, { gone: true });
  }
  assert.equal((await host.expect("list")).names.length, 5);
  await missing([1, 2, 3, 4, 5]);
  const { json } = await look(room.pin === "573920" ? "573921" : "573920");
  assert.equal(json.frames[0].code, "wrong_pin");
});

test("of two phones that tap the same name at once exactly one gets it", async () => {
  const both = await Promise.all([tap(1), tap(1), tap(1), tap(1)]);
  assert.deepEqual(both.map(({ said }) => said.t).sort(), ["error", "error", "error", "joined"]);
  both.filter(({ said }) => said.t === "error").forEach(({ said }) => assert.equal(said.code, "name_taken"));
  assert.equal(both.find(({ said }) => said.t === "joined").said.name, "Nguyễn Văn An");
  assert.equal((await look(room.pin)).json.frames[0].names[0].taken, true);
  await missing([2, 3, 4, 5]);
});

test("a typed name that is on the list takes its row; a guest stays a guest", async () => {
  const vy = await Member.join(server.url, { pin: room.pin, name: "trần  vy" });
  const guest = await Member.join(server.url, { pin: room.pin, name: "Khách" });
  assert.equal(vy.joined.name, "Trần Vy");
  assert.equal(guest.joined.name, "Khách");
  await missing([2, 4, 5]);
  vy.stop();
  guest.stop();
});

test("who is removed frees the name, who is banned does not, and a lost phone's seat is given anew", async () => {
  const lan = await tap(4);
  assert.equal(lan.said.name, "Lê Lan (2)");
  await host.must("remove", { player: lan.said.player, ban: false });
  const again = await tap(4);
  assert.equal(again.said.t, "joined");
  const { code } = await host.must("reseat", { player: again.said.player });
  const other = await open();
  other.send({ t: "attach", pin: room.pin, code });
  assert.equal((await other.expect("joined")).player, again.said.player);
  const binh = await tap(5);
  await host.must("remove", { player: binh.said.player, ban: true });
  assert.equal((await tap(5)).said.code, "name_taken");
  await missing([2, 5]);
});

test("where only the list comes in a guest is told so", async () => {
  const closed = await server.room(key, { bank: "live-quick", questions: { count: 1 }, class_list: ["An"], list_only: true });
  const line = await open();
  line.send({ t: "join", pin: closed.pin, name: "Khách", once: "class-list-test-guest" });
  assert.equal((await line.expect("error")).code, "not_listed");
  line.send({ t: "join", pin: closed.pin, name: "AN", once: "class-list-test-listed" });
  assert.equal((await line.expect("joined")).name, "An");
});

test("a fault of the list names its row", async () => {
  const { status, json } = await server.http("POST", "/api/rooms", { key, body: { bank: "live-quick", class_list: ["An", "", "Vy"] } });
  assert.equal(status, 400);
  assert.match(json.error.message, /class_list: row 2/);
  const long = await server.http("POST", "/api/rooms", { key, body: { bank: "live-quick", class_list: Array(501).fill("An") } });
  assert.match(long.json.error.message, /at most 500/);
  const full = await server.http("POST", "/api/rooms", { key, body: { bank: "live-quick", class_list: Array.from({ length: 500 }, (_, i) => `Học sinh ${i}`) } });
  assert.equal(full.status, 201, full.text);
  assert.equal((await look(full.json.pin)).json.frames[0].names.length, 500);
});

test("names are found in a pasted table, and nobody else reads one", async () => {
  const body = "STT\tHọ đệm\tTên\n1\tNguyễn Văn\tAn\n2\tLê\tLan\n";
  const { status, json } = await server.http("POST", "/api/names", { key, body });
  assert.equal(status, 200);
  assert.deepEqual(json, { names: [{ line: 2, name: "Nguyễn Văn An" }, { line: 3, name: "Lê Lan" }], faults: [] });
  assert.equal((await server.http("POST", "/api/names", { body })).status, 401);
});

test("results keep the list's order, show who was absent, and the bundle proves itself", async () => {
  await host.must("start");
  await host.must("close");
  await host.must("reveal");
  await host.must("end");
  const { json } = await server.http("GET", `/api/rooms/${room.room}/results.json`, { key: room.judge_token });
  assert.deepEqual(json.rows.map((row) => [row.row, row.name, row.absent]), [
    [1, "Nguyễn Văn An", false], [2, "Lê Lan", true], [3, "Trần Vy", false], [4, "Lê Lan (2)", false], [5, "Phạm Bình", true], [null, "Khách", false],
  ]);
  const csv = await server.http("GET", `/api/rooms/${room.room}/results.csv`, { key: room.judge_token });
  assert.match(csv.text.split("\r\n")[0], /,row,absent$/);
  assert.match(csv.text.split("\r\n")[2], /^,"Lê Lan",.*,2,1$/);
  assert.equal((await server.http("GET", `/api/rooms/${room.room}/results.xlsx`, { key: room.judge_token })).status, 200);
  for (const format of ["json", "csv", "xlsx"])
    assert.equal((await server.http("GET", `/api/rooms/${room.room}/marks.${format}`, { key: room.judge_token })).status, 200, format);
  const bundle = await server.http("GET", `/api/rooms/${room.room}/bundle`, { key: room.judge_token });
  const path = join(newDirectory(), "class.bundle.json");
  writeFileSync(path, bundle.bytes);
  const verified = await run(["verify", path]);
  assert.equal(verified.status, 0, verified.out + verified.err);
});
