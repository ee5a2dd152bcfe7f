/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gain_list.ts - what a class has gained between two rooms of one bank, by topic and by person.
 *
 * Topics are about everybody who was asked; people only about those who are surely the same: the same name, and where
 * a class list was used the same row of it. A name that two people bear is nobody's.
 */
import type { MarkedRow, Marks } from "./marks_list";

export interface Side { questions: number; answers: number; credit: number } /* credit in thousandths */
export interface TopicGain { topic: string; before: Side; after: Side; gain: number | null } /* in points of per cent */
export interface PersonGain { name: string; before: number; after: number; tenths: number }
export interface Gain { topics: TopicGain[]; all: TopicGain; people: PersonGain[]; unmatched: number }

const empty = (): Side => ({ questions: 0, answers: 0, credit: 0 });

/** Whole per cent, halves up; null: nobody was asked. */
export function percentOf(side: Side): number | null {
  return side.answers === 0 ? null : Math.floor((2 * side.credit + 10 * side.answers) / (20 * side.answers));
}

const takesPart = (row: MarkedRow) => !row.absent && !row.disqualified;

function sideOf(marks: Marks, about: (topic: string) => boolean): Side {
  const side = empty();
  marks.questions.forEach((question, i) => {
    if (question.right_percent === null || !about(question.topic || ""))
      return;
    side.questions++;
    for (const row of marks.rows.filter(takesPart)) {
      if (row.cells[i] === "out" || row.cells[i] === "before")
        continue;
      side.answers++;
      side.credit += row.credits[i] || 0;
    }
  });
  return side;
}

function topicGain(topic: string, before: Side, after: Side): TopicGain {
  const was = percentOf(before), is = percentOf(after);
  return { topic, before, after, gain: was === null || is === null ? null : is - was };
}

/** By name, and by row where there is one; null stands for several. */
function byName(rows: MarkedRow[]): Map<string, MarkedRow | null> {
  const found = new Map<string, MarkedRow | null>();
  const add = (name: string, row: MarkedRow) => found.set(name, found.has(name) ? null : row);
  for (const row of rows) {
    if (row.name === "" || row.mark === null || !takesPart(row))
      continue;
    add("name " + row.name, row);
    if (row.row)
      add(`row ${row.row} ${row.name}`, row);
  }
  return found;
}

function same(row: MarkedRow, here: Map<string, MarkedRow | null>, there: Map<string, MarkedRow | null>): MarkedRow | null {
  const keys = row.row ? [`row ${row.row} ${row.name}`, "name " + row.name] : ["name " + row.name];
  for (const key of keys) {
    const other = there.get(key);
    if (other && here.get(key) === row)
      return other;
  }
  return null;
}

function peopleGain(before: Marks, after: Marks): { people: PersonGain[]; unmatched: number } {
  const old = byName(before.rows), now = byName(after.rows);
  const people: PersonGain[] = [];
  let unmatched = 0;
  for (const row of after.rows.filter(takesPart)) {
    const other = same(row, now, old);
    if (other)
      people.push({ name: row.name, before: other.mark as number, after: row.mark as number, tenths: Math.round(((row.mark as number) - (other.mark as number)) * 10) });
    else
      unmatched++;
  }
  return { people, unmatched };
}

export function gainOf(before: Marks, after: Marks): Gain {
  const names: string[] = [];
  for (const { topic } of [...after.questions, ...before.questions])
    if (names.indexOf(topic || "") < 0)
      names.push(topic || "");
  const topics = names.map((name) => topicGain(name, sideOf(before, (one) => one === name), sideOf(after, (one) => one === name)))
    .filter((one) => one.before.answers + one.after.answers > 0);
  return { topics, all: topicGain("", sideOf(before, () => true), sideOf(after, () => true)), ...peopleGain(before, after) };
}

/** "+12", "−3", "0" */
export function signed(value: number): string {
  return value > 0 ? "+" + value : value < 0 ? "−" + -value : "0";
}
