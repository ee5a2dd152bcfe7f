/* SPDX-License-Identifier: Apache-2.0 */
/* chance.ts - random names for pages, joinings and commands. Works on plain HTTP, where randomUUID does not. */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/** `length` characters of A–Z a–z 0–9 _ -, six bits of chance each. */
export function randomName(length: number): string {
  const bytes = new Uint8Array(length);
  window.crypto.getRandomValues(bytes);
  let name = "";
  for (let i = 0; i < length; i++)
    name += LETTERS[(bytes[i] as number) & 63];
  return name;
}
