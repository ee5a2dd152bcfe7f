/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bank.ts - a bank while it is written: what each act of the teacher makes of it.
 *
 * Pure: it knows no page, no server and no storage. Questions stay as the file has them, so what this editor has no field
 * for (points, pictures, names with x-) goes along. No key is guessed: where one no longer holds, it is taken away, and
 * the check says so.
 */
import type { Choice, Media, Text } from "../lib/frames";

export type Source = Text | { text: Text; date?: string; stable?: boolean };
export interface Question {
  id: string; kind: string; text: Text; choices?: Choice[]; left?: Choice[]; right?: Choice[]; key?: unknown; explain?: Text; source?: Source;
  topic?: string; difficulty?: number; limit_s?: number; weight?: number; media?: Media; of?: string; [other: string]: unknown;
}
export interface Head { id: string; title: Text; description?: Text; languages: string[]; licence?: string; authors?: string[]; visibility?: string; [other: string]: unknown }
export interface Removed { at: number; question: Question }
export interface Draft {
  slot: string; /* where it is kept */
  base: string | null; /* the version that it goes on from; null: a bank that is new */
  own_id: boolean; /* the id was typed, so the title leaves it alone */
  touched: boolean; /* something in it is not on the server */
  head: Head;
  questions: Question[];
  removed: Removed[]; /* the newest first */
}

export const KINDS = ["single", "multiple", "truefalse", "statements", "number", "text", "order", "match"] as const;
export const LANGUAGES = ["vi", "en"];
const REMOVED_KEPT = 50;

/* ---- texts ---- */

export function textIn(text: Text | undefined, language: string): string {
  return text === undefined || text === null ? "" : typeof text === "string" ? text : text[language] || "";
}

/** One language of a text; a text that is the same in all of them is written once. */
export function withText(text: Text | undefined, language: string, value: string, languages: string[]): Text {
  const all: { [language: string]: string } = {};
  languages.forEach((one) => { all[one] = one === language ? value : textIn(text, one); });
  return languages.every((one) => all[one] === value) ? value : all;
}

const hasLetters = (text: string) => text.toLowerCase() !== text.toUpperCase();

/**
 * A text of one bank in the languages of another. What is missing stays empty, so that it is seen; figures and signs are
 * the same in every language.
 */
export function inLanguages(text: Text, languages: string[], before: string[]): Text {
  if (typeof text === "string") {
    const fresh = languages.filter((one) => before.indexOf(one) < 0);
    if (fresh.length === 0 || fresh.length === languages.length || !hasLetters(text))
      return text;
    const all: { [language: string]: string } = {};
    languages.forEach((one) => { all[one] = fresh.indexOf(one) < 0 ? text : ""; });
    return all;
  }
  if (languages.length === 1) {
    const mine = text[languages[0] as string];
    return mine !== undefined ? mine : text[Object.keys(text)[0] as string] || "";
  }
  const all: { [language: string]: string } = {};
  languages.forEach((one) => { all[one] = text[one] || ""; });
  return all;
}

type Turn = (text: Text) => Text;
const turned = (text: Text | undefined, turn: Turn) => (text === undefined ? undefined : turn(text));
const turnedAll = (choices: Choice[] | undefined, turn: Turn) => choices && choices.map((one) => ({ ...one, text: turned(one.text, turn) }));

/** Without the members that are undefined: JSON has none, and two banks are compared by what they have. */
function tidy<T extends object>(value: T): T {
  const all: { [name: string]: unknown } = {};
  Object.keys(value).forEach((name) => { if ((value as { [name: string]: unknown })[name] !== undefined) all[name] = (value as { [name: string]: unknown })[name]; });
  return all as T;
}

export function isDated(source: Source | undefined): source is { text: Text; date?: string; stable?: boolean } {
  return typeof source === "object" && "text" in source;
}

function turnedSource(source: Source | undefined, turn: Turn): Source | undefined {
  if (isDated(source))
    return { ...source, text: turn(source.text) };
  return source && typeof source === "object" ? turn(source) : source; /* a plain one is a title: the same in all languages */
}

function turnedQuestion(q: Question, turn: Turn): Question {
  return tidy({
    ...q, text: turn(q.text), choices: turnedAll(q.choices, turn), left: turnedAll(q.left, turn), right: turnedAll(q.right, turn),
    explain: turned(q.explain, turn), source: turnedSource(q.source, turn),
    media: q.media && tidy({ ...q.media, alt: turned(q.media.alt, turn) }),
  });
}

export const questionIn = (q: Question, languages: string[], before: string[]): Question => turnedQuestion(q, (text) => inLanguages(text, languages, before));

export function withLanguages(draft: Draft, languages: string[]): Draft {
  const { head } = draft, before = head.languages;
  const turn = (text: Text) => inLanguages(text, languages, before);
  return {
    ...draft,
    head: tidy({ ...head, languages, title: turn(head.title), description: turned(head.description, turn) }),
    questions: draft.questions.map((q) => turnedQuestion(q, turn)),
    removed: draft.removed.map((one) => ({ ...one, question: turnedQuestion(one.question, turn) })),
  };
}

/** Whether giving up a language loses something that is written in it alone. */
export function losesText(draft: Draft, language: string): boolean {
  let loses = false;
  const look: Turn = (text) => {
    loses = loses || (typeof text === "object" && textIn(text, language) !== "" && draft.head.languages.some((one) => textIn(text, one) !== textIn(text, language)));
    return text;
  };
  look(draft.head.title);
  draft.questions.forEach((q) => turnedQuestion(q, look));
  return loses;
}

/* ---- drafts ---- */

export const newDraft = (slot: string): Draft => ({ slot, base: null, own_id: false, touched: false, head: { id: "", title: "", languages: ["vi"] }, questions: [], removed: [] });

export interface Whole { [name: string]: unknown; id: string; version: string; title: Text; languages: string[]; questions: Question[] }

const COPY: { [language: string]: string } = { vi: " (bản chép)", en: " (copy)" };

/** What a copy is called, so that nobody takes it for what it was copied from. */
export function copyTitle(title: Text, languages: string[]): Text {
  if (typeof title === "string")
    return title + (COPY[languages[0] as string] || " (copy)");
  const all: { [language: string]: string } = {};
  Object.keys(title).forEach((one) => { all[one] = title[one] + (COPY[one] || " (copy)"); });
  return all;
}

/** The next version of a bank, or (with a new id) a copy of it. */
export function draftOf(whole: Whole, slot: string, id: string | null): Draft {
  const { version, questions, ...head } = whole;
  return { slot, base: id === null ? version : null, own_id: false, touched: id !== null, head: { ...head, id: id === null ? whole.id : id } as Head, questions, removed: [] };
}

const isObject = (value: unknown): value is { [name: string]: unknown } => value !== null && typeof value === "object" && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === "string" || (isObject(value) && Object.keys(value).every((one) => typeof value[one] === "string"));
const isSide = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.every((one) => isObject(one) && typeof one["id"] === "string" && isText(one["text"])));
const isSource = (value: unknown): boolean => value === undefined || isText(value) || (isObject(value) && isText(value["text"]));
const isQuestion = (q: unknown): boolean =>
  isObject(q) && typeof q["id"] === "string" && typeof q["kind"] === "string" && isText(q["text"]) && ["choices", "left", "right"].every((name) => isSide(q[name]))
  && (q["explain"] === undefined || isText(q["explain"])) && isSource(q["source"]) && (q["media"] === undefined || (isObject(q["media"]) && isText(q["media"]["alt"])));

/** A bank file that somebody has, as a new bank; null if it has not the shape of one. What else is wrong with it is told by the check. */
export function draftOfFile(text: string, slot: string): Draft | null {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch (_) {
    return null;
  }
  if (!isObject(whole) || !isText(whole["title"]) || !Array.isArray(whole["languages"]) || whole["languages"].length === 0 || !whole["languages"].every((one) => typeof one === "string")
    || !Array.isArray(whole["questions"]) || !whole["questions"].every(isQuestion) || (whole["description"] !== undefined && !isText(whole["description"])))
    return null;
  const id = typeof whole["id"] === "string" ? whole["id"] : "";
  const draft = draftOf({ ...(whole as Whole), questions: [] }, slot, id);
  return { ...draft, own_id: true, questions: copyIn({ ...draft, questions: [] }, whole["questions"] as Question[], draft.head.languages).questions };
}

/** One question a line, so that a line is a question to people and programs that compare files. */
export function bankText(draft: Draft, version: string): string {
  const { id, ...head } = draft.head;
  const front = JSON.stringify({ id, version, ...head }).slice(0, -1);
  return `${front},"questions":[\n${draft.questions.map((q) => JSON.stringify(q)).join(",\n")}\n]}\n`;
}

/* ---- questions ---- */

const idsIn = (draft: Draft) => draft.questions.concat(draft.removed.map((one) => one.question)).map((q) => q.id);

/** "q1", "q2" …, or what is asked for with a number behind it: ids are never used twice, not even after a removal. */
export function freeId(taken: string[], wanted: string): string {
  const stem = /^q\d*$/.test(wanted) ? "q" : wanted.replace(/-\d+$/, "").slice(0, 56).replace(/-$/, "") + "-";
  if (wanted !== "q" && taken.indexOf(wanted) < 0)
    return wanted;
  for (let n = wanted === "q" ? 1 : 2; ; n++)
    if (taken.indexOf(stem + n) < 0)
      return stem + n;
}

const empty = (languages: string[]): Text => (languages.length === 1 ? "" : languages.reduce<{ [language: string]: string }>((all, one) => { all[one] = ""; return all; }, {}));

export function nextChoiceId(choices: Choice[], prefix: string): string {
  for (let n = 0; ; n++) {
    const id = prefix === "" ? (n < 26 ? "abcdefghijklmnopqrstuvwxyz".charAt(n) : "c" + n) : prefix + (n + 1);
    if (!choices.some((one) => one.id === id))
      return id;
  }
}

function blanks(count: number, prefix: string, languages: string[]): Choice[] {
  const all: Choice[] = [];
  while (all.length < count)
    all.push({ id: nextChoiceId(all, prefix), text: empty(languages) });
  return all;
}

type Made = (q: Question, languages: string[]) => Partial<Question>;
const choicesFor = (q: Question, languages: string[]): Choice[] => q.choices || q.left || blanks(4, "", languages);
const ticked = (q: Question): string[] => (Array.isArray(q.key) && (q.kind === "single" || q.kind === "multiple") ? (q.key as string[]) : []);

/* What a question of each kind has of its own. */
const OWN: { [kind: string]: Made } = {
  single: (q, l) => ({ choices: choicesFor(q, l), key: ticked(q).length === 1 ? ticked(q) : [] }),
  multiple: (q, l) => ({ choices: choicesFor(q, l), key: ticked(q) }),
  truefalse: () => ({}),
  statements: (q, l) => ({ choices: choicesFor(q, l), key: {} }),
  number: () => ({ key: { value: "", tolerance: 0 } }),
  text: () => ({ key: { accept: [], ignore: ["case", "tone-place"] } }),
  order: (q, l) => { const choices = choicesFor(q, l); return { choices, key: choices.map((one) => one.id) }; },
  match: (q, l) => ({ left: q.left || q.choices || blanks(3, "l", l), right: q.right || blanks(3, "r", l), key: {} }),
};

export function withKind(q: Question, kind: string, languages: string[]): Question {
  const { choices, left, right, key, of, ...rest } = q;
  const make = OWN[kind];
  return tidy({ ...rest, kind, ...(make ? make(q, languages) : {}) });
}

export const newQuestion = (draft: Draft, kind: string): Question =>
  withKind({ id: freeId(idsIn(draft), "q"), kind, text: empty(draft.head.languages), difficulty: 1, limit_s: 20 }, kind, draft.head.languages);

export function insert(draft: Draft, at: number, added: Question[]): Draft {
  return { ...draft, questions: draft.questions.slice(0, at).concat(added, draft.questions.slice(at)) };
}

export function replace(draft: Draft, at: number, q: Question): Draft {
  return { ...draft, questions: draft.questions.map((old, i) => (i === at ? tidy(q) : old)) };
}

export function remove(draft: Draft, at: number): Draft {
  const question = draft.questions[at];
  if (question === undefined)
    return draft;
  return { ...draft, questions: draft.questions.filter((_, i) => i !== at), removed: [{ at, question }, ...draft.removed].slice(0, REMOVED_KEPT) };
}

/** Puts a removed question back where it stood. */
export function restore(draft: Draft, id: string): Draft {
  const one = draft.removed.find((was) => was.question.id === id);
  return one === undefined ? draft : { ...insert(draft, Math.min(one.at, draft.questions.length), [one.question]), removed: draft.removed.filter((was) => was !== one) };
}

function moved<T>(list: T[], from: number, to: number): T[] {
  if (from < 0 || to < 0 || from >= list.length || to >= list.length)
    return list;
  const rest = list.filter((_, i) => i !== from);
  rest.splice(to, 0, list[from] as T);
  return rest;
}

export const move = (draft: Draft, from: number, to: number): Draft => ({ ...draft, questions: moved(draft.questions, from, to) });

/** A copy right behind it. */
export function duplicate(draft: Draft, at: number): Draft {
  const q = draft.questions[at];
  return q === undefined ? draft : insert(draft, at + 1, [{ ...q, id: freeId(idsIn(draft), q.id) }]);
}

/** Questions of another bank, at the end, in the languages of this one. */
export function copyIn(draft: Draft, questions: Question[], languages: string[]): Draft {
  const taken = idsIn(draft);
  const added = questions.map((q) => {
    const id = freeId(taken, q.id);
    taken.push(id);
    return { ...questionIn(q, draft.head.languages, languages), id };
  });
  return insert(draft, draft.questions.length, added);
}

/* ---- choices and keys ---- */

export type Sides = "choices" | "left" | "right";
const PREFIX: { [sides in Sides]: string } = { choices: "", left: "l", right: "r" };

export const sides = (q: Question, name: Sides): Choice[] => q[name] || [];

export function sayChoice(q: Question, name: Sides, at: number, text: Text): Question {
  return { ...q, [name]: sides(q, name).map((one, i) => (i === at ? { ...one, text } : one)) };
}

export function addChoice(q: Question, name: Sides, languages: string[]): Question {
  const id = nextChoiceId(sides(q, name), PREFIX[name]);
  const key = q.kind === "order" && Array.isArray(q.key) ? q.key.concat(id) : q.key;
  return tidy({ ...q, [name]: sides(q, name).concat({ id, text: empty(languages) }), key });
}

function keyWithout(q: Question, id: string, name: Sides): unknown {
  const key = q.key;
  if (Array.isArray(key))
    return key.filter((one) => one !== id);
  if (key === null || typeof key !== "object" || (q.kind !== "statements" && q.kind !== "match"))
    return key;
  const kept: { [id: string]: unknown } = {};
  Object.keys(key).forEach((one) => {
    const value = (key as { [id: string]: unknown })[one];
    if (name === "right" ? value !== id : one !== id)
      kept[one] = value;
  });
  return kept;
}

export function removeChoice(q: Question, name: Sides, at: number): Question {
  const gone = sides(q, name)[at];
  return gone === undefined ? q : { ...q, [name]: sides(q, name).filter((_, i) => i !== at), key: keyWithout(q, gone.id, name) };
}

export const moveChoice = (q: Question, name: Sides, from: number, to: number): Question => ({ ...q, [name]: moved(sides(q, name), from, to) });

export const keyIds = (q: Question): string[] => (Array.isArray(q.key) ? (q.key as string[]) : []);

/** A tick: the one right answer, or one of several, in the order of the choices. */
export function tick(q: Question, id: string, on: boolean): Question {
  if (q.kind === "single")
    return { ...q, key: [id] };
  const before = keyIds(q);
  return { ...q, key: sides(q, "choices").map((one) => one.id).filter((one) => (one === id ? on : before.indexOf(one) >= 0)) };
}

export const keyObject = (q: Question): { [id: string]: unknown } => (q.key !== null && typeof q.key === "object" && !Array.isArray(q.key) ? (q.key as { [id: string]: unknown }) : {});

/** One member of a key that is an object; undefined takes it out. */
export const sayPart = (q: Question, name: string, value: unknown): Question => ({ ...q, key: tidy({ ...keyObject(q), [name]: value }) });

export const moveKey = (q: Question, from: number, to: number): Question => ({ ...q, key: moved(keyIds(q), from, to) });

/** "3,75" or "3.75" as a number; as it was typed where it is none (yet), so that nothing typed is lost and the check says it. */
export function numberOf(text: string): number | string {
  const plain = text.trim().replace(/^[−–]/, "-");
  return /^-?\d{1,12}([.,]\d{1,6})?$/.test(plain) && !/^-?[1-9]\d{0,2}[.,]\d{3}$/.test(plain) ? Number(plain.replace(",", ".")) : text;
}

export function withSource(q: Question, part: { text?: Text; date?: string; stable?: boolean }): Question {
  const was = isDated(q.source) ? q.source : { text: q.source === undefined ? "" : q.source };
  const next = tidy({ ...was, ...part });
  if (!next.date)
    delete next.date;
  if (!next.stable)
    delete next.stable;
  const bare = next.date === undefined && next.stable === undefined;
  return tidy({ ...q, source: !bare ? next : next.text === "" ? undefined : next.text });
}

/** An optional text that is emptied is gone. */
export function optional(text: Text): Text | undefined {
  return (typeof text === "string" ? text === "" : Object.keys(text).every((one) => text[one] === "")) ? undefined : text;
}
