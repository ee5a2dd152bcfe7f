/* SPDX-License-Identifier: Apache-2.0 */
/* texts.ts - the practice page's words, and names for the topics of the shipped banks. */
import en from "../i18n/practice.en.json";
import vi from "../i18n/practice.vi.json";
import topicsEn from "../i18n/topics.en.json";
import topicsVi from "../i18n/topics.vi.json";
import { texts } from "../lib/i18n";

export const t = texts(vi, en);
const named = texts(topicsVi, topicsEn);

/** A topic that no list names is shown as the bank writes it: "old-maps" → "old maps". */
export function topicName(topic: string): string {
  return topic in topicsVi ? named(topic as keyof typeof topicsVi) : topic.replace(/-/g, " ");
}
