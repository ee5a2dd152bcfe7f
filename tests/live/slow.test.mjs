/* SPDX-License-Identifier: Apache-2.0 */
/* Clients that are slow, or mean it: none of them takes anything from those who play, and the server stays small. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { quickKey } from "./answers.mjs";
import { acknowledgedStands, sameBoard } from "./checks.mjs";
import { Line, Member, inWaves } from "./client.mjs";
import { Server } from "./harness.mjs";

const QUESTIONS = 6, PLAYERS = 12, GROWS_MAX_KB = 64 * 1024;
let server, room, host, players, pids, began_kb;
const nuisances = []; /* how each of them is ended */

const resident_kb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
const all_kb = () => pids.reduce((sum, pid) => sum + resident_kb(pid), 0);

/** Sockets of bare TCP that say `words`, and then nothing any more. */
async function mute(count, words) {
  for (let i = 0; i < count; i++) {
    const socket = connect(server.port, "127.0.0.1", () => words && socket.write(words));
    socket.on("error", () => {});
    nuisances.push(() => socket.destroy());
    await new Promise((done) => socket.once("connect", done));
  }
}

/** Opens a line and drops it, again and again. */
function restless() {
  let stopped = false;
  const again = async () => {
    while (!stopped)
      await Line.open(server.url).then((line) => line.cut(), () => {});
  };
  const running = again();
  nuisances.push(() => { stopped = true; return running; });
}

/** Takes in a thousandth of what it could: a moment a second. */
function sip(socket) {
  const timer = setInterval(() => { socket.resume(); setImmediate(() => socket.pause()); }, 1000);
  nuisances.push(() => clearInterval(timer));
}

before(async () => {
  server = await new Server({ workers: 2 }).start();
  room = await server.room(await server.key("host"), { bank: "live-quick", questions: { count: QUESTIONS }, close_all: false });
  host = await Member.attach(server.url, room.host_token, "host");
  players = await inWaves(Array.from({ length: PLAYERS }, (_, i) => `Bạn ${i}`), PLAYERS, (name) => Member.join(server.url, { pin: room.pin, name }));
  pids = server.workerPids();
  began_kb = all_kb();
});
after(async () => {
  [host, ...(players ?? [])].forEach((member) => member?.stop());
  await Promise.all(nuisances.map((end) => end()));
  await server.close();
});

test("they come: some never read, some sip, some stop in mid-frame or say nothing, some cannot stay", async () => {
  const deaf = await inWaves(Array.from({ length: 20 }, (_, i) => `Điếc ${i}`), 5, (name) => Member.join(server.url, { pin: room.pin, name }));
  const screens = await inWaves(Array.from({ length: 10 }, (_, i) => `screen ${i}`), 5, (name) => Member.attach(server.url, room.host_token, name));
  [...deaf, ...screens].forEach((member) => {
    member.line.socket._socket.pause();
    nuisances.push(() => member.stop());
  });
  deaf.slice(0, 10).forEach((member) => sip(member.line.socket._socket));
  for (let i = 0; i < 20; i++) {
    const line = await Line.open(server.url);
    line.socket._socket.write(Buffer.from([0x81, 0xfe, 0x01])); // a text frame, and half of its length
    nuisances.push(() => line.cut());
  }
  await mute(100, "");
  await mute(50, "GET /api/banks HTTP/1.1\r\nhost: x\r\nx-half: ");
  for (let i = 0; i < 4; i++)
    restless();
});

test("a whole contest among them: every answer is taken, every result comes, nobody's line is lost", async () => {
  for (let q = 1; q <= QUESTIONS; q++) {
    await host.must("open");
    await Promise.all(players.map((p) => p.expect("question", (f) => f.q === q)));
    const acks = await Promise.all(players.map((p) => p.answer(q, [quickKey(q)])));
    assert.deepEqual(acks.map((ack) => ack.status), acks.map(() => "accepted"));
    await host.must("close");
    await host.must("reveal");
    await Promise.all(players.map((p) => p.expect("reveal", (f) => f.q === q)));
  }
  await host.must("end");
  assert.deepEqual(players.map((p) => p.losses), players.map(() => 0));
});

test("the workers are the same and have not grown", () => {
  assert.deepEqual(server.workerPids(), pids);
  const grown_kb = all_kb() - began_kb;
  assert.ok(grown_kb < GROWS_MAX_KB, `${grown_kb} KB more than before`);
});

test("what was acknowledged stands on the board", async () => {
  acknowledgedStands(await sameBoard(server, room.room, { token: room.judge_token }), players);
});
