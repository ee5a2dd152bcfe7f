/* SPDX-License-Identifier: Apache-2.0 */
/* Rooms that are over become files, and nobody who asks for their results notices; killed at any moment, each is whole in one place. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { quickKey } from "./answers.mjs";
import { Line, Member } from "./client.mjs";
import { Server, newDirectory, run, until } from "./harness.mjs";

const LONG_MS = 90000; /* a worker that was killed at it keeps the lock for half a minute */
const AT_ONCE = ["--archive-ended", "1s", "--archive-final", "1s"];

const servers = [];
after(() => Promise.all(servers.map((server) => server.close())));

async function serve(options) {
  const server = new Server({ workers: 2, ...options });
  servers.push(server);
  return server.start();
}

/** A room of one question that has ended; what its players were given. */
async function play(server, key, names = ["An", "Bình", "Chi"]) {
  const room = await server.room(key, { bank: "live-quick", questions: { count: 1 }, close_all: false, title: "Ôn tập" });
  const host = await Member.attach(server.url, room.host_token, "host");
  const players = [];
  for (const name of names)
    players.push(await Member.join(server.url, { pin: room.pin, name }));
  await host.must("start");
  await Promise.all(players.map((p) => p.expect("question")));
  await Promise.all(players.slice(1).map((p, i) => p.answer(1, [i % 2 ? "a" : quickKey(1)])));
  await host.must("close");
  await host.must("reveal");
  await host.must("end");
  await until("the board to be written", async () => (await server.board(room.room, room.judge_token)).state === "provisional");
  const { token } = await until("a player's token", () => players[0].all("joined")[0]);
  [host, ...players].forEach((m) => m.stop());
  return { ...room, player_token: token };
}

/** Everything that can be asked about a room. */
async function all(server, { room, judge_token: token }) {
  const said = {};
  for (const what of ["results.json", "results.csv", "marks", "marks.csv"]) {
    const { status, text } = await server.http("GET", `/api/rooms/${room}/${what}`, { key: token });
    assert.equal(status, 200, text);
    said[what] = text;
  }
  const sheet = await server.http("GET", `/api/rooms/${room}/results.xlsx`, { key: token });
  assert.equal(sheet.status, 200);
  said.board = (await server.board(room, token)).rows;
  said.pages = (await server.board(room, token, 2)).rows;
  said.events = await server.events(room, token);
  said.later = await server.events(room, token, 3);
  return said;
}

async function archived(server, key, count, ms = LONG_MS) {
  await until(`${count} rooms to be archived`, async () => {
    const { json } = await server.http("GET", "/api/rooms", { key });
    return json.rooms.filter((r) => r.archived_at > 0).length === count;
  }, ms, 200);
}

const names = (data) => (existsSync(join(data, "archive")) ? readdirSync(join(data, "archive")) : []);

test("an archived room gives the same results, board, events and bundle, and says so to who would come in", async () => {
  const first = await serve();
  const key = await first.key("host");
  const room = await play(first, key);
  const before = await all(first, room);
  assert.equal(before.board.length, 3);
  await first.stop();

  const server = await serve({ data: first.data, args: AT_ONCE });
  await archived(server, key, 1);
  assert.deepEqual(names(server.data), [`${room.room}.bundle`]);
  assert.deepEqual(await all(server, room), before);
  const bin = await server.board(room.room, room.judge_token);
  assert.equal(bin.total, 3);
  assert.equal(bin.state, "provisional");
  const none = await server.http("GET", `/api/rooms/${room.room}/board?unit=6A9`, { key: room.judge_token });
  assert.deepEqual(none.json.rows, []);
  assert.equal(none.json.total, 0);

  const { json } = await server.http("GET", "/api/rooms", { key });
  const [listed] = json.rooms;
  assert.deepEqual([listed.room, listed.title, listed.state, listed.phase, listed.players, listed.pin], [room.room, "Ôn tập", "provisional", "ended", 3, ""]);

  const file = join(newDirectory("archive"), "room.bundle");
  writeFileSync(file, (await server.http("GET", `/api/rooms/${room.room}/bundle`, { key })).text);
  assert.match((await run(["verify", file])).out, /signer not checked: signed by .*3 players/);
  assert.equal((await server.run(["results", room.room, "--format", "csv"])).out, before["results.csv"]);
  assert.equal((await server.run(["bundle", room.room, "-o", `${file}.2`])).status, 0);
  assert.equal(readFileSync(`${file}.2`, "utf8"), readFileSync(file, "utf8"));

  for (const token of [room.host_token, room.judge_token, room.screen_token, room.player_token]) {
    const line = await Line.open(server.url);
    line.send({ t: "attach", token, page: "page12345678" });
    assert.equal((await line.expect("error")).code, "archived");
    assert.equal(await line.closed, 4003);
  }
  const stranger = await Line.open(server.url);
  stranger.send({ t: "join", pin: room.pin, name: "Dũng", once: "o".repeat(22) });
  assert.equal((await stranger.expect("error")).code, "wrong_pin");
  stranger.cut();

  const doctor = await server.run(["doctor"]);
  assert.match(doctor.out, /well {2}archive +1 rooms/);
  await until("the archived rooms in the metrics", async () => /hoithi_archived_rooms\{[^}]*\} 1\n/.test((await server.http("GET", "/metrics")).text), LONG_MS);
});

test("a backup takes archived rooms along", async () => {
  const first = await serve();
  const key = await first.key("host");
  const rooms = [await play(first, key), await play(first, key)];
  const before = await all(first, rooms[0]);
  await first.stop();
  const server = await serve({ data: first.data, args: AT_ONCE });
  await archived(server, key, 2);
  const file = join(newDirectory("archive"), "all.backup");
  assert.match((await server.run(["backup", "-o", file])).out, /: 0 rooms, .*, 2 of them archived rooms/);
  const data = join(newDirectory("archive"), "data");
  const restored = await run(["restore", file, "--data", data]);
  assert.equal(restored.status, 0, restored.err);
  assert.match(restored.out, /2 of them archived rooms/);
  const second = await serve({ data });
  assert.deepEqual(await all(second, rooms[0]), before);
});

test("names are erased in bundles too, and an archived room goes when its time ends", async () => {
  const first = await serve();
  const key = await first.key("host");
  const room = await play(first, key, ["Nguyệt", "Bình"]);
  await first.stop();
  const second = await serve({ data: first.data, args: AT_ONCE });
  await archived(second, key, 1);
  const file = join(second.data, "archive", `${room.room}.bundle`);
  assert.match(readFileSync(file, "utf8"), /Nguyệt/);
  assert.match(JSON.stringify((await second.board(room.room, room.judge_token)).rows), /Nguyệt/);
  await second.stop();

  const third = await serve({ data: first.data, args: [...AT_ONCE, "--keep-names", "1s"] });
  await until("the name to go", () => !/Nguyệt/.test(readFileSync(file, "utf8")), LONG_MS);
  assert.match((await run(["verify", file])).out, /names erased, signer not checked: signed by/);
  const { rows } = await third.board(room.room, room.judge_token);
  assert.deepEqual(rows.map((row) => row.name), ["", ""]);
  assert.ok(rows[0].points > 0);
  await third.stop();

  const fourth = await serve({ data: first.data, args: [...AT_ONCE, "--keep-rooms", "1s"] });
  await until("the room to go", async () => (await fourth.http("GET", "/api/rooms", { key })).json.rooms.length === 0, LONG_MS, 200);
  assert.deepEqual(names(first.data), []);
  assert.equal((await fourth.http("GET", `/api/rooms/${room.room}/results.csv`, { key: room.judge_token })).status, 404);
});

test("killed at any moment while it archives, every room is whole in one place", async () => {
  const first = await serve();
  const key = await first.key("host");
  const rooms = [], before = [];
  for (let i = 0; i < 6; i++)
    rooms.push(await play(first, key, ["An", "Bình"]));
  for (const room of rooms)
    before.push(await all(first, room));
  await first.stop();
  mkdirSync(join(first.data, "archive"), { mode: 0o700 });
  for (let kill = 0; kill < 3; kill++) {
    const server = await serve({ data: first.data, args: AT_ONCE });
    await until("something to happen in the archive", () => names(server.data).length > kill, LONG_MS, 1);
    await server.killAll();
  }
  const last = await serve({ data: first.data, args: AT_ONCE });
  for (let i = 0; i < rooms.length; i++)
    assert.deepEqual(await all(last, rooms[i]), before[i], "after the kills");
  await archived(last, key, rooms.length);
  for (let i = 0; i < rooms.length; i++)
    assert.deepEqual(await all(last, rooms[i]), before[i], "archived");
  await until("drafts to be gone", () => names(last.data).length === rooms.length, LONG_MS);
  assert.match((await last.run(["doctor"])).out, /well {2}archive +6 rooms/);
});
