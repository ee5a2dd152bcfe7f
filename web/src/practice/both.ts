/* SPDX-License-Identifier: Apache-2.0 */
/* both.ts - questions in one language or in both, side by side. */
import type { Choice, Text } from "../lib/frames";
import { textOf } from "../lib/i18n";
import type { Asked } from "../lib/state";
import type { BankQuestion } from "./bank";

export type Languages = "vi" | "en" | "both";

/** Both texts in two lines where they differ. */
export function bothOf(text: Text | null | undefined): string {
  const vi = textOf(text, "vi"), en = textOf(text, "en");
  return vi === en ? vi : vi + "\n" + en;
}

function shown(choices: Choice[] | undefined, languages: Languages): Choice[] | undefined {
  return languages === "both" && choices ? choices.map((c) => ({ ...c, text: bothOf(c.text) })) : choices;
}

/** A bank's question in the form in which a room would ask it. */
export function asked(question: BankQuestion, index: number, of: number, languages: Languages): Asked {
  return {
    t: "question", q: index + 1, of, at: 0, id: question.id, kind: question.kind, text: question.text,
    choices: shown(question.left || question.choices, languages), rights: shown(question.right, languages),
    limit_ms: null, left_ms: null, media: question.media || null, change: "no", deadline: null, held_ms: null, live: false,
  };
}
