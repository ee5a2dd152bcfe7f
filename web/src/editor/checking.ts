/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checking.ts - the open draft, looked at by the server's own loader a moment after each change.
 *
 * One request at a time; what it says belongs to the draft it was asked about, and a newer draft is asked about next.
 */
import { ApiError, api } from "../lib/http";
import { kept } from "../lib/storage";
import { createStore } from "../lib/store";
import type { Draft } from "./bank";
import { bankText } from "./bank";
import type { Fault } from "./faults";
import { told } from "./words";
import { work } from "./work";

export interface Difference { step: string; part: string; question: string | null }
export interface Verdict {
  faults: Fault[]; more: number; standing?: "new" | "own" | "foreign" | "fixed"; before?: string | null; next?: string | null; step?: string;
  differences?: Difference[]; more_differences?: number;
}
export interface Check { of: Draft | null; verdict: Verdict | null; fault: string | null; status: number }

const PAUSE_MS = 500;
const AGAIN_MS = 5000;
const PLACEHOLDER = "1.0.0"; /* the loader wants a version; which one it will be is what it says */

export const key = (): string => kept.get("host.key", "");
export const check = createStore<Check>({ of: null, verdict: null, fault: null, status: 0 });

let timer = 0;
let busy = false;

function heard(draft: Draft, next: Partial<Check>): void {
  busy = false;
  const open = work.get();
  if (open !== null && open.slot === draft.slot)
    check.set({ of: draft, verdict: null, fault: null, status: 0, ...next });
  if (open !== null && open !== draft)
    plan(PAUSE_MS);
  else if (next.fault && next.status !== 401 && next.status !== 413)
    plan(AGAIN_MS); /* the line or the server was away */
}

function ask(): void {
  const draft = work.get();
  timer = 0;
  if (draft === null || busy)
    return;
  busy = true;
  api<Verdict>("api/banks/check", { token: key(), bytes: bankText(draft, draft.base || PLACEHOLDER) }).then(
    (verdict) => heard(draft, { verdict }),
    (error) => heard(draft, { fault: told(error), status: error instanceof ApiError ? error.status : 0, verdict: check.get().verdict }));
}

function plan(ms: number): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(ask, ms);
}

/** Once more, though nothing changed here: somebody else has saved, or the line is back. */
export function askAgain(): void {
  plan(0);
}

export function startChecking(): void {
  let slot: string | null = null;
  const look = (draft: Draft | null) => {
    if (draft === null || draft.slot !== slot)
      check.set({ of: null, verdict: null, fault: null, status: 0 });
    if (draft !== null)
      plan(draft.slot === slot ? PAUSE_MS : 0);
    slot = draft === null ? null : draft.slot;
  };
  work.subscribe(look);
  look(work.get());
}
