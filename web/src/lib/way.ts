/* SPDX-License-Identifier: Apache-2.0 */
/*
 * way.ts - which way to the server to try: the WebSocket, or the long poll where WebSockets are blocked.
 *
 * A socket that dies twice within 30 s (or once, where the poll has carried this tab before) has the poll tried at
 * once: so a poll opens only where the server can be reached and the socket cannot. A lost poll gives way to the socket.
 */
import { CLOSE } from "./frames";

export type Way = "socket" | "poll";
/** Whether this tab polls; outlives a reload. */
export interface Recall { get(): boolean; set(polls: boolean): void }
export interface Ways {
  first(): Way;
  /** How long a socket may take to open before the poll is tried beside it; who opens first is taken. */
  patienceMs(): number;
  opened(way: Way): void;
  /** Which way is to be tried at once; null: the socket, after a pause. */
  lost(way: Way, code: number, now_ms: number): Way | null;
}

export const OPEN_MS = 4000;
export const OPEN_AGAIN_MS = 1000; /* where the poll has carried this tab before: phones sleep often, and questions are short */
export const DEATHS_WITHIN_MS = 30000;
/** Only our server says these, so a socket that brings one works. */
const SPOKEN: readonly number[] = [CLOSE.abuse, CLOSE.restart, CLOSE.busy, CLOSE.elsewhere, CLOSE.removed, CLOSE.ended];

/** `recall` null: there is no poll. */
export function createWays(recall: Recall | null): Ways {
  let deaths: number[] = [];
  let carried = recall !== null && recall.get();
  return {
    first: () => (recall !== null && recall.get() ? "poll" : "socket"),
    patienceMs: () => (carried ? OPEN_AGAIN_MS : OPEN_MS),
    opened(way) {
      if (recall === null || way === "socket")
        return;
      carried = true;
      recall.set(true);
    },
    lost(way, code, now_ms) {
      if (recall === null)
        return null;
      if (way === "poll" || SPOKEN.indexOf(code) >= 0) {
        recall.set(false);
        deaths = [];
        return null;
      }
      deaths = deaths.filter((at) => now_ms - at < DEATHS_WITHIN_MS).concat(now_ms);
      return deaths.length >= (carried ? 1 : 2) ? "poll" : null;
    },
  };
}
