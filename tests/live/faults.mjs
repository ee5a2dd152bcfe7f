/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults.mjs - contests under load while processes are killed and stopped at random points; then everything that was
 * acknowledged is compared with the log, the replay and the boards.
 *
 *   node tests/live/faults.mjs [--kills 50] [--seconds 150] [--players 200] [--seed N]
 *
 * The seed gives the same players, answers and faults in the same order; the machine's timing stays its own.
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { quickKey } from "./answers.mjs";
import { acknowledgedStands, nothingTwice, sameBoard } from "./checks.mjs";
import { Member, chance, inWaves } from "./client.mjs";
import { ROOT, Server, isAlive, kill, run, until } from "./harness.mjs";

const { values } = parseArgs({ options: { kills: { type: "string", default: "50" }, seconds: { type: "string", default: "150" }, players: { type: "string", default: "200" }, seed: { type: "string" } } });
const seed = values.seed ? Number(values.seed) : Math.floor(Math.random() * 2 ** 31);
const kills = Number(values.kills), seconds = Number(values.seconds), size = Number(values.players);
const QUESTIONS = 8;
const PATIENCE = 60000;
const dice = chance(seed), trouble = chance(seed ^ 0x5eed);
const started = Date.now();
const overdue = () => Date.now() - started > seconds * 2000;
const counts = { worker: 0, redis: 0, everything: 0, "worker stopped": 0, "redis stopped": 0 };
const killed = () => counts.worker + counts.redis + counts.everything;
const history = [];
const done = []; /* contests that have ended */
let acks = 0;

const pause = (ms) => new Promise((go) => setTimeout(go, ms));
const server = new Server({ workers: 2 });

/* ---- what goes wrong ---- */

function note(what) {
  history.push(`${((Date.now() - started) / 1000).toFixed(2)} s: ${what}`);
  counts[what]++;
}

async function holdStill(pid, what, ms) {
  if (pid === undefined)
    return;
  note(what);
  kill(pid, "SIGSTOP");
  await pause(ms);
  kill(pid, "SIGCONT");
}

const faults = [
  { weight: 40, async strike() {
    const pids = server.workerPids();
    if (pids.length === 0)
      return;
    note("worker");
    kill(trouble.pick(pids));
  } },
  { weight: 25, async strike() {
    const pid = server.redisPid();
    if (pid === undefined)
      return;
    note("redis");
    kill(pid);
    await until("Redis to be gone", () => !isAlive(pid));
  } },
  { weight: 12, async strike() {
    note("everything");
    await server.killAll();
    await server.start();
  } },
  { weight: 12, strike: () => holdStill(trouble.pick(server.workerPids()), "worker stopped", 100 + trouble.below(1500)) },
  { weight: 11, strike: () => holdStill(server.redisPid(), "redis stopped", 200 + trouble.below(2500)) },
];

function pickFault() {
  let at = trouble.below(faults.reduce((sum, f) => sum + f.weight, 0));
  return faults.find((f) => (at -= f.weight) < 0);
}

const mischief = { running: true };
async function makeTrouble() {
  while (mischief.running && killed() < kills) {
    await pause(300 + trouble.below(2400));
    if (mischief.running)
      await pickFault().strike();
  }
}

/* ---- those who play ---- */

async function play(key, number) {
  const room = await settled(() => server.room(key, { bank: "live-quick", questions: { count: QUESTIONS }, close_all: false, scoring: number % 2 ? "speed" : "accuracy", change: number % 3 === 2 ? "until-close" : "no", title: `Hội thi ${number}` }));
  const host = await Member.attach(server.url, room.host_token, "host");
  const names = Array.from({ length: size }, (_, i) => `Bạn ${i + 1}`);
  const players = await inWaves(names, 50, (name) => joinStubbornly(room.pin, name));
  const contest = { room, host, players };
  for (let q = 1; q <= QUESTIONS; q++)
    await playQuestion(contest, q);
  await host.must("end", undefined, { patience: PATIENCE });
  await host.expect("ended", () => true, PATIENCE);
  await check(contest);
  acks += players.reduce((sum, p) => sum + p.everAcked.length, 0);
  done.push({ room, players: players.map(({ name, joined, acks: own }) => ({ name, joined, acks: own })) });
  [host, ...players].forEach((m) => m.stop());
}

/** HTTP has no resending of its own. */
async function settled(ask) {
  let last;
  await until("HTTP to answer", async () => (last = await ask().catch(() => undefined)) !== undefined, PATIENCE, 200);
  return last;
}

async function joinStubbornly(pin, name) {
  const member = new Member(server.url, name);
  const joined = member.expect("joined", () => true, PATIENCE);
  member.greeting = { t: "join", pin, name, once: `faults-${seed}-${dice.below(2 ** 30)}-${dice.below(2 ** 30)}` };
  member.start();
  member.joined = await joined;
  return member;
}

async function playQuestion({ host, players }, q) {
  await host.must(q === 1 ? "start" : "open", undefined, { patience: PATIENCE });
  await Promise.all(players.map((p) => p.expect("question", (f) => f.q === q, PATIENCE)));
  const changes = host.state.settings.change === "until-close";
  const answers = players.filter(() => dice.below(10) > 0).map(async (p) => {
    const first = dice.pick(["a", "b", "c", "d"]), delay = dice.below(1500), second = changes && dice.below(3) === 0;
    await pause(delay);
    let outcome = await p.answer(q, [first], { patience: PATIENCE });
    if (second && outcome.t === "ack")
      outcome = await p.answer(q, [quickKey(q)], { n: 2, patience: PATIENCE });
    if (outcome.status === "late")
      throw new Error(`${p.name}: an answer in time to question ${q} was called late: ${JSON.stringify(outcome)}`);
  });
  const all = Promise.all(answers);
  all.catch(() => {}); /* it is awaited below */
  await Promise.race([all, pause(2000 + dice.below(4000))]);
  await host.must("close", undefined, { patience: PATIENCE });
  await all;
  await host.must("reveal", undefined, { patience: PATIENCE });
  const reveals = await Promise.all(players.map((p) => p.expect("reveal", (f) => f.q === q, PATIENCE)));
  reveals.forEach((reveal, i) => {
    const ack = players[i].acks.get(q);
    if (ack && JSON.stringify(reveal.you.a) !== JSON.stringify(ack.a))
      throw new Error(`${players[i].name}: ${JSON.stringify(ack)} was acknowledged, the reveal says ${JSON.stringify(reveal.you)}`);
  });
}

/* ---- what must hold ---- */

async function check({ room, players }) {
  const counted = await settled(() => sameBoard(server, room.room, { token: room.judge_token }).catch(async (fault) => {
    if (/differs/.test(fault.message) && (await healthy()))
      mischief.wrong ??= fault;
    throw fault;
  }));
  acknowledgedStands(counted, players);
  nothingTwice(counted);
  if (counted.q !== QUESTIONS || counted.players.size !== size)
    throw new Error(`${counted.players.size} players and ${counted.q} questions in the log, ${size} and ${QUESTIONS} were played`);
  return counted;
}

const healthy = () => server.http("GET", "/healthz").then((h) => h.status === 200, () => false);

async function checkAllAgain() {
  for (const contest of done) {
    await check(contest);
    const file = join(`${server.data}-${contest.room.room}.bundle`);
    const bundle = await server.run(["bundle", contest.room.room, "-o", file]);
    const verified = await run(["verify", file]);
    if (bundle.status !== 0 || verified.status !== 0)
      throw new Error(`room ${contest.room.room} does not verify: ${bundle.err}${verified.out}${verified.err}`);
  }
}

/* ---- the run ---- */

async function main() {
  await server.start();
  const key = await server.key("host");
  const havoc = makeTrouble();
  havoc.catch(() => {}); /* awaited below */
  let number = 0;
  do {
    await Promise.race([play(key, number++), havoc.then(() => new Promise(() => {}))]);
    process.stderr.write(`faults: ${killed()} kills, ${counts["worker stopped"] + counts["redis stopped"]} stops, ${done.length} contests, ${acks} acknowledgements\n`);
  } while (killed() < kills && !overdue() && Date.now() - started < seconds * 1000);
  mischief.running = false;
  await havoc;
  await until("the server to be well", healthy, PATIENCE, 200);
  await checkAllAgain();
}

const repeat = `node tests/live/faults.mjs --seed ${seed} --kills ${kills} --players ${size}`;
console.log(`faults: seed ${seed}`);
let status = 0;
try {
  await main();
  console.log(`faults: ${killed()} kills (${counts.worker} workers, ${counts.redis} Redis, ${counts.everything} everything), ${counts["worker stopped"]} workers and ${counts["redis stopped"]} Redis stopped; `
    + `${done.length} contests of ${size} players, ${acks} acknowledged answers, all of them in the log, the replay and the boards; ${((Date.now() - started) / 1000).toFixed(0)} s`);
  if (killed() < kills && kills < 1000) {
    console.log(`faults: only ${killed()} of ${kills} kills in ${seconds} s`);
    status = 1;
  }
} catch (fault) {
  status = 1;
  const keep = join(ROOT, "build/faults", String(seed));
  mkdirSync(keep, { recursive: true });
  console.log(`faults: ${fault.stack}\n  ${history.slice(-12).join("\n  ")}\nfaults: repeat with: ${repeat}\nfaults: data and logs are kept in ${keep}`);
  if (mischief.wrong)
    console.log(mischief.wrong.message);
  writeFileSync(join(keep, "history"), history.join("\n"));
  writeFileSync(join(keep, "stderr"), server.err);
  await server.close().catch(() => {});
  cpSync(join(server.data, "redis"), join(keep, "redis"), { recursive: true, force: true });
}
await server.close();
process.exit(status);
