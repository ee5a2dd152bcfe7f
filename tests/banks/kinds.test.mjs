// SPDX-License-Identifier: Apache-2.0
// What does a kind of question still lack? Each kind of question-banks/kind.h is looked for in every place that
// docs/adding-a-kind.md names; a place that does not know it is listed.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");

// Kinds that are on purpose not everywhere yet, and what they may lack.
const notYet = { prediction: ["the practice page marks it", "the editor has fields for its answer", "a whole round asks it"] };

const kinds = [...read("question-banks/kind.h").matchAll(/^ {4}KIND_([A-Z]+),$/gm)]
  .map((match) => match[1].toLowerCase())
  .filter((name) => name !== "count");

const places = [
  ["kind.c has its row", "question-banks/kind.c", (text, kind) => text.includes(`[KIND_${kind.toUpperCase()}] =`)],
  ["the schema allows it", "question-banks/bank.schema.json", (text, kind) => text.includes(`"const": "${kind}"`)],
  ["a good bank of the tests has it", "tests/banks/good/all-kinds.json", (text, kind) => new RegExp(`"kind":\\s*"${kind}"`).test(text)],
  ["the frames know it", "web/src/lib/frames.ts", (text, kind) => text.includes(`"${kind}"`)],
  ["the student page takes its answer", "web/src/student/inputs.tsx", (text, kind) => new RegExp(`\\b${kind}: [A-Z]`).test(text)],
  ["the host's page names it, in Vietnamese", "web/src/i18n/host.vi.json", (text, kind) => text.includes(`"kind.${kind}"`)],
  ["the host's page names it, in English", "web/src/i18n/host.en.json", (text, kind) => text.includes(`"kind.${kind}"`)],
  ["the student page says what to do, in Vietnamese", "web/src/i18n/student.vi.json", (text, kind) => text.includes(`"kind.${kind}"`)],
  ["the student page says what to do, in English", "web/src/i18n/student.en.json", (text, kind) => text.includes(`"kind.${kind}"`)],
  ["the practice page marks it", "web/src/practice/mark.ts", (text, kind) => text.includes(`"${kind}"`)],
  ["the editor has fields for its answer", "web/src/editor/answers.tsx", (text, kind) => new RegExp(`\\b${kind}: [A-Z]`).test(text)],
  ["the protocol describes its answer", "docs/protocol.md", (text, kind) => text.includes(kind)],
  ["a whole round asks it", "tests/live/", (text, kind) => new RegExp(`kind"?: "${kind}"`).test(text)],
];

import { readdirSync } from "node:fs";
const texts = new Map(
  places.map(([, path]) => [
    path,
    path.endsWith("/")
      ? readdirSync(new URL(path, root)).filter((name) => /\.(mjs|json)$/.test(name)).map((name) => read(path + name)).join("\n")
      : read(path),
  ]),
);

test("there are kinds to look for", () => assert.ok(kinds.length >= 9, String(kinds)));
for (const kind of kinds)
  test(`${kind} is known in every place`, () => {
    const lacks = places
      .filter(([what, path, holds]) => !holds(texts.get(path), kind) && !(notYet[kind] ?? []).includes(what))
      .map(([what, path]) => `${what} (${path})`);
    assert.deepEqual(lacks, [], `${kind} still lacks:\n  ${lacks.join("\n  ")}`);
  });
