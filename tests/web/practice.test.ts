/* SPDX-License-Identifier: Apache-2.0 */
import { strict as assert } from "node:assert";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import type { Answer } from "../../web/src/lib/frames";
import type { Bank, BankQuestion } from "../../web/src/practice/bank";
import { askable } from "../../web/src/practice/bank";
import { bothOf } from "../../web/src/practice/both";
import { folded, isRight, keyShown, readings } from "../../web/src/practice/mark";
import { again, draw, startRun, step, summary } from "../../web/src/practice/run";

const q = (kind: BankQuestion["kind"], key: BankQuestion["key"], more: Partial<BankQuestion> = {}): BankQuestion => ({ id: kind, kind, text: "?", key, topic: "t", ...more });
const banks: Bank[] = readdirSync("question-banks", { withFileTypes: true }).filter((d) => d.isDirectory())
  .map((d) => JSON.parse(readFileSync(`question-banks/${d.name}/1.0.0.json`, "utf8")) as Bank);

/** The answer that a bank's own key describes. */
function perfect(question: BankQuestion): Answer {
  const key = question.key as any;
  switch (question.kind) {
    case "truefalse": return [String(key)];
    case "number": return String(key.value !== undefined ? key.value : key.low);
    case "text": return key.accept[0];
    default: return key;
  }
}

test("the key of every question of every shipped bank is marked right, and shown", () => {
  assert.ok(banks.length >= 6);
  for (const bank of banks)
    for (const question of askable(bank)) {
      assert.ok(isRight(question, perfect(question)), bank.id + " " + question.id);
      assert.notEqual(keyShown(question), null);
    }
});

test("an answer that misses one thing is wrong in every kind", () => {
  assert.equal(isRight(q("single", ["a"]), ["b"]), false);
  assert.equal(isRight(q("multiple", ["a", "c"]), ["a"]), false);
  assert.equal(isRight(q("multiple", ["a", "c"]), ["c", "a"]), true);
  assert.equal(isRight(q("truefalse", false), ["true"]), false);
  assert.equal(isRight(q("order", ["b", "a", "c"]), ["a", "b", "c"]), false);
  assert.equal(isRight(q("statements", { a: true, b: false }), { a: true, b: true }), false);
  assert.equal(isRight(q("match", { l1: "r1", l2: "r2" }), { l1: "r2", l2: "r1" }), false);
});

test("numbers are read with comma or point, and 1.000 as either of its meanings", () => {
  assert.deepEqual(["2,5", "2.5", "−3", "1 200", "1.234.567", "1.234,5", "1,234.5"].map((x) => readings(x)), [[2.5], [2.5], [-3], [1200], [1234567], [1234.5], [1234.5]]);
  assert.deepEqual(readings("1.000").sort(), [1, 1000]);
  assert.deepEqual(["", "x", "1.2.3", "--1"].map((x) => readings(x)), [[], [], [], []]);
  assert.equal(isRight(q("text", { accept: ["Huế"], ignore: [] }), "Huế. "), true);
  assert.equal(isRight(q("number", { value: 10, tolerance: 1 }), "11"), true);
  assert.equal(isRight(q("number", { value: 10, tolerance: 1 }), "11,1"), false);
  assert.equal(isRight(q("number", { low: 5, high: 6 }), 5.5), true);
});

test("texts ignore what the bank says, and nothing else", () => {
  const text = (ignore: string[]) => q("text", { accept: ["Hải Phòng"], ignore });
  assert.equal(isRight(text([]), " Hải  Phòng "), true);
  assert.equal(isRight(text([]), "hải phòng"), false);
  assert.equal(isRight(text(["case"]), "hải phòng"), true);
  assert.equal(isRight(text(["case"]), "hai phong"), false);
  assert.equal(isRight(text(["case", "diacritics"]), "HAI PHONG"), true);
  assert.equal(folded("Đà", ["diacritics"]), "Da");
  assert.equal(folded("hoà", ["tone-place"]), folded("hòa", ["tone-place"]));
  assert.notEqual(folded("hoa", ["tone-place"]), folded("hòa", ["tone-place"]));
});

test("a run explains each answer, and before a class it gives none away", () => {
  const list = [q("single", ["a"], { id: "1" }), q("single", ["a"], { id: "2", topic: "u" })];
  let learn = step(startRun("learn", list), { t: "answer", a: ["a"] });
  assert.deepEqual([learn.index, learn.explaining], [0, true]);
  assert.equal(step(learn, { t: "answer", a: ["b"] }), learn);
  learn = step(step(learn, { t: "next" }), { t: "stop" });
  assert.deepEqual(summary(learn), { all: { right: 1, of: 1 }, topics: { t: { right: 1, of: 1 } } });
  const before = step(step(startRun("before", list), { t: "answer", a: ["a"] }), { t: "stop" });
  assert.deepEqual([before.explaining, before.index], [false, 1]);
  assert.deepEqual(summary(before).all, { right: 1, of: 2 });
});

test("a drawn set holds no question twice and lets the topics take turns", () => {
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (const bank of banks) {
    const drawn = draw(askable(bank), 20, random);
    assert.equal(new Set(drawn.map((x) => x.id)).size, 20);
    const topics = new Set(askable(bank).map((x) => x.topic));
    assert.equal(new Set(drawn.map((x) => x.topic)).size, topics.size);
    assert.deepEqual(again(bank, drawn.map((x) => x.id)).map((x) => x.id).sort(), drawn.map((x) => x.id).sort());
  }
  assert.equal(draw(askable(banks[0]!), 1000, random).length, askable(banks[0]!).length);
});

test("both languages stand in two lines, and one that is the same in both stands once", () => {
  assert.equal(bothOf({ vi: "một", en: "one" }), "một\none");
  assert.equal(bothOf("17"), "17");
});

test("every topic of the shipped banks has a name in both languages", () => {
  const names = JSON.parse(readFileSync("web/src/i18n/topics.vi.json", "utf8"));
  for (const bank of banks)
    for (const question of bank.questions)
      assert.ok(names[question.topic!], bank.id + ": " + question.topic);
});
