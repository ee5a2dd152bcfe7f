/* SPDX-License-Identifier: Apache-2.0 */
/* words.ts - the judge's own texts. */
import judgeEn from "../i18n/judge.en.json";
import judgeVi from "../i18n/judge.vi.json";
import { texts } from "../lib/i18n";

export type Key = keyof typeof judgeVi;
export const t = texts(judgeVi, judgeEn);
export const isKey = (key: string): key is Key => key in judgeVi;
