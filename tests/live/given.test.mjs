/* SPDX-License-Identifier: Apache-2.0 */
/* A key sees what it made or was given: a host gives a room to judges and colleagues, and takes it back. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Member } from "./client.mjs";
import { Server } from "./harness.mjs";

let server, host, stranger, judge, colleague, admin, room;
before(async () => {
  server = await new Server({ workers: 2 }).start();
  host = await server.key("host", "Cô Hoa");
  stranger = await server.key("host", "Thầy Tư");
  judge = await server.key("judge", "Ban giám khảo");
  colleague = await server.key("host", "Cô Lan");
  admin = await server.key("admin", "Quản trị");
  room = await server.room(host, { title: "6A1" });
});
after(() => server.close());

const given = (key, body) => server.http(body ? "POST" : "GET", `/api/rooms/${room.room}/given`, { key, body });
const rooms = async (key) => (await server.http("GET", "/api/rooms", { key })).json.rooms.map((one) => one.room);
const board = async (key) => (await server.http("GET", `/api/rooms/${room.room}/board`, { key })).status;
const names = (reply) => reply.json.given.map((key) => `${key.name} (${key.role})`);

test("a judge's key sees nothing until it is given a room", async () => {
  assert.deepEqual(await rooms(judge), []);
  assert.equal(await board(judge), 404);
  assert.equal((await server.http("POST", `/api/rooms/${room.room}/tokens`, { key: judge })).status, 404);
  assert.deepEqual((await given(host)).json, { room: room.room, given: [] });
});

test("given, it sees the room, its board and its events, and gets a judge's tokens but no host's", async () => {
  assert.deepEqual(names(await given(host, { key: "Ban giám khảo" })), ["Ban giám khảo (judge)"]);
  assert.deepEqual(await rooms(judge), [room.room]);
  assert.equal(await board(judge), 200);
  const { status, json } = await server.http("POST", `/api/rooms/${room.room}/tokens`, { key: judge });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json).sort(), ["judge_token", "room", "screen_token"]);
  assert.ok((await server.events(room.room, judge)).length > 0);
  const member = await Member.attach(server.url, json.judge_token, "judge");
  assert.equal(member.state.role, "judge");
  member.stop();
  assert.equal((await server.http("POST", `/api/rooms/${room.room}/tokens`, { key: json.judge_token })).json.host_token, undefined, "a judge's token makes no host's either");
});

test("a colleague leads it, too; giving twice is giving once; the host's token gives as the key does", async () => {
  const id = (await given(room.host_token, { key: "Cô Lan" })).json.given.at(-1).id;
  assert.deepEqual(names(await given(host, { key: id })), ["Ban giám khảo (judge)", "Cô Lan (host)"]);
  assert.deepEqual(await rooms(colleague), [room.room]);
  const tokens = (await server.http("POST", `/api/rooms/${room.room}/tokens`, { key: colleague })).json;
  const member = await Member.attach(server.url, tokens.host_token, "host");
  assert.equal(member.state.role, "host");
  member.stop();
});

test("nobody else gives, and nothing else is taken for a key", async () => {
  assert.equal((await given(stranger, { key: "Thầy Tư" })).status, 404);
  assert.equal((await given(judge, { key: "Thầy Tư" })).status, 403);
  assert.equal((await given(room.judge_token, { key: "Thầy Tư" })).status, 403);
  assert.deepEqual(await rooms(stranger), []);
  const nobody = await given(host, { key: "Thầy Năm" });
  assert.deepEqual([nobody.status, nobody.json.error.code], [404, "no_key"]);
  for (const body of [{}, { key: 5 }, { key: "x".repeat(81) }, { key: "Cô Lan", back: "yes" }, []])
    assert.equal((await given(host, body)).status, 400, JSON.stringify(body));
  assert.deepEqual(names(await given(admin)), ["Ban giám khảo (judge)", "Cô Lan (host)"]);
});

test("taken back, it is seen no more; the seventeenth key is one too many", async () => {
  assert.deepEqual(names(await given(host, { key: "Ban giám khảo", back: true })), ["Cô Lan (host)"]);
  assert.deepEqual(names(await given(host, { key: "Ban giám khảo", back: true })), ["Cô Lan (host)"]);
  assert.deepEqual(await rooms(judge), []);
  assert.equal(await board(judge), 404);
  for (let i = 2; i <= 17; i++)
    await server.key("judge", `Giám khảo ${i}`);
  for (let i = 2; i <= 16; i++)
    assert.equal((await given(host, { key: `Giám khảo ${i}` })).status, 200, `${i}`);
  const last = await given(host, { key: "Giám khảo 17" });
  assert.deepEqual([last.status, last.json.error.code], [409, "too_many"]);
  assert.equal(names(await given(host)).length, 16);
});
