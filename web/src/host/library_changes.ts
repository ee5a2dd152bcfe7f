/* SPDX-License-Identifier: Apache-2.0 */
/* library_changes.ts - what differs between two versions of a bank, member by member. Pure; how much it weighs is the server's word. */
import type { BankQuestion } from "../practice/bank";

export type Members = { [name: string]: unknown };
export interface Change { what: string; before: unknown; after: unknown }
export interface Numbered { n: number; q: BankQuestion }
export interface Changes { head: Change[]; fresh: Numbered[]; gone: Numbered[]; changed: { before: BankQuestion; after: BankQuestion; changes: Change[] }[] }

const HEAD = ["title", "description", "languages", "licence", "visibility", "authors"];
const QUESTION = ["kind", "text", "choices", "key", "explain", "source", "topic", "difficulty", "limit_s", "weight", "media"];

/* The same for every order of an object's members. */
function plain(value: unknown): string {
  if (value === null || typeof value !== "object")
    return JSON.stringify(value === undefined ? null : value);
  if (Array.isArray(value))
    return "[" + value.map(plain).join() + "]";
  const all = value as Members;
  return "{" + Object.keys(all).sort().map((name) => JSON.stringify(name) + ":" + plain(all[name])).join() + "}";
}

/* The sides of a match are its choices. */
const member = (of: Members, name: string): unknown => (name === "choices" && of["left"] !== undefined ? [of["left"], of["right"]] : of[name]);

export function changesIn(before: Members, after: Members, names: string[]): Change[] {
  return names.filter((name) => plain(member(before, name)) !== plain(member(after, name))).map((what) => ({ what, before: member(before, what), after: member(after, what) }));
}

const numbered = (questions: BankQuestion[]): Numbered[] => questions.map((q, i) => ({ n: i + 1, q }));

export function changesOf(before: Members & { questions: BankQuestion[] }, after: Members & { questions: BankQuestion[] }): Changes {
  const old: { [id: string]: BankQuestion } = {}, now: { [id: string]: BankQuestion } = {};
  before.questions.forEach((q) => { old[q.id] = q; });
  after.questions.forEach((q) => { now[q.id] = q; });
  return {
    head: changesIn(before, after, HEAD),
    fresh: numbered(after.questions).filter(({ q }) => !old[q.id]),
    gone: numbered(before.questions).filter(({ q }) => !now[q.id]),
    changed: after.questions.filter((q) => old[q.id]).map((q) => ({ before: old[q.id] as BankQuestion, after: q, changes: changesIn(old[q.id] as unknown as Members, q as unknown as Members, QUESTION) })).filter((one) => one.changes.length > 0),
  };
}
