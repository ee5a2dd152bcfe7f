/* SPDX-License-Identifier: Apache-2.0 */
/*
 * drafts.ts - questions that were read from a teacher's file and are not a bank yet.
 *
 * A row is what the server read, and what the teacher has said about it since. Pure: it knows no page and no server.
 * Nothing here guesses a key: a row without one stays out until somebody taps the right answer.
 */
export interface Side { id: string; text: string }
export type DraftKey = string[] | boolean | { [id: string]: boolean | string } | { value: number; tolerance: number } | { low: number; high: number } | { accept: string[]; ignore: string[] };
export interface Question {
  id: string; kind: string; text: string; choices?: Side[]; left?: Side[]; right?: Side[]; key?: DraftKey;
  explain?: string; source?: string; topic?: string; difficulty?: number; limit_s?: number; weight?: number;
  media?: { file: string; alt: string };
}
export interface Draft { line: number; sure: boolean; doubt: string | null; question: Question }
export interface Warning { line: number; message: string }
export interface Preview { format: string; questions: Draft[]; warnings: Warning[] }

export interface Row extends Draft {
  out: boolean; /* the teacher leaves it out */
  fault: string | null; /* what the server said of it when it was to be kept */
}
export interface Head { title: string; id: string; language: "vi" | "en" }

export const rowsOf = (preview: Preview): Row[] => preview.questions.map((draft) => ({ ...draft, out: false, fault: null }));

const ids = (q: Question) => (q.choices || []).map((c) => c.id);
const isObject = (key: DraftKey): key is Exclude<DraftKey, string[] | boolean> => typeof key === "object" && !Array.isArray(key);

/* What makes a key whole, by kind. A kind that is not here cannot be answered on this page. */
const WHOLE: { [kind: string]: (q: Question, key: DraftKey) => boolean } = {
  single: (_, key) => Array.isArray(key) && key.length === 1,
  multiple: (_, key) => Array.isArray(key) && key.length > 0,
  truefalse: (_, key) => typeof key === "boolean",
  statements: (q, key) => isObject(key) && ids(q).every((id) => typeof (key as { [id: string]: boolean })[id] === "boolean"),
  number: (_, key) => isObject(key) && ("value" in key || "low" in key),
  text: (_, key) => isObject(key) && "accept" in key && (key.accept as string[]).length > 0,
  order: (q, key) => Array.isArray(key) && key.length === ids(q).length,
  match: (_, key) => isObject(key),
};
const BY_HAND = ["single", "multiple", "truefalse", "statements", "number", "text"];

export function hasKey(q: Question): boolean {
  const whole = WHOLE[q.kind];
  return q.key !== undefined && whole !== undefined && whole(q, q.key);
}

/** Whether somebody can say the right answer on this page; else the file has to be mended. */
export const canMark = (q: Question): boolean =>
  BY_HAND.indexOf(q.kind) >= 0 && ((q.kind !== "single" && q.kind !== "multiple" && q.kind !== "statements") || ids(q).length >= 2);

/** A picture says nothing to somebody who cannot see it: it needs words, or it stays out. */
export const hasWords = (q: Question): boolean => !q.media || q.media.alt.trim() !== "";

export type Standing = "ready" | "lacks" | "out";
export const standing = (row: Row): Standing => (row.out ? "out" : hasKey(row.question) && row.question.text.trim() !== "" && hasWords(row.question) ? "ready" : "lacks");

const withKey = (row: Row, key: DraftKey | undefined): Row => ({ ...row, fault: null, question: { ...row.question, key } });

/** A tap on a choice: the one right answer, or one of several. */
export function tap(row: Row, id: string): Row {
  const q = row.question;
  const before = Array.isArray(q.key) ? q.key : [];
  if (q.kind === "single")
    return withKey(row, [id]);
  return withKey(row, ids(q).filter((one) => (one === id ? before.indexOf(one) < 0 : before.indexOf(one) >= 0)));
}

/** One right answer, or several: more than one mark does not stay where one is meant. */
export function several(row: Row, on: boolean): Row {
  const key = Array.isArray(row.question.key) ? row.question.key : [];
  return { ...row, fault: null, question: { ...row.question, kind: on ? "multiple" : "single", key: on || key.length === 1 ? key : undefined } };
}

export const sayTruth = (row: Row, truth: boolean): Row => withKey(row, truth);

export function sayStatement(row: Row, id: string, truth: boolean): Row {
  const before = row.question.key && isObject(row.question.key) ? (row.question.key as { [id: string]: boolean }) : {};
  return withKey(row, { ...before, [id]: truth });
}

/** "3,75" or "3.75"; null where it could be two numbers ("1.000") or is none. */
export function readNumber(text: string): number | null {
  const tidy = text.trim().replace(/^[−–]/, "-");
  if (!/^-?\d{1,12}([.,]\d{1,6})?$/.test(tidy) || /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(tidy))
    return null;
  return Number(tidy.replace(",", "."));
}

export function sayNumber(row: Row, text: string): Row {
  const value = readNumber(text);
  return withKey(row, value === null ? undefined : { value, tolerance: 0 });
}

/** One accepted form a line. */
export function sayText(row: Row, text: string): Row {
  const accept = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return withKey(row, accept.length > 0 ? { accept, ignore: ["case", "tone-place"] } : undefined);
}

export const sayQuestion = (row: Row, text: string): Row => ({ ...row, fault: null, question: { ...row.question, text } });
export const sayAlt = (row: Row, alt: string): Row => ({ ...row, fault: null, question: { ...row.question, media: row.question.media && { ...row.question.media, alt } } });
export const dropPicture = (row: Row): Row => ({ ...row, fault: null, question: { ...row.question, media: undefined } });
export const leaveOut = (row: Row, out: boolean): Row => ({ ...row, out });

export function counts(rows: Row[]): { [standing in Standing]: number } {
  const all = { ready: 0, lacks: 0, out: 0 };
  rows.forEach((row) => { all[standing(row)]++; });
  return all;
}

const ID_MAX = 60;
/** "Ôn tập chương 1" gives on-tap-chuong-1; a number follows where the id is taken. */
export function idOf(title: string, taken: string[] = []): string {
  const plain = title.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const id = plain.replace(/[^a-z0-9]+/g, "-").slice(0, ID_MAX).replace(/^-|-$/g, "") || "cau-hoi";
  let free = id;
  for (let n = 2; taken.indexOf(free) >= 0; n++)
    free = `${id}-${n}`;
  return free;
}

export const isId = (id: string): boolean => id.length <= 64 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id);

/** The bank of all rows that are ready. */
export function bankOf(head: Head, rows: Row[]): Record<string, unknown> {
  return {
    id: head.id, version: "1.0.0", languages: [head.language], title: head.title.trim(),
    questions: rows.filter((row) => standing(row) === "ready").map((row) => ({ ...row.question, text: row.question.text.trim() })),
  };
}

/** What the server found wrong, put to the questions it found it in; the rest comes back. `say` puts its words into the reader's language. */
export interface Fault { question: string | null; field: string | null; message: string }
export function putFaults(rows: Row[], faults: Fault[], say: (message: string) => string = (message) => message): { rows: Row[]; others: string[] } {
  const known = rows.map((row) => row.question.id);
  const faultText = (fault: Fault) => (fault.field ? fault.field + ": " : "") + say(fault.message);
  return {
    rows: rows.map((row) => {
      const mine = faults.filter((fault) => fault.question === row.question.id);
      return mine.length > 0 ? { ...row, fault: mine.map(faultText).join("; ") } : row;
    }),
    others: faults.filter((fault) => fault.question === null || known.indexOf(fault.question) < 0).map(faultText),
  };
}
