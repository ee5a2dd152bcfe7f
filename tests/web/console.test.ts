/* SPDX-License-Identifier: Apache-2.0 */
/* The pure parts of the host's, the hall's and the judge's pages. */
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { DEFAULTS, countChoices, roomBody } from "../../web/src/host/settings";
import { dropList, keepList, missingOf, savedList, savedLists } from "../../web/src/host/class_list";
import { matches, sorted } from "../../web/src/host/people";
import { ACTS, argsOf, offered } from "../../web/src/judge/acts";
import { actor, compact, concerns, learn, readLine, sentence, story } from "../../web/src/judge/events";
import type { Entry, Names } from "../../web/src/judge/events";
import { answerText, bars, keyText, worst } from "../../web/src/parts/distribution";
import { primary } from "../../web/src/parts/primary";
import { choices, grouped, isLocal, spoken } from "../../web/src/parts/where";
import { wordsIn } from "../../web/src/parts/words";
import { oldPlace } from "../../web/src/screen/board";
import { placesOf } from "../../web/src/screen/podium";

const words = wordsIn("vi");
const said = (phase: string, more = {}) => {
  const what = primary({ phase, paused: false, q: 1, of: 3, board: "each", ...more });
  return what && what.key;
};

test("the big button says what it will do", () => {
  assert.equal(said("lobby"), "next.start");
  assert.equal(said("question"), "next.close");
  assert.equal(said("closed"), "next.reveal");
  assert.equal(said("revealed"), "next.board");
  assert.equal(said("revealed", { board: "end" }), "next.question");
  assert.equal(said("revealed", { board: "none", q: 3 }), "next.end");
  assert.equal(said("ranked"), "next.question");
  assert.equal(said("ranked", { q: 3 }), "next.end");
  assert.equal(said("ended"), null);
});

test("while paused the big button resumes", () => {
  assert.deepEqual(primary({ phase: "question", paused: true, q: 1, of: 3, board: "each" }), { key: "next.resume", cmd: "resume" });
});

test("a room that leaves everything alone asks for ten questions of the bank", () => {
  const body = roomBody("learning-citizen@1.0.0", DEFAULTS, 20) as { [name: string]: unknown };
  assert.deepEqual(body["questions"], { order: "written", count: 10 });
  assert.equal(body["scoring"], "accuracy");
  assert.equal("title" in body, false);
  assert.equal("limit_s" in body, false);
});

test("a count that the bank does not exceed is not asked for", () => {
  assert.deepEqual(roomBody("a@1.0.0", DEFAULTS, 10)["questions"], { order: "written" });
  assert.deepEqual(countChoices(20), [5, 10, 15, 0]);
});

const ASKED = { kind: "single", choices: [{ id: "a", text: "8" }, { id: "b", text: { vi: "mười bảy", en: "seventeen" } }, { id: "c", text: "21" }] };

test("bars keep the order of the choices and know the key", () => {
  const all = bars(ASKED, { key: ["b"], counts: { b: 6, c: 3 }, answered: 10 }, words);
  assert.deepEqual(all.map((bar) => [bar.label, bar.n, bar.right]), [["8", 0, false], ["mười bảy", 6, true], ["21", 3, false]]);
  assert.equal(all[1]!.share, 0.6);
  assert.equal(worst(all)!.label, "21");
});

test("nobody wrong means no wrong answer is named", () => {
  assert.equal(worst(bars(ASKED, { key: ["b"], counts: { b: 6 }, answered: 6 }, words)), null);
});

test("listed answers read as people wrote them", () => {
  const number = { kind: "number" };
  const all = bars(number, { key: 1945, counts: [{ a: "1945", n: 5, right: true }, { a: "12345.5", n: 1, right: false }], answered: 6 }, words);
  assert.deepEqual(all.map((bar) => bar.label), ["1945", "12.345,5"]);
  assert.equal(keyText(number, { low: 9, high: 11 }, words, (low, high) => `${low}–${high}`), "9–11");
  assert.equal(keyText(number, { low: 9, high: 9 }, words, () => "x"), "9");
  assert.equal(keyText({ kind: "text" }, ["Huế", "Cố đô Huế", "Thành phố Huế", "TP Huế"], words, () => "x"), "Huế / Cố đô Huế / Thành phố Huế");
  assert.equal(answerText({ kind: "order", choices: ASKED.choices }, ["c", "a"], words), "21 → 8");
  assert.equal(answerText({ kind: "statements", choices: ASKED.choices }, { a: true, c: false }, words), "8 → Đúng; 21 → Sai");
});

test("a public address wins, and the page's own comes first unless only this machine has it", () => {
  assert.deepEqual(choices({ public_url: "https://thi.vn/q", addresses: ["http://10.0.0.2:8080"] }, "http://127.0.0.1:8080/"), ["https://thi.vn/q/"]);
  assert.deepEqual(choices({ public_url: null, addresses: ["http://10.0.0.2:8080"] }, "http://127.0.0.1:8080/"), ["http://10.0.0.2:8080/", "http://127.0.0.1:8080/"]);
  assert.deepEqual(choices({ public_url: null, addresses: ["http://10.0.0.2:8080"] }, "http://10.0.0.2:8080/"), ["http://10.0.0.2:8080/"]);
  assert.deepEqual(choices(null, "http://localhost/quiz/"), ["http://localhost/quiz/"]);
  assert.equal(isLocal("http://[::1]:8080/"), true);
  assert.equal(isLocal("http://192.168.1.5:8080/"), false);
  assert.equal(spoken("http://192.168.1.5:8080/"), "192.168.1.5:8080");
  assert.equal(grouped("482913"), "482 913");
});

test("a name is found without its marks", () => {
  assert.equal(matches({ name: "Đức Anh" }, "duc"), true);
  assert.equal(matches({ name: "Vy", unit: "6A1" }, "6a1"), true);
  assert.equal(matches({ name: "Vy" }, "an"), false);
});

test("who needs a look comes first", () => {
  const rows = [
    { player: "1", name: "A", answered: true }, { player: "2", name: "B", removed: true }, { player: "3", name: "C", answered: false },
    { player: "4", name: "D", waiting: true },
  ];
  assert.deepEqual(sorted(rows, true).map((p) => p.name), ["D", "C", "A", "B"]);
});

const row = (player: string, rank: number, was: number) => ({ player, rank, was, name: player, points: 0 });

test("rows start from where they stood", () => {
  const rows = [row("c", 1, 3), row("a", 2, 1), row("b", 3, 2), row("z", 4, 40)];
  assert.deepEqual(rows.map((one, at) => oldPlace(one, rows, at)), [2, 0, 1, 4]);
});

test("shared ranks stand on one step of the podium", () => {
  const one = (rank: number, name: string) => ({ rank, name, player: name, points: 10 - rank });
  const places = placesOf([one(1, "An"), one(1, "Vy"), one(3, "Hà")]);
  assert.deepEqual(places.map((place) => [place.rank, place.people.map((p) => p.name)]), [[1, ["An", "Vy"]], [3, ["Hà"]]]);
});

test("who has no points stands on the podium only if nobody has any", () => {
  const one = (rank: number, points: number) => ({ rank, points, name: `n${rank}`, player: `p${rank}` });
  assert.deepEqual(placesOf([one(1, 500), one(2, 0), one(3, -20)]).map((place) => place.rank), [1]);
  assert.deepEqual(placesOf([one(1, 0), one(1, 0)]).map((place) => place.people.length), [2]);
});

const line = (pos: number, e: object, p: unknown = null) => JSON.stringify({ pos, id: `179000000000${pos}-0`, e, p });
const JOINED = line(2, { t: "joined", r: [["p1", 7, "6a1", "00"], ["p2", 8, "", "00"]] }, [["An", "an", "an"], ["Vy", "vy", "vy"]]);
const ANSWERS = line(4, { t: "answers", q: 1, r: [["p1", "b", 1, 4310, 4200, 60], ["p2", "a", 1, 5000, -1, 60]] });

function read(...lines: string[]): { log: Entry[]; names: Names } {
  const log = lines.map(readLine).filter((one): one is Entry => one !== null);
  const names: Names = {};
  log.forEach((entry) => learn(names, entry));
  return { log, names };
}

test("the log reads as sentences", () => {
  const { log, names } = read(JOINED, line(3, { t: "opened", q: 1, by: "host" }), ANSWERS, line(5, { t: "closed", q: 1, clock: 1, why: "time" }),
    line(6, { t: "adjusted", player: "p1", points: -20 }, [["nhắc bài"]]), line(7, { t: "star_given" }));
  assert.deepEqual(log.map((entry) => sentence(entry, names)), [
    "An, Vy vào phòng", "Câu 1 mở", "Câu 1: 2 câu trả lời được ghi", "Câu 1 đóng (hết giờ)", "An được -20 điểm: nhắc bài".replace("-", "−"), "Việc “star_given”",
  ]);
  assert.equal(log[0]!.at_ms, 1790000000002);
});

test("who came in by a row of the class list is called as the list says", () => {
  const { log, names } = read(line(1, { t: "created", listed: 3 }, { salt: "00", names: [["An", "an", "an"], ["Lan", "lan", "lan"], ["LAN", "lan", "lan"]] }),
    line(2, { t: "joined", r: [["p1", 7, "", "00", 0, 3], ["p2", 8, "", "00", 5, 1], ["p3", 9, "", "00"]] }, [[], [], ["Vy", "vy", "vy"]]));
  assert.equal(sentence(log[1]!, names), "LAN (2), An, Vy vào phòng");
  assert.deepEqual(read(line(1, { t: "created", listed: 3 })).names, {});
});

test("who of the class list is missing is told by name", () => {
  const names = ["An", "Lan", "Vy"].map((name, i) => ({ row: i + 1, name, taken: false }));
  const list = { t: "list" as const, names, list_only: false };
  const people = (missing?: number[]) => ({ t: "people" as const, total: 1, rows: [], missing });
  assert.deepEqual(missingOf({ list, people: people([1, 3]) }), ["An", "Vy"]);
  assert.deepEqual(missingOf({ list, people: people([]) }), []);
  assert.equal(missingOf({ list, people: people() }), null, "a room without a list says nothing");
  assert.equal(missingOf({ list: null, people: people([1]) }), null);
  assert.equal(missingOf({ list, people: null }), null);
});

test("a list that is kept takes the place of the older one of its title", () => {
  for (let i = 0; i < 14; i++)
    keepList({ title: `Lớp ${i}`, names: ["An"] });
  keepList({ title: "Lớp 5", names: ["An", "Vy"] });
  assert.equal(savedLists().length, 12);
  assert.deepEqual(savedLists()[0], { title: "Lớp 5", names: ["An", "Vy"] });
  dropList("Lớp 5");
  assert.equal(savedList("Lớp 5"), null);
  assert.equal(savedLists().length, 11);
});

test("batches of answers to one question are one line", () => {
  const { log, names } = read(JOINED, ANSWERS, ANSWERS.replace('"pos":4', '"pos":5'), line(6, { t: "answers", q: 2, r: [["p1", "a", 1, 1, 1, 1]] }));
  assert.deepEqual(compact(log).map((entry) => [entry.pos, sentence(entry, names)]).slice(1), [[5, "Câu 1: 4 câu trả lời được ghi"], [6, "Câu 2: 1 câu trả lời được ghi"]]);
  assert.equal(actor("host/x1"), "người dẫn");
});

test("a person's story holds their own rows alone", () => {
  const { log, names } = read(JOINED, ANSWERS);
  assert.deepEqual(story(log, "p2", names).map((step) => step.text), ["Vy vào phòng", "Câu 1: a"]);
  assert.equal(concerns(log[1]!, "p3"), false);
});

test("a line that is no entry is passed over", () => {
  for (const text of ["", "{", "null", "[]", "{\"pos\":1}", "{\"e\":{\"t\":\"opened\"}}"])
    assert.equal(readLine(text), null, text);
});

test("an act that the server does not offer is hidden", () => {
  assert.deepEqual(offered(null, "room").map((one) => one.name), ["notice"]);
  assert.deepEqual(offered(["void"], "question").map((one) => one.name), ["void"]);
  assert.deepEqual(offered(["void"], "player"), []);
});

const named = (name: string) => ACTS.find((one) => one.name === name)!;

test("an act goes out only when it is whole", () => {
  assert.deepEqual(argsOf(named("adjust"), { player: "p1", points: "-20", reason: " nhắc bài " }), { args: { player: "p1", points: -20, reason: "nhắc bài" } });
  assert.deepEqual(argsOf(named("adjust"), { player: "p1", points: "hai", reason: "x" }), { lacks: "points" });
  assert.deepEqual(argsOf(named("disqualify"), { player: "p1", reason: "  " }), { lacks: "reason" });
});

test("a key is read as people write it", () => {
  const key = (text: string) => (argsOf(named("rekey"), { q: "1", key: text, policy: "rescore", reason: "x" }) as { args: { key: unknown } }).args.key;
  assert.deepEqual(key("b"), ["b"]);
  assert.deepEqual(key("a, c"), ["a", "c"]);
  assert.deepEqual(key("17; 17,5"), ["17", "17,5"]);
  assert.deepEqual(key("Tam Bạc; sông Tam Bạc"), ["Tam Bạc", "sông Tam Bạc"]);
  assert.deepEqual(key("l1=r3; l2=r1"), { l1: "r3", l2: "r1" });
  assert.deepEqual(key("a=true; b=false"), { a: true, b: false });
  assert.deepEqual(argsOf(named("rekey"), { q: "1", policy: "gift", reason: "x" }), { args: { q: 1, policy: "gift", reason: "x" } });
});
