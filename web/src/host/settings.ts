/* SPDX-License-Identifier: Apache-2.0 */
/* settings.ts - what a teacher may choose for a room; the defaults suit a class and are all left alone by most. */
export interface Settings {
  title: string;
  count: number; /* 0 = all */
  order: "written" | "shuffled";
  scoring: "accuracy" | "speed";
  change: "no" | "until-close";
  board: "each" | "end" | "none";
  text: "phones" | "screen";
  sound: "screen" | "phones";
  names: "open" | "nod";
  limit_s: number; /* 0 = each question's own */
  close_all: boolean;
  shuffle: boolean;
}

export const DEFAULTS: Settings = {
  title: "",
  count: 10,
  order: "written",
  scoring: "accuracy",
  change: "no",
  board: "each",
  text: "phones",
  sound: "screen",
  names: "open",
  limit_s: 0,
  close_all: true,
  shuffle: false,
};

export const TITLE_MAX = 80;

/* The body of POST /api/rooms. */
export function roomBody(bank: string, settings: Settings, total: number): Record<string, unknown> {
  const { title, count, order, limit_s, ...same } = settings;
  const body: Record<string, unknown> = { bank, preset: "class-round", ...same };
  const questions: Record<string, unknown> = { order };
  if (count > 0 && count < total) questions.count = count;
  body.questions = questions;
  if (title.trim()) body.title = title.trim();
  if (limit_s > 0) body.limit_s = limit_s;
  return body;
}

/* 5, 10, 15, 20 … as far as the bank goes, then 0 for all of it. */
export function countChoices(total: number): number[] {
  return [...[5, 10, 15, 20, 30].filter((count) => count < total), 0];
}
