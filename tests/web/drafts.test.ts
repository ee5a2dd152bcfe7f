/* SPDX-License-Identifier: Apache-2.0 */
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { heard } from "../../web/src/host/doubts";
import type { Question, Row } from "../../web/src/host/drafts";
import { bankOf, canMark, counts, idOf, isId, leaveOut, putFaults, readNumber, rowsOf, sayNumber, sayStatement, sayText, sayTruth, several, standing, tap } from "../../web/src/host/drafts";
import { lang } from "../../web/src/lib/i18n";

const AB = [{ id: "a", text: "1" }, { id: "b", text: "2" }, { id: "c", text: "3" }];
const row = (question: Partial<Question>): Row => rowsOf({ format: "text", warnings: [], questions: [{ line: 1, sure: question.key !== undefined, doubt: null, question: { id: "q1", kind: "single", text: "?", choices: AB, ...question } }] })[0]!;

test("a question without a key lacks one until the right answer is tapped", () => {
  const before = row({});
  assert.equal(standing(before), "lacks");
  const after = tap(before, "b");
  assert.equal(standing(after), "ready");
  assert.deepEqual(after.question.key, ["b"]);
  assert.deepEqual(tap(after, "c").question.key, ["c"], "one answer only: the next tap moves it");
});

test("several right answers are ticked one by one, in the order of the choices", () => {
  const many = tap(tap(several(row({}), true), "c"), "a");
  assert.deepEqual(many.question.key, ["a", "c"]);
  assert.equal(standing(several(many, false)), "lacks", "two marks do not become one by themselves");
  assert.equal(standing(tap(tap(many, "a"), "c")), "lacks", "none is left");
});

test("a statement, a truth, a number and a text can be said by hand; an order cannot", () => {
  const part = sayStatement(row({ kind: "statements" }), "a", true);
  assert.equal(standing(part), "lacks", "two statements are still open");
  assert.equal(standing(sayStatement(sayStatement(part, "b", false), "c", false)), "ready");
  assert.equal(standing(sayTruth(row({ kind: "truefalse", choices: undefined }), false)), "ready");
  assert.deepEqual(sayNumber(row({ kind: "number" }), "3,75").question.key, { value: 3.75, tolerance: 0 });
  assert.equal(standing(sayText(row({ kind: "text" }), " \n")), "lacks");
  assert.deepEqual((sayText(row({ kind: "text" }), "Hà Nội\n Thủ đô ").question.key as { accept: string[] }).accept, ["Hà Nội", "Thủ đô"]);
  assert.equal(canMark(row({ kind: "order" }).question), false);
  assert.equal(canMark(row({ choices: AB.slice(0, 1) }).question), false, "one choice is no choice");
});

test("a number that could be two numbers is none", () => {
  assert.deepEqual(["12", "-3.5", "−3,5", "1.000", "1,000", "0,125", "3,1416", "x", "", "1e3"].map(readNumber), [12, -3.5, -3.5, null, null, 0.125, 3.1416, null, null, null]);
});

test("only what is ready comes into the bank, and what is left out stays out", () => {
  const rows = [row({ key: ["a"] }), { ...row({ id: "q2" }) }, leaveOut(row({ id: "q3", key: ["a"] }), true), row({ id: "q4", text: " ", key: ["a"] })];
  assert.deepEqual(counts(rows), { ready: 1, lacks: 2, out: 1 });
  const bank = bankOf({ title: " Ôn tập ", id: "on-tap", language: "vi" }, rows);
  assert.equal(bank["title"], "Ôn tập");
  assert.deepEqual((bank["questions"] as Question[]).map((q) => q.id), ["q1"]);
});

test("an id is made of the title, and is free", () => {
  assert.equal(idOf("Đề thi số 1: Ôn tập!"), "de-thi-so-1-on-tap");
  assert.equal(idOf("???"), "cau-hoi");
  assert.equal(idOf("Ôn tập", ["on-tap", "on-tap-2"]), "on-tap-3");
  assert.ok(isId(idOf("ư".repeat(200))) && isId("a-1") && !isId("A") && !isId("a--b") && !isId("") && !isId("a".repeat(65)));
});

test("what the server found stands at its question, the rest above", () => {
  const put = putFaults([row({})], [{ question: "q1", field: "choices", message: "expected at most 6" }, { question: null, field: "title", message: "too long" }]);
  assert.equal(put.rows[0]!.fault, "choices: expected at most 6");
  assert.deepEqual(put.others, ["title: too long"]);
});

test("a doubt is told in the reader's language, or as it came", () => {
  lang.set("vi");
  assert.deepEqual(heard('its answer line "E" is none of its choices'), { text: "dòng đáp án “E” không phải là một lựa chọn của câu" });
  assert.deepEqual(heard("something new"), { text: "something new", lang: "en" });
  lang.set("en");
  assert.deepEqual(heard("it has no text"), { text: "it has no text" });
  lang.set("vi");
});
