/* SPDX-License-Identifier: Apache-2.0 */
/* mine_words.ts - the texts of "My questions". */
import mineEn from "../i18n/mine.en.json";
import mineVi from "../i18n/mine.vi.json";
import { texts } from "../lib/i18n";

export type MineKey = keyof typeof mineVi;
export const tm = texts(mineVi, mineEn);
