/* SPDX-License-Identifier: Apache-2.0 */
/* Frames over POST /api/frames: lost replies, a second connection that reaches another worker, a worker that is killed. */
import assert from "node:assert/strict";
import { request as ask } from "node:http";
import { after, before, test } from "node:test";
import { Member } from "./client.mjs";
import { Server, kill } from "./harness.mjs";

let server, key;
before(async () => {
  server = await new Server({ workers: 2 }).start();
  key = await server.key("host");
});
after(() => server?.close());

/** Each request on a connection of its own, so that both workers are met. */
function post(body, headers = {}) {
  return new Promise((done, refuse) => {
    const request = ask(`${server.url}/api/frames`, { method: "POST", agent: false, headers: { "Content-Type": "application/json", ...headers } }, (answer) => {
      let text = "";
      answer.on("data", (bytes) => { text += bytes; });
      answer.on("end", () => done({ status: answer.statusCode, json: text === "" ? null : JSON.parse(text) }));
    });
    request.on("error", refuse);
    request.setTimeout(25000, () => request.destroy(new Error("no reply")));
    request.end(typeof body === "string" ? body : JSON.stringify(body));
  });
}

class Poller {
  async open() {
    this.got = 0;
    this.frames = [];
    this.s = (await post({ frames: [] })).json.s;
    return this;
  }
  say(...frames) {
    return post({ s: this.s, got: this.got, frames }).then(({ json }) => this.take(json));
  }
  take(json) {
    json.frames?.forEach((frame, i) => {
      if (json.from + i <= this.got)
        return;
      this.got = json.from + i;
      this.frames.push(frame);
    });
    return json;
  }
  async expect(type) {
    for (let i = 0; i < 20; i++) {
      const at = this.frames.findIndex((f) => f.t === type);
      if (at >= 0)
        return this.frames.splice(at, 1)[0];
      const { json } = await post({ s: this.s, got: this.got, wait: true });
      assert.ok(!json.gone && json.close === undefined, `${type}: ${JSON.stringify(json)}`);
      this.take(json);
    }
    throw new Error(`no ${type}`);
  }
}

test("a question is answered over polling, on two workers, and a lost reply comes again with the same numbers", async () => {
  const room = await server.room(key, { bank: "live-quick", questions: { count: 1 }, close_all: false });
  const host = await Member.attach(server.url, room.host_token, "host");
  const an = await new Poller().open();
  await an.say({ t: "join", pin: room.pin, name: "An" });
  const joined = await an.expect("joined");
  await an.expect("state");
  await host.must("start");
  const lost = await post({ s: an.s, got: an.got, wait: true }); /* as if it had not come */
  const again = await post({ s: an.s, got: an.got, wait: true });
  assert.ok(lost.json.frames.length > 0);
  assert.equal(again.json.from, lost.json.from);
  assert.deepEqual(again.json.frames.slice(0, lost.json.frames.length), lost.json.frames);
  an.take(again.json);
  await an.expect("question");
  await an.say({ t: "answer", q: 1, a: ["a"], n: 1 });
  assert.equal((await an.expect("ack")).status, "accepted");
  const worker = Number(an.s.split("-")[0]);
  const pids = server.workerPids();
  pids.forEach((pid) => kill(pid));
  let gone;
  for (let i = 0; i < 100 && !gone; i++) {
    gone = await post({ s: an.s, got: an.got }).then(({ json }) => json.gone, () => false);
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.equal(gone, true, `worker ${worker}`);
  const back = await new Poller().open();
  await back.say({ t: "attach", token: joined.token });
  assert.equal((await back.expect("state")).answer.status, "accepted");
  host.stop();
});

test("time credit goes by the round trips that the page has measured", async () => {
  const room = await server.room(key, { bank: "live-quick", questions: { count: 1 }, close_all: false, cap_ms: 600 });
  const host = await Member.attach(server.url, room.host_token, "host");
  const players = [];
  for (const [name, rtt] of [["An", 0], ["Bình", 200], ["Chi", 5000]]) {
    const player = await new Poller().open();
    await player.say({ t: "join", pin: room.pin, name });
    await player.expect("joined");
    for (let i = 0; i < 3; i++)
      player.take((await post({ s: player.s, got: player.got, rtt })).json);
    players.push(player);
  }
  await host.must("start");
  for (const player of players) {
    await player.expect("question");
    await player.say({ t: "answer", q: 1, a: ["a"], n: 1, ms: 0 });
    assert.equal((await player.expect("ack")).status, "accepted");
  }
  const limits = (await server.events(room.room, room.judge_token)).filter(({ e }) => e.t === "answers").flatMap(({ e }) => e.r.map((row) => row.at(-1)));
  assert.ok(limits[0] >= 30 && limits[1] >= 230 && limits[1] >= limits[0] && limits[2] === 600, limits.join());
  host.stop();
});

test("who says goodbye is gone, and the polls are counted", async () => {
  const one = await new Poller().open();
  const worker = one.s.split("-")[0];
  assert.ok(await polls(worker) >= 1);
  assert.deepEqual((await post({ s: one.s, bye: true })).json, { gone: true });
  assert.deepEqual((await post({ s: one.s, got: 0 })).json, { gone: true });
});

/** What /metrics of this worker says; each request on a connection of its own reaches one or the other. */
async function polls(worker) {
  for (let i = 0; i < 200; i++) {
    const text = await new Promise((done, refuse) => {
      ask(`${server.url}/metrics`, { agent: false }, (answer) => {
        let all = "";
        answer.on("data", (bytes) => { all += bytes; });
        answer.on("end", () => done(all));
      }).on("error", refuse).end();
    });
    const found = new RegExp(`^hoithi_polls\\{worker="${worker}"\\} (\\d+)$`, "m").exec(text);
    if (found)
      return Number(found[1]);
  }
  throw new Error("that worker was never met");
}

test("bodies and origins are held to their limits", async () => {
  const frame = { t: "ping", c: 1 };
  assert.equal((await post({ frames: Array(20).fill(frame) })).status, 200);
  assert.equal((await post({ frames: Array(21).fill(frame) })).status, 400);
  assert.equal((await post("[".repeat(50))).status, 400);
  assert.equal((await post(`{"frames":[]${" ".repeat((64 << 10) - 13)}}`)).status, 200);
  assert.equal((await post(`{"frames":[]${" ".repeat((64 << 10) - 12)}}`)).status, 413);
  assert.equal((await post({ frames: [] }, { Origin: "http://elsewhere.example" })).status, 403);
  assert.deepEqual((await post({ s: "9-nobody", frames: [] })).json, { gone: true });
});
