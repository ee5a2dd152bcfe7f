/* SPDX-License-Identifier: Apache-2.0 */
/* A class plays, on two workers, over real sockets and a real Redis. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { KINDS, kindAnswer, quickKey } from "./answers.mjs";
import { acknowledgedStands, acksLookAlike, nothingTwice, sameBoard, tellsNothingEarly } from "./checks.mjs";
import { Line, Member, inWaves } from "./client.mjs";
import { Server } from "./harness.mjs";

let server, hostKey, judgeKey;
const everybody = [];

before(async () => {
  server = await new Server({ workers: 2 }).start();
  hostKey = await server.key("host");
  judgeKey = await server.key("judge");
});
after(async () => {
  everybody.forEach((member) => member.stop());
  await server?.close();
});

const keep = (member) => { everybody.push(member); return member; };
const joinAs = async (room, name, more = {}) => keep(await Member.join(server.url, { pin: room.pin, name, ...more }));
const attachAs = async (token, name) => keep(await Member.attach(server.url, token, name));

/** A room with its host and some players. */
async function classRoom(settings, names) {
  const room = await server.room(hostKey, settings);
  const host = await attachAs(room.host_token, "host");
  const players = await inWaves(names, 10, (name) => joinAs(room, name));
  return { room, host, players };
}

async function openNext(host, players) {
  await host.must("next");
  const frames = await Promise.all([host, ...players].map((m) => m.expect("question")));
  return frames[1] ?? frames[0];
}

/** Closes and reveals; gives each player's reveal. */
async function closeAndReveal(host, players) {
  await host.must("close");
  await host.expect("closed");
  await host.must("reveal");
  const [, ...reveals] = await Promise.all([host, ...players].map((m) => m.expect("reveal")));
  return reveals;
}

const quick = { bank: "live-quick", questions: { count: 3 } };

test("forty phones play every kind of question, and every board equals a recount of the log", async (t) => {
  const names = Array.from({ length: 40 }, (_, i) => `Học sinh ${i + 1}`);
  const { room, host, players } = await classRoom({ title: "Lớp 6A1" }, names);
  const screen = await attachAs(room.screen_token, "screen");
  const judge = await attachAs(room.judge_token, "judge");
  const totals = players.map(() => 0);

  assert.equal(server.workerPids().length, 2);
  for (let q = 1; q <= KINDS.length; q++) {
    const question = await openNext(host, players);
    assert.equal(question.q, q);
    assert.equal(question.kind, KINDS[q - 1].kind);
    const said = players.map((_, i) => kindAnswer(q, i));
    const acks = await Promise.all(players.map((p, i) => said[i] && p.answer(q, said[i].a, { ms: 100 + i })));
    acks.forEach((ack, i) => assert.equal(ack?.status ?? null, said[i] ? "accepted" : null, `${names[i]}: ${JSON.stringify(ack)}`));
    const reveals = await closeAndReveal(host, players);
    reveals.forEach((reveal, i) => {
      totals[i] += said[i]?.points ?? 0;
      assert.equal(reveal.you.right, said[i]?.right ?? false, `${names[i]} on question ${q}`);
      assert.equal(reveal.you.points, said[i]?.points ?? 0, `${names[i]} on question ${q}`);
      assert.equal(reveal.you.total, totals[i]);
      assert.deepEqual(reveal.key, KINDS[q - 1].key);
      assert.equal(reveal.answered, said.filter((s) => s).length);
      assert.equal(reveal.of, 40);
    });
    const board = await host.next("board");
    assert.equal(board.rows.length, 10);
    assert.equal(board.players, 40);
    await Promise.all(players.map((p) => p.expect("board")));
  }
  const ended = await host.next("ended");
  assert.ok(ended.podium.length >= 3);

  await t.test("the board by pages, the log and the sheets agree", async () => {
    const counted = await sameBoard(server, room.room, { token: room.judge_token });
    acknowledgedStands(counted, players);
    nothingTwice(counted);
    const byId = new Map(counted.board().map((row) => [row.player, row]));
    players.forEach((p, i) => assert.equal(byId.get(p.joined.player).points, totals[i], names[i]));
    const page = (await server.http("GET", `/api/rooms/${room.room}/board?from=10&count=7`, { key: room.judge_token })).json;
    assert.equal(page.rows.length, 7);
    assert.equal(page.total, 40);
    assert.equal(page.state, "provisional");
    const small = await server.board(room.room, room.judge_token, 7);
    assert.deepEqual(small.rows, (await server.board(room.room, room.judge_token)).rows);
    await sameSheets(room, counted);
  });
  await t.test("the podium that everybody was shown is the recount's", async () => {
    const counted = await sameBoard(server, room.room, { token: room.judge_token });
    const top = counted.board().filter((row) => row.rank <= 3).map(({ rank, player, points }) => ({ rank, player, points }));
    for (const member of [host, screen, judge, players[0]]) {
      const frame = member === host ? ended : await member.expect("ended");
      assert.deepEqual(frame.podium.map(({ rank, player, points }) => ({ rank, player, points })), top.slice(0, 10));
    }
  });
  await t.test("nothing sent before a reveal lets its key be worked out", () => {
    const secret = (q) => [`GIAITHICH-${q}:`, ...(q === 5 ? ["Hải Phòng", "hải phòng"] : [])];
    for (const member of [...players, screen, host, judge])
      assert.equal(tellsNothingEarly(member.all(), secret), KINDS.length);
    assert.deepEqual(acksLookAlike(players).length, 1);
  });
  await t.test("a player in the end may review all questions with keys and own answers", async () => {
    players[0].line.send({ t: "review" });
    const { rows } = await players[0].expect("review");
    assert.deepEqual(rows.map((row) => row.q), KINDS.map((_, i) => i + 1));
    rows.forEach((row) => {
      const said = kindAnswer(row.q, 0);
      assert.deepEqual(row.key, KINDS[row.q - 1].key);
      assert.equal(row.you.right, said?.right ?? false);
    });
  });
  await t.test("a bundle of the room verifies, and the sheets are the same with the server gone or not", async () => {
    const file = `${server.data}.bundle`;
    const made = await server.run(["bundle", room.room, "-o", file]);
    assert.equal(made.status, 0, made.err);
    const { run } = await import("./harness.mjs");
    const verified = await run(["verify", file]);
    assert.equal(verified.status, 0, verified.err + verified.out);
    const csv = await server.run(["results", room.room, "--format", "csv"]);
    const http = await server.http("GET", `/api/rooms/${room.room}/results.csv`, { key: room.judge_token });
    assert.equal(csv.out, http.text);
  });
});

/** results.json and results.csv say what the recount says. */
async function sameSheets(room, counted) {
  const expected = counted.board();
  const { status, json, text } = await server.http("GET", `/api/rooms/${room.room}/results.json`, { key: room.judge_token });
  assert.equal(status, 200, text);
  const shown = json.rows ?? json.players;
  assert.deepEqual(shown.slice(0, expected.length).map(({ rank, player, name, points }) => ({ rank, player, name, points })),
    expected.map(({ rank, player, name, points }) => ({ rank, player, name, points })));
  const csv = await server.http("GET", `/api/rooms/${room.room}/results.csv`, { key: room.host_token });
  assert.equal(csv.status, 200);
  assert.deepEqual([...csv.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], "a BOM, so that a spreadsheet reads UTF-8");
  const lines = csv.text.replace(/^\ufeff/, "").trimEnd().split(/\r?\n/);
  assert.ok(lines.length >= expected.length + 1);
  expected.forEach((row) => assert.ok(lines.some((line) => line.includes(row.name) && line.includes(String(row.points))), row.name));
}

test("who comes late, in mid-question, gets it with the time that is left and may answer", async () => {
  const { room, host, players } = await classRoom(quick, ["Lan"]);
  await openNext(host, players);
  const late = await joinAs(room, "Muộn");
  const question = await late.expect("question");
  assert.ok(question.left_ms > 0 && question.left_ms <= question.limit_ms);
  assert.equal(late.state.phase, "question");
  assert.equal((await late.answer(1, [quickKey(1)])).status, "accepted");
  const [, reveal] = await closeAndReveal(host, [...players, late]);
  assert.equal(reveal.you.points, 1000);
  const later = await joinAs(room, "Muộn hơn");
  assert.equal(later.state.phase, "revealed");
  await later.expect("question");
  assert.equal((await later.expect("reveal")).you.points, 0);
  acknowledgedStands(await sameBoard(server, room.room, { token: room.judge_token }), [late]);
});

test("a token on another phone takes the seat over: the old one is told 4001 and stays away", async () => {
  const { room, host, players: [old] } = await classRoom(quick, ["Vy"]);
  await openNext(host, [old]);
  const ack = await old.answer(1, ["a"]);
  const phone = await attachAs(old.joined.token, "Vy, other phone");
  assert.equal(await old.line.closed, 4001);
  assert.equal(old.over, 4001);
  assert.equal(phone.state.you.player, old.joined.player);
  assert.deepEqual(phone.state.answer, { q: 1, n: 1, status: "accepted", pos: ack.pos, a: ["a"] });
  assert.ok((await phone.expect("question")).left_ms > 0);
  const again = await phone.answer(1, ["b"]);
  assert.deepEqual([again.status, again.a, again.pos], ["duplicate", ["a"], ack.pos]);
  const people = await host.expect("people", (f) => f.rows.length === 1 && f.rows[0].present);
  assert.equal(people.rows[0].name, "Vy");
});

test("twenty phones fight over one seat, and one holds it", async () => {
  const { players: [first] } = await classRoom(quick, ["Tranh"]);
  const phones = await Promise.all(Array.from({ length: 20 }, (_, i) => attachAs(first.joined.token, `phone ${i}`)));
  await Promise.all([first.line.closed]);
  const all = [first, ...phones];
  const { until } = await import("./harness.mjs");
  await until("one phone left", () => all.filter((m) => m.over === null).length === 1);
  const left = all.find((m) => m.over === null);
  left.line.send({ t: "ping", c: 1 });
  await left.expect("pong");
  assert.ok(all.every((m) => m === left || m.over === 4001));
});

test("a lost seat comes back by the return code, or by the host's one-time code, which ends the old token", async () => {
  const { room, host, players: [player] } = await classRoom(quick, ["Hà"]);
  const returned = keep(new Member(server.url, "Hà returns"));
  await returned.attachWithCode(room.pin, player.joined.code.toLowerCase());
  assert.equal(returned.joined.player, player.joined.player);
  assert.equal(await player.line.closed, 4001);

  const { code } = await host.must("reseat", { player: player.joined.player });
  assert.match(code, /^[0-9A-Z]{8}$/);
  const seated = keep(new Member(server.url, "Hà, new phone"));
  await seated.attachWithCode(room.pin, code);
  assert.equal(seated.joined.player, player.joined.player);
  assert.equal(await returned.line.closed, 4001);

  const thief = await Line.open(server.url, { name: "old token" });
  thief.send({ t: "attach", token: returned.joined.token });
  assert.equal((await thief.expect("error")).code, "bad_token");
  assert.equal(await thief.closed, 4003);
  const second = await Line.open(server.url, { name: "code again" });
  second.send({ t: "attach", pin: room.pin, code });
  assert.equal((await second.expect("error")).code, "bad_token");
  await second.close();
  const newest = await attachAs(seated.joined.token, "Hà, newest");
  assert.equal(newest.state.you.name, "Hà");
});

test("a join that is sent again gives the same seat", async () => {
  const { room, players: [player] } = await classRoom(quick, ["Bình"]);
  const again = await joinAs(room, "Bình", { once: player.greeting.once ?? undefined });
  assert.notEqual(again.joined.player, player.joined.player, "another `once` is another person");
  const once = "abcdefghijklmnop_-0123";
  const first = await joinAs(room, "Chi", { once });
  const second = await joinAs(room, "Chi", { once });
  assert.equal(second.joined.player, first.joined.player);
  assert.equal(second.joined.name, "Chi");
  assert.equal(second.joined.code, first.joined.code);
  assert.equal(await first.line.closed, 4001);
});

test("three called An get three names and are told; a short name is a name", async () => {
  const { players, host } = await classRoom(quick, ["An"]);
  const room = { pin: host.state.pin };
  const second = await joinAs(room, "An"), third = await joinAs(room, "  An ");
  assert.deepEqual([players[0], second, third].map((m) => [m.joined.name, m.joined.renamed]), [["An", false], ["An (2)", true], ["An (3)", true]]);
  for (const name of ["Vy", "Ễ", "An và Vy", "김"])
    assert.equal((await joinAs(room, name)).joined.name, name);
});

test("the host renames, removes and bans; who is removed may not come back by the token, who is banned not by joining", async () => {
  const { room, host, players: [an, binh, chi] } = await classRoom(quick, ["An", "Bình", "Chi"]);
  await host.must("rename", { player: an.joined.player, name: "Ân" });
  assert.equal((await an.expect("renamed")).name, "Ân");
  assert.equal((await host.expect("renamed")).player, an.joined.player);

  await host.must("remove", { player: binh.joined.player, ban: false });
  assert.equal((await binh.expect("removed")).why, "removed");
  assert.equal(await binh.line.closed, 4002);
  const back = await Line.open(server.url);
  back.send({ t: "attach", token: binh.joined.token });
  await back.expect("removed");
  assert.equal(await back.closed, 4002);
  const anew = await joinAs(room, "Bình");
  assert.notEqual(anew.joined.player, binh.joined.player);

  const once = "the-secret-of-chi-0001";
  const banned = await joinAs(room, "Chi xấu", { once });
  await host.must("remove", { player: banned.joined.player, ban: true });
  assert.equal((await banned.expect("removed")).why, "banned");
  assert.equal(await banned.line.closed, 4002);
  const again = await Line.open(server.url);
  again.send({ t: "join", pin: room.pin, name: "Chi tốt", once });
  assert.equal((await again.expect("error")).code, "banned");
  await again.close();
  assert.equal((await chi.answer(1, ["a"])).why, "wrong_phase");
  const counted = await sameBoard(server, room.room, { token: room.judge_token });
  assert.deepEqual(counted.board().map((row) => row.name).sort(), ["Bình (2)", "Chi", "Ân"]);
});

test("a locked room takes nobody new, but everybody who has a seat comes back", async () => {
  const { room, host, players: [player] } = await classRoom(quick, ["Minh"]);
  await host.must("lock");
  await player.expect("locked");
  const stranger = await Line.open(server.url);
  stranger.send({ t: "join", pin: room.pin, name: "Lạ" });
  assert.equal((await stranger.expect("error")).code, "room_locked");
  player.cut();
  await player.expect("state");
  await host.must("unlock");
  stranger.send({ t: "join", pin: room.pin, name: "Lạ" });
  assert.equal((await stranger.expect("joined")).name, "Lạ");
  await stranger.close();
});

test("pause, resume, extend, reopen and skip do what they say, and a skipped question counts for nobody", async () => {
  const { room, host, players: [a, b] } = await classRoom(quick, ["A", "B"]);
  await openNext(host, [a, b]);
  await host.must("pause");
  const paused = await a.expect("paused");
  assert.ok(paused.left_ms > 0);
  assert.equal((await a.answer(1, [quickKey(1)])).why, "wrong_phase");
  await host.must("resume");
  const resumed = await a.expect("resumed");
  assert.ok(resumed.left_ms <= paused.left_ms && resumed.left_ms > paused.left_ms - 5000, `${paused.left_ms} → ${resumed.left_ms}`);
  await host.must("extend", { ms: 10000 });
  const extended = await a.expect("extended");
  assert.equal(extended.by_ms, 10000);
  assert.equal(extended.limit_ms, 610000);
  assert.equal((await a.answer(1, [quickKey(1)])).status, "accepted");
  await host.must("close");
  assert.equal((await b.expect("closed")).why, "host");
  assert.equal((await b.answer(1, ["a"])).why, "wrong_phase");
  await host.must("reopen");
  const again = await b.expect("question", (f) => f.q === 1 && f.left_ms < f.limit_ms);
  assert.ok(again.left_ms > 0);
  assert.equal((await b.answer(1, [quickKey(1)])).status, "accepted");
  await closeAndReveal(host, [a, b]);
  await openNextByOpen(host, [a, b]);
  assert.equal((await a.answer(2, [quickKey(2)])).status, "accepted");
  await host.must("skip");
  assert.equal((await a.expect("closed", (f) => f.q === 2)).why, "skip");
  assert.equal((await a.expect("question", (f) => f.q === 3)).q, 3);
  await closeAndReveal(host, [a, b]);
  await host.must("end");
  await host.expect("ended");
  const counted = await sameBoard(server, room.room, { token: room.judge_token });
  assert.deepEqual(counted.board().map((row) => row.points), [1000, 1000]);
  a.line.send({ t: "review" });
  assert.deepEqual((await a.expect("review")).rows.map((row) => row.q), [1, 3], "the skipped question's key is not shown");
});

async function openNextByOpen(host, players) {
  await host.must("open");
  await Promise.all([host, ...players].map((m) => m.expect("question")));
}

test("two hosts who press next at once move one step", async () => {
  const { room, host, players } = await classRoom(quick, ["Khôi"]);
  const other = await attachAs(room.host_token, "other host");
  for (const type of ["question", "closed", "reveal", "board", "question", "closed"]) {
    const { at } = host;
    const outcomes = await Promise.all([host.command("next", undefined, { at }), other.command("next", undefined, { at })]);
    assert.deepEqual(outcomes.map((o) => o.t).sort(), ["done", "refused"], JSON.stringify(outcomes));
    assert.equal(outcomes.find((o) => o.t === "refused").why, "stale");
    const frames = await Promise.all([host, other, players[0]].map((m) => m.expect(type)));
    assert.equal(new Set(frames.map((f) => f.at)).size, 1);
  }
  const counted = await sameBoard(server, room.room, { token: room.judge_token });
  assert.equal(counted.q, 2);
  assert.equal(counted.phase, "closed");
});

test("a command sent again with its id gets the first outcome, over a reconnect, too", async () => {
  const { host, players } = await classRoom(quick, ["Tú"]);
  const first = await host.must("next", undefined, { id: "press-1" });
  const again = await host.must("next", undefined, { id: "press-1" });
  assert.equal(again.pos, first.pos);
  host.cut();
  await host.expect("state");
  assert.equal((await host.must("next", undefined, { id: "press-1" })).pos, first.pos);
  const question = await players[0].expect("question");
  assert.equal(question.q, 1);
  assert.equal(players[0].all("closed").length, 0);
});

test("where answers may change until the close, the last one stands and its time counts", async () => {
  const { room, host, players: [a, b] } = await classRoom({ ...quick, change: "until-close", scoring: "speed" }, ["A", "B"]);
  const question = await openNext(host, [a, b]);
  assert.equal(question.change, "until-close");
  assert.deepEqual((await a.answer(1, ["a"], { n: 1 })).a, ["a"]);
  assert.deepEqual((await a.answer(1, [quickKey(1)], { n: 2 })).a, [quickKey(1)]);
  const stale = await a.answer(1, ["a"], { n: 1 });
  assert.deepEqual([stale.status, stale.a], ["duplicate", [quickKey(1)]]);
  await b.answer(1, [quickKey(1)], { n: 1 });
  await b.answer(1, ["c"], { n: 2 });
  const reveals = await closeAndReveal(host, [a, b]);
  assert.deepEqual(reveals.map((r) => r.you.right), [true, quickKey(1) === "c"]);
  const counted = await sameBoard(server, room.room, { token: room.judge_token });
  assert.equal(counted.round(1).answers.get(a.joined.player).n, 2);
});

test("under speed, points fall with the time that counts, and a phone's own measure wins at most the credit limit", async () => {
  const { room, host, players: [a, b, c] } = await classRoom({ ...quick, scoring: "speed", limit_s: 10 }, ["A", "B", "C"]);
  await openNext(host, [a, b, c]);
  await a.answer(1, [quickKey(1)], { ms: 0 });
  await b.answer(1, [quickKey(1)]);
  await c.answer(1, [quickKey(1)], { ms: 9000 });
  const reveals = await closeAndReveal(host, [a, b, c]);
  const events = await server.events(room.room, room.judge_token);
  const rows = events.filter((x) => x.e.t === "answers").flatMap((x) => x.e.r);
  assert.equal(rows.length, 3);
  for (const [i, player] of [a, b, c].entries()) {
    const [, , , elapsed, own, most] = rows.find((row) => row[0] === player.joined.player);
    const { you } = reveals[i];
    assert.ok(most <= 600, "the credit limit is capped");
    assert.ok(you.ms <= elapsed && you.ms >= elapsed - most - 50, `${you.ms} of ${elapsed}`);
    assert.equal(you.points, Math.floor((1000 * (20000 - you.ms) + 10000) / 20000));
    assert.equal(own, [0, -1, 9000][i]);
  }
  await sameBoard(server, room.room, { token: room.judge_token });
});

test("extra time is a player's own: unseen by others, and points go by that player's limit", async () => {
  const { room, host, players: [plain, slow, free] } = await classRoom({ ...quick, scoring: "speed", limit_s: 20, close_all: false }, ["Thường", "Chậm", "Không giờ"]);
  await host.must("accommodate", { player: slow.joined.player, factor: 150 });
  await host.must("accommodate", { player: free.joined.player, factor: 0 });
  await host.must("next");
  const [a, b, c] = await Promise.all([plain, slow, free].map((m) => m.expect("question")));
  assert.deepEqual([a.limit_ms, b.limit_ms, c.limit_ms, c.left_ms], [20000, 30000, null, null]);
  await host.must("accommodate", { player: free.joined.player, factor: 200 });
  assert.equal((await free.expect("extended")).limit_ms, 40000);
  for (const member of [plain, slow, free])
    assert.equal((await member.answer(1, [quickKey(1)])).status, "accepted");
  const reveals = await closeAndReveal(host, [plain, slow, free]);
  reveals.forEach(({ you }, i) => {
    const limit = [20000, 30000, 40000][i];
    assert.equal(you.points, Math.floor((1000 * (2 * limit - you.ms) + limit) / (2 * limit)));
  });
  assert.ok(!JSON.stringify(plain.all()).includes("factor"));
  await sameBoard(server, room.room, { token: room.judge_token });
});

test("a question closes by itself at its limit, and three seconds after all present have answered", async () => {
  const { host, players } = await classRoom({ ...quick, limit_s: 5 }, ["A", "B"]);
  await openNext(host, players);
  assert.equal((await players[0].expect("closed")).why, "time");
  await host.expect("closed");
  await host.next("reveal");
  await host.next("board");
  await openNext(host, players);
  await Promise.all(players.map((p) => p.answer(2, ["a"])));
  const progress = await players[0].expect("progress", (f) => f.closing_ms !== null);
  assert.ok(progress.closing_ms > 0 && progress.closing_ms <= 3000);
  assert.equal((await players[0].expect("closed", (f) => f.q === 2)).why, "all");
});

test("an answer after the limit is late and scores nothing, however it is sent", async () => {
  const { room, host, players: [a, b] } = await classRoom({ ...quick, limit_s: 5, close_all: false, cap_ms: 0 }, ["A", "B"]);
  await host.must("accommodate", { player: b.joined.player, factor: 200 });
  await openNext(host, [a, b]);
  const { within } = await import("./harness.mjs");
  await within("the limit to pass", new Promise((done) => setTimeout(done, 5200)), 6000); /* what is tested is time */
  const late = await a.answer(1, [quickKey(1)], { ms: 10 });
  assert.equal(late.status, "late");
  assert.equal((await b.answer(1, [quickKey(1)])).status, "accepted");
  const reveals = await closeAndReveal(host, [a, b]);
  assert.deepEqual(reveals.map((r) => r.you.points), [0, 1000]);
  await sameBoard(server, room.room, { token: room.judge_token });
});

test("names wait for the host's nod where the room says so", async () => {
  const { room, host, players: [player] } = await classRoom({ ...quick, names: "nod" }, ["Chờ"]);
  const screen = await attachAs(room.screen_token, "screen");
  assert.equal(player.state.you.waiting, true);
  await host.expect("people", (f) => f.rows.some((row) => row.waiting));
  const before = await screen.expect("lobby");
  assert.deepEqual(before.names, []);
  await host.must("nod", { player: player.joined.player });
  const shown = await screen.expect("lobby", (f) => f.names.length > 0);
  assert.equal(shown.names[0].name, "Chờ");
});

test("with texts on the screen only, phones get choices without words", async () => {
  const { room, host, players: [player] } = await classRoom({ ...quick, text: "screen" }, ["Mai"]);
  const screen = await attachAs(room.screen_token, "screen");
  await host.must("next");
  const [phone, wall] = await Promise.all([player.expect("question"), screen.expect("question")]);
  assert.equal(phone.text, undefined);
  assert.deepEqual(phone.choices, [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }]);
  assert.equal(wall.text, "Câu 1");
  assert.equal(wall.choices[0].text, "1.1");
});

test("screen and judge see what is theirs, and may not do what is the host's", async () => {
  const { room, host, players } = await classRoom(quick, ["A", "B"]);
  const screen = await attachAs(room.screen_token, "screen");
  const judge = await attachAs(room.judge_token, "judge");
  assert.equal(screen.state.role, "screen");
  assert.equal(screen.state.pin, room.pin);
  assert.equal(judge.state.role, "judge");
  assert.equal(players[0].state.pin, undefined);
  assert.equal((await screen.command("next")).why, "not_allowed");
  assert.equal((await judge.command("next")).why, "not_allowed");
  assert.equal((await players[0].command("next")).why, "not_allowed");
  await openNext(host, [...players, screen, judge]);
  await players[0].answer(1, ["a"]);
  const progress = await screen.expect("progress", (f) => f.answered === 1);
  assert.equal(progress.of, 2);
  await judge.expect("people", (f) => f.rows.some((row) => row.answered));
  assert.ok(screen.all("people").length === 0 && players[0].all("people").length === 0);
  assert.equal((await judge.command("adjust", { player: players[0].joined.player, points: 50 })).why, "reason_missing");
  await judge.must("adjust", { player: players[0].joined.player, points: 50, reason: "Chào đẹp" });
  await judge.must("notice", { text: "Giữ trật tự" });
  assert.equal((await players[0].expect("notice")).text, "Giữ trật tự");
  await closeAndReveal(host, players);
  await judge.must("void", { q: 1, reason: "Câu hỏi sai" });
  const counted = await sameBoard(server, room.room, { token: room.judge_token });
  assert.deepEqual(counted.board().map((row) => row.points), [50, 0]);
});

test("while frozen, others' doings do not show: ranks, counts and progress stand still", async () => {
  const { room, host, players: [a, b] } = await classRoom(quick, ["A", "B"]);
  const screen = await attachAs(room.screen_token, "screen");
  await openNext(host, [a, b]);
  await a.answer(1, [quickKey(1)]);
  await closeAndReveal(host, [a, b]);
  const before = (await host.next("board")).rows;
  await screen.expect("board");
  await host.must("freeze");
  await screen.expect("state", (f) => f.frozen);
  screen.inbox.skip();
  await openNext(host, [a, b]);
  await b.answer(2, [quickKey(2)]);
  const [, reveal] = await closeAndReveal(host, [a, b]);
  assert.equal(reveal.you.total, 1000, "one's own points stay visible");
  assert.equal(reveal.you.rank, null);
  const wall = await screen.expect("reveal");
  assert.equal(wall.counts, null);
  await host.next("board");
  const frozen = await screen.expect("board");
  assert.equal(frozen.frozen, true);
  assert.deepEqual(frozen.rows.map((r) => [r.player, r.points]), before.map((r) => [r.player, r.points]));
  assert.equal(screen.all("progress").filter((f) => f.q === 2).length, 0);
  const open = await server.http("GET", `/api/rooms/${room.room}/board`, { key: room.screen_token });
  if (open.status === 200)
    assert.deepEqual(open.json.rows.map((r) => [r.player, r.points]), before.map((r) => [r.player, r.points]));
  await host.must("unfreeze");
  await sameBoard(server, room.room, { token: room.judge_token });
});

test("units come along, and the board can be asked for one of them", async () => {
  const { room, host, players } = await classRoom(quick, ["A"]);
  const other = await joinAs(room, "B", { unit: "6a2" }), third = await joinAs(room, "C", { unit: "6a2" });
  await openNext(host, [...players, other, third]);
  await third.answer(1, [quickKey(1)]);
  await closeAndReveal(host, [...players, other, third]);
  await sameBoard(server, room.room, { token: room.judge_token });
  const page = await server.http("GET", `/api/rooms/${room.room}/board?unit=6a2`, { key: room.judge_token });
  assert.deepEqual(page.json.rows.map((row) => [row.name, row.points]), [["C", 1000], ["B", 0]]);
});

test("host and judge keys see the rooms they made or were given, and tokens are given again", async () => {
  const room = await server.room(hostKey, { ...quick, title: "Của tôi" });
  const mine = await server.http("GET", "/api/rooms", { key: hostKey });
  assert.ok(mine.json.rooms.some((r) => r.room === room.room && r.pin === room.pin));
  const stranger = await server.key("host");
  const theirs = await server.http("GET", "/api/rooms", { key: stranger });
  assert.deepEqual(theirs.json.rooms, []);
  const fresh = await server.http("POST", `/api/rooms/${room.room}/tokens`, { key: hostKey });
  assert.ok([200, 201].includes(fresh.status), fresh.text);
  const host = await attachAs(fresh.json.host_token, "host again");
  assert.equal(host.state.role, "host");
  const refused = await server.http("POST", `/api/rooms/${room.room}/tokens`, { key: stranger });
  assert.ok([403, 404].includes(refused.status), refused.text);
  assert.ok(judgeKey);
});
