/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harness.mjs - the real program, started for one test: build/hoithi with its own data directory and port.
 *
 * Whatever it starts carries a mark in its environment; close() ends by process id what still bears that mark, and
 * nothing else. Every wait is for something to happen and has an end.
 */
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const PROGRAM = process.env.HOITHI || join(ROOT, "build/hoithi");
export const TEST_BANKS = join(ROOT, "tests/live/banks");
export const READY_MS = 20000;
export const PATIENCE_MS = 15000; /* for anything that should take a moment */

/** Waits until `check` gives something true; looks every `every_ms`. For states that send no message (processes, files). */
export async function until(what, check, ms = PATIENCE_MS, every_ms = 20) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await check();
    if (value)
      return value;
    if (Date.now() > end)
      throw new Error(`waited ${ms} ms in vain: ${what}`);
    await new Promise((done) => setTimeout(done, every_ms));
  }
}

/** A promise that is refused after `ms`. */
export function within(what, promise, ms = PATIENCE_MS) {
  let timer;
  const late = new Promise((_, refuse) => { timer = setTimeout(() => refuse(new Error(`waited ${ms} ms in vain: ${what}`)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export function freePort() {
  return new Promise((done, refuse) => {
    const probe = createServer();
    probe.on("error", refuse);
    probe.listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => done(port)); });
  });
}

const made = [];
/** A new directory, removed when the process ends. */
export function newDirectory(name = "live") {
  const path = mkdtempSync(join(tmpdir(), `hoithi-${name}-`));
  made.push(path);
  return path;
}
process.on("exit", () => {
  if (!process.env.KEEP)
    made.forEach((path) => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
});

/* ---- processes ---- */

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

export function isAlive(pid) {
  const state = read(`/proc/${pid}/stat`).replace(/^.*\) /, "")[0];
  return state !== undefined && state !== "Z" && state !== "X";
}

export function kill(pid, signal = "SIGKILL") {
  try {
    process.kill(pid, signal);
  } catch (fault) {
    if (fault.code !== "ESRCH")
      throw fault;
  }
}

/** Processes with `mark` in their environment, or at work in `data` (redis-server writes its title over its own). */
export function marked(mark, data) {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)
    .filter((pid) => pid !== process.pid && (read(`/proc/${pid}/environ`).includes(mark) || link(`/proc/${pid}/cwd`).startsWith(data)) && isAlive(pid))
    .map((pid) => ({ pid, line: read(`/proc/${pid}/cmdline`).replace(/\0/g, " ").trim(), program: link(`/proc/${pid}/exe`) }));
}

function link(path) {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** Runs the program to its end: {status, out, err}. */
export function run(args, { env = {}, input, ms = 20000, program = PROGRAM, cwd = ROOT } = {}) {
  return new Promise((done) => {
    const child = execFile(program, args, { env: { ...cleanEnvironment(), ...env }, timeout: ms, killSignal: "SIGKILL", maxBuffer: 1 << 28, encoding: "buffer", cwd },
      (fault, out, err) => done({
        status: fault === null ? 0 : typeof fault.code === "number" ? fault.code : null,
        signal: fault === null ? null : fault.signal ?? null,
        out: out.toString(), err: err.toString(), bytes: out,
      }));
    if (input !== undefined)
      child.stdin.end(input);
  });
}

/** Without what would change the program's settings from outside. */
function cleanEnvironment() {
  const env = { ...process.env };
  for (const name of Object.keys(env))
    if (name.startsWith("HOITHI"))
      delete env[name];
  return env;
}

/* ---- the server ---- */

export class Server {
  constructor({ workers = 2, data, banks = [TEST_BANKS], args = [], env = {}, port } = {}) {
    this.mark = `HOITHI_TEST_MARK=${randomBytes(8).toString("hex")}`;
    this.data = data ?? join(newDirectory(), "data");
    this.workers = workers;
    this.banks = banks;
    this.args = args;
    this.env = env;
    this.port = port;
    this.err = "";
    this.out = "";
  }

  /** Starts it and waits for `ready`. */
  async start() {
    this.port ??= await freePort();
    const [name, value] = this.mark.split("=");
    const args = ["serve", "--listen", `127.0.0.1:${this.port}`, "--data", this.data, "--workers", String(this.workers),
      ...this.banks.flatMap((folder) => ["--banks", folder]), ...this.args];
    this.ended = false;
    /* It ends with the test, however the test ends. */
    const child = spawn("setpriv", ["--pdeathsig", "TERM", PROGRAM, ...args], { env: { ...cleanEnvironment(), [name]: value, ...this.env }, cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    this.exit = new Promise((done) => child.on("exit", (status, signal) => { this.ended = true; done({ status, signal }); }));
    child.stderr.on("data", (bytes) => { this.err += bytes; });
    const ready = new Promise((done, refuse) => {
      let told = "";
      child.stdout.on("data", (bytes) => {
        this.out += bytes;
        told += bytes;
        const found = /^ready (https?\S+)/m.exec(told);
        if (found)
          done(found[1]);
      });
      this.exit.then(({ status, signal }) => refuse(new Error(`serve ended (${status ?? signal}) before it was ready: ${this.err}`)));
      child.on("error", refuse);
    });
    this.readyUrl = await within("ready", ready, READY_MS);
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  processes() {
    return marked(this.mark, this.data);
  }

  workerPids() {
    return this.processes().filter((p) => p.pid !== this.child.pid && !p.program.includes("redis") && / worker\b/.test(p.line)).map((p) => p.pid).sort((a, b) => a - b);
  }

  /** The process that is redis-server itself. */
  redisPid() {
    return this.processes().find((p) => /redis/.test(p.program))?.pid;
  }

  /** SIGKILL to every process of this server at once. */
  async killAll() {
    const all = this.processes().map((p) => p.pid);
    all.forEach((pid) => kill(pid));
    await until("all processes gone", () => !all.some(isAlive));
    await this.exit;
  }

  /** SIGTERM, and waits for its end. */
  async stop(ms = 20000) {
    if (this.child && !this.ended)
      kill(this.child.pid, "SIGTERM");
    return within("serve to end after SIGTERM", this.exit, ms);
  }

  /** Ends whatever is left, however it stands. */
  async close() {
    if (!this.child)
      return;
    try {
      this.processes().forEach((p) => kill(p.pid, "SIGCONT"));
      if (!this.ended)
        await this.stop(5000);
    } catch {
      /* what is left is ended below */
    }
    await until("leftovers gone", () => {
      const left = this.processes();
      left.forEach((p) => kill(p.pid));
      return left.length === 0;
    });
  }

  run(args, options = {}) {
    return run([...args, "--data", this.data], options);
  }

  /** A new key of the given role. */
  async key(role, name = `${role} ${randomBytes(3).toString("hex")}`) {
    const { status, out, err } = await this.run(["key", "add", "--role", role, "--name", name]);
    if (status !== 0)
      throw new Error(`key add ended with ${status}: ${err}`);
    return out.trim();
  }

  /** One HTTP request: {status, headers, text, json}. */
  async http(method, path, { key, body, headers = {}, ms = PATIENCE_MS } = {}) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), ms);
    try {
      const answer = await fetch(this.url + path, {
        method, signal: abort.signal, redirect: "manual",
        headers: { ...(key ? { Authorization: `Bearer ${key}` } : {}), ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const text = bytes.toString();
      let json;
      try {
        json = JSON.parse(text);
      } catch {
        json = undefined;
      }
      return { status: answer.status, headers: answer.headers, text, json, bytes };
    } finally {
      clearTimeout(timer);
    }
  }

  /** A new room with the test bank. */
  async room(key, settings = {}) {
    const { status, json, text } = await this.http("POST", "/api/rooms", { key, body: { bank: "live-kinds", ...settings } });
    if (status !== 201)
      throw new Error(`POST /api/rooms: ${status} ${text}`);
    return json;
  }

  /** The log of a room: [{position, at_ms, e, p}], e and p parsed; asked for piece by piece. */
  async events(room, token, after = 0) {
    const events = [];
    for (;;) {
      const { status, text } = await this.http("GET", `/api/rooms/${room}/events?after=${after}`, { key: token });
      if (status !== 200)
        throw new Error(`events: ${status} ${text}`);
      const lines = text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
      if (lines.length === 0)
        return events;
      events.push(...lines.map(({ pos, id, e, p }) => ({ position: pos, at_ms: Number(id.split("-")[0]), e, p })));
      after = events.at(-1).position;
    }
  }

  /** All rows of the board, by pages. */
  async board(room, token, count = 500) {
    const rows = [];
    for (;;) {
      const { status, json, text } = await this.http("GET", `/api/rooms/${room}/board?from=${rows.length}&count=${count}`, { key: token });
      if (status !== 200)
        throw new Error(`board: ${status} ${text}`);
      rows.push(...json.rows);
      if (json.rows.length === 0 || rows.length >= json.total)
        return { ...json, rows };
    }
  }
}
