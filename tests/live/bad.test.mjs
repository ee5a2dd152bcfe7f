/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever comes in that is not as it should be: refused with its code, and nobody else notices. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { quickKey } from "./answers.mjs";
import { sameBoard } from "./checks.mjs";
import { Line, Member, PROTOCOL } from "./client.mjs";
import { Server, within } from "./harness.mjs";

let server, key, room, host, player;
const lines = [];

before(async () => {
  server = await new Server({ workers: 2 }).start();
  key = await server.key("host");
  room = await server.room(key, { questions: { count: 8 }, close_all: false });
  host = await Member.attach(server.url, room.host_token, "host");
  player = await Member.join(server.url, { pin: room.pin, name: "Người thật" });
  await host.must("next");
  await player.expect("question");
});
after(async () => {
  [host, player].forEach((m) => m?.stop());
  lines.forEach((l) => l.cut());
  await server?.close();
});

const open = async (options) => { const line = await Line.open(server.url, options); lines.push(line); return line; };

/** A joined line of its own, so that its faults are counted for it alone. */
async function joined(name = "Thử") {
  const line = await open();
  line.send({ t: "join", pin: room.pin, name });
  line.seat = await line.expect("joined");
  await line.expect("state");
  await line.expect("question");
  return line;
}

/** Sends it and expects an error with this code; the line lives on. */
async function refused(line, data, code, options) {
  line.sendRaw(data, options);
  assert.equal((await line.expect("error")).code, code, String(data).slice(0, 100));
  line.send({ t: "ping", c: 1 });
  await line.expect("pong");
}

const T = (frame) => JSON.stringify(frame);

test("what is no frame at all is a bad_frame", async () => {
  const texts = ["", " ", "{", "}", "[]", "null", "true", "1", '"join"', "{}", '{"t":1}', '{"t":null}', '{"t":["join"]}', '{"T":"join"}',
    '{"t":"ping","c":1', '{"t":"ping","c":1}}', '{"t":"ping","c":1} x', "\u0000", '{"t":"ping","c":"1"}', '{"t":"ping"}',
    '{"t":"answer"}', '{"t":"join"', "{'t':'ping','c':1}", '{"t":"ping","c":NaN}'];
  for (let i = 0; i < texts.length; i += 12) {
    const line = await joined();
    for (const text of texts.slice(i, i + 12))
      await refused(line, text, "bad_frame");
    await line.close();
  }
});

test("every truncation of a good frame is refused, and the whole one is taken", async () => {
  const whole = T({ t: "answer", q: 1, a: ["b"], n: 1 });
  for (let from = 1; from < whole.length; from += 12) {
    const line = await joined();
    for (let cut = from; cut < Math.min(from + 12, whole.length); cut++)
      await refused(line, whole.slice(0, cut), "bad_frame");
    line.send(whole);
    assert.equal((await line.expect("ack")).status, "accepted");
    await line.close();
  }
});

test("deep nesting and huge numbers are refused or read, never a crash", async () => {
  const line = await joined();
  await refused(line, "[".repeat(4000), "bad_frame");
  await refused(line, '{"t":'.repeat(600), "bad_frame");
  await refused(line, '{"t":"answer","q":1e308,"a":["b"]}', "bad_frame");
  await refused(line, '{"t":"answer","q":-1,"a":["b"]}', "bad_frame");
  await refused(line, '{"t":"answer","q":1.5,"a":["b"]}', "bad_frame");
  await refused(line, '{"t":"answer","q":1,"a":["b"],"n":0}', "bad_frame");
  await refused(line, '{"t":"answer","q":1,"a":["b"],"ms":-1}', "bad_frame");
  await refused(line, '{"t":"answer","q":1,"a":["b"],"ms":1e99}', "bad_frame");
});

test("an unknown type is an unknown_type", async () => {
  const line = await joined();
  for (const t of ["hello", "JOIN", "state", "question", "ack", ""])
    await refused(line, T({ t }), "unknown_type");
});

test("bytes that are not UTF-8 are refused, and so are binary frames", async () => {
  const line = await joined();
  await refused(line, Buffer.from('{"t":"ping","c":1}'), "bad_frame", { binary: true });
  const broken = await joined();
  const bytes = Buffer.concat([Buffer.from('{"t":"join","name":"'), Buffer.from([0xff, 0xfe, 0xc0, 0xaf]), Buffer.from('"}')]);
  broken.sendRaw(bytes, { binary: false });
  const outcome = await Promise.race([broken.expect("error").then((f) => f.code), broken.closed]);
  assert.ok(["bad_frame", 1007, 1008].includes(outcome), `${outcome}`);
});

test("a frame may have 4096 bytes and not one more; a host's 16384", async () => {
  const pad = (frame, size) => { const text = T(frame); return text.slice(0, -1) + " ".repeat(size - text.length) + "}"; };
  const line = await joined();
  line.send(pad({ t: "ping", c: 1 }, 4096));
  await line.expect("pong");
  await refused(line, pad({ t: "ping", c: 1 }, 4097), "too_big");
  await refused(line, pad({ t: "ping", c: 1 }, 60000), "too_big");
  const staff = await open();
  staff.send({ t: "attach", token: room.host_token });
  await staff.expect("state");
  staff.send(pad({ t: "ping", c: 1 }, 16384));
  await staff.expect("pong");
  await refused(staff, pad({ t: "ping", c: 1 }, 16385), "too_big");
});

test("a megabyte in one frame, or in pieces, costs its sender the line or the frame, nothing else", async () => {
  for (const fragments of [false, true]) {
    const line = await joined();
    if (!fragments) {
      line.sendRaw("x".repeat(1 << 20));
    } else {
      for (let i = 0; i < 64; i++)
        line.socket.send("x".repeat(16384), { fin: i === 63 });
    }
    const outcome = await Promise.race([line.expect("error").then((f) => f.code), line.closed]);
    assert.ok(["too_big", 1008, 1009, 1006].includes(outcome), `${outcome}`);
  }
  player.line.send({ t: "ping", c: 3 });
  await player.expect("pong");
});

test("twenty bad frames on one line, and it is closed with 1008", async () => {
  const line = await joined();
  for (let i = 0; i < 20; i++)
    line.sendRaw("nonsense");
  assert.equal(await within("the line to be closed", line.closed), 1008);
  assert.equal(line.all("error").filter((f) => f.code === "bad_frame").length, 20);
});

test("who floods is told too_fast and then shown out", async () => {
  const line = await joined();
  for (let i = 0; i < 400; i++)
    line.send({ t: "ping", c: i });
  assert.equal((await line.expect("error")).code, "too_fast");
  assert.equal(await within("the line to be closed", line.closed), 1008);
});

test("before joining, one can do nothing", async () => {
  const line = await open();
  await refused(line, T({ t: "answer", q: 1, a: ["b"], n: 1 }), "not_joined");
  await refused(line, T({ t: "do", id: "x", cmd: "next" }), "not_joined");
  await refused(line, T({ t: "review" }), "not_joined");
});

test("a wrong PIN is a wrong_pin, whatever is wrong with it", async () => {
  const line = await open();
  const free = String((Number(room.pin) + 1) % 1000000).padStart(6, "0");
  for (const pin of [free, "12345", "1234567", "", "abcdef", "１２３４５６", 482913, null, undefined, ["123456"]])
    await refused(line, T({ t: "join", pin, name: "An" }), "wrong_pin");
});

test("guessing PINs is limited on a line, and a class behind the same address still comes in", async () => {
  const guesser = await open();
  let said = "wrong_pin", guesses = 0;
  for (; said === "wrong_pin" && guesses < 40; guesses++) {
    guesser.send({ t: "join", pin: String(100000 + guesses * 7919).slice(0, 6), name: "Đoán" });
    said = await Promise.race([guesser.expect("error").then((f) => f.code), guesser.closed]);
    if (guesses % 10 === 9 && said === "wrong_pin")
      await new Promise((done) => setTimeout(done, 300)); /* slower than the limit on frames: it is guesses that are counted */
  }
  assert.ok(["too_fast", 1008].includes(said), `${said} after ${guesses} guesses`);
  assert.ok(guesses > 5 && guesses < 40, `${guesses}`);
  const line = await joined("Bạn cùng lớp");
  await line.close();
});

test("a name that is none is a bad_name; 32 characters are fine, 33 are not", async () => {
  const line = await open();
  for (const name of ["", "   ", "\u200b", "\u202eevil", "a".repeat(33), "e" + "\u0301".repeat(5), 7, null, undefined, "\n"])
    await refused(line, T({ t: "join", pin: room.pin, name }), "bad_name");
  line.send({ t: "join", pin: room.pin, name: "ă".repeat(32) });
  assert.equal((await line.expect("joined")).name, "ă".repeat(32));
});

test("a name made to look like another's is refused", async () => {
  const line = await open();
  await refused(line, T({ t: "join", pin: room.pin, name: "Ngườі thật" }), "bad_name"); /* the і is Cyrillic */
});

test("tokens that are forged, cut, of another key or expired end the line with 4003", async () => {
  const { token } = player.joined;
  const [version, kid, payload, mac] = token.split(".");
  const forged = createHmac("sha256", "guess").update(`${version}.${kid}.${payload}`).digest("base64url");
  const host = Buffer.from(Buffer.from(payload, "base64url").toString("latin1").replace("player", "host"), "latin1").toString("base64url");
  const flip = (text) => (text[0] === "A" ? "B" : "A") + text.slice(1);
  const tokens = ["", "x", "h1", "h1...", "h1.a.b.c", token.slice(0, -1), token + "A", `${version}.${kid}.${payload}.${forged}`, `${version}.${kid}.${payload}.`,
    `${version}.${kid}.${flip(payload)}.${mac}`, `${version}.${flip(kid)}.${payload}.${mac}`, `h2.${kid}.${payload}.${mac}`, `${version}.${kid}.${host}.${mac}`, "A".repeat(255), "A".repeat(3000), token.toUpperCase()];
  for (const bad of tokens) {
    const line = await open();
    line.send({ t: "attach", token: bad });
    assert.equal((await line.expect("error")).code, "bad_token", bad.slice(0, 60));
    assert.equal(await line.closed, 4003);
  }
  player.line.send({ t: "ping", c: 4 });
  await player.expect("pong");
});

/** A token as the server would have signed it, with the key that it keeps in its store. */
function signed({ role, room, player = "", generation = 0, expires }) {
  const words = execFileSync("redis-cli", ["-s", join(server.data, "redis.sock"), "HGETALL", "hoithi:tokenkeys"], { encoding: "utf8" }).split("\n");
  const kid = words[words.indexOf("current") + 1];
  const secret = Buffer.from(words[words.indexOf(kid, words.indexOf(kid) === words.indexOf("current") + 1 ? words.indexOf("current") + 2 : 0) + 1].split(" ")[1], "hex");
  const text = `h1.${kid}.${Buffer.from(`${role}|${room}|${player}|${generation}|${expires}`).toString("base64url")}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

test("a token whose time is over is an expired_token; one of a room that is not, a bad_token", async () => {
  const claims = { role: "host", room: room.room };
  const fine = await open();
  fine.send({ t: "attach", token: signed({ ...claims, expires: Date.now() + 60000 }) });
  assert.equal((await fine.expect("state")).role, "host");
  for (const [token, code] of [[signed({ ...claims, expires: Date.now() - 1 }), "expired_token"], [signed({ role: "host", room: "nosuchroom12", expires: Date.now() + 60000 }), "bad_token"],
    [signed({ role: "player", room: room.room, player: "zzzzzzzzzzzz", expires: Date.now() + 60000 }), "bad_token"]]) {
    const line = await open();
    line.send({ t: "attach", token });
    assert.equal((await line.expect("error")).code, code);
    assert.equal(await line.closed, 4003);
  }
});

test("a code that is none is a bad_token", async () => {
  const line = await open();
  for (const code of ["", "ABC", "ABCDEFGH", "!!!!!!!!", "A".repeat(64)])
    await refused(line, T({ t: "attach", pin: room.pin, code }), code === "" ? "bad_token" : "bad_token");
});

test("an answer with unknown choices, the wrong type, too many or none is a bad_answer and is not logged", async () => {
  const line = await joined();
  const { player: id } = line.seat;
  const bad = [["z"], ["a", "b"], [], ["a", "a"], "b", 1, {}, { a: true }, [1], [null], [["b"]], true, "", ["B"]];
  for (const a of bad) {
    line.send({ t: "answer", q: 1, a, n: 1 });
    const frame = await line.expect("refused");
    assert.deepEqual([frame.q, frame.n, frame.why], [1, 1, "bad_answer"], T(a));
  }
  line.send({ t: "answer", q: 1, a: null, n: 1 });
  const outcome = await line.expect(["refused", "error"]);
  assert.ok(["bad_answer", "bad_frame"].includes(outcome.why ?? outcome.code));
  for (const q of [2, 3, 8, 9, 500]) {
    line.send({ t: "answer", q, a: ["b"], n: 1 });
    assert.equal((await line.expect("refused")).why, "wrong_phase", `question ${q}`);
  }
  const log = JSON.stringify((await server.events(room.room, room.judge_token)).filter((x) => x.e.t === "answers"));
  assert.ok(!log.includes(id));
});

test("frames out of order change nothing: a second join, an attach elsewhere, a review before the end", async () => {
  const line = await joined("Thứ tự");
  await refused(line, T({ t: "join", pin: room.pin, name: "Khác" }), "not_allowed");
  await refused(line, T({ t: "review" }), "wrong_phase");
  await refused(line, T({ t: "attach", token: room.host_token }), "not_allowed");
  line.send({ t: "do", id: "d1", cmd: "next" });
  assert.equal((await line.expect("refused")).why, "not_allowed");
});

test("commands that are wrong are refused by name, and the room stands", async () => {
  const before = host.at;
  const cases = [
    ["dance", undefined, "bad_args"], ["extend", undefined, "bad_args"], ["extend", { ms: 0 }, "bad_args"], ["extend", { ms: 600001 }, "bad_args"], ["extend", { ms: "1000" }, "bad_args"], ["extend", { ms: 1.5 }, "bad_args"],
    ["remove", { player: "nobody" }, "bad_args"], ["remove", {}, "bad_args"], ["remove", { player: 5 }, "bad_args"], ["rename", { player: player.joined.player, name: "" }, "bad_name"],
    ["accommodate", { player: player.joined.player, factor: 50 }, "bad_args"], ["accommodate", { player: player.joined.player, factor: 401 }, "bad_args"], ["accept", { q: 1, text: "x" }, "bad_args"],
    ["start", undefined, "wrong_phase"], ["reopen", undefined, "wrong_phase"], ["rank", undefined, "wrong_phase"], ["open", undefined, "wrong_phase"],
    ["adjust", { player: player.joined.player, points: 5 }, "reason_missing"], ["adjust", { player: player.joined.player, points: 100001, reason: "x" }, "bad_args"], ["void", { q: 2, reason: "x" }, "bad_args"],
    ["rekey", { q: 1, key: ["z"], policy: "rescore", reason: "x" }, "bad_args"], ["rekey", { q: 1, key: ["a"], policy: "no", reason: "x" }, "bad_args"], ["hold", undefined, "not_allowed"], ["finalise", undefined, "wrong_phase"],
  ];
  for (const [cmd, args, why] of cases)
    assert.equal((await host.command(cmd, args)).why, why, `${cmd} ${T(args)}`);
  for (const at of [0, before - 1, before + 1, 9e14])
    assert.equal((await host.command("next", undefined, { at })).why, "stale", `at ${at}`);
  assert.equal((await host.command("next", undefined, { at: "now" })).why, "bad_args");
  for (const id of ["", undefined, 7, "x".repeat(33)]) {
    host.line.send({ t: "do", id, cmd: "next" });
    assert.equal((await host.expect("error")).code, "bad_frame");
  }
  const counted = await sameBoard(server, room.room, { token: room.judge_token });
  assert.equal(counted.at, before);
  assert.equal(counted.phase, "question");
});

test("a socket with another subprotocol, path or a broken upgrade does not get in", async () => {
  for (const [path, protocol] of [["/ws", "chat"], ["/wss", PROTOCOL]]) {
    const line = new Line(server.url, { protocol });
    if (path !== "/ws")
      line.socket.terminate();
    const outcome = await Promise.race([line.opened.then(() => "open", () => "refused"), line.closed.then(() => "refused")]);
    if (outcome === "open")
      assert.equal(line.socket.protocol, "", "a protocol that the server does not speak was agreed upon");
    line.cut();
  }
  const answer = await raw("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  assert.ok(!answer.startsWith("HTTP/1.1 101"), answer.slice(0, 100));
});

/** Bytes as they are; gives what comes back until the server closes or is silent. */
function raw(bytes, ms = 2000) {
  return new Promise((done) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
    let got = "";
    const finish = () => { socket.destroy(); done(got); };
    socket.setTimeout(ms, finish);
    socket.on("data", (data) => { got += data; });
    socket.on("error", finish);
    socket.on("close", finish);
  });
}

test("HTTP: wrong methods, paths, bodies and keys get the right status and an error that says its code", async () => {
  const h = (...args) => server.http(...args);
  const cases = [
    [404, await h("GET", "/nothing")], [404, await h("GET", "/../etc/passwd")], [404, await h("GET", "/api/nothing")], [404, await h("GET", "/%2e%2e/%2e%2e/etc/passwd")],
    [405, await h("DELETE", "/")], [405, await h("PUT", "/api/rooms", { body: "{}" })], [405, await h("PUT", "/api/banks", { body: "{}" })], [401, await h("POST", "/api/banks", { body: "{}" })],
    [401, await h("POST", "/api/rooms", { body: { bank: "live-quick" } })], [401, await h("POST", "/api/rooms", { key: "hk_abcdefgh_" + "a".repeat(52), body: { bank: "live-quick" } })], [401, await h("GET", "/api/rooms")],
    [401, await h("GET", `/api/rooms/${room.room}/events`)], [403, await h("GET", `/api/rooms/${room.room}/events`, { key: player.joined.token })], [403, await h("GET", `/api/rooms/${room.room}/events`, { key: room.screen_token })],
    [403, await h("GET", `/api/rooms/${room.room}/results.json`, { key: player.joined.token })], [401, await h("GET", `/api/rooms/${room.room}/results.csv`)], [401, await h("GET", `/api/rooms/${room.room}/bundle`)],
    [400, await h("POST", "/api/rooms", { key, body: "not json" })], [400, await h("POST", "/api/rooms", { key, body: "[]" })], [400, await h("POST", "/api/rooms", { key, body: {} })],
    [404, await h("POST", "/api/rooms", { key, body: { bank: "no-such-bank" } })], [404, await h("POST", "/api/rooms", { key, body: { bank: "live-quick@9.9.9" } })],
    [400, await h("POST", "/api/rooms", { key, body: { bank: "live-quick", scoring: "luck" } })], [400, await h("POST", "/api/rooms", { key, body: { bank: "live-quick", limit_s: 0 } })], [400, await h("POST", "/api/rooms", { key, body: { bank: "live-quick", questions: { count: 0 } } })],
    [404, await h("GET", "/api/rooms/aaaaaaaaaaaa/board", { key })], [404, await h("GET", "/api/banks/no-such-bank", { key })],
  ];
  const wrong = cases.map(([status, answer], i) => (answer.status === status ? null : `case ${i}: expected ${status}, got ${answer.status} ${answer.text.slice(0, 120)}`)).filter(Boolean);
  assert.deepEqual(wrong, []);
  for (const [status, answer] of cases)
    if (status !== 404 && status !== 405)
      assert.ok(typeof answer.json?.error?.code === "string" && typeof answer.json.error.message === "string", answer.text.slice(0, 200));
});

test("HTTP: a body past its limit is refused, and so is one that lies about its length", async () => {
  const { status } = await server.http("POST", "/api/rooms", { key, body: JSON.stringify({ bank: "live-quick", title: "x".repeat(2 << 20) }) }).catch((fault) => ({ status: fault.cause?.code ?? "closed" }));
  assert.ok([413, 400, "ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "closed"].includes(status), `${status}`);
  for (const bytes of ["POST /api/rooms HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "POST /api/rooms HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\nx",
    "GET / HTTP/1.1\r\n" + "X-Long: " + "y".repeat(70000) + "\r\n\r\n", "\u0000\u0001\u0002\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"])
    await raw(bytes, 300);
  assert.equal((await server.http("GET", "/healthz")).status, 200);
});

test("HTTP: a bank's keys are not for those who play", async () => {
  for (const options of [{}, { key: player.joined.token }, { key: room.screen_token }]) {
    const list = await server.http("GET", "/api/banks", options);
    assert.ok(!list.text.includes("GIAITHICH"));
    const bank = await server.http("GET", "/api/banks/live-kinds", options);
    assert.ok(!bank.text.includes("GIAITHICH") && !bank.text.includes('"key"'), bank.text.slice(0, 300));
  }
  const mine = await server.http("GET", "/api/banks/live-kinds", { key });
  assert.equal(mine.status, 200);
  const again = await server.http("GET", "/api/banks/live-kinds", { key, headers: { "If-None-Match": mine.headers.get("etag") } });
  assert.equal(again.status, 304);
});

test("a revoked key is refused", async () => {
  const name = "bị thu hồi";
  const gone = await server.key("host", name);
  assert.equal((await server.http("GET", "/api/rooms", { key: gone })).status, 200);
  assert.equal((await server.run(["key", "revoke", name])).status, 0);
  const { until } = await import("./harness.mjs");
  await until("the key to be refused", async () => (await server.http("GET", "/api/rooms", { key: gone })).status === 401, 10000, 200);
});

test("after all this the contest goes on for those who play it, and both workers live", async () => {
  const ack = await player.answer(1, ["b"]);
  assert.equal(ack.status, "accepted");
  await host.must("close");
  await host.must("reveal");
  assert.equal((await player.expect("reveal")).you.points, 1000);
  assert.equal(player.losses + host.losses, 0, "nobody lost the line");
  await sameBoard(server, room.room, { token: room.judge_token });
  assert.equal(server.workerPids().length, 2);
  assert.ok(quickKey(1));
  assert.ok(!/assert|Sanitizer|abort/i.test(server.err), server.err);
});
