/* SPDX-License-Identifier: Apache-2.0 */
import { strict as assert } from "node:assert";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { figure } from "../../web/src/lib/answers";
import { baseOf } from "../../web/src/lib/base";
import { codeText, lang, langOf, number, textOf, texts } from "../../web/src/lib/i18n";
import { shuffled } from "../../web/src/student/shuffle";

const I18N = "web/src/i18n";
const CODES = ("bad_frame unknown_type too_big not_joined wrong_pin room_locked room_full bad_name banned bad_token expired_token archived not_allowed wrong_phase stale " +
  "bad_answer bad_args reason_missing busy saving_full storage_full too_fast").split(" ");
const read = (name: string) => JSON.parse(readFileSync(`${I18N}/${name}`, "utf8")) as { [key: string]: string };
const said = <T>(l: "vi" | "en", f: () => T): T => { lang.set(l); try { return f(); } finally { lang.set("vi"); } };

test("every page's words are there in both languages, with the same places for values", () => {
  for (const file of readdirSync(I18N).filter((f) => f.endsWith(".vi.json"))) {
    const vi = read(file), en = read(file.replace(".vi.", ".en."));
    const places = (s: string) => (s.match(/\{\w+\}/g) || []).sort().join();
    for (const key of Object.keys(vi)) {
      assert.ok(en[key], `${file}: ${key} is not in English`);
      assert.equal(places(vi[key]!), places(en[key]!), `${file}: ${key}`);
    }
    for (const key of Object.keys(en).filter((k) => !k.endsWith(".one")))
      assert.ok(vi[key], `${file}: ${key} is not in Vietnamese`);
  }
});

test("every code of the server has its own sentence in both languages", () => {
  for (const l of ["vi", "en"] as const)
    said(l, () => CODES.forEach((c) => {
      assert.notEqual(codeText(c), codeText("no_such_code"), c);
      assert.ok(codeText(c).length > 12 && codeText(c).indexOf("_") < 0, c);
    }));
});

test("numbers are written as the language does", () => {
  assert.deepEqual(said("vi", () => [1000, 999, 1234567, 2.5, -1200].map((n) => number(n))), ["1.000", "999", "1.234.567", "2,5", "−1.200"]);
  assert.deepEqual(said("en", () => [1000, 2.5, -1200].map((n) => number(n))), ["1,000", "2.5", "−1,200"]);
});

test("an answer that is a year is not grouped, a large number is", () => {
  assert.deepEqual([1945, "1945", 2.5, 12500, "-3"].map(figure), ["1945", "1945", "2,5", "12.500", "−3"]);
});

test("a text shows the reader's language, else the first there is", () => {
  assert.equal(textOf({ vi: "một", en: "one" }, "en"), "one");
  assert.equal(textOf({ en: "one" }, "vi"), "one");
  assert.equal(langOf({ en: "one" }, "vi"), "en");
  assert.equal(textOf("1", "vi"), "1");
  assert.equal(textOf(null, "vi"), "");
});

test("one point is one point in English", () => {
  const t = texts({ points: "{n} điểm" }, { points: "{n} points", "points.one": "{n} point" } as { points: string });
  assert.equal(said("en", () => t("points", { n: 1 })), "1 point");
  assert.equal(said("en", () => t("points", { n: 1000 })), "1,000 points");
  assert.equal(said("vi", () => t("points", { n: 1 })), "1 điểm");
});

test("pages find their server under a sub-path and behind TLS", () => {
  assert.deepEqual(baseOf({ protocol: "https:", host: "thi.vn", pathname: "/quiz/host" }), { path: "/quiz/", http: "https://thi.vn/quiz/", ws: "wss://thi.vn/quiz/ws" });
  assert.equal(baseOf({ protocol: "http:", host: "192.168.1.5:8080", pathname: "/" }).ws, "ws://192.168.1.5:8080/ws");
});

test("a player's own order of choices holds every choice once and is the same after a reload", () => {
  const list = ["a", "b", "c", "d"].map((id) => ({ id }));
  const one = shuffled(list, "p1/1").map((c) => c.id);
  assert.deepEqual(one, shuffled(list.slice().reverse(), "p1/1").map((c) => c.id));
  assert.deepEqual(one.slice().sort(), ["a", "b", "c", "d"]);
  const orders = new Set(Array.from({ length: 40 }, (_, i) => shuffled(list, `p${i}/1`).map((c) => c.id).join("")));
  assert.ok(orders.size > 12);
});
