/* SPDX-License-Identifier: Apache-2.0 */
/* sheet.mjs - reads an .xlsx as far as tests need it: each sheet's cells by their address, as text or number. */
import { inflateRawSync } from "node:zlib";

/** The files of a ZIP, by name. */
function unzip(bytes) {
  const files = new Map();
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, nameLength, extra, comment, local] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const body = bytes.subarray(start, start + packed);
    files.set(name, (bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(body) : body).toString("utf8"));
    at += 46 + nameLength + extra + comment;
  }
  return files;
}

const plain = (xml) => xml.replace(/<[^>]*>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");

/** [{name, cells: {"A1": …}, xml}] and the book's styles. */
export function readBook(bytes) {
  const files = unzip(bytes);
  const strings = [...(files.get("xl/sharedStrings.xml") ?? "").matchAll(/<si>(.*?)<\/si>/gs)].map((found) => plain(found[1]));
  const names = [...files.get("xl/workbook.xml").matchAll(/<sheet name="([^"]*)"/g)].map((found) => plain(found[1]));
  const sheets = names.map((name, i) => {
    const xml = files.get(`xl/worksheets/sheet${i + 1}.xml`);
    const cells = {};
    for (const [, place, rest, inside] of xml.matchAll(/<c r="([A-Z]+\d+)"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs))
      if (inside !== undefined) {
        const value = plain(/<v>(.*?)<\/v>/s.exec(inside)?.[1] ?? inside);
        cells[place] = /t="s"/.test(rest) ? strings[Number(value)] : /t="inlineStr"/.test(rest) ? value : Number(value);
      }
    return { name, cells, xml };
  });
  return { sheets, styles: files.get("xl/styles.xml") };
}
