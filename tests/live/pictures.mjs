/* SPDX-License-Identifier: Apache-2.0 */
/* pictures.mjs - small pictures, sounds and ZIP files, made for the tests. */
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

const TABLE = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++)
    n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
/** Of PNG and ZIP; node's own is younger than some nodes. */
function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes)
    sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A picture of one colour that every browser can show. */
export function png(width, height, [red, green, blue] = [0, 90, 160]) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(3 * width).map((_, i) => [red, green, blue][i % 3])]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

export const svg = (inside) => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">${inside}</svg>`);

/** Silence: MPEG 1 layer III, 32 kbit/s, 26 ms a frame. */
export function mp3(frames) {
  const frame = Buffer.alloc(104);
  frame.set([0xff, 0xfb, 0x10, 0xc4]);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Stored, not packed: {name: bytes}. */
export function zip(parts) {
  const locals = [], central = [];
  let at = 0;
  for (const [name, bytes] of Object.entries(parts)) {
    const label = Buffer.from(name), about = Buffer.alloc(26), local = Buffer.alloc(4), entry = Buffer.alloc(6), rest = Buffer.alloc(14);
    about.writeUInt16LE(20, 0);
    about.writeUInt32LE(crc32(bytes), 10);
    about.writeUInt32LE(bytes.length, 14);
    about.writeUInt32LE(bytes.length, 18);
    about.writeUInt16LE(label.length, 22);
    local.writeUInt32LE(0x04034b50, 0);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    rest.writeUInt32LE(at, 10);
    locals.push(local, about, label, bytes);
    central.push(entry, about, rest, label);
    at += 30 + label.length + bytes.length;
  }
  const list = Buffer.concat(central), end = Buffer.alloc(22), count = Object.keys(parts).length;
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, list, end]);
}
