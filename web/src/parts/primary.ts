/* SPDX-License-Identifier: Apache-2.0 */
/* primary.ts - what the one big button will do, and therefore what it says. */
export interface Moment { phase: string; paused: boolean; q: number; of: number; board: string }
export type PrimaryKey = "next.start" | "next.close" | "next.reveal" | "next.board" | "next.question" | "next.end" | "next.resume";
export interface Primary { key: PrimaryKey; cmd: "next" | "resume" }

const next = (key: PrimaryKey): Primary => ({ key, cmd: "next" });

function onward(moment: Moment): Primary {
  return next(moment.q < moment.of ? "next.question" : "next.end");
}

const BY_PHASE: { [phase: string]: (moment: Moment) => Primary | null } = {
  lobby: () => next("next.start"),
  question: () => next("next.close"),
  closed: () => next("next.reveal"),
  revealed: (moment) => (moment.board === "each" ? next("next.board") : onward(moment)),
  ranked: onward,
  ended: () => null,
};

/** Null when there is nothing left to do. */
export function primary(moment: Moment): Primary | null {
  if (moment.paused && moment.phase !== "ended")
    return { key: "next.resume", cmd: "resume" };
  const at = BY_PHASE[moment.phase];
  return at ? at(moment) : null;
}
