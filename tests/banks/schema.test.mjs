// SPDX-License-Identifier: Apache-2.0
// bank.schema.json and the loader over the same files: they agree, except where a schema cannot speak.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";

const root = new URL("../../", import.meta.url);
const require = createRequire(new URL("web/package.json", root));
const Ajv2020 = require("ajv/dist/2020.js").default;
const schema = JSON.parse(readFileSync(new URL("question-banks/bank.schema.json", root), "utf8"));
const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(schema);

const files = (folder) =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith(".json"))
    .map((name) => folder + name);

/** Null: it takes the file; else why not. */
function schemaRefuses(path) {
  const bytes = readFileSync(new URL(path, root));
  try {
    // Not TextDecoder's default: a byte order mark is a fault in a bank.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return validate(JSON.parse(text)) ? null : JSON.stringify(validate.errors);
  } catch (error) {
    return String(error);
  }
}

const shipped = readdirSync(new URL("question-banks/", root), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap((entry) => files(`question-banks/${entry.name}/`));
const good = [...files("tests/banks/good/"), ...shipped];
const bad = files("tests/banks/bad/");
const beyond = files("tests/banks/beyond-schema/");
const program = process.env.CHECK_BANKS ?? "build/check-banks";
const loads = new Map(
  execFileSync(program, [...good, ...bad, ...beyond], { cwd: root, encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => [line.slice(line.indexOf(" ") + 1), line.startsWith("good ")]),
);

test("there are files to compare", () => {
  for (const list of [good, bad, beyond]) assert.ok(list.length > 10);
});

for (const path of good)
  test(`${path} is taken by both`, () => {
    assert.equal(schemaRefuses(path), null);
    assert.equal(loads.get(path), true);
  });

for (const path of bad)
  test(`${path} is refused by both`, () => {
    assert.notEqual(schemaRefuses(path), null);
    assert.equal(loads.get(path), false);
  });

for (const path of beyond)
  test(`${path} is refused by the loader alone`, () => {
    assert.equal(schemaRefuses(path), null);
    assert.equal(loads.get(path), false);
  });

test("every file that is beyond the schema says why", () => {
  const readme = readFileSync(new URL("tests/banks/README.md", root), "utf8");
  for (const path of beyond) assert.ok(readme.includes("`" + path.split("/").at(-1) + "`"), path);
});
