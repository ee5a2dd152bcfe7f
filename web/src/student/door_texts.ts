/* SPDX-License-Identifier: Apache-2.0 */
/* door_texts.ts - the words before the room; the room's come with it. */
import en from "../i18n/door.en.json";
import vi from "../i18n/door.vi.json";
import { texts } from "../lib/i18n";

export const t = texts(vi, en);
