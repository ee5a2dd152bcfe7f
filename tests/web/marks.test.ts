/* SPDX-License-Identifier: Apache-2.0 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gainOf, percentOf, signed } from "../../web/src/host/gain_list";
import type { Cell, MarkedQuestion, MarkedRow, Marks } from "../../web/src/host/marks_list";
import { average, missed, noteOf, tenth } from "../../web/src/host/marks_list";
import { lang } from "../../web/src/lib/i18n";

const CREDIT: { [cell: string]: number } = { right: 1000, partly: 250 };

function row(name: string, mark: number | null, cells: Cell[], more: Partial<MarkedRow> = {}): MarkedRow {
  return { player: name, name, unit: "", rank: 1, first_q: 1, disqualified: false, points: 0, counted: cells.length, right: 0, partly: 0, wrong: 0, late: 0, none: 0, before: 0, mark, cells, credits: cells.map((one) => CREDIT[one] || 0), ...more };
}

function marks(topics: (string | null)[], rows: MarkedRow[], voided: number[] = []): Marks {
  const questions = topics.map((topic, i) => ({ q: i + 1, topic, right_percent: voided.indexOf(i) < 0 ? 50 : null } as MarkedQuestion));
  return { questions, rows } as unknown as Marks;
}

test("a mark always has one decimal, with the sign of the language", () => {
  lang.set("vi");
  assert.deepEqual([10, 0, 8.3, null].map(tenth), ["10,0", "0,0", "8,3", ""]);
  lang.set("en");
  assert.deepEqual([10, 0, 8.3, null].map(tenth), ["10.0", "0.0", "8.3", ""]);
});

test("the average is of those who have a mark, halves up", () => {
  assert.equal(average([]), null);
  assert.equal(average([row("An", null, [])]), null);
  assert.equal(average([row("An", 8.3, []), row("Vy", 8.4, []), row("Hà", null, [])]), 8.4);
  assert.equal(average([row("An", 0.1, []), row("Vy", 0.2, []), row("Hà", 0.1, [])]), 0.1);
});

test("what counts as not answered follows the rule, and the note says who came late", () => {
  const late = row("An", 5, [], { none: 1, late: 2, before: 3, first_q: 4 });
  assert.equal(missed(late, "missed"), 6);
  assert.equal(missed(late, "left-out"), 3);
  lang.set("vi");
  assert.equal(noteOf(late, 10), "vào từ câu 4");
  assert.equal(noteOf({ ...late, first_q: 11, disqualified: true }, 10), "bị loại; vào khi đã hết câu hỏi");
  assert.equal(noteOf(row("An", 5, []), 10), "");
});

test("per cent are whole, halves up, and nothing of nothing is none", () => {
  assert.equal(percentOf({ questions: 0, answers: 0, credit: 0 }), null);
  assert.equal(percentOf({ questions: 1, answers: 8, credit: 1000 }), 13);
  assert.equal(percentOf({ questions: 1, answers: 200, credit: 1000 }), 1);
  assert.equal(percentOf({ questions: 1, answers: 201, credit: 1000 }), 0);
  assert.equal(percentOf({ questions: 1, answers: 3, credit: 3000 }), 100);
});

test("the gain of a topic is over all who were asked; void questions and latecomers' gaps are no part of it", () => {
  const before = marks(["ports", "ports", "law"], [row("An", 3, ["right", "wrong", "none"]), row("Vy", 2, ["before", "wrong", "late"])]);
  const after = marks(["ports", "law", "law"], [row("An", 9, ["right", "right", "out"]), row("Hà", 5, ["partly", "right", "out"]), row("Ngoài", 10, ["right", "right", "out"], { disqualified: true })], [2]);
  const gain = gainOf(before, after);
  assert.deepEqual(gain.topics.map((one) => [one.topic, percentOf(one.before), percentOf(one.after), one.gain]), [["ports", 33, 63, 30], ["law", 0, 100, 100]]);
  assert.deepEqual(gain.topics.map((one) => [one.before.questions, one.after.questions]), [[2, 1], [1, 1]]);
  assert.equal(gain.all.gain, 81 - 20);
  assert.equal(gainOf(marks([null], []), after).topics.length, 2, "a topic that nobody was asked is left out");
  assert.equal(gainOf(before, marks(["new"], [row("An", 1, ["wrong"])])).topics.find((one) => one.topic === "new")!.gain, null);
});

test("only people who are surely the same are matched", () => {
  const was = [row("An", 3, []), row("Vy", 4, []), row("Vy", 5, []), row("Hà", null, []), row("", 1, []), row("Bình", 6, [], { row: 1 }), row("Bình", 2, [], { row: 2 })];
  const is = [row("An", 7.1, []), row("Vy", 9, []), row("Hà", 8, []), row("", 2, []), row("Bình", 5, [], { row: 2 }), row("Mới", 4, [])];
  const { people, unmatched } = gainOf(marks([], was), marks([], is));
  assert.deepEqual(people, [{ name: "An", before: 3, after: 7.1, tenths: 41 }, { name: "Bình", before: 2, after: 5, tenths: 30 }]);
  assert.equal(unmatched, 4);
});

test("a gain has its sign", () => {
  assert.deepEqual([12, -3, 0].map(signed), ["+12", "−3", "0"]);
});
