/* SPDX-License-Identifier: Apache-2.0 */
/* texts.ts - the student page's words. */
import en from "../i18n/student.en.json";
import vi from "../i18n/student.vi.json";
import { texts } from "../lib/i18n";

export const t = texts(vi, en);
