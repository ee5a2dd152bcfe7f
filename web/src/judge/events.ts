/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events.ts - the log, line by line, as sentences.
 *
 * A line holds a position, an id whose first half is the time, the chained part `e` and the personal part `p` (rows of
 * names or words) or null. A type that this page does not know is still a line with its name.
 */
import { seconds } from "../lib/i18n";
import type { Key } from "./words";
import { isKey, t } from "./words";

export interface Entry {
  pos: number;
  at_ms: number | null;
  type: string;
  e: { [field: string]: unknown };
  rows: unknown[][];
  /** Row by row: a name, a text or a reason. */
  shown: (string | null)[];
}
export type Group = "flow" | "people" | "answers" | "judging";

const GROUPS: { [type: string]: Group } = {
  joined: "people", attached: "people", left: "people", reseated: "people", renamed: "people", nodded: "people",
  removed: "people", accommodated: "people", answers: "answers", adjusted: "judging", disqualified: "judging",
  reinstated: "judging", moved: "judging", voided: "judging", rekeyed: "judging", held: "judging", released: "judging",
  frozen: "judging", unfrozen: "judging", noticed: "judging", finalised: "judging", accepted: "judging",
};
export const groupOf = (entry: Entry): Group => GROUPS[entry.type] || "flow";

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (_) {
    return null;
  }
}

function timeOf(line: { [field: string]: unknown }): number | null {
  const id = /^(\d{12,})-\d+$/.exec(String(line["id"] || ""));
  return id ? Number(id[1]) : null;
}

/** The class list of `created`, equal names told apart as in the room: "Lan", "Lan (2)". */
function listOf(p: unknown): string[] {
  const names = p && (p as { names?: unknown }).names;
  const count: { [key: string]: number } = {};
  return !Array.isArray(names) ? [] : names.map((line) => {
    const [shown, key] = line as [string, string];
    const n = (count[key] = (count[key] || 0) + 1);
    return n > 1 ? `${shown} (${n})` : shown;
  });
}

function shownOf(p: unknown): (string | null)[] {
  if (!Array.isArray(p))
    return listOf(p);
  return p.map((row) => (Array.isArray(row) && typeof row[0] === "string" ? row[0] : typeof row === "string" ? row : null));
}

/** Null for an empty or broken line. */
export function readLine(text: string): Entry | null {
  const line = parsed(text.trim()) as { [field: string]: unknown } | null;
  if (!line || typeof line !== "object")
    return null;
  const pos = Number(line["pos"] || 0);
  const e = line["e"] as { [field: string]: unknown } | null;
  if (!e || typeof e["t"] !== "string" || pos < 1)
    return null;
  const rows = Array.isArray(e["r"]) ? (e["r"] as unknown[][]) : [];
  return { pos, at_ms: timeOf(line), type: e["t"], e, rows, shown: shownOf(line["p"]) };
}

/** Answers come in many small batches; in a row and to one question they are one line. */
export function compact(log: Entry[]): Entry[] {
  const lines: Entry[] = [];
  for (const entry of log) {
    const last = lines[lines.length - 1];
    if (last && last.type === "answers" && entry.type === "answers" && last.e["q"] === entry.e["q"])
      lines[lines.length - 1] = { ...entry, rows: last.rows.concat(entry.rows), shown: [] };
    else
      lines.push(entry);
  }
  return lines;
}

/** Who did it: the role, which is before the id of a key or page. */
export function actor(by: string): string {
  const key = "by." + by.split("/")[0];
  return isKey(key) ? t(key) : by;
}

export type Names = { [player: string]: string };

/** Takes in the names that this entry gives. */
export function learn(names: Names, entry: Entry): void {
  if (entry.type === "created")
    entry.shown.forEach((name, i) => { if (name) names["row " + (i + 1)] = name; });
  if (entry.type === "joined") /* by a name of their own, or by a row of the class list */
    entry.rows.forEach((row, i) => { const name = entry.shown[i] || names["row " + row[5]]; if (name && !names[String(row[0])]) names[String(row[0])] = name; });
  if (entry.type === "renamed" && entry.shown[0])
    names[String(entry.e["player"])] = entry.shown[0];
}

export function concerns(entry: Entry, player: string): boolean {
  return entry.e["player"] === player || entry.rows.some((row) => row[0] === player);
}

const NAMES_SAID = 4;
function listed(entry: Entry, names: Names): string {
  const all = entry.rows.map((row) => names[String(row[0])] || t("board.unknown"));
  return all.slice(0, NAMES_SAID).join(", ") + (all.length > NAMES_SAID ? ` +${all.length - NAMES_SAID}` : "");
}

function factor(value: unknown): string {
  return value === 0 ? "∞" : `${Number(value)} %`;
}

/** The entry as a sentence. */
export function sentence(entry: Entry, names: Names): string {
  const { e } = entry;
  const key = entry.type === "reseated" && e["code"] !== undefined ? "ev.reseatcode" : "ev." + entry.type;
  const why = "why." + String(e["why"]);
  const said = entry.shown[0] || "";
  if (!isKey(key))
    return t("ev.other", { t: entry.type });
  return t(key, {
    q: Number(e["q"] || 0), n: entry.rows.length, names: listed(entry, names), name: names[String(e["player"])] || t("board.unknown"),
    why: isKey(why) ? t(why as Key) : String(e["why"] || ""), s: Math.round(Number(e["ms"] || 0) / 1000), points: Number(e["points"] || 0),
    reason: said, text: said || String(e["form"] || ""), factor: factor(e["factor"]),
  });
}

export interface Step { pos: number; at_ms: number | null; text: string; aside: string }

/** One person's story: their own rows of the batches, and what was done about them. */
export function story(log: Entry[], player: string, names: Names): Step[] {
  return log.filter((entry) => concerns(entry, player)).map((entry) => {
    const at = entry.rows.findIndex((row) => row[0] === player);
    const row = at < 0 ? null : entry.rows[at]!;
    if (entry.type === "answers" && row) {
      const a = entry.shown[at] || String(row[1]);
      return { pos: entry.pos, at_ms: entry.at_ms, text: t("person.answer", { q: Number(entry.e["q"]), a }), aside: seconds(Number(row[3])) };
    }
    const alone: Entry = row ? { ...entry, rows: [row] } : entry;
    return { pos: entry.pos, at_ms: entry.at_ms, text: sentence(alone, names), aside: "" };
  });
}
