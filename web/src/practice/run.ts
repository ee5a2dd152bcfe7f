/* SPDX-License-Identifier: Apache-2.0 */
/* run.ts - one go through some questions of a bank, as a pure reducer; and what came of it, by topic. */
import type { Answer } from "../lib/frames";
import type { Bank, BankQuestion } from "./bank";
import { askable } from "./bank";
import { isRight } from "./mark";

/** before and after: the same questions round a training class; before it, no answer is given away. */
export type Mode = "learn" | "before" | "after";

export interface Given { a: Answer; right: boolean }
export interface Run { mode: Mode; questions: BankQuestion[]; index: number; given: { [id: string]: Given }; explaining: boolean; done: boolean }

export type Step = { t: "answer"; a: Answer } | { t: "next" } | { t: "stop" };

export function step(run: Run, s: Step): Run {
  const question = run.questions[run.index];
  if (run.done || !question)
    return run;
  switch (s.t) {
    case "answer": {
      if (run.explaining)
        return run;
      const given = { ...run.given, [question.id]: { a: s.a, right: isRight(question, s.a) } };
      return run.mode === "before" ? next({ ...run, given }) : { ...run, given, explaining: true };
    }
    case "next": return next(run);
    case "stop": return { ...run, done: true, explaining: false };
  }
}

function next(run: Run): Run {
  return run.index + 1 < run.questions.length ? { ...run, index: run.index + 1, explaining: false } : { ...run, explaining: false, done: true };
}

/** `count` questions in a random order; where fewer than all are asked, topics take turns. */
export function draw(questions: BankQuestion[], count: number, random: () => number): BankQuestion[] {
  const mixed = questions.map((q) => ({ q, key: random() })).sort((x, y) => x.key - y.key).map((x) => x.q);
  const topics: { [topic: string]: BankQuestion[] } = {};
  mixed.forEach((q) => (topics[q.topic || ""] = topics[q.topic || ""] || []).push(q));
  const drawn: BankQuestion[] = [];
  while (drawn.length < Math.min(count, mixed.length))
    for (const list of Object.keys(topics).map((t) => topics[t]!)) {
      const q = list.shift();
      if (q && drawn.length < count)
        drawn.push(q);
    }
  return drawn.map((q) => ({ q, key: random() })).sort((x, y) => x.key - y.key).map((x) => x.q);
}

export function startRun(mode: Mode, questions: BankQuestion[]): Run {
  return { mode, questions, index: 0, given: {}, explaining: false, done: questions.length === 0 };
}

/** Those questions of `ids` that the bank still has. */
export function again(bank: Bank, ids: string[]): BankQuestion[] {
  return askable(bank).filter((q) => ids.indexOf(q.id) >= 0);
}

export interface Score { right: number; of: number }
export interface Summary { all: Score; topics: { [topic: string]: Score } }

/** Only what was answered counts when somebody stops early; before and after count all that were asked. */
export function summary(run: Run): Summary {
  const out: Summary = { all: { right: 0, of: 0 }, topics: {} };
  for (const q of run.questions) {
    const g = run.given[q.id];
    if (!g && run.mode === "learn")
      continue;
    const topic = out.topics[q.topic || ""] || (out.topics[q.topic || ""] = { right: 0, of: 0 });
    for (const s of [out.all, topic]) {
      s.of++;
      if (g && g.right)
        s.right++;
    }
  }
  return out;
}

/** What is kept on the phone between "before" and "after"; nothing is sent anywhere. */
export interface Before { version: string; ids: string[]; at: number; summary: Summary }
