/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.mjs - clients of docs/protocol.md: a bare line, and a member that comes back and sends again as the pages do.
 *
 * Every frame that ever came in is kept, so that a test can search them all for what should not have been said.
 */
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PATIENCE_MS, ROOT } from "./harness.mjs";

const { WebSocket } = createRequire(join(ROOT, "web/package.json"))("ws");

export const PROTOCOL = "hoithi.v1";
const STAY_AWAY = [1008, 4001, 4002, 4003];
const PASSING = ["busy", "saving_full", "storage_full", "too_fast"];
const AGAIN_MS = 700;

/** What has come in, and who waits for what. A frame is given to one waiter only. */
class Inbox {
  constructor(name) {
    this.name = name;
    this.frames = [];
    this.waiters = [];
    this.over = null;
  }

  push(frame) {
    const entry = { frame, taken: false };
    this.frames.push(entry);
    const index = this.waiters.findIndex((w) => w.wants(frame));
    if (index >= 0) {
      entry.taken = true;
      this.waiters.splice(index, 1)[0].done(frame);
    }
  }

  /** The first frame of this type (or one of these), for which `predicate` holds and which nobody was given yet. */
  expect(type, predicate = () => true, ms = PATIENCE_MS) {
    const types = Array.isArray(type) ? type : [type];
    const wants = (frame) => types.includes(frame.t) && predicate(frame);
    const entry = this.frames.find((e) => !e.taken && wants(e.frame));
    if (entry) {
      entry.taken = true;
      return Promise.resolve(entry.frame);
    }
    if (this.over !== null)
      return Promise.reject(new Error(`${this.name}: ${this.over} before ${types.join("|")}`));
    return new Promise((done, refuse) => {
      const waiter = {
        wants,
        done: (frame) => { clearTimeout(waiter.timer); done(frame); },
        fail: (fault) => { clearTimeout(waiter.timer); refuse(fault); },
      };
      waiter.timer = setTimeout(() => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        const last = this.frames.slice(-6).map((e) => JSON.stringify(e.frame).slice(0, 160)).join("\n  ");
        refuse(new Error(`${this.name}: waited ${ms} ms in vain for ${types.join("|")} ${predicate}; last came:\n  ${last}`));
      }, ms);
      this.waiters.push(waiter);
    });
  }

  /** Forgets what came so far: expect() looks only at what comes from here on. */
  skip() {
    this.frames.forEach((e) => { e.taken = true; });
  }

  fail(why) {
    this.over = why;
    this.waiters.splice(0).forEach((w) => w.fail(new Error(`${this.name}: ${why}`)));
  }

  all(type) {
    return this.frames.map((e) => e.frame).filter((f) => type === undefined || f.t === type);
  }
}

/** One WebSocket, nothing more. */
export class Line {
  constructor(url, { name = "line", protocol = PROTOCOL, inbox, onFrame, options = {} } = {}) {
    this.inbox = inbox ?? new Inbox(name);
    this.socket = new WebSocket(url.replace(/^http/, "ws") + "/ws", protocol, { perMessageDeflate: false, handshakeTimeout: 10000, ...options });
    this.opened = new Promise((done, refuse) => { this.socket.on("open", done); this.socket.on("error", refuse); });
    this.opened.catch(() => {}); /* whoever waits for it is told */
    this.closed = new Promise((done) => this.socket.on("close", (code) => {
      if (!inbox)
        this.inbox.fail(`closed with ${code}`);
      done(code);
    }));
    this.socket.on("message", (bytes, binary) => {
      const frame = binary ? { t: "(binary)" } : JSON.parse(bytes.toString());
      onFrame?.(frame);
      this.inbox.push(frame);
    });
  }

  static async open(url, options) {
    const line = new Line(url, options);
    await line.opened;
    return line;
  }

  get isOpen() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(frame) {
    this.sendRaw(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  sendRaw(data, options) {
    if (this.isOpen)
      this.socket.send(data, options);
  }

  expect(...args) {
    return this.inbox.expect(...args);
  }

  all(type) {
    return this.inbox.all(type);
  }

  /** As when a phone's battery is taken out. */
  cut() {
    this.socket.terminate();
  }

  async close() {
    this.socket.close();
    return this.closed;
  }
}

/** A page: joins or attaches, comes back after a loss, sends again what was not answered. */
export class Member {
  constructor(url, name) {
    this.url = url;
    this.name = name;
    this.inbox = new Inbox(name);
    this.page = randomBytes(6).toString("hex");
    this.pending = new Map(); /* key → {frame, done} */
    this.acks = new Map();    /* q → the last ack that says accepted or duplicate */
    this.everAcked = [];      /* all acks, in order */
    this.lines = 0;
    this.losses = 0;
    this.commands = 0;
    this.at = undefined;
    this.token = undefined;
    this.over = null;
  }

  static async join(url, { pin, name, unit, lang, once }) {
    const member = new Member(url, name);
    await member.join({ pin, name, unit, lang, once });
    return member;
  }

  static async attach(url, token, name = "member") {
    const member = new Member(url, name);
    await member.attach(token);
    return member;
  }

  async join({ pin, name, unit, lang, once = randomBytes(16).toString("base64url") }) {
    this.greeting = { t: "join", pin, name, once, ...(unit ? { unit } : {}), ...(lang ? { lang } : {}) };
    this.#connect();
    this.joined = await this.expect("joined");
    this.state = await this.expect("state");
    return this;
  }

  async attach(token) {
    this.token = token;
    this.greeting = { t: "attach", token, page: this.page };
    this.#connect();
    this.state = await this.expect("state");
    return this;
  }

  /** With a return code or a one-time code. */
  async attachWithCode(pin, code) {
    this.greeting = { t: "attach", pin, code };
    this.#connect();
    this.joined = await this.expect("joined");
    this.state = await this.expect("state");
    return this;
  }

  expect(...args) {
    return this.inbox.expect(...args);
  }

  all(type) {
    return this.inbox.all(type);
  }

  /** Opens the line and says `greeting`, now and after every loss. */
  start() {
    this.#connect();
  }

  #connect() {
    if (this.over !== null)
      return;
    this.ready = false;
    this.lines++;
    const line = new Line(this.url, { name: this.name, inbox: this.inbox, onFrame: (frame) => this.#follow(frame) });
    this.line = line;
    line.socket.on("open", () => line.send(this.greeting));
    line.socket.on("error", () => {});
    line.closed.then((code) => {
      if (this.line === line)
        this.#lost(code);
    });
  }

  #lost(code) {
    this.ready = false;
    this.closeCode = code;
    if (this.over !== null || this.stopped)
      return;
    if (STAY_AWAY.includes(code)) {
      this.over = code;
      clearInterval(this.again);
      this.inbox.fail(`closed with ${code}`);
      return;
    }
    this.losses++;
    this.tries = (this.tries ?? 0) + 1;
    const pause = Math.min(1000, 50 * 2 ** Math.min(this.tries, 5)) * (0.5 + Math.random() / 2);
    this.retry = setTimeout(() => this.#connect(), pause);
  }

  #follow(frame) {
    if (frame.at !== undefined && frame.t !== "review")
      this.at = frame.at;
    if (frame.t === "joined") {
      this.token = frame.token;
      this.greeting = { t: "attach", token: frame.token, page: this.page };
    } else if (frame.t === "state") {
      this.state = frame;
      this.ready = true;
      this.tries = 0;
      this.pending.forEach((p) => this.line.send(p.frame));
      this.again ??= setInterval(() => this.#sendAgain(), AGAIN_MS);
    } else if (frame.t === "error" && !this.ready && PASSING.includes(frame.code)) {
      this.retry = setTimeout(() => this.line.send(this.greeting), 200);
    } else if (frame.t === "ack") {
      this.everAcked.push(frame);
      if (frame.status !== "late")
        this.acks.set(frame.q, frame);
      this.#answered(`answer ${frame.q}`, frame, (sent) => sent.n <= frame.n);
    } else if (frame.t === "refused" && frame.id !== undefined) {
      if (!PASSING.includes(frame.why))
        this.#answered(`do ${frame.id}`, frame, () => true);
    } else if (frame.t === "refused") {
      if (!PASSING.includes(frame.why))
        this.#answered(`answer ${frame.q}`, frame, (sent) => sent.n === frame.n);
    } else if (frame.t === "done") {
      this.#answered(`do ${frame.id}`, frame, () => true);
    }
  }

  #answered(key, frame, fits) {
    const pending = this.pending.get(key);
    if (pending && fits(pending.frame)) {
      this.pending.delete(key);
      clearTimeout(pending.timer);
      pending.done(frame);
    }
  }

  #sendAgain() {
    if (this.ready)
      this.pending.forEach((p) => this.line.send(p.frame));
  }

  #ask(key, frame, ms) {
    return new Promise((done, refuse) => {
      const timer = setTimeout(() => {
        this.pending.delete(key);
        refuse(new Error(`${this.name}: no answer to ${JSON.stringify(frame)} in ${ms} ms`));
      }, ms);
      this.pending.set(key, { frame, done, timer });
      if (this.ready)
        this.line.send(frame);
    });
  }

  /** Resolves with the ack or the refusal. */
  answer(q, a, { n = 1, ms, patience = PATIENCE_MS } = {}) {
    return this.#ask(`answer ${q}`, { t: "answer", q, a, n, ...(ms === undefined ? {} : { ms }) }, patience);
  }

  /** Resolves with `done` or the refusal. `at` is what was seen last, unless given (null: none). */
  command(cmd, args, { at = this.at, id = `c${++this.commands}`, patience = PATIENCE_MS } = {}) {
    return this.#ask(`do ${id}`, { t: "do", id, cmd, ...(at === null || at === undefined ? {} : { at }), ...(args ? { args } : {}) }, patience);
  }

  /** A command that must be done. */
  async must(cmd, args, options) {
    const frame = await this.command(cmd, args, options);
    if (frame.t !== "done")
      throw new Error(`${this.name}: ${cmd} was refused: ${frame.why}`);
    return frame;
  }

  /** Presses "next" and waits for the frame that it leads to. */
  async next(type, patience = PATIENCE_MS) {
    await this.must("next", undefined, { patience });
    return this.expect(type, () => true, patience);
  }

  /** The line is lost, as on a bus; it comes back by itself. */
  cut() {
    this.line.cut();
  }

  /** Goes away for good. */
  stop() {
    this.stopped = true;
    clearInterval(this.again);
    clearTimeout(this.retry);
    this.pending.forEach((p) => clearTimeout(p.timer));
    this.line?.cut();
  }
}

/** A hundred joins at once would be a storm; a class comes in waves. */
export async function inWaves(items, size, each) {
  const results = [];
  for (let i = 0; i < items.length; i += size)
    results.push(...(await Promise.all(items.slice(i, i + size).map((item, j) => each(item, i + j)))));
  return results;
}

/** A small generator with a seed (mulberry32): the same seed, the same run. */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
  return { next, below: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)] };
}
