/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answers.mjs - right and wrong answers to the questions of banks/live-kinds and banks/live-quick, as pages send them.
 */
export const KINDS = [
  { kind: "single", full: 1000, right: [["b"]], wrong: [["a"], ["c"], ["d"]], key: ["b"] },
  { kind: "multiple", full: 2000, right: [["a", "c", "e"], ["e", "a", "c"]], wrong: [["a", "c"], ["a", "b", "c", "e"], ["b"]], key: ["a", "c", "e"] },
  { kind: "truefalse", full: 1000, right: [["true"]], wrong: [["false"]], key: ["true"] },
  { kind: "number", full: 1000, right: [3.75, "3,75", "4", "3.5"], wrong: [0, "4,01", "-3,75", 3.49], key: { low: 3.5, high: 4 } },
  { kind: "text", full: 1000, right: ["Hải Phòng", "hai phong", "THÀNH PHỐ HẢI PHÒNG", " Hải  Phòng "], wrong: ["Hà Nội", "Hải Phong Lan"], key: ["Hải Phòng", "thành phố Hải Phòng"] },
  { kind: "order", full: 1000, right: [["b", "d", "a", "c"]], wrong: [["a", "b", "c", "d"], ["d", "b", "a", "c"]], key: ["b", "d", "a", "c"] },
  {
    kind: "statements", full: 2000, right: [{ a: true, b: false, c: true, d: false }],
    wrong: [{ a: true, b: false, c: true, d: true }, { a: false, b: true, c: false, d: true }, { a: true }],
    shares: [1000, 0, 200], key: { a: true, b: false, c: true, d: false },
  },
  { kind: "match", full: 1000, right: [{ l1: "r3", l2: "r1", l3: "r2" }], wrong: [{ l1: "r3", l2: "r2", l3: "r1" }, { l1: "r4" }], key: { l1: "r3", l2: "r1", l3: "r2" } },
];

/** What player `i` says to question `q`, and what that is worth under "accuracy"; null: says nothing. */
export function kindAnswer(q, i) {
  const { right, wrong, full, shares } = KINDS[q - 1];
  const turn = (i * 7 + q * 3) % 5;
  if (turn === 4)
    return null;
  if (turn < 3 - (i % 2)) {
    const a = right[i % right.length];
    return { a, right: true, points: full };
  }
  const index = i % wrong.length;
  return { a: wrong[index], right: false, points: shares ? shares[index] : 0 };
}

/** The key of question `q` of banks/live-quick. */
export const quickKey = (q) => "abcd"[((q - 1) * 7 + 3) % 4];
