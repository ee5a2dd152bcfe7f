/* SPDX-License-Identifier: Apache-2.0 */
/* A question's picture: told when the question opens, served by its content for good, safe whatever a file holds. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Member } from "./client.mjs";
import { Server } from "./harness.mjs";
import { mp3, png, sha256, svg, zip } from "./pictures.mjs";

let server, host;
const members = [];
const map = svg("<title>Bản đồ</title><path d=\"M0 0h20v10z\"/>");
const photo = png(64, 48), gong = mp3(40);

before(async () => {
  server = await new Server({ workers: 2 }).start();
  host = await server.key("host");
});
after(async () => {
  members.forEach((member) => member.stop());
  await server?.close();
});

const get = (path, headers = {}) => fetch(`${server.url}/${path}`, { headers });
const bytesOf = async (answer) => Buffer.from(await answer.arrayBuffer());
async function send(path, bytes, key = host) {
  const answer = await fetch(server.url + path, { method: "POST", body: bytes, headers: key ? { Authorization: `Bearer ${key}` } : {} });
  return { status: answer.status, json: await answer.json() };
}
const question = (id, file, more = {}) => ({ id, kind: "truefalse", text: "Q", key: true, media: { file, alt: { vi: "Hình", en: "A picture" } }, ...more });
const bank = (id, questions, more = {}) => ({ id, version: "1.0.0", languages: ["vi", "en"], title: "T", questions, ...more });
const pack = (id, files, more = {}) => zip({
  "bank.json": Buffer.from(JSON.stringify(bank(id, Object.keys(files).map((file, i) => question(`q${i}`, `media/${file}`)), more))),
  ...Object.fromEntries(Object.entries(files).map(([file, bytes]) => [`media/${file}`, bytes])),
});
async function join_(room, name) {
  const member = await Member.join(server.url, { pin: room.pin, name });
  members.push(member);
  return member;
}
async function attach(token, name) {
  const member = await Member.attach(server.url, token, name);
  members.push(member);
  return member;
}

test("a bank with its pictures comes as a ZIP file, and goes as the same one", async () => {
  const { status, json } = await send("/api/banks", pack("shapes", { "map.svg": map, "photo.png": photo, "gong.mp3": gong }));
  assert.equal(status, 201, JSON.stringify(json));
  assert.equal(json.questions, 3);
  assert.deepEqual(readdirSync(join(server.data, "banks/shapes/media")).sort(), ["gong.mp3", "map.svg", "photo.png"]);
  assert.deepEqual(readdirSync(server.data).filter((name) => name.startsWith(".pack")), []);
  const file = await server.http("GET", "/api/banks/shapes/1.0.0/pack", { key: host });
  assert.equal(file.headers.get("content-type"), "application/zip");
  assert.equal((await send("/api/banks", file.bytes)).status, 200, "these very bytes are here");
});

test("who may see a bank is told its pictures, nobody else", async () => {
  const list = await server.http("GET", "/api/banks/shapes/1.0.0/media", { key: host });
  const found = list.json.media["media/photo.png"];
  assert.deepEqual(found, { url: `media/${sha256(photo)}.png`, kind: "picture", width: 64, height: 48 });
  assert.equal(list.json.media["media/gong.mp3"].kind, "sound");
  assert.equal((await get("api/banks/shapes/1.0.0/media")).status, 404);
  assert.equal((await get("api/banks/shapes/1.0.0/pack")).status, 404);
});

test("a picture is served by its content: for good, as what it is, and nothing in it may act", async () => {
  const answer = await get(`media/${sha256(photo)}.png`);
  assert.equal(answer.status, 200);
  assert.deepEqual(await bytesOf(answer), photo);
  assert.equal(answer.headers.get("content-type"), "image/png");
  assert.equal(answer.headers.get("etag"), `"${sha256(photo)}"`);
  assert.match(answer.headers.get("cache-control"), /immutable/);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.equal(answer.headers.get("content-security-policy"), "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  const again = await get(`media/${sha256(photo)}.png`, { "If-None-Match": `"${sha256(photo)}"` });
  assert.equal(again.status, 304);
  for (const wrong of [`${sha256(photo)}.jpg`, `${sha256(Buffer.from("x"))}.png`, `${sha256(photo)}`, "..%2fnode.key", `${sha256(photo).toUpperCase()}.png`])
    assert.equal((await get(`media/${wrong}`)).status, 404, wrong);
});

test("a sound is given in pieces, as Safari asks for it", async () => {
  const url = `media/${sha256(gong)}.mp3`;
  for (const [range, from, to] of [["bytes=0-1", 0, 2], ["bytes=100-", 100, gong.length], ["bytes=-10", gong.length - 10, gong.length], ["bytes=5-999999", 5, gong.length]]) {
    const answer = await get(url, { Range: range });
    assert.equal(answer.status, 206, range);
    assert.equal(answer.headers.get("content-range"), `bytes ${from}-${to - 1}/${gong.length}`);
    assert.deepEqual(await bytesOf(answer), gong.subarray(from, to));
  }
  const outside = await get(url, { Range: `bytes=${gong.length}-` });
  assert.equal(outside.status, 416);
  assert.equal(outside.headers.get("content-range"), `bytes */${gong.length}`);
  for (const odd of ["bytes=9-3", "lines=0-1", "bytes=0-1,4-5", "bytes=-", `bytes=${"9".repeat(90)}-`])
    assert.equal((await bytesOf(await get(url, { Range: odd }))).length, gong.length, odd);
});

test("the question's frame tells the picture, and to phones no sound unless the room says so", async () => {
  for (const sound of ["screen", "phones"]) {
    const room = await server.room(host, { bank: "shapes", sound });
    const [boss, wall, phone] = [await attach(room.host_token, "host"), await attach(room.screen_token, "screen"), await join_(room, "An")];
    await boss.must("next");
    const told = await Promise.all([boss, wall, phone].map((m) => m.expect("question")));
    for (const { media } of told) {
      assert.deepEqual({ ...media, url: "" }, { kind: "picture", url: "", width: 1000, height: 500, alt: { vi: "Hình", en: "A picture" } });
      assert.equal((await get(media.url)).headers.get("content-type"), "image/svg+xml");
    }
    for (let q = 2; q <= 3; q++) {
      await boss.must("close");
      await boss.must("reveal");
      await boss.must("next");
      await boss.must("next");
    }
    const [onWall, onPhone] = await Promise.all([wall, phone].map((m) => m.expect("question", (frame) => frame.q === 3)));
    assert.equal(onWall.media.url, `media/${sha256(gong)}.mp3`);
    assert.equal(onPhone.media.url, sound === "phones" ? onWall.media.url : null);
    assert.equal(onPhone.media.kind, "sound");
  }
});

test("a running room keeps its picture when the bank has lost it, and after a restart", async () => {
  const own = png(31, 7), folder = join(server.data, "banks/passing");
  assert.equal((await send("/api/banks", pack("passing", { "own.png": own }))).status, 201);
  const room = await server.room(host, { bank: "passing" });
  rmSync(folder, { recursive: true });
  await server.stop();
  await server.start();
  assert.ok(!existsSync(folder));
  const boss = await attach(room.host_token, "host");
  await boss.must("next");
  const { media } = await boss.expect("question");
  for (let i = 0; i < 6; i++) /* whichever worker answers */
    assert.deepEqual(await bytesOf(await get(media.url, { Connection: "close" })), own);
});

test("a picture that was changed under its bank is not shown", async () => {
  const folder = join(server.data, "banks/moving"), first = png(5, 5);
  const pinned = bank("moving", [question("q", "media/a.png", { media: { file: "media/a.png", alt: "A", sha256: sha256(first) } })]);
  assert.equal((await send("/api/banks", zip({ "bank.json": Buffer.from(JSON.stringify(pinned)), "media/a.png": first }))).status, 201);
  writeFileSync(join(folder, "media/a.png"), png(6, 6)); /* the folder's own time stays */
  const { status, json } = await send("/api/rooms", JSON.stringify({ bank: "moving" }));
  assert.ok([201, 404].includes(status), `${status}`); /* a worker that reads the bank only now finds it faulty */
  if (status === 404)
    return;
  const boss = await attach(json.host_token, "host");
  await boss.must("next");
  assert.equal((await boss.expect("question")).media.url, `media/${sha256(first)}.png`);
});

test("a picture that is sent alone is made safe, and a bank may then call it by its name", async () => {
  const { status, json } = await send("/api/media", svg("<script>alert(1)</script><g onclick=\"x()\"/>"));
  assert.equal(status, 201);
  assert.match(json.dropped, /script \(line 1\), onclick of g/);
  const served = (await bytesOf(await get(json.media.url))).toString();
  assert.match(served, /<g><\/g><\/svg>$/);
  assert.equal((await send("/api/banks", JSON.stringify(bank("by-name", [question("q", json.file)])))).status, 201);
  assert.deepEqual(readdirSync(join(server.data, "banks/by-name/media")), [json.file.slice(6)]);
  assert.equal((await send("/api/media", "no picture")).status, 422);
  assert.equal((await send("/api/media", png(4097, 1))).status, 422);
  assert.equal((await send("/api/media", photo, null)).status, 401);
  assert.equal((await send("/api/media", "")).status, 400);
});

test("a ZIP file with faults is refused with all of them, and nothing of it stays", async () => {
  const faulty = await send("/api/banks", pack("faulty", { "a.png": map, "b.svg": Buffer.from("<svg/>") }));
  assert.equal(faulty.status, 422);
  assert.deepEqual(faulty.json.faults.map((fault) => fault.question), ["q0", "q1"]);
  for (const [parts, word] of [[{ "a.txt": photo }, /no bank/], [{ "a.json": photo, "b.json": photo }, /more than one/], [{ "bank.json": Buffer.from("{}") }, /id/]])
    assert.match(JSON.stringify((await send("/api/banks", zip(parts))).json.faults), word);
  assert.equal((await send("/api/banks", Buffer.from("PK\x03\x04 and no more"))).status, 422);
  assert.deepEqual(readdirSync(server.data).filter((name) => name.startsWith(".pack")), []);
  assert.ok(!existsSync(join(server.data, "banks/faulty")));
});

test("a drawing in a ZIP file is made safe, and what it lost is told", async () => {
  const { status, json } = await send("/api/banks", pack("cleaned", { "a.svg": svg("<script/><g/>") }));
  assert.equal(status, 201);
  assert.match(json.notes[0].message, /media\/a\.svg lost .* script/);
});

test("a new version may not change a picture that an old one shows", async () => {
  assert.equal((await send("/api/banks", pack("shapes", { "photo.png": png(9, 9) }, { version: "2.0.0" }))).status, 409);
});

test("an SVG that a bank's owner put there by hand is a fault, not a risk", async () => {
  const folder = join(server.data, "banks/by-hand");
  mkdirSync(join(folder, "media"), { recursive: true });
  writeFileSync(join(folder, "media/a.svg"), svg("<script>alert(1)</script>"));
  writeFileSync(join(folder, "1.0.0.json"), JSON.stringify(bank("by-hand", [question("q", "media/a.svg")])));
  const list = await server.http("GET", "/api/banks", { key: host });
  const found = list.json.banks.find((one) => one.id === "by-hand");
  assert.match(found.fault, /holds what a picture may not: script \(line 1\)/);
});
