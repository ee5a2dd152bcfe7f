/* SPDX-License-Identifier: Apache-2.0 */
/* mark.ts - is this answer right? The same rules as in a room (docs/bank-format.md), for who learns alone. */
import type { Answer, Key } from "../lib/frames";
import type { BankQuestion, NumberKey, TextKey } from "./bank";

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;
const MARKS = /[\u0300-\u036f]/g;

/** The tone of each word at its end: "hòa" and "hoà" become the same. */
function tonesLast(text: string): string {
  return text.normalize("NFD").split(" ").map((word) => word.replace(TONES, "") + (word.match(TONES) || []).join("")).join(" ");
}

export function folded(text: string, ignore: readonly string[]): string {
  let t = text.normalize("NFKC").trim().replace(/\s+/g, " ");
  t = t.replace(/[. ]+$/, "") || t; /* phones write a full stop when the space bar is hit twice */
  if (ignore.indexOf("case") >= 0)
    t = t.toLowerCase();
  if (ignore.indexOf("diacritics") >= 0)
    return t.normalize("NFD").replace(MARKS, "").replace(/đ/g, "d").replace(/Đ/g, "D");
  return ignore.indexOf("tone-place") >= 0 ? tonesLast(t).normalize("NFC") : t;
}

/** Every number that a person may have meant: "1.000" is a thousand or one. */
export function readings(text: string): number[] {
  const t = text.trim().replace("−", "-").replace(/\s/g, "");
  if (!/^[-+]?\d[\d.,]*$/.test(t))
    return [];
  const found: number[] = [];
  if (/^[-+]?\d+([.,]\d+)?$/.test(t))
    found.push(Number(t.replace(",", ".")));
  if (/^[-+]?\d{1,3}([.,]\d{3})+$/.test(t) && !(t.indexOf(".") >= 0 && t.indexOf(",") >= 0))
    found.push(Number(t.replace(/[.,]/g, "")));
  if (/^[-+]?\d{1,3}(\.\d{3})+,\d+$/.test(t))
    found.push(Number(t.replace(/\./g, "").replace(",", ".")));
  if (/^[-+]?\d{1,3}(,\d{3})+\.\d+$/.test(t))
    found.push(Number(t.replace(/,/g, "")));
  return found;
}

function rangeOf(key: NumberKey): { low: number; high: number } {
  if (key.low !== undefined && key.high !== undefined)
    return { low: key.low, high: key.high };
  const value = key.value || 0, tolerance = key.tolerance || 0;
  return { low: value - tolerance, high: value + tolerance };
}

function isNumberRight(key: NumberKey, a: Answer): boolean {
  const { low, high } = rangeOf(key);
  return readings(String(a)).some((n) => n >= low - 1e-9 && n <= high + 1e-9);
}

function isTextRight(key: TextKey, a: Answer): boolean {
  const ignore = key.ignore || [];
  return key.accept.some((form) => folded(form, ignore) === folded(String(a), ignore));
}

const sorted = (ids: string[]) => ids.slice().sort().join("\n");

export function isRight(question: BankQuestion, a: Answer): boolean {
  const key = question.key;
  switch (question.kind) {
    case "truefalse": return Array.isArray(a) && a[0] === String(key);
    case "single": case "multiple": return Array.isArray(a) && Array.isArray(key) && sorted(a) === sorted(key);
    case "order": return Array.isArray(a) && Array.isArray(key) && a.join("\n") === key.join("\n");
    case "number": return isNumberRight(key as NumberKey, a);
    case "text": return isTextRight(key as TextKey, a);
    case "statements": case "match": {
      const want = key as { [id: string]: string | boolean }, got = a as { [id: string]: string | boolean };
      return Object.keys(want).every((id) => want[id] === got[id]);
    }
    case "prediction": case "survey": case "cloud": return false;
  }
}

/** The key as a reveal would carry it. */
export function keyShown(question: BankQuestion): Key {
  const key = question.key;
  if (question.kind === "truefalse")
    return [String(key)];
  if (question.kind === "number") {
    const { low, high } = rangeOf(key as NumberKey);
    return low === high ? low : { low, high };
  }
  return question.kind === "text" ? (key as TextKey).accept.slice(0, 3) : (key as Key);
}
