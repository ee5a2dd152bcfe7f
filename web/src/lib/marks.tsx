/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marks.tsx - how an answer is known: letter + shape + colour, always in this order and place.
 *
 * Colours are the classes answer-0 … answer-5 of tokens.css (white on them is above 5.9:1); past six, letters go on
 * and shapes and colours begin again.
 */

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const SHAPES = [
  "M12 3 22 21H2Z", /* A triangle */
  "M12 1.5 22.5 12 12 22.5 1.5 12Z", /* B diamond */
  "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Z", /* C circle */
  "M3 3h18v18H3Z", /* D square */
  "m12 1.6 3.1 6.9 7.5.8-5.6 5 1.6 7.4L12 17.9l-6.6 3.8L7 14.3l-5.6-5 7.5-.8Z", /* E star */
  "m12 2 10.2 7.4-3.9 12H5.7l-3.9-12Z", /* F pentagon */
];

export function letter(index: number): string {
  return LETTERS[index] || String(index + 1);
}

/** The class of an answer's colour: "answer-0" … "answer-5". */
export function answerClass(index: number): string {
  return "answer-" + (index % SHAPES.length);
}

export function Shape({ index }: { index: number }) {
  return (
    <svg class="shape" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path fill="currentColor" d={SHAPES[index % SHAPES.length]} />
    </svg>
  );
}

/** Letter and shape; the colour comes from the element around it (class answerClass(i)). */
export function Mark({ index }: { index: number }) {
  return <span class="mark"><b>{letter(index)}</b><Shape index={index} /></span>;
}

/** ✓ or ✗ as a drawn mark: it looks the same in every font. Say the word beside it. */
export function Tick({ right }: { right: boolean }) {
  return (
    <svg class={"tick " + (right ? "is-right" : "is-wrong")} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path fill="none" stroke="currentColor" stroke-width="3.4" stroke-linecap="round" stroke-linejoin="round"
        d={right ? "M4 12.5 9.5 18 20 6.5" : "M6 6 18 18M18 6 6 18"} />
    </svg>
  );
}
