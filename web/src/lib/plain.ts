/* SPDX-License-Identifier: Apache-2.0 */
/* plain.ts - text as people look for it: lower case, without marks, đ as d. */
const MARKS = new RegExp("[\\u0300-\\u036f]", "g");

export const plain = (text: string): string => text.normalize("NFD").replace(MARKS, "").replace(/[đĐ]/g, "d").toLowerCase();
