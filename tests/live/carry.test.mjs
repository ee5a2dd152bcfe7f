/* SPDX-License-Identifier: Apache-2.0 */
/* How requests and frames are carried: odd HTTP, refused upgrades, too many clients, TLS, workers started anew. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { gunzipSync } from "node:zlib";
import { Line, Member } from "./client.mjs";
import { Server, kill, newDirectory, until, within } from "./harness.mjs";

const open = [];
const people = []; /* a member comes back for ever, and node waits for it, until it is stopped */
const keep = (member) => { people.push(member); return member; };
after(() => {
  people.forEach((member) => member.stop());
  return Promise.all(open.map((server) => server.close()));
});

async function serving(options) {
  const server = new Server(options);
  open.push(server);
  return server.start();
}

let server;
let pids;
before(async () => {
  server = await serving({ workers: 2 });
  pids = server.workerPids();
});

const HOST = "Host: x\r\n";
const KEY = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const upgrade = (path, more = "Sec-WebSocket-Protocol: hoithi.v1\r\n") => `GET ${path} HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n${KEY}${more}\r\n`;

/** Sends bytes; gives what came back once `done` holds of it or the server has closed. */
function raw(bytes, done = (text) => text.includes("\r\n\r\n")) {
  return within(`an answer to ${String(bytes).slice(0, 60)}`, new Promise((finish) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
    let got = "";
    const end = () => { socket.destroy(); finish(got); };
    socket.on("data", (data) => { got += data.toString("latin1"); if (done(got)) end(); });
    socket.on("error", end);
    socket.on("close", end);
  }));
}
const status = (text) => Number(/^HTTP\/1\.[01] (\d+)/.exec(text)?.[1] ?? 0);

test("odd requests get a status or the line is closed, and every worker lives on", async () => {
  const request = (line, headers = "", body = "") => `${line} HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;
  const cases = [
    [[405], request("PUT /healthz", "Content-Length: 3\r\n", "abc")], [[405], request("DELETE /healthz")], [[405], request("PATCH /")],
    [[403, 405], request("DANCE /healthz")], [[0, 403], Buffer.from([0, 1, 2, 3, 255, 254, 10, 13])],
    [[0, 403], Buffer.from("1603010200010001fc0303" + "00".repeat(520), "hex")], [[0, 403], "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    [[411], request("POST /api/rooms", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n")], [[411], request("POST /api/rooms", "Content-Length: abc\r\n")],
    [[411], request("POST /api/rooms", "Content-Length: -5\r\n")], [[413], request("POST /api/rooms", "Content-Length: 99999999999\r\n", "abc")],
    [[404], request(`GET /${"a".repeat(510)}`)], [[414], request(`GET /${"a".repeat(511)}`)], [[414], request(`GET /healthz?${"a".repeat(600)}`)],
    [[431], request("GET /api/rooms", `Authorization: Bearer ${"a".repeat(600)}\r\n`)], [[0], request("GET /healthz", `X-A: ${"a".repeat(9000)}\r\n`)],
    [[400], request("GET /healthz", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n")],
    [[400], upgrade("/ws", "")], [[400], upgrade("/ws", "Sec-WebSocket-Protocol: chat\r\n")], [[400], upgrade("/ws", "Sec-WebSocket-Protocol: http\r\n")],
    [[404], upgrade("/wss")], [[404], upgrade("/")], [[403], upgrade("/ws", "Sec-WebSocket-Protocol: hoithi.v1\r\nOrigin: http://elsewhere\r\n")],
    [[101], upgrade("/ws", "Sec-WebSocket-Protocol: chat, hoithi.v1\r\n")], [[101], upgrade("/quiz/ws", "Sec-WebSocket-Protocol: hoithi.v1\r\nOrigin: http://x\r\n")],
  ];
  for (const [expected, bytes] of cases) {
    const text = await raw(bytes);
    assert.ok(expected.includes(status(text)), `${JSON.stringify(String(bytes).slice(0, 90))}: ${status(text)} ${text.slice(0, 60)}`);
  }
  assert.deepEqual(server.workerPids(), pids, "a worker died of it");
});

test("a body of 262144 bytes is read; one byte more is read away and told why", async () => {
  const post = (length) => raw(`POST /api/rooms HTTP/1.1\r\n${HOST}Content-Length: ${length}\r\n\r\n${"x".repeat(length)}`);
  assert.equal(status(await post(262144)), 401);
  const text = await post(262145);
  assert.equal(status(text), 413);
});

test("requests on one line are answered in order, also behind a body that nobody asked for", async () => {
  const text = await raw(`GET /healthz HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhelloGET /nothing HTTP/1.1\r\n${HOST}\r\nGET /api/where HTTP/1.1\r\n${HOST}\r\n`, (got) => got.includes("addresses"));
  assert.deepEqual([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((m) => m[1]), ["200", "404", "200"]);
});

test("HEAD says what GET would, without it; a page that has not changed is a 304; gzip where it is taken", async () => {
  const page = await raw(`GET / HTTP/1.1\r\n${HOST}\r\n`, (got) => got.includes("</html>"));
  const head = await raw(`HEAD / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, () => false);
  const length = (text) => /content-length: (\d+)/i.exec(text)?.[1];
  assert.equal(length(head), length(page));
  assert.equal(head.split("\r\n\r\n")[1], "");
  const etag = /etag: ("[^"]+")/i.exec(page)[1];
  const same = await raw(`GET / HTTP/1.1\r\n${HOST}If-None-Match: ${etag}\r\nConnection: close\r\n\r\n`, () => false);
  assert.equal(status(same), 304);
  const packed = await raw(`GET / HTTP/1.1\r\n${HOST}Accept-Encoding: gzip\r\nConnection: close\r\n\r\n`, () => false);
  const [headers, body] = packed.split("\r\n\r\n");
  assert.match(headers, /content-encoding: gzip/i);
  assert.match(gunzipSync(Buffer.from(packed.slice(packed.indexOf("\r\n\r\n") + 4), "latin1")).toString(), /<html/);
  assert.ok(body.length > 0);
  for (const wanted of [/content-security-policy: default-src 'none'/i, /x-content-type-options: nosniff/i, /referrer-policy: no-referrer/i, /frame-ancestors 'none'/])
    assert.match(page, wanted);
  assert.ok(!/unsafe-inline/.test(page));
});

test("whoever is one too many is told 1013, and comes in once somebody has gone", async () => {
  const small = await serving({ workers: 1, args: ["--connections", "3"] });
  const lines = await Promise.all([1, 2, 3].map(() => Line.open(small.url)));
  const extra = await Line.open(small.url);
  assert.equal(await within("the extra line to be closed", extra.closed), 1013);
  await lines[0].close();
  await until("a place", async () => {
    const line = await Line.open(small.url);
    line.send({ t: "ping", c: 7 });
    const outcome = await Promise.race([line.expect("pong").then(() => true, () => false), line.closed.then(() => false)]);
    line.cut();
    return outcome;
  });
});

test("a client that does not read holds up nobody", async () => {
  const key = await server.key("host");
  const room = await server.room(key);
  const slow = keep(await Member.join(server.url, { pin: room.pin, name: "Chậm" }));
  const quick = keep(await Member.join(server.url, { pin: room.pin, name: "Nhanh" }));
  slow.line.socket._socket.pause();
  for (let i = 0; i < 3000; i++)
    slow.line.send({ t: "review" });
  for (let i = 0; i < 20; i++) {
    quick.line.send({ t: "ping", c: i });
    await quick.expect("pong");
  }
  assert.deepEqual(server.workerPids(), pids);
  slow.line.cut();
});

/* ---- workers started anew ---- */

test("told to renew, every worker is replaced, one after the other, and its clients come back to where they were", async () => {
  const renewed = await serving({ workers: 2 });
  const key = await renewed.key("host");
  const room = await renewed.room(key);
  const members = await Promise.all(Array.from({ length: 12 }, async (_, i) => keep(await Member.join(renewed.url, { pin: room.pin, name: `An ${i}` }))));
  const first = renewed.workerPids();
  kill(renewed.child.pid, "SIGUSR2");
  await until("two other workers", () => {
    const now = renewed.workerPids();
    return now.length === 2 && !now.some((pid) => first.includes(pid));
  });
  await until("its word", () => renewed.err.includes("every worker has been started anew"));
  const host = keep(await Member.attach(renewed.url, room.host_token, "host"));
  assert.equal(host.state.players, 12);
  for (const member of members) {
    await until("it is back", () => member.line.isOpen);
    member.line.send({ t: "ping", c: 1 });
    await member.expect("pong");
  }
  assert.ok(!/signal/.test(renewed.err), renewed.err);
});

/* ---- TLS ---- */

function newCertificate(folder, name) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert, "-days", "60", "-subj", `/CN=${name}`], { stdio: "ignore" });
  return { key, cert };
}

/** One request over TLS: who the server says it is, and what it answers. */
const secure = (port, path = "/healthz") => within("an answer over TLS", new Promise((done, refuse) => {
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => socket.write(`GET ${path} HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`));
  let text = "";
  const name = () => socket.getPeerCertificate().subject.CN;
  socket.once("secureConnect", () => { socket.who = name(); });
  socket.on("data", (data) => { text += data; });
  socket.on("error", refuse);
  socket.on("close", () => done({ name: socket.who, text }));
}));

test("with a certificate everything is served over TLS, and a renewed one without losing anybody", async () => {
  const folder = newDirectory("tls");
  const [one, two] = [newCertificate(folder, "mot"), newCertificate(folder, "hai")];
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  copyFileSync(one.cert, cert);
  copyFileSync(one.key, key);
  const safe = new Server({ workers: 1, args: ["--tls-cert", cert, "--tls-key", key] });
  open.push(safe);
  await safe.start();
  assert.match(safe.out, /^ready https:\/\/127\.0\.0\.1:\d+$/m);
  const answer = await secure(safe.port);
  assert.equal(answer.name, "mot");
  assert.match(answer.text, /^HTTP\/1\.1 200/);
  assert.match(answer.text, /strict-transport-security: max-age=31536000/i);
  const plain = await within("plain HTTP to be closed", new Promise((done) => {
    const socket = connect(safe.port, "127.0.0.1", () => socket.write(`GET / HTTP/1.1\r\n${HOST}\r\n`));
    let got = "";
    socket.on("data", (data) => { got += data; });
    socket.on("error", () => done(got));
    socket.on("close", () => done(got));
  }));
  assert.ok(!plain.startsWith("HTTP/1.1 200"), plain);
  const line = await Line.open(`https://127.0.0.1:${safe.port}`, { options: { rejectUnauthorized: false } });
  for (let i = 0; i < 20; i++)
    line.sendRaw("nonsense");
  assert.equal(await within("the line to be closed", line.closed), 1008);
  copyFileSync(two.cert, cert);
  copyFileSync(two.key, key);
  kill(safe.child.pid, "SIGHUP");
  await until("the renewed certificate", async () => (await secure(safe.port).catch(() => ({}))).name === "hai");
});

test("a certificate that cannot be used is said at the start", async () => {
  const folder = newDirectory("tls");
  const [one, two] = [newCertificate(folder, "mot"), newCertificate(folder, "hai")];
  for (const [cert, key, pattern] of [[one.cert, two.key, /does not belong/], [one.key, one.key, /no certificate/], [one.cert, one.cert, /no private key/], [join(folder, "none"), one.key, /cannot be read/]]) {
    const wrong = new Server({ workers: 1, args: ["--tls-cert", cert, "--tls-key", key] });
    open.push(wrong);
    await assert.rejects(wrong.start(), pattern);
  }
});
