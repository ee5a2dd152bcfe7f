/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marks_list.ts - a room's marks as the server works them out (docs/marks.md), and what the page says of them.
 */
import type { Text } from "../lib/frames";
import { lang, texts } from "../lib/i18n";
import en from "../i18n/marks.en.json";
import vi from "../i18n/marks.vi.json";

export type MarksKey = keyof typeof vi & keyof typeof en;
export const tk = texts(vi, en);

export type Cell = "right" | "partly" | "wrong" | "late" | "none" | "before" | "out";
export interface MarkedQuestion {
  q: number; id: string; kind: string; text: Text; topic: string | null; standing: "counts" | "gift" | "void" | "unasked" | "no-key";
  of: number; right: number; partly: number; wrong: number; late: number; none: number; right_percent: number | null; most_wrong: { text: Text; count: number } | null;
}
export interface MarkedRow {
  player: string | null; name: string; unit: string; rank: number | null; row?: number; absent?: boolean; first_q: number; disqualified: boolean; points: number; counted: number;
  right: number; partly: number; wrong: number; late: number; none: number; before: number; mark: number | null; cells: Cell[]; credits: number[];
}
export interface Marks {
  room: string; title: Text; bank: string; bank_title: Text; created_at: number; phase: string; state: "live" | "provisional" | "final";
  rule: string; before: string; absent: string; rule_text: Text; before_text: Text; absent_text: Text; questions: MarkedQuestion[]; rows: MarkedRow[];
}

export interface Wish { rule: "right" | "points"; before: "missed" | "left-out"; absent: "empty" | "zero" }
export const USUAL: Wish = { rule: "right", before: "missed", absent: "empty" };

export function marksPath(room: string, wish: Wish, form = ""): string {
  return `api/rooms/${room}/marks${form}?rule=${wish.rule}&before=${wish.before}&absent=${wish.absent}&lang=${lang.get()}`;
}

/** Always one decimal: 10 → "10,0" / "10.0". */
export function tenth(mark: number | null): string {
  return mark === null ? "" : mark.toFixed(1).replace(".", lang.get() === "vi" ? "," : ".");
}

/** Not answered, too late, or, if the rule counts that, over before they came. */
export function missed(row: MarkedRow, before: string): number {
  return row.none + row.late + (before === "missed" ? row.before : 0);
}

export function noteOf(row: MarkedRow, questions: number): string {
  const notes = [];
  if (row.absent)
    notes.push(tk("note.absent"));
  if (row.disqualified)
    notes.push(tk("note.disqualified"));
  if (row.before > 0)
    notes.push(row.first_q > questions ? tk("note.after") : tk("note.late", { q: row.first_q }));
  return notes.join("; ");
}

/** The average of those who have a mark, halves up, in tenths of whole numbers so that no binary fraction decides. */
export function average(rows: MarkedRow[]): number | null {
  const marks = rows.filter((row) => row.mark !== null).map((row) => Math.round((row.mark as number) * 10));
  const sum = marks.reduce((all, one) => all + one, 0);
  return marks.length === 0 ? null : Math.floor((2 * sum + marks.length) / (2 * marks.length)) / 10;
}
