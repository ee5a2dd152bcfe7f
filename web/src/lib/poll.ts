/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poll.ts - the same line over POST /api/frames, for networks that let no WebSocket through (docs/protocol.md).
 *
 * One request waits for frames; at most one beside it brings ours. What fails is asked again: the server keeps its
 * frames until `got` names them, and what we say twice counts once (once, n and id see to that).
 */
import type { OpenTransport, World } from "./connection";
import { CLOSE } from "./frames";

export interface PollWorld extends Pick<World, "now" | "later" | "never"> {
  url(): string;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Sends it even if the page is being left; no reply is wanted. */
  farewell(url: string, body: string): void;
  /** Calls it when the page is left; the way to stop comes back. */
  onLeaving(f: () => void): () => void;
}

export const SEND_MS = 8000; /* what is answered at once has failed after so long, */
export const WAIT_MS = 30000; /* and what is held for 20 s after so long */
export const CUT_SHORT_MS = 5000; /* a wait that ends in an error after so long was cut short by a proxy, not by a bad line */
export const RETRY_MS = 500;
export const FAILURES_MAX = 4; /* in a row: the line is lost */
export const FRAMES_A_BODY = 20;
const CHARS_A_BODY = 20000; /* of three bytes at most: within 64 KiB */
const LOST = 1006; /* as the browser says of a socket */

interface Reply { s: string; from: number; frames: unknown[]; close?: number; gone?: boolean }

function replyOf(json: any): Reply | null {
  const ours = json !== null && typeof json === "object" && (json.gone === true || (typeof json.s === "string" && Array.isArray(json.frames)));
  return ours ? json : null;
}

export function pollTransport(world: PollWorld): OpenTransport {
  return (events) => {
    let session = "";
    let got = 0;
    let round_trip_ms: number | null = null;
    let failures = 0;
    let sending = false;
    let closed = false;
    const unsent: string[] = [];
    const stay = world.onLeaving(goodbye);
    const ends: (() => void)[] = []; /* of what is under way */

    /* Otherwise who has left would count as present for a minute more. */
    function goodbye(): void {
      if (session !== "")
        world.farewell(world.url(), `{"s":${JSON.stringify(session)},"bye":true}`);
    }

    function stop(): void {
      closed = true;
      stay();
      ends.splice(0).forEach((f) => f());
    }

    function close(code: number): void {
      if (closed)
        return;
      stop();
      events.onClose(code);
    }

    /** `end` is called at the latest by stop(); the way to forget it comes back. */
    function underWay(end: () => void): () => void {
      ends.push(end);
      return () => {
        const i = ends.indexOf(end);
        if (i >= 0)
          ends.splice(i, 1);
      };
    }

    function later(f: () => void, ms: number): void {
      if (closed)
        return;
      const t = world.later(() => { forget(); f(); }, ms);
      const forget = underWay(() => world.never(t));
    }

    /* Whoever comes first, the reply or the end of patience, is heard; an abort's own error comes too late for that. */
    function post(body: string, patience_ms: number, onReply: (reply: Reply) => void, onFailure: (status: number) => void): void {
      const abort = new AbortController();
      let over = false;
      const settle = (f: () => void) => {
        if (over || closed)
          return;
        over = true;
        world.never(t);
        forget();
        f();
      };
      const t = world.later(() => settle(() => { abort.abort(); onFailure(0); }), patience_ms);
      const forget = underWay(() => { world.never(t); abort.abort(); });
      world.fetch(world.url(), { method: "POST", headers: { "Content-Type": "application/json" }, body, signal: abort.signal, cache: "no-store" })
        .then((response) => response.text().then((text) => {
          let reply: Reply | null = null;
          try {
            reply = response.status === 200 ? replyOf(JSON.parse(text)) : null;
          } catch (_) { /* a page of a proxy */ }
          settle(() => { if (reply) onReply(reply); else onFailure(response.status); });
        }))
        .catch(() => settle(() => onFailure(0)));
    }

    function failed(status: number, again: () => void): void {
      failures++;
      if (session === "" || failures >= FAILURES_MAX)
        close(status === 503 ? CLOSE.busy : LOST);
      else
        later(again, RETRY_MS * Math.pow(2, failures - 1));
    }

    /** True if something new was in it. */
    function hear(reply: Reply): boolean {
      const before = got;
      failures = 0;
      if (reply.gone || reply.from > got + 1) { /* a gap cannot be: if it is, a new session gets the whole state */
        close(LOST);
        return false;
      }
      for (let i = 0; i < reply.frames.length && !closed; i++) {
        if (reply.from + i <= got)
          continue;
        got = reply.from + i;
        events.onText(JSON.stringify(reply.frames[i]));
      }
      if (reply.close !== undefined)
        close(reply.close);
      return got > before;
    }

    function wait(): void {
      if (closed)
        return;
      const began = world.now();
      post(`{"s":${JSON.stringify(session)},"got":${got},"wait":true}`, WAIT_MS, (reply) => {
        if (hear(reply) || world.now() - began > RETRY_MS)
          wait();
        else
          later(wait, RETRY_MS); /* something in between answers too soon */
      }, (status) => {
        const held_ms = world.now() - began;
        if (held_ms >= CUT_SHORT_MS && held_ms < WAIT_MS)
          wait();
        else
          failed(status, wait);
      });
    }

    function batch(): number {
      let count = 0, chars = 0;
      while (count < unsent.length && count < FRAMES_A_BODY && (count === 0 || chars + unsent[count]!.length <= CHARS_A_BODY))
        chars += unsent[count++]!.length;
      return count;
    }

    function send(): void {
      if (closed || sending || unsent.length === 0)
        return;
      const count = batch(), began = world.now();
      const trip = round_trip_ms === null ? "" : `"rtt":${round_trip_ms},`;
      sending = true;
      post(`{"s":${JSON.stringify(session)},"got":${got},${trip}"frames":[${unsent.slice(0, count).join()}]}`, SEND_MS, (reply) => {
        sending = false;
        unsent.splice(0, count);
        round_trip_ms = Math.round(world.now() - began);
        hear(reply);
        send();
      }, (status) => failed(status, () => { sending = false; send(); }));
    }

    post('{"frames":[]}', SEND_MS, (reply) => {
      session = reply.s;
      if (!session) {
        close(LOST);
        return;
      }
      events.onOpen();
      wait();
    }, (status) => failed(status, wait));

    return {
      send(text) { unsent.push(text); send(); },
      close() {
        if (!closed)
          goodbye();
        stop();
      },
    };
  };
}
