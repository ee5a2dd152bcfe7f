/* SPDX-License-Identifier: Apache-2.0 */
/* The phone's style asks for nothing that Chrome 80 and Safari 13 lack (https://caniuse.com, by feature). */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const FOLDERS = ["web/src/styles", "web/src/student"];
const LACKING: [RegExp, string][] = [
  [/(^|[;{\s])inset\s*:/, "inset: Chrome 87, Safari 14.1"], [/aspect-ratio\s*:/, "aspect-ratio: Chrome 88, Safari 15"],
  [/:(is|where)\(/, ":is(): Chrome 88, Safari 14"], [/:has\(/, ":has(): Chrome 105"], [/clamp\(/, "clamp(): Safari 13.1"],
  [/color-mix\(|@layer|@container/, "too new"], [/accent-color\s*:/, "accent-color: Chrome 93"], [/\d(d|s|l)v[hw]\b/, "dvh: Chrome 108, Safari 15.4"],
  [/overflow\s*:\s*clip/, "overflow: clip: Chrome 90"], [/margin-(inline|block)\s*:|padding-(inline|block)\s*:/, "short logical properties: Chrome 87"],
];

const plain = (css: string) => css.replace(/\/\*[\s\S]*?\*\//g, "");

/** Without what stands in @supports, for that is asked for only where it is known. */
function unguarded(css: string): string {
  const at = css.indexOf("@supports");
  if (at < 0)
    return css;
  let depth = 0, end = css.indexOf("{", at);
  do {
    depth += css[end] === "{" ? 1 : css[end] === "}" ? -1 : 0;
    end++;
  } while (depth > 0);
  return css.slice(0, at) + unguarded(css.slice(end));
}

export function faultsOf(css: string): string[] {
  const text = unguarded(plain(css));
  const rules = [...text.matchAll(/([^{}]+)\{([^{}]*)\}/g)];
  const gaps = rules.filter(([, , body]) => /display\s*:\s*(inline-)?flex/.test(body!) && /(^|[;\s])((row|column)-)?gap\s*:/.test(body!)).map(([, names]) => `gap in a flex box: Chrome 84, Safari 14.1: ${names!.trim()}`);
  return [...gaps, ...rules.flatMap(([whole]) => LACKING.filter(([what]) => what.test(whole!)).map(([, why]) => `${why}: ${whole!.trim().slice(0, 60)}`))];
}

test("a style with something too new is found out, and one that asks first is not", () => {
  assert.equal(faultsOf(".a { display: flex; gap: 8px; }").length, 1);
  assert.equal(faultsOf(".a { display: grid; gap: 8px; } .b { box-shadow: inset 0 0 0 2px red; }").length, 0);
  assert.equal(faultsOf("@media (min-width: 1px) { .a { inset: 0; } }").length, 1);
  assert.equal(faultsOf("@supports (min-height: 100dvh) { .a { min-height: 100dvh; } } .b { height: 100dvh; }").length, 1);
});

test("the phone's styles ask for nothing that its browsers lack", () => {
  const faults = FOLDERS.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(".css")).flatMap((name) => faultsOf(readFileSync(`${folder}/${name}`, "utf8")).map((fault) => `${name}: ${fault}`)));
  assert.deepEqual(faults, []);
});
