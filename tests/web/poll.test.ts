/* SPDX-License-Identifier: Apache-2.0 */
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { CUT_SHORT_MS, FAILURES_MAX, FRAMES_A_BODY, RETRY_MS, SEND_MS, WAIT_MS, pollTransport } from "../../web/src/lib/poll";

interface Body { s?: string; got?: number; wait?: boolean; rtt?: number; frames?: { t: string; c?: number }[] }
interface Asked { url: string; body: Body; aborted: () => boolean; reply(json: unknown, status?: number): Promise<void>; fail(): Promise<void> }

/** A server that is the test itself: requests wait until they are answered by hand, and time is passed in. */
function world() {
  let now = 0, next = 1;
  const timers = new Map<number, { at: number; f: () => void }>();
  const asked: Asked[] = [];
  const heard: string[] = [], farewells: unknown[] = [];
  const leaving = new Set<() => void>();
  const seen = { opened: 0, closes: [] as number[] };
  const settled = () => new Promise<void>((done) => setImmediate(done));
  const line = pollTransport({
    now: () => now,
    later(f, ms) { timers.set(next, { at: now + ms, f }); return next++; },
    never(t) { timers.delete(t); },
    url: () => "https://thi.example.vn/quiz/api/frames",
    farewell(url, body) { farewells.push(JSON.parse(body)); assert.equal(url, "https://thi.example.vn/quiz/api/frames"); },
    onLeaving(f) { leaving.add(f); return () => { leaving.delete(f); }; },
    fetch(url, init) {
      return new Promise((done, refuse) => {
        init.signal!.addEventListener("abort", () => refuse(new Error("AbortError")));
        asked.push({
          url, body: JSON.parse(init.body as string), aborted: () => init.signal!.aborted,
          reply(json, status = 200) {
            const text = typeof json === "string" ? json : JSON.stringify(json);
            done({ status, text: () => Promise.resolve(text) } as Response);
            return settled();
          },
          fail() { refuse(new TypeError("Failed to fetch")); return settled(); },
        });
      });
    },
  })({
    onOpen() { seen.opened++; },
    onText(text) { heard.push(text); },
    onClose(code) { seen.closes.push(code); },
  });
  function pass(ms: number): Promise<void> {
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
    return settled();
  }
  const waits = () => asked.filter((a) => a.body.wait);
  const sends = () => asked.filter((a) => !a.body.wait && a.body.s !== undefined);
  return { line, asked, heard, seen, pass, waits, sends, timers, farewells, leave: () => leaving.forEach((f) => f()), last: () => asked[asked.length - 1]! };
}
type W = ReturnType<typeof world>;

const frames = (from: number, ...list: unknown[]) => ({ s: "1-secret", from, frames: list });
const pong = (c: number) => ({ t: "pong", c, s: 1 });
const texts = (...list: unknown[]) => list.map((f) => JSON.stringify(f));

async function opened(): Promise<W> {
  const w = world();
  await w.last().reply(frames(1));
  return w;
}

test("the first request makes a session, beside the page's own address, and then one waits", async () => {
  const w = world();
  assert.equal(w.last().url, "https://thi.example.vn/quiz/api/frames");
  assert.deepEqual(w.last().body, { frames: [] });
  assert.equal(w.seen.opened, 0);
  await w.last().reply(frames(1));
  assert.equal(w.seen.opened, 1);
  assert.deepEqual(w.last().body, { s: "1-secret", got: 0, wait: true });
  assert.equal(w.asked.length, 2);
});

test("a first request that fails, whatever way, is not tried again", async () => {
  for (const how of [(a: Asked) => a.fail(), (a: Asked) => a.reply("<html>Đăng nhập Wi-Fi</html>"), (a: Asked) => a.reply({ error: { code: "not_allowed" } }, 403), (a: Asked) => a.reply({ gone: true }), (a: Asked) => a.reply("null")]) {
    const w = world();
    await how(w.last());
    await w.pass(WAIT_MS);
    assert.deepEqual([w.seen.opened, w.seen.closes, w.asked.length], [0, [1006], 1]);
  }
});

test("a full house says so with the code for it", async () => {
  const w = world();
  await w.last().reply({ error: { code: "busy", message: "" } }, 503);
  assert.deepEqual(w.seen.closes, [1013]);
});

test("a first request without a reply is given up and aborted", async () => {
  const w = world();
  await w.pass(SEND_MS);
  assert.deepEqual(w.seen.closes, [1006]);
  assert.ok(w.last().aborted());
  await w.last().reply(frames(1));
  assert.equal(w.seen.opened, 0);
});

test("frames are heard once and in order, whoever brings them", async () => {
  const w = await opened();
  w.line.send('{"t":"ping","c":1}');
  await w.sends()[0]!.reply(frames(1, pong(1), pong(2)));
  await w.waits()[0]!.reply(frames(1, pong(1), pong(2), pong(3)));
  assert.deepEqual(w.heard, texts(pong(1), pong(2), pong(3)));
  assert.equal(w.last().body.got, 3);
});

test("a wait that ends without anything is followed by the next at once", async () => {
  const w = await opened();
  await w.pass(20000);
  await w.waits()[0]!.reply(frames(1));
  assert.equal(w.waits().length, 2);
});

test("whoever answers waits at once with nothing is not asked without a pause", async () => {
  const w = await opened();
  await w.waits()[0]!.reply(frames(1));
  assert.equal(w.waits().length, 1);
  await w.pass(RETRY_MS);
  assert.equal(w.waits().length, 2);
});

test("one sending request at a time; what is said meanwhile goes with the next, in order", async () => {
  const w = await opened();
  for (let c = 1; c <= 3; c++)
    w.line.send(`{"t":"ping","c":${c}}`);
  assert.deepEqual(w.sends().map((a) => a.body.frames!.map((f) => f.c)), [[1]]);
  await w.sends()[0]!.reply(frames(1));
  assert.deepEqual(w.sends().map((a) => a.body.frames!.map((f) => f.c)), [[1], [2, 3]]);
});

test("a body holds as many frames as the server takes, and bytes", async () => {
  const w = await opened();
  w.line.send('{"t":"ping","c":0}');
  for (let c = 1; c <= FRAMES_A_BODY + 1; c++)
    w.line.send(`{"t":"ping","c":${c}}`);
  await w.sends()[0]!.reply(frames(1));
  assert.equal(w.last().body.frames!.length, FRAMES_A_BODY);
  await w.last().reply(frames(1));
  assert.equal(w.last().body.frames!.length, 1);
  await w.last().reply(frames(1));
  w.line.send('{"t":"ping","c":1}');
  for (let i = 0; i < 4; i++)
    w.line.send(JSON.stringify({ t: "do", id: "c" + i, cmd: "x", args: { text: "ễ".repeat(5400) } }));
  await w.last().reply(frames(1));
  assert.equal(w.last().body.frames!.length, 3);
  assert.ok(Buffer.byteLength(JSON.stringify(w.last().body)) < 64 << 10);
});

test("the round trip of a sending request is told with the next", async () => {
  const w = await opened();
  w.line.send('{"t":"ping","c":1}');
  assert.equal(w.last().body.rtt, undefined);
  await w.pass(180);
  await w.sends()[0]!.reply(frames(1));
  w.line.send('{"t":"ping","c":2}');
  assert.equal(w.last().body.rtt, 180);
});

test("a lost reply: the same frames are said again, and the same numbers heard once", async () => {
  const w = await opened();
  w.line.send('{"t":"ping","c":1}');
  await w.sends()[0]!.fail();
  await w.pass(RETRY_MS);
  assert.deepEqual(w.sends()[1]!.body.frames, [{ t: "ping", c: 1 }]);
  await w.waits()[0]!.reply(frames(1, pong(1)));
  await w.sends()[1]!.reply(frames(1, pong(1), pong(1)));
  assert.deepEqual(w.heard, texts(pong(1), pong(1)));
});

test("failures in a row end the line, one that succeeds in between does not count", async () => {
  const w = await opened();
  for (let i = 1; i < FAILURES_MAX; i++) {
    await w.waits().pop()!.fail();
    await w.pass(RETRY_MS * Math.pow(2, i - 1));
  }
  assert.equal(w.waits().length, FAILURES_MAX);
  await w.waits().pop()!.reply(frames(1, pong(1)));
  for (let i = 1; i <= FAILURES_MAX; i++) {
    assert.deepEqual(w.seen.closes, []);
    await w.waits().pop()!.fail();
    await w.pass(RETRY_MS * Math.pow(2, i));
  }
  assert.deepEqual(w.seen.closes, [1006]);
  assert.equal(w.timers.size, 0);
});

test("a wait that a proxy cuts short is asked again at once and does not count", async () => {
  const w = await opened();
  for (let i = 0; i < FAILURES_MAX * 2; i++) {
    await w.pass(CUT_SHORT_MS);
    await w.waits().pop()!.reply("<html>504</html>", 504);
  }
  assert.deepEqual(w.seen.closes, []);
  assert.equal(w.waits().length, FAILURES_MAX * 2 + 1);
});

test("a wait that never ends is given up, aborted and asked again", async () => {
  const w = await opened();
  await w.pass(WAIT_MS);
  assert.ok(w.waits()[0]!.aborted());
  await w.pass(RETRY_MS);
  assert.equal(w.waits().length, 2);
});

test("frames that come with a close are heard before it", async () => {
  const w = await opened();
  await w.waits()[0]!.reply({ ...frames(1, { t: "removed", why: "host" }), close: 4002 });
  assert.deepEqual(w.heard, texts({ t: "removed", why: "host" }));
  assert.deepEqual(w.seen.closes, [4002]);
  await w.pass(WAIT_MS);
  assert.equal(w.waits().length, 1);
});

test("a session that is not known any more is a lost line", async () => {
  const w = await opened();
  w.line.send('{"t":"ping","c":1}');
  await w.sends()[0]!.reply({ gone: true });
  assert.deepEqual(w.seen.closes, [1006]);
  assert.ok(w.waits()[0]!.aborted());
});

test("a gap in the numbers is a lost line, for a new one gets the whole state", async () => {
  const w = await opened();
  await w.waits()[0]!.reply(frames(2, pong(2)));
  assert.deepEqual(w.heard, []);
  assert.deepEqual(w.seen.closes, [1006]);
});

test("a line that was closed here says and hears nothing more", async () => {
  const w = await opened();
  w.line.send('{"t":"ping","c":1}');
  w.line.close();
  assert.ok(w.waits()[0]!.aborted() && w.sends()[0]!.aborted());
  await w.waits()[0]!.reply({ ...frames(1, pong(1)), close: 4001 });
  w.line.send('{"t":"ping","c":2}');
  await w.pass(WAIT_MS);
  assert.deepEqual([w.heard, w.seen.closes, w.asked.length, w.timers.size], [[], [], 3, 0]);
});

test("a session is taken leave of when its line is closed here or the page is left, and once only", async () => {
  const closed = await opened();
  closed.line.close();
  closed.line.close();
  closed.leave();
  assert.deepEqual(closed.farewells, [{ s: "1-secret", bye: true }]);
  const left = await opened();
  left.leave();
  assert.deepEqual(left.farewells, [{ s: "1-secret", bye: true }]);
  assert.deepEqual(left.seen.closes, [], "a page that comes back finds out by asking");
  const none = world();
  none.line.close();
  const ended = await opened();
  await ended.waits()[0]!.reply({ ...frames(1), close: 4001 });
  ended.leave();
  assert.deepEqual([none.farewells, ended.farewells], [[], []]);
});
