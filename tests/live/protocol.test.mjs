/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs/protocol.md against the real server: every example is sent or compared, every frame and request of its tables is
 * looked for, every code that it lists is one that the program has.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Line, Member } from "./client.mjs";
import { ROOT, Server, TEST_BANKS, kill, until } from "./harness.mjs";
import { svg } from "./pictures.mjs";

const doc = readFileSync(join(ROOT, "docs/protocol.md"), "utf8");
const examples = [...doc.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map((found) => ({
  text: found[1].trim(),
  line: doc.slice(0, found.index).split("\n").length + 1,
}));
const FROM_CLIENTS = ["join", "attach", "answer", "do", "ping", "review", "look"];

const CLASS = ["Nguyễn Văn An", "Lê Lan", "Trần Vy"];

let server, key;
const everybody = [];
const seen = new Map(); /* type of a server's frame → its fields, as they came */

before(async () => {
  server = await new Server({ workers: 2, banks: [TEST_BANKS, join(ROOT, "question-banks")] }).start();
  key = await server.key("host");
});
after(async () => {
  everybody.forEach((member) => member.stop());
  await server?.close();
});

const keep = (member) => { everybody.push(member); return member; };

function note(frames) {
  for (const frame of frames) {
    if (!seen.has(frame.t))
      seen.set(frame.t, []);
    seen.get(frame.t).push(frame);
  }
}

/** A room in question 3, with somebody in it who has not answered. */
async function inQuestion3() {
  const room = await server.room(key, { bank: "live-quick", questions: { count: 3 }, close_all: false, class_list: CLASS });
  const host = keep(await Member.attach(server.url, room.host_token, "host"));
  const player = keep(await Member.join(server.url, { pin: room.pin, name: "Có sẵn" }));
  await host.must("start");
  await host.must("skip", undefined, { at: null });
  await host.must("skip", undefined, { at: null });
  await player.expect("question", (f) => f.q === 3);
  return { room, host, player };
}

/* How an example is made to fit a room that is there, and what must come of it. */
const rehearse = {
  async join(frame, { room }) {
    const line = await Line.open(server.url);
    line.send({ ...frame, pin: room.pin });
    assert.equal((await line.expect("joined")).name, frame.name ?? CLASS[frame.row - 1]);
    const state = await line.expect("state");
    assert.equal(state.you.unit, frame.unit ?? "");
    assert.equal(state.lang, frame.lang ?? null);
    line.cut();
  },
  async look(frame, { room }) {
    const line = await Line.open(server.url);
    line.send({ ...frame, pin: room.pin });
    assert.deepEqual((await line.expect("list")).names.map((row) => row.name), CLASS);
    line.cut();
  },
  async attach(frame, { room, host, player }) {
    const line = await Line.open(server.url);
    if (frame.token !== undefined) {
      line.send({ ...frame, token: room.host_token });
      assert.equal((await line.expect("state")).role, "host");
    } else {
      const { code } = await host.must("reseat", { player: player.joined.player });
      assert.equal(code.length, frame.code.length, "the example's code looks like a code");
      line.send({ ...frame, pin: room.pin, code });
      assert.equal((await line.expect("joined")).player, player.joined.player);
    }
    line.cut();
  },
  async answer(frame, { player }) {
    player.line.send(frame);
    const ack = await player.expect("ack");
    assert.deepEqual([ack.q, ack.n, ack.status, ack.a], [frame.q, frame.n, "accepted", frame.a]);
  },
  async do(frame, { host, player }) {
    host.line.send({ ...frame, at: host.at });
    await host.expect("done", (f) => f.id === frame.id);
    await player.expect("closed");
  },
  async ping(frame, { player }) {
    player.line.send(frame);
    const pong = await player.expect("pong");
    assert.equal(pong.c, frame.c);
    assert.equal(typeof pong.s, "number");
  },
  async review(frame, { host, player }) {
    await host.must("end", undefined, { at: null });
    await player.expect("ended");
    player.line.send(frame);
    assert.ok(Array.isArray((await player.expect("review")).rows));
  },
};

test("docs/protocol.md has an example of every frame that a client may send", () => {
  const types = new Set(examples.map(({ text }) => JSON.parse(text).t));
  assert.deepEqual(FROM_CLIENTS.filter((type) => !types.has(type)), []);
});

for (const { text, line } of examples) {
  const example = JSON.parse(text);
  const title = `line ${line} of docs/protocol.md: ${text.replace(/\s+/g, " ").slice(0, 70)}`;
  if (FROM_CLIENTS.includes(example.t))
    test(title, async () => rehearse[example.t](example, await inQuestion3()));
  else if (example.t === undefined && example.bank !== undefined)
    test(title, async () => {
      const { status, json, text: said } = await server.http("POST", "/api/rooms", { key, body: example });
      assert.equal(status, 201, said);
      assert.deepEqual(Object.keys(json).sort(), ["host_token", "join_url", "judge_token", "pin", "room", "screen_token"]);
      const [created] = await server.events(json.room, json.judge_token);
      for (const name of ["scoring", "change", "board", "text", "names", "close_all", "shuffle", "ties", "cap_ms"])
        assert.deepEqual(created.e.settings[name], example[name], name);
      assert.equal(created.e.questions.length, example.questions.count);
      assert.equal(created.e.title, example.title);
      assert.equal(created.e.questions[0].limit_ms, example.limit_s * 1000);
    });
  else if (example.t !== undefined)
    test(title, async () => {
      await everyFrame();
      const real = seen.get(example.t) ?? [];
      assert.ok(real.length > 0, `the server never sent a "${example.t}"`);
      assert.ok(real.some((frame) => fits(example, frame)), `no real "${example.t}" has these fields:\n${JSON.stringify(real[0])}`);
    });
  else
    test(title, () => assert.fail("this test does not know what kind of example that is"));
}

/** Every field of the example is in the real frame, of the same type (null fits anything). */
function fits(example, real) {
  if (example === null || real === null)
    return true;
  if (Array.isArray(example))
    return Array.isArray(real) && (example.length === 0 || real.length === 0 || fits(example[0], real[0]));
  if (typeof example !== "object")
    return typeof example === typeof real;
  return typeof real === "object" && Object.keys(example).every((name) => name in real && fits(example[name], real[name]));
}

let played;
/** A round in which every frame to a client is sent at least once. */
function everyFrame() {
  return (played ??= playEverything());
}

async function playEverything() {
  const room = await server.room(key, { bank: "live-kinds", names: "open", close_all: true, class_list: ["Bình", "Chi", "Dũng"] });
  const attach = async (token, name) => keep(await Member.attach(server.url, token, name));
  const host = await attach(room.host_token, "host");
  const screen = await attach(room.screen_token, "screen");
  const judge = await attach(room.judge_token, "judge");
  const join = async (name) => keep(await Member.join(server.url, { pin: room.pin, name, unit: "6a1", lang: "vi" }));
  const [an, binh, chi] = [await join("An"), await join("Bình"), await join("Chi")];
  const all = [host, screen, judge, an, binh, chi];
  const step = (type) => Promise.all([host.must("next"), ...all.filter((m) => m.over === null).map((m) => m.expect(type))]);

  await judge.must("hold");
  await screen.expect("held");
  await judge.must("release");
  await screen.expect("released");
  await host.must("lock");
  await host.must("unlock");
  await host.must("rename", { player: chi.joined.player, name: "Chín" });
  await chi.expect("renamed");
  await step("question");
  await an.answer(1, ["b"]);
  await host.must("pause");
  await host.must("resume");
  await host.must("extend", { ms: 1000 });
  await host.must("notice", { text: "Chú ý" });
  await an.expect("notice");
  await host.must("remove", { player: chi.joined.player, ban: false });
  await chi.line.closed;
  await binh.answer(1, ["a"]);
  await screen.expect("progress", (f) => f.closing_ms !== null);
  await Promise.all([host, an].map((m) => m.expect("closed")));
  await step("reveal");
  await step("board");
  await host.must("open");
  await host.must("close");
  await host.must("reveal");
  await host.must("rank");
  await host.must("open");
  await host.must("skip", undefined, { at: null });
  await an.expect("question", (f) => f.q === 4);
  an.line.send({ t: "answer", q: 4, a: "1.000", n: 1 });
  await an.expect("refused", (f) => f.ask);
  an.line.send({ t: "join" });
  await an.expect("error");
  an.line.send({ t: "ping", c: 1 });
  await an.expect("pong");
  await storageAway(all);
  for (let q = 5; q <= 8; q++)
    await host.must("skip", undefined, { at: null, patience: 30000 });
  await an.expect("question", (f) => f.q === 8);
  await host.must("reseat", { player: binh.joined.player });
  await host.command("start");
  await host.must("end", undefined, { at: null, patience: 30000 });
  await an.expect("ended", () => true, 30000);
  an.line.send({ t: "review" });
  await an.expect("review");
  all.forEach((m) => note(m.all()));
}

async function storageAway(all) {
  const redis = server.redisPid();
  kill(redis, "SIGSTOP");
  try {
    await Promise.all(all.filter((m) => m.over === null).map((m) => m.expect("saving", (f) => f.on, 30000)));
  } finally {
    kill(redis, "SIGCONT");
  }
  await Promise.all(all.filter((m) => m.over === null).map((m) => m.expect("saving", (f) => !f.on, 30000)));
}

/** Splits "a, b[{c, d}], e{f}" at its outer commas and gives the outer names. */
function outerNames(fields) {
  let depth = 0, name = "";
  const names = [];
  for (const letter of `${fields},`) {
    if ("[{(".includes(letter))
      depth++;
    if (depth === 0 && letter === ",") {
      names.push(/^\s*(\w+)/.exec(name)?.[1]);
      name = "";
    } else if (depth === 0) {
      name += letter;
    }
    if ("]})".includes(letter))
      depth--;
  }
  return names.filter(Boolean);
}

test("every frame of the table was sent, with the fields that the table names", { timeout: 120000 }, async () => {
  await everyFrame();
  const table = doc.slice(doc.indexOf("### To a client"), doc.indexOf("Phases:"));
  const rows = [...table.matchAll(/^\| (`[^|]+`) \| ([^|]*)\|/gm)].map(([, names, fields]) => ({
    types: [...names.matchAll(/`(\w+)`/g)].map((found) => found[1]),
    fields: [...fields.matchAll(/`([^`]+)`/g)].flatMap((found) => outerNames(found[1])),
  }));
  assert.ok(rows.length >= 20);
  const missing = [];
  for (const { types, fields } of rows)
    for (const type of types) {
      const frames = seen.get(type) ?? [];
      if (frames.length === 0)
        missing.push(`${type}: never sent`);
      for (const field of fields)
        if (frames.length > 0 && !frames.some((frame) => field in frame) && field !== "storage_full" && !(type === "done" && field === "reseat") && !(type === "saving" && field === "why"))
          missing.push(`${type}.${field}`);
    }
  assert.deepEqual(missing, []);
});

test("every code that the document lists is one that the rules have, and the other way round", () => {
  const listed = /### Codes\n`([^`]+)`/.exec(doc)[1].split(/\s+/).sort();
  const source = readFileSync(join(ROOT, "rooms/refusal.c"), "utf8");
  const had = [...source.matchAll(/= \{"(\w+)"/g)].map((found) => found[1]).sort();
  assert.deepEqual(listed, had);
});

test("every request of the HTTP table is answered", async () => {
  const room = await server.room(key, { bank: "live-quick", questions: { count: 1 } });
  const table = doc.slice(doc.indexOf("| request | answer |"), doc.indexOf("`POST /api/rooms` takes"));
  const paths = [...table.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell]) => {
    const requests = [...cell.matchAll(/`((?:GET|POST) )?(\/[^`]*|\.\w+|\/bundle)`|· `([^`]+)`/g)].map((found) => found[2] ?? found[3]);
    return requests.map((path, i) => (path.startsWith(".") || path === "/bundle" ? requests[0].replace(/\/results\.json$/, path === "/bundle" ? "/bundle" : `/results${path}`) : path))
      .map((path) => ({ method: cell.includes("POST") ? "POST" : "GET", path }));
  });
  assert.ok(paths.length >= 18, JSON.stringify(paths));
  const bank = JSON.parse(readFileSync(join(TEST_BANKS, "live-quick/1.0.0.json"), "utf8"));
  const bodies = {
    "/api/rooms": JSON.stringify({ bank: "live-quick" }),
    "/api/banks": JSON.stringify({ ...bank, id: "brought-along" }),
    [`/api/rooms/${room.room}/given`]: JSON.stringify({ key: "Ban giám khảo" }),
    "/api/media": svg("<rect width=\"20\" height=\"10\"/>").toString(),
    "/api/names": "Nguyễn Văn An\nLê Lan\n",
    "/api/banks/import": "Câu 1. Số nào là số nguyên tố?\nA. 8\n*B. 17\nC. 21\nD. 169\n",
  };
  await server.key("judge", "Ban giám khảo");
  const picture = (await server.http("POST", "/api/media", { key, body: bodies["/api/media"] })).json.media.url;
  const wrong = [];
  for (const { method, path } of paths) {
    const real = path.replace("media/SHA256.ENDING", picture).replace("ROOM", room.room).replace("ID/VERSION", "live-quick/1.0.0").replace("/ID", "/live-quick").replaceAll("=VERSION", "=1.0.0").replace("POSITION", "0").replace("&unit=U", "")
      .replace("format=F", path.includes("import") ? "format=text" : "format=gift").replace("lang=L", "lang=vi");
    const token = real.startsWith("/api/rooms/") && !/\/(tokens|given)$/.test(real) ? room.judge_token : key;
    const { status, text } = await server.http(method, real, { key: token, body: method === "POST" ? bodies[real.split("?")[0]] ?? "{}" : undefined });
    if (![200, 201].includes(status))
      wrong.push(`${method} ${real}: ${status} ${text.slice(0, 120)}`);
  }
  assert.deepEqual(wrong, []);
});

test("health and metrics say what the document says", async () => {
  const health = await server.http("GET", "/healthz");
  assert.equal(health.status, 200);
  assert.equal(health.json.status, "ok");
  assert.equal(health.json.redis, "ok");
  const metrics = await server.http("GET", "/metrics");
  assert.match(metrics.text, /^# (HELP|TYPE) hoithi_/m);
  for (const line of metrics.text.trimEnd().split("\n"))
    assert.match(line, /^(# .*|[a-zA-Z_:][\w:]*(\{[^}]*\})? -?[\d.e+-]+|[a-zA-Z_:][\w:]*(\{[^}]*\})? (NaN|\+Inf))$/, "the Prometheus text format");
  await until("both workers alive", () => server.workerPids().length === 2);
});
