/* SPDX-License-Identifier: Apache-2.0 */
/* Processes die, stop and come back in mid-question; what was acknowledged stands, and phones come back by themselves. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { quickKey } from "./answers.mjs";
import { acknowledgedStands, nothingTwice, sameBoard } from "./checks.mjs";
import { Member, inWaves } from "./client.mjs";
import { Server, isAlive, kill, until } from "./harness.mjs";

const PLAYERS = 24;
const LONG_MS = 30000; /* for what waits until the server has noticed and mended something */
const STILL_MS = 80000; /* a worker that was stopped is given 40 s */
const open = [];
after(async () => {
  for (const { server, members } of open) {
    members.forEach((m) => m.stop());
    await server.close();
  }
});

/** A server with two workers and a class in question 1, of which every third has answered. */
async function inQuestion() {
  const server = await new Server({ workers: 2 }).start();
  const members = [];
  open.push({ server, members });
  const key = await server.key("host");
  const room = await server.room(key, { bank: "live-quick", questions: { count: 3 }, close_all: false });
  const host = await Member.attach(server.url, room.host_token, "host");
  members.push(host);
  const players = await inWaves(Array.from({ length: PLAYERS }), 12, (_, i) => Member.join(server.url, { pin: room.pin, name: `Bạn ${i + 1}` }));
  members.push(...players);
  await host.must("next");
  await Promise.all(players.map((p) => p.expect("question")));
  await Promise.all(players.filter((_, i) => i % 3 === 0).map((p) => p.answer(1, [quickKey(1)])));
  return { server, room, host, players, members, key };
}

/** Everybody who has not answered answers now; each is acknowledged as in time. */
async function restAnswers(players, q = 1, patience = LONG_MS) {
  const acks = await Promise.all(players.filter((p) => !p.acks.has(q)).map((p, i) => p.answer(q, [i % 2 ? quickKey(q) : "a"], { patience })));
  acks.forEach((ack) => assert.ok(["accepted", "duplicate"].includes(ack.status), JSON.stringify(ack)));
}

/** The round goes on as if nothing had been: reveal, board, another question, and all is as the log says. */
async function goesOn({ server, room, host, players }) {
  await host.must("close", undefined, { patience: LONG_MS });
  await host.must("reveal", undefined, { patience: LONG_MS });
  const reveals = await Promise.all(players.map((p) => p.expect("reveal", (f) => f.q === 1, LONG_MS)));
  reveals.forEach((reveal) => assert.notEqual(reveal.you.a, null));
  await host.next("board", LONG_MS);
  await host.next("question", LONG_MS);
  await Promise.all(players.map((p) => p.expect("question", (f) => f.q === 2, LONG_MS)));
  await restAnswers(players, 2);
  await host.must("close");
  await host.must("reveal", undefined, { patience: LONG_MS });
  await host.must("end");
  const counted = await sameBoard(server, room.room, { token: room.judge_token });
  acknowledgedStands(counted, players);
  nothingTwice(counted);
  assert.equal(counted.round(1).answers.size, PLAYERS);
  assert.equal(counted.round(2).answers.size, PLAYERS);
}

/** Whoever lost the line has come back to the running question with time left. */
async function comeBack(players, before) {
  await Promise.all(players.map((p, i) => p.losses === before[i] ? null : p.expect("question", (f) => f.q === 1 && f.left_ms > 0 && f.left_ms < f.limit_ms, LONG_MS)));
}

test("a worker is killed in mid-question: half the phones come back by themselves, and nothing is lost", async () => {
  const class_ = await inQuestion();
  const { server, players } = class_;
  const before = players.map((p) => p.losses);
  players.forEach((p) => p.inbox.skip());
  const [victim, other] = server.workerPids();
  const answers = restAnswers(players); /* on their way while the worker dies */
  kill(victim);
  await until("the cut phones to notice", () => players.some((p, i) => p.losses > before[i]));
  await comeBack(players, before);
  await answers;
  const lost = players.filter((p, i) => p.losses > before[i]).length;
  assert.ok(lost < PLAYERS, `one worker's phones only, not ${lost} of ${PLAYERS}`);
  await until("a new worker", () => server.workerPids().length === 2);
  assert.ok(isAlive(other) && !isAlive(victim));
  await goesOn(class_);
});

test("everything is killed in mid-question and started again: all come back, and nothing is lost", async () => {
  const class_ = await inQuestion();
  const { server, players } = class_;
  const acked = players.filter((p) => p.acks.has(1)).length;
  assert.ok(acked >= PLAYERS / 3);
  const before = players.map((p) => p.losses);
  players.forEach((p) => p.inbox.skip());
  const answers = restAnswers(players);
  await server.killAll();
  await server.start();
  await comeBack(players, before);
  await answers;
  await goesOn(class_);
});

test("Redis is killed in mid-question: phones are told it is saving, and what they say meanwhile is not late", async () => {
  const class_ = await inQuestion();
  const { server, players } = class_;
  const redis = server.redisPid();
  assert.ok(redis, "redis-server runs");
  kill(redis);
  await until("Redis to be gone", () => !isAlive(redis));
  await restAnswers(players);
  assert.ok(players.every((p) => p.losses === 0), "nobody lost the line");
  await until("a new Redis", () => server.redisPid() !== undefined && server.redisPid() !== redis);
  await goesOn(class_);
});

test("Redis stands still: all see 'saving', nothing is revealed meanwhile, and answers given then are in time", async () => {
  const class_ = await inQuestion();
  const { server, room, host, players } = class_;
  const redis = server.redisPid();
  players.forEach((p) => p.inbox.skip());
  kill(redis, "SIGSTOP");
  try {
    const answers = restAnswers(players);
    await Promise.all([host, ...players].map((m) => m.expect("saving", (f) => f.on === true, LONG_MS)));
    const { status, json } = await server.http("GET", "/healthz");
    assert.equal(status, 503, JSON.stringify(json));
    const closing = host.command("close", undefined, { patience: LONG_MS });
    players[0].line.send({ t: "ping", c: 7 });
    await players[0].expect("pong");
    assert.equal(players.flatMap((p) => p.all("closed")).length, 0);
    assert.equal(players.filter((p) => p.acks.has(1)).length, PLAYERS / 3, "no acknowledgement without the disk");
    kill(redis, "SIGCONT");
    await Promise.all([host, ...players].map((m) => m.expect("saving", (f) => f.on === false, LONG_MS)));
    await answers;
    assert.equal((await closing).t, "done");
  } finally {
    kill(redis, "SIGCONT");
  }
  assert.equal(players.flatMap((p) => p.all("reveal")).length, 0);
  await host.must("reveal", undefined, { patience: LONG_MS });
  await Promise.all(players.map((p) => p.expect("reveal", (f) => f.you.a !== null, LONG_MS)));
  const counted = await sameBoard(server, room.room, { token: room.judge_token });
  acknowledgedStands(counted, players);
  assert.equal(counted.round(1).answers.size, PLAYERS);
  assert.equal([...counted.round(1).answers.values()].filter((a) => a.late).length, 0);
});

test("a reveal that is asked for while Redis stands still comes only after it is back", async () => {
  const { server, host, players } = await inQuestion();
  await host.must("close");
  await Promise.all(players.map((p) => p.expect("closed")));
  const redis = server.redisPid();
  kill(redis, "SIGSTOP");
  let reveal;
  try {
    await host.expect("saving", (f) => f.on === true, LONG_MS);
    reveal = host.command("reveal", undefined, { patience: LONG_MS });
    host.line.send({ t: "ping", c: 8 });
    await host.expect("pong");
    assert.equal(host.all("reveal").length, 0);
  } finally {
    kill(redis, "SIGCONT");
  }
  await host.expect("saving", (f) => f.on === false, LONG_MS);
  assert.equal((await reveal).t, "done");
  await Promise.all(players.map((p) => p.expect("reveal", () => true, LONG_MS)));
  const types = host.all().map((f) => f.t + (f.on ?? ""));
  assert.ok(types.indexOf("reveal") > types.indexOf("savingfalse"));
});

test("a worker that stands still for a while comes back to the same contest", async () => {
  const class_ = await inQuestion();
  const { server, host, players } = class_;
  const [victim] = server.workerPids();
  players.forEach((p) => p.inbox.skip());
  kill(victim, "SIGSTOP");
  const answers = restAnswers(players);
  await host.command("extend", { ms: 20000 }, { patience: LONG_MS / 2 }).catch(() => {}); /* the host may sit on it */
  kill(victim, "SIGCONT");
  await answers;
  assert.ok(server.workerPids().includes(victim), "nobody has ended it meanwhile");
  await goesOn(class_);
});

test("a worker that stands still for too long is ended, and its phones are served by another", async () => {
  const class_ = await inQuestion();
  const { server, host, players } = class_;
  const [victim] = server.workerPids();
  await host.must("extend", { ms: 60000 });
  const before = players.map((p) => p.losses);
  players.forEach((p) => p.inbox.skip());
  kill(victim, "SIGSTOP");
  const answers = restAnswers(players, 1, STILL_MS);
  await until("the supervisor to end it", () => !isAlive(victim), STILL_MS);
  await comeBack(players, before);
  await answers;
  await goesOn(class_);
});

test("asked to end, it tells everybody to come back, and after a new start they do", async () => {
  const class_ = await inQuestion();
  const { server, players } = class_;
  const before = players.map((p) => p.losses);
  players.forEach((p) => p.inbox.skip());
  const stopped = server.stop();
  await until("all lines to be closed", () => players.every((p, i) => p.losses > before[i]));
  assert.ok(players.every((p) => p.closeCode === 1012 || p.losses > 1), `closed with ${players.map((p) => p.closeCode)}`);
  assert.equal((await stopped).status, 0);
  await server.start();
  await comeBack(players, before);
  await restAnswers(players);
  await goesOn(class_);
});

const redisCli = (server, ...words) => execFileSync("redis-cli", ["-s", join(server.data, "redis.sock"), ...words], { encoding: "utf8" });

test("Redis has no memory left: all are told that storage is full, and once there is some again nothing is lost", async () => {
  const class_ = await inQuestion();
  const { server, players } = class_;
  players.forEach((p) => p.inbox.skip());
  redisCli(server, "CONFIG", "SET", "maxmemory", "1mb");
  const answers = restAnswers(players);
  const said = await Promise.all(players.map((p) => p.expect("saving", (f) => f.on, LONG_MS)));
  assert.deepEqual([...new Set(said.map((f) => f.why))], ["storage_full"]);
  assert.equal(players.filter((p) => p.acks.has(1)).length, PLAYERS / 3, "no acknowledgement of what is not stored");
  redisCli(server, "CONFIG", "SET", "maxmemory", "0");
  await Promise.all(players.map((p) => p.expect("saving", (f) => !f.on, LONG_MS)));
  await answers;
  await goesOn(class_);
});

test("a Redis that lost its last writes is found out: everybody is shown what stands, and phones send again", async () => {
  const class_ = await inQuestion();
  const { server, room, players } = class_;
  const files = join(server.data, "redis/appendonlydir");
  const last = join(files, readdirSync(files).filter((name) => name.endsWith(".incr.aof")).sort().at(-1));
  const kept = statSync(last).size;
  await restAnswers(players); /* these are acknowledged, and will be forgotten */
  assert.ok(statSync(last).size > kept);
  players.forEach((p) => p.inbox.skip());
  kill(server.child.pid, "SIGSTOP"); /* so that nobody starts a new one before the file is cut */
  const redis = server.redisPid();
  kill(redis);
  await until("Redis to be gone", () => !isAlive(redis));
  truncateSync(last, kept);
  kill(server.child.pid, "SIGCONT");
  const states = await Promise.all(players.map((p) => p.expect("state", (f) => f.phase === "question", LONG_MS)));
  const forgotten = players.filter((_, i) => states[i].answer === null);
  assert.ok(forgotten.length >= PLAYERS / 2, `${forgotten.length} of ${PLAYERS} answers are gone`);
  const again = await Promise.all(forgotten.map((p) => p.answer(1, p.acks.get(1).a, { patience: LONG_MS }))); /* as pages do */
  assert.ok(again.every((ack) => ack.status === "accepted"), JSON.stringify(again));
  const metrics = await server.http("GET", "/metrics");
  assert.match(metrics.text, /hoithi_log_losses_total\{[^}]*\} [1-9]/);
  await goesOn(class_);
  assert.ok((await server.events(room.room, room.judge_token)).length > 0);
});
