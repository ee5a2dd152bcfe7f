// SPDX-License-Identifier: Apache-2.0
// secure.mjs - what TLS costs a server: memory and processor time of many who join, over TLS and without.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";

const AT_ONCE = 50;
const PATIENCE_MS = 30000;

// A key as docs/operating.md advises, for this run alone.
export function certificate(folder) {
  const cert = join(folder, "cert.pem"), key = join(folder, "key.pem");
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", cert], { stdio: "ignore" });
  return ["--tls-cert", cert, "--tls-key", key];
}

// RssAnon and running time of a process and all that descend from it, but for Redis.
export function usage(pid) {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0]), redis: stat.includes("(redis-server)") }];
    } catch {
      return [];
    }
  });
  const mine = [pid];
  for (let i = 0; i < mine.length; i++) mine.push(...all.filter((process) => process.parent === mine[i]).map((process) => process.pid));
  const counted = all.filter((process) => mine.includes(process.pid) && !process.redis);
  const bytes = counted.map((process) => 1024 * Number(/RssAnon:\s*(\d+)/.exec(readFileSync(`/proc/${process.pid}/status`, "utf8"))?.[1] ?? 0));
  const ns = counted.map((process) => Number(readFileSync(`/proc/${process.pid}/schedstat`, "utf8").split(" ")[0]));
  const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);
  return { bytes: sum(bytes), ns: sum(ns) };
}

function textFrame(text) {
  const payload = Buffer.from(text), mask = randomBytes(4);
  const head = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length]) : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i & 3])]);
}

// One who joins; resolves with the socket when "joined" has come.
function member(server, secure, number) {
  return new Promise((done, failed) => {
    const options = { port: server.port, host: "127.0.0.1", rejectUnauthorized: false };
    const socket = secure ? connectTls(options) : connectPlain(options);
    const late = setTimeout(() => failed(new Error(`member ${number} did not come in`)), PATIENCE_MS);
    let text = "", upgraded = false;
    socket.once(secure ? "secureConnect" : "connect", () => socket.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Protocol: hoithi.v1\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`));
    socket.on("data", (piece) => {
      text += piece.toString("latin1");
      if (!upgraded && text.includes("\r\n\r\n")) {
        upgraded = true;
        socket.write(textFrame(JSON.stringify({ t: "join", pin: server.pin, name: `Bạn ${number}` })));
      }
      if (text.includes('"t":"joined"')) {
        clearTimeout(late);
        socket.removeAllListeners("data");
        socket.resume();
        done(socket);
      }
    });
    socket.on("error", failed);
  });
}

// Bytes and microseconds a member, once `count` have joined.
export async function costs(server, secure, count) {
  const members = [await member(server, secure, 0)];
  const before = usage(server.pid);
  for (let i = 1; i <= count; i += AT_ONCE)
    members.push(...await Promise.all(Array.from({ length: Math.min(AT_ONCE, count + 1 - i) }, (_, k) => member(server, secure, i + k))));
  await new Promise((done) => setTimeout(done, 500));
  const after = usage(server.pid);
  for (const socket of members) socket.destroy();
  return { bytes: (after.bytes - before.bytes) / count, us: (after.ns - before.ns) / 1000 / count };
}
