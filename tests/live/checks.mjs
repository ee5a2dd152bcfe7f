/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checks.mjs - what must hold after anything: boards equal a recount of the log, acknowledged answers stand in it, and
 * nothing that was sent before a reveal tells its key.
 */
import assert from "node:assert/strict";
import { until } from "./harness.mjs";
import { Recount, comparable } from "./recount.mjs";

/**
 * Reads the log, counts again, and compares the board that HTTP gives. Returns the recount.
 *
 * While a contest runs, the order among equals is nobody's promise, and who has come in since the last ranking may not
 * stand there yet; in the end all of it must agree.
 */
export async function sameBoard(server, room, { token }) {
  const counted = new Recount(await server.events(room, token));
  const ended = counted.phase === "ended";
  const newcomers = new Set(ended ? [] : [...counted.players.values()].filter((p) => !p.ranked).map((p) => p.id));
  const view = (rows) => {
    const lines = comparable(rows).filter((row) => !newcomers.has(row.player));
    return ended ? lines : lines.sort((a, b) => a.points - b.points || (a.player < b.player ? -1 : 1));
  };
  const expected = JSON.stringify(view(counted.board()));
  let shown;
  try {
    await until("the board to equal the recount", async () => {
      shown = await server.board(room, token);
      return JSON.stringify(view(shown.rows)) === expected;
    }, 10000, 50);
  } catch {
    assert.deepEqual(view(shown?.rows ?? []), JSON.parse(expected), "the board differs from a recount of the log");
  }
  return counted;
}

/** Every answer that was acknowledged as accepted stands in the log at its position (or a newer one of that player). */
export function acknowledgedStands(counted, members) {
  for (const member of members) {
    const id = member.joined.player;
    for (const ack of member.acks.values()) {
      const entry = counted.answerPositions.find((a) => a.position === ack.pos && a.player === id && a.q === ack.q);
      assert.ok(entry, `${member.name}: the answer to question ${ack.q}, acknowledged at ${ack.pos}, is not in the log`);
      const standing = counted.round(ack.q).answers.get(id);
      assert.ok(standing && standing.n >= entry.n, `${member.name}: the acknowledged answer to question ${ack.q} does not stand`);
    }
  }
}

/** One accepted answer a player and question where answers may not change. */
export function nothingTwice(counted) {
  if (counted.plan.settings.change !== "no")
    return;
  const seen = new Set();
  for (const { player, q } of counted.answerPositions) {
    assert.ok(!seen.has(`${player} ${q}`), `two accepted answers of ${player} to question ${q}`);
    seen.add(`${player} ${q}`);
  }
}

const TELLING = ["key", "explain", "counts", "right", "accept", "credit_ms", "podium"];

function* fieldsOf(value) {
  if (value === null || typeof value !== "object")
    return;
  for (const [name, inner] of Object.entries(value)) {
    yield name;
    yield* fieldsOf(inner);
  }
}

/**
 * Searches every frame of a player or a screen: before the reveal of question q no field that tells (boards of earlier
 * questions aside), and nowhere the words `secret(q)`.
 */
export function tellsNothingEarly(frames, secret) {
  const revealed = new Set();
  let q = 0;
  for (const frame of frames) {
    if (frame.t === "reveal")
      revealed.add(frame.q);
    if (frame.t === "question")
      q = frame.q;
    const earlier = ["reveal", "board", "review", "ended"].includes(frame.t);
    if (!earlier)
      for (const name of fieldsOf(frame))
        assert.ok(!TELLING.includes(name), `"${name}" in ${JSON.stringify(frame).slice(0, 300)}`);
    const text = JSON.stringify({ ...frame, a: undefined, answer: undefined, you: undefined });
    for (let i = 1; i <= 60; i++)
      for (const word of revealed.has(i) ? [] : secret(i))
        assert.ok(!text.includes(word), `question ${i} is not revealed, and "${word}" stands in ${text.slice(0, 300)}`);
  }
  return q;
}

/** Acks to right and to wrong answers look the same, but for what they are about. */
export function acksLookAlike(members) {
  const shapes = new Set();
  for (const member of members)
    for (const ack of member.everAcked.filter((a) => a.status === "accepted"))
      shapes.add(JSON.stringify(Object.entries(ack).map(([name, value]) => ["q", "n", "pos", "a"].includes(name) ? name : [name, value])));
  return [...shapes];
}
