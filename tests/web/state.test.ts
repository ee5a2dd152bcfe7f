/* SPDX-License-Identifier: Apache-2.0 */
import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { BoardFrame, QuestionFrame, RevealFrame, StateFrame } from "../../web/src/lib/frames";
import type { Event, State } from "../../web/src/lib/state";
import { INITIAL, changes, leftMs, mayAnswer, reduce } from "../../web/src/lib/state";

const stateFrame = (more: Partial<StateFrame> = {}): StateFrame => ({
  t: "state", role: "player", room: "r1", phase: "lobby", paused: false, pos: 5, at: 5, q: 0, of: 3, players: 2, saving: false,
  settings: { change: "no" }, you: { player: "p1", name: "An", total: 0, rank: null }, answer: null, ...more,
});
const question = (q: number, more: Partial<QuestionFrame> = {}): QuestionFrame => ({
  t: "question", q, of: 3, at: 10 + q, kind: "single", text: "?", choices: [{ id: "a" }, { id: "b" }], limit_ms: 20000, left_ms: 20000, ...more,
});
const reveal = (q: number): RevealFrame => ({
  t: "reveal", q, at: 30, key: ["b"], counts: { a: 1, b: 2 },
  you: { a: ["b"], right: true, points: 1000, ms: 900, credit_ms: 100, total: 1000, rank: 1, of: 2, ahead: null },
});
const board = (): BoardFrame => ({ t: "board", rows: [], at: 40, players: 2 });

function play(events: Event[], from: State = INITIAL, now = 1000): State {
  return events.reduce((s, e) => reduce(s, e, now), from);
}
const asking = (more: Partial<QuestionFrame> = {}) => play([stateFrame(), question(1, more)]);

test("an unknown frame of a newer server changes nothing", () => {
  const before = asking();
  assert.equal(reduce(before, { t: "fireworks" } as unknown as Event, 0), before);
});

test("the deadline is counted from the receipt of the question, not from any clock", () => {
  const s = play([stateFrame(), question(1)], INITIAL, 5000);
  assert.equal(s.question!.deadline, 25000);
  assert.equal(leftMs(s.question, 24000), 1000);
  assert.equal(leftMs(s.question, 26000), 0);
});

test("a question without a limit has no deadline", () => {
  const s = asking({ limit_ms: null, left_ms: null });
  assert.equal(s.question!.deadline, null);
  assert.equal(leftMs(s.question, 99999), null);
});

test("while paused the time stands still, and resumes with what the server says", () => {
  const paused = reduce(asking(), { t: "paused", at: 12, left_ms: 7000 }, 9000);
  assert.equal(leftMs(paused.question, 50000), 7000);
  assert.equal(mayAnswer(paused), false);
  const on = reduce(paused, { t: "resumed", at: 13, left_ms: 7000 }, 60000);
  assert.equal(on.question!.deadline, 67000);
  assert.equal(mayAnswer(on), true);
});

test("who comes back into a paused question sees it paused", () => {
  const s = play([stateFrame({ phase: "question", paused: true, q: 1 }), question(1, { left_ms: 4000 })]);
  assert.equal(s.paused, true);
  assert.equal(leftMs(s.question, 1e9), 4000);
});

test("a paused question whose time is not said again keeps the time it had", () => {
  const s = play([stateFrame({ phase: "question", paused: true, q: 1 }), question(1, { left_ms: 4000 }), { t: "paused", at: 9, left_ms: null }]);
  assert.equal(leftMs(s.question, 1e9), 4000);
  assert.equal(leftMs(reduce(s, { t: "resumed", at: 9, left_ms: null }, 2000).question, 2000), 4000);
});

test("ten more seconds move the deadline", () => {
  const s = reduce(asking(), { t: "extended", q: 1, by_ms: 10000, limit_ms: 30000, left_ms: 25000 }, 6000);
  assert.equal(s.question!.deadline, 31000);
  assert.equal(s.question!.limit_ms, 30000);
});

test("an answer is sending until the server has said what became of it", () => {
  const sent = reduce(asking(), { t: "@answered", q: 1, a: ["b"], n: 1 }, 0);
  assert.equal(sent.mine!.status, "sending");
  assert.equal(mayAnswer(sent), false);
  const saved = reduce(sent, { t: "ack", q: 1, n: 1, status: "accepted", pos: 20, a: ["b"] }, 0);
  assert.deepEqual([saved.mine!.status, saved.mine!.a, saved.mine!.pos], ["accepted", ["b"], 20]);
});

test("where answers may change, an ack of the older answer does not hide the newer one", () => {
  const s = play([
    stateFrame({ settings: { change: "until-close" } }), question(1), { t: "@answered", q: 1, a: ["a"], n: 1 }, { t: "@answered", q: 1, a: ["b"], n: 2 },
    { t: "ack", q: 1, n: 1, status: "accepted", pos: 20, a: ["a"] },
  ]);
  assert.equal(changes(s), true);
  assert.deepEqual([s.mine!.n, s.mine!.a, s.mine!.status], [2, ["b"], "sending"]);
});

test("a duplicate shows the answer that stands", () => {
  const s = play([{ t: "@answered", q: 1, a: ["b"], n: 1 }, { t: "ack", q: 1, n: 1, status: "duplicate", pos: 9, a: ["a"] }], asking());
  assert.deepEqual([s.mine!.status, s.mine!.a], ["duplicate", ["a"]]);
});

test("a passing refusal keeps the answer on its way, a lasting one frees the page", () => {
  const sent = reduce(asking(), { t: "@answered", q: 1, a: ["b"], n: 1 }, 0);
  assert.equal(reduce(sent, { t: "refused", q: 1, n: 1, why: "saving_full" }, 0).mine!.status, "sending");
  const asked = reduce(sent, { t: "refused", q: 1, n: 1, why: "bad_answer", ask: [1000, 1] }, 0);
  assert.deepEqual([asked.mine!.status, asked.mine!.ask], ["refused", [1000, 1]]);
  assert.equal(mayAnswer(asked), true);
});

test("an answer of an older question is not shown on the next one", () => {
  const s = play([{ t: "@answered", q: 1, a: ["b"], n: 1 }, question(2)], asking());
  assert.equal(s.mine, null);
});

test("coming back into a reveal does not pass through the question on the page", () => {
  let s = reduce(INITIAL, stateFrame({ phase: "revealed", q: 2 }), 0);
  const seen = new Set<string | null>();
  for (const f of [question(2), { t: "closed", q: 2, why: "time", at: 20 }, reveal(2)] as Event[]) {
    s = reduce(s, f, 0);
    seen.add(s.phase);
  }
  assert.deepEqual([...seen], ["revealed"]);
  assert.equal(s.replaying, null);
  assert.equal(s.question!.live, false);
  assert.equal(s.you!.total, 1000);
});

test("after the replay, the next frames move the phase again", () => {
  const s = play([stateFrame({ phase: "revealed", q: 2 }), question(2), reveal(2), board(), question(3)]);
  assert.deepEqual([s.phase, s.q, s.question!.live], ["question", 3, true]);
});

test("a reopened question is open again", () => {
  const s = play([{ t: "closed", q: 1, why: "host", at: 20 }, question(1, { at: 21, left_ms: 8000 })], asking());
  assert.equal(s.phase, "question");
  assert.equal(s.closed, null);
  assert.equal(s.at, 21);
});

test("a new state that no longer knows the answer shows it as on its way again", () => {
  const saved = play([{ t: "@answered", q: 1, a: ["b"], n: 1 }, { t: "ack", q: 1, n: 1, status: "accepted", pos: 20, a: ["b"] }], asking());
  const forgot = reduce(saved, stateFrame({ phase: "question", q: 1, answer: null }), 0);
  assert.deepEqual([forgot.mine!.status, forgot.mine!.a], ["sending", ["b"]]);
  const knows = reduce(saved, stateFrame({ phase: "question", q: 1, answer: { q: 1, a: ["b"], n: 1, status: "accepted", pos: 20 } }), 0);
  assert.equal(knows.mine!.status, "accepted");
});

test("the position of the last phase change never goes back", () => {
  const s = play([{ t: "closed", q: 1, why: "time", at: 90 }, board()], asking());
  assert.equal(s.at, 90);
});

test("the board with the end does not take the page back to the ranking", () => {
  const s = play([{ t: "ended", at: 50, podium: [], you: { rank: 1, points: 3000 } }, board()], asking());
  assert.equal(s.phase, "ended");
  assert.equal(s.you!.rank, 1);
});

test("close codes say why a page does not come back", () => {
  const over = (code: number) => reduce(asking(), { t: "@link", link: "over", code }, 0).over;
  assert.deepEqual([4001, 4002, 4003, 1008].map(over), ["elsewhere", "removed", "token", "abuse"]);
});

test("a lost line leaves the page as it was", () => {
  const before = asking();
  const s = reduce(before, { t: "@link", link: "waiting", code: 1006 }, 0);
  assert.equal(s.question, before.question);
  assert.equal(s.phase, "question");
  assert.equal(s.tries, 1);
});

test("a command is sent, then done or refused with its reason", () => {
  const s = play([{ t: "@commanded", id: "c1", cmd: "next" }, { t: "@commanded", id: "c2", cmd: "reseat" }, { t: "refused", id: "c1", why: "stale" }, { t: "done", id: "c2", pos: 9, code: "K7QF2M9T" }]);
  assert.deepEqual(s.commands.map((c) => [c.id, c.status, c.why]), [["c1", "refused", "stale"], ["c2", "done", null]]);
  assert.equal(s.commands[1]!.result["code"], "K7QF2M9T");
});

test("only the newest twenty commands are remembered", () => {
  const s = play(Array.from({ length: 21 }, (_, i): Event => ({ t: "@commanded", id: "c" + i, cmd: "next" })));
  assert.equal(s.commands.length, 20);
  assert.equal(s.commands[0]!.id, "c1");
});

test("saving is on and off in the server's words", () => {
  const on = reduce(asking(), { t: "saving", on: true, why: "storage_full" }, 0);
  assert.deepEqual([on.saving, on.saving_why], [true, "storage_full"]);
  assert.deepEqual(reduce(on, { t: "saving", on: false }, 0).saving_why, null);
});
