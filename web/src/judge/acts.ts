/* SPDX-License-Identifier: Apache-2.0 */
/*
 * acts.ts - everything a judge can do, as one table.
 *
 * The server says in `state.acts` which of these it offers; the others stay hidden, so a page
 * never shows a lever that moves nothing. A server that says nothing offers notices alone.
 */
export type FieldName = "player" | "points" | "unit" | "q" | "key" | "policy" | "text" | "to" | "reason";
export type Scope = "room" | "player" | "question";

export interface Act {
  name: string;
  scope: Scope;
  fields: FieldName[];
  grave: boolean; /* asks once more before it is sent */
}

const act = (name: string, scope: Scope, fields: FieldName[], grave = false): Act => ({ name, scope, fields, grave });

export const ACTS: readonly Act[] = [
  act("hold", "room", []),
  act("release", "room", []),
  act("freeze", "room", []),
  act("unfreeze", "room", []),
  act("notice", "room", ["text"]),
  act("void", "question", ["q", "reason"], true),
  act("rekey", "question", ["q", "key", "policy", "reason"], true),
  act("adjust", "player", ["player", "points", "reason"]),
  act("move", "player", ["player", "unit", "reason"]),
  act("disqualify", "player", ["player", "reason"], true),
  act("reinstate", "player", ["player", "reason"]),
  act("finalise", "room", [], true),
];

export const POLICIES = ["rescore", "accept-also", "gift"] as const;

/* What a server that does not list its acts is known to take. */
const WITHOUT_LIST: readonly string[] = ["notice"];

export function offered(acts: readonly string[] | null, scope: Scope): Act[] {
  const names = acts || WITHOUT_LIST;
  return ACTS.filter((one) => one.scope === scope && names.includes(one.name));
}

export const REASON_MAX = 160; /* letters; 500 bytes hold them in any script */

/* The args of the command, or the first field that still lacks something. */
export function argsOf(one: Act, values: Partial<Record<FieldName, string>>): { args: Record<string, unknown> } | { lacks: FieldName } {
  const args: Record<string, unknown> = {};
  for (const field of one.fields) {
    const text = (values[field] || "").trim();
    const read = READ[field];
    if (field === "key" && text === "" && values.policy === "gift")
      continue; /* everybody who answered gains: no key is needed */
    const value = text === "" ? null : read ? read(text) : text;
    if (value === null)
      return { lacks: field };
    args[field] = value;
  }
  return { args };
}

function whole(text: string): number | null {
  return /^[-+]?\d{1,6}$/.test(text) ? Number(text) : null;
}

/* Ids of one letter and perhaps a digit, in a row: "b" or "a, c". */
const IDS = /^[a-z]\d?([,\s]+[a-z]\d?)*$/;

/* A key as people write it: "b"; "a, c"; "17; 17.5"; "Tam Bạc; sông Tam Bạc"; "l1=r3; l2=r1"; "a=true; b=false". */
function key(text: string): unknown {
  const parts = text.split(IDS.test(text) ? /[,\s]+/ : /\s*;\s*/).filter(Boolean);
  if (!parts.every((part) => /^\w+=\w+$/.test(part)))
    return parts;
  const pairs: { [left: string]: string | boolean } = {};
  for (const part of parts) {
    const [left, right] = part.split("=") as [string, string];
    pairs[left] = right === "true" ? true : right === "false" ? false : right;
  }
  return pairs;
}

const READ: Partial<Record<FieldName, (text: string) => unknown>> = { points: whole, q: whole, key };
