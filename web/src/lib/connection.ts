/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connection.ts - keeps one session with the server alive, whatever the line does.
 *
 * It opens a transport, says hello (join or attach), and after a loss comes back with growing, jittered pauses. What
 * was sent and not yet answered (answers, commands) is sent again. It knows no page: events go to `onEvent`.
 */
import type { Answer, AnswerFrame, AttachFrame, ClientFrame, DoFrame, JoinFrame, RefusedFrame, ServerFrame, StateFrame } from "./frames";
import { CLOSE, PASSING } from "./frames";
import type { Event } from "./state";
import type { Recall, Way } from "./way";
import { createWays } from "./way";

/** One line to the server: a WebSocket, or a long poll that carries the same frames. */
export interface Transport { send(text: string): void; close(): void }
export interface TransportEvents { onOpen(): void; onText(text: string): void; onClose(code: number): void }
export type OpenTransport = (events: TransportEvents) => Transport;

/** What the outside world gives: tests give their own. */
export interface World {
  open: OpenTransport;
  /** The second way, where the first is blocked (way.ts), and what this tab remembers of it. */
  poll?: OpenTransport;
  recall?: Recall;
  now(): number;
  random(): number;
  later(f: () => void, ms: number): number;
  never(timer: number): void;
}

export interface Connection {
  /** Join or attach; says it again after each loss. A `joined` turns it into an attach with the new token. */
  hello(frame: JoinFrame | AttachFrame): void;
  /** Give an answer; it is sent until the server has said what became of it. Returns its number n. */
  answer(q: number, a: Answer, ms?: number): number;
  /** Ask for a command (host, judge); returns its id, to be found in state.commands. */
  command(cmd: string, args?: Record<string, unknown>, at?: number): string;
  /** A frame that needs no keeping (review). */
  send(frame: ClientFrame): void;
  /** The phone woke up or has a network again: look at the line at once. */
  nudge(): void;
  /** Close and stay away. */
  stop(): void;
  /** The answer that is not yet acknowledged, to be kept over a reload. */
  unsent(): AnswerFrame | null;
  /** Take up such an answer again; it is sent if the question is still open to it. */
  takeUp(frame: AnswerFrame): void;
}

export const BACKOFF_MS = { first: 500, most: 15000 };
export const PING_MS = 20000;
export const SILENCE_MS = 8000; /* no word after a ping or hello for so long: the line is dead */
export const AGAIN_MS = 3000; /* an answer or command without reply is sent again */

const STAY_AWAY: readonly number[] = [CLOSE.abuse, CLOSE.elsewhere, CLOSE.removed, CLOSE.ended];
/** Refusals of a hello that pass by themselves; after any other, saying the same again is of no use. */
const HELLO_AGAIN: readonly string[] = ["busy", "saving_full", "storage_full"];

/** The n-th pause, jittered between its half and its whole. */
function pauseMs(world: World, first_ms: number, n: number): number {
  return Math.round(Math.min(BACKOFF_MS.most, first_ms * Math.pow(2, n)) * (0.5 + world.random() / 2));
}

interface Line { way: Way; transport: Transport | null }

export function createConnection(world: World, onEvent: (event: Event) => void, nextId: () => string): Connection {
  const ways = createWays(world.poll && world.recall || null);
  let line: Line | null = null;
  let beside: Line | null = null; /* a poll that is tried while the socket does not open */
  let greeting: JoinFrame | AttachFrame | null = null;
  let ready = false; /* open, and the hello was answered */
  let stopped = false;
  let tries = 0;
  let turnedAway = 0; /* hellos that a busy server did not take, in a row */
  let timers: { [name: string]: number } = {};
  let kept: { frame: AnswerFrame; acked: boolean } | null = null;
  const commands: DoFrame[] = [];

  function timer(name: string, ms: number, f: () => void): void {
    cancel(name);
    timers[name] = world.later(() => { delete timers[name]; f(); }, ms);
  }
  function cancel(name: string): void {
    const t = timers[name];
    if (t !== undefined)
      world.never(t);
    delete timers[name];
  }
  function cancelAll(): void {
    Object.keys(timers).forEach(cancel);
    timers = {};
  }

  function raw(frame: ClientFrame): void {
    if (line && line.transport)
      line.transport.send(JSON.stringify(frame));
  }

  function drop(): void {
    const old = [line, beside];
    line = beside = null;
    ready = false;
    old.forEach((l) => { if (l && l.transport) l.transport.close(); });
  }

  function open(way: Way): Line {
    const mine: Line = { way, transport: null };
    mine.transport = (way === "poll" && world.poll || world.open)({
      onOpen() { onOpen(mine); },
      onText(text) {
        if (line === mine)
          onText(text);
      },
      onClose(code) { onEnd(mine, code); },
    });
    return mine;
  }

  function onOpen(mine: Line): void {
    if (mine !== line && mine !== beside)
      return;
    const other = mine === line ? beside : line;
    line = mine;
    beside = null;
    if (other && other.transport)
      other.transport.close();
    cancel("slow");
    ways.opened(mine.way);
    greet();
  }

  function onEnd(mine: Line, code: number): void {
    if (mine === beside) {
      beside = null; /* no poll, either; the socket may still open */
    } else if (mine === line && beside) {
      line = beside;
      beside = null;
    } else if (mine === line) {
      onClose(code);
    }
  }

  function greet(): void {
    if (greeting)
      raw(greeting);
    timer("silence", SILENCE_MS, lost);
  }

  function connect(): void {
    cancelAll();
    if (!stopped && greeting !== null)
      begin(ways.first());
  }

  function begin(way: Way): void {
    onEvent({ t: "@link", link: "connecting" });
    line = open(way);
    timer("silence", SILENCE_MS, lost);
    if (way === "socket" && world.poll)
      timer("slow", ways.patienceMs(), tryBeside);
  }

  function tryBeside(): void {
    beside = open("poll");
    timer("silence", SILENCE_MS, lost);
  }

  function lost(): void {
    onClose(1006);
  }

  function onClose(code: number): void {
    const way = line ? line.way : "socket";
    drop();
    cancelAll();
    turnedAway = 0;
    if (stopped)
      return;
    if (STAY_AWAY.indexOf(code) >= 0) {
      stopped = true;
      onEvent({ t: "@link", link: "over", code });
      return;
    }
    const at_once = ways.lost(way, code, world.now());
    const pause = at_once !== null ? 0 : pauseMs(world, BACKOFF_MS.first * (code === CLOSE.busy ? 8 : 1), tries++);
    onEvent({ t: "@link", link: "waiting", code, retry_ms: pause });
    if (at_once !== null)
      begin(at_once);
    else
      timer("retry", pause, connect);
  }

  function ping(): void {
    raw({ t: "ping", c: Math.round(world.now()) });
    timer("silence", SILENCE_MS, lost);
    timer("ping", PING_MS, ping);
  }

  function again(): void {
    if (!ready)
      return;
    if (kept && !kept.acked)
      raw(kept.frame);
    commands.forEach(raw);
    if ((kept && !kept.acked) || commands.length > 0)
      timer("again", AGAIN_MS, again);
  }

  function onText(text: string): void {
    let frame: ServerFrame;
    try {
      frame = JSON.parse(text);
    } catch (_) {
      return; /* not ours */
    }
    if (frame === null || typeof frame !== "object" || typeof frame.t !== "string")
      return;
    cancel("silence");
    follow(frame);
    onEvent(frame);
    if (frame.t !== "state")
      return;
    if (kept && !kept.acked) /* the page shows it as on its way, after a reload, too */
      onEvent({ t: "@answered", q: kept.frame.q, a: kept.frame.a, n: kept.frame.n });
    again();
  }

  /** What this file itself must know of a frame. */
  function follow(frame: ServerFrame): void {
    switch (frame.t) {
      case "joined":
        greeting = { t: "attach", token: frame.token };
        break;
      case "state": onState(frame); break;
      case "ack":
        if (kept && kept.frame.q === frame.q && kept.frame.n <= frame.n)
          kept.acked = true;
        break;
      case "question":
        if (kept && kept.frame.q !== frame.q)
          kept = null;
        break;
      case "reveal": case "ended": kept = null; break;
      case "done": forget(frame.id); break;
      case "refused": onRefused(frame); break;
      case "error":
        if (HELLO_AGAIN.indexOf(frame.code) >= 0)
          greetAgain();
        else if (!ready)
          onHelloRefused();
        break;
      default: break;
    }
  }

  /** Too busy for a hello (or, where a `state` follows, for the seat's return): it is said again, ever more seldom. */
  function greetAgain(): void {
    timer("hello", pauseMs(world, AGAIN_MS, turnedAway++), greet);
  }

  function onHelloRefused(): void {
    greeting = null;
    drop();
    cancelAll();
    onEvent({ t: "@link", link: "idle" });
  }

  function onState(frame: StateFrame): void {
    ready = true;
    tries = 0;
    if (timers["hello"] === undefined)
      turnedAway = 0;
    timer("ping", PING_MS, ping);
    const open = frame.phase === "question" || frame.phase === "closed";
    if (kept && (!open || kept.frame.q !== frame.q))
      kept = null;
    if (kept) /* an answer that the log has lost is sent again, too */
      kept.acked = !!frame.answer && frame.answer.q === kept.frame.q && frame.answer.n >= kept.frame.n;
    if (frame.answer && (lastN.q !== frame.answer.q || lastN.n < frame.answer.n))
      lastN = { q: frame.answer.q, n: frame.answer.n }; /* given before a reload, or on another phone */
  }

  function onRefused(frame: RefusedFrame): void {
    const passing = PASSING.indexOf(frame.why) >= 0;
    if (passing) {
      timer("again", AGAIN_MS + Math.round(world.random() * AGAIN_MS), again);
      return;
    }
    if (frame.id !== undefined)
      forget(frame.id);
    else if (kept && kept.frame.q === frame.q && (frame.n === undefined || kept.frame.n === frame.n))
      kept = null;
  }

  function forget(id: string): void {
    for (let i = commands.length - 1; i >= 0; i--)
      if ((commands[i] as DoFrame).id === id)
        commands.splice(i, 1);
  }

  let lastN: { q: number; n: number } = { q: 0, n: 0 };

  return {
    hello(frame) {
      greeting = frame;
      stopped = false;
      tries = turnedAway = 0;
      drop();
      onEvent({ t: "@hello" });
      connect();
    },
    answer(q, a, ms) {
      const n = lastN.q === q ? lastN.n + 1 : 1;
      lastN = { q, n };
      const frame: AnswerFrame = ms === undefined ? { t: "answer", q, a, n } : { t: "answer", q, a, n, ms };
      kept = { frame, acked: false };
      onEvent({ t: "@answered", q, a, n });
      if (ready)
        raw(frame);
      timer("again", AGAIN_MS, again);
      return n;
    },
    command(cmd, args, at) {
      const frame: DoFrame = { t: "do", id: nextId(), cmd };
      if (at !== undefined)
        frame.at = at;
      if (args !== undefined)
        frame.args = args;
      commands.push(frame);
      onEvent({ t: "@commanded", id: frame.id, cmd });
      if (ready)
        raw(frame);
      timer("again", AGAIN_MS, again);
      return frame.id;
    },
    send(frame) {
      if (ready)
        raw(frame);
    },
    nudge() {
      if (stopped || greeting === null)
        return;
      if (ready)
        ping();
      else if (timers["retry"] !== undefined)
        connect();
    },
    stop() {
      stopped = true;
      greeting = null;
      kept = null;
      commands.length = 0;
      drop();
      cancelAll();
    },
    unsent: () => (kept && !kept.acked ? kept.frame : null),
    takeUp(frame) {
      kept = { frame, acked: false };
      lastN = { q: frame.q, n: frame.n };
    },
  };
}
