// SPDX-License-Identifier: Apache-2.0
// run.mjs - runs the floor and hoithi in turn on the same work and prints one table. `make bench`, `make bench FULL=1`.
//
// Server processes run on core 0, the load on core 1, if there are two. Everything is on loopback, in a temporary
// directory, bounded in time and ended by its pid.
import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem, release } from "node:os";
import { join } from "node:path";
import { certificate, costs } from "./secure.mjs";

const build = process.env.BUILD ?? "build";
const full = process.env.FULL === "1";
const only = process.env.ONLY ?? "";
let pinned = cpus().length > 1; // not when a whole machine is to show what it can do
const PATIENCE_MS = 240000;
const BANK = "digital-citizen@1.0.0";
const settings = { bank: BANK, scoring: "speed", board: "each", limit_s: 90, questions: { count: 30, order: "written" }, title: "Bench" };

const median = (numbers) => { const sorted = [...numbers].sort((a, b) => a - b); return sorted[Math.floor(sorted.length / 2)]; };
const on = (core, command, args) => (pinned ? ["taskset", ["-c", String(core), command, ...args]] : [command, args]);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- processes ----

function started(command, args, stderr) {
  const child = spawn(...on(0, command, args), { stdio: ["ignore", "pipe", stderr ?? "ignore"] });
  child.ended = new Promise((done) => child.once("exit", done));
  child.ready = new Promise((done, failed) => {
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
      const found = /ready https?:\/\/[^:]*:(\d+)/.exec(text);
      if (found) done(Number(found[1]));
    });
    child.once("exit", () => failed(new Error(`${command} ended before it was ready`)));
    setTimeout(() => failed(new Error(`${command} was not ready in time`)), 60000).unref();
  });
  return child;
}

async function ended(child) {
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 10000);
  await child.ended;
  clearTimeout(late);
}

// "name value" lines become an object; "round …" and "foe_…" lines stay lines.
function load(args) {
  const [command, all] = on(1, `${build}/bench-load`, args);
  return new Promise((done) => {
    const child = spawn(command, all, { stdio: ["ignore", "pipe", "inherit"] });
    const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    let text = "";
    child.stdout.on("data", (piece) => (text += piece));
    child.once("exit", (code) => {
      clearTimeout(late);
      const figures = { code, lines: text.split("\n") };
      for (const line of figures.lines) {
        const found = /^(\w+) (-?[\d.]+)$/.exec(line);
        if (found) figures[found[1]] = Number(found[2]);
      }
      figures.spreads = figures.lines.flatMap((line) => (/question_spread_us (\d+)/.exec(line) ? [Number(/question_spread_us (\d+)/.exec(line)[1])] : []));
      done(figures);
    });
  });
}

// ---- the two servers ----

async function withFloor(program, sizes, work) {
  const child = started(`${build}/${program}`, sizes);
  try {
    const port = await child.ready;
    return await work({ port, pid: child.pid, pin: "123456", token: "x" });
  } finally {
    await ended(child);
  }
}

async function ask(port, key, method, path, body, origin = `http://127.0.0.1:${port}`) {
  const reply = await fetch(`${origin}${path}`, { method, headers: { authorization: `Bearer ${key}` }, body });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
  return JSON.parse(text);
}

async function withHoithi(workers, work, { tls = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "hoithi-bench-"));
  const data = join(folder, "data");
  const errors = openSync(join(folder, "stderr"), "w");
  const pems = tls ? certificate(folder) : [];
  const serve = () => started(`${build}/hoithi`, ["serve", "--listen", "127.0.0.1:0", "--data", data, "--banks", "question-banks", "--workers", String(workers), ...pems], errors);
  const server = { data, child: serve() };
  try {
    server.port = await server.child.ready;
    server.pid = server.child.pid;
    server.key = execFileSync(`${build}/hoithi`, ["key", "add", "--role", "host", "--name", "bench", "--data", data]).toString().trim();
    server.restart = async () => {
      await ended(server.child);
      server.child = serve();
      server.port = await server.child.ready;
      server.pid = server.child.pid;
    };
    server.origin = `${tls ? "https" : "http"}://127.0.0.1:${server.port}`;
    const room = await ask(server.port, server.key, "POST", "/api/rooms", JSON.stringify(settings), server.origin);
    Object.assign(server, { pin: room.pin, token: room.host_token, room: room.room });
    return await work(server);
  } finally {
    await ended(server.child);
    closeSync(errors);
    const said = readFileSync(join(folder, "stderr"), "utf8").trim();
    if (said) console.error(said.split("\n").slice(0, 5).join("\n"));
    rmSync(folder, { recursive: true, force: true });
  }
}

// What the board says in all, page by page, against what the players were told.
async function boardSum(server) {
  let sum = 0, from = 0, total = 1;
  while (from < total) {
    const page = await ask(server.port, server.token, "GET", `/api/rooms/${server.room}/board?from=${from}&count=200`);
    total = page.total;
    sum += page.rows.reduce((points, row) => points + row.points, 0);
    if (page.rows.length === 0) break;
    from += page.rows.length;
  }
  return { sum, rows: from };
}

const common = (server, players, more) => ["--port", String(server.port), "--pin", server.pin, "--host-token", server.token, "--server", String(server.pid), "--players", String(players), ...more];

async function play(workers, players, more, { check = false } = {}) {
  return withHoithi(workers, async (server) => {
    const figures = await load(common(server, players, more));
    if (figures.code !== 0) troubles.push(`${players} players ${more.join(" ")}: ${figures.lines.filter((line) => /^(fine|accepted|late|duplicate|dropped|refused|errors|acked)/.test(line)).join(", ")}`);
    if (check) {
      let board;
      for (let tries = 0; tries < 10 && board?.sum !== figures.totals_sum; tries++) {
        await sleep(1500); // the board is written behind the last entry
        board = await boardSum(server);
      }
      if (board.sum !== figures.totals_sum || board.rows !== players) troubles.push(`the board holds ${board.rows} players and ${board.sum} points, players were told ${figures.totals_sum}`);
      else console.log(`  board: ${board.rows} players, ${board.sum} points, as the players were told`);
    }
    return figures;
  });
}

const floor = (sizes, players, more, program = "bench-floor") => withFloor(program, sizes, (server) => load(common(server, players, more)));

// ---- what is measured ----

const rows = [];
const troubles = [];
const row = (what, ...cells) => { rows.push([what, ...cells]); console.log(`  ${what}: ${cells.join(" · ")}`); };
const us = (number) => (number === undefined ? "–" : number >= 10000 ? `${(number / 1000).toFixed(0)} ms` : number >= 1000 ? `${(number / 1000).toFixed(1)} ms` : `${number.toFixed(0)} µs`);
const times = (figures, name) => `${us(figures[`${name}_p50_us`])} / ${us(figures[`${name}_p99_us`])} / ${us(figures[`${name}_max_us`])}`;
const part = (name) => only === "" || only.split(",").includes(name);

// The floor moves frames of the sizes that hoithi was seen to send; so does libwebsockets with nothing behind it.
async function compare(what, players, runs, more) {
  const seen = { floor: [], same: [], library: [], hoithi: [] };
  let sizes;
  for (let run = 0; run < runs; run++) {
    const hoithi = await play(1, players, more, { check: run === 0 });
    sizes ??= ["--question-bytes", String(hoithi.question_bytes), "--ack-bytes", String(hoithi.ack_bytes), "--result-bytes", String(hoithi.reveal_bytes)];
    seen.hoithi.push(hoithi);
    seen.floor.push(await floor(["--question-bytes", "400", "--ack-bytes", "60", "--result-bytes", "300"], players, more));
    seen.same.push(await floor([...sizes, "--closed"], players, more));
    seen.library.push(await floor([...sizes, "--closed"], players, more, "bench-floor-lws"));
  }
  const cpu = Object.fromEntries(Object.entries(seen).map(([name, all]) => [name, median(all.map((figures) => figures.cpu_us))]));
  const hoithi = seen.hoithi[Math.floor(runs / 2)];
  row(`${what}: CPU a player and round`, `floor ${cpu.floor.toFixed(1)} µs`, `floor, hoithi's frames ${cpu.same.toFixed(1)} µs`, `libwebsockets alone ${cpu.library.toFixed(1)} µs`, `hoithi ${cpu.hoithi.toFixed(1)} µs`);
  row(`${what}: ratio to the floor`, `${(cpu.hoithi / cpu.floor).toFixed(2)}`, `to the floor with the same frames ${(cpu.hoithi / cpu.same).toFixed(2)}`, `to libwebsockets alone ${(cpu.hoithi / cpu.library).toFixed(2)}`);
  row(`${what}: Redis' own CPU`, `${median(seen.hoithi.map((figures) => figures.redis_us)).toFixed(1)} µs a player and round`);
  row(`${what}: question, first to last phone`, `${us(median(seen.hoithi.flatMap((figures) => figures.spreads)))} (floor ${us(median(seen.same.flatMap((figures) => figures.spreads)))})`);
  row(`${what}: ack p50 / p99 / max`, times(hoithi, "ack"), `floor ${times(seen.same[Math.floor(runs / 2)], "ack")}`);
  row(`${what}: result p50 / p99 / max after the first phone's`, times(hoithi, "result"));
  row(`${what}: frames`, `question ${hoithi.question_bytes} B, ack ${hoithi.ack_bytes} B, result ${hoithi.reveal_bytes} B, joined ${hoithi.joined_bytes} B, state ${hoithi.state_bytes} B`);
  return { ...hoithi, floor_join: median(seen.same.map((figures) => figures.join_cpu_us)), library_join: median(seen.library.map((figures) => figures.join_cpu_us)) };
}

function joinSteps(figures) {
  return Object.keys(figures).filter((name) => name.startsWith("join_cpu_us_at_")).map((name) => `${name.slice(15)}: ${figures[name].toFixed(0)}`).join(", ");
}

// As many as the machine holds, on all of its cores, who think for up to ten seconds.
async function city(workers, players) {
  pinned = false;
  try {
    const figures = await play(workers, players, ["--rounds", "2", "--rate", "5000", "--processes", String(Math.ceil(players / 18000)), "--spread-ms", "10000"], { check: full });
    row(`${players} players in one room, ${workers} workers, all cores, answers over 10 s`, `question at the last phone ${us(Math.min(...figures.spreads))} and ${us(Math.max(...figures.spreads))} after the first`,
      `ack ${times(figures, "ack")}`, `result ${times(figures, "result")}`, `CPU ${figures.cpu_us?.toFixed(1)} µs a player and round`, `accepted ${figures.accepted} of ${2 * players}`);
  } finally {
    pinned = cpus().length > 1;
  }
}

async function grow(workers, players, more = []) {
  const figures = await play(workers, players, ["--rounds", "3", "--rate", "5000", "--processes", String(Math.ceil(players / 18000)), ...more]);
  row(`${players} players, ${workers} worker${workers > 1 ? "s" : ""}`, `CPU ${figures.cpu_us?.toFixed(1)} µs a player and round`, `question to the last phone ${us(median(figures.spreads) ?? 0)}`,
    `ack ${times(figures, "ack")}`, `${((figures.bytes_a_player_after ?? 0) / 1024).toFixed(1)} KB a player`, `join ${figures.join_cpu_us?.toFixed(0)} µs (${joinSteps(figures)})`,
    `accepted ${figures.accepted}, lost ${players * 3 - figures.accepted}`);
  return figures;
}

function replay(players, questions) {
  const [command, args] = on(1, `${build}/bench-replay`, [String(players), String(questions), "3"]);
  const figures = Object.fromEntries(execFileSync(command, args).toString().trim().split("\n").map((line) => line.split(" ")));
  row(`replay of ${players} players x ${questions} questions, in memory`, `${figures.replay_ms} ms`, `chain ${figures.chain_ms}, read ${figures.read_ms}, apply ${figures.apply_ms}`, `${figures.log_mb} MB in ${figures.entries} entries`);
  row("room state", `${figures.room_bytes_a_player} B a player after ${questions} questions`);
  row(`for ${players} at once`, `distribution ${figures.distribution_ms} ms`, `results ${figures.reveals_ms} ms`, `acks ${figures.acks_ms} ms`, `a removal and the new ranks ${figures.remove_and_sort_ms} ms`);
}

async function restart(players, questions) {
  await withHoithi(1, async (server) => {
    const script = `${build}/bench-log 'hoithi:{${server.room}}:log' ${players} ${questions} | redis-cli -s ${server.data}/redis.sock --pipe`;
    execFileSync("bash", ["-c", script], { stdio: "ignore" });
    await server.restart();
    const from = process.hrtime.bigint();
    const players_seen = await attachTime(server);
    row(`restart with ${players} players x ${questions} questions in the store`, `host's page has its state ${(Number(process.hrtime.bigint() - from) / 1e6).toFixed(0)} ms after attaching`, `${players_seen} players in it`);
  });
}

// Resolves when the host's page has its state, with the number of players that it says.
function attachTime(server) {
  return new Promise((done, failed) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, "hoithi.v1");
    const late = setTimeout(() => failed(new Error("no state after the restart")), 60000);
    socket.onopen = () => socket.send(JSON.stringify({ t: "attach", token: server.token }));
    socket.onmessage = (event) => {
      const frame = JSON.parse(event.data);
      if (frame.t !== "state") return;
      clearTimeout(late);
      socket.close();
      done(frame.players);
    };
    socket.onerror = () => failed(new Error("the socket failed after the restart"));
  });
}

async function hostile(players) {
  const calm = await play(1, players, ["--rounds", "3"]);
  const foes = ["--never", "100", "--byte", "100", "--half", "100", "--flood", "5", "--idle", "2000", "--loop", "20"];
  const rough = await play(1, players, ["--rounds", "3", "--hold-ms", full ? "75000" : "2000", ...foes]);
  row(`${players} players, alone`, `ack ${times(calm, "ack")}`, `question ${times(calm, "question")}`);
  row(`${players} players among hostile clients`, `ack ${times(rough, "ack")}`, `question ${times(rough, "question")}`, `accepted ${rough.accepted} of ${players * 3}`, `${((rough.bytes_a_player_after ?? 0) / 1024).toFixed(1)} KB a player, theirs included`);
  for (const line of rough.lines.filter((text) => text.startsWith("foe_"))) row(line.split(" ")[0].replace("foe_", "hostile: "), line.slice(line.indexOf(" ") + 1));
}

// Hosts that are sent a long list twice a second and never read. A few who come and go keep the list moving.
async function big(players, count, holdMs) {
  const measure = async (kind) => {
    const figures = await play(1, players, ["--rounds", "2", "--hold-ms", String(holdMs), "--loop", "5", ...(kind === null ? [] : [`--${kind}`, String(count)])]);
    return { ...figures, ack: times(figures, "ack") };
  };
  const calm = await measure(null);
  for (const [kind, what] of [["big", "usual receive buffers"], ["tight", "a receive buffer of 4 KB"]]) {
    const rough = await measure(kind);
    const each = (name) => `${((rough[name] - calm[name]) / count / 1024).toFixed(0)} KB`;
    row(`${count} hosts that never read, ${what}, ${holdMs / 1000} s`, `${each("server_bytes")} each in the server`, `${each("kernel_bytes")} each in the kernel, both ends`, `ack ${rough.ack} (without them ${calm.ack})`, `accepted ${rough.accepted} of ${players * 2}`);
  }
}

async function secure(count) {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // the certificate is this run's own
  const plain = await withHoithi(1, (server) => costs(server, false, count));
  const tls = await withHoithi(1, (server) => costs(server, true, count), { tls: true });
  row(`TLS 1.3, ECDSA P-256, ${count} who join`, `${(tls.bytes / 1024).toFixed(1)} KB each (without TLS ${(plain.bytes / 1024).toFixed(1)})`, `${tls.us.toFixed(0)} µs each with the handshake (without TLS ${plain.us.toFixed(0)})`);
}

async function storm(players) {
  const figures = await play(1, players, ["--rounds", "1", "--storm-ms", "5000"]);
  row(`${players} players cut off, back within 5 s`, `all back after ${us((figures.storm_ms ?? 0) * 1000)}`, `${figures.storm_cpu_us?.toFixed(0)} µs each (with presence and state)`, `connect to state ${times(figures, "storm")}`, `next question: accepted ${figures.accepted - players} of ${players}`);
}

// ---- the course ----

const steps = [
  ["replay", () => replay(50000, 30)],
  ["once", async () => {
    const figures = await compare("10,000 at once", 10000, full ? 5 : 3, ["--rounds", "3"]);
    row("connect and join", `${figures.join_cpu_us.toFixed(0)} µs each (floor ${figures.floor_join.toFixed(0)}, libwebsockets alone ${figures.library_join.toFixed(0)})`, `the last of each thousands: ${joinSteps(figures)}`);
    row("memory", `${(figures.bytes_a_player / 1024).toFixed(1)} KB a player joined`, `${(figures.bytes_a_player_after / 1024).toFixed(1)} KB after three rounds`);
  }],
  ["spread", () => compare("10,000 over 5 s", 10000, full ? 3 : 1, ["--rounds", "2", "--spread-ms", "5000"])],
  ["grow", async () => {
    await grow(1, 1000);
    if (full) await grow(1, 5000);
    await grow(1, 19000);
    if (full) await grow(2, 19000);
    if (full) await grow(4, 19000);
    if (full) await grow(4, 50000);
  }],
  ["city", () => city(4, 50000)],
  ["storm", () => storm(full ? 15000 : 5000)],
  ["hostile", () => hostile(2000)],
  ["big", () => big(2000, 50, full ? 45000 : 12000)],
  ["tls", () => secure(full ? 4000 : 1000)],
  ["restart", () => restart(50000, 30)],
];

const table = () => rows.map(([what, ...cells]) => `| ${what} | ${cells.join(" · ")} |`).join("\n");
const machine = () => `${cpus().length} x ${cpus()[0].model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, Linux ${release()}, Node ${process.version}`;

const began = Date.now();
console.log(machine());
for (const [name, step] of steps) {
  if (!part(name)) continue;
  console.log(`${name} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
  try {
    await step();
  } catch (error) {
    troubles.push(`${name}: ${error.message}`);
  }
}
const text = `${machine()}\n\n| what | measured |\n|---|---|\n${table()}\n`;
writeFileSync(`${build}/bench.md`, text);
console.log(`\n${text}\n${((Date.now() - began) / 1000).toFixed(0)} s; the table is in ${build}/bench.md`);
for (const trouble of troubles) console.error(`not as it should be: ${trouble}`);
process.exit(troubles.length > 0 ? 1 : 0);
