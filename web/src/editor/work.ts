/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work.ts - the bank that is open in the editor, kept in the browser with every change, so that a reload loses nothing.
 *
 * Several drafts lie in a drawer; one is open. A large act (a kind, the languages, copied questions) can be taken back until
 * the next change; a removed question waits in its draft.
 */
import { kept, tab } from "../lib/storage";
import { createStore } from "../lib/store";
import { textOf } from "../lib/i18n";
import type { Draft } from "./bank";

export interface Card { slot: string; id: string; title: string; questions: number; base: string | null; touched: boolean; at: number }
export interface Kept { id: string; version: string; before: string | null; questions: number }

const WRITE_MS = 250;

export const work = createStore<Draft | null>(null);
export const unkept = createStore(false); /* the browser has no room for it */
export const elsewhere = createStore(false); /* another tab writes the same draft */
export const undoable = createStore<Draft | null>(null);
export const saved = createStore<Kept | null>(null);

const nameOf = (slot: string) => "editor.draft." + slot;
export const cards = createStore<Card[]>(kept.get<Card[]>("editor.drafts", []));

function setCards(next: Card[]): void {
  cards.set(next);
  kept.set("editor.drafts", next);
}

function cardOf(draft: Draft): Card {
  return { slot: draft.slot, id: draft.head.id, title: textOf(draft.head.title), questions: draft.questions.length, base: draft.base, touched: draft.touched, at: Date.now() };
}

let timer = 0;
/** Now, not in a moment. */
export function write(): void {
  window.clearTimeout(timer);
  timer = 0;
  const draft = work.get();
  if (draft === null)
    return;
  unkept.set(!kept.set(nameOf(draft.slot), draft));
  const others = kept.get<Card[]>("editor.drafts", []).filter((one) => one.slot !== draft.slot);
  others.filter((one) => !one.touched).forEach((one) => kept.drop(nameOf(one.slot))); /* the server has all of them */
  setCards([cardOf(draft), ...others.filter((one) => one.touched)]);
}

function later(): void {
  if (timer === 0)
    timer = window.setTimeout(write, WRITE_MS);
}

/** What is typed. */
export function change(next: Draft): void {
  undoable.set(null);
  work.set({ ...next, touched: true });
  later();
}

/** What can be taken back as a whole. */
export function step(next: Draft): void {
  const before = work.get();
  work.set({ ...next, touched: true });
  undoable.set(before);
  later();
}

export function undo(): void {
  const before = undoable.get();
  if (before !== null)
    change(before);
}

export function open(draft: Draft): void {
  undoable.set(null);
  saved.set(null);
  elsewhere.set(false);
  work.set(draft);
  tab.set("editor.open", draft.slot);
  write();
}

export function close(): void {
  const draft = work.get();
  if (draft !== null && !draft.touched) {
    discard(draft.slot);
    return;
  }
  if (timer !== 0)
    write();
  forget();
}

function forget(): void {
  undoable.set(null);
  saved.set(null);
  work.set(null);
  tab.drop("editor.open");
}

export function openSlot(slot: string): boolean {
  const draft = kept.get<Draft | null>(nameOf(slot), null);
  if (draft !== null)
    open(draft);
  return draft !== null;
}

export function discard(slot: string): void {
  const draft = work.get();
  if (draft !== null && draft.slot === slot) {
    window.clearTimeout(timer);
    timer = 0;
    forget();
  }
  kept.drop(nameOf(slot));
  setCards(kept.get<Card[]>("editor.drafts", []).filter((one) => one.slot !== slot));
}

export const newSlot = (): string => Date.now().toString(36) + Math.random().toString(36).slice(2, 6);

/** As the page begins: what this tab had open. */
export function startWork(): void {
  const slot = tab.get("editor.open", "");
  if (slot !== "")
    openSlot(slot);
  window.addEventListener("pagehide", write);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") write(); });
  window.addEventListener("storage", (e) => {
    const draft = work.get();
    if (draft !== null && e.key !== null && e.key.slice(-nameOf(draft.slot).length) === nameOf(draft.slot) && e.newValue !== null)
      elsewhere.set(true);
    cards.set(kept.get<Card[]>("editor.drafts", []));
  });
}
