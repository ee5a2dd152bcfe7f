/* SPDX-License-Identifier: Apache-2.0 */
/* library_shown.tsx - one question of a bank as a student will see it, with its key and explanation. */
import { AnswerView, choicesOf } from "../lib/answers";
import type { Media as About, Choice, Kind, Text } from "../lib/frames";
import { langOf, textOf } from "../lib/i18n";
import { Mark, answerClass } from "../lib/marks";
import { Media } from "../parts/media";
import type { BankKey, BankQuestion } from "../practice/bank";
import { topicName } from "../practice/texts";
import { tm } from "./mine_words";
import { t, tOr } from "./words";

export type ShownQuestion = BankQuestion & { limit_s?: number };

function keyOf(q: BankQuestion): unknown {
  const k = q.key as BankKey | undefined;
  if (typeof k === "boolean")
    return [String(k)];
  if (k !== null && typeof k === "object" && "accept" in k)
    return k.accept;
  return k !== null && typeof k === "object" && "value" in k && (k as { tolerance?: number }).tolerance === 0 ? (k as { value: number }).value : k;
}

export function keyView(q: BankQuestion) {
  const k = keyOf(q) as { value?: number; tolerance?: number } | null | undefined;
  if (k && typeof k === "object" && k.value !== undefined && k.tolerance !== undefined)
    return <span>{tm("mine.near", { value: k.value, tolerance: k.tolerance })}</span>;
  return <AnswerView of={{ kind: q.kind as Kind, choices: q.left || q.choices, rights: q.right }} value={k as never} />;
}

export const sourceText = (source: unknown): string => (typeof source === "string" ? source : source && typeof source === "object" ? [textOf("text" in source ? (source as { text: Text }).text : (source as Text)), (source as { date?: string }).date].filter(Boolean).join(", ") : "");

function Tiles({ all }: { all: Choice[] }) {
  return <ul class="choices">{all.map((choice, i) => <li class={answerClass(i)} lang={langOf(choice.text)}><Mark index={i} /> <span>{textOf(choice.text)}</span></li>)}</ul>;
}

export function Shown({ q, n, open, media, children }: { q: ShownQuestion; n: number; open: boolean; media?: About | null; children?: preact.ComponentChildren }) {
  const about = [q.topic ? topicName(q.topic) : "", tOr("kind." + q.kind, q.kind), q.difficulty ? tm("library.difficulty.n", { n: q.difficulty }) : "", q.limit_s ? t("set.seconds", { n: q.limit_s }) : ""].filter((part) => part !== "");
  const source = sourceText(q.source);
  return (
    <li class="draft" data-testid={"shown-" + q.id}>
      <h2 class="draft-head"><span>{tm("mine.q", { n })}</span> <span class="muted">{about.join(" · ")}</span></h2>
      <p class="draft-text" lang={langOf(q.text)}>{textOf(q.text)}</p>
      <Media media={media || q.media} />
      <Tiles all={q.left || choicesOf({ kind: q.kind as Kind, choices: q.choices })} />
      {q.right && <Tiles all={q.right} />}
      {open && q.kind !== "prediction" && <div class="key"><p class="muted">{tm("library.key")}</p>{keyView(q)}</div>}
      {open && q.explain && <p class="explain" lang={langOf(q.explain)}>{textOf(q.explain)}{source && <small class="muted"><br />{tm("library.source", { text: source })}</small>}</p>}
      {children}
    </li>
  );
}
