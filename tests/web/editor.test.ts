/* SPDX-License-Identifier: Apache-2.0 */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Draft, Question, Whole } from "../../web/src/editor/bank";
import {
  addChoice, bankText, copyIn, copyTitle, draftOf, draftOfFile, duplicate, freeId, inLanguages, insert, losesText, move, moveKey, newDraft, newQuestion, numberOf, remove, removeChoice, replace,
  restore, sayPart, textIn, tick, withKind, withLanguages, withSource, withText,
} from "../../web/src/editor/bank";
import { faultText, placeOf, placed } from "../../web/src/editor/faults";
import { changesOf } from "../../web/src/host/library_changes";
import { lang } from "../../web/src/lib/i18n";

const ABC = [{ id: "a", text: "một" }, { id: "b", text: "hai" }, { id: "c", text: "ba" }];
const q = (id: string, more: Partial<Question> = {}): Question => ({ id, kind: "single", text: "?", choices: ABC, key: ["b"], ...more });
const draft = (questions: Question[], languages = ["vi"]): Draft => ({ ...newDraft("s"), head: { id: "b", title: "t", languages }, questions });
const ids = (d: Draft) => d.questions.map((one) => one.id).join();

test("a text in one language is a string, in two an object, and a string again where both say the same", () => {
  assert.equal(withText("", "vi", "Huế", ["vi"]), "Huế");
  assert.deepEqual(withText("", "vi", "Huế", ["vi", "en"]), { vi: "Huế", en: "" });
  assert.deepEqual(withText({ vi: "một", en: "one" }, "en", "One", ["vi", "en"]), { vi: "một", en: "One" });
  assert.equal(withText({ vi: "Huế", en: "" }, "en", "Huế", ["vi", "en"]), "Huế");
  assert.equal(textIn({ vi: "một" }, "en"), "");
});

test("a new language leaves words to be translated and figures as they are", () => {
  assert.deepEqual(inLanguages("một", ["vi", "en"], ["vi"]), { vi: "một", en: "" });
  assert.equal(inLanguages("1945", ["vi", "en"], ["vi"]), "1945");
  assert.equal(inLanguages({ vi: "một", en: "one" }, ["en"], ["vi", "en"]), "one");
  const d = withLanguages(draft([q("q1")]), ["vi", "en"]);
  assert.deepEqual(d.questions[0]!.text, "?");
  assert.deepEqual(d.questions[0]!.choices![1]!.text, { vi: "hai", en: "" });
  assert.deepEqual(withLanguages(d, ["vi"]).questions[0]!.choices, ABC, "and back again");
  assert.equal(losesText(d, "en"), false);
  assert.equal(losesText(draft([q("q1", { text: { vi: "một", en: "one" } })], ["vi", "en"]), "en"), true);
});

test("a removed question comes back where it stood, and its id is not given to another", () => {
  const d = remove(draft([q("q1"), q("q2"), q("q3")]), 1);
  assert.equal(ids(d), "q1,q3");
  assert.equal(newQuestion(d, "single").id, "q4");
  assert.equal(ids(restore(d, "q2")), "q1,q2,q3");
  assert.equal(restore(d, "q2").removed.length, 0);
  assert.equal(ids(restore(remove(remove(draft([q("q1"), q("q2")]), 1), 0), "q2")), "q2", "though fewer stand there now");
});

test("questions are moved, doubled and copied under ids of their own", () => {
  const d = draft([q("q1"), q("q2"), q("q3")]);
  assert.equal(ids(move(d, 2, 0)), "q3,q1,q2");
  assert.equal(ids(move(d, 0, -1)), "q1,q2,q3");
  assert.equal(ids(duplicate(d, 0)), "q1,q4,q2,q3");
  assert.equal(freeId(["sdg-count"], "sdg-count"), "sdg-count-2");
  assert.equal(freeId(["sdg-count", "sdg-count-2"], "sdg-count-2"), "sdg-count-3");
  const copied = copyIn(d, [q("q1", { text: { vi: "một", en: "one" }, weight: 3, "x-own": 1 }), q("fresh")], ["vi", "en"]);
  assert.equal(ids(copied), "q1,q2,q3,q4,fresh");
  assert.equal(copied.questions[3]!.text, "một");
  assert.equal(copied.questions[3]!.weight, 3);
  assert.equal(copied.questions[3]!["x-own"], 1, "what the editor does not know goes along");
  assert.equal(freeId(["a".repeat(64)], "a".repeat(64)).length <= 64, true);
});

test("another kind keeps the texts and only a key that still holds", () => {
  const single = q("q1");
  assert.deepEqual(withKind(single, "multiple", ["vi"]).key, ["b"]);
  assert.deepEqual(withKind(q("q1", { kind: "multiple", key: ["a", "b"] }), "single", ["vi"]).key, []);
  assert.deepEqual(withKind(single, "statements", ["vi"]).key, {});
  assert.equal(withKind(single, "truefalse", ["vi"]).choices, undefined);
  assert.equal("key" in withKind(single, "truefalse", ["vi"]), false);
  assert.deepEqual(withKind(single, "match", ["vi"]).left, ABC);
  assert.deepEqual(withKind(single, "order", ["vi"]).key, ["a", "b", "c"]);
  assert.equal(withKind(single, "number", ["vi"]).text, "?");
});

test("a choice that goes takes its part of the key along, and its id comes back for a new one only when it is free", () => {
  assert.deepEqual(removeChoice(q("q1"), "choices", 1).key, []);
  assert.deepEqual(removeChoice(q("q1", { kind: "statements", key: { a: true, b: false } }), "choices", 1).key, { a: true });
  assert.deepEqual(removeChoice(q("q1", { kind: "match", left: ABC, right: ABC, key: { a: "b", b: "c" } }), "right", 1).key, { b: "c" });
  assert.deepEqual(removeChoice(q("q1", { kind: "order", key: ["c", "b", "a"] }), "choices", 1).key, ["c", "a"]);
  assert.equal(addChoice(q("q1"), "choices", ["vi"]).choices![3]!.id, "d");
  assert.deepEqual(addChoice(q("q1", { kind: "order", key: ["c", "b", "a"] }), "choices", ["vi"]).key, ["c", "b", "a", "d"]);
});

test("ticks, pairs, orders and numbers make the key", () => {
  assert.deepEqual(tick(q("q1"), "c", true).key, ["c"]);
  assert.deepEqual(tick(tick(q("q1", { kind: "multiple", key: ["b"] }), "a", true), "b", false).key, ["a"]);
  assert.deepEqual(sayPart(q("q1", { kind: "match", key: { a: "b" } }), "a", undefined).key, {});
  assert.deepEqual(moveKey(q("q1", { kind: "order", key: ["a", "b", "c"] }), 2, 0).key, ["c", "a", "b"]);
  assert.deepEqual(["3,75", "3.75", " −2 ", "1000", "0,050"].map(numberOf), [3.75, 3.75, -2, 1000, 0.05]);
  assert.deepEqual(["1.000", "ba", "", "3,"].map(numberOf), ["1.000", "ba", "", "3,"], "what could be two numbers, or is none, stays as typed");
});

test("a source gets a date and loses it again", () => {
  const dated = withSource(q("q1", { source: "Sách" }), { date: "2026-10" });
  assert.deepEqual(dated.source, { text: "Sách", date: "2026-10" });
  assert.equal(withSource(dated, { date: "" }).source, "Sách");
  assert.equal(withSource(withSource(dated, { date: "" }), { text: "" }).source, undefined);
  assert.deepEqual(withSource(q("q1"), { stable: true }).source, { text: "", stable: true });
});

test("a bank goes through the editor untouched", () => {
  const whole = JSON.parse(readFileSync("question-banks/learning-citizen/1.0.0.json", "utf8")) as Whole;
  const back = JSON.parse(bankText(draftOf(whole, "s", null), whole.version));
  assert.deepEqual(back, whole);
  assert.equal(bankText(draft([q("q1"), q("q2")]), "1.0.0").split("\n")[2], JSON.stringify(q("q2")), "a question a line");
  const same = whole.questions.reduce((d, one, i) => replace(d, i, one), draftOf(whole, "s", null));
  assert.deepEqual(JSON.parse(bankText(same, whole.version)), whole);
  assert.equal(draftOf(whole, "s", "mine").base, null);
  assert.deepEqual(copyTitle({ vi: "Sông", en: "Rivers" }, ["vi", "en"]), { vi: "Sông (bản chép)", en: "Rivers (copy)" });
  assert.equal(copyTitle("Sông", ["vi"]), "Sông (bản chép)");
  assert.equal(insert(newDraft("s"), 0, [q("q1")]).questions.length, 1);
});

test("a file is opened if it has the shape of a bank, and no page breaks over one that has not", () => {
  const text = readFileSync("question-banks/learning-citizen/1.0.0.json", "utf8");
  const opened = draftOfFile(text, "s")!;
  assert.deepEqual(JSON.parse(bankText(opened, "1.0.0")), JSON.parse(text));
  assert.equal(opened.base, null);
  const whole = JSON.parse(text) as Whole, [one] = whole.questions;
  assert.equal(ids(draftOfFile(JSON.stringify({ ...whole, questions: [one, one] }), "s")!), `${one!.id},${one!.id}-2`);
  for (const bad of ["", "[]", "null", "{}", JSON.stringify({ ...whole, languages: [] }), JSON.stringify({ ...whole, questions: [7] }), JSON.stringify({ ...whole, questions: [{ ...one, choices: "abc" }] }),
    JSON.stringify({ ...whole, questions: [{ ...one, text: 7 }] }), JSON.stringify({ ...whole, questions: [{ ...one, source: 7 }] }), JSON.stringify({ ...whole, title: null })])
    assert.equal(draftOfFile(bad, "s"), null, bad.slice(0, 40));
});

test("a fault is shown at the field that it is about", () => {
  const l = ["vi", "en"];
  const rows: [string | null, string][] = [
    ["text", "text.vi"], ["text.en", "text.en"], ["text.fr", "text.vi"], ["choices", "choices"], ["choices[2].text", "choices.2.vi"], ["choices[0].text.en", "choices.0.en"], ["choices[1].id", "choices.1.vi"],
    ["left[1].text", "left.1.vi"], ["key", "key"], ["key.value", "key.value"], ["key.accept[3]", "key"], ["source.text.en", "source"], ["source.date", "source.date"], ["limit_s", "limit_s"],
    ["media.alt", "media.alt.vi"], ["media.alt.en", "media.alt.en"], ["media.file", "media"], ["authors[1]", "authors"], ["languages", "languages"], ["title.en", "title.en"], ["nonsense", ""], [null, ""],
  ];
  rows.forEach(([field, place]) => assert.equal(placeOf(field, l), place, String(field)));
});

test("two choices that are still empty are told as empty, not as alike", () => {
  const fault = (field: string, message: string) => ({ line: 1, column: 1, question: "q1", field, message });
  const all = placed([fault("choices[1].text.en", "is empty"), fault("choices[1].text", "says the same as another one"), fault("choices[2].text", "says the same as another one")], ["vi", "en"]);
  assert.deepEqual(Object.keys(all["q1"]!), ["choices.1.en", "choices.2.vi"]);
});

/* "expected %d to %zu" as a program would say it. */
const spoken = (format: string) => format.replace(/\\"/g, "\"").replace(/%(ll|z|l)?[du]/g, "7").replace(/%s/g, "x");
function literals(call: string): string[] {
  return [...call.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*/g)].map((found) => found[0].replace(/(?<!\\)"\s+"/g, "").slice(1, -1));
}

test("what the loader says of a question is said in Vietnamese", () => {
  const said: string[] = [];
  for (const name of ["check", "question_json", "key_json", "bank_json", "media_json"]) {
    const source = readFileSync(`question-banks/${name}.c`, "utf8");
    for (const [call] of source.matchAll(/check_fault\(check, [\s\S]*?\);/g)) {
      const all = literals(call), field = /^check_fault\(check, [^,]+, "/.test(call);
      const message = all[field ? 1 : 0];
      if (message !== undefined && !message.startsWith("%s"))
        said.push(spoken(message));
    }
    for (const [, text] of source.matchAll(/return "((?:is|has) [^"]*)";/g))
      said.push(text!);
  }
  assert.ok(said.length > 50, `${said.length}`);
  lang.set("vi");
  const english = said.filter((message) => faultText(message).lang === "en");
  assert.deepEqual(english, []);
});

test("two versions are compared by what they say, not by how they are written", () => {
  const before = { title: "t", questions: [q("q1"), q("q2"), q("q3", { text: { vi: "a", en: "b" } })] } as never;
  const after = { title: "T", questions: [q("q3", { text: { en: "b", vi: "a" } }), q("q1", { key: ["c"], limit_s: 9 }), q("q4")] } as never;
  const changes = changesOf(before, after);
  assert.deepEqual(changes.head.map((one) => one.what), ["title"]);
  assert.deepEqual(changes.fresh.map(({ n, q: one }) => [n, one.id]), [[3, "q4"]]);
  assert.deepEqual(changes.gone.map(({ n, q: one }) => [n, one.id]), [[2, "q2"]]);
  assert.deepEqual(changes.changed.map((one) => [one.after.id, one.changes.map((change) => change.what)]), [["q1", ["key", "limit_s"]]]);
});
