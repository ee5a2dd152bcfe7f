/* SPDX-License-Identifier: Apache-2.0 */
/* A backup while a room is live, restored elsewhere: the same results, boards and keys; and what is no backup is refused. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { quickKey } from "./answers.mjs";
import { Member } from "./client.mjs";
import { Server, newDirectory, run } from "./harness.mjs";

const open = [];
after(async () => {
  for (const { server, members } of open) {
    members.forEach((m) => m.stop());
    await server.close();
  }
});

const BANK = JSON.stringify({
  id: "cua-toi", version: "1.0.0", languages: ["vi"], title: "Của tôi", licence: "CC0-1.0", authors: ["Cô Hà"], visibility: "hosts",
  questions: [{ id: "q1", kind: "truefalse", text: "Một cộng một là hai", key: true }],
});

/** Two rooms, one of which has ended and one of which is in its second question. */
async function busy() {
  const server = await new Server({ workers: 2 }).start();
  const members = [];
  open.push({ server, members });
  const key = await server.key("host");
  const rooms = [];
  for (const ended of [true, false]) {
    const room = await server.room(key, { bank: "live-quick", questions: { count: 3 }, close_all: false, title: ended ? "Xong" : "Đang thi" });
    const host = await Member.attach(server.url, room.host_token, "host");
    const players = [];
    for (const name of ["An", "Bình", "Chi"])
      players.push(await Member.join(server.url, { pin: room.pin, name }));
    members.push(host, ...players);
    for (let q = 1; q <= 2; q++) {
      await host.must(q === 1 ? "start" : "open");
      await Promise.all(players.map((p) => p.expect("question", (f) => f.q === q)));
      await Promise.all(players.slice(1).map((p, i) => p.answer(q, [i ? quickKey(q) : "a"])));
      if (!ended && q === 2)
        break;
      await host.must("close");
      await host.must("reveal");
    }
    if (ended)
      await host.must("end");
    rooms.push(room);
  }
  return { server, key, rooms };
}

test("a backup of a living server, restored elsewhere, gives the same results and plays on", async () => {
  const { server, key, rooms } = await busy();
  const own = join(server.data, "banks/cua-toi");
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, "1.0.0.json"), BANK);
  const file = join(newDirectory("backup"), "all.backup");
  const made = await server.run(["backup", "-o", file]);
  assert.equal(made.status, 0, made.err);
  assert.match(made.out, /: 2 rooms, \d+ keys, [1-9]\d* files/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(file, "..")), ["all.backup"], "nothing is left beside it");

  const data = join(newDirectory("restored"), "data");
  const restored = await run(["restore", file, "--data", data]);
  assert.equal(restored.status, 0, restored.err);
  assert.equal(readFileSync(join(data, "banks/cua-toi/1.0.0.json"), "utf8"), BANK);
  for (const { room } of rooms) {
    for (const format of ["json", "csv"]) {
      const before = await server.run(["results", room, "--format", format]);
      const here = await run(["results", room, "--format", format, "--data", data]);
      assert.equal(here.status, 0, here.err);
      assert.equal(here.out, before.out);
    }
    const bundle = join(data, "..", `${room}.bundle`);
    assert.equal((await run(["bundle", room, "-o", bundle, "--data", data])).status, 0);
    const verified = await run(["verify", bundle]);
    assert.equal(verified.status, 0, verified.err);
    for (const format of ["json", "csv"]) {
      const [store, alone] = [await run(["results", room, "--format", format, "--data", data]), await run(["results", bundle, "--format", format])];
      assert.equal(alone.status, 0, alone.err);
      assert.equal(alone.out, store.out, "the bundle alone says what the store says");
    }
  }
  const cut = join(data, "..", "cut.bundle");
  writeFileSync(cut, "{}\n");
  assert.match((await run(["results", cut])).err, /not a bundle/);

  const second = await new Server({ workers: 1, data }).start();
  const members = [];
  open.push({ server: second, members });
  const [, living] = rooms;
  const listed = await second.http("GET", "/api/rooms", { key });
  assert.deepEqual(listed.json.rooms.map((r) => r.room).sort(), rooms.map((r) => r.room).sort());
  const board = (of) => of.board(rooms[0].room, rooms[0].judge_token);
  assert.deepEqual((await board(second)).rows, (await board(server)).rows);
  const host = await Member.attach(second.url, living.host_token, "host");
  const newcomer = await Member.join(second.url, { pin: living.pin, name: "Dung" });
  members.push(host, newcomer);
  await newcomer.answer(2, [quickKey(2)]);
  await host.must("close");
  await host.must("reveal");
  await host.must("end");
});

test("a data directory with something in it is not restored into", async () => {
  const data = newDirectory("full");
  writeFileSync(join(data, "theirs"), "x");
  const file = join(newDirectory("backup"), "x.backup");
  writeFileSync(file, "x");
  assert.equal((await run(["restore", file, "--data", data])).status, 1);
  const empty = join(newDirectory("empty"), "data");
  assert.equal((await run(["backup", "-o", file, "--data", empty])).status, 0);
  const { status, err } = await run(["restore", file, "--data", data]);
  assert.equal(status, 1);
  assert.match(err, /is not empty/);
  assert.deepEqual(readdirSync(data), ["theirs"]);
});

test("a backup that was changed or cut restores nothing", async () => {
  const base = newDirectory("backup");
  const file = join(base, "x.backup");
  const seed = join(base, "seed");
  assert.equal((await run(["key", "add", "--role", "host", "--name", "Hà", "--data", seed])).status, 0);
  assert.equal((await run(["backup", "-o", file, "--data", seed])).status, 0);
  const whole = readFileSync(file);
  const changed = Buffer.from(whole);
  changed[Math.floor(changed.length / 2)] ^= 1;
  for (const bytes of [changed, whole.subarray(0, whole.length - 1), whole.subarray(0, whole.length >> 1), Buffer.from("{}\n"), Buffer.from("\n")]) {
    const bad = join(base, "bad.backup"), data = join(base, "never");
    writeFileSync(bad, bytes);
    const { status, err } = await run(["restore", bad, "--data", data]);
    assert.equal(status, 1, err);
    assert.match(err, /damaged|not a backup/);
    assert.ok(!existsSync(data), "nothing was made");
  }
  const { status, out } = await run(["restore", file, "--data", join(base, "good")]);
  assert.equal(status, 0);
  assert.match(out, /keys/);
  assert.match((await run(["key", "list", "--data", join(base, "good")])).out, /Hà/);
});
