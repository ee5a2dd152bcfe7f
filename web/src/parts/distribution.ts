/* SPDX-License-Identifier: Apache-2.0 */
/* distribution.ts - what a reveal's key and counts mean, ready to be drawn as bars and sentences. */
import { formsText } from "../lib/forms";

export type Answer = string[] | string | number | Record<string, unknown> | null;

export interface Given {
  a: Answer;
  n: number;
  right: boolean;
}

export interface Bar {
  id: string;
  place: number; /* 0 = A; -1 = not one of the choices on the phones */
  label: string;
  n: number;
  share: number; /* of those who answered, 0 to 1 */
  right: boolean;
}

export interface Words {
  pick: (text: unknown) => string;
  yes: string;
  no: string;
  /* As people write an answer: a year is 1945, not 1.945. */
  number: (n: number) => string;
}

interface Choice {
  id: string;
  text?: unknown;
}

export interface Asked {
  kind: string;
  choices?: Choice[] | null;
  rights?: Choice[] | null;
}

export interface Revealed {
  key: unknown;
  counts: unknown;
  answered: number;
}

/* The choices as the phones show them; true/false has two without the bank saying so. */
export function choicesOf(asked: Asked, words: Words): { id: string; label: string }[] {
  const own = asked.choices ?? [];
  if (asked.kind === "truefalse" && own.length === 0)
    return [
      { id: "true", label: words.yes },
      { id: "false", label: words.no },
    ];
  return own.map((choice) => ({ id: choice.id, label: words.pick(choice.text) }));
}

function named(id: string, among: Choice[] | null | undefined, words: Words): string {
  if (id === "true") return words.yes;
  if (id === "false") return words.no;
  const found = (among ?? []).find((choice) => choice.id === id);
  return found && found.text !== undefined ? words.pick(found.text) : id;
}

function pairs(asked: Asked, answer: Record<string, unknown>, words: Words): string {
  return Object.entries(answer)
    .map(([left, right]) => `${named(left, asked.choices, words)} → ${named(String(right), asked.rights, words)}`)
    .join("; ");
}

/* An answer of any kind as a reader's words. */
export function answerText(asked: Asked, answer: unknown, words: Words): string {
  if (answer === null || answer === undefined) return "–";
  if (typeof answer === "number") return words.number(answer);
  if (Array.isArray(answer)) {
    const between = asked.kind === "order" ? " → " : ", ";
    return answer.map((one) => named(String(one), asked.choices, words)).join(between);
  }
  if (typeof answer === "object") return pairs(asked, answer as Record<string, unknown>, words);
  return asked.kind === "number" && /^-?\d+(\.\d+)?$/.test(String(answer)) ? words.number(Number(answer)) : String(answer);
}

/* A number's key may be a range; everything else reads like an answer. */
export function keyText(asked: Asked, key: unknown, words: Words, range: (low: string, high: string) => string): string {
  const span = key as { low?: number; high?: number } | null;
  if (span && typeof span === "object" && typeof span.low === "number" && typeof span.high === "number")
    return span.low === span.high ? words.number(span.low) : range(words.number(span.low), words.number(span.high));
  if (Array.isArray(key) && asked.kind === "text") return formsText(key);
  return answerText(asked, key, words);
}

function barsOfChoices(asked: Asked, revealed: Revealed, words: Words): Bar[] {
  const counts = (revealed.counts ?? {}) as Record<string, number>;
  const key = Array.isArray(revealed.key) ? revealed.key.map(String) : [];
  return choicesOf(asked, words).map((choice, place) => ({
    id: choice.id,
    place,
    label: choice.label,
    n: counts[choice.id] ?? 0,
    share: (counts[choice.id] ?? 0) / Math.max(1, revealed.answered),
    right: key.includes(choice.id),
  }));
}

function barsOfList(asked: Asked, revealed: Revealed, words: Words): Bar[] {
  return (revealed.counts as Given[]).map((given, at) => ({
    id: `${at}`,
    place: -1,
    label: answerText(asked, given.a, words),
    n: given.n,
    share: given.n / Math.max(1, revealed.answered),
    right: given.right,
  }));
}

export function bars(asked: Asked, revealed: Revealed, words: Words): Bar[] {
  return Array.isArray(revealed.counts) ? barsOfList(asked, revealed, words) : barsOfChoices(asked, revealed, words);
}

/* The wrong answer that most people gave, or null. The first of equals. */
export function worst(all: Bar[]): Bar | null {
  const wrong = all.filter((bar) => !bar.right && bar.n > 0);
  return wrong.reduce<Bar | null>((most, bar) => (most && most.n >= bar.n ? most : bar), null);
}
