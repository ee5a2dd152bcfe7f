/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shuffle.ts - the choices in this player's own order, where the room asks for it.
 *
 * Presentation only: answers carry ids. The order comes from player and question, so a reload does not change it.
 */
import type { Asking } from "../lib/answers";
import type { State } from "../lib/state";

function hash(text: string): number {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++)
    h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  /* the last steps spread the last letters over all bits: ids differ in just these */
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A question or a row of the review with its choices as this player sees them, so that letters stay the same. */
export function inOwnOrder<T extends Asking & { q: number }>(state: State, asking: T): T {
  const mix = state.settings.shuffle && state.settings.text !== "screen" && (asking.kind === "single" || asking.kind === "multiple");
  return mix && state.you && asking.choices ? { ...asking, choices: shuffled(asking.choices, state.you.player + "/" + asking.q) } : asking;
}

export function shuffled<T extends { id: string }>(list: T[], seed: string): T[] {
  return list.map((item) => ({ item, key: hash(seed + "/" + item.id) }))
    .sort((a, b) => a.key - b.key || (a.item.id < b.item.id ? -1 : 1)).map((x) => x.item);
}
