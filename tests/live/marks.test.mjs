/* SPDX-License-Identifier: Apache-2.0 */
/* What a teacher takes home: every mark is worked out again here, from what the pages said and what the judge did. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { KINDS, kindAnswer, quickKey } from "./answers.mjs";
import { Member, inWaves } from "./client.mjs";
import { Server } from "./harness.mjs";
import { readBook } from "./sheet.mjs";

const NAMES = ["An", "Bình", "=1+1", "Dũng", "Hà", "Khánh"];
const LATE = "Vy";
const VOID = 3;
let server, hostKey, room, host, late;
const everybody = [];
const keep = (member) => { everybody.push(member); return member; };
const get = (path, key = room.host_token) => server.http("GET", `/api/rooms/${room.room}/${path}`, { key });

before(async () => {
  server = await new Server({ workers: 2 }).start();
  hostKey = await server.key("host");
  room = await server.room(hostKey, { title: "Lớp 6A1", scoring: "speed" });
  host = keep(await Member.attach(server.url, room.host_token, "host"));
});
after(async () => {
  everybody.forEach((member) => member.stop());
  await server?.close();
});

/** What player `i` gets for question `q`: the share of the question. */
function share(q, i) {
  const said = kindAnswer(q, i);
  return said === null ? 0 : said.right ? 1 : said.points / KINDS[q - 1].full;
}

const halfUp = (value) => Math.floor(value * 10 + 0.5 + 1e-9) / 10;
const counting = KINDS.map((_, i) => i + 1).filter((q) => q !== VOID);
const mark = (i, questions = counting, of = counting.length) => halfUp(10 * questions.reduce((sum, q) => sum + share(q, i), 0) / of);

async function play(q, players) {
  await host.must("next");
  await Promise.all([host, ...players].map((m) => m.expect("question")));
  await Promise.all(players.map((p, i) => { const said = kindAnswer(q, i); return said && p.answer(q, said.a, { ms: 100 }); }));
  await host.must("close");
  await host.must("reveal");
  await Promise.all([host, ...players].map((m) => m.expect("reveal")));
  await host.must("rank");
}

test("a class plays, one comes late, and a question is voided", async () => {
  const players = await inWaves(NAMES, 10, async (name) => keep(await Member.join(server.url, { pin: room.pin, name, unit: "6A1" })));
  await play(1, players);
  late = keep(await Member.join(server.url, { pin: room.pin, name: LATE }));
  for (let q = 2; q <= KINDS.length; q++)
    await play(q, [...players, late]);
  await host.next("ended");
  await host.must("void", { q: VOID, reason: "hai đáp án" });
});

const rowOf = (marks, name) => marks.rows.find((row) => row.name === name);

test("each mark is ten times the share that was right; speed lowers none", async () => {
  const { status, json } = await get("marks");
  assert.equal(status, 200);
  assert.equal(json.title, "Lớp 6A1");
  assert.equal(json.bank, "live-kinds@1.0.0");
  assert.deepEqual([json.rule, json.before, json.absent], ["right", "missed", "empty"]);
  assert.match(json.rule_text.vi, /số câu được tính/);
  assert.equal(json.rows.length, NAMES.length + 1);
  NAMES.forEach((name, i) => {
    const row = rowOf(json, name);
    assert.equal(row.mark, mark(i), name);
    assert.equal(row.counted, counting.length);
    assert.equal(row.right, counting.filter((q) => share(q, i) === 1).length, name);
    assert.equal(row.cells[VOID - 1], "out");
  });
  assert.equal(rowOf(json, LATE).mark, mark(NAMES.length, counting.filter((q) => q > 1)), "what was over counts as not answered");
  assert.equal(rowOf(json, LATE).cells[0], "before");
});

test("a rule or a word that there is not is refused, and what was chosen is named", async () => {
  const left = (await get("marks?before=left-out&absent=zero")).json;
  const later = counting.filter((q) => q > 1);
  assert.equal(rowOf(left, LATE).mark, mark(NAMES.length, later, later.length));
  assert.deepEqual([left.before, left.absent], ["left-out", "zero"]);
  const points = (await get("marks?rule=points")).json;
  assert.equal(points.rule, "points");
  points.rows.forEach((row) => assert.equal(row.mark, halfUp(10 * row.points / row.most_points), row.name));
  for (const wrong of ["marks?rule=luck", "marks?before=maybe", "marks?absent=1", "marks?lang=fr"]) {
    const { status, json } = await get(wrong);
    assert.equal(status, 400, wrong);
    assert.match(json.error.message, /expected one of/);
  }
});

test("each question says how many were right and what most of the others said", async () => {
  const { questions } = (await get("marks")).json;
  assert.equal(questions[VOID - 1].standing, "void");
  assert.equal(questions[VOID - 1].right_percent, null);
  const first = questions[0];
  const said = NAMES.map((_, i) => kindAnswer(1, i));
  assert.equal(first.of, NAMES.length, "who came later did not have it");
  assert.equal(first.right, said.filter((s) => s?.right).length);
  assert.equal(first.right_percent, Math.floor(100 * first.right / first.of + 0.5));
  const wrong = said.filter((s) => s && !s.right);
  assert.equal(first.most_wrong === null, wrong.length === 0);
  if (first.most_wrong)
    assert.ok(["8", "21", "169"].includes(first.most_wrong.text.vi), first.most_wrong.text.vi);
});

test("the book has three sheets in either language, numbers as numbers, and no formula", async () => {
  const { json } = await get("marks");
  for (const [lang, names, form] of [["vi", ["Bảng điểm", "Theo câu hỏi", "Câu trả lời"], "[$-42A]0.0"], ["en", ["Marks", "By question", "Answers"], "[$-809]0.0"]]) {
    const answer = await get(`marks.xlsx?lang=${lang}`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-disposition"), /marks\.xlsx/);
    const { sheets, styles } = readBook(answer.bytes);
    assert.deepEqual(sheets.map((sheet) => sheet.name), names);
    sheets.forEach((sheet) => assert.doesNotMatch(sheet.xml, /<f[ >]/));
    assert.ok(styles.includes(form), form);
    const cells = sheets[0].cells;
    assert.match(cells.A1, /Lớp 6A1/);
    assert.match(cells.A4, lang === "vi" ? /làm tròn đến 0,1/ : /rounded to 0\.1/);
    json.rows.forEach((row, i) => {
      assert.equal(cells[`B${9 + i}`], row.name);
      assert.equal(cells[`D${9 + i}`], row.mark, row.name);
    });
    assert.equal(sheets[1].cells.A4, 1);
    assert.equal(sheets[1].cells.D6, lang === "vi" ? "bỏ, không tính" : "void, does not count");
    const number = sheets[2].cells[`G${4 + json.rows.findIndex((row) => row.name === "An")}`];
    assert.ok(number === undefined || number === "–" || typeof number === "number", `${number}`);
  }
});

test("the CSV takes the decimal sign of its language", async () => {
  const vi = await get("marks.csv"), en = await get("marks.csv?lang=en");
  assert.ok(vi.text.startsWith("\ufeff\"STT\";"));
  assert.match(vi.text, /"'=1\+1";"6A1";\d+,\d;/);
  assert.match(en.text, /"'=1\+1","6A1",\d+\.\d,/);
  assert.equal(vi.text.split("\r\n").length, NAMES.length + 3);
});

test("who is disqualified is in the list, named so, without a mark", async () => {
  const { json } = await get("marks");
  await host.must("disqualify", { player: rowOf(json, "Hà").player, reason: "dùng hai máy" });
  const row = rowOf((await get("marks")).json, "Hà");
  assert.deepEqual([row.disqualified, row.mark, row.rank], [true, null, null]);
  assert.match((await get("marks.csv")).text, /"Hà";"6A1";;.*;"bị loại"/);
});

test("marks are for those who may see results", async () => {
  assert.equal((await get("marks", room.judge_token)).status, 200);
  assert.equal((await get("marks", hostKey)).status, 200);
  assert.equal((await get("marks", room.screen_token)).status, 403);
  assert.equal((await get("marks", late.token)).status, 403);
  assert.equal((await server.http("GET", `/api/rooms/${room.room}/marks`)).status, 401);
  assert.ok([403, 404].includes((await get("marks", await server.key("host"))).status), "another teacher's key");
  assert.equal((await get("marks.pdf")).status, 404);
  assert.ok([403, 404].includes((await server.http("GET", "/api/rooms/nobody/marks", { key: hostKey })).status));
});

test("a class list gives the order, and who was absent stands in it with no mark or with none of ten", async () => {
  const names = ["Vy", "An", "Lan"];
  const listed = await server.room(hostKey, { bank: "live-quick", questions: { count: 2 }, title: "6A2", class_list: names });
  const leader = keep(await Member.attach(server.url, listed.host_token, "leader"));
  const players = await inWaves(["Lan", "Khách", "Vy"], 3, async (name) => keep(await Member.join(server.url, { pin: listed.pin, name })));
  const of = (path) => server.http("GET", `/api/rooms/${listed.room}/${path}`, { key: listed.host_token });
  assert.deepEqual((await of("marks?absent=zero")).json.rows.map((row) => row.mark), [null, null, null, null], "nothing was asked");
  await leader.must("next");
  await Promise.all(players.map((p) => p.expect("question")));
  await players[2].answer(1, [quickKey(1)]);
  for (const step of ["close", "reveal", "end"])
    await leader.must(step);
  const { rows, questions } = (await of("marks")).json;
  assert.deepEqual(rows.map(({ name, row, absent, mark }) => [name, row, absent, mark]), [["Vy", 1, false, 10], ["An", 2, true, null], ["Lan", 3, false, 0], ["Khách", null, false, 0]]);
  assert.deepEqual([rows[1].player, rows[1].rank, questions[0].of], [null, null, 3]);
  assert.deepEqual((await of("marks?absent=zero")).json.rows.map((row) => row.mark), [10, 0, 0, 0]);
  assert.match((await of("marks.csv")).text, /\r\n2;"An";"";;;;;;;;;"vắng"\r\n3;"Lan";/);
  const { cells } = readBook((await of("marks.xlsx?lang=en&absent=zero")).bytes).sheets[0];
  assert.deepEqual([cells.B10, cells.D10, cells.E10, cells.L10, cells.A6], ["An", 0, undefined, "absent", "Absent: mark 0."]);
});
