/* SPDX-License-Identifier: Apache-2.0 */
/*
 * power.mjs - the power is cut in mid-contest, again and again, on a disk that forgets what was not synced (disk.c);
 * after each cut every answer and every seat that was acknowledged is looked for in the log.
 *
 *   node tests/power/power.mjs [--cuts 10] [--seed N] [--appendfsync always|everysec|no]
 *
 * Anything but "always" is there to show that the test can fail: then losses are what is expected. The log is read
 * before anybody can come back and send again, by `hoithi bundle`, which starts Redis on what the cut has left.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Member, chance } from "../live/client.mjs";
import { PROGRAM, ROOT, Server, kill, newDirectory, run } from "../live/harness.mjs";
import { Storage } from "./storage.mjs";

const { values } = parseArgs({ options: { cuts: { type: "string", default: "10" }, seed: { type: "string" }, appendfsync: { type: "string", default: "always" } } });
const seed = values.seed ? Number(values.seed) : Math.floor(Math.random() * 2 ** 31);
const cuts = Number(values.cuts), setting = values.appendfsync;
const PLAYERS = 16;
const QUESTIONS = 4;
const dice = chance(seed);
const library = join(ROOT, process.env.BUILD || "build", "power/disk.so");
const storage = new Storage(newDirectory("power"), library, chance(seed ^ 0xd15c));
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const contests = [];
const losses = [];
let acknowledged = 0, key;

const redis = (...words) => execFileSync("redis-cli", ["-s", join(storage.data, "redis.sock"), ...words], { encoding: "utf8" });

/* ---- a contest, until the light goes out ---- */

/** Whatever is refused or lost once the power is off is nobody's fault. */
async function playOn(contest, server) {
  const room = await server.room(key, { bank: "live-quick", questions: { count: QUESTIONS }, close_all: false });
  contest.room = room.room;
  const host = await Member.attach(server.url, room.host_token, "host");
  contest.members.push(host);
  contest.players = Array.from({ length: PLAYERS }, (_, i) => new Member(server.url, `Bạn ${i + 1}`));
  contest.members.push(...contest.players);
  await Promise.all(contest.players.map((p) => p.join({ pin: room.pin, name: p.name })));
  for (let q = 1; q <= QUESTIONS; q++) {
    await host.must(q === 1 ? "start" : "open");
    await Promise.all(contest.players.map((p) => p.expect("question", (f) => f.q === q)));
    await Promise.all(contest.players.map((p) => pause(dice.below(300)).then(() => p.answer(q, [dice.pick(["a", "b", "c", "d"])]))));
    await host.must("close");
    await host.must("reveal");
  }
}

async function playUntilCut(server) {
  const contest = { players: [], members: [], dark: false };
  contests.push(contest);
  const playing = playOn(contest, server).catch((fault) => { if (!contest.dark) contest.fault = fault; });
  await Promise.race([playing, pause(300 + dice.below(1500))]);
  if (dice.below(3) === 0) {
    redis("bgrewriteaof");
    await pause(dice.below(60));
  }
  contest.dark = true;
  server.processes().forEach(({ pid }) => kill(pid)); /* at once, and nothing is said to anybody */
  await server.killAll();
  contest.members.forEach((m) => m.stop());
  if (contest.fault)
    throw contest.fault;
  contest.seats = contest.players.flatMap(({ name, joined }) => (joined ? [{ name, player: joined.player }] : []));
  contest.acks = contest.players.flatMap(({ name, joined, everAcked }) => everAcked.map((ack) => ({ name, player: joined.player, ...ack })));
  acknowledged += contest.seats.length + contest.acks.length;
}

/* ---- what is left ---- */

async function entriesOf(room) {
  const file = join(storage.data, "..", `${room}.bundle`);
  const bundle = await run(["bundle", room, "-o", file, "--data", storage.data], { env: storage.env });
  if (bundle.status !== 0)
    return { entries: [], why: bundle.err.trim() };
  const verified = await run(["verify", file]);
  if (verified.status !== 0)
    throw new Error(`room ${room} does not verify: ${verified.out}${verified.err}`);
  return { entries: readFileSync(file, "utf8").split("\n").filter((line) => line.startsWith('{"n":')).map((line) => JSON.parse(line)).map(({ n, e }) => ({ n, ...JSON.parse(e) })) };
}

/** What was promised and does not stand in the log. */
function missing(contest, entries) {
  const joined = new Set(entries.filter((e) => e.t === "joined").flatMap((e) => e.r.map(([player]) => player)));
  const answers = new Set(entries.filter((e) => e.t === "answers").flatMap((e) => e.r.map(([player]) => `${e.n} ${e.q} ${player}`)));
  return [...contest.seats.filter((s) => !joined.has(s.player)).map((s) => `the seat of ${s.name}`),
    ...contest.acks.filter((a) => !answers.has(`${a.pos} ${a.q} ${a.player}`)).map((a) => `${a.name}'s answer to question ${a.q} at ${a.pos}`)];
}

async function look(contest) {
  if (!contest.room)
    return;
  const { entries, why } = await entriesOf(contest.room);
  losses.push(...missing(contest, entries).map((what) => `room ${contest.room}: ${what}${why ? ` (${why})` : ""}`));
  if (why && losses.length === 0)
    losses.push(`room ${contest.room} itself: ${why}`);
}

/* ---- the run ---- */

async function main() {
  for (let i = 0; i < cuts && losses.length === 0; i++) {
    const server = await new Server({ workers: 2, data: storage.data, env: storage.env }).start();
    try {
      if (setting !== "always")
        redis("config", "set", "appendfsync", setting);
      key ??= await server.key("host");
      await playUntilCut(server);
    } finally {
      await server.close();
    }
    storage.cut();
    await look(contests.at(-1));
  }
  for (const contest of losses.length === 0 ? contests : [])
    await look(contest);
}

const began = Date.now();
await main();
const story = `${contests.length} power cuts (${PROGRAM.split("/").at(-1)}, appendfsync ${setting}, seed ${seed}): ${acknowledged} seats and answers acknowledged, `
  + `${storage.forgotten} bytes forgotten, ${losses.length} lost; ${((Date.now() - began) / 1000).toFixed(0)} s`;
console.log(`power: ${story}`);
if (setting === "always" && losses.length > 0)
  console.log(`power: ${losses.slice(0, 10).join("\npower: ")}\npower: repeat with: node tests/power/power.mjs --seed ${seed} --cuts ${cuts}`);
if (setting !== "always" && losses.length === 0)
  console.log("power: nothing was lost although Redis did not sync: this test sees nothing");
process.exitCode = (losses.length === 0) === (setting === "always") ? 0 : 1;
