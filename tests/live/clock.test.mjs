/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's clock is set forth and back in mid-question (shiftclock.c): nobody is late by it, nothing closes by it. */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { quickKey } from "./answers.mjs";
import { acknowledgedStands, sameBoard } from "./checks.mjs";
import { Member } from "./client.mjs";
import { PROGRAM, Server, isAlive, kill, newDirectory, until } from "./harness.mjs";

const SHIM = join(dirname(PROGRAM), "shiftclock.so");
const HOUR_MS = 3600000;
const open = [];
after(async () => {
  for (const { server, members } of open) {
    members.forEach((m) => m.stop());
    await server.close();
  }
});
const skip = !existsSync(SHIM) && `${SHIM} is not built (make live builds it)`;

async function restartWorkers(server) {
  for (const pid of server.workerPids()) {
    kill(pid);
    await until("another worker", () => !isAlive(pid) && server.workerPids().length === 2);
  }
}

test("the clock is set forth and back by an hour in mid-question", { skip, timeout: 60000 }, async () => {
  const file = join(newDirectory("clock"), "shift");
  const set = (ms) => { const bytes = Buffer.alloc(8); bytes.writeBigInt64LE(BigInt(ms)); writeFileSync(file, bytes, { flag: existsSync(file) ? "r+" : "w" }); };
  set(0);
  const server = await new Server({ workers: 2, env: { LD_PRELOAD: SHIM, SHIFTCLOCK: file } }).start();
  const members = [];
  open.push({ server, members });
  const room = await server.room(await server.key("host"), { bank: "live-quick", questions: { count: 4 }, close_all: false, limit_s: 30, scoring: "speed" });
  const host = await Member.attach(server.url, room.host_token, "host");
  members.push(host);
  const join_ = async (name) => { const m = await Member.join(server.url, { pin: room.pin, name }); members.push(m); return m; };
  const [a, b, c] = [await join_("A"), await join_("B"), await join_("C")];
  const shifts = [HOUR_MS, -HOUR_MS, 0];
  for (let q = 1; q <= 3; q++) {
    await host.must("open");
    await Promise.all([a, b, c].map((m) => m.expect("question", (f) => f.q === q)));
    assert.equal((await a.answer(q, [quickKey(q)])).status, "accepted");
    set(shifts[q - 1]);
    assert.equal((await b.answer(q, [quickKey(q)])).status, "accepted", `after ${shifts[q - 1]} ms`);
    await restartWorkers(server); // whoever comes now is met by a process that did not see the question open
    c.cut();
    const again = await c.expect("question", (f) => f.q === q);
    assert.ok(again.left_ms > 20000 && again.left_ms <= 30000, `${again.left_ms} ms left after the clock was set by ${shifts[q - 1]} ms`);
    const late = await join_(`Muộn ${q}`);
    assert.ok((await late.expect("question")).left_ms > 20000);
    assert.equal((await c.answer(q, [quickKey(q)])).status, "accepted");
    assert.equal(a.all("closed").filter((f) => f.q === q).length, 0);
    await host.must("close");
    await host.must("reveal");
    const reveal = await b.expect("reveal", (f) => f.q === q);
    assert.ok(reveal.you.points > 900, JSON.stringify(reveal.you));
  }
  await host.must("end");
  const times = (await server.events(room.room, room.judge_token)).map((event) => event.at_ms);
  assert.ok(Math.max(...times) - Math.min(...times) > HOUR_MS - 60000, "the clock was set, in Redis, too");
  acknowledgedStands(await sameBoard(server, room.room, { token: room.judge_token }), [a, b, c]);
});
