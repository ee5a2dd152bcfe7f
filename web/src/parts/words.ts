/* SPDX-License-Identifier: Apache-2.0 */
/* words.ts - the words that distribution.ts needs, in one language. */
import type { Lang, Text } from "../lib/frames";
import { lang, number, textOf } from "../lib/i18n";
import type { Words } from "./distribution";
import commonEn from "../i18n/common.en.json";
import commonVi from "../i18n/common.vi.json";

/* Four digits stay together: a year is 1945, not 1.945. */
function plain(n: number): string {
  return Math.abs(n) < 10000 ? number(n).replace(/^(−?\d)[.,](\d{3})(?!\d)/, Number.isInteger(n) ? "$1$2" : "$&") : number(n);
}

export function wordsIn(language: Lang = lang.get()): Words {
  const common = language === "en" ? commonEn : commonVi;
  return { pick: (text) => textOf(text as Text, language), yes: common["true"], no: common["false"], number: plain };
}
