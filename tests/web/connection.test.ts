/* SPDX-License-Identifier: Apache-2.0 */
import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { TransportEvents, World } from "../../web/src/lib/connection";
import { AGAIN_MS, BACKOFF_MS, PING_MS, SILENCE_MS, createConnection } from "../../web/src/lib/connection";
import type { ClientFrame, ServerFrame } from "../../web/src/lib/frames";
import type { Event } from "../../web/src/lib/state";
import { DEATHS_WITHIN_MS, OPEN_AGAIN_MS, OPEN_MS, createWays } from "../../web/src/lib/way";

/** A world without a network: lines are opened, heard and cut by hand, and time is passed in. `tab`: with polls, too. */
function world(random = 0.5, tab?: { polls: boolean }) {
  let now = 0, next = 1;
  const timers = new Map<number, { at: number; f: () => void }>();
  const lines: { way: string; events: TransportEvents; sent: ClientFrame[]; closed: boolean }[] = [];
  const opener = (way: string): World["open"] => (events) => {
    const line = { way, events, sent: [] as ClientFrame[], closed: false };
    lines.push(line);
    return { send: (text) => { line.sent.push(JSON.parse(text)); }, close: () => { line.closed = true; } };
  };
  const w: World = {
    now: () => now, random: () => random,
    later(f, ms) { timers.set(next, { at: now + ms, f }); return next++; },
    never(t) { timers.delete(t); },
    open: opener("socket"),
    ...(tab ? { poll: opener("poll"), recall: { get: () => tab.polls, set(on: boolean) { tab.polls = on; } } } : {}),
  };
  function pass(ms: number): void {
    const end = now + ms;
    for (;;) {
      const due = [...timers].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due)
        break;
      timers.delete(due[0]);
      now = due[1].at;
      due[1].f();
    }
    now = end;
  }
  const events: Event[] = [];
  let id = 0;
  const connection = createConnection(w, (e) => events.push(e), () => "c" + ++id);
  return { connection, events, lines, pass, last: () => lines[lines.length - 1]!, links: () => events.filter((e) => e.t === "@link").map((e) => (e as { link: string }).link) };
}
type W = ReturnType<typeof world>;

const hear = (w: W, frame: Partial<ServerFrame>) => w.last().events.onText(JSON.stringify(frame));
const state = (more: object = {}) => ({ t: "state", role: "player", room: "r", phase: "question", q: 1, of: 3, pos: 1, at: 1, paused: false, answer: null, ...more }) as Partial<ServerFrame>;

function seated(random?: number): W {
  const w = world(random);
  w.connection.hello({ t: "join", pin: "482913", name: "An", once: "o" });
  w.last().events.onOpen();
  hear(w, { t: "joined", player: "p", name: "An", token: "T", room: "r" });
  hear(w, state());
  return w;
}
const again = (w: W) => { w.last().events.onClose(1006); w.pass(BACKOFF_MS.most); w.last().events.onOpen(); };
const answers = (w: W) => w.last().sent.filter((f) => f.t === "answer");

test("a join turns into an attach with the new token when the line is lost", () => {
  const w = seated();
  assert.equal(w.last().sent[0]!.t, "join");
  again(w);
  assert.deepEqual(w.last().sent, [{ t: "attach", token: "T" }]);
});

test("a join whose reply was lost is said again with the same nonce", () => {
  const w = world();
  w.connection.hello({ t: "join", pin: "482913", name: "An", once: "o" });
  w.last().events.onOpen();
  again(w);
  assert.deepEqual(w.last().sent, [{ t: "join", pin: "482913", name: "An", once: "o" }]);
});

test("an answer is sent again until it is acknowledged, and then no more", () => {
  const w = seated();
  w.connection.answer(1, ["b"], 4310);
  w.pass(AGAIN_MS);
  assert.deepEqual(answers(w), [1, 1].map(() => ({ t: "answer", q: 1, a: ["b"], n: 1, ms: 4310 })));
  hear(w, { t: "ack", q: 1, n: 1, status: "accepted", pos: 2, a: ["b"] });
  w.pass(AGAIN_MS * 4);
  assert.equal(answers(w).length, 2);
});

test("an answer given while the line is down goes out after the next state", () => {
  const w = seated();
  w.last().events.onClose(1006);
  w.connection.answer(1, ["b"]);
  w.pass(BACKOFF_MS.most);
  w.last().events.onOpen();
  assert.equal(answers(w).length, 0);
  hear(w, state());
  assert.equal(answers(w).length, 1);
});

test("an acknowledged answer that the new state no longer knows is sent again", () => {
  const w = seated();
  w.connection.answer(1, ["b"]);
  hear(w, { t: "ack", q: 1, n: 1, status: "accepted", pos: 2, a: ["b"] });
  again(w);
  hear(w, state({ answer: null }));
  assert.equal(answers(w).length, 1);
  hear(w, { t: "ack", q: 1, n: 1, status: "accepted", pos: 2, a: ["b"] });
  again(w);
  hear(w, state({ answer: { q: 1, a: ["b"], n: 1, status: "accepted", pos: 2 } }));
  assert.equal(answers(w).length, 0);
});

test("an answer to a question that is revealed or gone is dropped", () => {
  const w = seated();
  w.connection.answer(1, ["b"]);
  again(w);
  hear(w, state({ phase: "question", q: 2 }));
  assert.equal(answers(w).length, 0);
  assert.equal(w.connection.unsent(), null);
});

test("answers to one question are numbered, and the number starts anew with the next", () => {
  const w = seated();
  assert.deepEqual([w.connection.answer(1, ["a"]), w.connection.answer(1, ["b"]), w.connection.answer(2, ["a"])], [1, 2, 1]);
});

test("numbers go on after the ones the server already knows", () => {
  const w = seated();
  again(w);
  hear(w, state({ answer: { q: 1, a: ["b"], n: 3, status: "accepted", pos: 2 } }));
  assert.equal(w.connection.answer(1, ["a"]), 4);
});

test("an answer taken up after a reload is shown as on its way and sent", () => {
  const w = world();
  w.connection.takeUp({ t: "answer", q: 1, a: ["b"], n: 1 });
  w.connection.hello({ t: "attach", token: "T" });
  w.last().events.onOpen();
  hear(w, state());
  assert.equal(answers(w).length, 1);
  assert.ok(w.events.some((e) => e.t === "@answered"));
});

test("a busy server is asked again later, a refused answer is not", () => {
  const w = seated();
  w.connection.answer(1, "1.000");
  hear(w, { t: "refused", q: 1, n: 1, why: "busy" });
  w.pass(AGAIN_MS * 2);
  assert.equal(answers(w).length, 2);
  hear(w, { t: "refused", q: 1, n: 1, why: "bad_answer", ask: [1000, 1] });
  w.pass(AGAIN_MS * 5);
  assert.equal(answers(w).length, 2);
});

test("a command keeps its id over a lost line", () => {
  const w = seated();
  const id = w.connection.command("next", {}, 118);
  again(w);
  hear(w, state());
  assert.deepEqual(w.last().sent.filter((f) => f.t === "do"), [{ t: "do", id, cmd: "next", at: 118, args: {} }]);
  hear(w, { t: "done", id, pos: 5 });
  again(w);
  hear(w, state());
  assert.equal(w.last().sent.filter((f) => f.t === "do").length, 0);
});

test("pauses between attempts grow from half a second to fifteen", () => {
  const w = world(1);
  w.connection.hello({ t: "attach", token: "T" });
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) {
    w.last().events.onClose(1006);
    const link = w.events[w.events.length - 1] as { retry_ms: number };
    pauses.push(link.retry_ms);
    w.pass(link.retry_ms);
  }
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
});

test("the pause is jittered between half and whole", () => {
  const w = world(0);
  w.connection.hello({ t: "attach", token: "T" });
  w.last().events.onClose(1006);
  assert.equal((w.events[w.events.length - 1] as { retry_ms: number }).retry_ms, 250);
});

test("taken over, removed, token ended and abuse: the page stays away", () => {
  for (const code of [4001, 4002, 4003, 1008]) {
    const w = seated();
    w.last().events.onClose(code);
    w.pass(60000);
    w.connection.nudge();
    assert.equal(w.lines.length, 1, String(code));
    assert.equal(w.links().pop(), "over");
  }
});

test("a restarting server is come back to", () => {
  const w = seated();
  w.last().events.onClose(1012);
  w.pass(BACKOFF_MS.first);
  assert.equal(w.lines.length, 2);
});

test("a line that says nothing after a ping is given up", () => {
  const w = seated();
  w.pass(PING_MS);
  assert.equal(w.last().sent.pop()!.t, "ping");
  w.pass(SILENCE_MS);
  assert.equal(w.lines[0]!.closed, true);
  assert.ok(w.links().indexOf("waiting") > 0);
});

test("waking up looks at the line at once, and does not wait for the pause", () => {
  const w = seated();
  w.connection.nudge();
  assert.equal(w.last().sent.pop()!.t, "ping");
  w.last().events.onClose(1006);
  w.connection.nudge();
  assert.equal(w.lines.length, 2);
});

test("a refused hello is not repeated", () => {
  const w = world();
  w.connection.hello({ t: "join", pin: "000000", name: "An" });
  w.last().events.onOpen();
  hear(w, { t: "error", code: "wrong_pin" });
  w.pass(60000);
  assert.equal(w.lines.length, 1);
  assert.equal(w.links().pop(), "idle");
});

test("a hello that a busy server turned away is said again by itself, ever more seldom", () => {
  const w = world(1);
  w.connection.hello({ t: "join", pin: "482913", name: "An", once: "o" });
  w.last().events.onOpen();
  [AGAIN_MS, AGAIN_MS * 2, AGAIN_MS * 4, BACKOFF_MS.most, BACKOFF_MS.most].forEach((pause, i) => {
    hear(w, { t: "error", code: "busy" });
    w.pass(pause - 1);
    assert.equal(w.last().sent.length, i + 1, `before pause ${i}`);
    w.pass(1);
    assert.equal(w.last().sent.length, i + 2, `after pause ${i}`);
  });
  assert.equal(w.lines.length, 1);
});

test("a busy server's pause is jittered", () => {
  const w = world(0);
  w.connection.hello({ t: "attach", token: "T" });
  w.last().events.onOpen();
  hear(w, { t: "error", code: "busy" });
  w.pass(AGAIN_MS / 2);
  assert.equal(w.last().sent.length, 2);
});

test("a hello that is said again and not answered means a dead line", () => {
  const w = world();
  w.connection.hello({ t: "attach", token: "T" });
  w.last().events.onOpen();
  hear(w, { t: "error", code: "busy" });
  w.pass(AGAIN_MS + SILENCE_MS + BACKOFF_MS.first);
  assert.equal(w.lines.length, 2);
});

test("a seat that could not be taken back for now is asked for again, though the state is shown", () => {
  const w = seated();
  hear(w, { t: "error", code: "saving_full" });
  hear(w, state());
  w.pass(AGAIN_MS);
  assert.deepEqual(w.last().sent.pop(), { t: "attach", token: "T" });
});

test("what an old line says late is not heard", () => {
  const w = seated();
  const old = w.last();
  again(w);
  const before = w.events.length;
  old.events.onText(JSON.stringify({ t: "removed", why: "host" }));
  old.events.onClose(4001);
  assert.equal(w.events.length, before);
});

test("text that is no frame is passed over", () => {
  const w = seated();
  const before = w.events.length;
  for (const text of ["", "{", "null", "[]", "3", '{"x":1}'])
    w.last().events.onText(text);
  assert.equal(w.events.length, before);
});

/* ---- which way ---- */

const ways = (w: W) => w.lines.map((l) => l.way);
function knocking(tab = { polls: false }, random = 0.5): W {
  const w = world(random, tab);
  w.connection.hello({ t: "attach", token: "T" });
  return w;
}

test("a socket that opens is taken, and nothing else is tried", () => {
  const w = knocking();
  w.pass(OPEN_MS - 1);
  w.last().events.onOpen();
  hear(w, state());
  w.pass(OPEN_MS);
  assert.deepEqual(ways(w), ["socket"]);
});

test("a socket that is not open after four seconds has the poll tried beside it; the poll's hello goes out once it is open", () => {
  const tab = { polls: false };
  const w = knocking(tab);
  w.pass(OPEN_MS);
  assert.deepEqual(ways(w), ["socket", "poll"]);
  assert.deepEqual([w.lines[0]!.closed, tab.polls, w.last().sent], [false, false, []]);
  w.last().events.onOpen();
  assert.deepEqual([w.lines[0]!.closed, tab.polls, w.last().sent], [true, true, [{ t: "attach", token: "T" }]]);
  hear(w, state());
  assert.ok(w.events.some((e) => e.t === "state"));
});

test("a socket that opens before the poll's first reply is taken, and the poll dropped", () => {
  const tab = { polls: false };
  const w = knocking(tab);
  w.pass(OPEN_MS);
  w.lines[0]!.events.onOpen();
  assert.deepEqual([w.lines[1]!.closed, tab.polls, w.lines[0]!.sent.length], [true, false, 1]);
  w.lines[1]!.events.onOpen();
  assert.equal(w.lines[1]!.sent.length, 0);
});

test("if the poll's first request fails, the socket may still open", () => {
  const w = knocking();
  w.pass(OPEN_MS);
  w.lines[1]!.events.onClose(1006);
  w.lines[0]!.events.onOpen();
  hear({ ...w, last: () => w.lines[0]! }, state());
  w.pass(SILENCE_MS);
  assert.equal(w.lines[0]!.closed, false);
  assert.equal(w.lines.length, 2);
});

test("if the socket is refused while the poll is tried, the poll goes on", () => {
  const w = knocking();
  w.pass(OPEN_MS);
  w.lines[0]!.events.onClose(1006);
  assert.deepEqual(ways(w), ["socket", "poll"]);
  w.lines[1]!.events.onOpen();
  assert.deepEqual(w.lines[1]!.sent, [{ t: "attach", token: "T" }]);
});

test("neither way opens: both are given up, and the socket comes first again after a pause", () => {
  const w = knocking();
  w.pass(OPEN_MS + SILENCE_MS);
  assert.ok(w.lines[0]!.closed && w.lines[1]!.closed);
  w.pass(BACKOFF_MS.first);
  assert.deepEqual(ways(w), ["socket", "poll", "socket"]);
});

test("a socket that dies twice within thirty seconds has the poll tried at once", () => {
  const w = knocking();
  w.last().events.onClose(1006);
  assert.deepEqual(ways(w), ["socket"]);
  w.pass(BACKOFF_MS.first);
  w.last().events.onOpen();
  w.last().events.onClose(1006);
  assert.deepEqual(ways(w), ["socket", "socket", "poll"]);
  assert.deepEqual(w.last().sent, []);
});

test("a socket that opens and carries nothing is a dead one, too", () => {
  const w = knocking();
  for (let i = 0; i < 2; i++) {
    w.last().events.onOpen();
    w.pass(SILENCE_MS + BACKOFF_MS.first);
  }
  assert.deepEqual(ways(w), ["socket", "socket", "poll"]);
});

test("where the poll has carried the tab before, a socket that does not open is waited for less long", () => {
  const w = knocking({ polls: true });
  w.last().events.onOpen();
  hear(w, state());
  w.last().events.onClose(1006);
  w.pass(BACKOFF_MS.first);
  w.pass(OPEN_AGAIN_MS);
  assert.deepEqual(ways(w), ["poll", "socket", "poll"]);
  assert.equal(w.lines[1]!.closed, false);
});

test("two deaths that are further apart are no reason", () => {
  for (const [apart, way] of [[DEATHS_WITHIN_MS - 1, "poll"], [DEATHS_WITHIN_MS, null]] as const) {
    const tab = { polls: false };
    const two = createWays({ get: () => tab.polls, set(on) { tab.polls = on; } });
    assert.equal(two.lost("socket", 1006, 1000), null);
    assert.equal(two.lost("socket", 1006, 1000 + apart), way, String(apart));
  }
});

test("what only our server says shows that sockets come through", () => {
  const tab = { polls: false };
  const one = createWays({ get: () => tab.polls, set(on) { tab.polls = on; } });
  for (const code of [1012, 1013, 1006, 1012, 1006, 1013, 4001, 1006, 4003])
    assert.equal(one.lost("socket", code, 1000), null, String(code));
  assert.equal(one.lost("socket", 1006, 1000), null);
  assert.equal(one.lost("socket", 1006, 1000), "poll");
});

test("where the poll fails, too, it is the server: pauses grow, and the socket comes first", () => {
  const w = knocking({ polls: false }, 1);
  w.last().events.onClose(1006);
  w.pass(500);
  w.last().events.onClose(1006);
  w.last().events.onClose(1006);
  assert.deepEqual(ways(w), ["socket", "socket", "poll"]);
  w.pass(999);
  assert.equal(w.lines.length, 3);
  w.pass(1);
  assert.deepEqual(ways(w), ["socket", "socket", "poll", "socket"]);
});

test("a tab that polls does so at once after a reload", () => {
  const w = knocking({ polls: true });
  assert.deepEqual(ways(w), ["poll"]);
  w.last().events.onOpen();
  assert.deepEqual(w.last().sent, [{ t: "attach", token: "T" }]);
});

test("after a loss of the poll the socket is tried again, and one refusal is enough to come back to the poll", () => {
  const tab = { polls: true };
  const w = knocking(tab);
  w.last().events.onOpen();
  hear(w, state());
  w.last().events.onClose(1006);
  assert.equal(tab.polls, false);
  w.pass(BACKOFF_MS.first);
  w.last().events.onClose(1006);
  assert.deepEqual(ways(w), ["poll", "socket", "poll"]);
  w.last().events.onOpen();
  assert.equal(tab.polls, true);
});

test("a poll that says nothing after a ping is given up like a socket", () => {
  const w = knocking({ polls: true });
  w.last().events.onOpen();
  hear(w, state());
  w.pass(PING_MS);
  assert.equal(w.last().sent.pop()!.t, "ping");
  w.pass(SILENCE_MS + BACKOFF_MS.first);
  assert.deepEqual(ways(w), ["poll", "socket"]);
});

test("taken over, removed, token ended and abuse count on a poll as on a socket", () => {
  for (const code of [4001, 4002, 4003, 1008]) {
    const w = knocking({ polls: true });
    w.last().events.onOpen();
    w.last().events.onClose(code);
    w.pass(60000);
    assert.equal(w.lines.length, 1, String(code));
    assert.equal(w.links().pop(), "over");
  }
});

test("what a page that stopped had tried is closed, both ways", () => {
  const w = knocking();
  w.pass(OPEN_MS);
  w.connection.stop();
  assert.ok(w.lines[0]!.closed && w.lines[1]!.closed);
  w.lines[1]!.events.onOpen();
  assert.equal(w.lines[1]!.sent.length, 0);
});
