/* SPDX-License-Identifier: Apache-2.0 */
/* The power goes: on storage that forgets whatever was not synced (powercut.c), acknowledged answers survive. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { quickKey } from "./answers.mjs";
import { acknowledgedStands, sameBoard } from "./checks.mjs";
import { Member, inWaves } from "./client.mjs";
import { PROGRAM, Server, newDirectory } from "./harness.mjs";

const SHIM = join(dirname(PROGRAM), "powercut.so");
const PLAYERS = 20;
const open = [];
after(async () => {
  for (const { server, members } of open) {
    members.forEach((m) => m.stop());
    await server.close();
  }
});

async function playing() {
  const log = join(newDirectory("power"), "synced");
  const server = await new Server({ workers: 2, env: { LD_PRELOAD: SHIM, POWERCUT_LOG: log } }).start();
  const members = [];
  open.push({ server, members });
  const room = await server.room(await server.key("host"), { bank: "live-quick", questions: { count: 12 }, close_all: false });
  const host = await Member.attach(server.url, room.host_token, "host");
  const players = await inWaves(Array.from({ length: PLAYERS }), 10, (_, i) => Member.join(server.url, { pin: room.pin, name: `Bạn ${i + 1}` }));
  members.push(host, ...players);
  return { log, server, room, host, players };
}

/** Ends everything at once and forgets what was not synced; how many bytes that was. */
async function cutPower({ log, server }) {
  await server.killAll();
  const synced = new Map(readFileSync(log, "utf8").trimEnd().split("\n").map((line) => [line.slice(line.indexOf(" ") + 1), Number(line.slice(0, line.indexOf(" ")))]));
  const folder = join(server.data, "redis/appendonlydir");
  let forgotten = 0;
  for (const name of readdirSync(folder).filter((n) => n.endsWith(".incr.aof"))) {
    const path = join(folder, name), kept = synced.get(path) ?? 0;
    assert.ok(kept <= statSync(path).size);
    forgotten += statSync(path).size - kept;
    truncateSync(path, kept);
  }
  assert.ok(synced.size > 0, "redis-server runs under the shim");
  await server.start();
  return forgotten;
}

const skip = !existsSync(SHIM) && `${SHIM} is not built (make live builds it)`;

test("whenever the power goes, whatever was acknowledged is still there", { skip, timeout: 120000 }, async () => {
  const class_ = await playing();
  const { server, room, host, players } = class_;
  for (let q = 1; q <= 3; q++) {
    await host.must(q === 1 ? "start" : "open", undefined, { patience: 30000 });
    await Promise.all(players.map((p) => p.expect("question", (f) => f.q === q, 30000)));
    const answers = players.map((p, i) => new Promise((go) => setTimeout(go, i * 3)).then(() => p.answer(q, [quickKey(q)], { patience: 30000 })));
    await Promise.any(answers); /* some are acknowledged, some on their way */
    await cutPower(class_);
    await Promise.all(answers);
    await host.must("close", undefined, { patience: 30000 });
    await host.must("reveal", undefined, { patience: 30000 });
    await Promise.all(players.map((p) => p.expect("reveal", (f) => f.q === q, 30000)));
  }
  const counted = await sameBoard(server, room.room, { token: room.judge_token });
  const first = new Map(players.map((p) => [p, p.everAcked]));
  acknowledgedStands(counted, players);
  for (const [player, acks] of first)
    for (const ack of acks.filter((a) => a.status === "accepted"))
      assert.ok(counted.answerPositions.some((a) => a.position === ack.pos && a.player === player.joined.player && a.q === ack.q), `${player.name}: ${JSON.stringify(ack)}`);
});

test("this test would notice: without syncing, the same power cut loses answers", { skip, timeout: 120000 }, async () => {
  const class_ = await playing();
  const { server, room, host, players } = class_;
  await host.must("start");
  await Promise.all(players.map((p) => p.expect("question")));
  execFileSync("redis-cli", ["-s", join(server.data, "redis.sock"), "CONFIG", "SET", "appendfsync", "no"]);
  await Promise.all(players.map((p) => p.answer(1, [quickKey(1)])));
  assert.ok((await cutPower(class_)) > 0);
  const { answerPositions } = await sameBoard(server, room.room, { token: room.judge_token });
  assert.ok(answerPositions.length < PLAYERS);
});
