/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle says who signed it, and `verify --key` believes nobody else. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { Server, newDirectory, run } from "./harness.mjs";

const server = new Server({ workers: 1 });
after(() => server.close());

test("a bundle is signed by its machine's key, from the command line and over HTTP alike", async () => {
  await server.start();
  const key = await server.key("host");
  const [one, two] = [await server.room(key), await server.room(key)];
  const base = newDirectory("signature");
  const { status, out: fingerprint } = await server.run(["key", "fingerprint"]);
  assert.equal(status, 0);
  assert.match(fingerprint, /^[0-9a-f]{64}\n$/);
  const by = fingerprint.trim();
  const verify = async (text, ...more) => {
    const file = join(base, "x.bundle");
    writeFileSync(file, text);
    return run(["verify", file, ...more]);
  };
  const file = join(base, "one.bundle");
  assert.equal((await server.run(["bundle", one.room, "-o", file])).status, 0);
  const text = readFileSync(file, "utf8");
  const over = (await server.http("GET", `/api/rooms/${two.room}/bundle`, { key })).text;

  for (const good of [text, over]) {
    const unchecked = await verify(good);
    assert.equal(unchecked.status, 0, unchecked.err);
    assert.match(unchecked.out, new RegExp(`^consistent, signer not checked: signed by ${by}: room `));
    for (const typed of [by, by.toUpperCase(), by.replace(/(..)(?=.)/g, "$1:")]) {
      const checked = await verify(good, "--key", typed);
      assert.equal(checked.status, 0, checked.err);
      assert.match(checked.out, new RegExp(`^verified, signed by ${by}: room `));
    }
    for (const wrong of ["", by.slice(1), by.slice(0, -1), `${by}0`, `${by.slice(0, -1)}${by.endsWith("0") ? 1 : 0}`].slice(1)) {
      const { status, err } = await verify(good, "--key", wrong);
      assert.equal(status, 1);
      assert.match(err, /another key/);
    }
  }

  const lines = text.split("\n").slice(0, -1);
  const unsigned = lines.slice(0, -1).join("\n") + "\n";
  assert.match((await verify(unsigned)).out, /^consistent, signer not checked: room /);
  assert.match((await verify(unsigned, "--key", by)).err, /not signed/);
  const others = over.split("\n").at(-2);
  const last = lines.at(-1);
  const digit = last.indexOf('"signature":"') + 20;
  const changed = last.slice(0, digit) + (last[digit] === "0" ? "1" : "0") + last.slice(digit + 1);
  for (const [line, why] of [[others, /signature is wrong/], [changed, /signature is wrong/], ["{}", /no signature/], [last.replace('"signer":"', '"signer":"0'), /no signature/], [`${last}\n${last}`, /something stands behind/]]) {
    const { status, err } = await verify(`${unsigned}${line}\n`);
    assert.equal(status, 1);
    assert.match(err, why);
  }
});
